// SPDX-License-Identifier: GPL-3.0-or-later
// How good a latent space is: reconstruction against principal components, neighbourhoods, how much of each
// catalogue column the picture keeps.
#pragma once

#include <QDialog>
#include <QString>

#include "core/workflow/explore_spectra.h"

class QTableWidget;

namespace somnium::ui
{

class QualityDialog : public QDialog
{
    Q_OBJECT

public:
    QualityDialog(const workflow::LatentQuality &quality, const QString &caption, QWidget *parent = nullptr);

    /// All that is shown, as text: for the clipboard.
    [[nodiscard]] QString text() const;

private:
    void addRow(const QString &name, double latent, double pca, double full, const QString &toolTip);

    QString m_caption;
    QTableWidget *m_table = nullptr;
};

} // namespace somnium::ui
