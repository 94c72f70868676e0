// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/source_finder.h"

#include "core/sky/position.h"

namespace somnium::ui
{

namespace
{

std::optional<std::size_t> findById(const data::Collection &collection, const QString &wanted)
{
    std::optional<std::size_t> beginning;
    std::optional<std::size_t> containing;
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
    {
        const QString id = QString::fromStdString(collection.sources[i].id);
        if (id.compare(wanted, Qt::CaseInsensitive) == 0)
            return i;
        if (!beginning && id.startsWith(wanted, Qt::CaseInsensitive))
            beginning = i;
        if (!containing && id.contains(wanted, Qt::CaseInsensitive))
            containing = i;
    }
    return beginning ? beginning : containing;
}

std::optional<std::size_t> findByPosition(const data::Collection &collection, const sky::SkyPosition &wanted)
{
    std::optional<std::size_t> nearest;
    double least = 0.0;
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
    {
        const data::Source &source = collection.sources[i];
        if (!source.hasPosition())
            continue;
        const double distance = sky::separationDeg({source.raDeg, source.decDeg}, wanted);
        if (nearest && distance >= least)
            continue;
        nearest = i;
        least = distance;
    }
    return nearest;
}

} // namespace

std::optional<std::size_t> findSource(const data::Collection &collection, const QString &text)
{
    const QString wanted = text.trimmed();
    if (wanted.isEmpty())
        return std::nullopt;
    if (const auto found = findById(collection, wanted))
        return found;
    const auto position = sky::parsePosition(wanted.toStdString());
    return position ? findByPosition(collection, *position) : std::nullopt;
}

} // namespace somnium::ui
