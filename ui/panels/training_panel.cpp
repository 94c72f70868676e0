// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/training_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/panels/latent_form.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/training_form.h"
#include "ui/theme.h"

namespace somnium::ui
{

TrainingPanel::TrainingPanel(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("trainingPanel"));
    build();
    connect(m_form, &TrainingForm::changed, this, &TrainingPanel::refresh);
    connect(m_latentForm, &LatentForm::changed, this, &TrainingPanel::refresh);
    connect(m_models, &QTabBar::currentChanged, this, [this](int index) {
        m_forms->setCurrentIndex(index);
        giveRoom();
        refresh();
    });
    connect(m_train, &QPushButton::clicked, this, &TrainingPanel::trainRequested);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_state == State::Paused)
            Q_EMIT unpauseRequested();
        else
            Q_EMIT pauseRequested();
    });
    connect(m_stop, &QPushButton::clicked, this, &TrainingPanel::stopRequested);
    connect(m_resume, &QPushButton::clicked, this, &TrainingPanel::resumeRequested);
    refresh();
}

void TrainingPanel::build()
{
    m_models = new QTabBar;
    m_models->setObjectName(QStringLiteral("trainingModel"));
    m_models->setAccessibleName(tr("What to train"));
    m_models->setDrawBase(false);
    m_models->setExpanding(false);
    m_models->addTab(tr("A map"));
    m_models->addTab(tr("A latent space"));
    m_form = new TrainingForm;
    m_latentForm = new LatentForm;
    m_forms = new QStackedWidget;
    m_forms->addWidget(m_form);
    m_forms->addWidget(m_latentForm);
    giveRoom();
    m_train = namedButton(QStringLiteral("trainButton"), tr("Train"));
    m_train->setIcon(themeIcon(QStringLiteral("train")));
    m_pause = namedButton(QStringLiteral("pauseButton"), tr("Pause"));
    m_stop = namedButton(QStringLiteral("stopButton"), tr("Stop and keep"));
    m_stop->setToolTip(tr("Ends after this epoch and keeps what was reached; it can be resumed."));
    m_resume = namedButton(QStringLiteral("resumeButton"), tr("Resume"));
    m_hint = quietLabel({});

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(kGridStep);
    for (QPushButton *button : {m_train, m_pause, m_stop})
        buttons->addWidget(button, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGridStep, kGridStep, kGridStep, kGridStep);
    layout->setSpacing(kGridStep);
    layout->addWidget(m_models);
    layout->addWidget(m_forms);
    layout->addLayout(buttons);
    layout->addWidget(m_resume);
    layout->addWidget(m_hint);
    layout->addStretch(1);
}

// Only the form that is seen: the buttons are to follow its last row.
void TrainingPanel::giveRoom()
{
    for (int i = 0; i < m_forms->count(); ++i)
        m_forms->widget(i)->setSizePolicy(QSizePolicy::Preferred, i == m_forms->currentIndex()
                                                                      ? QSizePolicy::Preferred
                                                                      : QSizePolicy::Ignored);
}

void TrainingPanel::setState(State state)
{
    m_state = state;
    refresh();
}

void TrainingPanel::setModel(Model model)
{
    m_models->setCurrentIndex(static_cast<int>(model));
}

TrainingPanel::Model TrainingPanel::model() const
{
    return static_cast<Model>(m_models->currentIndex());
}

QString TrainingPanel::problem() const
{
    return model() == Model::Map ? m_form->problem() : m_latentForm->problem();
}

void TrainingPanel::setResumable(const QString &name)
{
    m_resumable = name;
    refresh();
}

void TrainingPanel::setParams(const som::TrainingParams &params)
{
    m_form->setParams(params);
}

som::TrainingParams TrainingPanel::params() const
{
    return m_form->params();
}

QString TrainingPanel::mapName() const
{
    return m_form->mapName();
}

void TrainingPanel::setMapName(const QString &name)
{
    m_form->setMapName(name);
}

void TrainingPanel::refresh()
{
    const bool isRunning = m_state == State::Training || m_state == State::Paused;
    m_models->setEnabled(!isRunning);
    m_forms->setEnabled(m_state == State::Ready);
    m_train->setVisible(!isRunning);
    m_train->setEnabled(m_state == State::Ready && problem().isEmpty());
    m_pause->setVisible(isRunning);
    m_stop->setVisible(isRunning);
    m_pause->setText(m_state == State::Paused ? tr("Go on") : tr("Pause"));
    m_resume->setVisible(m_state == State::Ready && !m_resumable.isEmpty());
    m_resume->setText(tr("Resume \u201c%1\u201d").arg(m_resumable));
    // The form of a latent space says itself what it lacks.
    const bool isMapWithoutSurvey = m_state == State::NoSurvey && model() == Model::Map;
    m_hint->setText(isMapWithoutSurvey ? tr("Open or import a survey to train a map of it.") : QString());
    m_hint->setVisible(!m_hint->text().isEmpty());
}

} // namespace somnium::ui
