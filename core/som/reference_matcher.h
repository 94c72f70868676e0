// SPDX-License-Identifier: GPL-3.0-or-later
// PINK's own metric, plain and exact: every image turned and flipped in every way and compared pixel by pixel
// (SOM.md section 5). Hundreds of times slower than compute::Backend: for the tests, and for mappings that
// must be in PINK's units.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/sample_store.h"
#include "core/som/mapper.h"
#include "core/som/som.h"

namespace somnium::som
{

/// Over which pixels of a neuron distances are summed.
enum class ReferenceWindow
{
    Disc,       ///< radius (D - 1) / 2, D the side of image or neuron: what every turned image shows there
    PinkSquare, ///< PINK's default: the central square of side floor(D sqrt(2) / 2), D the image's side
    /// PINK's --euclidean-distance-shape circular: diameter D, not that of the square. PINK 2.5 sums the
    /// first channel of several as often as there are channels; here each is summed once.
    PinkCircle,
};

struct ReferenceOptions
{
    ReferenceWindow window = ReferenceWindow::PinkSquare;
    std::size_t rotations = 360; ///< 1 or a multiple of 4
    bool useFlips = true;
    /// Side of PINK's square or circle (its --euclidean-distance-dimension), at most the neuron's; 0: as the
    /// window says.
    std::size_t windowSide = 0;
};

/// All turned and flipped versions of images of one square shape, as PINK makes them: the first quarter of
/// the rotations bilinear, the others exact quarter turns of it, then the rows reversed. A version has the
/// neuron's side: the middle of the image, or the image with zeros around it. Where the sides differ by an
/// odd number it lies half a pixel off the image's grid, in every quarter alike (PINK's quarters do not
/// agree).
class ImageTurner
{
public:
    /// Fails (InvalidArgument) if images are not square or the number of rotations is not 1 or a multiple
    /// of 4.
    [[nodiscard]] static Result<ImageTurner> create(const data::ImageShape &shape,
                                                    const ReferenceOptions &options,
                                                    std::size_t neuronSide = 0 /* as the image */);

    /// rotations x (useFlips ? 2 : 1); index = flip x rotations + rotation.
    [[nodiscard]] std::size_t versionCount() const { return m_rotations * (m_useFlips ? 2 : 1); }
    /// Of a version, and of an image.
    [[nodiscard]] const data::ImageShape &shape() const { return m_shape; }
    [[nodiscard]] const data::ImageShape &imageShape() const { return m_imageShape; }

    /// The rotations of the first quarter: [quarterCount()][channel][row][column].
    [[nodiscard]] std::size_t quarterCount() const { return m_rotations == 1 ? 1 : m_rotations / 4; }
    [[nodiscard]] std::vector<float> firstQuarter(const data::ImageView &image) const;
    /// A version out of the first quarter: pixel p of it is pixel sourcePixels(version)[p] of rotation
    /// version % rotations % quarterCount().
    [[nodiscard]] std::span<const std::uint32_t> sourcePixels(std::size_t version) const;
    [[nodiscard]] std::size_t quarterRotation(std::size_t version) const
    {
        return version % m_rotations % quarterCount();
    }
    /// In our convention (flip first, then rotation); PINK's is rotation first.
    [[nodiscard]] SpatialTransform transformOf(std::size_t version) const;

private:
    ImageTurner(const data::ImageShape &shape, std::size_t neuronSide, const ReferenceOptions &options);

    data::ImageShape m_imageShape;
    data::ImageShape m_shape;
    std::size_t m_rotations = 1;
    bool m_useFlips = true;
    std::vector<std::vector<std::uint32_t>> m_sourcePixels; ///< [flip x 4 + quarter]
};

class ReferenceMatcher
{
public:
    /// `prototypes`: [neuron][channel][row][column] of this shape, for images of side `imageSide`.
    [[nodiscard]] static Result<ReferenceMatcher> create(std::span<const float> prototypes,
                                                         const data::ImageShape &shape,
                                                         const ReferenceOptions &options,
                                                         std::size_t imageSide = 0 /* as the neurons */);

    /// Distance (root of the summed squares, not divided by pixels) of samples [first, first + count) to
    /// every neuron, and the transform of the best version; the lowest version wins a tie.
    [[nodiscard]] Result<FullMapping> match(const data::Samples &samples, std::size_t first,
                                            std::size_t count, const JobContext &context) const;

    [[nodiscard]] std::size_t neuronCount() const { return m_neurons; }

private:
    ReferenceMatcher(ImageTurner turner, std::vector<std::uint32_t> window);
    void matchOne(const data::ImageView &image, std::span<float> distance,
                  std::span<SpatialTransform> transform) const;

    ImageTurner m_turner;
    std::vector<std::uint32_t> m_window; ///< pixels, over all channels
    std::size_t m_paddedSize = 0;
    std::size_t m_neurons = 0;
    std::vector<float> m_prototypes; ///< [neuron][window], padded with zeros
};

/// The pixels [channel][row][column] of a window in a neuron of this shape, for images of side `imageSide`
/// (0: as the neuron).
[[nodiscard]] std::vector<std::uint32_t> windowPixels(const data::ImageShape &shape, ReferenceWindow window,
                                                      std::size_t imageSide = 0, std::size_t windowSide = 0);

/// Every sample against every neuron of a map in PINK's metric: what a PINK mapping file holds. Handed to
/// `take` block by block, as by mapSamplesFully, or all at once.
[[nodiscard]] Result<void> mapByReference(const Som &som, const data::Samples &samples,
                                          const ReferenceOptions &options, const JobContext &context,
                                          const TakePairs &take);
[[nodiscard]] Result<FullMapping> mapByReference(const Som &som, const data::Samples &samples,
                                                 const ReferenceOptions &options, const JobContext &context);

} // namespace somnium::som
