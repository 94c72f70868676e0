// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.h"

namespace somnium::ui
{

/// A folder for a session that nobody has named yet; removed with all it holds when the last owner lets go.
class ScratchFolder
{
public:
    [[nodiscard]] static Result<std::shared_ptr<const ScratchFolder>> create();

    explicit ScratchFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;
    ~ScratchFolder();

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace somnium::ui
