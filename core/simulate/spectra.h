// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated spectra of a population of stars with their truth: test input, benchmarks of latent spaces, a
// survey to try. The physics is of textbooks, enough that colour, lines and bands follow temperature, gravity
// and metallicity as they should; it is no model atmosphere. Marked as simulated in every header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/data/spectrum.h"

namespace somnium::simulate
{

/// Spectra that are not those of one star of the population, for tests of outliers.
enum class OddSpectrum : std::uint8_t
{
    None,
    Emission, ///< Balmer lines in emission over the star
    Blend,    ///< two stars in one fibre
    Carbon,   ///< bands of C2 and CN
    BadSky,   ///< sky lines subtracted with the wrong scale
};
[[nodiscard]] std::string_view toString(OddSpectrum odd);

struct SpectraParams
{
    std::size_t count = 1000;
    std::size_t pixels = 4000;
    std::uint64_t seed = 1;
    double firstAngstrom = 3800.0; ///< centre of the first pixel, vacuum; steps of log10 wavelength are equal
    double lastAngstrom = 9200.0;  ///< of the last
    double minSnr = 10.0; ///< median signal-to-noise per pixel; between the two evenly in its logarithm
    double maxSnr = 100.0;
    double oddShare = 0.02;           ///< of the spectra, odd ones
    std::size_t rowsPerFile = 10'000; ///< of written tables
};
/// Fails (InvalidArgument) naming the first parameter that makes no sense.
[[nodiscard]] Result<void> validate(const SpectraParams &params);

/// What went into one spectrum. Of a blend: of the brighter star.
struct StarTruth
{
    std::string name; ///< "star-000123"
    double raDeg = 0.0;
    double decDeg = 0.0;
    double massSun = 1.0;
    double teffK = 5772.0;
    double loggCgs = 4.44;
    double feh = 0.0;
    double ageGyr = 4.6;
    double radiusSun = 1.0;
    double luminositySun = 1.0;
    double snr = 0.0; ///< median, per pixel
    bool isGiant = false;
    OddSpectrum odd = OddSpectrum::None;
};

struct SimulatedSpectrum
{
    data::Spectrum spectrum; ///< vacuum; flux density per Angstrom, median about 1
    StarTruth truth;
};

/// Any spectrum of a survey, alone and in any order: it depends on the parameters (but not on count) and its
/// index only. Thread-safe; holds tables of the lines, made once.
class SpectraSimulator
{
public:
    [[nodiscard]] static Result<SpectraSimulator> create(const SpectraParams &params);

    [[nodiscard]] const SpectraParams &params() const;
    [[nodiscard]] const data::SpectralGrid &grid() const;
    /// The star alone; microseconds.
    [[nodiscard]] StarTruth truth(std::size_t index) const;
    [[nodiscard]] SimulatedSpectrum simulate(std::size_t index) const;
    /// The same without memory of its own; spans of grid().pixels. Masked pixels (1 cosmic ray, 2
    /// bright sky line, 4 dead column) have bad flux. `error` and `mask` may be empty.
    StarTruth simulate(std::size_t index, std::span<float> flux, std::span<float> error,
                       std::span<std::uint8_t> mask) const;
    /// The spectrum of a star without noise, sky and oddity; its median is 1 to some thousandths. Only
    /// temperature, gravity and metallicity matter.
    void noiseless(const StarTruth &star, std::span<float> flux) const;

private:
    struct Tables;
    explicit SpectraSimulator(std::shared_ptr<const Tables> tables);
    std::shared_ptr<const Tables> m_tables;
};

/// A row each: id, ra, dec, mass, teff, logg, feh, age, radius, luminosity, snr, giant, odd (text, empty:
/// none).
[[nodiscard]] data::Catalogue truthTable(std::span<const StarTruth> stars);

enum class SpectraFormat
{
    Tables, ///< spectra-000.fits ...: a row each with ID, FLUX, ERR, MASK of all pixels, wavelengths once
    Files,  ///< star-000000.fits ...: one row of vectors WAVELENGTH, FLUX, ERR, MASK, as ESO's
};

/// Writes the spectra into `folder`, then truth.fits: where that is, all are. Memory grows with the truth
/// only. Same parameters, same bytes for any number of threads. When stopped: Cancelled, those files that
/// were finished.
[[nodiscard]] Result<void> writeSpectra(const SpectraParams &params, const std::filesystem::path &folder,
                                        SpectraFormat format, const JobContext &context);

} // namespace somnium::simulate
