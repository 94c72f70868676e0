// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_index.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/search/simulated_spectra.h"
#include "tests/support/cpu_tensor_ops.h"

namespace somnium::search
{
namespace
{

using ::testing::HasSubstr;

SpectralIndex indexOf(const data::Spectra &spectra, const SpectralIndexParams &params = {},
                      unsigned threads = 0)
{
    const test::CpuTensorOps ops(threads);
    JobContext context;
    context.threads = threads;
    return SpectralIndex::build(spectra, params, *ops, context).value();
}

std::vector<std::size_t> sourcesOf(const std::vector<SpectralNeighbour> &neighbours)
{
    std::vector<std::size_t> sources;
    for (const SpectralNeighbour &neighbour : neighbours)
        sources.push_back(neighbour.source);
    return sources;
}

/// By the formula of SpectralNeighbour, in double.
double naiveDistance(const data::PreparedSpectrum &a, const data::PreparedSpectrum &b)
{
    double squares = 0.0;
    double weights = 0.0;
    for (std::size_t p = 0; p < a.flux.size(); ++p)
    {
        if (!a.weight.empty() && (a.weight[p] == 0.0F || b.weight[p] == 0.0F))
            continue;
        const double w =
            a.weight.empty() ? 1.0 : 1.0 / (1.0 / double{a.weight[p]} + 1.0 / double{b.weight[p]});
        squares += w * std::pow(double{a.flux[p]} - double{b.flux[p]}, 2.0);
        weights += w;
    }
    return std::sqrt(squares / weights);
}

/// Share of the 50 exact nearest that the index finds, over 40 spectra.
double recall(const data::Spectra &spectra, const SpectralIndex &index, std::size_t candidates)
{
    constexpr std::size_t asked = 40;
    constexpr std::size_t count = 50;
    double found = 0.0;
    for (std::size_t i = 0; i < asked; ++i)
    {
        const std::size_t source = i * spectra.count() / asked;
        const data::PreparedSpectrum own = spectra.spectrum(source);
        auto exact = nearestExact(viewOf(own), spectra, count + 1, {})->neighbours;
        std::erase_if(exact, [source](const SpectralNeighbour &one) { return one.source == source; });
        exact.resize(count);
        const auto fast = index.nearest(spectra, source, count, {}, candidates).value();
        EXPECT_EQ(fast.size(), count);
        std::set<std::size_t> sources;
        for (const SpectralNeighbour &one : fast)
            sources.insert(one.source);
        for (const SpectralNeighbour &one : exact)
            found += sources.contains(one.source) ? 1.0 : 0.0;
    }
    return found / static_cast<double>(asked * count);
}

TEST(SpectralDistance, IsTheFormulaAndTheExactScanSortsByIt)
{
    for (const bool hasWeights : {false, true})
    {
        const auto made = test::simulateSpectra({.count = 60,
                                                 .pixels = 77,
                                                 .leastNoise = 0.1,
                                                 .mostNoise = 1.0,
                                                 .hasWeights = hasWeights,
                                                 .maskedShare = hasWeights ? 0.2 : 0.0});
        const auto spectra = made.spectra();
        const data::PreparedSpectrum asked = spectra->spectrum(7);
        const auto found = nearestExact(viewOf(asked), *spectra, 60, {}).value().neighbours;
        std::vector<std::size_t> order(60);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return naiveDistance(asked, spectra->spectrum(a)) < naiveDistance(asked, spectra->spectrum(b));
        });
        ASSERT_EQ(found.size(), 60U);
        for (std::size_t i = 0; i < 60; ++i)
        {
            EXPECT_EQ(found[i].source, order[i]);
            const double expected = naiveDistance(asked, spectra->spectrum(order[i]));
            EXPECT_NEAR(found[i].distance, expected, 1e-5 * expected);
            EXPECT_EQ(std::isnan(found[i].chiSquared), !hasWeights);
        }
        EXPECT_EQ(found.front().source, 7U);
    }
}

