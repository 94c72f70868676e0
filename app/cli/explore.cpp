// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/explore.h"

#include <algorithm>

#include "app/cli/lookup.h"
#include "core/search/oddity.h"
#include "core/search/outliers.h"
#include "core/search/spectral_distance.h"
#include "core/workflow/explore_spectra.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/spectral_oddities.h"

namespace somnium::cli
{

namespace
{

std::string number(double value)
{
    return shortNumber(value);
}

std::string number(float value)
{
    return shortNumber(static_cast<double>(value));
}

void print(const std::vector<search::SpectralNeighbour> &neighbours, const data::Collection &collection,
           const std::string &remark, std::optional<double> seconds, Console &console)
{
    std::string text = "distance  chi^2/pixel  id";
    nlohmann::json list = nlohmann::json::array();
    for (const search::SpectralNeighbour &one : neighbours)
    {
        const data::Source &source = collection.sources[one.source];
        text += "\n" + number(one.distance) + "  " + number(one.chiSquared) + "  " + source.id;
        list.push_back({{"id", source.id},
                        {"distance", finiteOrNull(static_cast<double>(one.distance))},
                        {"chi_squared", finiteOrNull(static_cast<double>(one.chiSquared))},
                        {"pixels", one.pixels},
                        {"file", data::toString(source.origin)}});
    }
    console.print(text + remark,
                  {{"collection", collection.name},
                   {"exact_seconds", seconds ? nlohmann::json(*seconds) : nlohmann::json(nullptr)},
                   {"neighbours", list}});
}

std::size_t countOf(const SpectralOutlierOptions &options, const workflow::SpectralRanking &ranking)
{
    if (!options.percent)
        return std::min(options.top, ranking.order.size());
    const double threshold = search::percentile(ranking.scores, *options.percent);
    const auto isBeyond = [&](std::size_t i) { return static_cast<double>(ranking.scores[i]) > threshold; };
    return static_cast<std::size_t>(
        std::partition_point(ranking.order.begin(), ranking.order.end(), isBeyond) - ranking.order.begin());
}

nlohmann::json toJson(const latent::NeighbourhoodQuality &quality)
{
    return {{"trustworthiness", quality.trustworthiness},
            {"continuity", quality.continuity},
            {"neighbours", quality.neighbours},
            {"rows", quality.rows}};
}

} // namespace

Result<std::optional<session::LatentSummary>> latentMeant(const session::Session &session,
                                                          const std::string &model)
{
    using Meant = std::optional<session::LatentSummary>;
    const auto latents = session.latentModels().summaries();
    if (!latents)
        return failure(latents.error());
    const auto maps = session.models();
    if (!maps)
        return failure(maps.error());
    if (model.empty())
    {
        const bool isNewest =
            !latents->empty() && (maps->empty() || maps->back().createdUtc <= latents->back().createdUtc);
        return isNewest ? Meant(latents->back()) : Meant();
    }
    const auto isNamed = [&](const auto &one) { return one.name == model; };
    const auto found = std::find_if(latents->rbegin(), latents->rend(), isNamed);
    const bool isMap = std::any_of(maps->begin(), maps->end(), isNamed);
    return found == latents->rend() || isMap ? Meant() : Meant(*found);
}

Result<std::optional<session::CollectionSummary>>
spectraMeant(const session::Session &session, const std::string &collection, const std::string &model)
{
    using Meant = std::optional<session::CollectionSummary>;
    if (collection.empty() && !model.empty())
    {
        const auto latent = latentMeant(session, model);
        if (!latent)
            return failure(latent.error());
        const auto map = session.findModel(model);
        if (!latent->has_value() && !map)
            return Meant(); // whoever looks for the map says what there is
        const auto summary =
            session.collectionSummary(latent->has_value() ? (*latent)->collection : map->collection);
        if (!summary)
            return failure(summary.error());
        return summary->kind == session::CollectionKind::Spectra ? Meant(*summary) : Meant();
    }
    const auto summary = findCollection(session, collection);
    if (!summary)
        return failure(summary.error());
    return summary->kind == session::CollectionKind::Spectra ? Meant(*summary) : Meant();
}

Result<void> nearestSpectra(const session::Session &session, const session::CollectionSummary &summary,
                            const NearestSpectraOptions &options, Console &console)
{
    const auto collection = session.collection(summary.id);
    if (!collection)
        return failure(collection.error());
    const auto source = findSource(*collection, options.source);
    if (!source)
        return failure(source.error());
    const auto spectra = workflow::spectraOf(session, summary.id, console.job());
    if (!spectra)
        return failure(spectra.error());
    if (options.isExact)
    {
        const data::PreparedSpectrum asked = (*spectra)->spectrum(*source);
        auto exact = search::nearestExact(search::viewOf(asked), **spectra, options.count + 1, console.job());
        if (!exact)
            return failure(exact.error());
        std::erase_if(exact->neighbours, [&](const auto &one) { return one.source == *source; });
        exact->neighbours.resize(std::min(options.count, exact->neighbours.size()));
        print(exact->neighbours, *collection, "\ncompared with all in " + number(exact->seconds) + " s",
              exact->seconds, console);
        return {};
    }
    using Found = Result<std::vector<search::SpectralNeighbour>>;
    const auto found =
        console.withBackend([&](compute::Backend &backend, const JobContext &context) -> Found {
            const auto index = workflow::spectralIndexOf(session, summary.id, **spectra, backend, context);
            if (!index)
                return failure(index.error());
            const auto rows = backend.keepRows({*index, &(*index)->rows()});
            if (!rows)
                return failure(rows.error());
            return (*index)->nearest(**spectra, *source, options.count, context, 0, rows->get());
        });
    if (!found)
        return failure(found.error());
    print(*found, *collection, {}, {}, console);
    return {};
}

Result<void> spectralOutliers(const session::Session &session, const session::LatentSummary &latent,
                              const SpectralOutlierOptions &options, Console &console)
{
    const auto score =
        search::spectralOutlierScoreFromName(options.score.empty() ? "combined" : options.score);
    if (!score)
        return failure(score.error());
    const workflow::SpectralOddityRequest request{*score, options.isLearned};
    const auto ranking = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::rankSpectra(session, latent.id, request, backend, context);
    });
    if (!ranking)
        return failure(ranking.error());
    const auto collection = session.collection(latent.collection);
    if (!collection)
        return failure(collection.error());
    const std::size_t count = countOf(options, *ranking);
    if (!options.out.empty())
        if (auto written = workflow::exportRanking(session, latent.id, *ranking, request, count, options.out);
            !written)
            return failure(written.error());
    std::string text = std::to_string(count) + " of " + std::to_string(ranking->order.size()) +
                       " spectra by " +
                       (options.isLearned ? "what " + std::to_string(ranking->marks) + " marks taught, from "
                                          : std::string()) +
                       std::string(search::toString(*score)) +
                       (options.out.empty() ? "" : ", written to " + options.out.string());
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t rank = 0; rank < count; ++rank)
    {
        const std::size_t source = ranking->order[rank];
        const std::string &id = collection->sources[source].id;
        const std::string why = search::outlierText(source, ranking->figures);
        if (options.isExplained)
            text += "\n" + std::to_string(rank + 1) + ". " + id + "  " + number(ranking->scores[source]) +
                    "  " + why;
        list.push_back({{"id", id},
                        {"score", finiteOrNull(static_cast<double>(ranking->scores[source]))},
                        {"reasons", why}});
    }
    console.print(text, {{"model", latent.name},
                         {"score", search::toString(*score)},
                         {"marks", ranking->marks},
                         {"written", options.out.empty() ? 0 : count},
                         {"sources", ranking->order.size()},
                         {"outliers", list},
                         {"out", options.out.string()}});
    return {};
}

