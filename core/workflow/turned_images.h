// SPDX-License-Identifier: GPL-3.0-or-later
// Images turned to their best prototype, as an autoencoder learns from them: its latent space then spends
// nothing on orientation (LATENT.md section 1).
#pragma once

#include <memory>
#include <utility>

#include "core/data/sample_store.h"
#include "core/latent/training_data.h"
#include "core/som/som.h"

namespace somnium::workflow
{

class TurnedImages final : public latent::TrainingData
{
public:
    /// A transform for each sample.
    TurnedImages(std::shared_ptr<const data::Samples> samples, std::vector<som::SpatialTransform> transforms);
    [[nodiscard]] std::size_t count() const override { return m_samples->count(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_samples->shape(); }
    /// Pixels without a value have weight 0, and so have those that turning brings in from outside.
    [[nodiscard]] bool hasWeights() const override { return true; }
    void read(std::size_t index, std::span<float> values, std::span<float> weights) const override;
    void letGo(std::size_t first, std::size_t count) const override { m_samples->letGo(first, count); }

private:
    std::shared_ptr<const data::Samples> m_samples;
    std::vector<som::SpatialTransform> m_transforms;
    std::vector<float> m_disc; ///< [pixel of a channel] 1 inside the disc that every turn shows, else 0
};

} // namespace somnium::workflow
