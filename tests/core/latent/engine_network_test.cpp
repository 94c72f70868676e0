// SPDX-License-Identifier: GPL-3.0-or-later
// Gradients of whole networks: in double precision against central differences, in float against those.
#include "core/latent/network.h"
#include "core/latent/step_losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/latent/layers.h"
#include "tests/support/naive_tensor_ops.h"

namespace somnium::latent
{
namespace
{

struct Case
{
    std::string name;
    AutoencoderParams params;
    data::ImageShape shape;
    LossTerms terms = {};
    bool hasWeights = true;
};

std::vector<Case> cases()
{
    std::vector<Case> all;
    for (const Activation activation : {Activation::LeakyRelu, Activation::Tanh, Activation::Sigmoid})
    {
        AutoencoderParams dense;
        dense.widths = {9, 5};
        dense.latentSize = 3;
        dense.hiddenActivation = activation;
        dense.outputActivation = activation == Activation::LeakyRelu ? Activation::Linear : activation;
        all.push_back({"dense", dense, {1, 1, 13}});
    }
    all.push_back({"noWeights", all[0].params, {1, 1, 13}, {}, false});
    AutoencoderParams bare;
    bare.widths = {};
    bare.latentSize = 1;
    all.push_back({"oneLayer", bare, {1, 1, 6}});
    AutoencoderParams spectra = defaultParams(AutoencoderKind::Convolution1d);
    spectra.channels = {3, 4};
    spectra.kernel = 5;
    spectra.widths = {6};
    spectra.hiddenActivation = Activation::Tanh;
    all.push_back({"convolution1d", spectra, {1, 1, 21}});
    AutoencoderParams images = defaultParams(AutoencoderKind::Convolution2d);
    images.channels = {3, 2};
    images.kernel = 4;
    images.widths = {5};
    images.latentSize = 2;
    images.hiddenActivation = Activation::Tanh;
    all.push_back({"convolution2d", images, {1, 7, 10}});
    all.push_back({"convolution2dColours", images, {3, 6, 5}});
    AutoencoderParams variational = all[0].params;
    variational.isVariational = true;
    all.push_back({"variational", variational, {1, 1, 13}, {.isVariational = true, .beta = 2.0}});
    all.push_back({"denoising", all[1].params, {1, 1, 13}, {.noise = 0.3}});
    all.push_back({"sparse", all[1].params, {1, 1, 13}, {.sparsity = 0.5}});
    return all;
}

constexpr std::size_t kRows = 5;

/// A network with a batch on some operations.
struct Rig
{
    Rig(const Case &test, compute::TensorOps &ops, std::size_t rowsAtOnce = kRows)
        : network(Network::create(makeLayers(test.params, test.shape), test.shape, test.params.latentSize,
                                  {kRows, rowsAtOnce}, Network::Purpose::Training, ops)
                      .value()),
          values(ops.allocate(kRows * test.shape.size()).value()),
          weights(ops.allocate(kRows * test.shape.size()).value())
    {
        Random random(7);
        const std::size_t size = kRows * test.shape.size();
        std::vector<float> x(size);
        std::vector<float> w(size);
        for (std::size_t i = 0; i < size; ++i)
        {
            x[i] = static_cast<float>(random.normal());
            w[i] = random.uniform() < 0.2 ? 0.0F : static_cast<float>(random.uniform(0.1, 2.0));
            batch.validPixels += test.hasWeights && w[i] == 0.0F ? 0.0 : 1.0;
        }
        ops.upload(x, {values.get(), 0, kRows, test.shape.size()});
        ops.upload(w, {weights.get(), 0, kRows, test.shape.size()});
        batch.values = {values.get(), 0, kRows, test.shape.size()};
        if (test.hasWeights)
            batch.weights = {weights.get(), 0, kRows, test.shape.size()};
    }

    double loss(const Case &test)
    {
        const auto sums = network->backward(batch, test.terms, {.seed = 3, .stream = 9});
        EXPECT_TRUE(sums.has_value());
        return sums->total(test.terms, batch, test.params.latentSize);
    }

