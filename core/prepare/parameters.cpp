// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/parameters.h"

#include <type_traits>

#include "core/prepare/parameter_visitors.h"

namespace somnium::prepare
{

namespace
{

template <class... Operations> std::vector<Operation> oneOfEach(const std::variant<Operations...> * /*tag*/)
{
    return {Operations{}...};
}

} // namespace

OperationInfo infoOf(const Operation &operation)
{
    return std::visit([](const auto &one) { return Named<std::decay_t<decltype(one)>>::kInfo; }, operation);
}

std::vector<Parameter> parametersOf(const Operation &operation)
{
    return std::visit([](const auto &one) { return parametersWithInitials(one); }, operation);
}

Result<void> setParameter(Operation &operation, std::string_view name, const ParameterValue &value)
{
    ParameterSetter setter{name, value, false, {}};
    std::visit([&](auto &one) { visitParameters(one, setter); }, operation);
    if (!setter.isFound)
        return failure(ErrorKind::Malformed, "unknown parameter '" + std::string(name) + "'");
    if (!setter.expected.empty())
        return failure(ErrorKind::Malformed, std::string(name) + ": expected " + setter.expected);
    return {};
}

std::vector<Operation> allOperations()
{
    return oneOfEach(static_cast<const Operation *>(nullptr));
}

} // namespace somnium::prepare
