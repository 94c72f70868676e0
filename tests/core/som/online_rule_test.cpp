// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/online_rule.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/neighbourhood.h"
#include "core/som/prototypes.h"
#include "tests/support/blob_images.h"
#include "tests/support/naive_backend.h"

namespace somnium::som
{
namespace
{

using Spectrum = std::vector<double>;

class OnlineRule : public ::testing::Test
{
protected:
    Som startOf(const TrainingParams &params)
    {
        Som som;
        som.layout = params.layout;
        som.shape = m_samples.shape();
        som.grid = compute::polarGridFor(som.shape, compute::MatchPrecision::Standard, params.channelWeights)
                       .value();
        som.params = params;
        const auto first = test::blobSamples(som.shape, som.layout.neuronCount(), m_random);
        som.spectra =
            m_backend->download(*m_backend->transform(first, 0, first.count(), som.grid, {}).value()).value();
        return som;
    }

    static Spectrum spectrumAt(const std::vector<float> &all, std::size_t k, std::size_t size)
    {
        return {all.begin() + static_cast<std::ptrdiff_t>(k * size),
                all.begin() + static_cast<std::ptrdiff_t>((k + 1) * size)};
    }

    /// The rule by its definition in double precision, samples in their own order.
    std::vector<Spectrum> naive(const Som &som, std::size_t epoch) const
    {
        const std::size_t neurons = som.layout.neuronCount();
        std::vector<Spectrum> prototypes;
        for (std::size_t k = 0; k < neurons; ++k)
            prototypes.push_back(spectrumAt(som.spectra, k, som.grid.coefficientCount()));
        for (std::size_t first = 0; first < m_samples.count(); first += som.params.sourcesPerStep)
            naiveStep(som, epoch, first, prototypes);
        return prototypes;
    }

    void naiveStep(const Som &som, std::size_t epoch, std::size_t first,
                   std::vector<Spectrum> &prototypes) const
    {
        const double sigma = sigmaOf(som.params, epoch);
        const double alpha = learningRateOf(som.params, epoch);
        const double least = som.params.minimumWeight * neighbourhoodPeak(som.params.neighbourhood, sigma);
        const std::size_t end = std::min(m_samples.count(), first + som.params.sourcesPerStep);
        struct Sums
        {
            Spectrum sum;
            double weight = 0.0;
            double kept = 1.0;
        };
        const Sums empty = {Spectrum(som.grid.coefficientCount()), 0.0, 1.0};
        std::vector<Sums> pulls(prototypes.size(), empty);
        std::vector<Sums> pushes(prototypes.size(), empty);
        for (std::size_t i = first; i < end; ++i)
        {
            const Spectrum image = test::naiveSpectrum(m_samples.sample(i), som.grid);
            std::vector<test::NaiveMatch> matches;
            std::size_t best = 0;
            for (std::size_t k = 0; k < prototypes.size(); ++k)
            {
                matches.push_back(test::naiveMatch(image, prototypes[k], som.grid, som.params.useFlips,
                                                   som.params.rotations));
                if (matches[k].distance < matches[best].distance)
                    best = k;
            }
            for (std::size_t k = 0; k < prototypes.size(); ++k)
            {
                const double h =
                    neighbourhoodWeight(som.params.neighbourhood, som.layout.distance(best, k), sigma);
                if (std::abs(h) < least)
                    continue;
                const Spectrum laid =
                    test::naiveTurned(image, som.grid, matches[k].angleRad, matches[k].isFlipped);
                Sums &sums = h < 0.0 ? pushes[k] : pulls[k];
                for (std::size_t c = 0; c < laid.size(); ++c)
                    sums.sum[c] += std::abs(h) * laid[c];
                sums.weight += std::abs(h);
                sums.kept *= 1.0 - std::min(1.0, alpha * std::abs(h));
            }
        }
        for (std::size_t k = 0; k < prototypes.size(); ++k)
        {
            const auto step = [&](const Sums &sums, std::size_t c) {
                return sums.weight > 0.0 ? (1.0 - sums.kept) * (sums.sum[c] / sums.weight - prototypes[k][c])
                                         : 0.0;
            };
            Spectrum pulled;
            Spectrum moved;
            for (std::size_t c = 0; c < prototypes[k].size(); ++c)
            {
                pulled.push_back(prototypes[k][c] + step(pulls[k], c));
                moved.push_back(pulled[c] - step(pushes[k], c));
            }
            const double growth =
                std::sqrt(std::inner_product(moved.begin(), moved.end(), moved.begin(), 0.0) /
                          std::inner_product(pulled.begin(), pulled.end(), pulled.begin(), 0.0));
            for (double &value : moved)
                value /= std::max(1.0, growth);
            prototypes[k] = moved;
        }
    }

