// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of single formats find, made into a spectrum: units, order, errors, masks. All that can be
// wrong with the numbers of a spectrum is found here. Internal to core/io.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/io/spectrum_reader.h"
#include "core/io/spectrum_unit.h"

namespace somnium::io
{

/// What the numbers beside a flux are.
enum class Noise
{
    None,
    Sigma,
    Variance,
    InverseVariance,
};

/// The wavelengths of pixels as a file has them.
struct SpectralAxis
{
    std::vector<double> values;                              ///< [pixel]
    std::string unit;                                        ///< as the file has it; empty: not told
    SpectralUnit::Scale scale = SpectralUnit::Scale::Linear; ///< of `values`, unless the unit says it
    data::WavelengthMedium medium = data::WavelengthMedium::Unknown;
    bool isVector = true; ///< stored number by number: those that are NaN or 0 fill up, and are left out
    std::string note;     ///< where they are from, if not from the file
};

/// A spectrum in the words of its file. The vectors other than `flux` have its length or none.
struct RawSpectrum
{
    SpectralAxis axis;
    std::vector<float> flux;
    std::vector<double> noise;
    Noise noiseKind = Noise::None;
    std::vector<std::uint8_t> mask;
    std::string fluxUnit;
    std::string name;
    std::string objectClass;
    double redshift = std::numeric_limits<double>::quiet_NaN();
    double raDeg = std::numeric_limits<double>::quiet_NaN();
    double decDeg = std::numeric_limits<double>::quiet_NaN();
};

/// Wavelengths in Angstrom, rising; noise as one sigma; not one usable pixel is Malformed. Of noise that is
/// nowhere above 0, zeros say that it is not known. Errors say "expected ..., found ...".
[[nodiscard]] Result<LoadedSpectrum> assemble(RawSpectrum raw, const SpectrumReadOptions &options);

/// The flux of a number in a file; infinities are no values.
[[nodiscard]] float fluxOf(double value);

/// Redshifts that are no numbers, or stand for "not known" (-9999), are NaN.
[[nodiscard]] double redshiftOf(double value);

/// Hands spectra and problems to a receiver, or only that spectrum which is asked for.
class SpectrumSink
{
public:
    /// Borrows all of them. `only`: null for all.
    SpectrumSink(const data::SourceOrigin &origin, const SpectrumReadOptions &options,
                 const SpectrumReceiver &receiver, const data::SourceOrigin *only)
        : m_origin(origin), m_options(options), m_receiver(receiver), m_only(only)
    {}

    [[nodiscard]] const SpectrumReadOptions &options() const { return m_options; }
    [[nodiscard]] const data::SourceOrigin &origin() const { return m_origin; }
    [[nodiscard]] bool wantsHdu(int hdu) const
    {
        return !m_isDone && (m_only == nullptr || m_only->hdu == hdu);
    }
    [[nodiscard]] bool wants(int hdu, std::size_t index) const
    {
        return wantsHdu(hdu) && (m_only == nullptr || m_only->index == index);
    }
    /// The rows [first, end) of `count` that are worth looking at.
    [[nodiscard]] std::size_t firstOf(std::size_t count) const
    {
        return m_only == nullptr ? 0 : std::min(m_only->index, count);
    }
    [[nodiscard]] std::size_t endOf(std::size_t count) const
    {
        return m_only == nullptr ? count : std::min(firstOf(count) + 1, count);
    }
    /// True once the receiver has enough.
    [[nodiscard]] bool isDone() const { return m_isDone; }
    /// True if nothing was handed on, neither a spectrum nor a problem.
    [[nodiscard]] bool isSilent() const { return m_isSilent; }

    /// Assembles and hands on what was read, or why it could not be.
    void give(int hdu, std::size_t index, Result<RawSpectrum> raw);
    void problem(int hdu, std::size_t index, const std::string &message);

private:
    [[nodiscard]] data::SourceOrigin place(int hdu, std::size_t index) const;

    const data::SourceOrigin &m_origin;
    const SpectrumReadOptions &m_options;
    const SpectrumReceiver &m_receiver;
    const data::SourceOrigin *m_only = nullptr;
    bool m_isDone = false;
    bool m_isSilent = true;
};

} // namespace somnium::io