TEST(SpectralDistance, OfASpectrumAndItsRepetitionIsNoiseAlone)
{
    auto made = test::simulateSpectra(
        {.count = 2, .pixels = 4000, .leastNoise = 0.3, .mostNoise = 0.3, .hasWeights = true});
    Random random(8);
    for (std::size_t p = 0; p < 4000; ++p)
        made.flux[4000 + p] =
            1.0F + static_cast<float>(random.normal() / std::sqrt(double{made.weight[4000 + p]}));
    for (std::size_t p = 0; p < 4000; ++p)
        made.flux[p] = 1.0F + static_cast<float>(random.normal() / std::sqrt(double{made.weight[p]}));
    const auto spectra = made.spectra();
    const data::PreparedSpectrum asked = spectra->spectrum(0);
    SpectralComparison comparison(viewOf(asked), *spectra);
    EXPECT_NEAR(comparison.with(1).chiSquared, 1.0, 5.0 * std::sqrt(2.0 / 4000.0));
    // One without noise counts with the other's errors only.
    const std::vector<float> flat(4000, 1.0F);
    SpectralComparison withModel({flat, {}}, *spectra);
    EXPECT_NEAR(withModel.with(1).chiSquared, 1.0, 5.0 * std::sqrt(2.0 / 4000.0));
}

TEST(SpectralDistance, AsksForHalfOfThePixels)
{
    std::vector<float> weight(3 * 10, 1.0F);
    std::fill(weight.begin() + 10, weight.begin() + 15, 0.0F); // half of the second
    std::fill(weight.begin() + 20, weight.begin() + 26, 0.0F); // more than half of the third
    const data::MemorySpectra spectra({data::SpectralGrid::Scale::Index, 0.0, 1.0, 10},
                                      std::vector<float>(30), weight);
    const data::PreparedSpectrum asked = spectra.spectrum(0);
    const auto found = nearestExact(viewOf(asked), spectra, 9, {}).value().neighbours;
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].source, 1U);
    EXPECT_EQ(found[1].pixels, 5U);
    EXPECT_EQ(nearestExact({asked.flux, {}}, spectra, 9, {})->neighbours.size(), 2U);
    const std::vector<float> shorter(9);
    EXPECT_EQ(nearestExact({shorter, {}}, spectra, 1, {}).error().kind, ErrorKind::Mismatch);
}

TEST(SpectralIndex, FindsTheNearestOfEvenNoise)
{
    const auto spectra = test::simulateSpectra({}).spectra();
    const SpectralIndex index = indexOf(*spectra);
    EXPECT_GE(index.components(), 64U);
    EXPECT_GE(recall(*spectra, index, 200), 0.98);
}

TEST(SpectralIndex, FindsTheNearestOfUnevenNoiseAndWithMaskedPixels)
{
    const test::SimulatedSpectraParams uneven{.leastNoise = 0.05, .mostNoise = 0.4, .hasWeights = true};
    const auto whole = test::simulateSpectra(uneven).spectra();
    EXPECT_GE(recall(*whole, indexOf(*whole), 150), 0.98);
    for (const double share : {0.03, 0.15})
    {
        test::SimulatedSpectraParams some = uneven;
        some.maskedShare = share;
        const auto masked = test::simulateSpectra(some).spectra();
        const SpectralIndex index = indexOf(*masked);
        EXPECT_GE(recall(*masked, index, 400), 0.98) << share;
        // It says by itself that it should look at more of them.
        EXPECT_GT(recall(*masked, index, 0), recall(*masked, index, 50)) << share;
    }
}

TEST(SpectralIndex, AnswersForASpectrumOfElsewhereAsForOneOfItsOwn)
{
    const auto spectra =
        test::simulateSpectra(
            {.count = 1500, .leastNoise = 0.05, .mostNoise = 0.2, .hasWeights = true, .maskedShare = 0.1})
            .spectra();
    const SpectralIndex index = indexOf(*spectra);
    const data::PreparedSpectrum asked = spectra->spectrum(11);
    const auto own = index.nearest(*spectra, 11, 20, {}).value();
    auto other = index.nearest(*spectra, viewOf(asked), 21, {}).value();
    EXPECT_EQ(other.front().source, 11U);
    EXPECT_EQ(other.front().distance, 0.0F);
    other.erase(other.begin());
    EXPECT_EQ(sourcesOf(own), sourcesOf(other));
    EXPECT_TRUE(
        std::is_sorted(own.begin(), own.end(), [](const SpectralNeighbour &a, const SpectralNeighbour &b) {
            return a.distance < b.distance;
        }));
}

TEST(SpectralIndex, WithAllAsCandidatesIsTheExactScan)
{
    const auto spectra = test::simulateSpectra({.count = 500}).spectra();
    const SpectralIndex index = indexOf(*spectra);
    const data::PreparedSpectrum asked = spectra->spectrum(3);
    EXPECT_EQ(sourcesOf(index.nearest(*spectra, viewOf(asked), 500, {}, 500).value()),
              sourcesOf(nearestExact(viewOf(asked), *spectra, 500, {})->neighbours));
}

