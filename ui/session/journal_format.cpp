// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/journal_format.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace somnium::ui
{

namespace
{

const auto kKind = QStringLiteral("kind");
const auto kLabels = QStringLiteral("labels");
const auto kMarks = QStringLiteral("marks");
const auto kSelection = QStringLiteral("selection");
const auto kChanges = QStringLiteral("changes");
const auto kText = QStringLiteral("text");
const auto kIsOn = QStringLiteral("on");
const auto kOrigin = QStringLiteral("origin");
const auto kSources = QStringLiteral("sources");
const auto kBefore = QStringLiteral("before");
const auto kAfter = QStringLiteral("after");

using session::LabelOrigin;

/// Steps from before origins were kept name none: a person's.
std::optional<LabelOrigin> originFrom(const QJsonValue &value)
{
    if (value.isUndefined())
        return LabelOrigin::Hand;
    const std::string word = value.toString().toStdString();
    for (const LabelOrigin origin : {LabelOrigin::Unknown, LabelOrigin::Prototype, LabelOrigin::Column})
        if (word == toString(origin))
            return origin;
    return std::nullopt;
}

QJsonObject toObject(const LabelStep &step)
{
    QJsonArray changes;
    for (const LabelChange &change : step.changes)
    {
        QJsonObject object{{kText, change.text}, {kIsOn, change.isOn}, {kSources, toRuns(change.sources)}};
        if (change.origin != LabelOrigin::Hand)
            object.insert(kOrigin, QString::fromStdString(std::string(toString(change.origin))));
        changes.append(object);
    }
    return {{kKind, kLabels}, {kChanges, changes}};
}

QJsonObject toObject(const SelectionStep &step)
{
    return {{kKind, kSelection}, {kBefore, toRuns(step.before)}, {kAfter, toRuns(step.after)}};
}

/// [source, verdict] or [source, verdict, score].
QJsonArray toArray(const session::Mark &mark)
{
    QJsonArray array{static_cast<qint64>(mark.source), static_cast<int>(mark.verdict)};
    if (mark.score)
        array.append(*mark.score);
    return array;
}

std::optional<session::Mark> markFrom(const QJsonArray &array, std::size_t limit)
{
    const qint64 source = array.at(0).toInteger(-1);
    const int verdict = array.at(1).toInt(-1);
    const int score = array.at(2).toInt(-1);
    if (source < 0 || source >= static_cast<qint64>(limit) || verdict < 0 ||
        verdict > static_cast<int>(session::Verdict::Artefact) ||
        (array.size() == 3 && (score < 0 || score > 5)))
        return std::nullopt;
    session::Mark mark{static_cast<std::size_t>(source), static_cast<session::Verdict>(verdict),
                       std::nullopt};
    if (array.size() == 3)
        mark.score = score;
    return mark;
}

QJsonObject toObject(const MarkStep &step)
{
    QJsonArray changes;
    for (const MarkChange &change : step.changes)
        changes.append(QJsonObject{{kBefore, toArray(change.before)}, {kAfter, toArray(change.after)}});
    return {{kKind, kMarks}, {kChanges, changes}};
}

std::optional<JournalStep> markStep(const QJsonObject &object, std::size_t limit)
{
    MarkStep step;
    const QJsonArray changes = object.value(kChanges).toArray();
    for (const QJsonValue &value : changes)
    {
        const QJsonObject change = value.toObject();
        const auto before = markFrom(change.value(kBefore).toArray(), limit);
        const auto after = markFrom(change.value(kAfter).toArray(), limit);
        if (!before || !after || before->source != after->source)
            return std::nullopt;
        step.changes.push_back({*before, *after});
    }
    return step;
}

std::optional<JournalStep> labelStep(const QJsonObject &object, std::size_t limit)
{
    LabelStep step;
    const QJsonArray changes = object.value(kChanges).toArray();
    for (const QJsonValue &value : changes)
    {
        const QJsonObject change = value.toObject();
        auto sources = fromRuns(change.value(kSources).toArray(), limit);
        const auto origin = originFrom(change.value(kOrigin));
        if (!sources || !origin || !change.value(kText).isString())
            return std::nullopt;
        step.changes.push_back(
            {change.value(kText).toString(), std::move(*sources), change.value(kIsOn).toBool(), *origin});
    }
    return step;
}

std::optional<JournalStep> selectionStep(const QJsonObject &object, std::size_t limit)
{
    auto before = fromRuns(object.value(kBefore).toArray(), limit);
    auto after = fromRuns(object.value(kAfter).toArray(), limit);
    if (!before || !after)
        return std::nullopt;
    return SelectionStep{std::move(*before), std::move(*after)};
}

} // namespace

QJsonArray toRuns(const std::vector<std::size_t> &ascending)
{
    QJsonArray runs;
    for (std::size_t i = 0; i < ascending.size();)
    {
        std::size_t end = i + 1;
        while (end < ascending.size() && ascending[end] == ascending[end - 1] + 1)
            ++end;
        runs.append(QJsonArray{static_cast<qint64>(ascending[i]), static_cast<qint64>(end - i)});
        i = end;
    }
    return runs;
}

std::optional<std::vector<std::size_t>> fromRuns(const QJsonArray &runs, std::size_t limit)
{
    std::vector<std::size_t> sources;
    qint64 next = 0;
    for (const QJsonValue &value : runs)
    {
        const QJsonArray run = value.toArray();
        const qint64 first = run.at(0).toInteger(-1);
        const qint64 count = run.at(1).toInteger(-1);
        if (run.size() != 2 || first < next || count < 1 || first > static_cast<qint64>(limit) ||
            count > static_cast<qint64>(limit) - first)
            return std::nullopt;
        for (qint64 i = 0; i < count; ++i)
            sources.push_back(static_cast<std::size_t>(first + i));
        next = first + count;
    }
    return sources;
}

std::string toJson(const JournalStep &step)
{
    const QJsonObject object = std::visit([](const auto &kind) { return toObject(kind); }, step);
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

std::optional<JournalStep> stepFromJson(const std::string &json, std::size_t limit)
{
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    const QString kind = object.value(kKind).toString();
    if (kind == kLabels)
        return labelStep(object, limit);
    if (kind == kSelection)
        return selectionStep(object, limit);
    if (kind == kMarks)
        return markStep(object, limit);
    return std::nullopt;
}

} // namespace somnium::ui
