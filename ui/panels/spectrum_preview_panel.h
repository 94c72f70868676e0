// SPDX-License-Identifier: GPL-3.0-or-later
// One spectrum before and after a recipe: after all steps, or after one of them.
#pragma once

#include <memory>

#include <QWidget>

#include "ui/session/spectra_scout.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace somnium::ui
{

class SpectrumPlot;

class SpectrumPreviewPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SpectrumPreviewPanel(QWidget *parent = nullptr);

    void setPreview(const std::shared_ptr<const SpectralPreview> &preview);
    void setTrouble(const QString &message);
    void clear();
    /// How many spectra there are to choose from; `isAll`: there are no more of them.
    void setCount(std::size_t count, bool isAll);
    [[nodiscard]] std::size_t index() const;

Q_SIGNALS:
    void indexChanged();

private:
    void build();
    void refresh();
    [[nodiscard]] QString text() const;

    std::shared_ptr<const SpectralPreview> m_preview;
    SpectrumPlot *m_before = nullptr;
    SpectrumPlot *m_after = nullptr;
    QComboBox *m_step = nullptr;
    QLabel *m_text = nullptr;
    QSpinBox *m_index = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_random = nullptr;
};

} // namespace somnium::ui
