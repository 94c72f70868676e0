// SPDX-License-Identifier: GPL-3.0-or-later
// Expected failure as a value: a function that can fail on real input returns Result<T>.
// Only the members that std::expected has are used, so that the type can be swapped for it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace somnium
{

/// What went wrong, coarse enough for a window to offer a remedy.
enum class ErrorKind
{
    InvalidArgument, ///< the caller asked for something that makes no sense
    NotFound,        ///< file, column, model or source does not exist
    Unreadable,      ///< the operating system refused
    Malformed,       ///< the bytes are not what the format says
    Unsupported,     ///< valid, but a feature that Somnium does not read
    Mismatch,        ///< valid on its own, but does not fit what it is used with
    WriteFailed,     ///< disk full, folder read-only
    OutOfMemory,
    Cancelled,  ///< the user stopped it
    DeviceLost, ///< the graphics card failed or was taken away: what lay on it is gone
    Internal,   ///< a library failed in a way nobody foresaw
};

/// A failure. `message` is untranslated and names file, HDU, row, what was expected and what was found.
struct Error
{
    ErrorKind kind = ErrorKind::Internal;
    std::string message;

    friend bool operator==(const Error &, const Error &) = default;
};

template <class T> using Result = tl::expected<T, Error>;

/// `return failure(ErrorKind::NotFound, "...")` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message)
{
    return tl::unexpected<Error>(Error{kind, std::move(message)});
}

/// Hands the error of one Result on as the error of another.
[[nodiscard]] inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// English word for an error kind, for logs and the command line.
[[nodiscard]] std::string_view toString(ErrorKind kind);

} // namespace somnium
