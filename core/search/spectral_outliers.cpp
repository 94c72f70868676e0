// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_outliers.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <sstream>

#include "core/base/parallel.h"
#include "core/search/outliers.h"

namespace somnium::search
{

namespace
{

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::size_t kMostReferences = 4096;
constexpr std::size_t kBlockRows = 64;
constexpr double kSigmaOfMedian = 1.482602; ///< of a Gaussian, over its median absolute deviation
/// Figures that agree better than this are not known to do so.
constexpr float kLeastScatter = 0.003F;

double medianOf(std::vector<float> &values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle);
}

/// The k smallest distances so far.
class Smallest
{
public:
    explicit Smallest(std::size_t k) : m_values(k, kInfinity) {}
    void add(float value)
    {
        if (!(value < m_values.back()))
            return;
        std::size_t at = m_values.size() - 1;
        for (; at > 0 && m_values[at - 1] > value; --at)
            m_values[at] = m_values[at - 1];
        m_values[at] = value;
    }
    [[nodiscard]] float last() const { return m_values.back(); }

private:
    std::vector<float> m_values;
};

/// Indices spread evenly over `candidates`.
std::vector<std::size_t> spread(const std::vector<std::size_t> &candidates)
{
    const std::size_t count = std::min(candidates.size(), kMostReferences);
    std::vector<std::size_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i)
        chosen[i] = candidates[i * candidates.size() / count];
    return chosen;
}

/// Root of the `neighbour`-th smallest of the squared distances to the references, `own` not counted.
float neighbourDistance(std::span<const float> squares, std::span<const std::size_t> references,
                        std::size_t own, std::size_t neighbour)
{
    Smallest smallest(neighbour);
    for (std::size_t j = 0; j < references.size(); ++j)
        if (references[j] != own)
            smallest.add(squares[j]);
    return smallest.last() < kInfinity ? std::sqrt(smallest.last()) : kNaN;
}

/// Calls `work`(first, last) for all rows, in blocks on several threads, and reports how many are done.
template <class Work>
Result<void> forRows(std::size_t count, std::string_view stage, const JobContext &context, const Work &work)
{
    std::atomic<std::size_t> done = 0;
    std::mutex reporting;
    const bool isWhole = parallelFor((count + kBlockRows - 1) / kBlockRows, context, [&](std::size_t block) {
        const std::size_t first = block * kBlockRows;
        const std::size_t last = std::min(count, first + kBlockRows);
        work(first, last);
        done += last - first;
        // Whoever finds another thread reporting leaves it to that.
        if (const std::unique_lock lock(reporting, std::try_to_lock); lock)
            context.report({done.load(), count, stage});
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    return {};
}

/// The running median over spectra that have both numbers.
UsualFigure usual(std::vector<float> values, std::span<const float> signalToNoise)
{
    std::vector<float> keys;
    std::vector<float> judged;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i]) && std::isfinite(signalToNoise[i]))
        {
            keys.push_back(signalToNoise[i]);
            judged.push_back(values[i]);
        }
    UsualFigure figure{std::move(values), expectedDistances(keys, judged), {}};
    for (std::size_t i = 0; i < judged.size(); ++i)
        judged[i] =
            static_cast<float>(kSigmaOfMedian) * std::abs(std::log(judged[i] / figure.expected.at(keys[i])));
    figure.scatter = expectedDistances(keys, judged);
    return figure;
}

std::vector<float> excesses(const UsualFigure &figure, const std::vector<float> &signalToNoise)
{
    std::vector<float> scores(signalToNoise.size(), kNaN);
    for (std::size_t i = 0; i < scores.size(); ++i)
        scores[i] = figure.excess(i, signalToNoise[i]);
    return scores;
}

std::vector<float> valuesOf(const UsualFigure &figure, std::size_t count)
{
    return figure.values.empty() ? std::vector<float>(count, kNaN) : figure.values;
}

std::vector<float> combined(const SpectralOutlierFigures &figures)
{
    const UsualFigure &far =
        figures.spectralDistance.values.empty() ? figures.latentDistance : figures.spectralDistance;
    const std::vector<float> unexplained = rarities(excesses(figures.reconstruction, figures.signalToNoise));
    std::vector<float> sum = rarities(excesses(far, figures.signalToNoise));
    for (std::size_t i = 0; i < sum.size(); ++i)
    {
        if (figures.reconstruction.values.empty())
            continue;
        sum[i] = far.values.empty() ? unexplained[i] : sum[i] + unexplained[i];
    }
    return sum;
}

std::string number(float value)
{
    std::ostringstream text;
    text.precision(3);
    text << value;
    return text.str();
}

std::string usualText(const UsualFigure &figure, std::size_t source, float signalToNoise)
{
    return number(figure.ratio(source, signalToNoise)) + " x what is usual at its signal-to-noise of " +
           number(signalToNoise);
}

} // namespace

