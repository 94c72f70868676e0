// SPDX-License-Identifier: GPL-3.0-or-later
// Spectral recipes as JSON: {"format": "somnium-spectral-recipe", "version": 1, "name": "stars", "mask":
// {"enabled": true, "file": true, ...}, "snr": {...}, ...}, the steps in their order. Written with all
// parameters; read with defaults for absent ones, and an error for names it does not know.
#include <algorithm>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/prepare/spectral_recipe.h"

namespace somnium::prepare
{

namespace
{

using nlohmann::json;

constexpr const char *kFormat = "somnium-spectral-recipe";
constexpr int kVersion = 1;

tl::unexpected<Error> bad(const std::string &what)
{
    return failure(ErrorKind::Malformed, "spectral recipe: " + what);
}

std::string inWords(const json &value)
{
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json stepToJson(const SpectralStepInfo &step)
{
    json object = json::object();
    if (step.canBeOff)
        object["enabled"] = step.isEnabled;
    for (const Parameter &parameter : step.parameters)
        std::visit([&](const auto &value) { object[std::string(parameter.name)] = value; }, parameter.value);
    return object;
}

/// A JSON value as a value of the kind that a parameter has. Whole numbers beyond 64 bits are numbers; what
/// no parameter takes (null, list, object) is nothing.
std::optional<ParameterValue> toValue(const json &from)
{
    if (from.is_boolean())
        return from.get<bool>();
    if (from.is_string())
        return from.get<std::string>();
    if (from.is_number_unsigned() &&
        from.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return from.get<double>();
    if (from.is_number_integer())
        return from.get<std::int64_t>();
    if (from.is_number())
        return from.get<double>();
    return std::nullopt;
}

Result<void> readStep(const std::string &word, const json &object, SpectralRecipe &recipe)
{
    if (!object.is_object())
        return bad(word + ": expected an object, found " + inWords(object));
    for (const auto &item : object.items())
    {
        const auto value = toValue(item.value());
        const std::string name = word + "." + item.key();
        if (!value)
            return bad(name + ": expected a number, a text, true or false, found " + inWords(item.value()));
        const auto read = setParameter(recipe, name, *value);
        if (!read && read.error().message.starts_with("unknown"))
            return bad(read.error().message);
        if (!read)
            return bad(read.error().message + ", found " + inWords(item.value()));
    }
    return {};
}

Result<SpectralRecipe> recipeOf(const json &document)
{
    if (!document.is_object())
        return bad("expected a JSON object");
    SpectralRecipe recipe;
    const std::vector<SpectralStepInfo> steps = spectralSteps(recipe);
    for (const auto &item : document.items())
    {
        const std::string &key = item.key();
        const bool isStep =
            std::any_of(steps.begin(), steps.end(), [&key](const auto &step) { return step.word == key; });
        Result<void> read;
        if (isStep)
            read = readStep(key, item.value(), recipe);
        else if (key == "name" && item.value().is_string())
            recipe.name = item.value().get<std::string>();
        else if (key == "name")
            read = bad("expected a text as \"name\", found " + inWords(item.value()));
        else if (key == "format" && item.value() != kFormat)
            read = bad("expected \"format\": " + inWords(kFormat) + ", found " + inWords(item.value()));
        else if (key == "version" && item.value() != kVersion)
            read =
                bad("expected \"version\": " + std::to_string(kVersion) + ", found " + inWords(item.value()));
        else if (key != "format" && key != "version")
            read = bad("unknown key '" + key + "'");
        if (!read)
            return failure(read.error());
    }
    return recipe;
}

} // namespace

std::string toJson(const SpectralRecipe &recipe)
{
    std::string text = std::string("{\n  \"format\": \"") + kFormat +
                       "\",\n  \"version\": " + std::to_string(kVersion) +
                       ",\n  \"name\": " + inWords(recipe.name);
    for (const SpectralStepInfo &step : spectralSteps(recipe))
        text += ",\n  \"" + std::string(step.word) + "\": " + inWords(stepToJson(step));
    return text + "\n}\n";
}

Result<SpectralRecipe> spectralRecipeFromJson(std::string_view json)
try
{
    const nlohmann::json document = nlohmann::json::parse(json.begin(), json.end());
    auto recipe = recipeOf(document);
    if (!recipe)
        return recipe;
    if (const auto valid = validate(*recipe); !valid)
        return failure(valid.error());
    return recipe;
}
catch (const nlohmann::json::exception &error)
{
    return failure(ErrorKind::Malformed, std::string("spectral recipe: not JSON: ") + error.what());
}

} // namespace somnium::prepare
