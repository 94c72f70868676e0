// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes as JSON: {"format": "somnium-recipe", "version": 1, "name": "radio", "steps": [{"step": "cutout",
// "side": 64, "pad": false}, ...]}. Written with all parameters; read with defaults for absent ones, and an
// error for names it does not know, so that a misspelt parameter is not silently the default.
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "core/prepare/recipe.h"

namespace somnium::prepare
{

namespace
{

using nlohmann::json;

constexpr const char *kFormat = "somnium-recipe";
constexpr int kVersion = 1;

/// The word for each enumerator, in their order.
template <class Enum> struct Words;
template <> struct Words<FillNan::With>
{
    static constexpr std::array kAll = {"zero", "median", "minimum"};
};
template <> struct Words<Normalise::To>
{
    static constexpr std::array kAll = {"maximum", "minmax", "percentile"};
};
template <> struct Words<Stretch::Curve>
{
    static constexpr std::array kAll = {"sqrt", "asinh", "log"};
};

// Name and parameters of each step, listed once for reading and writing.
template <class Step> struct Name;
template <> struct Name<Cutout>
{
    static constexpr const char *kWord = "cutout";
};
template <> struct Name<FillNan>
{
    static constexpr const char *kWord = "fill_nan";
};
template <> struct Name<ClipNoise>
{
    static constexpr const char *kWord = "clip_noise";
};
template <> struct Name<Normalise>
{
    static constexpr const char *kWord = "normalise";
};
template <> struct Name<Stretch>
{
    static constexpr const char *kWord = "stretch";
};
template <> struct Name<Resize>
{
    static constexpr const char *kWord = "resize";
};

template <class Visitor> void visitParameters(Cutout &step, Visitor &visitor)
{
    visitor("side", step.side);
    visitor("pad", step.pad);
}
template <class Visitor> void visitParameters(FillNan &step, Visitor &visitor)
{
    visitor("with", step.with);
}
template <class Visitor> void visitParameters(ClipNoise &step, Visitor &visitor)
{
    visitor("keep_above_sigma", step.keepAboveSigma);
    visitor("clip_sigma", step.clipSigma);
    visitor("iterations", step.iterations);
}
template <class Visitor> void visitParameters(Normalise &step, Visitor &visitor)
{
    visitor("to", step.to);
    visitor("percentile", step.percentile);
}
template <class Visitor> void visitParameters(Stretch &step, Visitor &visitor)
{
    visitor("curve", step.curve);
    visitor("softening", step.softening);
    visitor("scale", step.scale);
}
template <class Visitor> void visitParameters(Resize &step, Visitor &visitor)
{
    visitor("side", step.side);
}

struct Writer
{
    json &object;

    template <class Value> void operator()(const char *name, const Value &value)
    {
        if constexpr (std::is_enum_v<Value>)
            object[name] = Words<Value>::kAll[static_cast<std::size_t>(value)];
        else
            object[name] = value;
    }
};

/// Reads parameters; keeps the first fault and the names that it was asked for.
struct Reader
{
    const json &object;
    std::string fault;
    std::set<std::string> known = {"step"};

    template <class Value> void operator()(const char *name, Value &value)
    {
        known.insert(name);
        const auto found = object.find(name);
        if (found == object.end() || !fault.empty())
            return;
        if (const std::string expected = read(*found, value); !expected.empty())
            fault = std::string(name) + ": expected " + expected + ", found " +
                    found->dump(-1, ' ', false, json::error_handler_t::replace);
    }