std::string_view toString(SpectralOutlierScore score)
{
    switch (score)
    {
    case SpectralOutlierScore::Combined: return "combined";
    case SpectralOutlierScore::Unexplained: return "unexplained";
    case SpectralOutlierScore::Isolation: return "isolation";
    case SpectralOutlierScore::LatentIsolation: return "latent";
    case SpectralOutlierScore::Reconstruction: return "reconstruction";
    case SpectralOutlierScore::NeighbourDistance: return "distance";
    }
    return "?";
}

Result<SpectralOutlierScore> spectralOutlierScoreFromName(std::string_view name)
{
    std::string known;
    for (const SpectralOutlierScore score : kSpectralOutlierScores)
    {
        if (toString(score) == name)
            return score;
        known += (known.empty() ? "" : ", ") + std::string(toString(score));
    }
    return failure(ErrorKind::InvalidArgument,
                   "expected a score out of " + known + "; found \"" + std::string(name) + "\"");
}

std::string_view describe(SpectralOutlierScore score)
{
    switch (score)
    {
    case SpectralOutlierScore::Combined:
        return "how rare what the model leaves of it and the distance of its neighbours are";
    case SpectralOutlierScore::Unexplained:
        return "how much more the model leaves of it than is usual at its signal-to-noise";
    case SpectralOutlierScore::Isolation:
        return "how much further its neighbours are than is usual at its signal-to-noise";
    case SpectralOutlierScore::LatentIsolation:
        return "how much further its neighbours in the latent space are than is usual at its signal-to-noise";
    case SpectralOutlierScore::Reconstruction:
        return "what the model leaves of it; favours spectra whose errors are told too small";
    case SpectralOutlierScore::NeighbourDistance: return "how far its neighbours are; favours the noisy";
    }
    return "?";
}

float spectralSignalToNoise(const SpectrumView &spectrum)
{
    constexpr std::size_t kFewest = 5;
    std::vector<float> values;
    for (std::size_t p = 0; p < spectrum.flux.size(); ++p)
        if (spectrum.weight.empty())
            values.push_back(spectrum.flux[p]);
        else if (spectrum.weight[p] > 0.0F)
            values.push_back(spectrum.flux[p] * std::sqrt(spectrum.weight[p]));
    if (values.size() < kFewest)
        return 0.0F;
    std::vector<float> deviations;
    for (std::size_t p = 2; p + 2 < values.size(); ++p)
        deviations.push_back(std::abs(2.0F * values[p] - values[p - 2] - values[p + 2]));
    const double noise = kSigmaOfMedian / std::sqrt(6.0) * medianOf(deviations);
    const double level = medianOf(values);
    for (float &value : values)
        value = std::abs(value - static_cast<float>(level));
    const double spread = kSigmaOfMedian * medianOf(values);
    const double signal = std::sqrt(level * level + std::max(spread * spread - noise * noise, 0.0));
    if (!(signal > 0.0))
        return 0.0F;
    return noise > 0.0 ? static_cast<float>(signal / noise) : kInfinity;
}

Result<std::vector<float>> signalToNoises(const data::Spectra &spectra, const JobContext &context)
{
    std::vector<float> result(spectra.count());
    const auto done =
        forRows(spectra.count(), "signal-to-noise", context, [&](std::size_t first, std::size_t last) {
            std::vector<float> flux(spectra.pixels());
            std::vector<float> weight(spectra.hasWeights() ? spectra.pixels() : 0);
            for (std::size_t i = first; i < last; ++i)
            {
                spectra.read(i, flux, weight);
                result[i] = spectralSignalToNoise({flux, weight});
            }
            spectra.letGo(first, last - first);
        });
    if (!done)
        return failure(done.error());
    return result;
}

Result<std::vector<float>> neighbourDistances(std::span<const float> rows, std::size_t width,
                                              std::size_t neighbour, const JobContext &context)
{
    const std::size_t count = width == 0 ? 0 : rows.size() / width;
    const auto isOnPlane = [&](std::size_t row) {
        const auto values = rows.subspan(row * width, width);
        return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
    };
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < count; ++i)
        if (isOnPlane(i))
            candidates.push_back(i);
    const std::vector<std::size_t> references = spread(candidates);
    std::vector<float> columns(width * references.size()); // one below the other: sums run along them
    for (std::size_t p = 0; p < width; ++p)
        for (std::size_t j = 0; j < references.size(); ++j)
            columns[p * references.size() + j] = rows[references[j] * width + p];
    std::vector<float> result(count, kNaN);
    const auto done =
        forRows(count, "neighbours in the latent space", context, [&](std::size_t first, std::size_t last) {
            std::vector<float> squares(references.size());
            for (std::size_t i = first; i < last; ++i)
            {
                if (!isOnPlane(i))
                    continue;
                std::fill(squares.begin(), squares.end(), 0.0F);
                for (std::size_t p = 0; p < width; ++p)
                {
                    const float own = rows[i * width + p];
                    const float *const column = columns.data() + p * references.size();
                    for (std::size_t j = 0; j < squares.size(); ++j)
                        squares[j] += (column[j] - own) * (column[j] - own);
                }
                result[i] = neighbourDistance(squares, references, i, neighbour);
            }
        });
    if (!done)
        return failure(done.error());
    return result;
}

