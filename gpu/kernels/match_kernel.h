// SPDX-License-Identifier: GPL-3.0-or-later
// Compares images with prototypes over all rotations and flips (SOM.md section 3). A block takes some images
// and some prototypes: products over the rings, harmonic by harmonic, into the spectra of the correlations;
// their inverse transforms; the peaks. The correlations never leave the block.
#pragma once

#include "gpu/kernels/angular_transform.h"

// Arrays as in nearest_kernels.h; products of 32 bits, which are faster there, since no block's memory needs
// more. NOLINTBEGIN(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
namespace somnium::gpu
{

/// `Element`: Complex, or HalfComplex times a scale of each image.
template <class Element> struct MatchKernel
{
    /// Registers for the sums of 4 x 4 pairs, in as many blocks as there is shared memory for (sm_90).
    static constexpr unsigned kMostThreads = 192;
    static constexpr unsigned kBlocksAtOnce = 3;

    MapPlan plan;
    const Element *images = nullptr;      ///< tiles
    const float *imageScales = nullptr;   ///< [images]; null: 1
    const float *imageEnergies = nullptr; ///< [images]
    std::size_t imageCount = 0;
    const Complex *prototypes = nullptr;      ///< tiles
    const float *prototypeEnergies = nullptr; ///< [prototypes]
    std::size_t prototypeCount = 0;
    unsigned blockImages = kTileImages;     ///< of a block: 8, 4, 2, 1
    unsigned blockPrototypes = kTileImages; ///< likewise
    bool useFlips = true;
    unsigned rotations = 0;       ///< as compute::MatchOptions
    std::size_t stride = 0;       ///< from one prototype's results to the next's
    float *distance = nullptr;    ///< [prototypes][stride] Delta
    float *angleSteps = nullptr;  ///< the same, in steps of 2 pi / angles, in [0, angles)
    std::uint8_t *flip = nullptr; ///< the same

    [[nodiscard]] Grid grid() const
    {
        return {ceilDivide(imageCount, blockImages), ceilDivide(prototypeCount, blockPrototypes)};
    }
    [[nodiscard]] unsigned threads() const
    {
        // Harmonics in few rounds, each of which has work for all threads.
        const std::size_t items = std::size_t{plan.harmonics} * itemsOfHarmonic();
        const std::size_t rounds = ceilDivide(items, kMostThreads);
        return static_cast<unsigned>(ceilDivide(ceilDivide(items, rounds), 32) * 32);
    }
    [[nodiscard]] SOMNIUM_SHARED static constexpr std::size_t sharedBytesFor(unsigned angles, unsigned images,
                                                                             unsigned prototypes)
    {
        return std::size_t{images} * prototypes *
               (transformStride(angles) * sizeof(Complex) + 2 * sizeof(Peak) +
                kMostParts * sizeof(LargestOfPart));
    }
    [[nodiscard]] std::size_t sharedBytes() const
    {
        return sharedBytesFor(plan.angles, blockImages, blockPrototypes);
    }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto *const z = block.template shared<Complex>();
        const unsigned pairs = blockImages * blockPrototypes;
        const std::size_t spectraBytes = std::size_t{pairs} * transformStride(plan.angles) * sizeof(Complex);
        auto *const peaks = block.template shared<Peak>(spectraBytes);
        auto *const largest =
            block.template shared<LargestOfPart>(spectraBytes + std::size_t{pairs} * 2 * sizeof(Peak));
        const Place place = {block.x() * blockImages, block.y() * blockPrototypes};
        block.forThreads([&](unsigned thread) {
            clearBetween(z, thread, block.threads());
            const unsigned rows = threadRows();
            if (rows == 4 && threadColumns() == 4)
                correlate<4, 4>(z, place, thread, block.threads());
            else if (rows == 4 && threadColumns() == 2)
                correlate<4, 2>(z, place, thread, block.threads());
            else if (rows == 4)
                correlate<4, 1>(z, place, thread, block.threads());
            else if (rows == 2)
                correlate<2, 1>(z, place, thread, block.threads());
            else
                correlate<1, 1>(z, place, thread, block.threads());
        });
        inverseTransforms(block, plan, z, pairs);
        const unsigned parts = partsOf(pairs, block.threads());
        if (rotations == 0)
            block.forThreads([&](unsigned thread) {
                for (unsigned i = thread; i < parts * pairs; i += block.threads())
                    largest[i] =
                        largestOfPart(z + i % pairs * transformStride(plan.angles), i / pairs, parts);
            });
        block.forThreads([&](unsigned thread) {
            for (unsigned i = thread; i < 2 * pairs; i += block.threads())
                if (useFlips || i % 2 == 0)
                {
                    const auto *const values =
                        reinterpret_cast<const float *>(z + i / 2 * transformStride(plan.angles)) + i % 2;
                    peaks[i] = rotations == 0 ? refinedPeak(values, largest, i, parts) : bestAllowed(values);
                }
        });
        block.forThreads([&](unsigned thread) {
            for (unsigned pair = thread; pair < pairs; pair += block.threads())
                writeResult(place, pair, peaks);
        });
    }

private:
    struct Peak
    {
        float value;
        float step;
    };
    /// Where the two correlations of a pair are largest within a part of the angles.
    struct LargestOfPart
    {
        std::uint16_t angle[2];
    };
    /// Parts of the angles that are searched side by side.
    static constexpr unsigned kMostParts = 4;
    struct Place ///< of the block's first image and prototype
    {
        std::size_t image;
        std::size_t prototype;
    };

