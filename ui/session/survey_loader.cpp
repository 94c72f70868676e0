// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/survey_loader.h"

#include <algorithm>
#include <map>

#include <QJsonDocument>
#include <QJsonObject>

#include "core/data/gaps.h"
#include "core/som/mapper.h"
#include "core/workflow/latent_onnx.h"
#include "core/workflow/originals.h"

namespace somnium::ui
{

namespace
{

using session::CollectionId;
using session::ModelId;
using session::Session;

/// What was looked at last; zeros where nothing was kept.
struct Active
{
    CollectionId collection{};
    ModelId model{};
    ModelId latent{};
};

std::string viewText(const Session &session, std::string_view key)
{
    const auto text = session.view(key);
    return text && *text ? **text : std::string();
}

Active lastActive(const Session &session)
{
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray::fromStdString(viewText(session, kActiveKey))).object();
    return {CollectionId{object.value(QStringLiteral("collection")).toInteger()},
            ModelId{object.value(QStringLiteral("model")).toInteger()},
            ModelId{object.value(QStringLiteral("latent")).toInteger()}};
}

const CollectionOverview *find(const std::vector<CollectionOverview> &project, CollectionId id)
{
    const auto found = std::find_if(project.begin(), project.end(), [id](const CollectionOverview &entry) {
        return entry.collection.id == id;
    });
    return found == project.end() ? nullptr : &*found;
}

std::optional<ModelId> modelToShow(const CollectionOverview &entry, ModelId preferred)
{
    std::optional<ModelId> newest;
    for (const session::ModelSummary &model : entry.models)
    {
        if (!model.hasMapping)
            continue;
        if (model.id == preferred)
            return preferred;
        if (!newest || *newest < model.id)
            newest = model.id;
    }
    return newest;
}

Result<SurveyPointer> surveyOf(Session &session, const session::CollectionSummary &summary,
                               const JobContext &context, std::vector<std::string> &warnings)
{
    auto collection = session.collection(summary.id);
    if (!collection)
        return failure(collection.error());
    auto survey = std::make_shared<SurveyData>(std::move(*collection));
    survey->summary = summary;
    const auto take = [&warnings](auto prepared, auto &into) -> Result<void> {
        if (!prepared && prepared.error().kind == ErrorKind::Cancelled)
            return failure(prepared.error());
        if (prepared)
            into = std::move(*prepared);
        else
            warnings.push_back(prepared.error().message);
        return {};
    };
    const auto taken = summary.kind == session::CollectionKind::Spectra
                           ? take(workflow::spectraOf(session, summary.id, context), survey->spectra)
                           : take(workflow::samplesOf(session, summary.id, context), survey->samples);
    if (!taken)
        return failure(taken.error());
    if (survey->spectra)
        survey->unobserved =
            std::make_shared<const std::vector<std::uint32_t>>(data::unobservedPixels(*survey->spectra));
    return SurveyPointer(std::move(survey));
}

/// The latent space that was looked at last, else the newest of the collection; null if there is none, and a
/// warning if it cannot be read.
LatentSpacePointer latentToShow(const Session &session, const CollectionOverview &entry, ModelId preferred,
                                std::vector<std::string> &warnings)
{
    const session::LatentSummary *chosen = nullptr;
    for (const session::LatentSummary &latent : entry.latents)
        if (latent.isPlaced && (chosen == nullptr || chosen->id != preferred))
            chosen = &latent;
    if (chosen == nullptr)
        return nullptr;
    auto loaded = loadLatent(session, chosen->id);
    if (loaded)
        return *loaded;
    warnings.push_back(loaded.error().message);
    return nullptr;
}

std::vector<std::pair<QString, std::size_t>> countLabels(const std::vector<session::Label> &labels)
{
    std::map<std::string, std::size_t> counts;
    for (const session::Label &label : labels)
        ++counts[label.text];
    std::vector<std::pair<QString, std::size_t>> result;
    for (const auto &[text, count] : counts)
        result.emplace_back(QString::fromStdString(text), count);
    return result;
}

} // namespace

std::string lookKey(CollectionId collection)
{
    return "look " + std::to_string(static_cast<std::int64_t>(collection));
}

Result<std::vector<CollectionOverview>> loadProject(const Session &session)
{
    auto collections = session.collections();
    if (!collections)
        return failure(collections.error());
    auto models = session.models();
    if (!models)
        return failure(models.error());
    auto latents = session.latentModels().summaries();
    if (!latents)
        return failure(latents.error());
    std::vector<CollectionOverview> project;
    for (session::CollectionSummary &summary : *collections)
    {
        CollectionOverview entry;
        const CollectionId id = summary.id;
        entry.collection = std::move(summary);
        std::copy_if(models->begin(), models->end(), std::back_inserter(entry.models),
                     [id](const session::ModelSummary &model) { return model.collection == id; });
        std::copy_if(latents->begin(), latents->end(), std::back_inserter(entry.latents),
                     [id](const session::LatentSummary &latent) { return latent.collection == id; });
        const auto labels = session.labels(id);
        if (!labels)
            return failure(labels.error());
        entry.labels = countLabels(*labels);
        auto selections = session.selections(id);
        if (!selections)
            return failure(selections.error());
        entry.selections = std::move(*selections);
        project.push_back(std::move(entry));
    }
    return project;
}

