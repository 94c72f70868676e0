// SPDX-License-Identifier: GPL-3.0-or-later
// --device, as both programs take it, and --precision.
#pragma once

#include <string>

#include "core/compute/tensor_ops.h"

namespace CLI
{
class App;
class Option;
} // namespace CLI

namespace somnium::app
{

/// Adds --device to `commandLine`, with "auto" as its default. What no device can be called is refused while
/// the command line is read; whether the device is there is known only once it is chosen
/// (compute::chooseBackend).
CLI::Option *addDeviceOption(CLI::App &commandLine, std::string &device);

/// Adds --precision, of the products of a training.
CLI::Option *addPrecisionOption(CLI::App &commandLine, compute::ProductPrecision &precision);

} // namespace somnium::app