    static std::string read(const json &from, bool &value)
    {
        if (!from.is_boolean())
            return "true or false";
        value = from.get<bool>();
        return {};
    }
    static std::string read(const json &from, std::size_t &value)
    {
        if (!from.is_number_unsigned())
            return "a whole number";
        value = from.get<std::size_t>();
        return {};
    }
    static std::string read(const json &from, int &value)
    {
        if (!from.is_number_unsigned() || from.get<std::uint64_t>() > 1'000'000)
            return "a whole number up to 1000000";
        value = from.get<int>();
        return {};
    }
    static std::string read(const json &from, double &value)
    {
        if (!from.is_number())
            return "a number";
        value = from.get<double>();
        return {};
    }
    template <class Enum> static std::string read(const json &from, Enum &value)
    {
        std::string expected;
        for (std::size_t i = 0; i < Words<Enum>::kAll.size(); ++i)
        {
            expected += (expected.empty() ? "\"" : ", \"") + std::string(Words<Enum>::kAll[i]) + '"';
            if (from.is_string() && from.get_ref<const std::string &>() == Words<Enum>::kAll[i])
            {
                value = static_cast<Enum>(i);
                return {};
            }
        }
        return "one of " + expected;
    }
};

json stepToJson(const Step &step)
{
    return std::visit(
        [](auto one) {
            json object = {{"step", Name<decltype(one)>::kWord}};
            Writer writer{object};
            visitParameters(one, writer);
            return object;
        },
        step);
}

/// Reads the step of type Candidate if its name is `name`; false: not this one.
template <class Candidate> bool readAs(const std::string &name, const json &object, Result<Step> &out)
{
    if (name != Name<Candidate>::kWord)
        return false;
    Candidate step;
    Reader reader{object, {}};
    visitParameters(step, reader);
    for (const auto &item : object.items())
        if (reader.fault.empty() && !reader.known.contains(item.key()))
            reader.fault = "unknown parameter '" + item.key() + "'";
    if (reader.fault.empty())
        out = step;
    else
        out = failure(ErrorKind::Malformed, name + ": " + reader.fault);
    return true;
}

template <class... Steps> std::string allNames(const std::variant<Steps...> *)
{
    std::string names;
    ((names += (names.empty() ? "" : ", ") + std::string(Name<Steps>::kWord)), ...);
    return names;
}

template <class... Steps> Result<Step> readAny(const json &object, const std::variant<Steps...> *tag)
{
    const auto found = object.is_object() ? object.find("step") : object.end();
    if (!object.is_object() || found == object.end() || !found->is_string())
        return failure(ErrorKind::Malformed, "expected an object with \"step\": one of " + allNames(tag));
    const auto name = found->get<std::string>();
    Result<Step> step =
        failure(ErrorKind::Malformed, "unknown step '" + name + "', expected one of " + allNames(tag));
    static_cast<void>((readAs<Steps>(name, object, step) || ...));
    return step;
}

Result<Recipe> recipeOf(const json &document)
{
    const auto bad = [](const std::string &what) { return failure(ErrorKind::Malformed, "recipe: " + what); };
    if (!document.is_object() || !document.contains("steps") || !document["steps"].is_array())
        return bad("expected a JSON object with a list \"steps\"");
    if (document.contains("format") && document["format"] != kFormat)
        return bad(std::string("expected \"format\": \"") + kFormat + "\"");
    if (document.contains("version") && document["version"] != kVersion)
        return bad("expected \"version\": " + std::to_string(kVersion) + ", found " +
                   document["version"].dump());
    Recipe recipe;
    if (document.contains("name"))
    {
        if (!document["name"].is_string())
            return bad("expected a text as \"name\"");
        recipe.name = document["name"].get<std::string>();
    }
    for (const json &object : document["steps"])
    {
        Result<Step> step = readAny(object, static_cast<const Step *>(nullptr));
        if (!step)
            return bad("step " + std::to_string(recipe.steps.size() + 1) + ": " + step.error().message);
        recipe.steps.push_back(*step);
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
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Recipe> recipeFromJson(std::string_view text)
try
{
    const json document = json::parse(text.begin(), text.end());
    Result<Recipe> recipe = recipeOf(document);
    if (!recipe)
        return recipe;
    if (const auto valid = validate(*recipe); !valid)
        return failure(valid.error());
    return recipe;
}
catch (const json::exception &error)
{
    return failure(ErrorKind::Malformed, std::string("recipe: not JSON: ") + error.what());
}

} // namespace somnium::prepare
