// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/iso_controls.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <QToolButton>

#include "ui/theme.h"
#include "ui/views/elided_label.h"
#include "ui/views/iso_look.h"
#include "ui/views/wrapping_row.h"

namespace somnium::ui
{

namespace
{

constexpr int kWidestColumn = 240;
constexpr int kSourceRole = Qt::UserRole + 1;
constexpr int kOtherBand = -1; ///< in place of a source
constexpr int kSliderDelayMs = 120;
constexpr double kLeastBandwidth = 0.5;
constexpr double kMostBandwidth = 50.0;
constexpr int kSliderSteps = 200; ///< logarithmic

int sliderOf(double bandwidth)
{
    const double share = std::log(bandwidth / kLeastBandwidth) / std::log(kMostBandwidth / kLeastBandwidth);
    return static_cast<int>(std::lround(kSliderSteps * share));
}

double bandwidthOf(int slider)
{
    return kLeastBandwidth *
           std::pow(kMostBandwidth / kLeastBandwidth, static_cast<double>(slider) / kSliderSteps);
}

void insertColumn(QComboBox *box, const QString &text, const QString &name, FieldSource source)
{
    box->addItem(text, name);
    box->setItemData(box->count() - 1, static_cast<int>(source), kSourceRole);
    box->setItemData(box->count() - 1, text, Qt::ToolTipRole);
}

int findColumn(const QComboBox *box, const QString &name, FieldSource source)
{
    for (int item = 0; item < box->count(); ++item)
        if (box->itemData(item).toString() == name &&
            (name.isEmpty() || box->itemData(item, kSourceRole).toInt() == static_cast<int>(source)))
            return item;
    return 0;
}

/// A stroke in the look of a field's lines, so that no legend is needed to tell them apart.
class StrokeSwatch : public QWidget
{
public:
    StrokeSwatch(std::size_t field, QWidget *parent) : QWidget(parent), m_field(field)
    {
        setFixedSize(24, 16);
    }

protected:
    void paintEvent(QPaintEvent * /*event*/) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(isoPen(m_field, themeColours(palette()), 2.0));
        painter.drawLine(QPointF(0.0, 0.5 * height()), QPointF(width(), 0.5 * height()));
    }

private:
    std::size_t m_field;
};

} // namespace

IsoControls::IsoControls(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("isoControls"));
    m_timer = new QTimer(this);
    m_timer->setSingleShot(true);
    m_timer->setInterval(kSliderDelayMs);
    connect(m_timer, &QTimer::timeout, this, [this] { Q_EMIT settingsChanged(m_settings); });
    m_panel = qobject_cast<QFrame *>(buildPanel());
    auto *row = new WrappingRow(this);
    row->setContentsMargins(kGridStep, 0, kGridStep, kGridStep / 2);
    row->setSpacing(kGridStep);
    row->addWidget(new QLabel(tr("Iso-lines"), this));
    for (std::size_t field = 0; field < m_fields.size(); ++field)
    {
        auto *box = new QComboBox(this);
        box->setObjectName(QStringLiteral("isoColumn%1").arg(field));
        box->setAccessibleName(field == 0 ? tr("Column of the solid iso-lines")
                                          : tr("Column of the dashed iso-lines"));
        box->setToolTip(field == 0 ? tr("Solid lines of equal values of this column (--iso)")
                                   : tr("Dashed lines of equal values of this column (--iso2)"));
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
        box->setMaximumWidth(kWidestColumn);
        m_fields[field].column = box;
        row->addWidget(new StrokeSwatch(field, this));
        row->addGrowing(box);
        connect(box, &QComboBox::activated, this, [this, field] { choose(field); });
    }
    row->mayBreak();
    buildBandwidth(*row);
    m_more = new QToolButton(this);
    m_more->setText(tr("Levels\u2026"));
    m_more->setToolTip(tr("Levels, scale, mean or median, fewest points, labels, errors"));
    m_more->setAccessibleName(tr("More settings of the iso-lines"));
    connect(m_more, &QToolButton::clicked, this, &IsoControls::togglePanel);
    m_export = new QToolButton(this);
    m_export->setIcon(themeIcon(QStringLiteral("export")));
    m_export->setToolTip(tr("Export the iso-lines as a table"));
    m_export->setAccessibleName(tr("Export iso-lines"));
    connect(m_export, &QToolButton::clicked, this, &IsoControls::exportRequested);
    m_note = new ElidedLabel(this);
    m_note->setProperty("quiet", true);
    row->addWidget(m_more);
    row->addWidget(m_export);
    row->addGrowing(m_note);
    setChoices({}, {});
}

