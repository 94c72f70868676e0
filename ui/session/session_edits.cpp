// SPDX-License-Identifier: GPL-3.0-or-later
// The part of SessionController that changes what is kept in the session: label classes, labels of
// prototypes, selections, and what is removed.
#include <algorithm>
#include <string>
#include <utility>

#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"
#include "ui/session/session_controller.h"

namespace somnium::ui
{

namespace
{

using session::Session;

constexpr int kLabelKeys = 9;

} // namespace

void SessionController::setLabelClasses(std::vector<session::LabelClass> classes)
{
    m_labelClasses = std::move(classes);
    Q_EMIT labelNamesChanged();
    change(tr("Could not save the label classes"), [kept = m_labelClasses](Session &session) {
        return session.annotations().saveLabelClasses(kept);
    });
}

QStringList SessionController::labelNames() const
{
    QStringList names;
    for (int key = 1; key <= kLabelKeys; ++key)
    {
        const auto found = std::find_if(m_labelClasses.begin(), m_labelClasses.end(),
                                        [key](const auto &one) { return one.key == std::to_string(key); });
        names.append(found == m_labelClasses.end() ? QString() : QString::fromStdString(found->name));
    }
    return names;
}

void SessionController::setLabelNames(const QStringList &names)
{
    std::vector<session::LabelClass> classes = m_labelClasses;
    for (int i = 0; i < kLabelKeys; ++i)
    {
        const std::string key = std::to_string(i + 1);
        const std::string name = names.value(i).trimmed().toStdString();
        const auto onKey =
            std::find_if(classes.begin(), classes.end(), [&](const auto &one) { return one.key == key; });
        const bool isTaken =
            std::any_of(classes.begin(), classes.end(), [&](const auto &one) { return one.name == name; });
        if (name.empty() && onKey != classes.end())
            classes.erase(onKey);
        else if (isTaken || name.empty())
            continue;
        else if (onKey != classes.end())
            onKey->name = name;
        else
            classes.push_back(
                {name, session::defaultLabelClasses().at(static_cast<std::size_t>(i)).colour, key});
    }
    setLabelClasses(std::move(classes));
}

void SessionController::removeCollection(session::CollectionId collection)
{
    if (m_survey && m_survey->summary.id == collection)
    {
        m_labels.reset(nullptr, {}, {});
        m_marks.reset(nullptr, {}, {});
        m_journal.reset(nullptr, {}, {}, 0);
        showSurvey(nullptr, 0);
    }
    change(tr("Could not remove the collection"),
           [collection](Session &session) { return session.removeCollection(collection); });
}

void SessionController::removeModel(session::ModelId model)
{
    const bool isMap = m_survey && m_survey->map && m_survey->map->summary.id == model;
    const bool isLatent = m_survey && m_survey->latent && m_survey->latent->summary.id == model;
    if (isMap || isLatent)
    {
        auto survey = std::make_shared<SurveyData>(*m_survey);
        if (isMap)
            survey->map = nullptr;
        else
            survey->latent = nullptr;
        exchange(std::move(survey));
    }
    change(tr("Could not remove the model"),
           [model](Session &session) { return session.removeModel(model); });
}

void SessionController::labelPrototype(std::size_t neuron, const QString &text,
                                       const std::vector<std::size_t> &sources)
{
    if (!m_survey || !m_survey->map || text.isEmpty())
        return;
    change(tr("Could not label the prototype"),
           [model = m_survey->map->summary.id, neuron, label = text.toStdString()](Session &session) {
               return session.annotations().setPrototypeLabel(model, {neuron}, label, true);
           });
    m_journal.setLabel(text, sources, true, session::LabelOrigin::Prototype);
}

void SessionController::saveSelection(const QString &name)
{
    if (!m_survey)
        return;
    change(tr("Could not save the selection"),
           [collection = m_survey->summary.id,
            selection = session::Selection{name.toStdString(), m_selection.selected()}](Session &session) {
               return session.saveSelection(collection, selection);
           });
}

void SessionController::change(const QString &whatFails, const std::function<Result<void>(Session &)> &work)
{
    if (!m_session)
        return;
    Job *job = m_runner.start<void>(
        {tr("Saving"), JobLane::Write}, this,
        [session = m_session, work](const JobContext &) { return work(*session); },
        [this] { refreshProject(); });
    connect(job, &Job::failed, this,
            [this, whatFails](const Error &error) { Q_EMIT troubled(errorText(whatFails, error)); });
}

} // namespace somnium::ui