Result<LoadedSurvey> loadSurvey(std::shared_ptr<Session> session, std::optional<CollectionId> wanted,
                                const JobContext &context)
{
    LoadedSurvey loaded;
    loaded.session = std::move(session);
    Session &store = *loaded.session;
    auto project = loadProject(store);
    if (!project)
        return failure(project.error());
    loaded.project = std::move(*project);
    loaded.windowState = viewText(store, kWindowKey);
    auto classes = store.annotations().labelClasses();
    if (!classes)
        return failure(classes.error());
    loaded.labelClasses = std::move(*classes);
    auto pending = store.pendingImports().all();
    if (!pending)
        return failure(pending.error());
    loaded.pendingImports = std::move(*pending);
    if (loaded.project.empty())
        return loaded;

    const Active active = lastActive(store);
    const CollectionOverview *entry = find(loaded.project, wanted.value_or(active.collection));
    if (!entry)
        entry = &loaded.project.back();
    const CollectionId id = entry->collection.id;
    loaded.model = modelToShow(*entry, active.model);
    auto survey = surveyOf(store, entry->collection, context, loaded.warnings);
    if (!survey)
        return failure(survey.error());
    auto withLatent = std::make_shared<SurveyData>(**survey);
    withLatent->latent = latentToShow(store, *entry, active.latent, loaded.warnings);
    loaded.survey = std::move(withLatent);
    auto labels = store.labels(id);
    if (!labels)
        return failure(labels.error());
    loaded.labels = std::move(*labels);
    auto marks = store.annotations().marks(id);
    if (!marks)
        return failure(marks.error());
    loaded.marks = std::move(*marks);
    auto journal = store.journal(id);
    if (!journal)
        return failure(journal.error());
    loaded.journal = std::move(*journal);
    loaded.lookState = viewText(store, lookKey(id));
    return loaded;
}

Result<ImportedSurvey> importSurvey(const workflow::ImportRequest &request,
                                    const std::filesystem::path &sessionPath,
                                    std::shared_ptr<const ScratchFolder> scratch, const JobContext &context)
{
    auto opened = Session::openOrCreate(sessionPath);
    if (!opened)
        return failure(opened.error());
    auto outcome = workflow::importImages(**opened, request, context);
    if (!outcome)
        return failure(outcome.error());
    auto loaded = loadSurvey(std::move(*opened), outcome->collection, context);
    if (!loaded)
        return failure(loaded.error());
    return ImportedSurvey{std::move(*loaded), std::move(*outcome), std::move(scratch)};
}

Result<ImportedSurvey> importSpectraSurvey(const workflow::SpectraImportRequest &request,
                                           const std::filesystem::path &sessionPath,
                                           std::shared_ptr<const ScratchFolder> scratch,
                                           const JobContext &context)
{
    auto opened = Session::openOrCreate(sessionPath);
    if (!opened)
        return failure(opened.error());
    auto outcome = workflow::importSpectra(**opened, request, context);
    if (!outcome)
        return failure(outcome.error());
    auto loaded = loadSurvey(std::move(*opened), outcome->collection, context);
    if (!loaded)
        return failure(loaded.error());
    workflow::ImportOutcome told;
    told.collection = outcome->collection;
    told.imported = outcome->imported;
    told.joinedRows = outcome->joinedRows;
    told.joinMessage = std::move(outcome->joinMessage);
    told.problems = std::move(outcome->problems);
    return ImportedSurvey{std::move(*loaded), std::move(told), std::move(scratch)};
}

Result<ImportedSurvey> makeSampleSurvey(const std::string &name, const JobContext &context)
{
    const auto survey = simulate::sampleSurvey(context);
    if (!survey)
        return failure(survey.error());
    auto scratch = ScratchFolder::create();
    if (!scratch)
        return failure(scratch.error());
    workflow::ImportRequest request;
    request.name = name;
    request.paths = {survey->images};
    request.catalogue = survey->truth;
    return importSurvey(request, (*scratch)->path() / "sample survey.somnium", *scratch, context);
}

Result<LatentSpacePointer> loadLatent(const Session &session, ModelId id)
{
    auto summary = session.latentModels().summary(id);
    if (!summary)
        return failure(summary.error());
    if (!summary->isPlaced)
        return failure(ErrorKind::Mismatch, "latent space '" + summary->name +
                                                "' was interrupted before its sources were placed: "
                                                "resume its training");
    auto about = workflow::latentAboutFromJson(summary->metadata);
    if (!about)
        return failure(about.error());
    auto model = workflow::latentModelOf(session, id);
    if (!model)
        return failure(model.error());
    auto record = session.latentModels().places(id);
    if (!record)
        return failure(record.error());
    return std::make_shared<const LatentSpace>(LatentSpace{std::move(*summary), std::move(*about),
                                                           std::move(*model), std::move(record->places),
                                                           std::move(record->errors)});
}

Result<std::shared_ptr<const MapData>> loadMap(const Session &session, ModelId model,
                                               compute::Backend &backend, const JobContext &context)
{
    auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    auto som = session.model(model);
    if (!som)
        return failure(som.error());
    auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    return mapData(std::move(*summary), std::move(*som), std::move(*mapping), backend, context);
}

Result<std::shared_ptr<const MapData>> mapData(session::ModelSummary summary, som::Som som,
                                               som::Mapping mapping, compute::Backend &backend,
                                               const JobContext &context)
{
    auto map = std::make_shared<MapData>();
    map->summary = std::move(summary);
    map->som = std::move(som);
    map->mapping = std::move(mapping);
    map->figures = som::neuronFigures(map->mapping, map->som.layout.neuronCount());
    auto uMatrix = som::uMatrix(map->som, backend, context);
    if (!uMatrix)
        return failure(uMatrix.error());
    map->uMatrix = std::move(*uMatrix);
    return std::shared_ptr<const MapData>(std::move(map));
}

} // namespace somnium::ui