    Random m_random{5};
    data::MemorySamples m_samples = test::blobSamples({2, 14, 14}, 11, m_random);
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(OnlineRule, IsTheRuleOfItsDefinition)
{
    for (const auto neighbourhood : {Neighbourhood::Gaussian, Neighbourhood::PinkGaussian,
                                     Neighbourhood::Bubble, Neighbourhood::MexicanHat})
        for (const std::size_t sourcesPerStep : {1U, 4U})
            for (const std::size_t rotations : {0U, 8U})
            {
                TrainingParams params;
                params.layout = MapLayout::parse("3x3 hexagonal").value();
                params.rule = LearningRule::Online;
                params.neighbourhood = neighbourhood;
                params.sourcesPerStep = sourcesPerStep;
                params.rotations = rotations;
                params.shuffles = false;
                params.channelWeights = {1.0F, 0.5F};
                params.sigmaStart = 0.9;
                params.learningRateStart = 0.4;
                const Som som = startOf(params);
                const OnlineEpoch epoch = learnOnline(som, m_samples, 1, *m_backend, {}).value();
                const std::vector<Spectrum> expected = naive(som, 1);
                for (std::size_t k = 0; k < expected.size(); ++k)
                    for (std::size_t c = 0; c < expected[k].size(); ++c)
                        ASSERT_NEAR(epoch.spectra[k * expected[k].size() + c], expected[k][c], 2e-3)
                            << static_cast<int>(neighbourhood) << ' ' << sourcesPerStep << ' ' << rotations;
                EXPECT_EQ(epoch.match.best.size(), m_samples.count());
            }
}

TEST_F(OnlineRule, OneSourcePerStepMovesANeuronByAlphaTimesItsWeight)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(1, 1).value();
    params.rule = LearningRule::Online;
    params.learningRateSchedule = Schedule::Constant;
    params.learningRateStart = 1.0;
    params.shuffles = false;
    const Som som = startOf(params);
    const OnlineEpoch epoch = learnOnline(som, m_samples, 0, *m_backend, {}).value();
    // With alpha 1 the only neuron is the last source, laid on what it was before.
    Som after = som;
    after.spectra = epoch.spectra;
    const Mapping match = matchInTurn(after, m_samples, *m_backend, {}).value();
    EXPECT_LT(match.distance.back(), 0.07F);
    EXPECT_GT(match.distance.front(), 0.3F);
}

TEST_F(OnlineRule, GivesTheSameBitsForAnyNumberOfThreadsAndAnOrderOfItsOwnPerEpoch)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(3, 2).value();
    params.rule = LearningRule::Online;
    params.sourcesPerStep = 3;
    params.learningRateSchedule = params.schedule = Schedule::Constant;
    const Som som = startOf(params);
    JobContext one;
    one.threads = 1;
    JobContext three;
    three.threads = 3;
    const OnlineEpoch first = learnOnline(som, m_samples, 0, *m_backend, one).value();
    const OnlineEpoch again = learnOnline(som, m_samples, 0, *m_backend, three).value();
    EXPECT_EQ(first.spectra, again.spectra);
    EXPECT_EQ(first.match, again.match);
    EXPECT_NE(first.spectra, learnOnline(som, m_samples, 1, *m_backend, one).value().spectra);
}

TEST_F(OnlineRule, StopsWhenAsked)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(3, 2).value();
    const Som som = startOf(params);
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    context.onProgress = [&](const Progress &progress) {
        if (progress.done >= 5)
            source.request_stop();
    };
    EXPECT_EQ(learnOnline(som, m_samples, 0, *m_backend, context).error().kind, ErrorKind::Cancelled);
}

} // namespace
} // namespace somnium::som
