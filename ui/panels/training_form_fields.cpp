// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a training: what they are called, what they allow, and which option of the command line they
// are.
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/panels/training_form.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kMostNeuronsASide = 1000;
constexpr int kMostEpochs = 100'000;
constexpr double kMostSigma = 500.0;
constexpr double kLeastSigma = 0.1;

QSpinBox *numberBox(const QString &name, int low, int high, int value, const QString &toolTip)
{
    auto *box = new QSpinBox;
    box->setObjectName(name);
    box->setRange(low, high);
    box->setValue(value);
    box->setToolTip(toolTip);
    box->setAccelerated(true);
    return box;
}

QDoubleSpinBox *fractionBox(const QString &name, double low, double high, int decimals, double step,
                            const QString &toolTip)
{
    auto *box = new QDoubleSpinBox;
    box->setObjectName(name);
    box->setDecimals(decimals);
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setToolTip(toolTip);
    return box;
}

QComboBox *choiceBox(const QString &name, const QStringList &choices, const QString &toolTip)
{
    auto *box = new QComboBox;
    box->setObjectName(name);
    box->addItems(choices);
    box->setToolTip(toolTip);
    // A long name must not make the panel wider than its dock.
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    return box;
}

/// The label gets the field's tooltip, too.
std::pair<QWidget *, QWidget *> addRow(QFormLayout *form, const QString &text, QWidget *field)
{
    auto *label = new QLabel(text);
    label->setBuddy(field);
    label->setToolTip(field->toolTip());
    field->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    form->addRow(label, field);
    return {label, field};
}

QFormLayout *newForm(QWidget *parent)
{
    auto *form = new QFormLayout(parent);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(kGridStep);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

} // namespace

