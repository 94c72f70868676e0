// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/source_table_model.h"

#include <utility>

namespace somnium::ui
{

SourceTableModel::SourceTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void SourceTableModel::setSurvey(SurveyPointer survey)
{
    // A map that was trained on the same sources keeps order and filter, another collection does not.
    const bool isSame = survey && m_survey && survey->summary.id == m_survey->summary.id;
    m_survey = std::move(survey);
    if (!isSame)
        m_sortColumn = -1;
    const SourceColumns columns(m_survey, m_labels);
    show(columns, arrangedRows(columns, {}, -1, false));
    arrange(true);
}

void SourceTableModel::setLabels(LabelsPointer labels)
{
    m_labels = std::move(labels);
    arrange(true);
}

QString SourceTableModel::setFilter(const QString &line)
{
    m_filter = line;
    QString problem;
    (void)SourceFilter::parse(line, m_columns, &problem);
    arrange(false);
    return problem;
}

void SourceTableModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    arrange(false);
}

void SourceTableModel::arrange(bool renewRanks)
{
    const SourceColumns columns = renewRanks ? SourceColumns(m_survey, m_labels) : m_columns;
    const bool isQuick = columns.sourceCount() <= kQuickSourceCount;
    const auto arranged = [columns, line = m_filter, column = m_sortColumn,
                           isFalling = m_sortOrder == Qt::DescendingOrder]() {
        SourceColumns ranked = columns;
        ranked.prepareRanks();
        QString problem;
        const SourceFilter filter = SourceFilter::parse(line, ranked, &problem);
        auto rows = arrangedRows(ranked, filter, column, isFalling);
        return std::pair(std::move(ranked), std::move(rows));
    };
    m_arrangement.ask(this, isQuick, arranged,
                      [this](std::pair<SourceColumns, std::vector<std::uint32_t>> answer) {
                          show(std::move(answer.first), std::move(answer.second));
                      });
}

void SourceTableModel::show(SourceColumns columns, std::vector<std::uint32_t> rows)
{
    beginResetModel();
    m_columns = std::move(columns);
    m_rows = std::move(rows);
    m_rowOf.assign(m_columns.sourceCount(), -1);
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        m_rowOf[m_rows[row]] = static_cast<std::int32_t>(row);
    endResetModel();
}

int SourceTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SourceTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_columns.count();
}

QVariant SourceTableModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    switch (role)
    {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return m_columns.text(sourceOfRow(index.row()), index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (m_columns.isNumeric(index.column()) ? Qt::AlignRight : Qt::AlignLeft));
    default: return {};
    }
}

QVariant SourceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0)
        return {};
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole && section < rowCount() ? QVariant(section + 1) : QVariant();
    if (section >= columnCount())
        return {};
    if (role == Qt::ToolTipRole)
        return m_columns.description(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (m_columns.isNumeric(section) ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    const QString unit = m_columns.unit(section);
    return unit.isEmpty() ? m_columns.name(section)
                          : QStringLiteral("%1 [%2]").arg(m_columns.name(section), unit);
}

int SourceTableModel::rowOfSource(std::size_t source) const
{
    return source < m_rowOf.size() ? m_rowOf[source] : -1;
}

} // namespace somnium::ui
