// SPDX-License-Identifier: GPL-3.0-or-later
// How spectra were read, as JSON.
#include <array>

#include <nlohmann/json.hpp>

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

} // namespace somnium::workflow
