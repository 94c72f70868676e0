// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes as JSON: {"format": "somnium-recipe", "version": 1, "name": "radio", "steps": [{"step": "cutout",
// "side": 64, "pad": false}, ...]}. Written with all parameters; read with defaults for absent ones, and an
// error for names it does not know, so that a misspelt parameter is not silently the default. Any step may
// have "channels": [1, ...] (counted from 1; absent: all) and "enabled": false. "align" (Alignment) is there
// if the channels come out of several files.
#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/prepare/parameters.h"
#include "core/prepare/recipe.h"

namespace somnium::prepare
{

namespace
{

using nlohmann::json;

constexpr const char *kFormat = "somnium-recipe";
constexpr int kVersion = 1;
constexpr std::size_t kMostChannels = 1024;

tl::unexpected<Error> bad(const std::string &what)
{
    return failure(ErrorKind::Malformed, what);
}

std::string inWords(const json &value)
{
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json stepToJson(const Step &step)
{
    json object = {{"step", infoOf(step.operation).word}};
    for (const Parameter &parameter : parametersOf(step.operation))
        if (!parameter.isOmittedWhenInitial || parameter.value != parameter.initial)
            std::visit([&](const auto &value) { object[std::string(parameter.name)] = value; },
                       parameter.value);
    if (!step.channels.empty())
    {
        json channels = json::array();
        for (const std::size_t channel : step.channels)
            channels.push_back(channel + 1);
        object["channels"] = std::move(channels);
    }
    if (!step.isEnabled)
        object["enabled"] = false;
    return object;
}

/// A JSON value as a value of the kind that a parameter has; another kind is handed on for its error.
ParameterValue toValue(const json &from)
{
    if (from.is_boolean())
        return from.get<bool>();
    if (from.is_string())
        return from.get<std::string>();
    if (from.is_number_unsigned() &&
        from.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return from.get<std::int64_t>();
    if (from.is_number_integer() && !from.is_number_unsigned())
        return from.get<std::int64_t>();
    if (from.is_number())
        return from.get<double>();
    return std::string(); // null, list, object: no parameter takes one
}

Result<void> readChannels(const json &from, std::vector<std::size_t> &channels)
{
    const bool isList = from.is_array() && std::all_of(from.begin(), from.end(), [](const json &one) {
                            return one.is_number_unsigned() && one.get<std::uint64_t>() >= 1 &&
                                   one.get<std::uint64_t>() <= kMostChannels;
                        });
    if (!isList)
        return bad("channels: expected a list of numbers from 1, found " + inWords(from));
    for (const json &one : from)
        channels.push_back(one.get<std::size_t>() - 1);
    return {};
}

std::string allWords()
{
    std::string words;
    for (const Operation &operation : allOperations())
        words += (words.empty() ? "" : ", ") + std::string(infoOf(operation).word);
    return words;
}

Result<Operation> operationCalled(const std::string &word)
{
    for (Operation &operation : allOperations())
        if (infoOf(operation).word == word)
            return operation;
    return bad("unknown step '" + word + "', expected one of " + allWords());
}

Result<Step> stepFromJson(const json &object)
{
    const auto found = object.is_object() ? object.find("step") : object.end();
    if (!object.is_object() || found == object.end() || !found->is_string())
        return bad("expected an object with \"step\": one of " + allWords());
    const auto word = found->get<std::string>();
    auto operation = operationCalled(word);
    if (!operation)
        return failure(operation.error());
    Step step(std::move(*operation));
    for (const auto &item : object.items())
    {
        Result<void> read;
        if (item.key() == "channels")
            read = readChannels(item.value(), step.channels);
        else if (item.key() == "enabled" && item.value().is_boolean())
            step.isEnabled = item.value().get<bool>();
        else if (item.key() == "enabled")
            read = bad("enabled: expected true or false, found " + inWords(item.value()));
        else if (item.key() != "step")
            read = setParameter(step.operation, item.key(), toValue(item.value()));
        if (!read && read.error().message.find(", found ") == std::string::npos &&
            !read.error().message.starts_with("unknown"))
            return bad(word + ": " + read.error().message + ", found " + inWords(item.value()));
        if (!read)
            return bad(word + ": " + read.error().message);
    }
    return step;
}

json alignmentToJson(const Alignment &alignment)
{
    return {{"channels", alignment.channels},
            {"reference", alignment.channels[std::min(alignment.reference, alignment.channels.size() - 1)]},
            {"pixel_scale_arcsec", alignment.pixelScaleArcsec},
            {"values", alignment.values == Alignment::Values::Flux ? "flux" : "brightness"}};
}

Result<Alignment> alignmentFromJson(const json &object)
{
    Alignment alignment;
    if (!object.is_object() || !object.contains("channels") || !object["channels"].is_array())
        return bad("align: expected an object with a list \"channels\"");
    for (const json &name : object["channels"])
    {
        if (!name.is_string())
            return bad("align: expected names as \"channels\", found " + inWords(name));
        alignment.channels.push_back(name.get<std::string>());
    }
    const json reference = object.value("reference", json(""));
    const auto found = std::find(alignment.channels.begin(), alignment.channels.end(),
                                 reference.is_string() ? reference.get<std::string>() : std::string());
    if (found != alignment.channels.end())
        alignment.reference = static_cast<std::size_t>(found - alignment.channels.begin());
    else if (object.contains("reference"))
        return bad("align: expected one of the channels as \"reference\", found " + inWords(reference));
    const json scale = object.value("pixel_scale_arcsec", json(0.0));
    if (!scale.is_number())
        return bad("align: expected a number as \"pixel_scale_arcsec\", found " + inWords(scale));
    alignment.pixelScaleArcsec = scale.get<double>();
    const json values = object.value("values", json("brightness"));
    if (values != "brightness" && values != "flux")
        return bad("align: expected \"brightness\" or \"flux\" as \"values\", found " + inWords(values));
    alignment.values = values == "flux" ? Alignment::Values::Flux : Alignment::Values::Brightness;
    return alignment;
}

Result<Recipe> recipeOf(const json &document)
{
    if (!document.is_object() || !document.contains("steps") || !document["steps"].is_array())
        return bad("expected a JSON object with a list \"steps\"");
    if (document.contains("format") && document["format"] != kFormat)
        return bad(std::string("expected \"format\": \"") + kFormat + "\"");
    if (document.contains("version") && document["version"] != kVersion)
        return bad("expected \"version\": " + std::to_string(kVersion) + ", found " +
                   inWords(document["version"]));
    Recipe recipe;
    if (document.contains("name"))
    {
        if (!document["name"].is_string())
            return bad("expected a text as \"name\"");
        recipe.name = document["name"].get<std::string>();
    }
    if (document.contains("align"))
    {
        auto alignment = alignmentFromJson(document["align"]);
        if (!alignment)
            return failure(alignment.error());
        recipe.alignment = std::move(*alignment);
    }
    for (const json &object : document["steps"])
    {
        Result<Step> step = stepFromJson(object);
        if (!step)
            return bad("step " + std::to_string(recipe.steps.size() + 1) + ": " + step.error().message);
        recipe.steps.push_back(std::move(*step));
    }
    return recipe;
}

} // namespace

std::string toJson(const Recipe &recipe)
{
    json document = {
        {"format", kFormat}, {"version", kVersion}, {"name", recipe.name}, {"steps", json::array()}};
    for (const Step &step : recipe.steps)
        document["steps"].push_back(stepToJson(step));
    if (recipe.alignment.isUsed())
        document["align"] = alignmentToJson(recipe.alignment);
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string toReadableJson(const Recipe &recipe)
{
    const auto inLine = [](const json &value) { return inWords(value); };
    std::string text = "{\n  \"format\": " + inLine(kFormat) +
                       ",\n  \"version\": " + std::to_string(kVersion) +
                       ",\n  \"name\": " + inLine(recipe.name) + ",\n";
    if (recipe.alignment.isUsed())
        text += "  \"align\": " + inLine(alignmentToJson(recipe.alignment)) + ",\n";
    text += "  \"steps\": [";
    for (std::size_t i = 0; i < recipe.steps.size(); ++i)
        text += (i == 0 ? "\n    " : ",\n    ") + inLine(stepToJson(recipe.steps[i]));
    return text + "\n  ]\n}\n";
}

Result<Recipe> recipeFromJson(std::string_view text)
try
{
    const json document = json::parse(text.begin(), text.end());
    Result<Recipe> recipe = recipeOf(document);
    if (!recipe)
        return failure(recipe.error().kind, "recipe: " + recipe.error().message);
    if (const auto valid = validate(*recipe); !valid)
        return failure(valid.error());
    return recipe;
}
catch (const json::exception &error)
{
    return failure(ErrorKind::Malformed, std::string("recipe: not JSON: ") + error.what());
}

} // namespace somnium::prepare
