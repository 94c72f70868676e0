// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_outliers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/search/outliers.h"
#include "tests/core/search/simulated_spectra.h"
#include "tests/support/cpu_tensor_ops.h"
#include "tests/support/property.h"

namespace somnium::search
{
namespace
{

using ::testing::HasSubstr;

/// Distance to the k-th nearest other row, by sorting all.
float naiveNeighbour(std::span<const float> rows, std::size_t width, std::size_t row, std::size_t k)
{
    std::vector<double> distances;
    for (std::size_t j = 0; j < rows.size() / width; ++j)
    {
        double square = 0.0;
        for (std::size_t p = 0; p < width; ++p)
            square += std::pow(double{rows[row * width + p]} - double{rows[j * width + p]}, 2.0);
        if (j != row && std::isfinite(square))
            distances.push_back(std::sqrt(square));
    }
    std::sort(distances.begin(), distances.end());
    return static_cast<float>(distances[k - 1]);
}

TEST(NeighbourDistances, AreThoseOfTheSortedDistances)
{
    test::forAll(10, [](Random &random) {
        const std::size_t width = 1 + random.below(5);
        const std::size_t count = 20 + random.below(100);
        const std::size_t k = 1 + random.below(9);
        std::vector<float> rows(count * width);
        for (float &value : rows)
            value = static_cast<float>(random.normal());
        rows[3 * width] = std::numeric_limits<float>::quiet_NaN();
        const auto found = neighbourDistances(rows, width, k, {});
        ASSERT_TRUE(found);
        for (std::size_t i = 0; i < count; ++i)
        {
            if (i == 3)
                EXPECT_TRUE(std::isnan((*found)[i]));
            else
                EXPECT_NEAR((*found)[i], naiveNeighbour(rows, width, i, k), 1e-5);
        }
    });
    const std::vector<float> few(6);
    EXPECT_TRUE(std::isnan(neighbourDistances(few, 2, 3, {})->front()));
    EXPECT_EQ(neighbourDistances(few, 2, 2, {})->front(), 0.0F);
}

TEST(NeighbourDistances, InTheIndexAreThoseOfTheSpectra)
{
    const auto spectra = test::simulateSpectra({.count = 500, .leastNoise = 0.1, .mostNoise = 0.2}).spectra();
    const test::CpuTensorOps ops;
    const SpectralIndex index = SpectralIndex::build(*spectra, {}, *ops, {}).value();
    const auto found = neighbourDistances(index, 5, {}).value();
    for (std::size_t i = 0; i < 500; i += 50)
    {
        const data::PreparedSpectrum own = spectra->spectrum(i);
        const float exact = nearestExact(viewOf(own), *spectra, 6, {})->neighbours.back().distance;
        EXPECT_NEAR(found[i], exact, 0.05F * exact);
    }
}

TEST(SignalToNoise, IsThatOfTheSpectrumWithAndWithoutErrors)
{
    Random random(2);
    for (const double snr : {0.5, 3.0, 40.0})
    {
        std::vector<float> flux(4000);
        std::vector<float> weight(4000, static_cast<float>(snr * snr));
        for (float &value : flux)
            value = static_cast<float>(1.0 + random.normal() / snr);
        EXPECT_NEAR(spectralSignalToNoise({flux, weight}), snr, std::max(0.07 * snr, 0.15));
        EXPECT_NEAR(spectralSignalToNoise({flux, {}}), snr, std::max(0.07 * snr, 0.15));
        // Without a continuum, what is left counts: here a slow wave.
        for (std::size_t p = 0; p < flux.size(); ++p)
            flux[p] += static_cast<float>(std::sin(static_cast<double>(p) / 100.0) * 2.0 - 1.0);
        EXPECT_NEAR(spectralSignalToNoise({flux, weight}), 2.0 * snr, 0.25 * snr + 0.1);
        std::fill(weight.begin() + 3, weight.end(), 0.0F);
        EXPECT_EQ(spectralSignalToNoise({flux, weight}), 0.0F);
    }
}

/// Spectra of very different noise, whose pipeline says too small errors for the faint ones; some of them
/// with a feature that nobody else has.
struct Survey
{
    test::SimulatedSpectra made;
    std::set<std::size_t> odd;
    std::vector<float> reconstructionError;
    std::vector<float> signalToNoise;
    std::unique_ptr<data::MemorySpectra> spectra;
    SpectralIndex index;
};

Survey survey()
{
    Survey result;
    result.made = test::simulateSpectra({.leastNoise = 0.05, .mostNoise = 2.0, .hasWeights = true});
    test::SimulatedSpectra &made = result.made;
    for (std::size_t i = 0; i < made.count; ++i)
    {
        const double sigma = double{made.sigma[i]};
        const bool isOdd = i % 200 == 77;
        if (isOdd)
            result.odd.insert(i);
        double chi = 0.0;
        for (std::size_t p = 0; p < made.pixels; ++p)
        {
            const std::size_t at = i * made.pixels + p;
            const double error = 1.0 / std::sqrt(double{made.weight[at]});
            if (isOdd && (p + 13 * i) % 61 < 20) // a comb, three times the noise high
                made.flux[at] += static_cast<float>(3.0 * error);
            made.weight[at] *= static_cast<float>(1.0 + 0.5 * sigma);
            chi += std::pow(double{made.flux[at]} - double{made.truth[at]}, 2.0) * double{made.weight[at]};
        }
        result.reconstructionError.push_back(static_cast<float>(chi / static_cast<double>(made.pixels)));
    }
    result.spectra = made.spectra();
    result.signalToNoise = signalToNoises(*result.spectra, {}).value();
    const test::CpuTensorOps ops;
    result.index = SpectralIndex::build(*result.spectra, {}, *ops, {}).value();
    return result;
}

/// Of the `count` highest scores, how many satisfy `is`.
template <class Is> std::size_t among(const std::vector<float> &scores, std::size_t count, const Is &is)
{
    const auto order = byFallingScore(scores);
    return static_cast<std::size_t>(
        std::count_if(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), is));
}

TEST(SpectralOutliers, FindPlantedOnesAndNotTheFaint)
{
    const Survey sample = survey();
    const SpectralOutlierInput input{.signalToNoise = sample.signalToNoise,
                                     .reconstructionError = sample.reconstructionError,
                                     .latent = sample.made.places,
                                     .latentSize = test::SimulatedSpectra::kPlaces,
                                     .index = &sample.index};
    const SpectralOutlierFigures figures = spectralOutlierFigures(input, {}).value();
    const auto isOdd = [&](std::size_t i) { return sample.odd.contains(i); };
    std::vector<float> sorted = sample.made.sigma;
    std::sort(sorted.begin(), sorted.end());
    const float faint = sorted[sorted.size() * 9 / 10];
    const auto isFaint = [&](std::size_t i) { return sample.made.sigma[i] >= faint; };
    ASSERT_EQ(sample.odd.size(), 20U);
    const auto scores = [&](SpectralOutlierScore score) { return spectralOutlierScores(score, figures); };
    EXPECT_GE(among(scores(SpectralOutlierScore::Combined), 40, isOdd), 17U);
    EXPECT_GE(among(scores(SpectralOutlierScore::Unexplained), 30, isOdd), 18U);
    // A tenth, 20, is as many as there should be; the raw figures are full of them.
    EXPECT_LE(among(scores(SpectralOutlierScore::Combined), 200, isFaint), 50U);
    EXPECT_LE(among(scores(SpectralOutlierScore::Unexplained), 200, isFaint), 50U);
    EXPECT_LE(among(scores(SpectralOutlierScore::Isolation), 200, isFaint), 50U);
    EXPECT_LE(among(scores(SpectralOutlierScore::LatentIsolation), 200, isFaint), 50U);
    EXPECT_GE(among(scores(SpectralOutlierScore::Reconstruction), 200, isFaint), 100U);
    EXPECT_GE(among(scores(SpectralOutlierScore::NeighbourDistance), 200, isFaint), 100U);
}

TEST(SpectralOutliers, MostSpectraAreUsualAmongTheBrightAndAmongTheFaint)
{
    const Survey sample = survey();
    const SpectralOutlierFigures figures =
        spectralOutlierFigures({.signalToNoise = sample.signalToNoise,
                                .reconstructionError = sample.reconstructionError,
                                .latent = {},
                                .index = &sample.index},
                               {})
            .value();
    const auto unexplained = spectralOutlierScores(SpectralOutlierScore::Unexplained, figures);
    EXPECT_NEAR(percentile(unexplained, 50.0), 0.0, 0.1);
    EXPECT_NEAR(percentile(unexplained, 84.0) - percentile(unexplained, 16.0), 2.0, 0.3);
    const auto isolation = spectralOutlierScores(SpectralOutlierScore::Isolation, figures);
    std::vector<float> bright;
    std::vector<float> dim;
    const double middle = percentile(sample.signalToNoise, 50.0);
    for (std::size_t i = 0; i < isolation.size(); ++i)
        (double{sample.signalToNoise[i]} > middle ? bright : dim).push_back(isolation[i]);
    EXPECT_NEAR(percentile(bright, 50.0), 0.0, 0.1);
    EXPECT_NEAR(percentile(dim, 50.0), 0.0, 0.1);
}

TEST(SpectralOutliers, JudgeByWhatThereIs)
{
    const std::vector<float> signalToNoise = {1.0F, 2.0F, std::numeric_limits<float>::quiet_NaN(), 4.0F};
    const std::vector<float> errors = {1.0F, 1.5F, 9.0F, std::numeric_limits<float>::quiet_NaN()};
    const auto figures =
        spectralOutlierFigures({.signalToNoise = signalToNoise, .reconstructionError = errors, .latent = {}},
                               {})
            .value();
    const auto scores = spectralOutlierScores(SpectralOutlierScore::Combined, figures);
    EXPECT_GT(scores[1], scores[0]);
    EXPECT_TRUE(std::isnan(scores[2]) && std::isnan(scores[3]));
    for (const float score : spectralOutlierScores(SpectralOutlierScore::Isolation, figures))
        EXPECT_TRUE(std::isnan(score));
    EXPECT_EQ(outlierText(1, figures),
              "chi^2 1.5 per pixel: 1.2 x what is usual at its signal-to-noise of 2");
    const std::vector<float> shorter(3);
    const auto wrong = spectralOutlierFigures(
        {.signalToNoise = signalToNoise, .reconstructionError = shorter, .latent = {}}, {});
    EXPECT_THAT(wrong.error().message,
                HasSubstr("expected figures of 4 spectra, found 3 reconstruction errors"));
}

TEST(SpectralOutliers, HaveNamesThatAreReadBack)
{
    for (const SpectralOutlierScore score : kSpectralOutlierScores)
    {
        EXPECT_EQ(spectralOutlierScoreFromName(toString(score)), score);
        EXPECT_FALSE(describe(score).empty());
    }
    EXPECT_THAT(spectralOutlierScoreFromName("size").error().message, HasSubstr("found \"size\""));
}

} // namespace
} // namespace somnium::search