Result<void> latentQuality(const session::Session &session, const session::LatentSummary &latent,
                           Console &console)
{
    const auto quality = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::latentQuality(session, latent.id, backend, context);
    });
    if (!quality)
        return failure(quality.error());
    std::string text = "latent space " + latent.name +
                       ", beside as many principal components, and the full space:" + "\nvalidation loss   " +
                       number(quality->validationLoss) + "  " + number(quality->pcaValidationLoss) +
                       "\ntrustworthiness   " + number(quality->neighbourhood.trustworthiness) + "  " +
                       number(quality->pcaNeighbourhood.trustworthiness) + "\ncontinuity        " +
                       number(quality->neighbourhood.continuity) + "  " +
                       number(quality->pcaNeighbourhood.continuity);
    nlohmann::json labels = nlohmann::json::array();
    for (const workflow::LabelQuality &label : quality->labels)
    {
        text += "\nR^2 of " + label.column + "  " + number(label.latentR2) + "  " + number(label.pcaR2) +
                "  " + number(label.fullR2) + "  (" + std::to_string(label.rows) + " sources)";
        labels.push_back({{"column", label.column},
                          {"rows", label.rows},
                          {"latent_r2", finiteOrNull(label.latentR2)},
                          {"pca_r2", finiteOrNull(label.pcaR2)},
                          {"full_r2", finiteOrNull(label.fullR2)}});
    }
    console.print(text, {{"model", latent.name},
                         {"validation_loss", finiteOrNull(quality->validationLoss)},
                         {"pca_validation_loss", finiteOrNull(quality->pcaValidationLoss)},
                         {"neighbourhood", toJson(quality->neighbourhood)},
                         {"pca_neighbourhood", toJson(quality->pcaNeighbourhood)},
                         {"labels", labels}});
    return {};
}

} // namespace somnium::cli
