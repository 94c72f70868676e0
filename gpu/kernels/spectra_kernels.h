// SPDX-License-Identifier: GPL-3.0-or-later
// From pixels to spectra, and spectra from one form to another (map_plan.h: rows and tiles).
#pragma once

#include "gpu/kernels/angular_transform.h"

// Arrays as in nearest_kernels.h; products of 32 bits, which are faster there, since no block's memory needs
// more. NOLINTBEGIN(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
namespace somnium::gpu
{

/// As compute::PolarSample.
struct PolarTap
{
    std::uint32_t offset;
    float weight[4];
};

/// Polar samples of each ring and their Fourier transforms (SOM.md section 2), two rings in one complex
/// transform. A block takes some rings of one channel of one image.
struct TransformKernel
{
    MapPlan plan;
    const float *pixels = nullptr; ///< [images][channels][rows][columns]
    std::size_t imageCount = 0;
    std::size_t channelPixels = 0; ///< rows times columns
    unsigned columns = 0;
    unsigned channels = 1;
    unsigned rings = 0;                           ///< of one channel
    unsigned blockRings = 2;                      ///< of a block, even
    const PolarTap *taps = nullptr;               ///< [rings][angles]
    const std::uint32_t *ringHarmonics = nullptr; ///< [rings]
    const float *channelScales = nullptr;         ///< [channels] root of weight / angles
    Complex *spectra = nullptr;                   ///< tiles
    std::size_t firstImage = 0;                   ///< of the pixels, in the tiles

    [[nodiscard]] SOMNIUM_SHARED static constexpr std::size_t sharedBytesFor(unsigned angles,
                                                                             unsigned blockRings)
    {
        return std::size_t{blockRings} / 2 * transformStride(angles) * sizeof(Complex);
    }
    [[nodiscard]] Grid grid() const { return {imageCount, channels, ceilDivide(rings, blockRings)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return sharedBytesFor(plan.angles, blockRings); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto *const z = block.template shared<Complex>();
        const auto channel = static_cast<unsigned>(block.y());
        const auto firstRing = static_cast<unsigned>(block.z()) * blockRings;
        const float *const image = pixels + (block.x() * channels + channel) * channelPixels;
        const unsigned stride = transformStride(plan.angles);
        block.forThreads([&](unsigned thread) {
            for (unsigned i = thread; i < blockRings / 2 * plan.angles; i += kMaxThreads)
            {
                const unsigned ring = firstRing + 2 * (i / plan.angles);
                const unsigned t = i % plan.angles;
                z[i / plan.angles * stride + paddedIndex(t)] = {sampleOf(image, ring, t),
                                                                sampleOf(image, ring + 1, t)};
            }
        });
        inverseTransforms(block, plan, z, blockRings / 2);
        block.forThreads([&](unsigned thread) {
            for (unsigned i = thread; i < blockRings * plan.harmonics; i += kMaxThreads)
            {
                const unsigned ring = firstRing + i % blockRings;
                const unsigned m = i / blockRings;
                if (ring < rings && m < ringHarmonics[ring])
                    write(z + i % blockRings / 2 * stride, firstImage + block.x(), channel, ring, m);
            }
        });
    }

private:
    SOMNIUM_DEVICE float sampleOf(const float *image, unsigned ring, unsigned t) const
    {
        if (ring >= rings)
            return 0.0F;
        const PolarTap tap = taps[ring * plan.angles + t];
        const float *const pixel = image + tap.offset;
        return (tap.weight[0] * known(pixel[0]) + tap.weight[3] * known(pixel[columns + 1])) +
               (tap.weight[1] * known(pixel[1]) + tap.weight[2] * known(pixel[columns]));
    }

    SOMNIUM_DEVICE static float known(float value) { return isfinite(value) ? value : 0.0F; }

    /// From Z = F(a + i b): F(a)[m] = (Z[m] + conj Z[-m]) / 2, F(b)[m] = (Z[m] - conj Z[-m]) / 2i. The
    /// transform at hand is the inverse one, so Z[m] lies at -m.
    SOMNIUM_DEVICE void write(const Complex *z, std::size_t image, unsigned channel, unsigned ring,
                              unsigned m) const
    {
        const Complex there = z[plan.position[(plan.angles - m) & (plan.angles - 1)]];
        const Complex back = z[plan.position[m]];
        const Complex value = ring % 2 == 0
                                  ? Complex{0.5F * (there.re + back.re), 0.5F * (there.im - back.im)}
                                  : Complex{0.5F * (there.im + back.im), 0.5F * (back.re - there.re)};
        constexpr float kRoot2 = 1.41421356237309505F;
        const float scale = m == 0 ? channelScales[channel] : kRoot2 * channelScales[channel];
        const std::size_t coefficient = plan.offset[m] + ring * channels + channel - plan.firstRing[m];
        spectra[tileIndex(image, coefficient, plan.size)] = {scale * value.re,
                                                             m == 0 ? 0.0F : scale * value.im};
    }
};

/// Rows into tiles; `rowStride` elements from one row to the next.
template <class Element> struct TileKernel
{
    const Element *rows = nullptr;
    std::size_t rowStride = 0;
    std::size_t imageCount = 0;
    std::size_t size = 0;
    Element *tiles = nullptr;

    [[nodiscard]] Grid grid() const
    {
        return {ceilDivide(tilesOf(imageCount) * size * kTileImages, kMaxThreads)};
    }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t at = block.x() * kMaxThreads + thread;
            if (at >= tilesOf(imageCount) * size * kTileImages)
                return;
            const std::size_t image = at / kTileImages / size * kTileImages + at % kTileImages;
            const std::size_t coefficient = at / kTileImages % size;
            tiles[at] = image < imageCount ? rows[image * rowStride + coefficient] : Element{};
        });
    }
};

