// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/query_controller.h"

#include <utility>

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

/// What is searched for, and among what: shared with the compute thread.
struct Question
{
    SurveyPointer survey;
    std::size_t index = 0;
    bool isPrototype = true;
    std::size_t count = 0;
};

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
    if (m_training.isTraining() || !survey->samples || (isLarge && survey->map->figures.hits[neuron] > 0))
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
    if (!survey || !survey->samples || source >= survey->samples->count())
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
    m_nearestJob = m_controller.runner().compute<Neighbours>(
        tr("Looking for the nearest sources"), this,
        [question](compute::Backend &backend, const JobContext &context) {
            return answer(question, backend, context);
        },
        [this, title](Neighbours &&sources) { Q_EMIT nearestFound(title, sources); });
    connect(m_nearestJob, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not find the nearest sources"), error));
    });
}

void QueryController::readOriginal(std::size_t source)
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || source >= survey->collection.sources.size())
        return;
    if (m_originalJob)
        m_originalJob->abandon();
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

void QueryController::dropAll()
{
    for (const QPointer<Job> &job : {m_nearestJob, m_originalJob})
        if (job)
            job->abandon();
}

} // namespace somnium::ui
