// SPDX-License-Identifier: GPL-3.0-or-later
// A backend that computes nothing and remembers on which thread it lived: for tests of jobs.
#pragma once

#include <memory>
#include <thread>

#include "core/compute/backend_factory.h"

namespace somnium::test
{

struct BackendRecord
{
    std::thread::id madeOn;
    std::thread::id destroyedOn;
};

[[nodiscard]] Result<compute::ChosenBackend> recordedBackend(std::shared_ptr<BackendRecord> record);
[[nodiscard]] Result<compute::ChosenBackend> idleBackend();

} // namespace somnium::test