/// Tiles into rows of numbers [images][size].
template <class Element> struct UntileKernel
{
    const Element *tiles = nullptr;
    const float *scales = nullptr; ///< [images]; null: 1
    std::size_t imageCount = 0;
    std::size_t size = 0;
    Complex *rows = nullptr;

    [[nodiscard]] Grid grid() const { return {ceilDivide(imageCount * size, kMaxThreads)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t at = block.x() * kMaxThreads + thread;
            if (at >= imageCount * size)
                return;
            const Complex value = widened(tiles[tileIndex(at / size, at % size, size)]);
            const float scale = scales == nullptr ? 1.0F : scales[at / size];
            rows[at] = {value.re * scale, value.im * scale};
        });
    }
};

/// What kernels share that look at all coefficients of each image of a tile: thread t takes image t % 8 and
/// every 32nd coefficient.
struct TileLanes
{
    static constexpr unsigned kLanes = kMaxThreads / kTileImages;

    /// f over the values of an image's lanes, in their order.
    template <class F> SOMNIUM_DEVICE static float overLanes(const float *values, unsigned image, const F &f)
    {
        float all = values[image];
        for (unsigned lane = 1; lane < kLanes; ++lane)
            all = f(all, values[lane * kTileImages + image]);
        return all;
    }
};

/// Sums of the squares of the coefficients.
struct EnergyKernel
{
    const Complex *tiles = nullptr;
    std::size_t imageCount = 0;
    std::size_t size = 0;
    float *energies = nullptr; ///< [images]

