// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that decides a training, field by field: the usual ones at once, the rest under "More". What
// makes no sense is said below them.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QList>
#include <QWidget>

#include "core/data/image.h"
#include "core/session/session.h"
#include "core/som/som.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace somnium::ui
{

class SliderField;

class TrainingForm : public QWidget
{
    Q_OBJECT

public:
    explicit TrainingForm(QWidget *parent = nullptr);

    void setParams(const som::TrainingParams &params);
    [[nodiscard]] som::TrainingParams params() const;
    /// The map that a training starts from: the name of one of the session, or a file; empty: it starts from
    /// none.
    [[nodiscard]] QString startingMap() const;
    [[nodiscard]] QString mapName() const;
    void setMapName(const QString &name);
    /// What there is to train on: for what makes sense, and for the channels' weights.
    void setSamples(std::size_t count, const data::ImageShape &shape);
    /// Maps of the session that a training may start from.
    void setMaps(const std::vector<session::ModelSummary> &maps);
    /// Why no training can begin; empty if one can.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();

private:
    // training_form_fields.cpp
    void buildUsual(QFormLayout *form);
    [[nodiscard]] QWidget *buildLayoutRow();
    [[nodiscard]] QWidget *buildMore();
    void addLearningRows(QFormLayout *form);
    void addMatchingRows(QFormLayout *form);
    [[nodiscard]] QWidget *buildStartRow();
    void connectFields();

    [[nodiscard]] double defaultSigmaStart() const;
    [[nodiscard]] Result<som::MapLayout> layoutResult() const;
    [[nodiscard]] std::optional<std::vector<float>> channelWeights() const;
    [[nodiscard]] QString warning() const;
    void applyPreset(int index);
    void followLayout();
    void refresh();
    void chooseFile();

    std::size_t m_sampleCount = 0;
    data::ImageShape m_sampleShape = {0, 0, 0};
    som::TrainingParams m_base; ///< fields that the form does not show
    double m_lastDefaultSigma = 0.0;
    bool m_isSetting = false;
    QList<std::pair<QWidget *, QWidget *>> m_onlineRows; ///< label, field
    std::pair<QWidget *, QWidget *> m_weightsRow = {nullptr, nullptr};
    std::pair<QWidget *, QWidget *> m_startRow = {nullptr, nullptr};
    QLineEdit *m_name = nullptr;
    QComboBox *m_preset = nullptr;
    QComboBox *m_kind = nullptr;
    QSpinBox *m_width = nullptr;
    QSpinBox *m_height = nullptr;
    QSpinBox *m_depth = nullptr;
    QLabel *m_times = nullptr;
    QLabel *m_timesAgain = nullptr;
    QCheckBox *m_periodic = nullptr;
    QSpinBox *m_epochs = nullptr;
    SliderField *m_sigmaStart = nullptr;
    SliderField *m_sigmaEnd = nullptr;
    QToolButton *m_moreButton = nullptr;
    QWidget *m_more = nullptr;
    QComboBox *m_schedule = nullptr;
    QComboBox *m_neighbourhood = nullptr;
    QDoubleSpinBox *m_reach = nullptr;
    QComboBox *m_start = nullptr;
    QComboBox *m_givenMap = nullptr;
    QComboBox *m_rule = nullptr;
    QDoubleSpinBox *m_rateStart = nullptr;
    QDoubleSpinBox *m_rateEnd = nullptr;
    QComboBox *m_rateSchedule = nullptr;
    QSpinBox *m_perStep = nullptr;
    QCheckBox *m_shuffles = nullptr;
    QSpinBox *m_rotations = nullptr;
    QCheckBox *m_flips = nullptr;
    QSpinBox *m_neuronSide = nullptr;
    QLineEdit *m_weights = nullptr;
    QDoubleSpinBox *m_settled = nullptr;
    QSpinBox *m_seed = nullptr;
    QComboBox *m_precision = nullptr;
    QLabel *m_problem = nullptr;
};

} // namespace somnium::ui
