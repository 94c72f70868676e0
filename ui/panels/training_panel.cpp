// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/training_panel.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kMostNeuronsASide = 100;
constexpr int kMostEpochs = 1000;
constexpr double kMostSigma = 50.0;
constexpr double kLeastSigma = 0.1;

QSpinBox *numberBox(const QString &name, int low, int high, int value, const QString &toolTip)
{
    auto *box = new QSpinBox;
    box->setObjectName(name);
    box->setRange(low, high);
    box->setValue(value);
    box->setToolTip(toolTip);
    return box;
}

} // namespace

TrainingPanel::TrainingPanel(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("trainingPanel"));
    build();
    connect(m_width, &QSpinBox::valueChanged, this, &TrainingPanel::followLayout);
    connect(m_height, &QSpinBox::valueChanged, this, &TrainingPanel::followLayout);
    connect(m_train, &QPushButton::clicked, this, &TrainingPanel::trainRequested);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_state == State::Paused)
            Q_EMIT unpauseRequested();
        else
            Q_EMIT pauseRequested();
    });
    connect(m_stop, &QPushButton::clicked, this, &TrainingPanel::stopRequested);
    connect(m_resume, &QPushButton::clicked, this, &TrainingPanel::resumeRequested);
    setParams({});
    refresh();
}

void TrainingPanel::build()
{
    m_name = new QLineEdit(tr("map"));
    m_name->setObjectName(QStringLiteral("mapName"));
    m_name->setToolTip(tr("A map of this name is replaced.\nCommand line: train som --name NAME"));
    const QString layoutTip = tr("Neurons across and down. About one neuron to ten sources is a good start.\n"
                                 "Command line: train som --map WIDTHxHEIGHT");
    m_width = numberBox(QStringLiteral("mapWidth"), 1, kMostNeuronsASide, 10, layoutTip);
    m_height = numberBox(QStringLiteral("mapHeight"), 1, kMostNeuronsASide, 10, layoutTip);
    auto *layoutRow = new QWidget;
    auto *layoutLine = new QHBoxLayout(layoutRow);
    layoutLine->setContentsMargins(0, 0, 0, 0);
    layoutLine->addWidget(m_width, 1);
    layoutLine->addWidget(new QLabel(QStringLiteral("\u00d7")));
    layoutLine->addWidget(m_height, 1);
    m_epochs = numberBox(QStringLiteral("epochs"), 1, kMostEpochs, 12,
                         tr("How often every source is shown.\nCommand line: train som --epochs N"));
    m_sigmaStart = new SliderField(kLeastSigma, kMostSigma, 5.0, 0.1);
    m_sigmaStart->box()->setObjectName(QStringLiteral("sigmaStart"));
    m_sigmaStart->setToolTip(
        tr("Width of the neighbourhood at the beginning, in steps of the grid: wide, so that the\n"
           "whole map unfolds. Default: half the longer side.\n"
           "Command line: train som --sigma-start SIGMA"));
    m_sigmaEnd = new SliderField(kLeastSigma, 5.0, 0.6, 0.1);
    m_sigmaEnd->box()->setObjectName(QStringLiteral("sigmaEnd"));
    m_sigmaEnd->setToolTip(tr("Width of the neighbourhood at the end: small, so that neurons can differ.\n"
                              "Command line: train som --sigma-end SIGMA"));
    m_seed = numberBox(QStringLiteral("seed"), 0, std::numeric_limits<int>::max(), 1,
                       tr("The same seed gives the same map.\nCommand line: train som --seed N"));
    m_precision = new QComboBox;
    m_precision->setObjectName(QStringLiteral("precision"));
    m_precision->addItems({tr("fast"), tr("standard"), tr("fine")});
    m_precision->setToolTip(tr("How finely angles are compared.\nCommand line: train som --precision NAME"));

    m_form = new QWidget;
    auto *form = new QFormLayout(m_form);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(kGridStep);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Layout"), layoutRow);
    form->addRow(tr("Epochs"), m_epochs);
    form->addRow(tr("\u03c3 first"), m_sigmaStart);
    form->addRow(tr("\u03c3 last"), m_sigmaEnd);
    form->addRow(tr("Seed"), m_seed);
    form->addRow(tr("Precision"), m_precision);

    m_train = namedButton(QStringLiteral("trainButton"), tr("Train"));
    m_train->setIcon(themeIcon(QStringLiteral("train")));
    m_pause = namedButton(QStringLiteral("pauseButton"), tr("Pause"));
    m_stop = namedButton(QStringLiteral("stopButton"), tr("Stop and keep"));
    m_stop->setToolTip(tr("Ends after this epoch and keeps the map reached; it can be resumed."));
    m_resume = namedButton(QStringLiteral("resumeButton"), tr("Resume"));
    m_hint = quietLabel({});

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(kGridStep);
    for (QPushButton *button : {m_train, m_pause, m_stop})
        buttons->addWidget(button, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGridStep, kGridStep, kGridStep, kGridStep);
    layout->setSpacing(kGridStep);
    layout->addWidget(m_form);
    layout->addLayout(buttons);
    layout->addWidget(m_resume);
    layout->addWidget(m_hint);
    layout->addStretch(1);
}

