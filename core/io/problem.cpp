// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/problem.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace somnium::io
{

tl::unexpected<Error> expectedButFound(const std::string &expected, const std::string &found)
{
    return failure(ErrorKind::Malformed, "expected " + expected + ", found " + found);
}

data::ImportProblem problemAt(const data::SourceOrigin &origin, const std::string &message)
{
    constexpr std::string_view kExpected = "expected ";
    constexpr std::string_view kFound = ", found";
    const std::size_t start = message.find(kExpected);
    const std::size_t middle = start == std::string::npos ? start : message.find(kFound, start);
    if (middle == std::string::npos)
        return {origin, "a readable image", message};
    const std::size_t before = start + kExpected.size();
    const std::size_t after =
        std::min(message.find_first_not_of(": ", middle + kFound.size()), message.size());
    std::string found = message.substr(after);
    return {origin, message.substr(before, middle - before), found.empty() ? "nothing" : std::move(found)};
}

} // namespace somnium::io
