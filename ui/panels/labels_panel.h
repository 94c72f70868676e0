// SPDX-License-Identifier: GPL-3.0-or-later
// The label keys 1 to 9: their names, which can be edited, how many sources carry them, and what they act on.
#pragma once

#include <cstddef>
#include <vector>

#include <QColor>
#include <QList>
#include <QStringList>
#include <QWidget>

#include "ui/models/source_labels.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace somnium::ui
{

class LabelsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit LabelsPanel(QWidget *parent = nullptr);

    void setNames(const QStringList &names);
    /// Colours of the keys' classes; an invalid one where a key has none.
    void setColours(const QList<QColor> &colours);
    [[nodiscard]] QStringList names() const;
    void setLabels(const LabelsPointer &labels);
    /// How many sources a key would act on now.
    void setTargetCount(std::size_t count);

Q_SIGNALS:
    void namesEdited(const QStringList &names);
    /// Key 1 to 9 of `index` 0 to 8.
    void labelRequested(int index);
    void clearRequested();
    void unlabelledRequested(); ///< select what carries no label
    void carriersRequested(const QString &text);
    void colourChosen(int index, const QColor &colour);
    void propagationRequested(); ///< of a label to the prototype looked at and its sources
    void comparisonRequested();

private:
    struct Line
    {
        QPushButton *key = nullptr;
        QToolButton *colour = nullptr;
        QLineEdit *name = nullptr;
        QPushButton *count = nullptr;
    };
    [[nodiscard]] Line makeLine(int index);

    std::vector<Line> m_lines;
    QList<QColor> m_colours;
    QLabel *m_target = nullptr;
};

} // namespace somnium::ui
