// SPDX-License-Identifier: GPL-3.0-or-later
// Words, labels, units, helps and ranges of the spectral steps, listed once, as parameter_table.h does for
// images. Internal to this folder.
#pragma once

#include <array>
#include <string>

#include "core/prepare/parameter_visitors.h"
#include "core/prepare/spectral_recipe.h"

namespace somnium::prepare
{

constexpr double kLongestAngstrom = 1e9; // a decimetre
constexpr std::size_t kMostSpectralPixels = 1'000'000;

template <> struct TextForm<std::string>
{
    static constexpr const char *kExpected = "a text";
    static std::string toText(const std::string &value) { return value; }
    static Result<std::string> fromText(const std::string &text) { return text; }
};
template <> struct TextForm<WavelengthWindows>
{
    static constexpr const char *kExpected = "windows like \"5569-5586, 6293-6308\"";
    static std::string toText(const WavelengthWindows &value) { return toString(value); }
    static Result<WavelengthWindows> fromText(const std::string &text) { return windowsFromString(text); }
};

template <> struct Words<ToVacuum::Unknown>
{
    static constexpr std::array kAll = {"vacuum", "air"};
    static constexpr std::array kLabels = {"vacuum", "air"};
};
template <> struct Words<RestFrame::From>
{
    static constexpr std::array kAll = {"file", "redshift", "velocity"};
    static constexpr std::array kLabels = {"the redshift in the file", "a column of redshifts",
                                           "a column of velocities"};
};
template <> struct Words<Continuum::Kind>
{
    static constexpr std::array kAll = {"quantile", "polynomial"};
    static constexpr std::array kLabels = {"running quantile", "polynomial"};
};
template <> struct Words<Continuum::By>
{
    static constexpr std::array kAll = {"division", "subtraction"};
    static constexpr std::array kLabels = {"divide by it", "subtract it"};
};
template <> struct Words<Continuum::Unit>
{
    static constexpr std::array kAll = {"angstrom", "log_lambda"};
    static constexpr std::array kLabels = {"Angstrom", "log10 of the wavelength"};
};
template <> struct Words<Regrid::Scale>
{
    static constexpr std::array kAll = {"log", "linear"};
    static constexpr std::array kLabels = {"log wavelength", "wavelength"};
};
template <> struct Words<SpectralNormalise::To>
{
    static constexpr std::array kAll = {"median", "mean", "maximum", "norm"};
    static constexpr std::array kLabels = {"median to 1", "mean to 1", "maximum to 1", "norm to 1"};
};
template <> struct Words<SpectralFill::With>
{
    static constexpr std::array kAll = {"interpolated", "mean", "zero"};
    static constexpr std::array kLabels = {"a line between neighbours", "the mean", "zero"};
};

/// The word, label and help of each step.
template <class Step> struct SpectralNamed;
struct SpectralName
{
    std::string_view word;
    std::string_view label;
    std::string_view help;
};
template <> struct SpectralNamed<SpectralMask>
{
    static constexpr SpectralName kName = {
        "mask", "Mask", "Pixels that are not used. Those without a value or a positive error never are."};
};
template <> struct SpectralNamed<SnrCut>
{
    static constexpr SpectralName kName = {"snr", "Signal-to-noise",
                                           "Leaves out spectra that are too noisy, and lists them."};
};
template <> struct SpectralNamed<ToVacuum>
{
    static constexpr SpectralName kName = {
        "vacuum", "To vacuum",
        "Wavelengths in air become those in vacuum (Ciddor 1996), above 2000 Angstrom."};
};
template <> struct SpectralNamed<RestFrame>
{
    static constexpr SpectralName kName = {"rest_frame", "Rest frame",
                                           "Divides wavelengths by 1 + redshift."};
};
template <> struct SpectralNamed<Continuum>
{
    static constexpr SpectralName kName = {"continuum", "Remove continuum",
                                           "Leaves the lines: divides by, or subtracts, a smooth continuum."};
};
template <> struct SpectralNamed<Regrid>
{
    static constexpr SpectralName kName = {"grid", "Common grid",
                                           "Resamples every spectrum to the same wavelengths; flux is "
                                           "conserved, errors are carried along. Off: vectors as they are."};
};
template <> struct SpectralNamed<SpectralNormalise>
{
    static constexpr SpectralName kName = {"normalise", "Normalise",
                                           "Scales each spectrum to a common level."};
};
template <> struct SpectralNamed<SpectralFill>
{
    static constexpr SpectralName kName = {
        "fill", "Fill gaps", "What pixels without a value show. Their weight is 0, whatever it is."};
};

template <class V> void visitParameters(SpectralMask &step, V &visit)
{
    visit(About{"file", "Bad pixels of the file", "", "Masks what the file's own mask has as bad."},
          step.usesFile);
    visit(About{"sky_lines", "Night sky lines", "", "Masks the windows of bright lines of the night sky."},
          step.skyLines);
    visit(About{"sky_windows", "Sky windows", "Angstrom",
                "Observed wavelengths in air, as \"first-last, first-last\".", 0, 0, step.skyLines},
          step.sky);
    visit(About{"telluric", "Telluric bands", "", "Masks the windows where the atmosphere absorbs."},
          step.telluric);
    visit(About{"telluric_windows", "Band windows", "Angstrom",
                "Observed wavelengths in air, as \"first-last, first-last\".", 0, 0, step.telluric},
          step.bands);
    visit(About{"windows", "Own windows", "Angstrom",
                "More to mask: observed wavelengths in air, as \"first-last, first-last\". Of vectors "
                "without wavelengths: places counted from 0."},
          step.own);
    visit(About{"grow", "Grow by", "px", "So many pixels on each side of a masked one are masked too.", 0,
                1000},
          step.grow);
}
template <class V> void visitParameters(SnrCut &step, V &visit)
{
    visit(About{"minimum", "At least", "",
                "Median signal-to-noise per pixel. Without errors in the file the "
                "noise is estimated (DER_SNR, Stoehr et al. 2008).",
                0, 1e6, step.isEnabled},
          step.minimum);
}
template <class V> void visitParameters(ToVacuum &step, V &visit)
{
    visit(About{"unknown", "If the file does not say", "", "In what such wavelengths were measured."},
          step.unknown);
}
template <class V> void visitParameters(RestFrame &step, V &visit)
{
    visit(About{"from", "By", "", "A velocity is c z in km/s, as catalogues have it."}, step.from);
    visit(About{"column", "Column", "", "Of the catalogue; empty: the one that looks like it.", 0, 0,
                step.from != RestFrame::From::File},
          step.column);
    visit(About{"scale_flux", "Scale the flux", "",
                "Flux densities per Angstrom times 1 + redshift, so that the flux in a line stays."},
          step.scalesFlux);
}
template <class V> void visitParameters(Continuum &step, V &visit)
{
    const bool isQuantile = step.kind == Continuum::Kind::Quantile;
    visit(About{"kind", "Kind", "", "A running quantile follows any shape; a polynomial is smoother."},
          step.kind);
    visit(About{"by", "How", "", "Divide for relative depths of lines; subtract for fluxes of lines."},
          step.by);
    visit(About{"window", "Window", "",
                "Full width over which the quantile runs, wider than the broadest line. Of vectors without "
                "wavelengths: pixels.",
                1e-6, kLongestAngstrom, isQuantile},
          step.window);
    visit(About{"window_unit", "Window in", "", "Angstrom, or log10 of the wavelength: a velocity.", 0, 0,
                isQuantile},
          step.windowUnit);
    visit(About{"quantile", "Quantile", "",
                "0.5 is the median; higher goes along the tops between absorption lines.", 0, 1, isQuantile},
          step.quantile);
    visit(About{"degree", "Degree", "", "Of the polynomial.", 0, 20, !isQuantile}, step.degree);
    visit(About{"low_sigma", "Leave out below", "sigma", "Pixels so far below the fit are absorption lines.",
                0.1, 1000, !isQuantile},
          step.lowSigma);
    visit(About{"high_sigma", "Leave out above", "sigma",
                "Pixels so far above the fit are emission lines, or cosmic rays.", 0.1, 1000, !isQuantile},
          step.highSigma);
    visit(About{"rounds", "Rounds", "", "How often it is fitted again without those.", 0, 100, !isQuantile},
          step.rounds);
}
template <class V> void visitParameters(Regrid &step, V &visit)
{
    visit(About{"scale", "Equal steps in", "", "Log wavelength: a Doppler shift moves all lines alike."},
          step.scale);
    visit(About{"first", "First wavelength", "Angstrom",
                "Centre of the first pixel, in vacuum; 0: chosen from the collection.", 0, kLongestAngstrom},
          step.firstAngstrom);
    visit(About{"last", "Last wavelength", "Angstrom",
                "Centre of the last pixel, in vacuum; 0: chosen from the collection.", 0, kLongestAngstrom},
          step.lastAngstrom);
    visit(About{"pixels", "Pixels", "px", "0: by the step.", 0, static_cast<double>(kMostSpectralPixels)},
          step.pixels);
    visit(About{"step", "Step", "", "log10 of the wavelength, or Angstrom; 0: the median of the collection.",
                0, kLongestAngstrom, step.pixels == 0},
          step.step);
    visit(About{"coverage", "Covered by", "of the spectra",
                "A wavelength that is chosen is reached by this share of the collection.", 0, 1,
                step.firstAngstrom == 0.0 || step.lastAngstrom == 0.0},
          step.coverage);
}
template <class V> void visitParameters(SpectralNormalise &step, V &visit)
{
    visit(About{"to", "Scale", "", "What becomes 1."}, step.to);
    visit(About{"first", "From", "Angstrom", "Measured from this wavelength; 0: from the first pixel.", 0,
                kLongestAngstrom},
          step.firstAngstrom);
    visit(About{"last", "To", "Angstrom", "Measured up to this wavelength; 0: to the last pixel.", 0,
                kLongestAngstrom},
          step.lastAngstrom);
}
template <class V> void visitParameters(SpectralFill &step, V &visit)
{
    visit(About{"with", "With", "", "What they become."}, step.with);
}

/// Calls `visit(step)` for the eight steps in their order.
template <class Recipe, class Visit> void forSpectralSteps(Recipe &recipe, const Visit &visit)
{
    visit(recipe.mask);
    visit(recipe.snr);
    visit(recipe.medium);
    visit(recipe.restFrame);
    visit(recipe.continuum);
    visit(recipe.grid);
    visit(recipe.normalise);
    visit(recipe.fill);
}

template <class Step>
concept HasSwitch = requires(Step &step)
{
    step.isEnabled;
};

} // namespace somnium::prepare
