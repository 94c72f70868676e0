// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/spectral_oddities.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "core/search/outliers.h"
#include "core/search/relevance.h"
#include "core/search/spectral_features.h"
#include "core/workflow/explore_spectra.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/oddities.h"

namespace somnium::workflow
{

Result<SpectralOddities> spectralOddities(const session::Session &session, session::CollectionId collection,
                                          const data::Spectra &spectra, const LatentFigures &latent,
                                          compute::Backend &backend, const JobContext &context)
{
    const auto index = spectralIndexOf(session, collection, spectra, backend, context);
    if (!index)
        return failure(index.error());
    const auto noises = search::signalToNoises(spectra, context);
    if (!noises)
        return failure(noises.error());
    search::SpectralOutlierInput input;
    input.signalToNoise = *noises;
    input.reconstructionError = latent.errors;
    input.latent = latent.places;
    input.latentSize = latent.dimensions;
    input.index = index->get();
    auto figures = search::spectralOutlierFigures(input, context);
    if (!figures)
        return failure(figures.error());
    return SpectralOddities{std::move(*figures), search::spectralFeatures(**index, *noises)};
}

Result<SpectralRanking> rankSpectra(const session::Session &session, session::ModelId id,
                                    const SpectralOddityRequest &request, compute::Backend &backend,
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
    auto oddities = spectralOddities(session, latent->collection, **spectra,
                                     {record->errors, record->places, record->dimensions}, backend, context);
    if (!oddities)
        return failure(oddities.error());
    SpectralRanking ranking;
    ranking.scores = search::spectralOutlierScores(request.score, oddities->figures);
    if (request.isLearned)
    {
        const auto marks = session.annotations().marks(latent->collection);
        if (!marks)
            return failure(marks.error());
        ranking.marks = marks->size();
        const search::Relevance relevance(
            std::make_shared<const search::ShapeFeatures>(std::move(oddities->features)), ranking.scores);
        auto learned = relevance.ranking(opinionsOf(*marks), context);
        if (!learned)
            return failure(learned.error());
        ranking.scores = std::move(*learned);
    }
    ranking.order = search::byFallingScore(ranking.scores);
    ranking.figures = std::move(oddities->figures);
    return ranking;
}

std::vector<data::Column> oddityColumns(std::span<const float> scores, std::span<const float> signalToNoise,
                                        const std::vector<std::size_t> &sources,
                                        const SpectralOddityRequest &request, std::size_t marks)
{
    const auto chosen = [&sources](std::span<const float> values) {
        std::vector<float> column;
        for (const std::size_t source : sources)
            column.push_back(values[source]);
        return column;
    };
    const std::string what = request.isLearned
                                 ? "Worth a look, 0 to 1, learned from " + std::to_string(marks) + " marks"
                                 : "Score \"" + std::string(search::toString(request.score)) +
                                       "\": " + std::string(search::describe(request.score));
    std::vector<data::Column> columns;
    columns.push_back(data::makeColumn("oddity", chosen(scores), "", "stat.value", what));
    columns.push_back(data::makeColumn("signal_to_noise", chosen(signalToNoise), "", "stat.snr",
                                       "Of a pixel, as neighbouring pixels tell the noise"));
    return columns;
}

Result<std::size_t> exportRanking(const session::Session &session, session::ModelId latent,
                                  const SpectralRanking &ranking, const SpectralOddityRequest &request,
                                  std::size_t count, const std::filesystem::path &path)
{
    std::vector<std::size_t> sources = ranking.order;
    sources.resize(std::min(count, sources.size()));
    if (sources.empty())
        return failure(ErrorKind::InvalidArgument, "no outliers to write");
    std::vector<data::Column> extra =
        oddityColumns(ranking.scores, ranking.figures.signalToNoise, sources, request, ranking.marks);
    const std::size_t written = sources.size();
    if (auto done = exportLatent(session, latent, std::move(sources), path, std::move(extra)); !done)
        return failure(done.error());
    return written;
}

} // namespace somnium::workflow
