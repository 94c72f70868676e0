// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/reference_trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/random.h"

namespace somnium::test
{

namespace
{

constexpr std::size_t kNeuronsPerBlock = 4;
constexpr std::size_t kPartialSums = 16;
/// After so many pixels a version that is already worse than the best one is given up: the same result,
/// sooner.
constexpr std::size_t kPixelsBetweenLooks = 256;

/// Sum of squared differences; more than `limit` as soon as it is.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) &&                            \
    !defined(__SANITIZE_THREAD__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
float squaredDistance(const float *a, const float *b, std::size_t paddedSize, float limit)
{
    float total = 0.0F;
    for (std::size_t begin = 0; begin < paddedSize && total <= limit; begin += kPixelsBetweenLooks)
    {
        float sums[kPartialSums] = {};
        const std::size_t end = std::min(paddedSize, begin + kPixelsBetweenLooks);
        for (std::size_t p = begin; p < end; p += kPartialSums)
            for (std::size_t j = 0; j < kPartialSums; ++j)
            {
                const float difference = a[p + j] - b[p + j];
                sums[j] += difference * difference;
            }
        for (const float partial : sums)
            total += partial;
    }
    return total;
}

/// The versions of one image: all pixels, and those of the window side by side.
struct Versions
{
    std::vector<float> quarter;
    std::vector<float> windows; ///< [version][padded window]
};

class Trainer
{
public:
    Trainer(const data::Samples &samples, const ReferenceTraining &training, som::ImageTurner turner)
        : m_samples(samples), m_training(training), m_turner(std::move(turner)),
          m_window(som::windowPixels(samples.shape(), training.metric.window)),
          m_paddedSize((m_window.size() + kPartialSums - 1) / kPartialSums * kPartialSums)
    {}

    bool run(const JobContext &context)
    {
        Random random(m_training.seed);
        std::vector<std::size_t> order(m_samples.count());
        std::iota(order.begin(), order.end(), std::size_t{0});
        random.shuffle(std::span(order));
        for (std::size_t k = 0; k < neurons(); ++k)
        {
            const data::ImageView start = m_samples.sample(order[k % order.size()]);
            m_prototypes.insert(m_prototypes.end(), start.pixels().begin(), start.pixels().end());
        }
        for (const ReferenceTraining::Epoch &epoch : m_training.epochs)
        {
            random.shuffle(std::span(order));
            for (const std::size_t index : order)
            {
                if (context.shouldStop())
                    return false;
                learn(m_samples.sample(index), epoch, context);
            }
        }
        return true;
    }

    std::vector<float> takePrototypes() { return std::move(m_prototypes); }

private:
    [[nodiscard]] std::size_t neurons() const { return m_training.layout.neuronCount(); }

    Versions versionsOf(const data::ImageView &image) const
    {
        Versions versions;
        versions.quarter = m_turner.firstQuarter(image);
        versions.windows.resize(m_turner.versionCount() * m_paddedSize);
        for (std::size_t v = 0; v < m_turner.versionCount(); ++v)
        {
            const auto from = m_turner.sourcePixels(v);
            const float *const rotation =
                versions.quarter.data() + m_turner.quarterRotation(v) * m_turner.shape().size();
            for (std::size_t p = 0; p < m_window.size(); ++p)
                versions.windows[v * m_paddedSize + p] = rotation[from[m_window[p]]];
        }
        return versions;
    }

    /// Squared distance and version that fit neuron k best.
    std::pair<float, std::size_t> bestVersion(const Versions &versions, std::size_t k) const
    {
        std::vector<float> neuron(m_paddedSize);
        for (std::size_t p = 0; p < m_window.size(); ++p)
            neuron[p] = m_prototypes[k * m_turner.shape().size() + m_window[p]];
        std::pair<float, std::size_t> best{std::numeric_limits<float>::infinity(), 0};
        for (std::size_t v = 0; v < m_turner.versionCount(); ++v)
        {
            const float squared = squaredDistance(versions.windows.data() + v * m_paddedSize, neuron.data(),
                                                  m_paddedSize, best.first);
            if (squared < best.first)
                best = {squared, v};
        }
        return best;
    }

    void learn(const data::ImageView &image, const ReferenceTraining::Epoch &epoch, const JobContext &context)
    {
        const Versions versions = versionsOf(image);
        std::vector<std::pair<float, std::size_t>> best(neurons());
        JobContext inner;
        inner.threads = context.threads;
        parallelFor((neurons() + kNeuronsPerBlock - 1) / kNeuronsPerBlock, inner, [&](std::size_t block) {
            const std::size_t end = std::min(neurons(), (block + 1) * kNeuronsPerBlock);
            for (std::size_t k = block * kNeuronsPerBlock; k < end; ++k)
                best[k] = bestVersion(versions, k);
        });
        const auto winner = static_cast<std::size_t>(
            std::min_element(best.begin(), best.end(),
                             [](const auto &a, const auto &b) { return a.first < b.first; }) -
            best.begin());
        const std::size_t size = m_turner.shape().size();
        for (std::size_t k = 0; k < neurons(); ++k)
        {
            const double distance = m_training.layout.distance(winner, k);
            const auto f = static_cast<float>(
                epoch.damping * std::exp(-0.5 * (distance / epoch.sigma) * (distance / epoch.sigma)));
            if (f < 1e-5F)
                continue;
            const auto from = m_turner.sourcePixels(best[k].second);
            const float *const rotation =
                versions.quarter.data() + m_turner.quarterRotation(best[k].second) * size;
            for (std::size_t p = 0; p < size; ++p)
                m_prototypes[k * size + p] += f * (rotation[from[p]] - m_prototypes[k * size + p]);
        }
    }

    const data::Samples &m_samples;
    const ReferenceTraining &m_training;
    som::ImageTurner m_turner;
    std::vector<std::uint32_t> m_window;
    std::size_t m_paddedSize = 0;
    std::vector<float> m_prototypes;
};

} // namespace

std::vector<ReferenceTraining::Epoch> fallingEpochs(std::size_t count, ReferenceTraining::Epoch first,
                                                    ReferenceTraining::Epoch last)
{
    std::vector<ReferenceTraining::Epoch> epochs;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double progress = count < 2 ? 1.0 : static_cast<double>(i) / static_cast<double>(count - 1);
        epochs.push_back({first.sigma * std::pow(last.sigma / first.sigma, progress),
                          first.damping * std::pow(last.damping / first.damping, progress)});
    }
    return epochs;
}

Result<std::vector<float>> trainByReference(const data::Samples &samples, const ReferenceTraining &training,
                                            const JobContext &context)
{
    auto turner = som::ImageTurner::create(samples.shape(), training.metric);
    if (!turner)
        return failure(turner.error());
    if (samples.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no samples to train a map on");
    Trainer trainer(samples, training, std::move(*turner));
    if (!trainer.run(context))
        return failure(ErrorKind::Cancelled, "stopped");
    return trainer.takePrototypes();
}

} // namespace somnium::test
