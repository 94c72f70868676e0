// SPDX-License-Identifier: GPL-3.0-or-later
// For tests that move a real mouse: where the named widgets, actions and items are on the screen. Made only
// where SOMNIUM_UI_GEOMETRY names a file.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QTimer>

namespace somnium::ui
{

class GeometryReporter : public QObject
{
    Q_OBJECT

public:
    /// Writes `path`, anew after each change: {"name": {"x", "y", "width", "height" in device pixels,
    /// "enabled", "text"}}. Items of lists are "name/row", neurons of the map "neuron/index",
    /// tabs "tab/title", buttons without a name of their own "button/text".
    explicit GeometryReporter(QString path, QObject *parent = nullptr);

private:
    void report();

    QString m_path;
    QByteArray m_last;
    QTimer m_timer;
};

} // namespace somnium::ui
