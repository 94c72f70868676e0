// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/autoencoder_trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

#include "core/latent/pca_baseline.h"
#include "core/latent/procrustes.h"
#include "tests/core/latent/engine_fixture.h"

namespace somnium::latent
{
namespace
{

TEST_F(EngineTrainer, SixHundredSpectraAreLearnedBetterThanByPrincipalComponents)
{
    const auto data = lineSpectra(600);
    AutoencoderParams params = smallParams();
    params.epochs = 150;
    const auto trained = train(*data, params);
    ASSERT_TRUE(trained.has_value()) << trained.error().message;
    EXPECT_TRUE(trained->isComplete);
    EXPECT_EQ(trained->batchSize, 16U); // 540 rows to learn from: 34 batches of at most 16
    const EpochRecord &best = trained->history[trained->bestEpoch - 1];
    EXPECT_LT(best.validationLoss, 0.2 * trained->history.front().validationLoss);
    const auto pca = pcaBaseline(*data, trained->split, trained->model.scaling(), params.latentSize,
                                 params.seed, *m_backend, {});
    ASSERT_TRUE(pca.has_value()) << pca.error().message;
    EXPECT_LT(best.validationLoss, 0.5 * pca->validationLoss);
}

TEST_F(EngineTrainer, WhatTheResultSaysOfTheSourcesIsWhatTheModelGives)
{
    const auto data = lineSpectra(300, {.hasWeights = true, .maskedShare = 0.1});
    const auto trained = train(*data, smallParams());
    ASSERT_TRUE(trained.has_value()) << trained.error().message;
    const auto mapped = trained->model.map(*data, *m_backend, {});
    ASSERT_TRUE(mapped.has_value());
    EXPECT_EQ(mapped->latent, trained->latent);
    EXPECT_EQ(mapped->reconstructionError, trained->reconstructionError);
    // chi^2 per pixel from its definition.
    std::vector<float> x(kPixels);
    std::vector<float> w(kPixels);
    std::vector<float> rebuilt(kPixels);
    std::vector<float> point(2);
    double all = 0.0;
    double pixels = 0.0;
    for (const std::uint32_t row : trained->split.validation)
    {
        data->read(row, x, w);
        trained->model.encode(x, w, point);
        trained->model.decode(point, rebuilt);
        double sum = 0.0;
        double there = 0.0;
        for (std::size_t j = 0; j < kPixels; ++j)
        {
            sum += w[j] * std::pow(double{x[j]} - double{rebuilt[j]}, 2.0);
            there += w[j] > 0.0F ? 1.0 : 0.0;
        }
        EXPECT_NEAR(trained->reconstructionError[row], sum / there, 1e-3 * sum / there);
        all += sum;
        pixels += there;
    }
    const InputScaling &scaling = trained->model.scaling();
    const double expected = all / pixels * scaling.weightScale / std::pow(double{scaling.scale}, 2.0);
    EXPECT_NEAR(trained->history[trained->bestEpoch - 1].validationLoss, expected, 1e-3 * expected);
}

TEST_F(EngineTrainer, MaskedPixelsTeachNothing)
{
    // What lies under the mask may be anything: the same model comes out.
    const auto data = lineSpectra(100, {.hasWeights = true, .maskedShare = 0.2});
    std::vector<float> values(100 * kPixels);
    std::vector<float> weights(values.size());
    for (std::size_t i = 0; i < 100; ++i)
        data->read(i, std::span(values).subspan(i * kPixels, kPixels),
                   std::span(weights).subspan(i * kPixels, kPixels));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (weights[i] == 0.0F)
            values[i] = 1e6F;
    AutoencoderParams params = smallParams();
    params.epochs = 3;
    const auto trained = train(*data, params);
    const auto other = train(MemoryTrainingData({1, 1, kPixels}, values, weights), params);
    ASSERT_TRUE(trained.has_value() && other.has_value());
    EXPECT_EQ(trained->model, other->model);
}

TEST_F(EngineTrainer, TheSameBitsComeFromAnyNumberOfThreadsAndWithAnyObserver)
{
    const auto data = lineSpectra(300);
    AutoencoderParams params = smallParams();
    params.epochs = 5;
    JobContext one;
    one.threads = 1;
    JobContext three;
    three.threads = 3;
    TrainingObserver observer;
    observer.secondsBetweenSnapshots = 0.0;
    observer.onSnapshot = [](const AutoencoderSnapshot &) {};
    const auto a = train(*data, params, {}, one);
    const auto b = train(*data, params, observer, three);
    ASSERT_TRUE(a.has_value() && b.has_value());
    EXPECT_EQ(a->model, b->model);
    EXPECT_EQ(a->latent, b->latent);
    params.seed = 2;
    const auto c = train(*data, params, {}, one);
    ASSERT_TRUE(c.has_value());
    EXPECT_FALSE(a->model == c->model);
}

TEST_F(EngineTrainer, PatienceEndsATrainingAndTheBestEpochIsKept)
{
    // Pure noise: what is learned of it does not hold for others.
    Random random(3);
    std::vector<float> values(80 * 30);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    const MemoryTrainingData data({1, 1, 30}, values);
    AutoencoderParams params = smallParams();
    params.latentSize = 8;
    params.epochs = 400;
    params.patience = 10;
    params.learningRate = 5e-3;
    const auto trained = train(data, params);
    ASSERT_TRUE(trained.has_value());
    EXPECT_TRUE(trained->stoppedEarly);
    EXPECT_TRUE(trained->isComplete);
    EXPECT_LT(trained->history.size(), 400U);
    EXPECT_EQ(trained->history.size(), trained->bestEpoch + params.patience);
    const auto lowest = std::min_element(
        trained->history.begin(), trained->history.end(),
        [](const EpochRecord &a, const EpochRecord &b) { return a.validationLoss < b.validationLoss; });
    EXPECT_EQ(lowest->epoch, trained->bestEpoch);
}

TEST_F(EngineTrainer, SnapshotsShowPointsThatDoNotSpin)
{
    const auto data = lineSpectra(300);
    AutoencoderParams params = smallParams();
    params.epochs = 12;
    TrainingObserver observer;
    observer.secondsBetweenSnapshots = 0.0;
    observer.subsetSize = 100;
    std::vector<AutoencoderSnapshot> ends;
    std::size_t between = 0;
    observer.onSnapshot = [&](const AutoencoderSnapshot &shown) {
        EXPECT_EQ(shown.epochs, 12U);
        EXPECT_GT(shown.samplesPerSecond, 0.0);
        EXPECT_GE(shown.secondsLeft, 0.0);
        if (shown.isEpochEnd)
        {
            EXPECT_EQ(shown.history->size(), shown.epoch);
            ends.push_back(shown);
            return;
        }
        EXPECT_EQ(shown.subsetLatent.size(), 2 * shown.subset->size());
        EXPECT_GE(shown.subset->size(), 100U);
        ++between;
    };
    const auto trained = train(*data, params, observer);
    ASSERT_TRUE(trained.has_value());
    EXPECT_GT(between, 0U);
    ASSERT_EQ(ends.size(), 12U);
    for (std::size_t i = 1; i < ends.size(); ++i)
    {
        ASSERT_EQ(ends[i].latent->size(), 2 * data->count());
        // No turn or reflection of the points lies much nearer to those before.
        const std::vector<float> &before = *ends[i - 1].latent;
        const std::vector<float> &now = *ends[i].latent;
        const Alignment best = alignmentTo(before, now, 2);
        const double cosine = 0.5 * (best.rotation[0] + best.rotation[3]);
        EXPECT_GT(cosine, 0.99);
        // The model that is shown has these points, too.
        const auto encoded = ends[i].model->encode(*data, *m_backend, {});
        ASSERT_TRUE(encoded.has_value());
        for (std::size_t k = 0; k < encoded->size(); ++k)
            ASSERT_NEAR((*encoded)[k], now[k], 1e-3);
    }
    // The last one that was shown is the result, if it was the best.
    if (trained->bestEpoch == 12)
    {
        EXPECT_NEAR(trained->latent[0], (*ends.back().latent)[0], 1e-3);
    }
}

TEST_F(EngineTrainer, EveryKindOfNetworkAndLossLearns)
{
    const auto data = lineSpectra(200, {.hasWeights = true, .maskedShare = 0.05});
    std::vector<AutoencoderParams> all(5, smallParams());
    all[0].isVariational = true;
    all[0].beta = 1e-3;
    all[1].noise = 1.0;
    all[2].sparsity = 1e-3;
    all[3] = defaultParams(AutoencoderKind::Convolution1d);
    all[3].channels = {4, 8};
    all[3].widths = {32};
    all[4].hiddenActivation = Activation::Tanh;
    for (AutoencoderParams &params : all)
    {
        params.epochs = 40;
        params.batchSize = 16;
        const auto trained = train(*data, params);
        ASSERT_TRUE(trained.has_value()) << trained.error().message;
        const EpochRecord &best = trained->history[trained->bestEpoch - 1];
        EXPECT_LT(best.validationLoss, 0.5) << "the mean alone reaches 1";
    }
}

TEST_F(EngineTrainer, ImagesAreLearnedByConvolutions)
{
    Random random(4);
    const data::ImageShape shape = {2, 15, 12};
    std::vector<float> pixels;
    for (std::size_t i = 0; i < 200; ++i)
    {
        const double row = random.uniform(4.0, 10.0);
        const double column = random.uniform(3.0, 8.0);
        for (std::size_t c = 0; c < 2; ++c)
            for (std::size_t r = 0; r < 15; ++r)
                for (std::size_t k = 0; k < 12; ++k)
                    pixels.push_back(static_cast<float>(
                        (c == 0 ? 1.0 : 0.5) *
                        std::exp(-0.1 * (std::pow(static_cast<double>(r) - row, 2.0) +
                                         std::pow(static_cast<double>(k) - column, 2.0)))));
    }
    pixels[5] = std::numeric_limits<float>::quiet_NaN();
    const SamplesTrainingData data(std::make_shared<data::MemorySamples>(shape, pixels));
    AutoencoderParams params = defaultParams(AutoencoderKind::Convolution2d);
    params.channels = {4, 8};
    params.widths = {32};
    params.epochs = 150;
    params.batchSize = 16;
    const auto trained = train(data, params);
    ASSERT_TRUE(trained.has_value()) << trained.error().message;
    EXPECT_LT(trained->history[trained->bestEpoch - 1].validationLoss, 0.15);
}

TEST_F(EngineTrainer, ALinearAutoencoderFindsThePlaneOfThePrincipalComponents)
{
    const auto data = lineSpectra(500);
    AutoencoderParams params = smallParams();
    params.widths = {};
    params.epochs = 150;
    params.batchSize = 32;
    params.learningRate = 1e-2;
    const auto trained = train(*data, params);
    ASSERT_TRUE(trained.has_value());
    const auto pca = pcaBaseline(*data, trained->split, trained->model.scaling(), 2, 1, *m_backend, {});
    ASSERT_TRUE(pca.has_value());
    EXPECT_NEAR(trained->history.back().trainingLoss, pca->trainingLoss, 0.02 * pca->trainingLoss);
}

TEST_F(EngineTrainer, AFewSamplesAndAConstantPixelAreNoObstacle)
{
    std::vector<float> values = {1, 2, 3, 1, 4, 5, 1, 0, 1};
    const MemoryTrainingData data({1, 1, 3}, values);
    AutoencoderParams params = smallParams();
    params.epochs = 3;
    const auto trained = train(data, params);
    ASSERT_TRUE(trained.has_value()) << trained.error().message;
    EXPECT_EQ(trained->latent.size(), 6U);
    params.validationFraction = 0.0;
    const auto without = train(data, params);
    ASSERT_TRUE(without.has_value());
    EXPECT_EQ(without->bestEpoch, 3U);
    EXPECT_TRUE(std::isnan(without->history[0].validationLoss));
}

TEST_F(EngineTrainer, WrongParametersDataAndCheckpointsAreErrors)
{
    const auto data = lineSpectra(50);
    const auto kindOf = [&](auto change) {
        AutoencoderParams params = smallParams();
        change(params);
        const auto trained = train(*data, params);
        return trained ? ErrorKind::Internal : trained.error().kind;
    };
    EXPECT_EQ(kindOf([](auto &p) { p.latentSize = 0; }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) { p.latentSize = 65; }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) { p.widths = {0}; }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) { p.epochs = 0; }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) { p.learningRate = -1.0; }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) { p.validationFraction = 1.0; }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) { p.beta = std::nan(""); }), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf([](auto &p) {
                  p.kind = AutoencoderKind::Convolution1d;
                  p.kernel = 1;
              }),
              ErrorKind::InvalidArgument);
    AutoencoderParams conv = defaultParams(AutoencoderKind::Convolution1d);
    EXPECT_EQ(validate(conv, {1, 2, 60}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(train(MemoryTrainingData({1, 1, 3}, {}), smallParams()).error().kind,
              ErrorKind::InvalidArgument);

    AutoencoderParams params = smallParams();
    params.epochs = 2;
    const auto trained = train(*data, params);
    ASSERT_TRUE(trained.has_value());
    params.epochs = 3;
    EXPECT_EQ(train(*lineSpectra(51), params, {}, {}, trained->checkpoint.get()).error().kind,
              ErrorKind::Mismatch);
    params.seed = 9;
    EXPECT_EQ(train(*data, params, {}, {}, trained->checkpoint.get()).error().kind, ErrorKind::Mismatch);
    const MemoryTrainingData other({1, 1, 7}, std::vector<float>(70));
    EXPECT_EQ(trained->model.encode(other, *m_backend, {}).error().kind, ErrorKind::Mismatch);
}

TEST_F(EngineTrainer, ALossThatIsNotFiniteIsSaid)
{
    AutoencoderParams params = smallParams();
    params.learningRate = 1.0;
    params.widths = {64, 64, 64, 64, 64, 64, 64, 64};
    params.epochs = 400;
    std::vector<float> values(40 * 30);
    Random random(1);
    for (float &value : values)
        value = static_cast<float>(random.normal() * (random.uniform() < 0.01 ? 1e18 : 1.0));
    const auto trained = train(MemoryTrainingData({1, 1, 30}, values), params);
    if (trained) // it may also survive
    {
        EXPECT_TRUE(std::isfinite(trained->history.back().trainingLoss));
        return;
    }
    EXPECT_EQ(trained.error().kind, ErrorKind::InvalidArgument);
}

TEST_F(EngineTrainer, ABackendWithoutTensorsIsAnError)
{
    class Bare final : public compute::Backend
    {
    public:
        std::string name() const override { return "bare"; }
        std::string device() const override { return "none"; }
        Result<std::unique_ptr<compute::Spectra>> transform(const data::Samples &, std::size_t, std::size_t,
                                                            const compute::PolarGrid &,
                                                            const JobContext &) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
        Result<compute::HalfSpectra> transformToHalf(const data::Samples &, std::size_t, std::size_t,
                                                     const compute::PolarGrid &, const JobContext &) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
        Result<std::unique_ptr<compute::Spectra>> upload(std::span<const float>, std::size_t,
                                                         const compute::PolarGrid &) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
        Result<std::unique_ptr<compute::Spectra>> upload(std::shared_ptr<const compute::HalfSpectra>) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
        Result<std::vector<float>> download(const compute::Spectra &) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
        Result<compute::MatchResult> match(const compute::Spectra &, const compute::Spectra &,
                                           const compute::MatchOptions &, const JobContext &) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
        Result<std::unique_ptr<compute::BatchUpdate>> beginUpdate(const compute::Spectra &,
                                                                  const compute::UpdateOptions &) override
        {
            return failure(ErrorKind::Unsupported, "");
        }
    };
    Bare bare;
    const auto trained = trainAutoencoder(*lineSpectra(50), smallParams(), bare, {}, {});
    ASSERT_FALSE(trained.has_value());
    EXPECT_EQ(trained.error().kind, ErrorKind::Unsupported);
}

} // namespace
} // namespace somnium::latent
