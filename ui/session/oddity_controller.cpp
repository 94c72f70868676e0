// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/oddity_controller.h"

#include <utility>

#include "core/workflow/oddities.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"
#include "ui/session/session_controller.h"

namespace somnium::ui
{

namespace
{

using RelevancePointer = std::shared_ptr<const search::Relevance>;

Result<OdditiesPointer> makeOddityData(const SurveyPointer &survey, compute::Backend &backend,
                                       const JobContext &context)
{
    const MapData &map = *survey->map;
    auto figures = search::oddityFigures(map.som, map.mapping, *survey->samples, backend, context);
    if (!figures)
        return failure(figures.error());
    auto data = std::make_shared<OddityData>();
    data->figures = std::make_shared<const search::OddityFigures>(std::move(*figures));
    for (std::size_t i = 0; i < data->scores.size(); ++i)
        data->scores.at(i) = search::oddityScores(search::kOddityScores.at(i), map.mapping, *data->figures);
    return OdditiesPointer(std::move(data));
}

const std::vector<float> &scoresOf(const OddityData &data, search::OddityScore score)
{
    for (std::size_t i = 0; i < data.scores.size(); ++i)
        if (search::kOddityScores.at(i) == score)
            return data.scores.at(i);
    return data.scores.front();
}

struct Ranked
{
    OddityRankingPointer ranking;
    RelevancePointer relevance;
};

/// `relevance` is made where there is none yet and marks are to be learned from.
Result<Ranked> rankingOf(const OdditiesPointer &data, search::OddityScore score,
                         const std::vector<session::Mark> &marks, RelevancePointer relevance,
                         const JobContext &context)
{
    auto ranking = std::make_shared<OddityRanking>();
    ranking->score = score;
    ranking->marks = marks.size();
    if (marks.empty())
    {
        ranking->values = scoresOf(*data, score);
        return Ranked{std::move(ranking), std::move(relevance)};
    }
    if (!relevance)
    {
        // The shapes live as long as the figures that hold them.
        const std::shared_ptr<const search::ShapeFeatures> shapes(data->figures, &data->figures->shapes);
        relevance = std::make_shared<const search::Relevance>(shapes, scoresOf(*data, score));
    }
    auto values = relevance->ranking(workflow::opinionsOf(marks), context);
    if (!values)
        return failure(values.error());
    ranking->values = std::move(*values);
    return Ranked{std::move(ranking), std::move(relevance)};
}

} // namespace

OddityController::OddityController(SessionController &controller, QObject *parent)
    : QObject(parent), m_controller(controller)
{
    connect(&m_controller, &SessionController::surveyChanged, this, &OddityController::forget);
    connect(&m_controller.marks(), &MarkBook::marksChanged, this, [this] {
        if (m_isLearning)
            rank();
    });
}

void OddityController::setWanted(bool isWanted)
{
    m_isWanted = isWanted;
    if (m_isWanted && !m_oddities && !m_oddityJob)
        makeOddities();
}

void OddityController::forget()
{
    for (const QPointer<Job> &job : {m_oddityJob, m_rankJob, m_compareJob})
        if (job)
            job->abandon();
    m_oddityJob.clear();
    m_relevance.reset();
    if (std::exchange(m_oddities, nullptr))
        Q_EMIT odditiesChanged();
    if (m_isWanted)
        makeOddities();
}

void OddityController::makeOddities()
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || !survey->map || !survey->samples || survey->map->som.shape != survey->samples->shape() ||
        survey->map->mapping.sourceCount() != survey->samples->count())
        return;
    m_oddityJob = m_controller.runner().compute<OdditiesPointer>(
        tr("Looking for what is odd"), this,
        [survey](compute::Backend &backend, const JobContext &context) {
            return makeOddityData(survey, backend, context);
        },
        [this](OdditiesPointer &&oddities) {
            m_oddities = std::move(oddities);
            Q_EMIT odditiesChanged();
            rank();
        });
    connect(m_oddityJob, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not score the sources"), error));
    });
    Q_EMIT started(m_oddityJob);
}

void OddityController::setChoice(search::OddityScore score, bool isLearning)
{
    if (score == m_score && isLearning == m_isLearning)
        return;
    if (score != m_score)
        m_relevance.reset();
    m_score = score;
    m_isLearning = isLearning;
    rank();
}

void OddityController::rank()
{
    if (!m_oddities)
        return;
    if (m_rankJob)
        m_rankJob->abandon();
    std::vector<session::Mark> marks;
    if (m_isLearning)
        for (const auto &[source, mark] : *m_controller.marks().marks())
            marks.push_back(mark);
    const search::OddityScore score = m_score;
    m_rankJob = m_controller.runner().start<Ranked>(
        {tr("Ranking")}, this,
        [oddities = m_oddities, score, marks = std::move(marks), relevance = m_relevance](
            const JobContext &context) { return rankingOf(oddities, score, marks, relevance, context); },
        [this, score](Ranked &&ranked) {
            if (score == m_score)
                m_relevance = std::move(ranked.relevance);
            Q_EMIT rankingChanged(ranked.ranking);
        });
    connect(m_rankJob, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not rank the sources"), error));
    });
}

void OddityController::compare(const QString &first, const QString &second)
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || !survey->map)
        return;
    if (m_compareJob)
        m_compareJob->abandon();
    using ComparisonPointer = std::shared_ptr<const workflow::Comparison>;
    m_compareJob = m_controller.runner().start<ComparisonPointer>(
        {tr("Comparing labels")}, this,
        [session = m_controller.session(), model = survey->map->summary.id, one = first.toStdString(),
         other = second.toStdString()](const JobContext &) -> Result<ComparisonPointer> {
            auto comparison = workflow::compareLabelings(*session, model, one, other);
            if (!comparison)
                return failure(comparison.error());
            return std::make_shared<const workflow::Comparison>(std::move(*comparison));
        },
        [this](ComparisonPointer &&comparison) { Q_EMIT compared(comparison); });
    connect(m_compareJob, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not compare the labels"), error));
    });
}

} // namespace somnium::ui
