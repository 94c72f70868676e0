// SPDX-License-Identifier: GPL-3.0-or-later
// A spectrum as it was read, and the grid on which prepared spectra lie.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace somnium::data
{

/// In what the wavelengths were measured; above 2000 Angstrom they differ by 80 km/s.
enum class WavelengthMedium : std::uint8_t
{
    Unknown,
    Air,
    Vacuum,
};

/// One spectrum in its own sampling. A pixel that cannot be used has flux NaN, or its mask set, or an error
/// that is not a positive finite number.
struct Spectrum
{
    std::vector<double> wavelengthAngstrom; ///< [pixel] of the pixels' centres, strictly rising
    std::vector<float> flux;                ///< [pixel] in `fluxUnit`; NaN: no value
    std::vector<float> error;               ///< [pixel] one sigma, in `fluxUnit`; empty: not known
    std::vector<std::uint8_t> mask;         ///< [pixel] not 0: bad; empty: none is
    WavelengthMedium medium = WavelengthMedium::Unknown;
    std::string fluxUnit; ///< as the file has it; empty: not told
    std::string name;     ///< of the object, as the file has it; may be empty
    double redshift = std::numeric_limits<double>::quiet_NaN(); ///< as the file has it
    double raDeg = std::numeric_limits<double>::quiet_NaN();    ///< ICRS
    double decDeg = std::numeric_limits<double>::quiet_NaN();

    [[nodiscard]] std::size_t size() const { return flux.size(); }
    [[nodiscard]] bool hasErrors() const { return !error.empty(); }
    [[nodiscard]] bool isUsable(std::size_t pixel) const
    {
        return std::isfinite(flux[pixel]) && (mask.empty() || mask[pixel] == 0) &&
               (error.empty() || (std::isfinite(error[pixel]) && error[pixel] > 0.0F));
    }
};

/// Where the pixels of prepared spectra lie: all of a collection share one grid.
struct SpectralGrid
{
    enum class Scale : std::uint32_t
    {
        Log,    ///< centre of pixel i: first * 10^(step * i) Angstrom, in vacuum
        Linear, ///< first + step * i Angstrom, in vacuum
        Index,  ///< vectors that have no wavelength: first + step * i
    };
    Scale scale = Scale::Log;
    double first = 0.0;
    double step = 0.0;
    std::size_t pixels = 0;

    [[nodiscard]] double at(double pixel) const
    {
        return scale == Scale::Log ? first * std::pow(10.0, step * pixel) : first + step * pixel;
    }
    /// The place of a wavelength among the pixels, as a fraction; the inverse of `at`.
    [[nodiscard]] double pixelOf(double wavelength) const
    {
        return scale == Scale::Log ? std::log10(wavelength / first) / step : (wavelength - first) / step;
    }
    [[nodiscard]] bool hasWavelengths() const { return scale != Scale::Index; }
    friend bool operator==(const SpectralGrid &, const SpectralGrid &) = default;
};

/// A spectrum on a grid, ready for a model: values and their weights.
struct PreparedSpectrum
{
    std::vector<float> flux;   ///< [pixel] finite; where the weight is 0, what fills gaps
    std::vector<float> weight; ///< [pixel] inverse variance in units of 1 / flux^2; 0: no value there. Empty:
                               ///< all pixels are good and alike
};

} // namespace somnium::data
