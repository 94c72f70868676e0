// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that differs between operating systems. No other file asks which system it is on;
// platform_posix.cpp implements it for Linux and macOS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace somnium
{

/// A file mapped read-only into memory. Move-only; the span is valid as long as the object lives.
class MappedFile
{
public:
    [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path &path);

    MappedFile() = default;
    MappedFile(MappedFile &&other) noexcept;
    MappedFile &operator=(MappedFile &&other) noexcept;
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> bytes() const { return {m_data, m_sizeBytes}; }
    /// Says that bytes [offset, offset + sizeBytes) are done with: they stop counting as resident, and are
    /// read again when touched again. Changes no byte; may be called while others read.
    void letGo(std::size_t offset, std::size_t sizeBytes) const;
    /// Whether all of bytes [offset, offset + sizeBytes) can be read without waiting for the disk, as far as
    /// the system tells; true where it does not.
    [[nodiscard]] bool isResident(std::size_t offset, std::size_t sizeBytes) const;

private:
    const std::byte *m_data = nullptr;
    std::size_t m_sizeBytes = 0;
};

/// A file that one program at a time can hold; let go when the object, or the program, ends. Move-only.
class FileLock
{
public:
    /// Makes the file if it is missing. Unreadable if another program (or another object) holds it.
    [[nodiscard]] static Result<FileLock> take(const std::filesystem::path &path);

    FileLock(FileLock &&other) noexcept;
    FileLock &operator=(FileLock &&other) noexcept;
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    ~FileLock(); ///< removes the file

private:
    FileLock(std::filesystem::path path, int descriptor) : m_path(std::move(path)), m_descriptor(descriptor)
    {}
    void letGo() noexcept;
    std::filesystem::path m_path;
    int m_descriptor = -1;
};

/// A library loaded at run time. It stays loaded until the program ends, also when this object is gone:
/// objects that it has made, and threads that it has started, may be anywhere. So this is a value, copied
/// freely.
class SharedLibrary
{
public:
    /// A path with a folder is that file; a bare name is looked for where the system looks for libraries.
    /// NotFound if there is no such file; Unreadable, with the system's reason, if it cannot be loaded: it is
    /// no library, or lacks another one that it needs.
    [[nodiscard]] static Result<SharedLibrary> open(const std::filesystem::path &path);
    /// The address of a function with C linkage. NotFound.
    [[nodiscard]] Result<void *> symbol(const std::string &name) const;

private:
    SharedLibrary(std::filesystem::path path, void *handle) : m_path(std::move(path)), m_handle(handle) {}
    std::filesystem::path m_path;
    void *m_handle = nullptr;
};
/// What the system calls the file of a library: "libsomnium_cuda.so" for "somnium_cuda".
[[nodiscard]] std::string sharedLibraryFile(std::string_view name);

/// The folder of the running program; empty where the system does not tell.
[[nodiscard]] std::filesystem::path executableFolder();

/// Forces a written file, and the folder entry that names it, onto the disk.
[[nodiscard]] Result<void> syncToDisk(const std::filesystem::path &path);

/// The user's cache folder for Somnium (created if missing), e.g. ~/.cache/somnium.
[[nodiscard]] Result<std::filesystem::path> userCacheFolder();

/// Largest resident size of this process so far; 0 where the system does not tell.
[[nodiscard]] std::size_t peakResidentBytes();
/// Resident size now; 0 where the system does not tell.
[[nodiscard]] std::size_t residentBytes();

/// Memory that programs could still take without paging; 0 where the system does not tell.
[[nodiscard]] std::size_t availableMemoryBytes();

/// Gives memory that was freed, but is kept for the next allocation, back to the system. Takes milliseconds.
void releaseFreeMemory();

/// Number of this process, for names of temporary files.
[[nodiscard]] std::uint64_t processId();

} // namespace somnium