Result<std::vector<float>> neighbourDistances(const SpectralIndex &index, std::size_t neighbour,
                                              const JobContext &context)
{
    const compute::HalfRows &rows = index.rows();
    std::vector<std::size_t> all(rows.count());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    const std::vector<std::size_t> references = spread(all);
    compute::HalfRows chosen(references.size(), rows.width());
    std::vector<float> row(rows.width());
    for (std::size_t j = 0; j < references.size(); ++j)
    {
        rows.get(references[j], row);
        chosen.set(j, row);
    }
    std::vector<float> result(rows.count());
    const auto done =
        forRows(rows.count(), "nearest spectra", context, [&](std::size_t first, std::size_t last) {
            std::vector<float> own(rows.width());
            std::vector<float> squares(chosen.blockCount() * compute::HalfRows::kBlockRows);
            for (std::size_t i = first; i < last; ++i)
            {
                rows.get(i, own);
                const float noise = own.back();
                own.back() = 0.0F; // what components leave of two spectra is not alike: its squares add up
                chosen.squaredDistances(own, 0, squares);
                const float squaresOnly = neighbourDistance(squares, references, i, neighbour);
                result[i] = std::hypot(squaresOnly, noise) * static_cast<float>(index.unit());
            }
        });
    if (!done)
        return failure(done.error());
    return result;
}

float UsualFigure::ratio(std::size_t source, float signalToNoise) const
{
    if (values.empty() || !std::isfinite(signalToNoise))
        return kNaN;
    const float usualValue = expected.at(signalToNoise);
    return usualValue > 0.0F ? values[source] / usualValue : kNaN;
}

float UsualFigure::excess(std::size_t source, float signalToNoise) const
{
    const float own = ratio(source, signalToNoise);
    return std::isnan(own) ? kNaN : std::log(own) / std::max(scatter.at(signalToNoise), kLeastScatter);
}

Result<SpectralOutlierFigures> spectralOutlierFigures(const SpectralOutlierInput &input,
                                                      const JobContext &context)
{
    const std::size_t count = input.signalToNoise.size();
    const std::size_t latents = input.latentSize == 0 ? 0 : input.latent.size() / input.latentSize;
    const auto isOther = [count](std::size_t size) { return size != 0 && size != count; };
    if (isOther(input.reconstructionError.size()) || isOther(latents) ||
        (input.index != nullptr && input.index->count() != count))
        return failure(ErrorKind::Mismatch,
                       "expected figures of " + std::to_string(count) + " spectra, found " +
                           std::to_string(input.reconstructionError.size()) + " reconstruction errors, " +
                           std::to_string(latents) + " places and an index of " +
                           std::to_string(input.index != nullptr ? input.index->count() : 0));
    SpectralOutlierFigures figures;
    figures.signalToNoise.assign(input.signalToNoise.begin(), input.signalToNoise.end());
    // A model without a decoder leaves no error.
    if (std::any_of(input.reconstructionError.begin(), input.reconstructionError.end(),
                    [](float error) { return std::isfinite(error); }))
        figures.reconstruction =
            usual({input.reconstructionError.begin(), input.reconstructionError.end()}, input.signalToNoise);
    if (latents != 0)
    {
        auto distances = neighbourDistances(input.latent, input.latentSize, input.neighbour, context);
        if (!distances)
            return failure(distances.error());
        figures.latentDistance = usual(std::move(*distances), input.signalToNoise);
    }
    if (input.index != nullptr)
    {
        auto distances = neighbourDistances(*input.index, input.neighbour, context);
        if (!distances)
            return failure(distances.error());
        figures.spectralDistance = usual(std::move(*distances), input.signalToNoise);
    }
    return figures;
}

std::vector<float> spectralOutlierScores(SpectralOutlierScore score, const SpectralOutlierFigures &figures)
{
    const std::size_t count = figures.signalToNoise.size();
    switch (score)
    {
    case SpectralOutlierScore::Combined: return combined(figures);
    case SpectralOutlierScore::Unexplained: return excesses(figures.reconstruction, figures.signalToNoise);
    case SpectralOutlierScore::Isolation: return excesses(figures.spectralDistance, figures.signalToNoise);
    case SpectralOutlierScore::LatentIsolation:
        return excesses(figures.latentDistance, figures.signalToNoise);
    case SpectralOutlierScore::Reconstruction: return valuesOf(figures.reconstruction, count);
    case SpectralOutlierScore::NeighbourDistance: return valuesOf(figures.spectralDistance, count);
    }
    return {};
}

std::string outlierText(std::size_t source, const SpectralOutlierFigures &figures)
{
    const float signalToNoise = figures.signalToNoise[source];
    std::string text;
    const auto add = [&](const UsualFigure &figure, const std::string &before, const std::string &after) {
        if (!figure.values.empty())
            text += (text.empty() ? "" : "; ") + before + number(figure.values[source]) + after + ": " +
                    usualText(figure, source, signalToNoise);
    };
    add(figures.reconstruction, "chi^2 ", " per pixel");
    add(figures.spectralDistance, "its neighbours are ", " away");
    add(figures.latentDistance, "those in the latent space ", " away");
    return text;
}

} // namespace somnium::search
