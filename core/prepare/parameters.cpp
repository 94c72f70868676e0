// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/parameters.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/prepare/parameter_table.h"

namespace somnium::prepare
{

namespace
{

template <class Value> ParameterValue toValue(const Value &value)
{
    if constexpr (std::is_enum_v<Value>)
        return std::string(Words<Value>::kAll.at(static_cast<std::size_t>(value)));
    else if constexpr (std::is_same_v<Value, bool> || std::is_same_v<Value, double>)
        return value;
    else
        return static_cast<std::int64_t>(value);
}

/// Lists the parameters of one operation with their values.
struct Lister
{
    std::vector<Parameter> list;

    template <class Value> void operator()(const About &about, const Value &value)
    {
        Parameter one;
        one.name = about.name;
        one.label = about.label;
        one.unit = about.unit;
        one.help = about.help;
        one.value = toValue(value);
        one.low = about.low;
        one.high = about.high;
        one.isRelevant = about.isRelevant;
        one.isOmittedWhenInitial = about.isOmittedWhenInitial;
        if constexpr (std::is_enum_v<Value>)
        {
            one.choices.assign(Words<Value>::kAll.begin(), Words<Value>::kAll.end());
            one.choiceLabels.assign(Words<Value>::kLabels.begin(), Words<Value>::kLabels.end());
        }
        list.push_back(std::move(one));
    }
};

/// Sets the parameter of one name; `expected` says what kind of value it would take.
struct Setter
{
    std::string_view name;
    const ParameterValue &given;
    bool isFound = false;
    std::string expected; ///< empty: set

    template <class Value> void operator()(const About &about, Value &value)
    {
        if (about.name != name)
            return;
        isFound = true;
        set(value);
    }

private:
    void set(bool &value)
    {
        if (const bool *flag = std::get_if<bool>(&given))
            value = *flag;
        else
            expected = "true or false";
    }
    void set(double &value)
    {
        if (const double *number = std::get_if<double>(&given))
            value = *number;
        else if (const auto *whole = std::get_if<std::int64_t>(&given))
            value = static_cast<double>(*whole);
        else
            expected = "a number";
    }
    void set(std::size_t &value)
    {
        const auto *whole = std::get_if<std::int64_t>(&given);
        if (whole != nullptr && *whole >= 0)
            value = static_cast<std::size_t>(*whole);
        else
            expected = "a whole number";
    }
    void set(int &value)
    {
        const auto *whole = std::get_if<std::int64_t>(&given);
        if (whole != nullptr && *whole >= 0 && *whole <= std::numeric_limits<int>::max())
            value = static_cast<int>(*whole);
        else
            expected = "a whole number";
    }
    template <class Enum> void set(Enum &value)
    {
        const auto *word = std::get_if<std::string>(&given);
        for (std::size_t i = 0; i < Words<Enum>::kAll.size(); ++i)
        {
            expected += (i == 0 ? "one of \"" : ", \"") + std::string(Words<Enum>::kAll.at(i)) + '"';
            if (word != nullptr && *word == Words<Enum>::kAll.at(i))
            {
                value = static_cast<Enum>(i);
                expected.clear();
                return;
            }
        }
    }
};

template <class One> std::vector<Parameter> listOf(One operation)
{
    Lister lister;
    visitParameters(operation, lister);
    return std::move(lister.list);
}

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
    return std::visit(
        [](const auto &one) {
            std::vector<Parameter> list = listOf(one);
            const std::vector<Parameter> initial = listOf(std::decay_t<decltype(one)>{});
            for (std::size_t i = 0; i < list.size(); ++i)
                list[i].initial = initial[i].value;
            return list;
        },
        operation);
}

Result<void> setParameter(Operation &operation, std::string_view name, const ParameterValue &value)
{
    Setter setter{name, value, false, {}};
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
