// SPDX-License-Identifier: GPL-3.0-or-later
// How steps of the undo journal and selections are written down as JSON. Source lists are runs
// [[first, count], ...], so that a selection of neighbours stays short.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <QJsonArray>
#include <QString>

#include "core/session/annotations.h"
#include "core/session/session.h"

namespace somnium::ui
{

/// One label put on, or taken off, sources that did not, or did, carry it before.
struct LabelChange
{
    QString text;
    std::vector<std::size_t> sources; ///< ascending
    bool isOn = true;
    session::LabelOrigin origin = session::LabelOrigin::Hand; ///< that these sources have it from, or had
    friend bool operator==(const LabelChange &, const LabelChange &) = default;
};

struct LabelStep
{
    std::vector<LabelChange> changes;
    friend bool operator==(const LabelStep &, const LabelStep &) = default;
};
struct SelectionStep
{
    std::vector<std::size_t> before; ///< ascending
    std::vector<std::size_t> after;  ///< ascending
    friend bool operator==(const SelectionStep &, const SelectionStep &) = default;
};
/// The mark of one source, before and after.
struct MarkChange
{
    session::Mark before;
    session::Mark after;
    friend bool operator==(const MarkChange &, const MarkChange &) = default;
};
struct MarkStep
{
    std::vector<MarkChange> changes;
    friend bool operator==(const MarkStep &, const MarkStep &) = default;
};
using JournalStep = std::variant<LabelStep, SelectionStep, MarkStep>;

[[nodiscard]] QJsonArray toRuns(const std::vector<std::size_t> &ascending);
/// Nothing if it is not a list of runs that rise, or a run reaches beyond `limit` sources.
[[nodiscard]] std::optional<std::vector<std::size_t>> fromRuns(const QJsonArray &runs, std::size_t limit);

[[nodiscard]] std::string toJson(const JournalStep &step);
/// Nothing if it is not a step, or names a source beyond `limit`.
[[nodiscard]] std::optional<JournalStep> stepFromJson(const std::string &json, std::size_t limit);

} // namespace somnium::ui
