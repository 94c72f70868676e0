// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/source_columns.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include "ui/models/wording.h"

namespace somnium::ui
{

namespace
{

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

QString translated(const char *text)
{
    return QCoreApplication::translate("SourceTable", text);
}

std::string lowerCase(std::string text)
{
    for (char &letter : text)
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

int decimalsOf(int column)
{
    switch (column)
    {
    case kRaColumn:
    case kDecColumn: return 5;
    case kDistanceColumn: return 3;
    default: return 1;
    }
}

} // namespace

SourceColumns::SourceColumns(SurveyPointer survey, LabelsPointer labels)
    : m_survey(std::move(survey)), m_labels(std::move(labels))
{}

std::size_t SourceColumns::sourceCount() const
{
    return m_survey ? m_survey->collection.sources.size() : 0;
}

int SourceColumns::count() const
{
    return m_survey
               ? kFirstCatalogueColumn + static_cast<int>(m_survey->collection.catalogue.columns().size())
               : 0;
}

const data::Column &SourceColumns::catalogueColumn(int column) const
{
    return m_survey->collection.catalogue.columns()[static_cast<std::size_t>(column - kFirstCatalogueColumn)];
}

const MapData *SourceColumns::mapOf(std::size_t source) const
{
    const MapData *map = m_survey ? m_survey->map.get() : nullptr;
    return map != nullptr && source < map->mapping.sourceCount() ? map : nullptr;
}

QString SourceColumns::name(int column) const
{
    switch (column)
    {
    case kIdColumn: return QStringLiteral("id");
    case kRaColumn: return QStringLiteral("ra");
    case kDecColumn: return QStringLiteral("dec");
    case kNeuronColumn: return QStringLiteral("neuron");
    case kDistanceColumn: return QStringLiteral("distance");
    case kRankColumn: return QStringLiteral("rank");
    case kLabelsColumn: return QStringLiteral("labels");
    default: return QString::fromStdString(catalogueColumn(column).name);
    }
}

QString SourceColumns::unit(int column) const
{
    switch (column)
    {
    case kRaColumn:
    case kDecColumn: return QStringLiteral("deg");
    case kRankColumn: return QStringLiteral("%");
    default:
        return column < kFirstCatalogueColumn ? QString()
                                              : QString::fromStdString(catalogueColumn(column).unit);
    }
}

QString SourceColumns::description(int column) const
{
    switch (column)
    {
    case kIdColumn: return translated(QT_TRANSLATE_NOOP("SourceTable", "Identifier of the source"));
    case kRaColumn: return translated(QT_TRANSLATE_NOOP("SourceTable", "Right ascension, ICRS"));
    case kDecColumn: return translated(QT_TRANSLATE_NOOP("SourceTable", "Declination, ICRS"));
    case kNeuronColumn: return translated(QT_TRANSLATE_NOOP("SourceTable", "Best matching prototype (x, y)"));
    case kDistanceColumn:
        return translated(QT_TRANSLATE_NOOP("SourceTable", "Distance to the best prototype"));
    case kRankColumn:
        return translated(QT_TRANSLATE_NOOP("SourceTable", "Share of all sources that are not further"));
    case kLabelsColumn: return translated(QT_TRANSLATE_NOOP("SourceTable", "Labels you gave"));
    default: return QString::fromStdString(catalogueColumn(column).description);
    }
}

int SourceColumns::find(const QString &name) const
{
    for (int column = 0; column < count(); ++column)
        if (this->name(column) == name)
            return column;
    for (int column = 0; column < count(); ++column)
        if (this->name(column).compare(name, Qt::CaseInsensitive) == 0)
            return column;
    return -1;
}

bool SourceColumns::isNumeric(int column) const
{
    if (column < kFirstCatalogueColumn)
        return column != kIdColumn && column != kLabelsColumn;
    const data::Column &found = catalogueColumn(column);
    return found.type() != data::ColumnType::Text && found.width == 1;
}

double SourceColumns::number(std::size_t source, int column) const
{
    if (source >= sourceCount())
        return kNoNumber;
    const MapData *map = mapOf(source);
    switch (column)
    {
    case kIdColumn:
    case kLabelsColumn: return kNoNumber;
    case kRaColumn: return m_survey->collection.sources[source].raDeg;
    case kDecColumn: return m_survey->collection.sources[source].decDeg;
    case kNeuronColumn: return map != nullptr ? map->mapping.best[source] : kNoNumber;
    case kDistanceColumn:
        return map != nullptr ? static_cast<double>(map->mapping.distance[source]) : kNoNumber;
    case kRankColumn: {
        if (map == nullptr || !m_sortedDistances || m_sortedDistances->empty())
            return kNoNumber;
        const auto nearer = std::ranges::upper_bound(*m_sortedDistances, map->mapping.distance[source]);
        return 100.0 * static_cast<double>(nearer - m_sortedDistances->begin()) /
               static_cast<double>(m_sortedDistances->size());
    }
    default: {
        const data::Column &found = catalogueColumn(column);
        return source < found.rowCount() ? found.number(source) : kNoNumber;
    }
    }
}

std::string SourceColumns::rawText(std::size_t source, int column) const
{
    if (source >= sourceCount())
        return {};
    if (column == kIdColumn)
        return m_survey->collection.sources[source].id;
    if (column == kLabelsColumn)
        return m_labels ? m_labels->of(source).join(QStringLiteral(", ")).toStdString() : std::string();
    if (column < kFirstCatalogueColumn)
        return {};
    const data::Column &found = catalogueColumn(column);
    return source < found.rowCount() ? found.text(source) : std::string();
}

QString SourceColumns::text(std::size_t source, int column) const
{
    if (source >= sourceCount())
        return {};
    if (column >= kFirstCatalogueColumn)
        return cellText(catalogueColumn(column), source);
    if (column == kIdColumn || column == kLabelsColumn)
        return QString::fromStdString(rawText(source, column));
    const double value = number(source, column);
    if (!std::isfinite(value))
        return {};
    if (column == kNeuronColumn)
        return neuronName(m_survey->map->som.layout, static_cast<std::size_t>(value));
    return QLocale().toString(value, 'f', decimalsOf(column));
}

void SourceColumns::prepareRanks()
{
    if (!m_survey || !m_survey->map)
        return;
    std::vector<float> sorted = m_survey->map->mapping.distance;
    std::erase_if(sorted, [](float value) { return std::isnan(value); });
    std::ranges::sort(sorted);
    m_sortedDistances = std::make_shared<const std::vector<float>>(std::move(sorted));
}

SourceFilter SourceFilter::parse(const QString &line, const SourceColumns &columns, QString *problem)
{
    static const QRegularExpression comparisonPattern(
        QStringLiteral(R"re((?:"([^"]+)"|([^\s"<>=!]+))\s*(<=|>=|!=|==|=|<|>)\s*(?:"([^"]*)"|([^\s"]+)))re"));
    SourceFilter filter;
    QString rest = line;
    auto matches = comparisonPattern.globalMatch(line);
    while (matches.hasNext())
    {
        const QRegularExpressionMatch match = matches.next();
        const QString name = match.captured(1) + match.captured(2);
        const QString value = match.captured(4) + match.captured(5);
        Comparison comparison{.column = columns.find(name), .relation = match.captured(3), .text = value};
        bool isNumber = false;
        comparison.number = QLocale::c().toDouble(value, &isNumber);
        if (comparison.column < 0)
            *problem = translated(QT_TRANSLATE_NOOP("SourceTable", "There is no column \"%1\"")).arg(name);
        else if (!isNumber && columns.isNumeric(comparison.column))
            *problem = translated(QT_TRANSLATE_NOOP("SourceTable", "\"%1\" is not a number")).arg(value);
        if (!problem->isEmpty())
            return {};
        filter.m_comparisons.push_back(comparison);
        rest.replace(match.captured(0), QStringLiteral(" "));
    }
    if (rest.contains(QLatin1Char('<')) || rest.contains(QLatin1Char('>')))
    {
        *problem = translated(QT_TRANSLATE_NOOP("SourceTable", "A comparison reads: column > value"));
        return {};
    }
    const QStringList words = rest.remove(QLatin1Char('"')).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words)
        filter.m_words.push_back(lowerCase(word.toStdString()));
    return filter;
}

bool SourceFilter::holds(const Comparison &comparison, const SourceColumns &columns, std::size_t source)
{
    const QString &relation = comparison.relation;
    if (!columns.isNumeric(comparison.column))
    {
        const std::string text = lowerCase(columns.rawText(source, comparison.column));
        const int order = text.compare(lowerCase(comparison.text.toStdString()));
        return relation == QLatin1String("!=")   ? order != 0
               : relation == QLatin1String("<")  ? order < 0
               : relation == QLatin1String("<=") ? order <= 0
               : relation == QLatin1String(">")  ? order > 0
               : relation == QLatin1String(">=") ? order >= 0
                                                 : order == 0;
    }
    const double value = columns.number(source, comparison.column);
    if (std::isnan(value))
        return false;
    return relation == QLatin1String("!=")   ? value != comparison.number
           : relation == QLatin1String("<")  ? value < comparison.number
           : relation == QLatin1String("<=") ? value <= comparison.number
           : relation == QLatin1String(">")  ? value > comparison.number
           : relation == QLatin1String(">=") ? value >= comparison.number
                                             : value == comparison.number;
}

bool SourceFilter::passes(const SourceColumns &columns, std::size_t source) const
{
    for (const Comparison &comparison : m_comparisons)
        if (!holds(comparison, columns, source))
            return false;
    for (const std::string &word : m_words)
    {
        bool isFound = false;
        for (int column = 0; column < columns.count() && !isFound; ++column)
            isFound = !columns.isNumeric(column) &&
                      lowerCase(columns.rawText(source, column)).find(word) != std::string::npos;
        if (!isFound)
            return false;
    }
    return true;
}

std::vector<std::uint32_t> arrangedRows(const SourceColumns &columns, const SourceFilter &filter,
                                        int sortColumn, bool isFalling)
{
    std::vector<std::uint32_t> rows(columns.sourceCount());
    std::iota(rows.begin(), rows.end(), 0U);
    if (!filter.isEmpty())
        std::erase_if(rows, [&](std::uint32_t source) { return !filter.passes(columns, source); });
    if (sortColumn < 0 || sortColumn >= columns.count())
        return rows;
    // Keys are taken out once: comparing through the columns would fetch each of them some twenty times.
    const auto sortBy = [&](const auto &keys) {
        std::ranges::stable_sort(rows, [&](std::uint32_t a, std::uint32_t b) {
            return isFalling ? keys[b] < keys[a] : keys[a] < keys[b];
        });
    };
    if (columns.isNumeric(sortColumn))
    {
        const double last = (isFalling ? -1.0 : 1.0) * std::numeric_limits<double>::infinity();
        std::vector<double> keys(columns.sourceCount(), last);
        for (const std::uint32_t source : rows)
            if (const double value = columns.number(source, sortColumn); !std::isnan(value))
                keys[source] = value;
        sortBy(keys);
        return rows;
    }
    std::vector<std::string> keys(columns.sourceCount());
    for (const std::uint32_t source : rows)
        keys[source] = columns.rawText(source, sortColumn);
    sortBy(keys);
    return rows;
}

} // namespace somnium::ui
