// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/error_text.h"

#include <QCoreApplication>

namespace somnium::ui
{

namespace
{

QString tr(const char *text)
{
    return QCoreApplication::translate("Errors", text);
}

} // namespace

QString remedyFor(ErrorKind kind)
{
    switch (kind)
    {
    case ErrorKind::InvalidArgument: return tr("Change the settings and try again.");
    case ErrorKind::NotFound: return tr("Check that it still exists under this name.");
    case ErrorKind::Unreadable: return tr("Check that you may read it and that the disk is there.");
    case ErrorKind::Malformed: return tr("The file is damaged or of another format.");
    case ErrorKind::Unsupported: return tr("Somnium does not read this kind of file.");
    case ErrorKind::Mismatch: return tr("Choose inputs that fit each other.");
    case ErrorKind::WriteFailed: return tr("Check that the folder can be written and the disk is not full.");
    case ErrorKind::OutOfMemory:
        return tr("Close other programs, or choose a smaller map or smaller cutouts.");
    case ErrorKind::DeviceLost: return tr("Try again, or choose another compute device.");
    case ErrorKind::Cancelled:
    case ErrorKind::Internal: break;
    }
    return {};
}

QString errorText(const QString &what, const Error &error)
{
    QString text = what + QStringLiteral(": ") + QString::fromStdString(error.message);
    if (!text.endsWith(QLatin1Char('.')))
        text += QLatin1Char('.');
    const QString remedy = remedyFor(error.kind);
    return remedy.isEmpty() ? text : text + QLatin1Char(' ') + remedy;
}

} // namespace somnium::ui
