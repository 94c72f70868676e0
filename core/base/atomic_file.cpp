// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include <atomic>
#include <fstream>
#include <string>
#include <utility>

#include "core/base/platform.h"

namespace somnium
{

namespace
{

std::filesystem::path temporaryBeside(const std::filesystem::path &path)
{
    static std::atomic<unsigned> counter{0};
    // The original ending is kept, since some writers choose their format by it.
    const std::string stem = "." + path.stem().string() + ".part-" + std::to_string(processId()) + "-" +
                             std::to_string(counter.fetch_add(1));
    return path.parent_path() / (stem + path.extension().string());
}

} // namespace

PendingFile::PendingFile(std::filesystem::path path)
    : m_path(std::move(path)), m_temporary(temporaryBeside(m_path))
{}

PendingFile::PendingFile(PendingFile &&other) noexcept
    : m_path(std::move(other.m_path)), m_temporary(std::exchange(other.m_temporary, {}))
{}

PendingFile &PendingFile::operator=(PendingFile &&other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_temporary, other.m_temporary);
    return *this;
}

PendingFile::~PendingFile()
{
    std::error_code ignored;
    if (!m_temporary.empty())
        std::filesystem::remove(m_temporary, ignored);
}

Result<void> PendingFile::commit()
{
    if (auto synced = syncToDisk(m_temporary); !synced)
        return synced;
    std::error_code error;
    std::filesystem::rename(m_temporary, m_path, error);
    if (error)
        return failure(ErrorKind::WriteFailed, m_path.string() + ": cannot replace: " + error.message());
    m_temporary.clear();
    return {};
}

Result<void> replaceFile(const std::filesystem::path &path,
                         const std::function<Result<void>(const std::filesystem::path &)> &write)
{
    PendingFile file(path);
    if (auto written = write(file.temporary()); !written)
        return written;
    return file.commit();
}

Result<void> replaceFile(const std::filesystem::path &path, std::span<const std::byte> bytes)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()),
                                bytes.size()); // NOLINT: bytes as chars
    return replaceFile(path, text);
}

Result<void> replaceFile(const std::filesystem::path &path, std::string_view text)
{
    return replaceFileByStream(path, [&](std::ostream &file) {
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
    });
}

Result<void> replaceFileByStream(const std::filesystem::path &path,
                                 const std::function<void(std::ostream &)> &write)
{
    return replaceFile(path, [&](const std::filesystem::path &temporary) -> Result<void> {
        std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
        write(file);
        file.close();
        if (!file)
            return failure(ErrorKind::WriteFailed,
                           path.string() + ": cannot write (disk full or folder read-only?)");
        return {};
    });
}

} // namespace somnium
