// SPDX-License-Identifier: GPL-3.0-or-later
// One source before and after a recipe, drawn alike, with the numbers: after all steps, or after the chosen
// one.
#pragma once

#include <memory>

#include <QWidget>

#include "ui/models/display_settings.h"
#include "ui/session/import_scout.h"

class QCheckBox;
class QLabel;
class QPushButton;

namespace somnium::ui
{

class ImagePane;

class RecipePreviewPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RecipePreviewPanel(QWidget *parent = nullptr);

    void setPreview(const std::shared_ptr<const RecipePreview> &preview);
    void setTrouble(const QString &message);
    void clear();
    void setDisplay(const DisplaySettings &display);
    /// The step that "after the chosen step" means; -1: none.
    void setStep(int step);
    /// How many sources there are to look at.
    void setCount(std::size_t count);
    [[nodiscard]] std::size_t index() const { return m_index; }

Q_SIGNALS:
    void indexChanged(std::size_t index);

private:
    void go(std::size_t index);
    void refresh();
    [[nodiscard]] const data::Image *shown(QString &caption) const;

    std::shared_ptr<const RecipePreview> m_preview;
    DisplaySettings m_display;
    std::size_t m_index = 0;
    std::size_t m_count = 0;
    int m_step = -1;
    ImagePane *m_before = nullptr;
    ImagePane *m_after = nullptr;
    QLabel *m_beforeNumbers = nullptr;
    QLabel *m_afterNumbers = nullptr;
    QLabel *m_text = nullptr;
    QCheckBox *m_isAfterStep = nullptr;
    QPushButton *m_previous = nullptr;
    QPushButton *m_next = nullptr;
    QPushButton *m_random = nullptr;
};

} // namespace somnium::ui
