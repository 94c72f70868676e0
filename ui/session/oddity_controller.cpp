// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/oddity_controller.h"

#include <algorithm>
#include <utility>

#include "core/workflow/oddities.h"
#include "core/workflow/spectral_oddities.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"
#include "ui/session/session_controller.h"

namespace somnium::ui
{

namespace
{

using RelevancePointer = std::shared_ptr<const search::Relevance>;

Result<OdditiesPointer> oddImages(const SurveyPointer &survey, compute::Backend &backend,
                                  const JobContext &context)
{
    const MapData &map = *survey->map;
    auto made = search::oddityFigures(map.som, map.mapping, *survey->samples, backend, context);
    if (!made)
        return failure(made.error());
    auto data = std::make_shared<OddityData>();
    data->figures = std::make_shared<const search::OddityFigures>(std::move(*made));
    // The shapes live as long as the figures that hold them.
    data->features = {data->figures, &data->figures->shapes};
    for (const search::OddityScore score : search::kOddityScores)
        data->scores.emplace_back(score, search::oddityScores(score, map.mapping, *data->figures));
    return OdditiesPointer(std::move(data));
}

Result<OdditiesPointer> oddSpectra(const session::Session &session, const SurveyPointer &survey,
                                   compute::Backend &backend, const JobContext &context)
{
    workflow::LatentFigures latent;
    if (const LatentSpace *space = survey->latent.get())
        latent = {space->errors, space->places, space->summary.dimensions};
    auto made =
        workflow::spectralOddities(session, survey->summary.id, *survey->spectra, latent, backend, context);
    if (!made)
        return failure(made.error());
    auto data = std::make_shared<OddityData>();
    data->features = std::make_shared<const search::ShapeFeatures>(std::move(made->features));
    for (const AnyOddityScore &score : oddityScoresOf(*survey))
        data->scores.emplace_back(score, search::spectralOutlierScores(
                                             std::get<search::SpectralOutlierScore>(score), made->figures));
    data->spectral = std::make_shared<const search::SpectralOutlierFigures>(std::move(made->figures));
    return OdditiesPointer(std::move(data));
}

bool isMapped(const SurveyData &survey)
{
    return survey.map && survey.samples && survey.map->som.shape == survey.samples->shape() &&
           survey.map->mapping.sourceCount() == survey.samples->count();
}

struct Ranked
{
    OddityRankingPointer ranking;
    RelevancePointer relevance;
};

/// `relevance` is made where there is none yet and marks are to be learned from.
Result<Ranked> rankingOf(const OdditiesPointer &data, const AnyOddityScore &score,
                         const std::vector<session::Mark> &marks, RelevancePointer relevance,
                         const JobContext &context)
{
    auto ranking = std::make_shared<OddityRanking>();
    ranking->score = score;
    ranking->marks = marks.size();
    if (marks.empty())
    {
        ranking->values = data->of(score);
        return Ranked{std::move(ranking), std::move(relevance)};
    }
    if (!relevance)
        relevance = std::make_shared<const search::Relevance>(data->features, data->of(score));
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
    connect(&m_controller, &SessionController::surveyChanged, this, &OddityController::follow);
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

void OddityController::follow()
{
    const SurveyPointer &survey = m_controller.survey();
    if (haveSameOddities(std::exchange(m_survey, survey), survey))
        return;
    for (const QPointer<Job> &job : {m_oddityJob, m_rankJob, m_compareJob})
        if (job)
            job->abandon();
    m_oddityJob.clear();
    m_relevance.reset();
    m_ranking.reset();
    const std::vector<AnyOddityScore> scores =
        survey ? oddityScoresOf(*survey) : std::vector<AnyOddityScore>();
    if (!scores.empty() && std::find(scores.begin(), scores.end(), m_score) == scores.end())
        m_score = scores.front();
    if (std::exchange(m_oddities, nullptr))
        Q_EMIT odditiesChanged();
    if (m_isWanted)
        makeOddities();
}

Job *OddityController::startScoring()
{
    const auto take = [this](OdditiesPointer &&oddities) {
        m_oddities = std::move(oddities);
        Q_EMIT odditiesChanged();
        rank();
    };
    const SurveyPointer &survey = m_controller.survey();
    if (survey && ranksSpectra(*survey))
        return m_controller.runner().compute<OdditiesPointer>(
            tr("Looking for odd spectra"), this,
            [session = m_controller.session(), survey](compute::Backend &backend, const JobContext &context) {
                return oddSpectra(*session, survey, backend, context);
            },
            take);
    if (survey && isMapped(*survey))
        return m_controller.runner().compute<OdditiesPointer>(
            tr("Looking for what is odd"), this,
            [survey](compute::Backend &backend, const JobContext &context) {
                return oddImages(survey, backend, context);
            },
            take);
    return nullptr;
}

void OddityController::makeOddities()
{
    m_oddityJob = startScoring();
    if (!m_oddityJob)
        return;
    connect(m_oddityJob, &Job::failed, this, [this](const Error &error) {
        m_oddityJob.clear();
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not score the sources"), error));
    });
    Q_EMIT started(m_oddityJob);
}

void OddityController::setChoice(const AnyOddityScore &score, bool isLearning)
{
    if (score == m_score && isLearning == m_isLearning)
        return;
    if (score != m_score)
        m_relevance.reset();
    m_score = score;
    m_isLearning = isLearning;
    if (m_isWanted && !m_oddities && !m_oddityJob) // stopped before
        makeOddities();
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
    const AnyOddityScore score = m_score;
    m_rankJob = m_controller.runner().start<Ranked>(
        {tr("Ranking")}, this,
        [oddities = m_oddities, score, marks = std::move(marks), relevance = m_relevance](
            const JobContext &context) { return rankingOf(oddities, score, marks, relevance, context); },
        [this, score](Ranked &&ranked) {
            if (score == m_score)
                m_relevance = std::move(ranked.relevance);
            m_ranking = std::move(ranked.ranking);
            Q_EMIT rankingChanged(m_ranking);
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