TEST(SpectralIndex, RowsThatAreKeptElsewhereAreAskedThere)
{
    class CountedRows final : public compute::NearestRows
    {
    public:
        explicit CountedRows(std::unique_ptr<compute::NearestRows> rows) : m_rows(std::move(rows)) {}
        [[nodiscard]] const compute::HalfRows &rows() const override { return m_rows->rows(); }
        [[nodiscard]] Result<std::vector<compute::NearRow>>
        nearest(std::span<const float> queries, std::size_t count, const JobContext &context) override
        {
            ++m_calls;
            if (m_calls > 1)
                return failure(ErrorKind::DeviceLost, "gone");
            return m_rows->nearest(queries, count, context);
        }

    private:
        std::unique_ptr<compute::NearestRows> m_rows;
        std::size_t m_calls = 0;
    };
    const auto spectra = test::simulateSpectra({.count = 900}).spectra();
    const SpectralIndex index = indexOf(*spectra);
    const auto rows = std::make_shared<const compute::HalfRows>(index.rows());
    CountedRows kept(compute::nearestRowsOnProcessor(rows).value());
    EXPECT_EQ(sourcesOf(index.nearest(*spectra, 5, 20, {}, 0, &kept).value()),
              sourcesOf(index.nearest(*spectra, 5, 20, {}).value()));
    EXPECT_EQ(index.nearest(*spectra, 5, 20, {}, 0, &kept).error().kind, ErrorKind::DeviceLost);
}

TEST(SpectralIndex, HasTheSameBitsForAnyNumberOfThreads)
{
    const auto spectra =
        test::simulateSpectra({.count = 1500, .hasWeights = true, .maskedShare = 0.1}).spectra();
    EXPECT_EQ(indexOf(*spectra, {}, 1), indexOf(*spectra, {}, 2));
}

TEST(SpectralIndex, IsReadBackFromBytesAndFromNoOthers)
{
    const auto spectra = test::simulateSpectra({.count = 300, .pixels = 50}).spectra();
    const SpectralIndex index = indexOf(*spectra);
    std::vector<std::byte> bytes = index.toBytes(77);
    const auto back = SpectralIndex::fromBytes(bytes, 77, *spectra, "a.index");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, index);
    EXPECT_EQ(SpectralIndex::fromBytes(bytes, 78, *spectra, "a.index").error().kind, ErrorKind::Mismatch);
    const auto others = test::simulateSpectra({.count = 299, .pixels = 50}).spectra();
    EXPECT_THAT(SpectralIndex::fromBytes(bytes, 77, *others, "a.index").error().message,
                HasSubstr("a.index: an index of other spectra (300 of 50 pixels)"));
    for (const std::size_t size : {std::size_t{0}, std::size_t{40}, std::size_t{80}, bytes.size() - 1})
        EXPECT_EQ(
            SpectralIndex::fromBytes(std::span(bytes).first(size), 77, *spectra, "a.index").error().kind,
            ErrorKind::Malformed);
    for (std::size_t at = 0; at < bytes.size(); at += at < 80 ? 1 : 997)
    {
        std::vector<std::byte> damaged = bytes;
        damaged[at] ^= std::byte{0x10};
        EXPECT_FALSE(SpectralIndex::fromBytes(damaged, 77, *spectra, "a.index")) << at;
    }
}

TEST(SpectralIndex, SaysWhatItNeeds)
{
    const test::CpuTensorOps ops;
    const data::SpectralGrid grid{data::SpectralGrid::Scale::Index, 0.0, 1.0, 5};
    const data::MemorySpectra one(grid, std::vector<float>(5));
    EXPECT_THAT(SpectralIndex::build(one, {}, *ops, {}).error().message, HasSubstr("at least two spectra"));
    const data::MemorySpectra same(grid, std::vector<float>(50, 2.0F));
    EXPECT_THAT(SpectralIndex::build(same, {}, *ops, {}).error().message, HasSubstr("do not differ"));
    const auto spectra = test::simulateSpectra({.count = 100, .pixels = 30}).spectra();
    const SpectralIndex index = indexOf(*spectra);
    EXPECT_EQ(index.nearest(same, 0, 5, {}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(index.nearest(*spectra, 100, 5, {}).error().kind, ErrorKind::InvalidArgument);
    std::stop_source source;
    source.request_stop();
    JobContext stopped;
    stopped.stop = source.get_token();
    EXPECT_EQ(SpectralIndex::build(*spectra, {}, *ops, stopped).error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(index.nearest(*spectra, 0, 5, stopped).error().kind, ErrorKind::Cancelled);
}

} // namespace
} // namespace somnium::search
