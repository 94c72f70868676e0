// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of turned and flipped images per neuron: the numerator of the batch update (SOM.md section 4),
// harmonic by harmonic a product of (weight and turn of each pair) and coefficients.
#pragma once

#include "gpu/kernels/map_plan.h"

// Products of 32 bits are faster, and no block's memory needs more.
// NOLINTBEGIN(bugprone-implicit-widening-of-multiplication-result)
namespace somnium::gpu
{

/// Images whose sums are added up before they go to memory: so the bits do not depend on the pieces that a
/// training comes in, if all but the last are multiples of it.
inline constexpr unsigned kFlushImages = 2304;
/// Most parts into which the images are dealt; kFlushImages is a multiple of its steps.
inline constexpr unsigned kMostSplits = 8;

/// A block takes one harmonic, kNeurons neurons, kRings rings and every splits-th step of kStep images.
template <class Element> struct UpdateKernel
{
    static constexpr unsigned kNeurons = 32;
    static constexpr unsigned kRings = 64;
    static constexpr unsigned kStep = 16;
    static constexpr unsigned kThreads = 128;
    static constexpr unsigned kMostThreads = kThreads;
    static constexpr unsigned kBlocksAtOnce = 5; ///< as many as leave registers for a thread's sums
    static_assert(kFlushImages % (kStep * kMostSplits) == 0);

    MapPlan plan;
    const Element *images = nullptr;    ///< tiles
    const float *imageScales = nullptr; ///< [images]; null: 1
    const float *imageEnergies = nullptr;
    std::size_t imageCount = 0;
    const float *angleSteps = nullptr; ///< [neurons][stride], of MatchKernel
    const std::uint8_t *flip = nullptr;
    std::size_t stride = 0;
    const std::uint32_t *best = nullptr;  ///< [images]
    const float *neighbourhood = nullptr; ///< [neurons][neurons]
    float minimumWeight = 0.0F;
    std::size_t neurons = 0;
    std::size_t firstNeuron = 0; ///< of those that this launch adds to,
    std::size_t neuronsHere = 0; ///< and how many these are
    unsigned splits = 1;
    Complex *sums = nullptr; ///< [splits][neurons][plan.size]

    [[nodiscard]] SOMNIUM_SHARED unsigned ringChunks() const
    {
        return static_cast<unsigned>(ceilDivide(plan.rings, kRings));
    }
    [[nodiscard]] Grid grid() const
    {
        return {plan.harmonics, ceilDivide(neuronsHere, kNeurons), std::size_t{splits} * ringChunks()};
    }
    [[nodiscard]] unsigned threads() const { return kThreads; }
    [[nodiscard]] std::size_t sharedBytes() const
    {
        return kEntries * sizeof(Entry) + kRowNumbers * sizeof(Complex);
    }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto *const entries = block.template shared<Entry>();
        auto *const rows = block.template shared<Complex>(kEntries * sizeof(Entry));
        auto sum = block.template perThread<Sum>();
        const Place place = placeOf(block.x(), block.y(), block.z());
        for (std::size_t flush = 0; flush < imageCount; flush += kFlushImages)
        {
            block.forThreads([&](unsigned thread) { sum[thread] = Sum{}; });
            for (unsigned step = place.split * kStep; step < kFlushImages; step += splits * kStep)
            {
                const std::size_t first = flush + step;
                if (first >= imageCount)
                    break;
                if (!block.anyThread(
                        [&](unsigned thread) { return makeEntries(place, first, thread, entries); }))
                    continue;
                block.forThreads([&](unsigned thread) { loadRows(place, first, thread, rows); });
                block.forThreads(
                    [&](unsigned thread) { addStep(place, thread, entries, rows, sum[thread]); });
            }
            block.forThreads([&](unsigned thread) { addToMemory(place, thread, sum[thread]); });
        }
    }

private:
    /// A thread takes so many neurons, and rings that are kRingLanes apart.
    static constexpr unsigned kThreadNeurons = 4;
    static constexpr unsigned kRingLanes = 16;
    static constexpr unsigned kThreadRings = kRings / kRingLanes;
    static_assert(kThreads == kNeurons / kThreadNeurons * kRingLanes);
    static_assert(kThreads % kStep == 0, "what a thread prepares is of one image");
    /// What the memory of a block holds: of each neuron and image, and of each image and ring. The strides
    /// are such that threads do not fight for banks.
    static constexpr unsigned kEntryStride = kStep + 1;
    static constexpr unsigned kRowStride = kRings + 1;
    static constexpr std::size_t kEntries = std::size_t{kNeurons} * kEntryStride;
    static constexpr std::size_t kRowNumbers = std::size_t{kStep} * kRowStride;