TrainingForm::TrainingForm(QWidget *parent) : QWidget(parent)
{
    auto *usual = new QWidget;
    buildUsual(newForm(usual));
    m_more = buildMore();
    alignFields({static_cast<const QFormLayout *>(usual->layout()),
                 static_cast<const QFormLayout *>(m_more->layout())});
    m_moreButton = new QToolButton;
    m_moreButton->setObjectName(QStringLiteral("moreTrainingOptions"));
    m_moreButton->setText(tr("More"));
    m_moreButton->setCheckable(true);
    m_moreButton->setAutoRaise(true);
    m_moreButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_moreButton->setArrowType(Qt::RightArrow);
    m_moreButton->setToolTip(tr("Neighbourhood, start, learning rule, rotations and the rest"));
    m_more->hide();
    m_problem = quietLabel({});
    m_problem->setObjectName(QStringLiteral("trainingProblem"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    layout->addWidget(usual);
    layout->addWidget(m_moreButton);
    layout->addWidget(m_more);
    layout->addWidget(m_problem);
    connectFields();
    setParams({});
}

void TrainingForm::buildUsual(QFormLayout *form)
{
    m_name = new QLineEdit(tr("map"));
    m_name->setObjectName(QStringLiteral("mapName"));
    m_name->setToolTip(tr("A map of this name is replaced.\nCommand line: train som --name NAME"));
    m_preset = choiceBox(QStringLiteral("trainingPreset"),
                         {tr("Standard"), tr("Quick look"), tr("As PINK"), tr("Own choice")},
                         tr("Standard: batch rule, all rotations.\nQuick look: a small map in a few epochs.\n"
                            "As PINK: its online rule, 360 rotations, one pass, its other defaults."));
    m_kind = choiceBox(QStringLiteral("mapKind"),
                       {tr("rectangular"), tr("hexagonal"), tr("line (1-D)"), tr("box (3-D)")},
                       tr("How the neurons are arranged. Hexagonal: a hexagon of hexagons, as PINK's.\n"
                          "Command line: train som --map 10x10, 64, 8x8x4; --map 21x21 --hexagonal"));
    m_periodic = new QCheckBox(tr("edges joined"));
    m_periodic->setObjectName(QStringLiteral("mapPeriodic"));
    m_periodic->setToolTip(
        tr("Periodic: who leaves on one side comes in on the other, so that no neuron is at a rim.\n"
           "Command line: train som --periodic"));
    m_epochs = numberBox(QStringLiteral("epochs"), 1, kMostEpochs, 12,
                         tr("How often every source is shown.\nCommand line: train som --epochs N"));
    m_sigmaStart = new SliderField(kLeastSigma, kMostSigma, 5.0, 0.1);
    m_sigmaStart->box()->setObjectName(QStringLiteral("sigmaStart"));
    m_sigmaStart->setToolTip(
        tr("Width of the neighbourhood at the beginning, in steps of the grid: wide, so that the\n"
           "whole map unfolds. Default: half the longer side.\n"
           "Command line: train som --sigma-start SIGMA"));
    m_sigmaEnd = new SliderField(kLeastSigma, kMostSigma, 0.6, 0.1);
    m_sigmaEnd->box()->setObjectName(QStringLiteral("sigmaEnd"));
    m_sigmaEnd->setToolTip(tr("Width of the neighbourhood at the end: small, so that neurons can differ.\n"
                              "Command line: train som --sigma-end SIGMA"));
    for (SliderField *field : {m_sigmaStart, m_sigmaEnd})
        field->setSliderRange(kLeastSigma, 25.0);
    addRow(form, tr("Name"), m_name);
    addRow(form, tr("Preset"), m_preset);
    addRow(form, tr("Layout"), m_kind);
    addRow(form, tr("Neurons"), buildLayoutRow());
    form->addRow(QString(), m_periodic);
    addRow(form, tr("Epochs"), m_epochs);
    addRow(form, tr("\u03c3 first"), m_sigmaStart);
    addRow(form, tr("\u03c3 last"), m_sigmaEnd);
}

QWidget *TrainingForm::buildLayoutRow()
{
    const QString toolTip =
        tr("Neurons across, down and, of a box, in depth. About one neuron to ten sources is a good "
           "start.\nCommand line: train som --map WIDTHxHEIGHT");
    m_width = numberBox(QStringLiteral("mapWidth"), 1, kMostNeuronsASide, 10, toolTip);
    m_height = numberBox(QStringLiteral("mapHeight"), 1, kMostNeuronsASide, 10, toolTip);
    m_depth = numberBox(QStringLiteral("mapDepth"), 1, kMostNeuronsASide, 4, toolTip);
    for (QSpinBox *box : {m_width, m_height, m_depth})
        box->setMinimumWidth(5 * kGridStep);
    m_times = new QLabel(QStringLiteral("\u00d7"));
    m_timesAgain = new QLabel(QStringLiteral("\u00d7"));
    auto *row = new QWidget;
    row->setToolTip(toolTip);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kGridStep / 2);
    line->addWidget(m_width, 1);
    line->addWidget(m_times);
    line->addWidget(m_height, 1);
    line->addWidget(m_timesAgain);
    line->addWidget(m_depth, 1);
    return row;
}

QWidget *TrainingForm::buildMore()
{
    auto *more = new QWidget;
    QFormLayout *form = newForm(more);
    const QStringList schedules = {tr("exponential"), tr("linear"), tr("constant")};
    m_schedule = choiceBox(QStringLiteral("sigmaSchedule"), schedules,
                           tr("How \u03c3 goes from its first to its last value.\n"
                              "Command line: train som --schedule NAME"));
    m_neighbourhood = choiceBox(QStringLiteral("neighbourhood"),
                                {tr("Gaussian"), tr("bubble"), tr("PINK's Gaussian"), tr("Mexican hat")},
                                tr("How strongly the neurons around the best one learn with it.\n"
                                   "Command line: train som --neighbourhood NAME"));
    m_reach = fractionBox(QStringLiteral("maxUpdateDistance"), 0.0, 1000.0, 1, 1.0,
                          tr("Neurons further than this from the best one learn nothing.\n"
                             "Command line: train som --max-update-distance D"));
    m_reach->setSpecialValueText(tr("no limit"));
    m_start = choiceBox(
        QStringLiteral("initialisation"),
        {tr("random sources"), tr("noise"), tr("zero"), tr("preferred direction"), tr("another map")},
        tr("The prototypes that the training begins with.\n"
           "Command line: train som --init NAME"));
    addRow(form, tr("\u03c3 falls"), m_schedule);
    addRow(form, tr("Neighbours"), m_neighbourhood);
    addRow(form, tr("Reach"), m_reach);
    addRow(form, tr("Start"), m_start);
    m_startRow = addRow(form, tr("From"), buildStartRow());
    addLearningRows(form);
    addMatchingRows(form);
    return more;
}

QWidget *TrainingForm::buildStartRow()
{
    auto *row = new QWidget;
    row->setToolTip(tr("A map of this session, or a file of one (Somnium's FITS, PINK's).\n"
                       "Command line: train som --init-map MAP"));
    m_givenMap = choiceBox(QStringLiteral("startingMap"), {}, row->toolTip());
    auto *choose = new QToolButton;
    choose->setObjectName(QStringLiteral("startingFile"));
    choose->setIcon(themeIcon(QStringLiteral("open")));
    choose->setToolTip(tr("Choose a file\u2026"));
    choose->setAccessibleName(tr("Choose a file to start from"));
    connect(choose, &QToolButton::clicked, this, &TrainingForm::chooseFile);
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kGridStep / 2);
    line->addWidget(m_givenMap, 1);
    line->addWidget(choose);
    return row;
}

