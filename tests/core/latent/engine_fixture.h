// SPDX-License-Identifier: GPL-3.0-or-later
// Small trainings of autoencoders on the CPU.
#pragma once

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/latent/autoencoder_trainer.h"

namespace somnium::latent
{

inline constexpr std::size_t kPixels = 120;

struct Noise
{
    double sigma = 0.02;
    bool hasWeights = false;
    double maskedShare = 0.0;
};

/// Spectra of a line whose place and depth vary: two numbers, but not on a plane.
inline std::unique_ptr<MemoryTrainingData> lineSpectra(std::size_t count, const Noise &noise = {})
{
    Random random(17);
    std::vector<float> values(count * kPixels);
    std::vector<float> weights(noise.hasWeights ? values.size() : 0);
    for (std::size_t i = 0; i < count; ++i)
    {
        const double place = random.uniform(30.0, 90.0);
        const double depth = random.uniform(0.3, 1.0);
        const double sigma = noise.sigma * (noise.hasWeights ? random.uniform(0.5, 2.0) : 1.0);
        for (std::size_t j = 0; j < kPixels; ++j)
        {
            const std::size_t at = i * kPixels + j;
            const double line =
                depth * std::exp(-0.5 * std::pow((static_cast<double>(j) - place) / 8.0, 2.0));
            values[at] = static_cast<float>(1.0 - line + sigma * random.normal());
            if (!noise.hasWeights)
                continue;
            const bool isMasked = random.uniform() < noise.maskedShare;
            weights[at] = isMasked ? 0.0F : static_cast<float>(1.0 / (sigma * sigma));
            values[at] = isMasked ? 0.0F : values[at];
        }
    }
    return std::make_unique<MemoryTrainingData>(data::ImageShape{1, 1, kPixels}, std::move(values),
                                                std::move(weights));
}

inline AutoencoderParams smallParams()
{
    AutoencoderParams params;
    params.widths = {64, 32};
    params.epochs = 40;
    params.patience = 0;
    return params;
}

class EngineTrainer : public ::testing::Test
{
protected:
    void SetUp() override
    {
        auto cpu = compute::cpu::CpuBackend::create();
        ASSERT_TRUE(cpu.has_value());
        m_backend = std::move(*cpu);
    }

    Result<TrainedAutoencoder> train(const TrainingData &data, const AutoencoderParams &params,
                                     const TrainingObserver &observer = {}, const JobContext &context = {},
                                     const TrainingCheckpoint *from = nullptr)
    {
        return trainAutoencoder(data, params, *m_backend, observer, context, from);
    }

    std::unique_ptr<compute::Backend> m_backend;
};

} // namespace somnium::latent
