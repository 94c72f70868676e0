// SPDX-License-Identifier: GPL-3.0-or-later
// The row above the latent plane that says which iso-lines are drawn: two fields, the width of the smoothing,
// and a panel with the rest.
#pragma once

#include <array>

#include <QStringList>
#include <QWidget>

#include "ui/models/iso_settings.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFrame;
class QGridLayout;
class QLineEdit;
class QSlider;
class QTimer;
class QToolButton;

namespace somnium::ui
{

class WrappingRow;

class IsoControls : public QWidget
{
    Q_OBJECT

public:
    explicit IsoControls(QWidget *parent = nullptr);

    /// Columns that can be smoothed, and parameters that the decoder gives (often none); `takesBands`: the
    /// user may ask for others. A field whose column is gone is no longer drawn.
    void setChoices(const QStringList &columns, const QStringList &parameters, bool takesBands = false);
    /// Does not speak of it.
    void setSettings(const IsoSettings &settings);
    [[nodiscard]] const IsoSettings &settings() const { return m_settings; }
    /// While the lines are worked out, or why there are none: told in place.
    void setNote(const QString &note);

Q_SIGNALS:
    /// By the user, at once but for the slider, which waits until the hand rests.
    void settingsChanged(const somnium::ui::IsoSettings &settings);
    void exportRequested();
    /// Another parameter is wanted for this field: it is to be asked for, and then set.
    void bandRequested(std::size_t field);

private:
    /// The controls of one field.
    struct FieldRow
    {
        QComboBox *column = nullptr;
        QComboBox *statistic = nullptr;
        QComboBox *scale = nullptr;
        QLineEdit *levels = nullptr;
    };

    [[nodiscard]] QWidget *buildPanel();
    void buildField(std::size_t field, QGridLayout *grid);
    void buildBandwidth(WrappingRow &row);
    void fillColumns(std::size_t field);
    void choose(std::size_t field);
    void showSettings();
    void take();
    void takeLevels(std::size_t field);
    void togglePanel();

    IsoSettings m_settings;
    QStringList m_columns;
    QStringList m_parameters;
    bool m_takesBands = false;
    std::array<FieldRow, 2> m_fields;
    QSlider *m_bandwidthSlider = nullptr;
    QDoubleSpinBox *m_bandwidthBox = nullptr;
    QDoubleSpinBox *m_leastBox = nullptr;
    QCheckBox *m_labelsBox = nullptr;
    QCheckBox *m_errorsBox = nullptr;
    QToolButton *m_more = nullptr;
    QToolButton *m_export = nullptr;
    QFrame *m_panel = nullptr;
    class ElidedLabel *m_note = nullptr;
    QTimer *m_timer = nullptr;
    bool m_isShowing = false; ///< controls change because settings are shown
};

} // namespace somnium::ui
