// SPDX-License-Identifier: GPL-3.0-or-later
// How images are drawn, as a menu: colour map, stretch, limits. Kept in the user's settings.
#pragma once

#include <functional>

#include <QMenu>

#include "ui/models/display_settings.h"

class QAction;
class QActionGroup;

namespace somnium::ui
{

class DisplayMenu : public QMenu
{
    Q_OBJECT

public:
    /// Starts with what the user chose last.
    explicit DisplayMenu(QWidget *parent = nullptr);
    [[nodiscard]] const DisplaySettings &display() const { return m_display; }
    void setDisplay(const DisplaySettings &display);
    /// Of the images there are: with several, one of them or all in colour can be chosen.
    void setChannels(std::size_t count);

Q_SIGNALS:
    void displayChanged(const somnium::ui::DisplaySettings &display);

private:
    void build();
    void addChoices(const QString &title, const QStringList &names, const std::function<void(int)> &choose,
                    QActionGroup *&group);
    void refreshChecks();
    void change(const DisplaySettings &display);

    DisplaySettings m_display;
    QActionGroup *m_maps = nullptr;
    QActionGroup *m_stretches = nullptr;
    QActionGroup *m_limits = nullptr;
    QAction *m_inverted = nullptr;
    QMenu *m_channelMenu = nullptr;
    QActionGroup *m_channels = nullptr;
};

} // namespace somnium::ui
