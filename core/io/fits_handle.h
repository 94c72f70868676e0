// SPDX-License-Identifier: GPL-3.0-or-later
// An open FITS file of CFITSIO, closed at the end of its scope, on memory or on disk. File names are taken
// literally: CFITSIO's extended file name syntax ("f.fits[1][#row < 5]", "ftp://") is never used.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <fitsio.h>

#include "core/base/result.h"

namespace somnium::io
{

/// CFITSIO's words for a status, with the reason from its message stack, which is emptied.
[[nodiscard]] std::string fitsReason(int status);

class FitsHandle
{
public:
    /// Reads FITS bytes; they must live as long as the handle. `name` is for messages.
    [[nodiscard]] static Result<FitsHandle> openBytes(std::span<const std::byte> bytes,
                                                      const std::string &name);
    /// A new file; the folder must exist, the file must not.
    [[nodiscard]] static Result<FitsHandle> createFile(const std::filesystem::path &path);
    /// A new file in memory, see `takeBytes`.
    [[nodiscard]] static Result<FitsHandle> createInMemory();

    FitsHandle(FitsHandle &&) noexcept = default;
    FitsHandle &operator=(FitsHandle &&) noexcept = default;
    FitsHandle(const FitsHandle &) = delete;
    FitsHandle &operator=(const FitsHandle &) = delete;
    ~FitsHandle() = default;

    [[nodiscard]] fitsfile *get() const;
    /// Writes what is buffered and closes.
    [[nodiscard]] Result<void> close();
    /// Same for a file in memory, whose bytes are handed over.
    [[nodiscard]] Result<std::vector<std::byte>> takeBytes();

private:
    struct State;
    struct StateDeleter
    {
        void operator()(State *state) const noexcept;
    };
    explicit FitsHandle(std::unique_ptr<State, StateDeleter> state);
    static std::unique_ptr<State, StateDeleter> makeState();
    std::unique_ptr<State, StateDeleter> m_state;
};

} // namespace somnium::io
