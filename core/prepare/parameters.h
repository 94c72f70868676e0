// SPDX-License-Identifier: GPL-3.0-or-later
// Operations and their parameters by name: what JSON, the command line and an editor are made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/prepare/operations.h"

namespace somnium::prepare
{

/// A choice is its word.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// One parameter of an operation. All texts are static.
struct Parameter
{
    std::string_view name;  ///< in JSON
    std::string_view label; ///< for people
    std::string_view unit;  ///< "px", "sigma", "%"; empty: none
    std::string_view help;  ///< one or two sentences
    ParameterValue value;
    ParameterValue initial;
    double low = 0.0; ///< numbers only: the range that validate() allows, both ends included
    double high = 0.0;
    bool isRelevant = true;                     ///< false: without effect as the other parameters are now
    bool isOmittedWhenInitial = false;          ///< from JSON: it came after the others
    std::vector<std::string_view> choices;      ///< the words of a choice
    std::vector<std::string_view> choiceLabels; ///< for people
};

struct OperationInfo
{
    std::string_view word;  ///< in JSON: "step": word
    std::string_view label; ///< for people
    std::string_view help;
    bool isForAllChannels = false; ///< true: cannot be restricted to some
};

[[nodiscard]] OperationInfo infoOf(const Operation &operation);
[[nodiscard]] std::vector<Parameter> parametersOf(const Operation &operation);
/// Fails (Malformed) on an unknown name, a value of another type or an unknown word: "side: expected a whole
/// number". The range is validate()'s matter.
[[nodiscard]] Result<void> setParameter(Operation &operation, std::string_view name,
                                        const ParameterValue &value);
/// One of each, with its defaults, in the order of a menu.
[[nodiscard]] std::vector<Operation> allOperations();

} // namespace somnium::prepare
