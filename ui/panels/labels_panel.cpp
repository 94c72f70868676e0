// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/labels_panel.h"

#include <QColorDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/session/counted.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kKeys = 9;
constexpr int kKeyWidth = 32;
constexpr int kDotSide = 16;

} // namespace

LabelsPanel::LabelsPanel(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("labelsPanel"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGridStep, kGridStep, kGridStep, kGridStep);
    layout->setSpacing(kGridStep);
    m_target = quietLabel({});
    layout->addWidget(m_target);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(kGridStep);
    grid->setVerticalSpacing(2);
    for (int i = 0; i < kKeys; ++i)
    {
        m_lines.push_back(makeLine(i));
        grid->addWidget(m_lines.back().key, i, 0);
        grid->addWidget(m_lines.back().colour, i, 1);
        grid->addWidget(m_lines.back().name, i, 2);
        grid->addWidget(m_lines.back().count, i, 3);
    }
    grid->setColumnStretch(2, 1);
    layout->addLayout(grid);
    auto *clear = namedButton(QStringLiteral("clearLabelsButton"), tr("0  Clear"));
    clear->setToolTip(tr("Takes every label off the selected sources (key 0)"));
    auto *unlabelled = namedButton(QStringLiteral("unlabelledButton"), tr("Select unlabelled"));
    layout->addLayout(buttonRow({clear, unlabelled}));
    auto *propagate = namedButton(QStringLiteral("propagateButton"), tr("Label the prototype\u2026"));
    propagate->setToolTip(tr("Labels the prototype looked at, and its sources up to a distance"));
    auto *compare = namedButton(QStringLiteral("compareButton"), tr("Compare\u2026"));
    compare->setToolTip(tr("Labels beside a catalogue column or the map: confusion table and agreement"));
    layout->addLayout(buttonRow({propagate, compare}));
    layout->addStretch(1);
    connect(propagate, &QPushButton::clicked, this, &LabelsPanel::propagationRequested);
    connect(compare, &QPushButton::clicked, this, &LabelsPanel::comparisonRequested);
    connect(clear, &QPushButton::clicked, this, &LabelsPanel::clearRequested);
    connect(unlabelled, &QPushButton::clicked, this, &LabelsPanel::unlabelledRequested);
    setTargetCount(0);
}

LabelsPanel::Line LabelsPanel::makeLine(int index)
{
    Line line;
    line.key = namedButton(QStringLiteral("labelKey%1").arg(index + 1), QString::number(index + 1));
    line.key->setFixedWidth(kKeyWidth);
    line.key->setToolTip(
        tr("Puts this label on the selected sources, or takes it off (key %1)").arg(index + 1));
    line.colour = new QToolButton;
    line.colour->setObjectName(QStringLiteral("labelColour%1").arg(index + 1));
    line.colour->setAutoRaise(true);
    line.colour->setAccessibleName(tr("Colour of label %1").arg(index + 1));
    line.colour->setToolTip(tr("Colour of the dots of this label"));
    connect(line.colour, &QToolButton::clicked, this, [this, index] {
        const QColor chosen = QColorDialog::getColor(m_colours.value(index), this, tr("Colour of the label"));
        if (chosen.isValid())
            Q_EMIT colourChosen(index, chosen);
    });
    line.name = new QLineEdit;
    line.name->setObjectName(QStringLiteral("labelName%1").arg(index + 1));
    line.name->setAccessibleName(tr("Name of label %1").arg(index + 1));
    line.name->setFrame(false);
    line.count = namedButton(QStringLiteral("labelCount%1").arg(index + 1), QString());
    line.count->setFlat(true);
    line.count->setToolTip(tr("Select the sources that carry this label"));
    connect(line.key, &QPushButton::clicked, this, [this, index] { Q_EMIT labelRequested(index); });
    connect(line.name, &QLineEdit::editingFinished, this, [this, edit = line.name] {
        if (edit->isModified())
            Q_EMIT namesEdited(names());
        edit->setModified(false);
    });
    connect(line.count, &QPushButton::clicked, this,
            [this, edit = line.name] { Q_EMIT carriersRequested(edit->text()); });
    return line;
}

void LabelsPanel::setNames(const QStringList &names)
{
    for (int i = 0; i < kKeys; ++i)
        m_lines[static_cast<std::size_t>(i)].name->setText(names.value(i));
}

void LabelsPanel::setColours(const QList<QColor> &colours)
{
    m_colours = colours;
    for (int i = 0; i < kKeys; ++i)
    {
        const QColor colour = m_colours.value(i);
        const double scale = devicePixelRatioF();
        QPixmap dot(QSize(kDotSide, kDotSide) * scale);
        dot.setDevicePixelRatio(scale);
        dot.fill(Qt::transparent);
        QPainter painter(&dot);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(colour.isValid() ? QPen(Qt::NoPen) : QPen(palette().color(QPalette::Mid)));
        painter.setBrush(colour.isValid() ? QBrush(colour) : QBrush(Qt::NoBrush));
        painter.drawEllipse(QRectF(2, 2, kDotSide - 4, kDotSide - 4));
        painter.end();
        QToolButton *button = m_lines[static_cast<std::size_t>(i)].colour;
        button->setIcon(QIcon(dot));
        button->setEnabled(colour.isValid());
    }
}

QStringList LabelsPanel::names() const
{
    QStringList names;
    for (const Line &line : m_lines)
        names.append(line.name->text().trimmed());
    return names;
}

void LabelsPanel::setLabels(const LabelsPointer &labels)
{
    for (const Line &line : m_lines)
    {
        const std::size_t count = labels->sources(line.name->text()).size();
        line.count->setText(count > 0 ? locale().toString(static_cast<qulonglong>(count)) : QString());
        line.count->setEnabled(count > 0);
    }
}

void LabelsPanel::setTargetCount(std::size_t count)
{
    m_target->setText(count == 0
                          ? tr("Select sources, then press a key.")
                          : counted(count, tr("Keys act on %1 source."), tr("Keys act on %1 sources.")));
}

} // namespace somnium::ui
