// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/query_controller.h"

#include <utility>

#include "core/workflow/explore_spectra.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/originals.h"
#include "ui/jobs/job_runner.h"
#include "ui/models/background_answer.h"
#include "ui/models/wording.h"
#include "ui/session/error_text.h"
#include "ui/session/session_controller.h"
#include "ui/session/training_controller.h"

namespace somnium::ui
{

namespace
{

using Neighbours = std::vector<search::Neighbour>;
using Question = NearestQuestion;

/// What spectra answer, and the index that they were found by: made if it was not there.
struct SpectralAnswer
{
    Neighbours sources;
    std::shared_ptr<const search::SpectralIndex> index;
};

Result<SpectralAnswer> answerOfSpectra(const Question &question, const session::Session &session,
                                       std::shared_ptr<const search::SpectralIndex> index,
                                       compute::Backend &backend, const JobContext &context)
{
    const SurveyData &survey = *question.survey;
    if (!index)
    {
        auto made = workflow::spectralIndexOf(session, survey.summary.id, *survey.spectra, backend, context);
        if (!made)
            return failure(made.error());
        index = std::move(*made);
    }
    const auto found =
        question.isPrototype
            ? index->nearest(*survey.spectra, {survey.map->som.prototype(question.index).pixels(), {}},
                             question.count, context)
            : index->nearest(*survey.spectra, question.index, question.count, context);
    if (!found)
        return failure(found.error());
    SpectralAnswer answer;
    answer.index = std::move(index);
    for (const search::SpectralNeighbour &one : *found)
        answer.sources.push_back({one.source, one.distance, {}});
    return answer;
}

Result<Neighbours> answer(const Question &question, compute::Backend &backend, const JobContext &context)
{
    const SurveyData &survey = *question.survey;
    auto grid = survey.map
                    ? Result<compute::PolarGrid>(survey.map->som.grid)
                    : compute::polarGridFor(survey.samples->shape(), compute::MatchPrecision::Standard);
    if (!grid)
        return failure(grid.error());
    const data::ImageView image = question.isPrototype ? survey.map->som.prototype(question.index)
                                                       : survey.samples->sample(question.index);
    return search::nearestSources(image, *survey.samples, *grid, question.count, backend, context);
}

} // namespace

QueryController::QueryController(SessionController &controller, TrainingController &training, QObject *parent)
    : QObject(parent), m_controller(controller), m_training(training)
{
    connect(&m_controller, &SessionController::surveyChanged, this, &QueryController::dropAll);
}

void QueryController::findNearestToPrototype(std::size_t neuron, std::size_t count)
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || !survey->map || neuron >= survey->map->som.layout.neuronCount())
        return;
    const QString place = neuronName(survey->map->som.layout, neuron);
    // What the mapping knows is there at once; to compare all sources takes a second for each 50,000.
    const bool isLarge = survey->map->mapping.sourceCount() > kQuickSourceCount;
    if (m_training.isTraining() || !survey->isPrepared() ||
        (isLarge && survey->map->figures.hits[neuron] > 0))
    {
        if (m_nearestJob)
            m_nearestJob->abandon();
        Q_EMIT nearestFound(tr("Best matches of prototype %1").arg(place),
                            search::sourcesOfNeuron(survey->map->mapping, neuron, count));
        return;
    }
    findNearest(tr("Nearest to prototype %1").arg(place), neuron, true, count);
}

void QueryController::findNearestToSource(std::size_t source, std::size_t count)
{
    const SurveyPointer &survey = m_controller.survey();
    const std::size_t sources = survey && survey->spectra   ? survey->spectra->count()
                                : survey && survey->samples ? survey->samples->count()
                                                            : 0;
    if (source >= sources)
        return;
    findNearest(tr("Nearest to %1").arg(QString::fromStdString(survey->collection.sources[source].id)),
                source, false, count);
}

