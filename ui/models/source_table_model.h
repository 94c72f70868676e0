// SPDX-License-Identifier: GPL-3.0-or-later
// The survey as a table: identifier, position, best neuron, distance, rank, labels, then the catalogue. Rows
// are an index into the sources, so sorting and filtering a million rows moves no data.
#pragma once

#include <cstdint>
#include <vector>

#include <QAbstractTableModel>

#include "ui/models/source_labels.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

class SourceTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        IdColumn,
        RaColumn,
        DecColumn,
        NeuronColumn,
        DistanceColumn,
        RankColumn, ///< share of sources that are nearer to their prototype, in percent
        LabelsColumn,
        FirstCatalogueColumn,
    };

    explicit SourceTableModel(QObject *parent = nullptr);

    void setSurvey(SurveyPointer survey);
    void setLabels(LabelsPointer labels);
    /// Words that must all occur in id, labels or a text column, and comparisons such as `distance > 2.5` or
    /// `"S peak" <= 3`. Returns what is wrong with the expression, empty if nothing is; a wrong one filters
    /// nothing.
    QString setFilter(const QString &expression);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    [[nodiscard]] std::size_t sourceOfRow(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1 if the filter hides it.
    [[nodiscard]] int rowOfSource(std::size_t source) const;
    /// Sources that pass the filter, in the order shown.
    [[nodiscard]] const std::vector<std::uint32_t> &shownSources() const { return m_rows; }

private:
    void rebuild();
    void sortRows();
    void indexRows();
    [[nodiscard]] std::size_t sourceCount() const;
    [[nodiscard]] QString text(std::size_t source, int column) const;
    [[nodiscard]] double number(std::size_t source, int column) const;
    [[nodiscard]] bool isNumeric(int column) const;
    [[nodiscard]] QString columnName(int column) const;
    [[nodiscard]] QString columnUnit(int column) const;

    SurveyPointer m_survey;
    LabelsPointer m_labels;
    std::vector<std::uint32_t> m_rows; ///< shown row -> source
    std::vector<std::int32_t> m_rowOf; ///< source -> shown row, -1: hidden
    std::vector<float> m_rank;         ///< percent, by source
    QString m_filter;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace somnium::ui
