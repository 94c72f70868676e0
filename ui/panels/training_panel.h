// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that decides a training, and the buttons that run it.
#pragma once

#include <QWidget>

#include "core/som/som.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace somnium::ui
{

class SliderField;

class TrainingPanel : public QWidget
{
    Q_OBJECT

public:
    enum class State
    {
        NoSurvey,
        Ready,
        Training,
        Paused,
    };

    explicit TrainingPanel(QWidget *parent = nullptr);

    void setState(State state);
    /// A stopped map of this survey, which can be resumed; an empty name: none.
    void setResumable(const QString &name);
    void setParams(const som::TrainingParams &params);
    [[nodiscard]] som::TrainingParams params() const;
    [[nodiscard]] QString mapName() const;
    void setMapName(const QString &name);

Q_SIGNALS:
    void trainRequested();
    void pauseRequested();
    void unpauseRequested();
    void stopRequested();
    void resumeRequested();

private:
    void build();
    [[nodiscard]] double defaultSigmaStart() const;
    void followLayout();
    void refresh();

    State m_state = State::NoSurvey;
    QString m_resumable;
    double m_lastDefaultSigma = 0.0;
    QLineEdit *m_name = nullptr;
    QSpinBox *m_width = nullptr;
    QSpinBox *m_height = nullptr;
    QSpinBox *m_epochs = nullptr;
    SliderField *m_sigmaStart = nullptr;
    SliderField *m_sigmaEnd = nullptr;
    QSpinBox *m_seed = nullptr;
    QComboBox *m_precision = nullptr;
    QWidget *m_form = nullptr;
    QPushButton *m_train = nullptr;
    QPushButton *m_pause = nullptr;
    QPushButton *m_stop = nullptr;
    QPushButton *m_resume = nullptr;
    QLabel *m_hint = nullptr;
};

} // namespace somnium::ui
