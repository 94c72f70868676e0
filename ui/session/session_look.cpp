// SPDX-License-Identifier: GPL-3.0-or-later
// The part of SessionController that keeps what the window looked at: the selection and current source and
// neuron of each collection, which collection and map are shown, and the window's own arrangement.
#include "ui/session/session_controller.h"

#include <optional>
#include <string>
#include <utility>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace somnium::ui
{

namespace
{

std::size_t neuronCountOf(const SurveyPointer &survey)
{
    return survey && survey->map ? survey->map->som.layout.neuronCount() : 0;
}

std::optional<std::size_t> indexFrom(const QJsonValue &value)
{
    const qint64 index = value.toInteger(-1);
    return index < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(index));
}

} // namespace

void SessionController::restoreLook(const std::string &json)
{
    const UndoJournal::Quiet quiet(m_journal);
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    const std::size_t sources = m_survey ? m_survey->collection.sources.size() : 0;
    if (auto selected = fromRuns(object.value(QStringLiteral("selected")).toArray(), sources))
        m_selection.select(std::move(*selected), SelectionMode::New);
    const auto neuron = indexFrom(object.value(QStringLiteral("neuron")));
    if (neuron && *neuron < neuronCountOf(m_survey))
        m_selection.setCurrentNeuron(neuron);
    const auto source = indexFrom(object.value(QStringLiteral("source")));
    if (source && *source < sources)
        m_selection.setCurrentSource(source);
}

SessionController::Look SessionController::look() const
{
    return {m_selection.selected(), m_selection.currentSource(), m_selection.currentNeuron()};
}

std::string SessionController::toJson(const Look &look)
{
    QJsonObject object{{QStringLiteral("selected"), toRuns(look.selected)}};
    if (look.source)
        object.insert(QStringLiteral("source"), static_cast<qint64>(*look.source));
    if (look.neuron)
        object.insert(QStringLiteral("neuron"), static_cast<qint64>(*look.neuron));
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

void SessionController::rememberLook()
{
    m_lookTimer.stop();
    // Until the map is there, the look on disk is the better one.
    if (!m_session || !m_survey || !m_wantedLook.empty())
        return;
    // Written down there, not here: a selection may hold a million sources.
    m_lookWriter.write([session = m_session, key = lookKey(m_survey->summary.id), kept = look()] {
        return session->setView(key, toJson(kept));
    });
}

std::string SessionController::activeJson(session::CollectionId collection, session::ModelId map,
                                          session::ModelId latent)
{
    const QJsonObject object{{QStringLiteral("collection"), static_cast<qint64>(collection)},
                             {QStringLiteral("model"), static_cast<qint64>(map)},
                             {QStringLiteral("latent"), static_cast<qint64>(latent)}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

void SessionController::rememberActive()
{
    if (!m_session || !m_survey)
        return;
    const auto map = m_survey->map ? m_survey->map->summary.id : session::ModelId{};
    const auto latent = m_survey->latent ? m_survey->latent->summary.id : session::ModelId{};
    m_activeWriter.write([session = m_session, json = activeJson(m_survey->summary.id, map, latent)] {
        return session->setView(kActiveKey, json);
    });
}

void SessionController::rememberWindow(const QByteArray &json)
{
    if (m_session && m_isWindowRecalled)
        m_windowWriter.write(
            [session = m_session, text = json.toStdString()] { return session->setView(kWindowKey, text); });
}

} // namespace somnium::ui
