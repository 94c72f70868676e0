// SPDX-License-Identifier: GPL-3.0-or-later
// Two training steps beside PyTorch's: tests/golden/autoencoder_step.py.
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/latent/layers.h"
#include "core/latent/network.h"

namespace somnium::latent
{
namespace
{

using Golden = std::map<std::string, std::vector<float>>;

Golden readGolden()
{
    std::ifstream file(SOMNIUM_GOLDEN_DIR "/autoencoder_step.txt");
    Golden golden;
    std::string line;
    while (std::getline(file, line))
    {
        std::istringstream words(line);
        std::string name;
        words >> name;
        double value = 0.0;
        while (words >> value)
            golden[name].push_back(static_cast<float>(value));
    }
    return golden;
}

void expectNear(const std::vector<float> &found, const std::vector<float> &expected, float tolerance)
{
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        ASSERT_NEAR(found[i], expected[i], tolerance) << i;
}

void expectPytorchsSteps(const std::string &name, const AutoencoderParams &params, std::size_t length)
{
    const Golden golden = readGolden();
    ASSERT_TRUE(golden.contains(name + ".x"));
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    const auto ops = (*cpu)->tensorOps(1).value();
    const data::ImageShape shape = {1, 1, length};
    const std::vector<float> &x = golden.at(name + ".x");
    const std::vector<float> &w = golden.at(name + ".w");
    const std::size_t rows = x.size() / length;
    const auto network =
        Network::create(makeLayers(params, shape), shape, 2, {rows}, Network::Purpose::Training, *ops)
            .value();
    ASSERT_EQ(network->parameterCount(), golden.at(name + ".parameters0").size());
    ops->upload(golden.at(name + ".parameters0"), network->parameters());
    const auto values = ops->allocate(x.size()).value();
    const auto weights = ops->allocate(w.size()).value();
    BatchView batch;
    batch.values = {values.get(), 0, rows, length};
    batch.weights = {weights.get(), 0, rows, length};
    ops->upload(x, {values.get(), 0, rows, length});
    ops->upload(w, {weights.get(), 0, rows, length});
    for (const float weight : w)
        batch.validPixels += weight > 0.0F ? 1.0 : 0.0;
    for (std::uint64_t step = 1; step <= 2; ++step)
    {
        SCOPED_TRACE(step);
        const std::string number = std::to_string(step);
        const auto loss = network->backward(batch, {}, {});
        ASSERT_TRUE(loss.has_value());
        EXPECT_NEAR(loss->total({}, batch, 2), golden.at(name + ".loss" + number)[0], 1e-5);
        std::vector<float> found(network->parameterCount());
        ASSERT_TRUE(ops->download(network->gradients(), found).has_value());
        expectNear(found, golden.at(name + ".gradients" + number), 2e-6F);
        network->step({.learningRate = 1e-2, .step = step});
        ASSERT_TRUE(ops->download(network->parameters(), found).has_value());
        expectNear(found, golden.at(name + ".parameters" + number), 3e-6F);
    }
}

TEST(EngineGolden, ADenseNetworkLearnsAsInPytorch)
{
    AutoencoderParams params;
    params.widths = {5};
    expectPytorchsSteps("dense", params, 7);
}

TEST(EngineGolden, AConvolutionalNetworkLearnsAsInPytorch)
{
    AutoencoderParams params = defaultParams(AutoencoderKind::Convolution1d);
    params.channels = {2, 3};
    params.kernel = 5;
    params.widths = {4};
    params.hiddenActivation = Activation::Tanh;
    expectPytorchsSteps("convolution", params, 9);
}

} // namespace
} // namespace somnium::latent
