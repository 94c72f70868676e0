// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace somnium
{

void checkFailed(const char *condition, const char *file, int line) noexcept
{
    std::fprintf(stderr, "somnium: %s:%d: CHECK(%s) failed. This is a bug; please report it.\n", file, line,
                 condition);
    std::abort();
}

} // namespace somnium