    std::unique_ptr<Network> network;
    std::unique_ptr<compute::Tensor> values;
    std::unique_ptr<compute::Tensor> weights;
    BatchView batch;
};

/// Biases are 0 in a new network: gradients are looked at where nothing is.
void disturb(Network &network)
{
    Random random(11);
    for (double &parameter : test::numbersOf(*network.parameters().tensor))
        parameter += 0.1 * random.normal();
}

/// As Rig::loss, without rounding to float.
double exactLoss(Rig &rig, const Case &test)
{
    (void)rig.loss(test);
    const compute::ConstMatrixView sums = rig.network->lossSums();
    const auto sumOf = [&](std::size_t part) {
        const auto numbers = test::numbersOf(sums.rowRange(part, 1)).first(kRows);
        return std::accumulate(numbers.begin(), numbers.end(), 0.0);
    };
    BatchLoss loss;
    loss.error = sumOf(0);
    loss.divergence = test.terms.isVariational ? sumOf(1) : 0.0;
    loss.penalty = test.terms.sparsity > 0.0 ? sumOf(2) : 0.0;
    return loss.total(test.terms, rig.batch, test.params.latentSize);
}

std::vector<double> gradientOf(Rig &rig, const Case &test)
{
    (void)rig.loss(test);
    const auto numbers = test::numbersOf(*rig.network->gradients().tensor);
    return {numbers.begin(), numbers.end()};
}

double largest(const std::vector<double> &values)
{
    double most = 0.0;
    for (const double value : values)
        most = std::max(most, std::abs(value));
    return most;
}

TEST(EngineNetwork, GradientsAreCentralDifferencesInDoublePrecision)
{
    for (const Case &test : cases())
    {
        SCOPED_TRACE(test.name);
        const auto ops = test::naiveTensorOps();
        Rig rig(test, *ops);
        disturb(*rig.network);
        const std::vector<double> gradient = gradientOf(rig, test);
        const std::span<double> parameters = test::numbersOf(*rig.network->parameters().tensor);
        const double scale = largest(gradient);
        EXPECT_GT(scale, 0.0);
        constexpr double kStep = 1e-5;
        for (std::size_t i = 0; i < parameters.size(); ++i)
        {
            const double kept = parameters[i];
            parameters[i] = kept + kStep;
            const double above = exactLoss(rig, test);
            parameters[i] = kept - kStep;
            const double below = exactLoss(rig, test);
            parameters[i] = kept;
            const double expected = (above - below) / (2.0 * kStep);
            ASSERT_NEAR(gradient[i], expected, 1e-4 * std::max(std::abs(expected), 1e-3 * scale))
                << "parameter " << i;
        }
    }
}

TEST(EngineNetwork, FloatGradientsAreThoseInDoublePrecision)
{
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    for (const Case &test : cases())
    {
        SCOPED_TRACE(test.name);
        const auto naive = test::naiveTensorOps();
        const auto ops = (*cpu)->tensorOps(2).value();
        Rig oracle(test, *naive);
        Rig rig(test, *ops);
        EXPECT_NEAR(rig.loss(test), oracle.loss(test), 1e-5 * oracle.loss(test));
        const std::vector<double> expected = gradientOf(oracle, test);
        std::vector<float> found(expected.size());
        ASSERT_TRUE(ops->download(rig.network->gradients(), found).has_value());
        const double scale = largest(expected);
        for (std::size_t i = 0; i < found.size(); ++i)
            ASSERT_NEAR(found[i], expected[i], 1e-5 * scale + 1e-4 * std::abs(expected[i]))
                << "parameter " << i;
    }
}

TEST(EngineNetwork, PiecesOfABatchAddUpToItsGradient)
{
    for (const Case &test : cases())
    {
        SCOPED_TRACE(test.name);
        const auto ops = test::naiveTensorOps();
        Rig whole(test, *ops);
        disturb(*whole.network);
        const double loss = whole.loss(test);
        const std::vector<double> expected = gradientOf(whole, test);
        const double scale = largest(expected);
        for (std::size_t rowsAtOnce = 1; rowsAtOnce < kRows; ++rowsAtOnce)
        {
            SCOPED_TRACE(rowsAtOnce);
            Rig pieces(test, *ops, rowsAtOnce);
            EXPECT_EQ(pieces.network->rowsAtOnce(), rowsAtOnce);
            disturb(*pieces.network);
            EXPECT_NEAR(pieces.loss(test), loss, 1e-12 * loss);
            const std::vector<double> found = gradientOf(pieces, test);
            ASSERT_EQ(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                ASSERT_NEAR(found[i], expected[i], 1e-12 * scale) << "parameter " << i;
        }
    }
}

TEST(EngineNetwork, LossesThatAreReadTogetherAreThoseReadOneByOne)
{
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    const auto ops = (*cpu)->tensorOps(1).value();
    for (const Case &test : cases())
    {
        SCOPED_TRACE(test.name);
        Rig rig(test, *ops);
        const auto losses = StepLosses::create(*rig.network, test.terms, *ops).value();
        std::vector<double> expected;
        for (const std::size_t rows : {kRows, kRows - 2, kRows})
        {
            BatchView batch = rig.batch.rowRange(0, rows);
            batch.validPixels = static_cast<double>(10 * rows);
            const auto loss = rig.network->backward(batch, test.terms, {.seed = 3, .stream = rows});
            ASSERT_TRUE(loss.has_value());
            expected.push_back(loss->total(test.terms, batch, test.params.latentSize));
            losses->add(batch);
            rig.network->step({.step = expected.size()});
        }
        EXPECT_EQ(losses->pending(), 3U);
        const auto taken = losses->take();
        ASSERT_TRUE(taken.has_value());
        ASSERT_EQ(taken->size(), 3U);
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_EQ(taken->at(i).loss, expected[i]);
        EXPECT_EQ(taken->at(1).rows, kRows - 2);
        EXPECT_EQ(losses->pending(), 0U);
    }
}

TEST(EngineNetwork, WindowsThatDoNotFitIntoOneSliceGiveTheSameGradients)
{
    // 24 M floats of windows for the batch: two slices.
    Case test{"slices", defaultParams(AutoencoderKind::Convolution2d), {1, 430, 430}};
    test.params.channels = {2};
    test.params.kernel = 5;
    test.params.widths = {};
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    const auto ops = (*cpu)->tensorOps(2).value();
    constexpr std::size_t kImages = 20;
    const NetworkLayers layers = makeLayers(test.params, test.shape);
    std::vector<float> x(kImages * test.shape.size());
    Random random(1);
    for (float &value : x)
        value = static_cast<float>(random.normal());
    const auto tensor = ops->allocate(x.size()).value();
    ops->upload(x, {tensor.get(), 0, kImages, test.shape.size()});
    const auto gradients = [&](std::size_t first, std::size_t count) {
        const auto network =
            Network::create(layers, test.shape, 2, {count}, Network::Purpose::Training, *ops).value();
        BatchView batch;
        batch.values = {tensor.get(), first * test.shape.size(), count, test.shape.size()};
        batch.validPixels = static_cast<double>(kImages * test.shape.size());
        EXPECT_TRUE(network->backward(batch, {}, {}).has_value());
        std::vector<float> values(network->parameterCount());
        EXPECT_TRUE(ops->download(network->gradients(), values).has_value());
        return values;
    };
    const std::vector<float> all = gradients(0, kImages);
    std::vector<float> sum = gradients(0, 7);
    const std::vector<float> rest = gradients(7, kImages - 7);
    double scale = 0.0;
    for (std::size_t i = 0; i < sum.size(); ++i)
    {
        sum[i] += rest[i];
        scale = std::max(scale, std::abs(double{all[i]}));
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_NEAR(all[i], sum[i], 1e-4 * scale) << i;
}

TEST(EngineNetwork, OneVectorGoesThroughTheLayersAsManyDo)
{
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    for (const Case &test : cases())
    {
        SCOPED_TRACE(test.name);
        Random random(5);
        InputScaling scaling;
        for (std::size_t j = 0; j < test.shape.size(); ++j)
            scaling.mean.push_back(static_cast<float>(random.normal()));
        scaling.scale = 2.5F;
        NetworkLayers layers = makeLayers(test.params, test.shape);
        for (Layer &layer : layers.decoder)
            for (float &bias : layer.biases)
                bias = static_cast<float>(random.normal());
        const auto model = Autoencoder::create(test.params, test.shape, scaling, layers);
        ASSERT_TRUE(model.has_value()) << model.error().message;
        std::vector<float> values(3 * test.shape.size());
        std::vector<float> weights(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
        {
            weights[i] = i % 5 == 0 ? 0.0F : 1.0F;
            values[i] = i % 5 == 0 ? 0.0F : static_cast<float>(random.normal());
        }
        const MemoryTrainingData data(test.shape, values, weights);
        const auto latent = model->encode(data, **cpu, {});
        ASSERT_TRUE(latent.has_value()) << latent.error().message;
        const auto rebuilt = model->decode(*latent, **cpu, {});
        ASSERT_TRUE(rebuilt.has_value());
        const auto mapped = model->map(data, **cpu, {});
        ASSERT_TRUE(mapped.has_value());
        EXPECT_EQ(mapped->latent, *latent);
        const std::size_t z = model->latentSize();
        for (std::size_t row = 0; row < 3; ++row)
        {
            const auto x = std::span(values).subspan(row * model->pixels(), model->pixels());
            const auto w = std::span(weights).subspan(row * model->pixels(), model->pixels());
            std::vector<float> point(z);
            std::vector<float> decoded(model->pixels());
            model->encode(x, w, point);
            for (std::size_t j = 0; j < z; ++j)
                EXPECT_NEAR(point[j], (*latent)[row * z + j], 2e-5F);
            model->decode(std::span(*latent).subspan(row * z, z), decoded);
            double sum = 0.0;
            double there = 0.0;
            for (std::size_t j = 0; j < decoded.size(); ++j)
            {
                EXPECT_NEAR(decoded[j], (*rebuilt)[row * model->pixels() + j], 5e-5F);
                sum += w[j] * std::pow(x[j] - decoded[j], 2.0);
                there += w[j] > 0.0F ? 1.0 : 0.0;
            }
            EXPECT_NEAR(mapped->reconstructionError[row], sum / there, 1e-4 * sum / there);
        }
    }
}

TEST(EngineNetwork, TurningThePlaneChangesNoReconstruction)
{
    for (const Case &test : cases())
    {
        SCOPED_TRACE(test.name);
        const std::size_t z = test.params.latentSize;
        Random random(5);
        std::vector<float> a(50 * z);
        std::vector<float> b(50 * z);
        for (std::size_t i = 0; i < a.size(); ++i)
        {
            a[i] = static_cast<float>(random.normal());
            b[i] = static_cast<float>(3.0 + random.normal());
        }
        const Alignment alignment = alignmentTo(a, b, z);
        const NetworkLayers layers = makeLayers(test.params, test.shape);
        const NetworkLayers other = turned(layers, alignment);
        ASSERT_TRUE(checkLayers(other, test.shape, z, test.params.isVariational).has_value());
        std::vector<float> x(test.shape.size());
        for (float &value : x)
            value = static_cast<float>(random.normal());
        std::vector<float> before = applyLayers(layers.encoder, x);
        std::vector<float> after = applyLayers(other.encoder, x);
        before.resize(z);
        after.resize(z);
        const std::vector<float> rebuilt = applyLayers(layers.decoder, before);
        const std::vector<float> rebuiltToo = applyLayers(other.decoder, after);
        alignment.apply(before);
        for (std::size_t j = 0; j < z; ++j)
            EXPECT_NEAR(after[j], before[j], 1e-5F);
        for (std::size_t j = 0; j < rebuilt.size(); ++j)
            EXPECT_NEAR(rebuiltToo[j], rebuilt[j], 2e-5F);
    }
}

} // namespace
} // namespace somnium::latent