    /// w exp(-i m phi) of a pair, and the same times -1 for a flipped one.
    struct alignas(16) Entry
    {
        float re;
        float im;
        float signedRe;
        float signedIm;
    };
    struct Sum
    {
        Complex value[kThreadNeurons][kThreadRings]; // NOLINT(modernize-avoid-c-arrays)
    };
    struct Place
    {
        unsigned harmonic;
        unsigned firstRing; ///< of those that carry the harmonic
        unsigned rings;     ///< of the chunk, at most kRings
        unsigned split;
        std::size_t neuron;
    };

    SOMNIUM_DEVICE Place placeOf(std::size_t x, std::size_t y, std::size_t z) const
    {
        Place place = {static_cast<unsigned>(x), static_cast<unsigned>(z) % ringChunks() * kRings, 0,
                       static_cast<unsigned>(z) / ringChunks(), firstNeuron + y * kNeurons};
        const unsigned carried = plan.rings - plan.firstRing[place.harmonic];
        const unsigned left = carried > place.firstRing ? carried - place.firstRing : 0;
        place.rings = left < kRings ? left : kRings;
        return place;
    }

    SOMNIUM_DEVICE bool isUsable(std::size_t image) const
    {
        return image < imageCount && isfinite(imageEnergies[image]);
    }

    SOMNIUM_DEVICE bool makeEntries(const Place &place, std::size_t first, unsigned thread,
                                    Entry *entries) const
    {
        const std::size_t image = first + thread % kStep;
        const bool isThere = isUsable(image) && place.rings > 0;
        const float scale = isThere && imageScales != nullptr ? imageScales[image] : 1.0F;
        const float *const weights = neighbourhood + (isThere ? best[image] * neurons : 0);
        bool isAny = false;
        for (unsigned n = thread / kStep; n < kNeurons; n += kThreads / kStep)
        {
            const std::size_t neuron = place.neuron + n;
            const float weight = isThere && neuron < neurons ? weights[neuron] : 0.0F;
            const bool counts = weight >= minimumWeight && weight > 0.0F;
            entries[n * kEntryStride + thread % kStep] =
                counts ? entryOf(place, neuron, image, weight * scale) : Entry{};
            isAny = isAny || counts;
        }
        return isAny;
    }

    SOMNIUM_DEVICE Entry entryOf(const Place &place, std::size_t neuron, std::size_t image,
                                 float scaled) const
    {
        // Whole steps turn by integers, the rest of less than one by a small product: no digits are lost.
        const float steps = angleSteps[neuron * stride + image];
        const auto whole = static_cast<unsigned>(steps);
        const unsigned turned = place.harmonic * whole & (plan.angles - 1);
        const float rest = static_cast<float>(place.harmonic) * (steps - static_cast<float>(whole));
        const Complex turn = turnBy(turned, rest);
        const float sign = flip[neuron * stride + image] != 0 ? -1.0F : 1.0F;
        const float re = scaled * turn.re;
        const float im = -scaled * turn.im;
        return {re, im, sign * re, sign * im};
    }

    /// exp(2 pi i (whole + rest) / angles), rest >= 0: a step of the table, and less than one (at most a
    /// fifth of a radian) by the first terms of its series, whose rest is below 1e-7.
    SOMNIUM_DEVICE Complex turnBy(unsigned whole, float rest) const
    {
        const auto more = static_cast<unsigned>(rest);
        const Complex coarse = plan.twiddles[(whole + more) & (plan.angles - 1)];
        constexpr float kTurn = 6.28318530717958648F;
        const float x = (rest - static_cast<float>(more)) * (kTurn / static_cast<float>(plan.angles));
        const float square = x * x;
        const float cosine = 1.0F + square * (-0.5F + square * (1.0F / 24.0F));
        const float sine = x * (1.0F + square * (-1.0F / 6.0F + square * (1.0F / 120.0F)));
        return {coarse.re * cosine - coarse.im * sine, coarse.re * sine + coarse.im * cosine};
    }

    SOMNIUM_DEVICE void loadRows(const Place &place, std::size_t first, unsigned thread, Complex *rows) const
    {
        const unsigned at = thread % kStep;
        const std::size_t coefficient = plan.offset[place.harmonic] + place.firstRing;
        const Element *const from = images + tileIndex(first + at, coefficient, plan.size);
        Complex *const to = rows + at * kRowStride;
        const bool isThere = isUsable(first + at);
        for (unsigned ring = thread / kStep; ring < place.rings; ring += kThreads / kStep)
            to[ring] = isThere ? widened(from[ring * kTileImages]) : Complex{0.0F, 0.0F};
    }

