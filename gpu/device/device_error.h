// SPDX-License-Identifier: GPL-3.0-or-later
// What flies inside gpu/ when a call to a device fails; at the border to core it becomes an Error.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "core/base/result.h"

namespace somnium::gpu
{

/// `kind`: OutOfMemory (there was not enough, all is as before), DeviceLost (nothing on the device can be
/// used any more), Unsupported.
class DeviceError final : public std::exception
{
public:
    DeviceError(ErrorKind kind, std::string message) : m_error{kind, std::move(message)} {}

    [[nodiscard]] const char *what() const noexcept override { return m_error.message.c_str(); }
    [[nodiscard]] const Error &error() const { return m_error; }

private:
    Error m_error;
};

} // namespace somnium::gpu
