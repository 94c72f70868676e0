// SPDX-License-Identifier: GPL-3.0-or-later
// World coordinates of an image, by wcslib. Thread-safe to use once made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace somnium::sky
{

/// A position on the sky, ICRS (FK5 is taken as ICRS; galactic axes are converted).
struct SkyPosition
{
    double raDeg = 0.0;
    double decDeg = 0.0;
    friend bool operator==(const SkyPosition &, const SkyPosition &) = default;
};

/// A pixel position, zero-based, centres at integers: (row 0, column 0) is FITS pixel (1, 1).
struct PixelPosition
{
    double row = 0.0;
    double column = 0.0;
    friend bool operator==(const PixelPosition &, const PixelPosition &) = default;
};

class Wcs
{
public:
    /// `cards`: FITS header cards of 80 characters each, only the WCS ones are used. NotFound if there is no
    /// celestial WCS in them, Malformed with wcslib's reason if it cannot be used.
    [[nodiscard]] static Result<Wcs> fromCards(std::string_view cards);

    [[nodiscard]] std::optional<SkyPosition> toSky(const PixelPosition &pixel) const;
    [[nodiscard]] std::optional<PixelPosition> toPixel(const SkyPosition &position) const;
    /// Side of a pixel at the reference point.
    [[nodiscard]] double pixelScaleArcsec() const;
    /// Normalised cards of this WCS (CTYPE, CRVAL, CRPIX, CDELT/CD/PC, CUNIT, RADESYS, ...), to be stored or
    /// written.
    [[nodiscard]] std::string toCards() const;
    /// The WCS of an image whose pixel (row, column) is our pixel (rowOrigin + rowScale row, columnOrigin +
    /// ...).
    [[nodiscard]] Wcs resampled(double rowOrigin, double columnOrigin, double rowScale,
                                double columnScale) const;

private:
    struct Handle;
    explicit Wcs(std::shared_ptr<const Handle> handle);
    std::shared_ptr<const Handle> m_handle;
};

} // namespace somnium::sky
