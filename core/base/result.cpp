// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace somnium
{

std::string_view toString(ErrorKind kind)
{
    switch (kind)
    {
    case ErrorKind::InvalidArgument: return "invalid argument";
    case ErrorKind::NotFound: return "not found";
    case ErrorKind::Unreadable: return "unreadable";
    case ErrorKind::Malformed: return "malformed";
    case ErrorKind::Unsupported: return "unsupported";
    case ErrorKind::Mismatch: return "mismatch";
    case ErrorKind::WriteFailed: return "write failed";
    case ErrorKind::OutOfMemory: return "out of memory";
    case ErrorKind::Cancelled: return "stopped";
    case ErrorKind::DeviceLost: return "device lost";
    case ErrorKind::Internal: return "internal error";
    }
    return "unknown error";
}

} // namespace somnium