void QueryController::findNearest(const QString &title, std::size_t index, bool isPrototype,
                                  std::size_t count)
{
    if (m_nearestJob)
        m_nearestJob->abandon();
    const Question question{m_controller.survey(), index, isPrototype, count};
    if (question.survey->spectra)
        m_nearestJob = askSpectra(title, question);
    else
        m_nearestJob = askImages(title, question);
    connect(m_nearestJob, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not find the nearest sources"), error));
    });
}

Job *QueryController::askImages(const QString &title, const Question &question)
{
    return m_controller.runner().compute<Neighbours>(
        tr("Looking for the nearest sources"), this,
        [question](compute::Backend &backend, const JobContext &context) {
            return answer(question, backend, context);
        },
        [this, title](Neighbours &&sources) { Q_EMIT nearestFound(title, sources); });
}

Job *QueryController::askSpectra(const QString &title, const Question &question)
{
    const IndexPointer index = m_indexed == question.survey->spectra ? m_index : nullptr;
    return m_controller.runner().compute<SpectralAnswer>(
        index ? tr("Looking for the nearest spectra") : tr("Indexing the spectra"), this,
        [question, index, session = m_controller.session()](compute::Backend &backend,
                                                            const JobContext &context) {
            return answerOfSpectra(question, *session, index, backend, context);
        },
        [this, title, spectra = question.survey->spectra](SpectralAnswer &&found) {
            m_index = std::move(found.index);
            m_indexed = spectra;
            Q_EMIT nearestFound(title, found.sources);
        });
}

void QueryController::readOriginal(std::size_t source)
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || source >= survey->collection.sources.size())
        return;
    if (m_originalJob)
        m_originalJob->abandon();
    if (survey->summary.kind == session::CollectionKind::Spectra)
        return readSpectrum(source);
    using ImagePointer = std::shared_ptr<const data::Image>;
    m_originalJob = m_controller.runner().start<ImagePointer>(
        {tr("Reading the original")}, this,
        [original = survey->collection.sources[source],
         alignment = survey->summary.recipe.alignment](const JobContext &) -> Result<ImagePointer> {
            auto image = workflow::readOriginal(original, alignment);
            if (!image)
                return failure(image.error());
            return std::make_shared<const data::Image>(std::move(*image));
        },
        [this, source](ImagePointer &&image) { Q_EMIT originalRead(source, image); });
    connect(m_originalJob, &Job::failed, this, [this, source](const Error &error) {
        Q_EMIT originalFailed(source, errorText(tr("Could not read the original"), error));
    });
}

void QueryController::readSpectrum(std::size_t source)
{
    using SpectrumPointer = std::shared_ptr<const data::Spectrum>;
    const SurveyPointer &survey = m_controller.survey();
    m_originalJob = m_controller.runner().start<SpectrumPointer>(
        {tr("Reading the original")}, this,
        [origin = survey->collection.sources[source].origin,
         reading = survey->summary.spectral.reading](const JobContext &) -> Result<SpectrumPointer> {
            const auto options = workflow::readOptionsFromJson(reading);
            if (!options)
                return failure(options.error());
            auto spectrum = workflow::readOriginalSpectrum(origin, *options);
            if (!spectrum)
                return failure(spectrum.error());
            return std::make_shared<const data::Spectrum>(std::move(*spectrum));
        },
        [this, source](SpectrumPointer &&spectrum) { Q_EMIT originalSpectrumRead(source, spectrum); });
    connect(m_originalJob, &Job::failed, this, [this, source](const Error &error) {
        Q_EMIT originalFailed(source, errorText(tr("Could not read the original"), error));
    });
}

void QueryController::dropAll()
{
    if (const SurveyPointer &survey = m_controller.survey(); !survey || survey->spectra != m_indexed)
    {
        m_index = nullptr;
        m_indexed = nullptr;
    }
    for (const QPointer<Job> &job : {m_nearestJob, m_originalJob})
        if (job)
            job->abandon();
}

} // namespace somnium::ui
