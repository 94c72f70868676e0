// SPDX-License-Identifier: GPL-3.0-or-later
// Visitors of the parameter tables: list the parameters of a step, set one by its name. Internal to this
// folder; a step is any struct that has `visitParameters(step, visitor)`.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/prepare/parameter_table.h"
#include "core/prepare/parameters.h"

namespace somnium::prepare
{

/// Values that are texts in JSON and forms: specialisations have kExpected, toText and fromText, the latter a
/// Result.
template <class Value> struct TextForm;

template <class Value>
concept HasTextForm = requires(const Value &value)
{
    TextForm<Value>::toText(value);
};

template <class Value> ParameterValue toParameterValue(const Value &value)
{
    if constexpr (std::is_enum_v<Value>)
        return std::string(Words<Value>::kAll.at(static_cast<std::size_t>(value)));
    else if constexpr (std::is_same_v<Value, bool> || std::is_same_v<Value, double>)
        return value;
    else if constexpr (HasTextForm<Value>)
        return TextForm<Value>::toText(value);
    else
        return static_cast<std::int64_t>(value);
}

/// Lists the parameters of one step with their values.
struct ParameterLister
{
    std::vector<Parameter> list;

    template <class Value> void operator()(const About &about, const Value &value)
    {
        Parameter one;
        one.name = about.name;
        one.label = about.label;
        one.unit = about.unit;
        one.help = about.help;
        one.value = toParameterValue(value);
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

/// The parameters of a step, and what they are in a new one.
template <class One> std::vector<Parameter> parametersWithInitials(One step)
{
    ParameterLister lister;
    visitParameters(step, lister);
    One fresh{};
    ParameterLister initial;
    visitParameters(fresh, initial);
    for (std::size_t i = 0; i < lister.list.size(); ++i)
        lister.list[i].initial = initial.list[i].value;
    return std::move(lister.list);
}

/// Sets the parameter of one name; `expected` says what kind of value it would take.
struct ParameterSetter
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
    template <class Value> void set(Value &value)
    {
        if constexpr (std::is_enum_v<Value>)
            setWord(value);
        else
            setText(value);
    }
    template <class Enum> void setWord(Enum &value)
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
    template <class Value> void setText(Value &value)
    {
        const auto *text = std::get_if<std::string>(&given);
        if (text == nullptr)
        {
            expected = TextForm<Value>::kExpected;
            return;
        }
        auto read = TextForm<Value>::fromText(*text);
        if (read)
            value = std::move(*read);
        else
            expected = TextForm<Value>::kExpected;
    }
};

} // namespace somnium::prepare
