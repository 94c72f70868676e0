// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of the source table as values: names, units, numbers, texts; which rows to show in which order.
// Immutable, cheap to copy, thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QString>

#include "ui/models/source_labels.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

enum SourceColumn : int
{
    kIdColumn,
    kRaColumn,
    kDecColumn,
    kNeuronColumn,
    kDistanceColumn,
    kRankColumn, ///< share of sources that are not further from their prototype, in percent
    kLabelsColumn,
    kFirstCatalogueColumn,
};

class SourceColumns
{
public:
    SourceColumns() = default;
    SourceColumns(SurveyPointer survey, LabelsPointer labels);

    [[nodiscard]] std::size_t sourceCount() const;
    [[nodiscard]] int count() const;
    [[nodiscard]] QString name(int column) const;
    [[nodiscard]] QString unit(int column) const;
    [[nodiscard]] QString description(int column) const;
    /// By name, whatever its case; -1 if there is none.
    [[nodiscard]] int find(const QString &name) const;
    [[nodiscard]] bool isNumeric(int column) const;
    /// NaN where there is no number.
    [[nodiscard]] double number(std::size_t source, int column) const;
    [[nodiscard]] QString text(std::size_t source, int column) const;
    /// As the column's own text, untranslated, for search and sort.
    [[nodiscard]] std::string rawText(std::size_t source, int column) const;

    /// Sorts all distances once; only then are there ranks.
    void prepareRanks();
    [[nodiscard]] const SurveyPointer &survey() const { return m_survey; }

private:
    [[nodiscard]] const data::Column &catalogueColumn(int column) const;
    [[nodiscard]] const MapData *mapOf(std::size_t source) const;

    SurveyPointer m_survey;
    LabelsPointer m_labels;
    std::shared_ptr<const std::vector<float>> m_sortedDistances;
};

/// A filter line: words that must occur in the id, the labels or a text column, and comparisons such as
/// `distance > 2.5` or `"S peak" <= 3`; all must hold.
class SourceFilter
{
public:
    /// `problem` says what is wrong with the line, empty if nothing is; a wrong line lets everything pass.
    [[nodiscard]] static SourceFilter parse(const QString &line, const SourceColumns &columns,
                                            QString *problem);
    [[nodiscard]] bool isEmpty() const { return m_words.empty() && m_comparisons.empty(); }
    [[nodiscard]] bool passes(const SourceColumns &columns, std::size_t source) const;

private:
    struct Comparison
    {
        int column = 0;
        QString relation;
        double number = 0.0;
        QString text;
    };
    [[nodiscard]] static bool holds(const Comparison &comparison, const SourceColumns &columns,
                                    std::size_t source);

    std::vector<std::string> m_words; ///< lower case
    std::vector<Comparison> m_comparisons;
};

/// Sources that pass, in order: rising by index if `sortColumn` < 0. Numbers without a value come last.
/// Stable.
[[nodiscard]] std::vector<std::uint32_t>
arrangedRows(const SourceColumns &columns, const SourceFilter &filter, int sortColumn, bool isFalling);

} // namespace somnium::ui
