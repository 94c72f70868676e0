// SPDX-License-Identifier: GPL-3.0-or-later
// How spectra were read, and what was asked of an import of them, as JSON.
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/workflow/import_files.h"
#include "core/workflow/import_spectra.h"

namespace somnium::workflow
{

namespace
{

constexpr std::array kLayouts = {"auto", "pixels", "spectra", "bands"};
constexpr std::array kMedia = {"unknown", "air", "vacuum"};

template <class Enum, std::size_t Count>
Enum enumFrom(const std::array<const char *, Count> &words, const nlohmann::json &json, const char *key)
{
    const std::string word = json.value(key, std::string(words[0]));
    for (std::size_t i = 0; i < Count; ++i)
        if (word == words[i])
            return static_cast<Enum>(i);
    return static_cast<Enum>(0);
}

/// The texts of the options by their keys.
template <class Options, class Visit> void forTexts(Options &options, const Visit &visit)
{
    visit("unit", options.wavelengthUnit);
    visit("wavelength_column", options.wavelengthColumn);
    visit("flux_column", options.fluxColumn);
    visit("error_column", options.errorColumn);
    visit("ivar_column", options.ivarColumn);
    visit("mask_column", options.maskColumn);
    visit("name_column", options.nameColumn);
}

} // namespace

std::string toJson(const io::SpectrumReadOptions &options)
{
    nlohmann::json json = nlohmann::json::object();
    if (options.layout != io::SpectrumLayout::Auto)
        json["layout"] = kLayouts.at(static_cast<std::size_t>(options.layout));
    if (options.medium != data::WavelengthMedium::Unknown)
        json["medium"] = kMedia.at(static_cast<std::size_t>(options.medium));
    forTexts(options, [&json](const char *key, const std::string &text) {
        if (!text.empty())
            json[key] = text;
    });
    if (!options.wavelengths.empty())
        json["wavelengths"] = options.wavelengths;
    if (options.rule)
        json["rule"] = {
            {"first", options.rule->first}, {"step", options.rule->step}, {"log10", options.rule->isLog10}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<io::SpectrumReadOptions> readOptionsFromJson(std::string_view text)
{
    io::SpectrumReadOptions options;
    if (text.empty())
        return options;
    try
    {
        const auto json = nlohmann::json::parse(text);
        options.layout = enumFrom<io::SpectrumLayout>(kLayouts, json, "layout");
        options.medium = enumFrom<data::WavelengthMedium>(kMedia, json, "medium");
        forTexts(options, [&json](const char *key, std::string &value) { value = json.value(key, ""); });
        if (json.contains("wavelengths"))
            options.wavelengths = json["wavelengths"].get<std::vector<double>>();
        if (json.contains("rule"))
            options.rule = io::WavelengthRule{json["rule"].at("first").get<double>(),
                                              json["rule"].at("step").get<double>(),
                                              json["rule"].at("log10").get<bool>()};
        return options;
    }
    catch (const nlohmann::json::exception &error)
    {
        return failure(ErrorKind::Malformed,
                       std::string("expected how spectra were read, found ") + error.what());
    }
}

std::string toJson(const SpectraImportRequest &request)
{
    nlohmann::json json = {{"kind", "spectra"},
                           {"catalogue", absoluteText(request.catalogue)},
                           {"name", request.name},
                           {"missing", nlohmann::json::array()},
                           {"recipe", prepare::toJson(request.recipe)},
                           {"reading", toJson(request.reading)}};
    for (const std::filesystem::path &path : request.paths)
        json["paths"].push_back(absoluteText(path));
    for (const double value : request.missingValues)
        if (std::isfinite(value))
            json["missing"].push_back(value);
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<SpectraImportRequest> spectraImportRequestFromJson(std::string_view text)
{
    try
    {
        const auto json = nlohmann::json::parse(text);
        SpectraImportRequest request;
        for (const auto &path : json.at("paths"))
            request.paths.emplace_back(path.get<std::string>());
        request.catalogue = json.at("catalogue").get<std::string>();
        request.name = json.at("name").get<std::string>();
        request.missingValues = json.at("missing").get<std::vector<double>>();
        auto recipe = prepare::spectralRecipeFromJson(json.at("recipe").get<std::string>());
        if (!recipe)
            return failure(recipe.error());
        request.recipe = std::move(*recipe);
        auto reading = readOptionsFromJson(json.at("reading").get<std::string>());
        if (!reading)
            return failure(reading.error());
        request.reading = std::move(*reading);
        return request;
    }
    catch (const nlohmann::json::exception &error)
    {
        return failure(ErrorKind::Malformed,
                       std::string("expected an import of spectra to go on with, found ") + error.what());
    }
}

} // namespace somnium::workflow