void IsoControls::buildBandwidth(WrappingRow &row)
{
    const QString what = tr("Width of the smoothing, in mean distances of neighbouring points (--bandwidth)");
    m_bandwidthSlider = new QSlider(Qt::Horizontal, this);
    m_bandwidthSlider->setRange(0, kSliderSteps);
    m_bandwidthSlider->setMinimumWidth(48);
    m_bandwidthSlider->setMaximumWidth(96);
    m_bandwidthSlider->setAccessibleName(tr("Smoothing of the iso-lines"));
    m_bandwidthBox = new QDoubleSpinBox(this);
    m_bandwidthBox->setRange(kLeastBandwidth, kMostBandwidth);
    m_bandwidthBox->setDecimals(1);
    m_bandwidthBox->setSingleStep(0.5);
    m_bandwidthBox->setKeyboardTracking(false);
    m_bandwidthBox->setAccessibleName(tr("Smoothing of the iso-lines, in distances of points"));
    auto *reset = new QToolButton(this);
    reset->setIcon(themeIcon(QStringLiteral("undo")));
    reset->setToolTip(tr("Back to %1").arg(QLocale().toString(kDefaultBandwidth, 'f', 1)));
    reset->setAccessibleName(tr("Reset the smoothing"));
    auto *label = new QLabel(tr("S&moothing"), this);
    label->setBuddy(m_bandwidthBox);
    for (QWidget *widget : {static_cast<QWidget *>(label), static_cast<QWidget *>(m_bandwidthSlider),
                            static_cast<QWidget *>(m_bandwidthBox)})
    {
        widget->setToolTip(what);
        row.addWidget(widget);
    }
    row.addWidget(reset);
    connect(m_bandwidthSlider, &QSlider::valueChanged, this, [this](int value) {
        if (!m_isShowing)
            m_bandwidthBox->setValue(bandwidthOf(value));
    });
    connect(m_bandwidthBox, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        const QSignalBlocker blocker(m_bandwidthSlider);
        m_bandwidthSlider->setValue(sliderOf(value));
        take();
    });
    connect(reset, &QToolButton::clicked, this, [this] { m_bandwidthBox->setValue(kDefaultBandwidth); });
}

void IsoControls::buildField(std::size_t field, QGridLayout *grid)
{
    const int row = static_cast<int>(field) + 1;
    FieldRow &controls = m_fields[field];
    controls.levels = new QLineEdit(m_panel);
    controls.levels->setPlaceholderText(tr("round numbers"));
    controls.levels->setToolTip(tr("Values between blanks, e.g. 0.5 1 1.5; empty: round numbers (--levels)"));
    controls.levels->setAccessibleName(field == 0 ? tr("Levels of the solid lines")
                                                  : tr("Levels of the dashed lines"));
    controls.scale = new QComboBox(m_panel);
    controls.scale->addItems({tr("linear"), tr("logarithmic")});
    controls.scale->setAccessibleName(tr("Scale of the levels"));
    controls.statistic = new QComboBox(m_panel);
    controls.statistic->addItems({tr("mean"), tr("median")});
    controls.statistic->setAccessibleName(tr("Mean or median of the sources near a place"));
    grid->addWidget(new StrokeSwatch(field, m_panel), row, 0);
    grid->addWidget(controls.levels, row, 1);
    grid->addWidget(controls.scale, row, 2);
    grid->addWidget(controls.statistic, row, 3);
    connect(controls.levels, &QLineEdit::editingFinished, this, [this, field] { takeLevels(field); });
    connect(controls.scale, &QComboBox::activated, this, &IsoControls::take);
    connect(controls.statistic, &QComboBox::activated, this, &IsoControls::take);
}

