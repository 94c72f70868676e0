// SPDX-License-Identifier: GPL-3.0-or-later
// What an autoencoder learns from: rows of numbers of one shape, with weights where the data have errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/image.h"
#include "core/data/sample_store.h"
#include "core/data/spectrum_store.h"

namespace somnium::latent
{

/// Thread-safe to read. Spectra and vectors of L numbers have the shape {1, 1, L}.
class TrainingData
{
public:
    TrainingData() = default;
    TrainingData(const TrainingData &) = delete;
    TrainingData &operator=(const TrainingData &) = delete;
    virtual ~TrainingData() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual data::ImageShape shape() const = 0;
    [[nodiscard]] std::size_t pixels() const { return shape().size(); }
    /// False: every value is there and has weight 1.
    [[nodiscard]] virtual bool hasWeights() const = 0;
    /// Whether weights are inverse variances, and not only marks of what is there.
    [[nodiscard]] virtual bool hasErrors() const { return hasWeights(); }
    /// Writes pixels() numbers each; `weights` may be empty, then only the values are read. A weight is an
    /// inverse variance, >= 0; 0: no value there (and the value then is 0).
    virtual void read(std::size_t index, std::span<float> values, std::span<float> weights) const = 0;
    /// As data::Samples::letGo.
    virtual void letGo(std::size_t /*first*/, std::size_t /*count*/) const {}
};

/// What the weights of spectra are taken for.
struct WeightUse
{
    bool areErrors = true; ///< false: marks of what is there, all alike
    /// A weight w counts as w / (1 + w / ceiling): as if each value had an error of 1 / sqrt(ceiling) besides
    /// its own.
    float ceiling = std::numeric_limits<float>::infinity();
    friend bool operator==(const WeightUse &, const WeightUse &) = default;
};
/// The ceiling is the weight of a typical pixel of a typical spectrum, a median of medians. Errors out of
/// photon counts say nothing of calibration, and no model of a few numbers follows the best spectra down to
/// theirs: without it, one star of a signal-to-noise of thousands is all that is learned. From at most 1,024
/// spectra, evenly chosen.
[[nodiscard]] WeightUse weightUseOf(const data::Spectra &spectra);

/// Prepared spectra.
class SpectraTrainingData final : public TrainingData
{
public:
    explicit SpectraTrainingData(std::shared_ptr<const data::Spectra> spectra, WeightUse use = {});
    [[nodiscard]] std::size_t count() const override { return m_spectra->count(); }
    [[nodiscard]] data::ImageShape shape() const override { return {1, 1, m_spectra->pixels()}; }
    [[nodiscard]] bool hasWeights() const override { return m_spectra->hasWeights(); }
    [[nodiscard]] bool hasErrors() const override { return hasWeights() && m_use.areErrors; }
    void read(std::size_t index, std::span<float> values, std::span<float> weights) const override;
    void letGo(std::size_t first, std::size_t count) const override { m_spectra->letGo(first, count); }

private:
    std::shared_ptr<const data::Spectra> m_spectra;
    WeightUse m_use;
};

/// Prepared images. Pixels that are NaN (or infinite) have weight 0, all others 1.
class SamplesTrainingData final : public TrainingData
{
public:
    explicit SamplesTrainingData(std::shared_ptr<const data::Samples> samples);
    [[nodiscard]] std::size_t count() const override { return m_samples->count(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_samples->shape(); }
    [[nodiscard]] bool hasWeights() const override { return true; }
    [[nodiscard]] bool hasErrors() const override { return false; }
    void read(std::size_t index, std::span<float> values, std::span<float> weights) const override;
    void letGo(std::size_t first, std::size_t count) const override { m_samples->letGo(first, count); }

private:
    std::shared_ptr<const data::Samples> m_samples;
};

/// Rows in memory: readouts, features, tests.
class MemoryTrainingData final : public TrainingData
{
public:
    /// `values` [count][shape.size()] finite; `weights` the same, or empty.
    MemoryTrainingData(data::ImageShape shape, std::vector<float> values, std::vector<float> weights = {});
    [[nodiscard]] std::size_t count() const override { return m_values.size() / m_shape.size(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_shape; }
    [[nodiscard]] bool hasWeights() const override { return !m_weights.empty(); }
    void read(std::size_t index, std::span<float> values, std::span<float> weights) const override;

private:
    data::ImageShape m_shape;
    std::vector<float> m_values;
    std::vector<float> m_weights;
};

/// Which rows an autoencoder learns from and which it is judged by; the same for all who split with this
/// seed.
struct DataSplit
{
    std::vector<std::uint32_t> training;   ///< rising
    std::vector<std::uint32_t> validation; ///< rising
};
/// `validationFraction` of the rows, rounded, at least 1 if it is not 0 and there are 2 rows.
[[nodiscard]] DataSplit splitData(std::size_t count, double validationFraction, std::uint64_t seed);

/// At most `most` of `rows`, all or a seeded choice, in their order.
[[nodiscard]] std::vector<std::uint32_t> chooseRows(std::span<const std::uint32_t> rows, std::size_t most,
                                                    std::uint64_t seed, std::uint64_t stream);

/// How values become the network's: (x - mean) / scale, 0 where there is none; weights times weightScale.
struct InputScaling
{
    std::vector<float> mean;  ///< [pixel] over the values that are there
    float scale = 1.0F;       ///< root mean square of x - mean over all of them; one for all pixels, > 0
    float weightScale = 1.0F; ///< brings the mean weight of the values that are there to 1
    friend bool operator==(const InputScaling &, const InputScaling &) = default;
};
/// A pixel that has a value in none of the rows (a sky line, a gap) gets a mean between those of its
/// neighbours, so that it looks like them; `unseen`, if given, lists these pixels.
/// From `rows`, or a seeded choice of 65,536 of them. InvalidArgument if they hold no finite value, or all
/// the same; Mismatch, naming the row, if a value or weight is not finite or a weight negative.
[[nodiscard]] Result<InputScaling> measureScaling(const TrainingData &data,
                                                  std::span<const std::uint32_t> rows, std::uint64_t seed,
                                                  const JobContext &context,
                                                  std::vector<std::uint32_t> *unseen = nullptr);

} // namespace somnium::latent
