// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/spectral_oddities.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/search/outliers.h"
#include "core/workflow/explore_spectra.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/import_spectra.h"

namespace somnium::workflow
{

Result<SpectralRanking> rankSpectra(const session::Session &session, session::ModelId id,
                                    search::SpectralOutlierScore score, compute::Backend &backend,
                                    const JobContext &context)
{
    const auto latent = session.latentModels().summary(id);
    if (!latent)
        return failure(latent.error());
    const auto record = session.latentModels().places(id);
    if (!record)
        return failure(record.error());
    const auto spectra = spectraOf(session, latent->collection, context);
    if (!spectra)
        return failure(spectra.error());
    const auto index = spectralIndexOf(session, latent->collection, **spectra, backend, context);
    if (!index)
        return failure(index.error());
    const auto noises = search::signalToNoises(**spectra, context);
    if (!noises)
        return failure(noises.error());
    search::SpectralOutlierInput input;
    input.signalToNoise = *noises;
    input.reconstructionError = record->errors;
    input.latent = record->places;
    input.latentSize = record->dimensions;
    input.index = index->get();
    auto figures = search::spectralOutlierFigures(input, context);
    if (!figures)
        return failure(figures.error());
    SpectralRanking ranking;
    ranking.scores = search::spectralOutlierScores(score, *figures);
    ranking.order = search::byFallingScore(ranking.scores);
    ranking.figures = std::move(*figures);
    return ranking;
}

Result<std::size_t> exportRanking(const session::Session &session, session::ModelId latent,
                                  const SpectralRanking &ranking, search::SpectralOutlierScore score,
                                  std::size_t count, const std::filesystem::path &path)
{
    std::vector<std::size_t> sources = ranking.order;
    sources.resize(std::min(count, sources.size()));
    if (sources.empty())
        return failure(ErrorKind::InvalidArgument, "no outliers to write");
    std::vector<float> scores;
    std::vector<float> noises;
    for (const std::size_t source : sources)
    {
        scores.push_back(ranking.scores[source]);
        noises.push_back(ranking.figures.signalToNoise[source]);
    }
    std::vector<data::Column> extra;
    extra.push_back(data::makeColumn("oddity", std::move(scores), "", "stat.value",
                                     "Score \"" + std::string(search::toString(score)) +
                                         "\": " + std::string(search::describe(score))));
    extra.push_back(data::makeColumn("signal_to_noise", std::move(noises), "", "stat.snr",
                                     "Of a pixel, as neighbouring pixels tell the noise"));
    const std::size_t written = sources.size();
    if (auto done = exportLatent(session, latent, std::move(sources), path, std::move(extra)); !done)
        return failure(done.error());
    return written;
}

} // namespace somnium::workflow
