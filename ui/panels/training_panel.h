// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that decides a training, of a map (TrainingForm) or of a latent space (LatentForm), and the
// buttons that run it.
#pragma once

#include <QWidget>

#include "core/som/som.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace somnium::ui
{

class LatentForm;
class TrainingForm;

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
    enum class Model
    {
        Map,
        Latent,
    };

    explicit TrainingPanel(QWidget *parent = nullptr);

    void setState(State state);
    /// A stopped map or latent space of this survey, which can be resumed; an empty name: none.
    void setResumable(const QString &name);
    void setParams(const som::TrainingParams &params);
    [[nodiscard]] som::TrainingParams params() const;
    [[nodiscard]] QString mapName() const;
    void setMapName(const QString &name);
    [[nodiscard]] TrainingForm *form() const { return m_form; }
    [[nodiscard]] LatentForm *latentForm() const { return m_latentForm; }
    /// Which of the two is to be trained.
    void setModel(Model model);
    [[nodiscard]] Model model() const;
    /// Why no training can begin; empty if one can.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void trainRequested();
    void pauseRequested();
    void unpauseRequested();
    void stopRequested();
    void resumeRequested();

private:
    void build();
    void giveRoom();
    void refresh();

    State m_state = State::NoSurvey;
    QString m_resumable;
    QTabBar *m_models = nullptr;
    QStackedWidget *m_forms = nullptr;
    TrainingForm *m_form = nullptr;
    LatentForm *m_latentForm = nullptr;
    QPushButton *m_train = nullptr;
    QPushButton *m_pause = nullptr;
    QPushButton *m_stop = nullptr;
    QPushButton *m_resume = nullptr;
    QLabel *m_hint = nullptr;
};

} // namespace somnium::ui
