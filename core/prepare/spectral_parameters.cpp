// SPDX-License-Identifier: GPL-3.0-or-later
// Spectral steps and their parameters by name, and windows of wavelengths as text.
#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

#include "core/prepare/spectral_recipe.h"
#include "core/prepare/spectral_table.h"

namespace somnium::prepare
{

namespace
{

constexpr std::string_view kBlanks = " \t\n\r";

std::string shortest(double value)
{
    std::array<char, 40> text{};
    char *const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

void skipBlanks(std::string_view &text)
{
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

bool takeNumber(std::string_view &text, double &value)
{
    skipBlanks(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc())
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    skipBlanks(text);
    return true;
}

bool take(char expected, std::string_view &text)
{
    if (text.empty() || text.front() != expected)
        return false;
    text.remove_prefix(1);
    return true;
}

template <class Step> bool *switchOf(Step &step)
{
    if constexpr (HasSwitch<Step>)
        return &step.isEnabled;
    else
        return nullptr;
}

Result<void> set(ParameterSetter &setter, std::string_view name)
{
    if (!setter.isFound)
        return failure(ErrorKind::Malformed, "unknown parameter '" + std::string(name) + "'");
    if (!setter.expected.empty())
        return failure(ErrorKind::Malformed, std::string(name) + ": expected " + setter.expected);
    return {};
}

} // namespace

std::string toString(const WavelengthWindows &windows)
{
    std::string text;
    for (const WavelengthWindow &window : windows)
        text +=
            (text.empty() ? "" : ", ") + shortest(window.firstAngstrom) + "-" + shortest(window.lastAngstrom);
    return text;
}

Result<WavelengthWindows> windowsFromString(std::string_view text)
{
    WavelengthWindows windows;
    std::string_view left = text;
    skipBlanks(left);
    while (!left.empty())
    {
        WavelengthWindow window;
        const bool isRead = takeNumber(left, window.firstAngstrom) && take('-', left) &&
                            takeNumber(left, window.lastAngstrom) && (left.empty() || take(',', left));
        if (!isRead)
            return failure(ErrorKind::Malformed, std::string("expected ") +
                                                     TextForm<WavelengthWindows>::kExpected + ", found \"" +
                                                     std::string(text) + "\"");
        windows.push_back(window);
        skipBlanks(left);
    }
    return windows;
}

std::vector<SpectralStepInfo> spectralSteps(const SpectralRecipe &recipe)
{
    std::vector<SpectralStepInfo> steps;
    forSpectralSteps(recipe, [&steps](const auto &step) {
        using Step = std::decay_t<decltype(step)>;
        SpectralStepInfo info;
        info.word = SpectralNamed<Step>::kName.word;
        info.label = SpectralNamed<Step>::kName.label;
        info.help = SpectralNamed<Step>::kName.help;
        info.canBeOff = HasSwitch<Step>;
        if constexpr (HasSwitch<Step>)
            info.isEnabled = step.isEnabled;
        info.parameters = parametersWithInitials(step);
        steps.push_back(std::move(info));
    });
    return steps;
}

Result<void> setParameter(SpectralRecipe &recipe, std::string_view name, const ParameterValue &value)
{
    const std::size_t dot = std::min(name.find('.'), name.size());
    const std::string_view word = name.substr(0, dot);
    const std::string_view rest = name.substr(std::min(dot + 1, name.size()));
    std::string known;
    bool isKnownStep = false;
    ParameterSetter setter{rest, value, false, {}};
    forSpectralSteps(recipe, [&](auto &step) {
        const std::string_view own = SpectralNamed<std::decay_t<decltype(step)>>::kName.word;
        known += (known.empty() ? "" : ", ") + std::string(own);
        if (own != word)
            return;
        isKnownStep = true;
        if (bool *enabled = switchOf(step); enabled != nullptr && rest == "enabled")
            setter(About{"enabled", {}, {}, {}}, *enabled);
        else
            visitParameters(step, setter);
    });
    if (!isKnownStep)
        return failure(ErrorKind::Malformed,
                       "unknown step '" + std::string(word) + "', expected one of " + known);
    return set(setter, name);
}

} // namespace somnium::prepare
