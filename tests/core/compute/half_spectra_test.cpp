// SPDX-License-Identifier: GPL-3.0-or-later
// Half-precision spectra on every SIMD path that runs here.
#include "core/compute/half_spectra.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/cpu/kernel_choice.h"
#include "tests/support/blob_images.h"
#include "tests/support/naive_backend.h"
#include "tests/support/property.h"

namespace somnium::compute
{
namespace
{

PolarGrid gridOf(const data::Samples &samples)
{
    return polarGridFor(samples.shape(), MatchPrecision::Standard).value();
}

HalfSpectra halvesOf(Backend &backend, const data::Samples &samples)
{
    return backend.transformToHalf(samples, 0, samples.count(), gridOf(samples), {}).value();
}

std::unique_ptr<Spectra> uploaded(Backend &backend, HalfSpectra halves)
{
    return backend.upload(std::make_shared<const HalfSpectra>(std::move(halves))).value();
}

data::ImageShape randomShape(Random &random)
{
    return {1 + random.below(2), 5 + random.below(22), 5 + random.below(22)};
}

class HalfSpectraTest : public ::testing::TestWithParam<const cpu::Kernels *>
{
protected:
    cpu::CpuBackend m_backend{*GetParam()};
};

TEST_P(HalfSpectraTest, CoefficientsAreTrueToTheBound)
{
    test::forAll(8, [&](Random &random) {
        data::MemorySamples samples = test::blobSamples(randomShape(random), 1 + random.below(9), random);
        // Whatever the unit of the images: faint ones and counts.
        const auto factor = static_cast<float>(std::pow(10.0, random.uniform(-12.0, 12.0)));
        std::vector<float> values;
        for (std::size_t i = 0; i < samples.count(); ++i)
            for (const float pixel : samples.sample(i).pixels())
                values.push_back(pixel * factor);
        const data::MemorySamples scaled(samples.shape(), std::move(values));
        const auto full = m_backend.transform(scaled, 0, scaled.count(), gridOf(scaled), {}).value();
        const std::vector<float> expected = m_backend.download(*full).value();
        const auto half = uploaded(m_backend, halvesOf(m_backend, scaled));
        const std::vector<float> found = m_backend.download(*half).value();
        ASSERT_EQ(found.size(), expected.size());
        const std::size_t size = full->grid().coefficientCount();
        for (std::size_t i = 0; i < scaled.count(); ++i)
        {
            double largest = 0.0;
            for (std::size_t c = i * size; c < (i + 1) * size; ++c)
                largest = std::max(largest, std::abs(static_cast<double>(expected[c])));
            for (std::size_t c = i * size; c < (i + 1) * size; ++c)
            {
                const auto value = static_cast<double>(expected[c]);
                ASSERT_NEAR(found[c], value, 0x1p-11 * std::abs(value) + 0x1p-39 * largest);
            }
        }
    });
}

TEST_P(HalfSpectraTest, EveryPathMakesTheSameBits)
{
    test::forAll(3, [&](Random &random) {
        const data::MemorySamples samples =
            test::blobSamples(randomShape(random), 1 + random.below(9), random);
        cpu::CpuBackend plain(cpu::kPlainKernels);
        EXPECT_EQ(halvesOf(m_backend, samples), halvesOf(plain, samples));
    });
}

TEST_P(HalfSpectraTest, MatchesEqualTheOracle)
{
    test::forAll(4, [&](Random &random) {
        const data::ImageShape shape = randomShape(random);
        const data::MemorySamples samples = test::blobSamples(shape, 1 + random.below(30), random);
        const data::MemorySamples others = test::blobSamples(shape, 1 + random.below(20), random);
        const auto images = uploaded(m_backend, halvesOf(m_backend, samples));
        const auto prototypes = m_backend.transform(others, 0, others.count(), images->grid(), {}).value();
        const std::vector<float> a = m_backend.download(*images).value();
        const std::vector<float> b = m_backend.download(*prototypes).value();
        const MatchResult match = m_backend.match(*images, *prototypes, {.all = true}, {}).value();
        const std::size_t size = images->grid().coefficientCount();
        const auto at = [size](const std::vector<float> &all, std::size_t i) {
            return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(i * size),
                                       all.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
        };
        for (std::size_t i = 0; i < samples.count(); ++i)
            for (std::size_t k = 0; k < others.count(); ++k)
            {
                const auto expected = test::naiveMatch(at(a, i), at(b, k), images->grid(), true);
                const auto found = static_cast<double>(match.distance[i * others.count() + k]);
                ASSERT_NEAR(found * found, expected.distance * expected.distance,
                            2e-5 * (1.0 + expected.distance * expected.distance));
            }
    });
}

/// The rows are read by two kernels, for matching and for the sums: both must see the same coefficients.
TEST_P(HalfSpectraTest, AnUpdateIsThatOfTheSameCoefficientsInFull)
{
    test::forAll(3, [&](Random &random) {
        const data::MemorySamples samples =
            test::blobSamples(randomShape(random), 200 + random.below(100), random);
        const PolarGrid grid = gridOf(samples);
        const auto half = uploaded(m_backend, halvesOf(m_backend, samples));
        const auto full = m_backend.upload(m_backend.download(*half).value(), samples.count(), grid).value();
        const auto prototypes = m_backend.transform(samples, 0, 7, grid, {}).value();
        std::vector<float> weights(49, 0.3F);
        for (std::size_t k = 0; k < 7; ++k)
            weights[8 * k] = 1.0F;
        UpdateOptions options;
        options.neighbourhood = weights;
        const auto a = m_backend.update(*half, *prototypes, options, {}).value();
        const auto b = m_backend.update(*full, *prototypes, options, {}).value();
        EXPECT_EQ(a.match.best, b.match.best);
        EXPECT_EQ(a.match.bestDistance, b.match.bestDistance);
        EXPECT_EQ(m_backend.download(*a.prototypes).value(), m_backend.download(*b.prototypes).value());
    });
}

TEST_P(HalfSpectraTest, BlocksGiveTheBitsOfAllImagesAtOnce)
{
    Random random(5);
    const data::MemorySamples samples = test::blobSamples({1, 7, 7}, 2 * kUpdateBlockImages + 100, random);
    const HalfSpectra all = halvesOf(m_backend, samples);
    const auto prototypes = m_backend.transform(samples, 0, 5, all.grid, {}).value();
    const std::vector<float> weights(25, 1.0F);
    UpdateOptions options;
    options.neighbourhood = weights;
    const auto batch = m_backend.beginUpdate(*prototypes, options).value();
    for (std::size_t first = 0; first < samples.count(); first += kUpdateBlockImages)
    {
        const std::size_t count = std::min(kUpdateBlockImages, samples.count() - first);
        const auto block =
            uploaded(m_backend, m_backend.transformToHalf(samples, first, count, all.grid, {}).value());
        ASSERT_TRUE(batch->add(*block, {}));
    }
    const auto whole = m_backend.update(*uploaded(m_backend, all), *prototypes, options, {}).value();
    const auto parts = batch->finish().value();
    EXPECT_EQ(m_backend.download(*parts).value(), m_backend.download(*whole.prototypes).value());
}

INSTANTIATE_TEST_SUITE_P(Kernels, HalfSpectraTest, ::testing::ValuesIn(cpu::usableKernels()),
                         [](const auto &kernels) { return std::string(kernels.param->name); });

TEST(HalfScale, BringsTheLargestBelowTheLargestHalf)
{
    for (const float largest : {1e-32F, 3e-5F, 0.5F, 1.0F, 1.5F, 7e4F, 3e37F})
    {
        const float scaled = largest / halfScaleFor(largest);
        EXPECT_GE(scaled, 0x1p14F);
        EXPECT_LT(scaled, 0x1p15F);
    }
    EXPECT_LT(1e-37F / halfScaleFor(1e-37F), 0x1p15F);
    EXPECT_EQ(halfScaleFor(0.0F), 1.0F);
    EXPECT_TRUE(std::isnan(halfScaleFor(std::numeric_limits<float>::infinity())));
}

TEST(HalfSpectraSize, IsLessThanHalfOfTheFull)
{
    const PolarGrid grid = polarGridFor({1, 64, 64}, MatchPrecision::Standard).value();
    EXPECT_LT(static_cast<double>(halfBytesPerImage(grid)),
              0.42 * 4.0 * static_cast<double>(grid.coefficientCount()));
}

} // namespace
} // namespace somnium::compute