    /// Images and prototypes that a thread takes at once, so that what it loads is used several times, and
    /// that harmonics have work for four threads.
    [[nodiscard]] SOMNIUM_SHARED unsigned threadRows() const { return blockImages >= 4 ? 4 : blockImages; }
    [[nodiscard]] SOMNIUM_SHARED unsigned threadColumns() const
    {
        return blockImages < 4 || blockPrototypes < 2 ? 1 : blockPrototypes / 2;
    }
    [[nodiscard]] SOMNIUM_SHARED unsigned itemsOfHarmonic() const
    {
        return blockImages / threadRows() * (blockPrototypes / threadColumns());
    }

    /// The harmonics that nothing carries are zero.
    SOMNIUM_DEVICE void clearBetween(Complex *z, unsigned thread, unsigned threads) const
    {
        const unsigned empty = plan.angles - 2 * plan.harmonics + 1;
        const unsigned pairBits = bitsOf(blockImages * blockPrototypes);
        for (unsigned i = thread; i < empty << pairBits; i += threads)
            z[(i & ((1U << pairBits) - 1)) * transformStride(plan.angles) +
              paddedIndex(plan.harmonics + (i >> pairBits))] = {0.0F, 0.0F};
    }

    /// Sums over the rings of ArBr, AiBi, ArBi, AiBr of Rows images and Columns prototypes.
    template <unsigned Rows, unsigned Columns> struct Sums
    {
        float value[Rows][Columns][4];
    };

    template <unsigned Rows, unsigned Columns> SOMNIUM_DEVICE void
    addRings(const Element *image, const Complex *prototype, unsigned rings, Sums<Rows, Columns> &sums) const
    {
        SOMNIUM_UNROLL(2)
        for (unsigned ring = 0; ring < rings; ++ring, image += kTileImages, prototype += kTileImages)
        {
            const Pack<Element, Rows> imagePack = packAt<Rows>(image);
            const Pack<Complex, Columns> prototypePack = packAt<Columns>(prototype);
            Complex a[Rows];
            for (unsigned r = 0; r < Rows; ++r)
                a[r] = widened(imagePack.value[r]);
            const Complex *const b = prototypePack.value;
            for (unsigned r = 0; r < Rows; ++r)
                for (unsigned c = 0; c < Columns; ++c)
                {
                    sums.value[r][c][0] += a[r].re * b[c].re;
                    sums.value[r][c][1] += a[r].im * b[c].im;
                    sums.value[r][c][2] += a[r].re * b[c].im;
                    sums.value[r][c][3] += a[r].im * b[c].re;
                }
        }
    }

