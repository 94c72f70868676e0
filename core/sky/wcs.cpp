// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/wcs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include <wcslib/dis.h>
#include <wcslib/wcs.h>
#include <wcslib/wcsfix.h>
#include <wcslib/wcshdr.h>

#include "core/base/check.h"
#include "core/sky/frames.h"
#include "core/sky/wcs_cards.h"

namespace somnium::sky
{

namespace
{

constexpr std::size_t kCardBytes = 80;
constexpr int kOnlyPc = 1; // wcsprm::altlin

/// wcslib's header parser keeps its state in static variables.
std::mutex &parserMutex()
{
    static std::mutex mutex;
    return mutex;
}

/// Owns one wcsprm of two celestial axes.
class Parameters
{
public:
    Parameters()
    {
        m_wcs.flag = -1; // not yet initialised
    }
    Parameters(const Parameters &) = delete;
    Parameters &operator=(const Parameters &) = delete;
    ~Parameters() { wcsfree(&m_wcs); }

    wcsprm *get() { return &m_wcs; }

private:
    wcsprm m_wcs = {};
};

/// The list that the header parser returns.
struct ParsedList
{
    int count = 0;
    wcsprm *first = nullptr;

    ParsedList() = default;
    ParsedList(const ParsedList &) = delete;
    ParsedList &operator=(const ParsedList &) = delete;
    ~ParsedList()
    {
        if (first != nullptr)
            wcsvfree(&count, &first);
    }
};

bool hasCard(std::string_view cards, std::string_view start)
{
    for (std::size_t place = 0; place < cards.size(); place += kCardBytes)
        if (cards.substr(place).starts_with(start))
            return true;
    return false;
}

tl::unexpected<Error> malformed(int status)
{
    return failure(ErrorKind::Malformed,
                   std::string("expected a usable celestial WCS, found: ") + wcs_errmsg[status]);
}

Result<Frame> frameOf(const wcsprm &wcs)
{
    const std::string_view longitude(wcs.lngtyp);
    const std::string_view system(wcs.radesys);
    const bool hasEquinox =
        std::isfinite(wcs.equinox) && wcs.equinox > 0.0; // wcslib marks "absent" otherwise
    const bool isJ2000 = !hasEquinox || wcs.equinox == 2000.0;
    if (longitude == "GLON")
        return Frame::Galactic;
    if (longitude == "ELON" && isJ2000 && !system.starts_with("FK4"))
        return Frame::Ecliptic;
    if (longitude.substr(0, 2) == "RA")
    {
        // FITS paper II: without RADESYS, equinoxes before 1984 are FK4.
        const bool isFk4 = system == "FK4" || (system.empty() && hasEquinox && wcs.equinox < 1984.0);
        if (isFk4 && (!hasEquinox || wcs.equinox == 1950.0))
            return Frame::Fk4;
        if (!isFk4 && (system == "ICRS" || ((system.empty() || system == "FK5") && isJ2000)))
            return Frame::Icrs;
    }
    const std::string equinox = hasEquinox ? std::to_string(wcs.equinox) : "none";
    return failure(
        ErrorKind::Unsupported,
        "expected RA/Dec in ICRS, FK5 J2000 or FK4 B1950, galactic, or ecliptic J2000 axes, found " +
            std::string(longitude) + ", RADESYS " + (system.empty() ? "none" : std::string(system)) +
            ", equinox " + equinox);
}

/// Only the celestial axes, which must be the image's columns and rows.
Result<void> takeCelestial(wcsprm *parsed, Parameters &celestial)
{
    std::array<int, NWCSFIX> fixes = {};
    wcsfix(7, nullptr, parsed, fixes.data()); // what it cannot mend, wcsset names
    if (const int status = wcsset(parsed); status != 0)
        return malformed(status);
    if (parsed->lng < 0 || parsed->lat < 0)
        return failure(ErrorKind::NotFound, "expected celestial axes, found none");
    if (std::max(parsed->lng, parsed->lat) > 1)
        return failure(ErrorKind::Unsupported, "expected celestial axes 1 and 2, found axes " +
                                                   std::to_string(parsed->lng + 1) + " and " +
                                                   std::to_string(parsed->lat + 1));
    int count = 1;
    std::vector<int> axes(static_cast<std::size_t>(parsed->naxis), 0);
    axes[0] = WCSSUB_LONGITUDE | WCSSUB_LATITUDE;
    if (const int status = wcssub(1, parsed, &count, axes.data(), celestial.get()); status != 0)
        return malformed(status);
    if (const int status = wcsset(celestial.get()); status != 0)
        return malformed(status);
    return {};
}

/// FITS pixel = first + step * (new FITS pixel - 1), along one axis.
struct AxisMap
{
    double first = 1.0;
    double step = 1.0;
};

/// SIP's polynomials are in pixels from CRPIX: distances and corrections both shrink by the step.
void rescaleSip(disprm &distortion, const std::array<AxisMap, 2> &maps,
                const std::array<double, 2> &referencePixel)
{
    for (int i = 0; i < distortion.ndp; ++i)
    {
        dpkey &record = distortion.dp[i];
        const char *field = std::strchr(record.field, '.');
        if (field == nullptr || record.j < 1 || record.j > 2)
            continue;
        int a = 0;
        int b = 0;
        std::array<char, 4> direction = {};
        if (std::sscanf(field, ".OFFSET.%d", &a) == 1 && (a == 1 || a == 2)) // NOLINT(cert-err34-c)
            record.value.f = referencePixel[static_cast<std::size_t>(a - 1)];
        else if (std::sscanf(field, ".SIP.%3[FWDREV].%d_%d", direction.data(), &a, &b) ==
                 3) // NOLINT(cert-err34-c)
            record.value.f *= std::pow(maps[0].step, a) * std::pow(maps[1].step, b) /
                              maps[static_cast<std::size_t>(record.j - 1)].step;
    }
}

} // namespace

/// wcslib takes even its inputs by non-const pointer, so one thread at a time uses them.
struct Wcs::Handle
{
    mutable std::mutex mutex;
    mutable Parameters parameters;
    Frame frame = Frame::Icrs;
};

Wcs::Wcs(std::shared_ptr<const Handle> handle) : m_handle(std::move(handle)) {}

Result<Wcs> Wcs::fromCards(std::string_view cards)
{
    std::string header = selectWcsCards(cards);
    const std::size_t count = header.size() / kCardBytes;
    constexpr std::size_t kMaxCards = 10'000;
    if (count > kMaxCards)
        return failure(ErrorKind::Malformed,
                       "expected at most 10000 cards of a WCS, found " + std::to_string(count));
    // With one axis, wcslib writes a SIP distortion past the end of its arrays.
    for (const std::string_view keyword : {"CTYPE1  =", "CTYPE2  ="})
        if (!hasCard(header, keyword))
            return failure(ErrorKind::NotFound, "expected celestial axes, found none");
    ParsedList parsed;
    {
        const std::lock_guard lock(parserMutex());
        int rejected = 0;
        if (const int status = wcspih(header.data(), static_cast<int>(count), WCSHDR_all, 0, &rejected,
                                      &parsed.count, &parsed.first);
            status != 0)
            return malformed(std::min(status, 13));
    }
    if (parsed.count == 0)
        return failure(ErrorKind::NotFound, "expected celestial axes, found none");
    const auto handle = std::make_shared<Handle>();
    const auto taken = takeCelestial(parsed.first, handle->parameters);
    if (!taken)
        return failure(taken.error());
    const auto frame = frameOf(*handle->parameters.get());
    if (!frame)
        return failure(frame.error());
    handle->frame = *frame;
    return Wcs(handle);
}

std::optional<SkyPosition> Wcs::toSky(const PixelPosition &pixel) const
{
    if (!std::isfinite(pixel.row) || !std::isfinite(pixel.column))
        return std::nullopt;
    const std::array<double, 2> fitsPixel = {pixel.column + 1.0, pixel.row + 1.0};
    std::array<double, 2> intermediate = {};
    std::array<double, 2> world = {};
    double phi = 0.0;
    double theta = 0.0;
    int fault = 0;
    const std::lock_guard lock(m_handle->mutex);
    wcsprm *wcs = m_handle->parameters.get();
    const int status =
        wcsp2s(wcs, 1, 2, fitsPixel.data(), intermediate.data(), &phi, &theta, world.data(), &fault);
    const double longitude = world[static_cast<std::size_t>(wcs->lng)];
    const double latitude = world[static_cast<std::size_t>(wcs->lat)];
    if (status != 0 || fault != 0 || !std::isfinite(longitude) || !std::isfinite(latitude))
        return std::nullopt;
    return toIcrs(m_handle->frame, longitude < 0.0 ? longitude + 360.0 : longitude, latitude);
}

std::optional<PixelPosition> Wcs::toPixel(const SkyPosition &position) const
{
    if (!std::isfinite(position.raDeg) || !std::isfinite(position.decDeg))
        return std::nullopt;
    const SkyPosition native = fromIcrs(m_handle->frame, position);
    std::array<double, 2> world = {};
    std::array<double, 2> intermediate = {};
    std::array<double, 2> fitsPixel = {};
    double phi = 0.0;
    double theta = 0.0;
    int fault = 0;
    const std::lock_guard lock(m_handle->mutex);
    wcsprm *wcs = m_handle->parameters.get();
    world[static_cast<std::size_t>(wcs->lng)] = native.raDeg;
    world[static_cast<std::size_t>(wcs->lat)] = native.decDeg;
    const int status =
        wcss2p(wcs, 1, 2, world.data(), &phi, &theta, intermediate.data(), fitsPixel.data(), &fault);
    if (status != 0 || fault != 0 || !std::isfinite(fitsPixel[0]) || !std::isfinite(fitsPixel[1]))
        return std::nullopt;
    return PixelPosition{.row = fitsPixel[1] - 1.0, .column = fitsPixel[0] - 1.0};
}

double Wcs::pixelScaleArcsec() const
{
    const std::lock_guard lock(m_handle->mutex);
    const linprm &linear = m_handle->parameters.get()->lin;
    const double determinant =
        linear.cdelt[0] * linear.cdelt[1] * (linear.pc[0] * linear.pc[3] - linear.pc[1] * linear.pc[2]);
    return std::sqrt(std::abs(determinant)) * 3600.0;
}

std::string Wcs::toCards() const
{
    const std::lock_guard lock(m_handle->mutex);
    int count = 0;
    char *written = nullptr;
    if (wcshdo(WCSHDO_P17, m_handle->parameters.get(), &count, &written) != 0)
        return {};
    const std::unique_ptr<char, decltype(&std::free)> owner(written, &std::free);
    std::string cards;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    {
        const std::string_view card(written + i * kCardBytes, kCardBytes);
        if (!card.starts_with(' ') && !card.starts_with("COMMENT"))
            cards += card;
    }
    return cards;
}

Wcs Wcs::resampled(double rowOrigin, double columnOrigin, double rowScale, double columnScale) const
{
    const std::array<AxisMap, 2> maps = {AxisMap{columnOrigin + 1.0, columnScale},
                                         AxisMap{rowOrigin + 1.0, rowScale}};
    const auto handle = std::make_shared<Handle>();
    handle->frame = m_handle->frame;
    wcsprm *wcs = handle->parameters.get();
    {
        const std::lock_guard lock(m_handle->mutex);
        wcsprm *source = m_handle->parameters.get();
        CHECK(wcssub(1, source, nullptr, nullptr, wcs) == 0);
        // CDi_j and CROTAn have become PCi_j and CDELTi in the linear part; they hold from here on.
        std::copy_n(source->lin.pc, 4, wcs->pc);
        std::copy_n(source->lin.cdelt, 2, wcs->cdelt);
        wcs->altlin = kOnlyPc;
    }
    std::array<double, 2> referencePixel = {};
    for (std::size_t j = 0; j < 2; ++j)
    {
        wcs->crpix[j] = (wcs->crpix[j] - maps[j].first) / maps[j].step + 1.0;
        referencePixel[j] = wcs->crpix[j];
        for (std::size_t i = 0; i < 2; ++i)
            wcs->pc[2 * i + j] *= maps[j].step;
    }
    if (wcs->lin.dispre != nullptr)
        rescaleSip(*wcs->lin.dispre, maps, referencePixel);
    wcs->flag = 0; // changed: to be set up anew
    CHECK(wcsset(wcs) == 0);
    return Wcs(handle);
}

} // namespace somnium::sky
