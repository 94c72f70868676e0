// SPDX-License-Identifier: GPL-3.0-or-later
// Row numbers in the session's tables.
#pragma once

#include <cstdint>

namespace somnium::session
{

enum class CollectionId : std::int64_t
{
};
enum class ModelId : std::int64_t
{
};

} // namespace somnium::session