    /// Spectra of 2 (C + i C'): C the correlation with the image, C' with the flipped one.
    template <unsigned Rows, unsigned Columns>
    SOMNIUM_DEVICE void correlate(Complex *z, const Place &place, unsigned thread, unsigned threads) const
    {
        const unsigned perHarmonic = itemsOfHarmonic();
        const unsigned perRound = threads / perHarmonic;
        const unsigned columnItems = blockPrototypes / Columns;
        const unsigned lane = thread % perHarmonic;
        const unsigned row = lane / columnItems * Rows;
        const unsigned column = lane % columnItems * Columns;
        const std::size_t firstImage = place.image + row;
        const std::size_t firstPrototype = place.prototype + column;
        if (thread / perHarmonic >= perRound)
            return;
        for (unsigned round = 0; round * perRound < plan.harmonics; ++round)
        {
            // Every other round backwards: low harmonics have more rings than high ones.
            const unsigned within =
                round % 2 == 0 ? thread / perHarmonic : perRound - 1 - thread / perHarmonic;
            const unsigned m = round * perRound + within;
            if (m >= plan.harmonics)
                continue;
            Sums<Rows, Columns> sums = {};
            addRings(images + tileIndex(firstImage, plan.offset[m], plan.size),
                     prototypes + tileIndex(firstPrototype, plan.offset[m], plan.size),
                     plan.rings - plan.firstRing[m], sums);
            for (unsigned r = 0; r < Rows; ++r)
            {
                const std::size_t image = firstImage + r;
                const float scale = imageScales == nullptr || image >= imageCount ? 1.0F : imageScales[image];
                for (unsigned c = 0; c < Columns; ++c)
                    store(z + ((row + r) * blockPrototypes + column + c) * transformStride(plan.angles), m,
                          scale, sums.value[r][c]);
            }
        }
    }

    SOMNIUM_DEVICE void store(Complex *z, unsigned m, float scale, const float (&sum)[4]) const
    {
        if (m == 0)
        {
            z[0] = {2.0F * scale * sum[0], 2.0F * scale * sum[0]};
            return;
        }
        const float sumRe = scale * (sum[0] + sum[1]);
        const float differenceRe = scale * (sum[0] - sum[1]);
        const float sumIm = scale * (sum[2] + sum[3]);
        const float differenceIm = scale * (sum[2] - sum[3]);
        z[paddedIndex(m)] = {sumRe - sumIm, differenceRe + differenceIm};
        z[paddedIndex(plan.angles - m)] = {sumRe + sumIm, differenceRe - differenceIm};
    }

    /// Value at angle s of one of the two correlations.
    [[nodiscard]] SOMNIUM_DEVICE float at(const float *values, unsigned s) const
    {
        return values[2 * plan.position[s & (plan.angles - 1)]];
    }

    /// So many that all threads search, as far as there are parts.
    [[nodiscard]] SOMNIUM_DEVICE static unsigned partsOf(unsigned pairs, unsigned threads)
    {
        const unsigned parts = threads / pairs;
        return parts < 1 ? 1 : parts > kMostParts ? kMostParts : parts;
    }

    /// Lowest angle first. Neighbouring threads search neighbouring pairs, at the same angle, whose place is
    /// then read once for all, and whose values lie in different banks.
    [[nodiscard]] SOMNIUM_DEVICE LargestOfPart largestOfPart(const Complex *values, unsigned part,
                                                             unsigned parts) const
    {
        const unsigned first = part * plan.angles / parts;
        const unsigned end = (part + 1) * plan.angles / parts;
        unsigned plain = first;
        unsigned flipped = first;
        Complex here = values[plan.position[first]];
        for (unsigned s = first + 1; s < end; ++s)
        {
            const Complex value = values[plan.position[s]];
            plain = value.re > here.re ? s : plain;
            here.re = value.re > here.re ? value.re : here.re;
            flipped = value.im > here.im ? s : flipped;
            here.im = value.im > here.im ? value.im : here.im;
        }
        return {{static_cast<std::uint16_t>(plain), static_cast<std::uint16_t>(flipped)}};
    }

    /// The largest value of correlation `i`, lowest angle first, refined by the parabola through its
    /// neighbours.
    [[nodiscard]] SOMNIUM_DEVICE Peak refinedPeak(const float *values, const LargestOfPart *largest,
                                                  unsigned i, unsigned parts) const
    {
        const unsigned pairs = blockImages * blockPrototypes;
        unsigned best = largest[i / 2].angle[i % 2];
        float here = at(values, best);
        for (unsigned part = 1; part < parts; ++part)
        {
            const unsigned angle = largest[part * pairs + i / 2].angle[i % 2];
            const float value = at(values, angle);
            best = value > here ? angle : best;
            here = value > here ? value : here;
        }
        const float before = at(values, best + plan.angles - 1);
        const float after = at(values, best + 1);
        const float slope = before - after;
        const float curvature = before - 2.0F * here + after;
        const float shift = curvature < 0.0F ? 0.5F * slope / curvature : 0.0F;
        const auto angles = static_cast<float>(plan.angles);
        float step = static_cast<float>(best) + shift;
        step = step < 0.0F ? step + angles : step;
        step = step >= angles ? 0.0F : step;
        return {here - 0.25F * slope * shift, step};
    }

