// SPDX-License-Identifier: GPL-3.0-or-later
// Scores the open survey's sources by how odd they are, images by their map, spectra by their latent space
// and by their neighbours, and lets the ranking learn from every mark, off the window's thread. Starts when
// first asked: the scores take as long as mapping the survey.
#pragma once

#include <memory>

#include <QObject>
#include <QPointer>

#include "core/search/relevance.h"
#include "core/workflow/labeling.h"
#include "ui/jobs/job.h"
#include "ui/models/oddity_data.h"

namespace somnium::ui
{

class SessionController;

class OddityController : public QObject
{
    Q_OBJECT

public:
    explicit OddityController(SessionController &controller, QObject *parent = nullptr);

    /// While somebody looks at outliers, the scores of every map that is opened are made.
    void setWanted(bool isWanted);
    /// Null until they are made.
    [[nodiscard]] const OdditiesPointer &oddities() const { return m_oddities; }
    /// What they are ranked by; null until then.
    [[nodiscard]] const OddityRankingPointer &ranking() const { return m_ranking; }
    [[nodiscard]] const AnyOddityScore &score() const { return m_score; }
    [[nodiscard]] bool isLearning() const { return m_isLearning; }
    /// Which score of oddityScoresOf the survey, and whether marks re-rank it. Another survey whose sources
    /// do not have that score starts with its best.
    void setChoice(const AnyOddityScore &score, bool isLearning);

    /// Two labelings side by side, by name as workflow::compareLabelings; answers by `compared`.
    void compare(const QString &first, const QString &second);

Q_SIGNALS:
    void odditiesChanged();
    void rankingChanged(const somnium::ui::OddityRankingPointer &ranking);
    void compared(const std::shared_ptr<const somnium::workflow::Comparison> &comparison);
    void started(somnium::ui::Job *job);
    void troubled(const QString &message);

private:
    /// All that a ranking needs besides marks, kept while the score stays the same.
    using RelevancePointer = std::shared_ptr<const search::Relevance>;

    void follow();
    void makeOddities();
    [[nodiscard]] Job *startScoring();
    void rank();

    SessionController &m_controller;
    bool m_isWanted = false;
    bool m_isLearning = true;
    AnyOddityScore m_score = search::kDefaultOddityScore;
    SurveyPointer m_survey; ///< that the oddities are, or will be, of
    OdditiesPointer m_oddities;
    OddityRankingPointer m_ranking;
    RelevancePointer m_relevance; ///< of m_score
    QPointer<Job> m_oddityJob;
    QPointer<Job> m_rankJob;
    QPointer<Job> m_compareJob;
};

} // namespace somnium::ui
