// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

namespace somnium
{

std::string_view version()
{
    return SOMNIUM_VERSION;
}

} // namespace somnium
