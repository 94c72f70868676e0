// SPDX-License-Identifier: GPL-3.0-or-later
// What a command line says of spectra: how to read and how to prepare them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/base/result.h"
#include "core/io/spectrum_reader.h"
#include "core/prepare/spectral_recipe.h"
#include "core/session/session.h"

namespace somnium::cli
{

struct SpectraOptions
{
    std::vector<std::string> settings; ///< "continuum.enabled=true"
    io::SpectrumReadOptions reading;
    std::string layout = "auto";
    std::string medium = "unknown";
    std::filesystem::path wavelengths; ///< file of them
    std::vector<double> missingValues; ///< of the catalogue
};

void addSpectraOptions(CLI::App &verb, SpectraOptions &options);
/// Of these only --set.
void addSettingOption(CLI::App &verb, std::vector<std::string> &settings);

/// `name`: of a recipe in the library or the session (may be null), or a JSON file; empty: `otherwise`, or
/// the first ready-made one. Then the settings.
[[nodiscard]] Result<prepare::SpectralRecipe>
chosenSpectralRecipe(const std::vector<std::string> &settings, const std::string &name,
                     const session::Session *session,
                     const std::optional<prepare::SpectralRecipe> &otherwise = {});

/// With the wavelengths of the file that was named, or that lies beside the only .npy among `paths`.
[[nodiscard]] Result<io::SpectrumReadOptions> readOptionsOf(const SpectraOptions &options,
                                                            const std::vector<std::filesystem::path> &paths);

} // namespace somnium::cli