    [[nodiscard]] Grid grid() const { return {tilesOf(imageCount)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return kMaxThreads * sizeof(float); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto *const parts = block.template shared<float>();
        block.forThreads([&](unsigned thread) {
            float sum = 0.0F;
            for (std::size_t c = thread / kTileImages; c < size; c += TileLanes::kLanes)
            {
                const Complex value = tiles[(block.x() * size + c) * kTileImages + thread % kTileImages];
                sum += value.re * value.re + value.im * value.im;
            }
            parts[thread] = sum;
        });
        block.forThreads([&](unsigned thread) {
            const std::size_t image = block.x() * kTileImages + thread;
            if (thread < kTileImages && image < imageCount)
                energies[image] = TileLanes::overLanes(parts, thread, [](float a, float b) { return a + b; });
        });
    }
};

/// Tiles into rows in half precision, as compute::HalfSpectra says: each image with a scale of its own.
struct NarrowKernel
{
    const Complex *tiles = nullptr;
    std::size_t imageCount = 0;
    std::size_t size = 0;
    HalfComplex *rows = nullptr; ///< [images][rowStride], filled up with zeros
    std::size_t rowStride = 0;
    float *scales = nullptr;
    float *energies = nullptr;

    [[nodiscard]] Grid grid() const { return {tilesOf(imageCount)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return (kMaxThreads + kTileImages) * sizeof(float); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto *const parts = block.template shared<float>();
        float *const scale = parts + kMaxThreads;
        block.forThreads([&](unsigned thread) { parts[thread] = largestOf(block.x(), thread); });
        block.forThreads([&](unsigned thread) {
            if (thread < kTileImages)
                scale[thread] = scaleFor(TileLanes::overLanes(parts, thread, larger));
        });
        block.forThreads([&](unsigned thread) {
            const std::size_t image = block.x() * kTileImages + thread % kTileImages;
            parts[thread] =
                image < imageCount ? narrow(image, thread / kTileImages, scale[thread % kTileImages]) : 0.0F;
        });
        block.forThreads([&](unsigned thread) {
            const std::size_t image = block.x() * kTileImages + thread;
            if (thread >= kTileImages || image >= imageCount)
                return;
            scales[image] = scale[thread];
            energies[image] = TileLanes::overLanes(parts, thread, [](float a, float b) { return a + b; });
        });
    }

private:
    /// NaN is taken, and kept.
    SOMNIUM_DEVICE static float larger(float a, float b) { return b <= a || isnan(a) ? a : b; }

    SOMNIUM_DEVICE float largestOf(std::size_t tile, unsigned thread) const
    {
        float largest = 0.0F;
        for (std::size_t c = thread / kTileImages; c < size; c += TileLanes::kLanes)
        {
            const Complex value = tiles[(tile * size + c) * kTileImages + thread % kTileImages];
            largest = larger(larger(largest, fabsf(value.re)), fabsf(value.im));
        }
        return largest;
    }

    /// As compute::halfScaleFor.
    SOMNIUM_DEVICE static float scaleFor(float largest)
    {
        if (!isfinite(largest))
            return NAN;
        if (largest == 0.0F)
            return 1.0F;
        constexpr int kLargestExponent = 15;
        constexpr int kMost = 125;
        int exponent = 0;
        static_cast<void>(frexpf(largest, &exponent));
        exponent -= kLargestExponent;
        exponent = exponent < -kMost ? -kMost : exponent > kMost ? kMost : exponent;
        return ldexpf(1.0F, exponent);
    }

    /// Writes every kLanes-th coefficient of an image from `lane` on; the sum of their squares as they are
    /// then.
    SOMNIUM_DEVICE float narrow(std::size_t image, unsigned lane, float scale) const
    {
        float sum = 0.0F;
        for (std::size_t c = lane; c < rowStride; c += TileLanes::kLanes)
        {
            HalfComplex half = {0, 0};
            if (c < size)
            {
                const Complex value = tiles[tileIndex(image, c, size)];
                half = {toHalfBits(value.re * (1.0F / scale)), toHalfBits(value.im * (1.0F / scale))};
            }
            rows[image * rowStride + c] = half;
            const float re = fromHalfBits(half.re) * scale;
            const float im = fromHalfBits(half.im) * scale;
            sum += re * re + im * im;
        }
        return sum;
    }
};

} // namespace somnium::gpu
// NOLINTEND(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
