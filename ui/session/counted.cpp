// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/counted.h"

#include <QLocale>

namespace somnium::ui
{

QString counted(std::size_t number, const QString &one, const QString &many)
{
    return (number == 1 ? one : many).arg(QLocale().toString(static_cast<qulonglong>(number)));
}

} // namespace somnium::ui
