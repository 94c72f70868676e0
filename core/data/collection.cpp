// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/collection.h"

namespace somnium::data
{

std::string toString(const SourceOrigin &origin)
{
    std::string text = origin.file;
    if (!origin.member.empty())
        text += "[" + origin.member + "]";
    if (origin.hdu > 0)
        text += ", HDU " + std::to_string(origin.hdu);
    else if (origin.index > 0)
        text += ", image " + std::to_string(origin.index + 1); // counted from 1, as HDUs are
    return text;
}

std::string toString(const ImportProblem &problem)
{
    return toString(problem.origin) + ": expected " + problem.expected + ", found " + problem.found;
}

} // namespace somnium::data
