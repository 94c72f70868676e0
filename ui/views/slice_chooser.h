// SPDX-License-Identifier: GPL-3.0-or-later
// Which slice of a 3-D map is shown: one of them, or all side by side.
#pragma once

#include <cstddef>
#include <optional>

#include <QWidget>

class QLabel;
class QSlider;
class QToolButton;

namespace somnium::ui
{

class SliceChooser : public QWidget
{
    Q_OBJECT

public:
    explicit SliceChooser(QWidget *parent = nullptr);

    void setDepth(std::size_t depth);
    /// None: all.
    void setSlice(std::optional<std::size_t> slice);

Q_SIGNALS:
    void sliceChosen(std::optional<std::size_t> slice);

private:
    void refresh();

    std::size_t m_depth = 1;
    std::optional<std::size_t> m_slice;
    QToolButton *m_all = nullptr;
    QSlider *m_slider = nullptr;
    QLabel *m_text = nullptr;
};

} // namespace somnium::ui