double TrainingPanel::defaultSigmaStart() const
{
    return std::max(kLeastSigma, std::max(m_width->value(), m_height->value()) / 2.0);
}

// The default width follows the layout until somebody has chosen another one.
void TrainingPanel::followLayout()
{
    const double suggested = defaultSigmaStart();
    m_sigmaStart->setInitial(suggested);
    if (std::abs(m_sigmaStart->value() - m_lastDefaultSigma) < kLeastSigma / 2)
        m_sigmaStart->setValue(suggested);
    m_lastDefaultSigma = suggested;
}

void TrainingPanel::setState(State state)
{
    m_state = state;
    refresh();
}

void TrainingPanel::setResumable(const QString &name)
{
    m_resumable = name;
    refresh();
}

void TrainingPanel::setParams(const som::TrainingParams &params)
{
    m_width->setValue(static_cast<int>(params.layout.width()));
    m_height->setValue(static_cast<int>(params.layout.height()));
    m_epochs->setValue(static_cast<int>(params.epochs));
    m_lastDefaultSigma = defaultSigmaStart();
    m_sigmaStart->setInitial(m_lastDefaultSigma);
    m_sigmaStart->setValue(params.sigmaStart > 0.0 ? params.sigmaStart : m_lastDefaultSigma);
    m_sigmaEnd->setValue(params.sigmaEnd);
    m_seed->setValue(static_cast<int>(params.seed));
    m_precision->setCurrentIndex(static_cast<int>(params.precision));
}

som::TrainingParams TrainingPanel::params() const
{
    som::TrainingParams params;
    if (const auto layout = som::MapLayout::rectangular(static_cast<std::size_t>(m_width->value()),
                                                        static_cast<std::size_t>(m_height->value())))
        params.layout = *layout;
    params.epochs = static_cast<std::size_t>(m_epochs->value());
    params.sigmaStart = m_sigmaStart->value();
    params.sigmaEnd = std::min(m_sigmaEnd->value(), params.sigmaStart);
    params.seed = static_cast<std::uint64_t>(m_seed->value());
    params.precision = static_cast<compute::MatchPrecision>(m_precision->currentIndex());
    return params;
}

QString TrainingPanel::mapName() const
{
    const QString name = m_name->text().trimmed();
    return name.isEmpty() ? tr("map") : name;
}

void TrainingPanel::setMapName(const QString &name)
{
    m_name->setText(name);
}

void TrainingPanel::refresh()
{
    const bool isRunning = m_state == State::Training || m_state == State::Paused;
    m_form->setEnabled(m_state == State::Ready);
    m_train->setVisible(!isRunning);
    m_train->setEnabled(m_state == State::Ready);
    m_pause->setVisible(isRunning);
    m_stop->setVisible(isRunning);
    m_pause->setText(m_state == State::Paused ? tr("Go on") : tr("Pause"));
    m_resume->setVisible(m_state == State::Ready && !m_resumable.isEmpty());
    m_resume->setText(tr("Resume \u201c%1\u201d").arg(m_resumable));
    m_hint->setText(m_state == State::NoSurvey ? tr("Open or import a survey to train a map of it.")
                                               : QString());
    m_hint->setVisible(!m_hint->text().isEmpty());
}

} // namespace somnium::ui
