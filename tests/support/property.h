// SPDX-License-Identifier: GPL-3.0-or-later
// Properties over many seeded random inputs. The seed is printed when one fails, and SOMNIUM_TEST_SEED sets
// it.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/random.h"

namespace somnium::test
{

/// Calls `property(random)` `count` times with generators of different seeds, inside a gtest trace that names
/// the seed; ends at the first failure.
void forAll(std::size_t count, const std::function<void(Random &random)> &property);

} // namespace somnium::test
