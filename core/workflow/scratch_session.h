// SPDX-License-Identifier: GPL-3.0-or-later
// A session that nobody keeps: for work on new images whose only result is a file. Their prepared samples lie
// on the disk, as those of any session do, so that a million of them need no more memory than a thousand.
#pragma once

#include <filesystem>
#include <memory>
#include <utility>

#include "core/base/platform.h"
#include "core/base/result.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// Lies in a hidden folder beside the result, on the disk that has room for it, and goes when this object
/// does; what a killed program left of one goes before the next for the same result.
class ScratchSession
{
public:
    /// Fails if the folder of `result` does not exist or cannot be written to (NotFound, WriteFailed), or if
    /// another program is at the same result (Unreadable).
    [[nodiscard]] static Result<std::unique_ptr<ScratchSession>> beside(const std::filesystem::path &result);

    ScratchSession(const ScratchSession &) = delete;
    ScratchSession &operator=(const ScratchSession &) = delete;
    ~ScratchSession();

    [[nodiscard]] session::Session &session() { return *m_session; }

private:
    ScratchSession(FileLock lock, std::filesystem::path folder)
        : m_lock(std::move(lock)), m_folder(std::move(folder))
    {}
    FileLock m_lock;
    std::filesystem::path m_folder;
    std::shared_ptr<session::Session> m_session;
};

} // namespace somnium::workflow
