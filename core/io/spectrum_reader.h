// SPDX-License-Identifier: GPL-3.0-or-later
// One file's bytes -> the spectra in it, whatever the format: FITS (SDSS, LAMOST, ESO, MaNGA, IRAF, tables
// and images of other origin), VOTable, text, .npy; any of them also inside gzip, bzip2, xz or compress. The
// format is told by the bytes, not by the name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/spectrum.h"

namespace somnium::io
{

/// A spectrum as it was read, with its place.
struct LoadedSpectrum
{
    data::SourceOrigin origin; ///< `index`: row of a table or array, fibre, or spaxel (row-major) of its HDU
    data::Spectrum spectrum;
    std::string objectClass; ///< as a pipeline classified it ("STAR K5", "GALAXY"), or empty
    std::string
        note; ///< what was taken for granted or left out: "unit of the wavelengths guessed: um"; or empty
};

/// What one file gave: spectra, and problems with those that could not be read. A file without any is one
/// problem.
struct LoadedSpectra
{
    std::vector<LoadedSpectrum> spectra;
    std::vector<data::ImportProblem> problems;
};

/// Takes the spectra of one file in their order, one at a time, on the thread that reads.
struct SpectrumReceiver
{
    std::function<bool(LoadedSpectrum &&)> onSpectrum; ///< false: enough, end the reading
    std::function<void(data::ImportProblem &&)> onProblem;
};

/// How the numbers of a file are arranged.
enum class SpectrumLayout
{
    Auto,    ///< as the file itself suggests
    Pixels,  ///< one spectrum: a row of the table for each pixel, columns wavelength, flux, error, mask
    Spectra, ///< a row of the table, text or array for each spectrum
    Bands,   ///< one spectrum: rows (or columns) of an array are wavelength, flux, error, mask
};

/// Wavelengths that follow a rule: first + step * i, or 10^(first + step * i).
struct WavelengthRule
{
    double first = 0.0;
    double step = 1.0;
    bool isLog10 = false;

    friend bool operator==(const WavelengthRule &, const WavelengthRule &) = default;
};

/// What a user can say where a file does not, or says it in other words. What a file does say of its
/// wavelengths, their unit and medium, comes first.
struct SpectrumReadOptions
{
    SpectrumLayout layout = SpectrumLayout::Auto;
    /// "Angstrom", "nm", "um", "m", "Hz", "eV", "cm-1", ... of wavelengths without a unit, those below
    /// included. Empty: guessed from the numbers (below 100 micrometres, 200 to 2600 nanometres, else
    /// Angstrom).
    std::string wavelengthUnit;
    data::WavelengthMedium medium = data::WavelengthMedium::Unknown;

    // Columns of tables by name; empty: found by their names, UCDs and shapes.
    std::string wavelengthColumn;
    std::string fluxColumn;
    std::string errorColumn;
    std::string ivarColumn;
    std::string maskColumn;
    std::string nameColumn;

    /// Of vectors that have no wavelengths of their own, [pixel]; if empty, those of `rule`.
    std::vector<double> wavelengths;
    std::optional<WavelengthRule> rule;

    friend bool operator==(const SpectrumReadOptions &, const SpectrumReadOptions &) = default;
};

/// True if the name's ending is one that spectra have (.fits, .fit, .fts, .txt, .dat, .csv, .sed, .vot, .npy
/// ..., with or without .gz and the like).
[[nodiscard]] bool hasSpectrumEnding(std::string_view name);

/// Hands every spectrum in `bytes` to the receiver; `origin` names file and member. Wavelengths come in
/// Angstrom, rising. Pixels whose error is not above 0, or whose inverse variance is not, keep their flux and
/// are marked in `mask`. Holds one spectrum at a time of FITS and .npy files; VOTables and text are held as a
/// whole. Never throws, unless the receiver does.
void visitSpectra(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                  const SpectrumReadOptions &options, const SpectrumReceiver &receiver);

/// Reads every spectrum in `bytes`. Never throws.
[[nodiscard]] LoadedSpectra readSpectra(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                                        const SpectrumReadOptions &options = {});

/// Reads one spectrum again: the one whose HDU and index are `origin`'s. Others in the same FITS or .npy file
/// are not decoded.
[[nodiscard]] Result<LoadedSpectrum> readSpectrum(std::span<const std::byte> bytes,
                                                  const data::SourceOrigin &origin,
                                                  const SpectrumReadOptions &options = {});

/// The file beside `file` that holds the wavelengths of its vectors: of spectra.npy spectra_wavelength.npy,
/// else wavelength.npy (or .txt, .csv of these names); nothing if there is none.
[[nodiscard]] std::optional<std::filesystem::path> neighbouringWavelengths(const std::filesystem::path &file);

/// The numbers of such a file: a .npy of one axis, or text with a number a line. Mismatch if they do not rise
/// or fall.
[[nodiscard]] Result<std::vector<double>> readWavelengths(const std::filesystem::path &file);

} // namespace somnium::io
