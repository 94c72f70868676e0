// SPDX-License-Identifier: GPL-3.0-or-later
// The survey as a table: identifier, position, best neuron, distance, rank, labels, then the catalogue. Rows
// are an index into the sources, so sorting and filtering a million rows moves no data, and large surveys are
// arranged on a pool thread.
#pragma once

#include <cstdint>
#include <vector>

#include <QAbstractTableModel>

#include "ui/models/background_answer.h"
#include "ui/models/source_columns.h"

namespace somnium::ui
{

class SourceTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit SourceTableModel(QObject *parent = nullptr);

    void setSurvey(SurveyPointer survey);
    void setLabels(LabelsPointer labels);
    /// See SourceFilter. Returns what is wrong with the line, empty if nothing is.
    QString setFilter(const QString &line);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    [[nodiscard]] const SourceColumns &columns() const { return m_columns; }
    [[nodiscard]] std::size_t sourceOfRow(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1 if the filter hides it.
    [[nodiscard]] int rowOfSource(std::size_t source) const;
    /// Sources that pass the filter, in the order shown.
    [[nodiscard]] const std::vector<std::uint32_t> &shownSources() const { return m_rows; }

private:
    void show(SourceColumns columns, std::vector<std::uint32_t> rows);
    void arrange(bool renewRanks);

    SurveyPointer m_survey;
    LabelsPointer m_labels;
    SourceColumns m_columns;
    BackgroundAnswer m_arrangement;
    std::vector<std::uint32_t> m_rows; ///< shown row -> source
    std::vector<std::int32_t> m_rowOf; ///< source -> shown row, -1: hidden
    QString m_filter;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace somnium::ui
