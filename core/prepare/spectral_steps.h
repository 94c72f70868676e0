// SPDX-License-Identifier: GPL-3.0-or-later
// The spectral steps themselves, on a spectrum in double precision. Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/spectrum.h"
#include "core/prepare/spectral_recipe.h"

namespace somnium::prepare
{

/// A spectrum between two steps. Where it is not good, flux and variance mean nothing.
struct WorkingSpectrum
{
    std::vector<double> wavelength; ///< Angstrom; of vectors without wavelengths the index
    std::vector<double> flux;
    std::vector<double> variance; ///< empty: not known
    std::vector<std::uint8_t> good;
    bool hasWavelengths = true;
    data::WavelengthMedium medium = data::WavelengthMedium::Unknown;

    [[nodiscard]] std::size_t size() const { return flux.size(); }
    [[nodiscard]] std::size_t goodCount() const;
};

/// Checks the lengths and the order of what was read (Mismatch) and takes it over. `hasWavelengths` false:
/// they are not looked at.
[[nodiscard]] Result<WorkingSpectrum> workOn(const data::Spectrum &spectrum, bool hasWavelengths);

/// Wavelength pixels' ends and values onto the grid: what a pixel of the grid gets is the mean of what it
/// overlaps, weighted by the overlap in Angstrom, so that flux is conserved; its variance is that of this
/// mean (cite: Carnall 2017, arXiv:1705.05165). Pixels of the grid that are covered by good ones to
/// less than half are not good.
[[nodiscard]] WorkingSpectrum resampled(const WorkingSpectrum &from, const data::SpectralGrid &grid);

/// [pixel] of the smooth continuum below the good pixels; 0 elsewhere. Fails (Mismatch) where there are too
/// few good pixels.
[[nodiscard]] Result<std::vector<double>> continuumOf(const Continuum &step, const WorkingSpectrum &spectrum);

/// `fileMask` is the file's own, or empty; `unknown` says what windows do that are in air.
[[nodiscard]] Result<void> applyStep(const SpectralMask &step, std::span<const std::uint8_t> fileMask,
                                     ToVacuum::Unknown unknown, WorkingSpectrum &spectrum);
[[nodiscard]] Result<void> applyStep(const SnrCut &step, const WorkingSpectrum &spectrum);
void applyStep(const ToVacuum &step, WorkingSpectrum &spectrum);
/// `redshift` as given by whoever the step asks; NaN: not known, which fails.
[[nodiscard]] Result<void> applyStep(const RestFrame &step, double redshift, WorkingSpectrum &spectrum);
[[nodiscard]] Result<void> applyStep(const Continuum &step, WorkingSpectrum &spectrum);
[[nodiscard]] Result<void> applyStep(const SpectralNormalise &step, WorkingSpectrum &spectrum);
void applyStep(const SpectralFill &step, WorkingSpectrum &spectrum);

/// A number in few digits, for messages.
[[nodiscard]] std::string spectralNumber(double value);
/// The median (of an even count the mean of the middle two); reorders `values`. NaN of none.
[[nodiscard]] double medianOf(std::span<double> values);
/// 0, 1, 2, ...
[[nodiscard]] std::vector<double> indexAxis(std::size_t pixels);

} // namespace somnium::prepare
