// SPDX-License-Identifier: GPL-3.0-or-later
// Compares blocks of images with prototypes; what match() and the batch update share.
#pragma once

#include <cstddef>
#include <functional>

#include "core/compute/backend.h"
#include "gpu/map/gpu_spectra.h"
#include "gpu/map/tile_feed.h"

namespace somnium::gpu
{

/// Every pair of a block: [prototypes][stride images].
struct PairBuffers
{
    PairBuffers(Device &device, std::size_t prototypes, std::size_t images)
        : stride(images), distance(device, bytesOf(prototypes, images)),
          angleSteps(device, prototypes * images), flip(device, prototypes * images)
    {}
    std::size_t stride = 0;
    DeviceBuffer<float> distance;
    DeviceBuffer<float> angleSteps;
    DeviceBuffer<std::uint8_t> flip;
};

/// Best and second best of all images.
struct BestBuffers
{
    BestBuffers(Device &device, std::size_t images);
    DeviceBuffer<std::uint32_t> best;
    DeviceBuffer<std::uint32_t> second;
    DeviceBuffer<float> bestDistance;
    DeviceBuffer<float> secondDistance;
    DeviceBuffer<float> bestAngleRad;
    DeviceBuffer<float> secondAngleRad;
    DeviceBuffer<std::uint8_t> bestFlip;
    DeviceBuffer<std::uint8_t> secondFlip;

    /// Waits for what the compute lane has, and fetches it.
    [[nodiscard]] compute::MatchResult fetch(Device &device, std::size_t images) const;
};

struct MatchParams
{
    bool useFlips = true;
    std::size_t rotations = 0; ///< as compute::MatchOptions
};

/// Some of the images or of the neurons.
struct Part
{
    std::size_t first = 0;
    std::size_t count = 0;
};

/// How `images` and `neurons` are cut: at multiples of the steps.
struct PairCuts
{
    std::size_t images = 0;
    std::size_t imageStep = 1;
    std::size_t neurons = 0;
    std::size_t neuronStep = 1;
};

/// Calls use(images, neurons) with parts that are all pairs together, so small that a launch for each is no
/// longer than the device may be busy at a time; all neurons if so many go with one step of images. One step
/// of each is the least.
void forLaunches(const Device &device, double operationsOfPair, const PairCuts &cuts,
                 const std::function<void(const Part &images, const Part &neurons)> &use);

/// Images and prototypes that a block of threads compares.
struct MatchTile
{
    unsigned images = 0; ///< none: its memory is too small for the correlations of one pair
    unsigned prototypes = 0;
    friend bool operator==(const MatchTile &, const MatchTile &) = default;
};
/// The largest of which two blocks run on a processor at a time, or else one.
[[nodiscard]] MatchTile matchTileFor(unsigned angles, std::size_t sharedBytes);

class Matcher
{
public:
    /// Throws DeviceError: OutOfMemory also where a block of threads cannot hold the correlation of one pair.
    /// `prototypes`, in tiles of floats, must outlive it.
    Matcher(Device &device, const GpuSpectra &prototypes, const MatchParams &params);

    /// Images of a block that takes, with the pairs, a reasonable part of the memory: a multiple of
    /// compute::kUpdateBlockImages, or what `images` need if that is less.
    [[nodiscard]] std::size_t blockImages(const GpuSpectra &images) const;

    /// Gives the comparison of `count` images to the compute lane. `first`: of them in `best`.
    template <class Element> void match(const Tiles<Element> &images, std::size_t count, std::size_t first,
                                        const PairBuffers &pairs, const BestBuffers &best) const;

private:
    [[nodiscard]] double operationsOfPair() const;
    /// In launches that no device minds.
    template <class Element>
    void compare(const Tiles<Element> &images, std::size_t count, const PairBuffers &pairs) const;
    void findBest(std::size_t count, std::size_t first, const PairBuffers &pairs,
                  const BestBuffers &best) const;

    Device &m_device;
    const GpuSpectra &m_prototypes;
    MatchParams m_params;
    MatchTile m_tile;
};

} // namespace somnium::gpu
