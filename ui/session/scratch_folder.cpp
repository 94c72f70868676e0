// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/scratch_folder.h"

#include <system_error>

#include <QString>
#include <QTemporaryDir>

namespace somnium::ui
{

Result<std::shared_ptr<const ScratchFolder>> ScratchFolder::create()
{
    QTemporaryDir folder;
    if (!folder.isValid())
        return failure(ErrorKind::WriteFailed,
                       "could not make a temporary folder: " + folder.errorString().toStdString());
    folder.setAutoRemove(false);
    return std::make_shared<const ScratchFolder>(std::filesystem::path(folder.path().toStdU16String()));
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace somnium::ui
