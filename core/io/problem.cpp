// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/problem.h"

#include <string_view>

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
    const std::size_t middle = message.find(kFound);
    if (!message.starts_with(kExpected) || middle == std::string::npos)
        return {origin, "a readable image", message};
    const std::size_t after = message.find_first_not_of(": ", middle + kFound.size());
    return {origin, message.substr(kExpected.size(), middle - kExpected.size()),
            after == std::string::npos ? "" : message.substr(after)};
}

} // namespace somnium::io
