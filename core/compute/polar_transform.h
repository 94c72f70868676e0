// SPDX-License-Identifier: GPL-3.0-or-later
// Between images and their angular spectra (SOM.md section 2), one image at a time: polar samples by bilinear
// interpolation, weighted by the root of their cell's area, Fourier-transformed along each ring; and back.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/compute/polar_grid.h"
#include "core/data/image.h"

namespace somnium::compute
{

/// How one polar sample is made of the pixels of a channel, bilinearly, weighted by the root of its cell's
/// area.
struct PolarSample
{
    std::uint32_t offset = 0; ///< of the pixel at lower row and column
    /// (row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1)
    std::array<float, 4> weight = {};
};
/// Fails (Mismatch) if the disc of the grid does not lie within images of the shape, or the channels differ.
[[nodiscard]] Result<void> checkFits(const PolarGrid &grid, const data::ImageShape &shape);
/// [ring][angle], of images that fit.
[[nodiscard]] std::vector<PolarSample> polarSamples(const PolarGrid &grid, const data::ImageShape &shape);

/// Tables and plans for one grid and one shape. Const use is thread-safe: each call works in its own
/// `Scratch`.
class PolarTransform
{
public:
    class Scratch
    {
    public:
        explicit Scratch(const PolarTransform &transform);
        Scratch(const Scratch &) = delete;
        Scratch &operator=(const Scratch &) = delete;
        ~Scratch();

    private:
        friend class PolarTransform;
        std::vector<float> m_image;
        float *m_rings = nullptr;
        float *m_harmonics = nullptr;
    };

    /// Fails (Mismatch) if the disc of the grid does not lie within images of the shape.
    [[nodiscard]] static Result<std::shared_ptr<const PolarTransform>> create(const PolarGrid &grid,
                                                                              const data::ImageShape &shape);
    PolarTransform(const PolarTransform &) = delete;
    PolarTransform &operator=(const PolarTransform &) = delete;
    ~PolarTransform();

    [[nodiscard]] const PolarGrid &grid() const { return m_grid; }
    [[nodiscard]] const data::ImageShape &shape() const { return m_shape; }

    /// The spectrum, stored as PolarGrid says. Pixels that are not finite count as 0.
    void forward(const data::ImageView &image, std::span<float> spectrum, Scratch &scratch) const;

    /// The image that has this spectrum: cubic between rings, by the harmonics along them; 0 outside the
    /// disc.
    void inverse(std::span<const float> spectrum, std::span<float> pixels, Scratch &scratch) const;

private:
    struct Plans;
    struct Tap ///< how a pixel of the disc is made from the rings
    {
        std::uint32_t pixel = 0;
        std::array<std::uint32_t, 4> ring = {};
        std::array<std::uint32_t, 4> angle =
            {}; ///< of the oversampled ring, before the four angular neighbours
        std::array<float, 4> ringWeight = {};
        std::array<float, 4> angleWeight = {};
    };

    PolarTransform(const PolarGrid &grid, const data::ImageShape &shape);
    void makeTaps();
    void sampleRings(std::span<const float> channel, Scratch &scratch) const;
    void ringsFromSpectrum(std::span<const float> spectrum, std::size_t channel, Scratch &scratch) const;

    PolarGrid m_grid;
    data::ImageShape m_shape;
    double m_centreRow = 0.0;
    double m_centreColumn = 0.0;
    std::vector<PolarSample> m_samples; ///< [ring][angle]
    std::vector<Tap> m_taps;
    std::vector<std::size_t> m_ringHarmonics;
    std::unique_ptr<Plans> m_plans;
};

} // namespace somnium::compute