QWidget *IsoControls::buildPanel()
{
    auto *panel = new QFrame(this, Qt::Popup);
    panel->setObjectName(QStringLiteral("isoPanel"));
    panel->setAccessibleName(tr("Settings of the iso-lines"));
    panel->setFrameShape(QFrame::Box);
    m_panel = panel;
    auto *grid = new QGridLayout(panel);
    grid->setContentsMargins(kGridStep, kGridStep, kGridStep, kGridStep);
    grid->setSpacing(kGridStep);
    grid->addWidget(new QLabel(tr("Levels"), panel), 0, 1);
    grid->addWidget(new QLabel(tr("Scale"), panel), 0, 2);
    grid->addWidget(new QLabel(tr("Of the sources"), panel), 0, 3);
    for (std::size_t field = 0; field < m_fields.size(); ++field)
        buildField(field, grid);
    m_leastBox = new QDoubleSpinBox(panel);
    m_leastBox->setRange(0.0, 1000.0);
    m_leastBox->setDecimals(1);
    m_leastBox->setKeyboardTracking(false);
    m_leastBox->setAccessibleName(tr("Fewest points"));
    m_leastBox->setToolTip(tr("No lines where fewer points than this are near (--min-points)"));
    auto *label = new QLabel(tr("&Fewest points"), panel);
    label->setBuddy(m_leastBox);
    m_labelsBox = new QCheckBox(tr("&Numbers along the lines"), panel);
    m_errorsBox = new QCheckBox(tr("&Veil where the solid lines are uncertain"), panel);
    grid->addWidget(label, 3, 1);
    grid->addWidget(m_leastBox, 3, 2);
    grid->addWidget(m_labelsBox, 4, 1, 1, 3);
    grid->addWidget(m_errorsBox, 5, 1, 1, 3);
    connect(m_leastBox, &QDoubleSpinBox::valueChanged, this, &IsoControls::take);
    connect(m_labelsBox, &QCheckBox::toggled, this, &IsoControls::take);
    connect(m_errorsBox, &QCheckBox::toggled, this, &IsoControls::take);
    return panel;
}

void IsoControls::togglePanel()
{
    m_panel->adjustSize();
    m_panel->move(m_more->mapToGlobal(QPoint(m_more->width() - m_panel->width(), m_more->height())));
    m_panel->show();
}

void IsoControls::fillColumns(std::size_t field)
{
    QComboBox *box = m_fields[field].column;
    const QSignalBlocker blocker(box);
    box->clear();
    insertColumn(box, tr("none"), {}, FieldSource::Observed);
    for (const QString &name : std::as_const(m_columns))
        insertColumn(box, name, name, FieldSource::Observed);
    if (!m_parameters.isEmpty() || m_takesBands)
        box->insertSeparator(box->count());
    for (const QString &name : std::as_const(m_parameters))
        insertColumn(box, tr("%1 (decoded)").arg(name), name, FieldSource::Decoded);
    if (m_takesBands)
    {
        box->addItem(tr("Other band (decoded)\u2026"), QString());
        box->setItemData(box->count() - 1, kOtherBand, kSourceRole);
    }
    box->setEnabled(box->count() > 1);
}

void IsoControls::choose(std::size_t field)
{
    if (m_fields[field].column->currentData(kSourceRole).toInt() != kOtherBand)
        return take();
    showSettings(); // until there is one, it stays as it was
    Q_EMIT bandRequested(field);
}