    /// The best of so many evenly spaced rotations, between angles on the same parabola.
    [[nodiscard]] SOMNIUM_DEVICE Peak bestAllowed(const float *values) const
    {
        Peak best = {at(values, 0), 0.0F};
        for (unsigned rotation = 1; rotation < rotations; ++rotation)
        {
            const auto twice = std::uint64_t{2} * rotation * plan.angles;
            const auto nearest = static_cast<unsigned>((twice + rotations) / (std::uint64_t{2} * rotations));
            const float step =
                static_cast<float>(std::uint64_t{rotation} * plan.angles) / static_cast<float>(rotations);
            const float shift = step - static_cast<float>(nearest);
            const float before = at(values, nearest + plan.angles - 1);
            const float here = at(values, nearest);
            const float after = at(values, nearest + 1);
            const float value =
                here + 0.5F * shift * ((after - before) + shift * (before - 2.0F * here + after));
            best.step = value > best.value ? step : best.step;
            best.value = value > best.value ? value : best.value;
        }
        return best;
    }

    SOMNIUM_DEVICE void writeResult(const Place &place, unsigned pair, const Peak *peaks) const
    {
        const std::size_t image = place.image + pair / blockPrototypes;
        const std::size_t prototype = place.prototype + pair % blockPrototypes;
        if (image >= imageCount || prototype >= prototypeCount)
            return;
        const Peak plain = peaks[2 * pair];
        const bool isFlipped = useFlips && peaks[2 * pair + 1].value > plain.value;
        const Peak peak = isFlipped ? peaks[2 * pair + 1] : plain;
        const float squared = prototypeEnergies[prototype] + imageEnergies[image] - peak.value;
        const std::size_t to = prototype * stride + image;
        distance[to] = sqrtf(squared < 0.0F ? 0.0F : squared); // NaN stays NaN
        angleSteps[to] = peak.step;
        flip[to] = isFlipped ? 1 : 0;
    }
};

/// Best and second best of each image, lowest prototype first.
struct BestKernel
{
    const float *distance = nullptr; ///< [prototypes][stride]
    const float *angleSteps = nullptr;
    const std::uint8_t *flip = nullptr;
    std::size_t stride = 0;
    std::size_t imageCount = 0;
    std::size_t prototypeCount = 0;
    unsigned angles = 0;
    std::uint32_t *best = nullptr; ///< [images], as the others
    std::uint32_t *second = nullptr;
    float *bestDistance = nullptr;
    float *secondDistance = nullptr;
    float *bestAngleRad = nullptr;
    float *secondAngleRad = nullptr;
    std::uint8_t *bestFlip = nullptr;
    std::uint8_t *secondFlip = nullptr;

    [[nodiscard]] Grid grid() const { return {ceilDivide(imageCount, kMaxThreads)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t image = block.x() * kMaxThreads + thread;
            if (image < imageCount)
                findBest(image);
        });
    }

private:
    SOMNIUM_DEVICE void findBest(std::size_t image) const
    {
        std::size_t first = 0;
        std::size_t next = 0;
        float firstDistance = INFINITY;
        float nextDistance = INFINITY;
        for (std::size_t k = 0; k < prototypeCount; ++k)
        {
            const float here = distance[k * stride + image];
            if (here < firstDistance)
            {
                next = first;
                nextDistance = firstDistance;
                first = k;
                firstDistance = here;
            }
            else if (here < nextDistance)
            {
                next = k;
                nextDistance = here;
            }
        }
        best[image] = static_cast<std::uint32_t>(first);
        second[image] = static_cast<std::uint32_t>(next);
        bestDistance[image] = firstDistance;
        secondDistance[image] = prototypeCount == 1 ? firstDistance : nextDistance;
        bestAngleRad[image] = angleRad(angleSteps[first * stride + image]);
        secondAngleRad[image] = angleRad(angleSteps[next * stride + image]);
        bestFlip[image] = flip[first * stride + image];
        secondFlip[image] = flip[next * stride + image];
    }

    /// In [0, 2 pi).
    [[nodiscard]] SOMNIUM_DEVICE float angleRad(float steps) const
    {
        constexpr float kTurn = 6.28318530717958648F;
        const float angle = steps * (kTurn / static_cast<float>(angles));
        return angle < kTurn ? angle : 0.0F;
    }
};

} // namespace somnium::gpu
// NOLINTEND(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
