// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that decides the training of a latent space, field by field: the usual ones at once, the rest
// under "More". What makes no sense is said below them.
#pragma once

#include <optional>
#include <vector>

#include <QString>
#include <QWidget>

#include "core/data/image.h"
#include "core/workflow/train_latent.h"

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

/// As the form names it: "tf32 (11 bits)".
[[nodiscard]] QString precisionText(compute::ProductPrecision precision);

class LatentForm : public QWidget
{
    Q_OBJECT

public:
    explicit LatentForm(QWidget *parent = nullptr);

    /// Without the collection.
    [[nodiscard]] workflow::LatentTrainRequest request() const;
    void setRequest(const workflow::LatentTrainRequest &request);
    /// What there is to train on; `maps`: to whose prototypes images can be turned.
    void setSamples(std::size_t count, const data::ImageShape &shape, bool areSpectra,
                    const std::vector<session::ModelSummary> &maps);
    /// Why no training can begin; empty if one can.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();

private:
    void buildUsual(QFormLayout *form);
    [[nodiscard]] QWidget *buildMore();
    void connectFields();
    void refresh();
    [[nodiscard]] std::optional<std::vector<std::size_t>> widths() const;

    std::size_t m_sampleCount = 0;
    data::ImageShape m_shape = {0, 0, 0};
    bool m_areSpectra = true;
    bool m_isSetting = false;
    QLineEdit *m_name = nullptr;
    QComboBox *m_method = nullptr;
    QSpinBox *m_latent = nullptr;
    QLineEdit *m_widths = nullptr;
    QSpinBox *m_epochs = nullptr;
    QSpinBox *m_patience = nullptr;
    QComboBox *m_turnTo = nullptr;
    QLabel *m_turnToLabel = nullptr;
    QToolButton *m_moreButton = nullptr;
    QWidget *m_more = nullptr;
    QSpinBox *m_batch = nullptr;
    QDoubleSpinBox *m_rate = nullptr;
    QComboBox *m_activation = nullptr;
    QCheckBox *m_variational = nullptr;
    QDoubleSpinBox *m_beta = nullptr;
    QDoubleSpinBox *m_noise = nullptr;
    QDoubleSpinBox *m_sparsity = nullptr;
    QDoubleSpinBox *m_validation = nullptr;
    QSpinBox *m_seed = nullptr;
    QComboBox *m_precision = nullptr;
    QLabel *m_problem = nullptr;
};

} // namespace somnium::ui