void TrainingForm::addLearningRows(QFormLayout *form)
{
    m_rule = choiceBox(QStringLiteral("learningRule"), {tr("batch"), tr("online (PINK's)")},
                       tr("Batch: in every epoch each neuron becomes the weighted mean of all sources.\n"
                          "Online: a step towards one source after the other.\n"
                          "Command line: train som --rule NAME"));
    const QString rateTip = tr("The factor of each step of the online rule (PINK's damping).\n"
                               "Command line: train som --learning-rate-%1 ALPHA");
    m_rateStart =
        fractionBox(QStringLiteral("rateStart"), 0.0001, 1.0, 4, 0.05, rateTip.arg(QStringLiteral("start")));
    m_rateEnd =
        fractionBox(QStringLiteral("rateEnd"), 0.0001, 1.0, 4, 0.05, rateTip.arg(QStringLiteral("end")));
    m_rateSchedule =
        choiceBox(QStringLiteral("rateSchedule"), {tr("exponential"), tr("linear"), tr("constant")},
                  tr("How the step goes from its first to its last value.\n"
                     "Command line: train som --learning-rate-schedule NAME"));
    m_perStep = numberBox(QStringLiteral("sourcesPerStep"), 1, 1'000'000, 1,
                          tr("The step goes towards the mean of so many sources; 1 as PINK.\n"
                             "Command line: train som --sources-per-step N"));
    m_shuffles = new QCheckBox(tr("another order in every epoch"));
    m_shuffles->setObjectName(QStringLiteral("shuffles"));
    m_shuffles->setToolTip(tr("Command line: train som --no-shuffle takes the survey's order"));
    addRow(form, tr("Rule"), m_rule);
    m_onlineRows << addRow(form, tr("Step first"), m_rateStart) << addRow(form, tr("Step last"), m_rateEnd)
                 << addRow(form, tr("Step falls"), m_rateSchedule) << addRow(form, tr("Per step"), m_perStep)
                 << addRow(form, QString(), m_shuffles);
}

void TrainingForm::addMatchingRows(QFormLayout *form)
{
    m_rotations = numberBox(QStringLiteral("rotations"), 0, 100'000, 0,
                            tr("Compare only so many evenly spaced rotations; 1: sources are not turned.\n"
                               "Command line: train som --rotations N"));
    m_rotations->setSpecialValueText(tr("all"));
    m_flips = new QCheckBox(tr("flipped, too"));
    m_flips->setObjectName(QStringLiteral("useFlips"));
    m_flips->setToolTip(tr("Command line: train som --no-flips compares sources as they are only"));
    m_neuronSide = numberBox(QStringLiteral("neuronSide"), 0, 100'000, 0,
                             tr("Pixels across a prototype: the middle of the sources that is compared.\n"
                                "Command line: train som --neuron-side N"));
    m_neuronSide->setSpecialValueText(tr("as the sources"));
    m_weights = new QLineEdit;
    m_weights->setObjectName(QStringLiteral("channelWeights"));
    m_weights->setPlaceholderText(tr("1 each"));
    m_weights->setToolTip(tr("A factor for each channel's part of the distance, e.g. 1, 0.5.\n"
                             "Command line: train som --channel-weights 1,0.5"));
    m_settled =
        fractionBox(QStringLiteral("settledTolerance"), 0.0, 50.0, 2, 0.1,
                    tr("Stop when mean distance and topographic error change by less in three epochs.\n"
                       "Command line: train som --settled TOLERANCE"));
    m_settled->setSuffix(tr(" %"));
    m_settled->setSpecialValueText(tr("never"));
    m_seed = numberBox(QStringLiteral("seed"), 0, std::numeric_limits<int>::max(), 1,
                       tr("The same seed gives the same map.\nCommand line: train som --seed N"));
    m_precision = choiceBox(QStringLiteral("precision"), {tr("fast"), tr("standard"), tr("fine")},
                            tr("How finely angles are compared.\nCommand line: train som --precision NAME"));
    addRow(form, tr("Rotations"), m_rotations);
    form->addRow(QString(), m_flips);
    addRow(form, tr("Window"), m_neuronSide);
    m_weightsRow = addRow(form, tr("Channels"), m_weights);
    addRow(form, tr("Stop early"), m_settled);
    addRow(form, tr("Seed"), m_seed);
    addRow(form, tr("Precision"), m_precision);
}

void TrainingForm::connectFields()
{
    connect(m_moreButton, &QToolButton::toggled, this, [this](bool isOpen) {
        m_more->setVisible(isOpen);
        m_moreButton->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
    });
    connect(m_preset, &QComboBox::activated, this, &TrainingForm::applyPreset);
    for (QSpinBox *box : {m_width, m_height, m_depth})
        connect(box, &QSpinBox::valueChanged, this, &TrainingForm::followLayout);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &TrainingForm::followLayout);
    for (QSpinBox *box : {m_epochs, m_perStep, m_rotations, m_neuronSide, m_seed})
        connect(box, &QSpinBox::valueChanged, this, &TrainingForm::refresh);
    for (QDoubleSpinBox *box :
         {m_sigmaStart->box(), m_sigmaEnd->box(), m_reach, m_rateStart, m_rateEnd, m_settled})
        connect(box, &QDoubleSpinBox::valueChanged, this, &TrainingForm::refresh);
    for (QComboBox *box :
         {m_schedule, m_neighbourhood, m_start, m_givenMap, m_rule, m_rateSchedule, m_precision})
        connect(box, &QComboBox::currentIndexChanged, this, &TrainingForm::refresh);
    for (QCheckBox *box : {m_periodic, m_shuffles, m_flips})
        connect(box, &QCheckBox::toggled, this, &TrainingForm::refresh);
    for (QLineEdit *edit : {m_name, m_weights})
        connect(edit, &QLineEdit::textChanged, this, &TrainingForm::refresh);
}

} // namespace somnium::ui
