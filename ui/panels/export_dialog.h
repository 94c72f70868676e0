// SPDX-License-Identifier: GPL-3.0-or-later
// What to export, in which format, to which file. Asks only: the export controller writes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include <QDialog>
#include <QStringList>

#include "ui/views/figure_export.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QWidget;

namespace somnium::ui
{

/// What there is to export now.
struct ExportOffer
{
    std::size_t selected = 0;
    std::size_t aboveThreshold = 0;
    std::size_t sources = 0;
    bool hasMap = false;
    bool hasLatent = false;
    QString collection;  ///< for the suggested file name
    QStringList figures; ///< titles of the views that have something to show
    bool isSpectra = false;
};

class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    enum class What
    {
        Outliers, ///< above the threshold
        TopOutliers,
        Selection,
        Model,
        Mapping, ///< PINK: with best rotations and flips beside it
        Images,
        Figure,
        Poster,      ///< the whole map on one sheet of paper
        Latent,      ///< all sources on the latent space
        LatentModel, ///< encoder and decoder as ONNX
    };

    ExportDialog(const ExportOffer &offer, What what, QWidget *parent = nullptr);

    [[nodiscard]] What what() const;
    [[nodiscard]] std::size_t topCount() const;
    [[nodiscard]] int figure() const; ///< position in ExportOffer::figures
    [[nodiscard]] FigureOptions figureOptions() const;
    [[nodiscard]] bool isPink() const;
    [[nodiscard]] std::filesystem::path path() const;
    void setPath(const QString &path);

private:
    void build();
    void addRow(QFormLayout *form, const QString &label, QWidget *field, std::vector<What> kinds);
    void refresh();
    void refreshFormats();
    void suggestPath();
    void browse();
    [[nodiscard]] QString ending() const;

    struct Row
    {
        QWidget *label = nullptr;
        QWidget *field = nullptr;
        std::vector<What> kinds;
    };

    ExportOffer m_offer;
    std::vector<Row> m_rows;
    bool m_isPathChosen = false;
    QComboBox *m_what = nullptr;
    QSpinBox *m_top = nullptr;
    QComboBox *m_figure = nullptr;
    QDoubleSpinBox *m_width = nullptr;
    QDoubleSpinBox *m_height = nullptr;
    QDoubleSpinBox *m_dpi = nullptr;
    QComboBox *m_paper = nullptr;
    QComboBox *m_turn = nullptr;
    QComboBox *m_format = nullptr;
    QLineEdit *m_path = nullptr;
    QLabel *m_note = nullptr;
    QPushButton *m_export = nullptr;
};

} // namespace somnium::ui
