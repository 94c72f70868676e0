// SPDX-License-Identifier: GPL-3.0-or-later
// Units in which files give wavelengths, frequencies and energies, and the way to Angstrom. Internal to
// core/io.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace somnium::io
{

/// What a number on a spectral axis means.
struct SpectralUnit
{
    enum class Kind
    {
        Length,     ///< wavelength: factor * value Angstrom
        Frequency,  ///< factor * value Hz
        Energy,     ///< factor * value eV
        WaveNumber, ///< factor * value per cm
    };
    enum class Scale
    {
        Linear,
        Log10,
        NaturalLog,
    };
    Kind kind = Kind::Length;
    double factor = 1.0;
    Scale scale = Scale::Linear; ///< of the stored number

    /// Vacuum wavelength for frequencies, energies and wave numbers; a number that is not finite stays so.
    [[nodiscard]] double toAngstrom(double value) const;
};

/// "Angstrom", "nm", "micron", "log(Angstrom)", "GHz", "keV", "cm-1", ...; nothing of others.
[[nodiscard]] std::optional<SpectralUnit> spectralUnit(std::string_view text);

/// The unit of a file's numbers: what the file says, if it is understood; else what the user says; else
/// guessed from the numbers, which `note` then says. `scale` is that of the numbers if the unit does not say
/// one. Unsupported if a unit is told and none is understood.
[[nodiscard]] Result<SpectralUnit> chooseUnit(std::string_view fromFile, std::string_view fromUser,
                                              SpectralUnit::Scale scale, std::span<const double> values,
                                              std::string &note);

} // namespace somnium::io