    SOMNIUM_DEVICE void addStep(const Place &place, unsigned thread, const Entry *entries,
                                const Complex *rows, Sum &sum) const
    {
        if (place.neuron + thread / kRingLanes * kThreadNeurons >= neurons)
            return;
        if (place.rings <= kRingLanes)
            addRings<1>(thread, entries, rows, sum);
        else if (place.rings <= 2 * kRingLanes)
            addRings<2>(thread, entries, rows, sum);
        else if (place.rings <= 3 * kRingLanes)
            addRings<3>(thread, entries, rows, sum);
        else
            addRings<4>(thread, entries, rows, sum);
    }

    /// Beyond the last ring there may be anything: what comes of it goes nowhere.
    template <unsigned Rings>
    SOMNIUM_DEVICE void addRings(unsigned thread, const Entry *entries, const Complex *rows, Sum &sum) const
    {
        static_assert(Rings <= kThreadRings);
        const Entry *const entry = entries + thread / kRingLanes * kThreadNeurons * kEntryStride;
        const Complex *const row = rows + thread % kRingLanes;
        for (unsigned image = 0; image < kStep; ++image)
        {
            Complex a[Rings]; // NOLINT(modernize-avoid-c-arrays)
            for (unsigned j = 0; j < Rings; ++j)
                a[j] = row[image * kRowStride + j * kRingLanes];
            for (unsigned n = 0; n < kThreadNeurons; ++n)
            {
                const Entry p = entry[n * kEntryStride + image];
                for (unsigned j = 0; j < Rings; ++j)
                {
                    Complex &to = sum.value[n][j]; // product after product: each is one operation
                    to.re += p.re * a[j].re;
                    to.re -= p.signedIm * a[j].im;
                    to.im += p.im * a[j].re;
                    to.im += p.signedRe * a[j].im;
                }
            }
        }
    }

    SOMNIUM_DEVICE void addToMemory(const Place &place, unsigned thread, const Sum &sum) const
    {
        for (unsigned n = 0; n < kThreadNeurons; ++n)
        {
            const std::size_t neuron = place.neuron + thread / kRingLanes * kThreadNeurons + n;
            for (unsigned j = 0; j < kThreadRings; ++j)
            {
                const unsigned ring = thread % kRingLanes + j * kRingLanes;
                if (neuron >= neurons || ring >= place.rings)
                    continue;
                Complex &to = sums[(place.split * neurons + neuron) * plan.size +
                                   plan.offset[place.harmonic] + place.firstRing + ring];
                to = {to.re + sum.value[n][j].re, to.im + sum.value[n][j].im};
            }
        }
    }
};

/// Prototypes from the sums: times the scale of each neuron, or as they were where that is 0.
struct FinishUpdateKernel
{
    const Complex *sums = nullptr; ///< [splits][neurons][size]
    unsigned splits = 1;
    std::size_t neurons = 0;
    std::size_t size = 0;
    const float *scales = nullptr; ///< [neurons]
    const Complex *old = nullptr;  ///< tiles, as `updated`
    Complex *updated = nullptr;

    [[nodiscard]] Grid grid() const
    {
        return {ceilDivide(tilesOf(neurons) * size * kTileImages, kMaxThreads)};
    }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t at = block.x() * kMaxThreads + thread;
            if (at < tilesOf(neurons) * size * kTileImages)
                updated[at] = coefficientAt(at);
        });
    }

private:
    SOMNIUM_DEVICE Complex coefficientAt(std::size_t at) const
    {
        const std::size_t neuron = at / kTileImages / size * kTileImages + at % kTileImages;
        if (neuron >= neurons || scales[neuron] == 0.0F)
            return old[at];
        const std::size_t coefficient = at / kTileImages % size;
        Complex sum = {0.0F, 0.0F};
        for (unsigned split = 0; split < splits; ++split)
        {
            const Complex part = sums[(split * neurons + neuron) * size + coefficient];
            sum = {sum.re + part.re, sum.im + part.im};
        }
        return {scales[neuron] * sum.re, scales[neuron] * sum.im};
    }
};

} // namespace somnium::gpu
// NOLINTEND(bugprone-implicit-widening-of-multiplication-result)
