// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_look.h"

#include <algorithm>
#include <optional>

#include <QJsonArray>

namespace somnium::ui
{

namespace
{

using namespace Qt::StringLiterals; // NOLINT: of these keys

QJsonObject fieldToJson(const IsoField &field)
{
    return {{QStringLiteral("column"), field.column},
            {QStringLiteral("decoded"), field.source == FieldSource::Decoded},
            {QStringLiteral("median"), field.statistic == FieldStatistic::Median},
            {QStringLiteral("log"), field.isLog},
            {QStringLiteral("levels"), field.levels}};
}

IsoField fieldFrom(const QJsonObject &json)
{
    IsoField field;
    field.column = json.value(QStringLiteral("column")).toString();
    field.source =
        json.value(QStringLiteral("decoded")).toBool() ? FieldSource::Decoded : FieldSource::Observed;
    field.statistic =
        json.value(QStringLiteral("median")).toBool() ? FieldStatistic::Median : FieldStatistic::Mean;
    field.isLog = json.value(QStringLiteral("log")).toBool();
    field.levels = json.value(QStringLiteral("levels")).toString();
    return field;
}

QJsonObject bookmarkToJson(const LatentBookmark &bookmark)
{
    const latent::PlaneRect &rect = bookmark.window;
    return {{QStringLiteral("name"), bookmark.name},
            {QStringLiteral("window"), QJsonArray{rect.left, rect.right, rect.bottom, rect.top}}};
}

/// A rectangle that can be shown, or nothing.
std::optional<LatentBookmark> bookmarkFrom(const QJsonObject &json)
{
    const QJsonArray rect = json.value(QStringLiteral("window")).toArray();
    const LatentBookmark bookmark{
        json.value(QStringLiteral("name")).toString(),
        {rect.at(0).toDouble(), rect.at(1).toDouble(), rect.at(2).toDouble(), rect.at(3).toDouble()}};
    const bool isUsable = bookmark.window.width() > 0.0 && bookmark.window.height() > 0.0;
    return isUsable && !bookmark.name.isEmpty() ? std::optional(bookmark) : std::nullopt;
}

} // namespace

QJsonObject toJson(const LatentLook &look)
{
    QJsonArray fields;
    for (const IsoField &field : look.iso.fields)
        fields.append(fieldToJson(field));
    QJsonArray bookmarks;
    for (const LatentBookmark &bookmark : look.bookmarks)
        bookmarks.append(bookmarkToJson(bookmark));
    return {{QStringLiteral("column"), look.column},
            {QStringLiteral("colour_map"), look.colourMap},
            {QStringLiteral("form"), static_cast<int>(look.form)},
            {QStringLiteral("fields"), fields},
            {QStringLiteral("bandwidth"), look.iso.bandwidth},
            {QStringLiteral("least_points"), look.iso.leastPoints},
            {QStringLiteral("labels"), look.iso.hasLabels},
            {QStringLiteral("errors"), look.iso.hasErrors},
            {QStringLiteral("bookmarks"), bookmarks}};
}

LatentLook latentLookFrom(const QJsonObject &json)
{
    LatentLook look;
    look.column = json.value(QStringLiteral("column")).toString();
    look.colourMap = json.value(QStringLiteral("colour_map")).toString();
    look.form = static_cast<PointForm>(std::clamp(json.value(QStringLiteral("form")).toInt(), 0, 2));
    const QJsonArray fields = json.value(QStringLiteral("fields")).toArray();
    for (qsizetype i = 0; i < std::min<qsizetype>(fields.size(), 2); ++i)
        look.iso.fields.at(static_cast<std::size_t>(i)) = fieldFrom(fields.at(i).toObject());
    const double bandwidth = json.value(QStringLiteral("bandwidth")).toDouble(look.iso.bandwidth);
    look.iso.bandwidth = bandwidth > 0.0 ? bandwidth : look.iso.bandwidth;
    look.iso.leastPoints =
        std::max(0.0, json.value(QStringLiteral("least_points")).toDouble(look.iso.leastPoints));
    look.iso.hasLabels = json.value(QStringLiteral("labels")).toBool(look.iso.hasLabels);
    look.iso.hasErrors = json.value(QStringLiteral("errors")).toBool(look.iso.hasErrors);
    for (const QJsonValue &bookmark : json.value(QStringLiteral("bookmarks")).toArray())
        if (const auto usable = bookmarkFrom(bookmark.toObject()))
            look.bookmarks.push_back(*usable);
    return look;
}

} // namespace somnium::ui
