// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/scratch_session.h"

#include <system_error>
#include <utility>

namespace somnium::workflow
{

namespace fs = std::filesystem;

Result<std::unique_ptr<ScratchSession>> ScratchSession::beside(const fs::path &result)
{
    std::error_code error;
    const fs::path target = fs::absolute(result, error).lexically_normal();
    if (error || !target.has_filename() || !fs::is_directory(target.parent_path(), error))
        return failure(ErrorKind::NotFound, result.string() + ": expected a file in a folder that exists");
    const fs::path folder = target.parent_path() / ("." + target.filename().string() + ".scratch");
    auto lock = FileLock::take(folder.string() + ".lock");
    if (!lock)
        return failure(lock.error().kind, result.string() + ": cannot be worked on: " + lock.error().message);
    std::unique_ptr<ScratchSession> scratch(
        new ScratchSession(std::move(*lock), folder)); // NOLINT: private constructor
    fs::remove_all(folder, error);
    if (!error)
        fs::create_directory(folder, error);
    if (error)
        return failure(ErrorKind::WriteFailed, folder.string() + ": cannot be created: " + error.message());
    auto session = session::Session::create(folder / "images.somnium");
    if (!session)
        return failure(session.error());
    scratch->m_session = std::move(*session);
    return scratch;
}

ScratchSession::~ScratchSession()
{
    m_session.reset();
    std::error_code ignored; // nothing more can be done about it
    fs::remove_all(m_folder, ignored);
}

} // namespace somnium::workflow
