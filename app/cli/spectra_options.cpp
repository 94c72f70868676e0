// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/spectra_options.h"

#include <charconv>
#include <optional>

#include "core/workflow/recipe_library.h"

namespace somnium::cli
{

namespace
{

template <class Number> std::optional<Number> numberOf(const std::string &text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Of the type that the parameter has: what is a word for one is a number for another.
std::vector<prepare::ParameterValue> readings(const std::string &text)
{
    std::vector<prepare::ParameterValue> values;
    if (text == "true" || text == "on" || text == "yes")
        values.emplace_back(true);
    if (text == "false" || text == "off" || text == "no")
        values.emplace_back(false);
    if (const auto whole = numberOf<std::int64_t>(text))
        values.emplace_back(*whole);
    if (const auto real = numberOf<double>(text))
        values.emplace_back(*real);
    values.emplace_back(text);
    return values;
}

Result<void> set(prepare::SpectralRecipe &recipe, const std::string &setting)
{
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
        return failure(ErrorKind::InvalidArgument,
                       "--set: expected STEP.PARAMETER=VALUE, found '" + setting + "'");
    const std::string name = setting.substr(0, equals);
    Result<void> outcome;
    for (const prepare::ParameterValue &value : readings(setting.substr(equals + 1)))
        if (outcome = prepare::setParameter(recipe, name, value); outcome)
            return outcome;
    return failure(ErrorKind::InvalidArgument, "--set " + setting + ": " + outcome.error().message);
}

} // namespace

void addSettingOption(CLI::App &verb, std::vector<std::string> &settings)
{
    verb.add_option("--set", settings,
                    "A parameter of the recipe, several times: grid.pixels=4000, continuum.enabled=on, "
                    "rest_frame.from=redshift; all by `somnium-cli recipe spectra`")
        ->type_name("STEP.PARAMETER=VALUE")
        ->group("Spectra");
}

void addSpectraOptions(CLI::App &verb, SpectraOptions &options)
{
    io::SpectrumReadOptions &reading = options.reading;
    const auto add = [&verb](const std::string &name, auto &value, const std::string &help) {
        return verb.add_option(name, value, help)->group("Spectra");
    };
    addSettingOption(verb, options.settings);
    add("--missing", options.missingValues, "Numbers of the catalogue that mean \"not known\": 99999, -999.0")
        ->delimiter(',');
    add("--layout", options.layout,
        "auto; pixels: a row of the table a pixel; spectra: a row a spectrum; bands: rows of an array are "
        "wavelength, flux, error, mask")
        ->check(CLI::IsMember({"auto", "pixels", "spectra", "bands"}))
        ->capture_default_str();
    add("--medium", options.medium, "Where a file does not say: wavelengths in air or vacuum")
        ->check(CLI::IsMember({"unknown", "air", "vacuum"}))
        ->capture_default_str();
    add("--wavelength-unit", reading.wavelengthUnit,
        "Where a file does not say: Angstrom, nm, um, ...; default: guessed, and told");
    add("--wavelengths", options.wavelengths,
        "File of the wavelengths of vectors that have none (.npy, text)");
    add("--wavelength-column", reading.wavelengthColumn, "Column of tables; default: found by its name");
    add("--flux-column", reading.fluxColumn, "Same for the flux");
    add("--error-column", reading.errorColumn, "Same for its error");
    add("--ivar-column", reading.ivarColumn, "Same for its inverse variance");
    add("--mask-column", reading.maskColumn, "Same for the mask");
    add("--name-column", reading.nameColumn, "Same for the names of the objects");
}

Result<prepare::SpectralRecipe> chosenSpectralRecipe(const std::vector<std::string> &settings,
                                                     const std::string &name, const session::Session *session,
                                                     const std::optional<prepare::SpectralRecipe> &otherwise)
{
    Result<prepare::SpectralRecipe> recipe =
        otherwise ? *otherwise : prepare::readyMadeSpectralRecipes().front().recipe;
    if (!name.empty())
        recipe = workflow::findSpectralRecipe(name, session);
    if (!recipe)
        return recipe;
    for (const std::string &setting : settings)
        if (auto done = set(*recipe, setting); !done)
            return failure(done.error());
    if (auto valid = prepare::validate(*recipe); !valid)
        return failure(valid.error());
    return recipe;
}

Result<io::SpectrumReadOptions> readOptionsOf(const SpectraOptions &options,
                                              const std::vector<std::filesystem::path> &paths)
{
    io::SpectrumReadOptions reading = options.reading;
    reading.layout = options.layout == "pixels"    ? io::SpectrumLayout::Pixels
                     : options.layout == "spectra" ? io::SpectrumLayout::Spectra
                     : options.layout == "bands"   ? io::SpectrumLayout::Bands
                                                   : io::SpectrumLayout::Auto;
    reading.medium = options.medium == "air"      ? data::WavelengthMedium::Air
                     : options.medium == "vacuum" ? data::WavelengthMedium::Vacuum
                                                  : data::WavelengthMedium::Unknown;
    std::filesystem::path file = options.wavelengths;
    if (file.empty() && paths.size() == 1 && paths.front().extension() == ".npy")
        file = io::neighbouringWavelengths(paths.front()).value_or("");
    if (file.empty())
        return reading;
    auto wavelengths = io::readWavelengths(file);
    if (!wavelengths)
        return failure(wavelengths.error());
    reading.wavelengths = std::move(*wavelengths);
    return reading;
}

} // namespace somnium::cli
