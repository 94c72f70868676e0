// SPDX-License-Identifier: GPL-3.0-or-later
// What lies under the cursor of the latent plane: the spectrum of the source there, its reconstruction, and
// what the very place decodes to. Asks for them beside the window's thread, one question at a time.
#pragma once

#include <optional>

#include <QWidget>

#include "ui/models/background_answer.h"
#include "ui/models/spectrum_data.h"

namespace somnium::ui
{

class ElidedLabel;
class SpectrumPlot;

class SpectrumPane : public QWidget
{
    Q_OBJECT

public:
    explicit SpectrumPane(QWidget *parent = nullptr);

    /// Empty: nothing is asked, the pane is empty.
    void setFunction(HoverFunction function);
    [[nodiscard]] bool hasFunction() const { return static_cast<bool>(m_function); }
    /// The newest question is answered; those before it, if they have not begun, never.
    void ask(std::optional<std::size_t> source, const latent::PlanePoint &place);
    void clear();
    [[nodiscard]] SpectrumPlot *plot() const { return m_plot; }
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void answered();

private:
    struct Question
    {
        std::optional<std::size_t> source;
        latent::PlanePoint place;
    };
    void begin(const Question &question);

    HoverFunction m_function;
    BackgroundAnswer m_answer;
    std::optional<Question> m_next;
    bool m_isAsking = false;
    ElidedLabel *m_title = nullptr;
    SpectrumPlot *m_plot = nullptr;
};

} // namespace somnium::ui