void IsoControls::setChoices(const QStringList &columns, const QStringList &parameters, bool takesBands)
{
    m_columns = columns;
    m_parameters = parameters;
    m_takesBands = takesBands;
    for (std::size_t field = 0; field < m_fields.size(); ++field)
        fillColumns(field);
    for (IsoField &field : m_settings.fields)
    {
        const QStringList &known = field.source == FieldSource::Observed ? m_columns : m_parameters;
        if (!known.contains(field.column))
            field.column.clear();
    }
    showSettings();
}

void IsoControls::setSettings(const IsoSettings &settings)
{
    m_settings = settings;
    setChoices(m_columns, m_parameters, m_takesBands);
}

void IsoControls::showSettings()
{
    m_isShowing = true;
    bool hasLines = false;
    for (std::size_t i = 0; i < m_fields.size(); ++i)
    {
        const IsoField &field = m_settings.fields[i];
        FieldRow &row = m_fields[i];
        row.column->setCurrentIndex(findColumn(row.column, field.column, field.source));
        row.statistic->setCurrentIndex(static_cast<int>(field.statistic));
        row.statistic->setEnabled(field.source == FieldSource::Observed);
        row.scale->setCurrentIndex(field.isLog ? 1 : 0);
        row.levels->setText(field.levels);
        hasLines = hasLines || !field.column.isEmpty();
    }
    m_bandwidthBox->setValue(m_settings.bandwidth);
    m_bandwidthSlider->setValue(sliderOf(m_settings.bandwidth));
    m_leastBox->setValue(m_settings.leastPoints);
    m_labelsBox->setChecked(m_settings.hasLabels);
    m_errorsBox->setChecked(m_settings.hasErrors);
    // What is decoded has no scatter of sources.
    m_errorsBox->setEnabled(m_settings.fields[0].source == FieldSource::Observed);
    for (QWidget *widget : {static_cast<QWidget *>(m_bandwidthSlider), static_cast<QWidget *>(m_bandwidthBox),
                            static_cast<QWidget *>(m_more), static_cast<QWidget *>(m_export)})
        widget->setEnabled(hasLines);
    m_isShowing = false;
}

void IsoControls::take()
{
    if (m_isShowing)
        return;
    const IsoSettings before = m_settings;
    for (std::size_t i = 0; i < m_fields.size(); ++i)
    {
        IsoField &field = m_settings.fields[i];
        const FieldRow &row = m_fields[i];
        field.column = row.column->currentData().toString();
        field.source = static_cast<FieldSource>(row.column->currentData(kSourceRole).toInt());
        field.statistic = static_cast<FieldStatistic>(row.statistic->currentIndex());
        field.isLog = row.scale->currentIndex() == 1;
    }
    m_settings.bandwidth = m_bandwidthBox->value();
    m_settings.leastPoints = m_leastBox->value();
    m_settings.hasLabels = m_labelsBox->isChecked();
    m_settings.hasErrors = m_errorsBox->isChecked();
    if (m_settings == before)
        return;
    const bool isOnlySmoothing = m_settings.bandwidth != before.bandwidth;
    showSettings();
    if (isOnlySmoothing)
        return m_timer->start();
    m_timer->stop();
    Q_EMIT settingsChanged(m_settings);
}

void IsoControls::takeLevels(std::size_t field)
{
    QLineEdit *edit = m_fields[field].levels;
    if (!parseLevels(edit->text()))
    {
        setNote(tr("Levels: \"%1\" is not a list of numbers").arg(edit->text()));
        return;
    }
    if (edit->text().trimmed() == m_settings.fields[field].levels)
        return;
    setNote({});
    m_settings.fields[field].levels = edit->text().trimmed();
    Q_EMIT settingsChanged(m_settings);
}

void IsoControls::setNote(const QString &note)
{
    m_note->setFullText(note);
}

} // namespace somnium::ui
