// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/quality_dialog.h"

#include <cmath>
#include <limits>

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QTableWidgetItem *numberItem(double value)
{
    auto *item = new QTableWidgetItem(std::isfinite(value) ? QLocale().toString(value, 'f', 3) : QString());
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    return item;
}

} // namespace

QualityDialog::QualityDialog(const workflow::LatentQuality &quality, const QString &caption, QWidget *parent)
    : QDialog(parent), m_caption(caption)
{
    setObjectName(QStringLiteral("qualityDialog"));
    setWindowTitle(tr("Quality of the latent space"));
    m_table = new QTableWidget(0, 4);
    m_table->setAccessibleName(windowTitle());
    m_table->setHorizontalHeaderLabels(
        {QString(), tr("latent space"), tr("principal components"), tr("full space")});
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setFont(tabularFont(font()));
    addRow(tr("reconstruction, validation loss"), quality.validationLoss, quality.pcaValidationLoss, kNone,
           tr("Mean weighted squared error of sources that were not learned from; smaller is better"));
    addRow(tr("trustworthiness"), quality.neighbourhood.trustworthiness,
           quality.pcaNeighbourhood.trustworthiness, kNone,
           tr("1: no neighbours on the plane that are none in the full space (Venna & Kaski 2001)"));
    addRow(tr("continuity"), quality.neighbourhood.continuity, quality.pcaNeighbourhood.continuity, kNone,
           tr("1: no neighbours of the full space that are torn apart on the plane"));
    for (const workflow::LabelQuality &label : quality.labels)
        addRow(tr("R\u00B2 of %1").arg(QString::fromStdString(label.column)), label.latentR2, label.pcaR2,
               label.fullR2,
               tr("From the mean of the 12 nearest neighbours, on %L1 sources with a value").arg(label.rows));
    m_table->resizeRowsToContents();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(quietLabel(caption));
    layout->addWidget(m_table, 1);
    layout->addWidget(quietLabel(
        tr("Neighbourhoods and R\u00B2 of %L1 sources picked at random where there are more; 12 neighbours.")
            .arg(quality.neighbourhood.rows)));
    layout->addWidget(buttons);
    resize(640, 400);
}

void QualityDialog::addRow(const QString &name, double latent, double pca, double full,
                           const QString &toolTip)
{
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    auto *title = new QTableWidgetItem(name);
    title->setToolTip(toolTip);
    m_table->setItem(row, 0, title);
    m_table->setItem(row, 1, numberItem(latent));
    m_table->setItem(row, 2, numberItem(pca));
    m_table->setItem(row, 3, numberItem(full));
}

QString QualityDialog::text() const
{
    QStringList lines{m_caption};
    for (int row = 0; row < m_table->rowCount(); ++row)
    {
        QStringList cells;
        for (int column = 0; column < m_table->columnCount(); ++column)
            cells << m_table->item(row, column)->text();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace somnium::ui
