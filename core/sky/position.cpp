// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/position.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <optional>
#include <vector>

namespace somnium::sky
{

namespace
{

constexpr double kDegree = std::numbers::pi / 180.0;
constexpr std::int64_t kSecondsPerTurn = 86'400;

double wrapped(double raDeg)
{
    const double ra = std::fmod(raDeg, 360.0);
    return ra < 0.0 ? ra + 360.0 : ra;
}

/// "hh?mm?ss.f" of a number of (1 / `perSecond`) seconds.
struct Parts
{
    std::int64_t whole, minutes, seconds, fraction;
};
Parts split(std::int64_t units, std::int64_t perSecond)
{
    const std::int64_t seconds = units / perSecond;
    return {seconds / 3600, seconds / 60 % 60, seconds % 60, units % perSecond};
}

template <class... Arguments> std::string format(const char *pattern, Arguments... arguments)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, arguments...);
    return text.data();
}

std::string fixedText(double value, int decimals)
{
    std::array<char, 64> text{};
    const auto [end, problem] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return problem == std::errc{} ? std::string(text.data(), end) : std::string();
}

/// One number of a position in words, with what follows it.
struct Part
{
    double value = 0.0; ///< without sign
    bool hasSign = false;
    bool isNegative = false;
    char unit = '\0'; ///< h d m s : or nothing
    bool endsCoordinate = false;
};

/// Typographic degree, minute, second and minus signs become ASCII.
std::string asciiSigns(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, char>, 8> kSigns = {{{"\u00b0", 'd'},
                                                                          {"\u2032", 'm'},
                                                                          {"\u2033", 's'},
                                                                          {"\u2019", 'm'},
                                                                          {"\u201d", 's'},
                                                                          {"\u2212", '-'},
                                                                          {"''", 's'},
                                                                          {"\u00a0", ' '}}};
    std::string plain;
    while (!text.empty())
    {
        const auto *const sign = std::find_if(
            kSigns.begin(), kSigns.end(), [&](const auto &entry) { return text.starts_with(entry.first); });
        plain += sign != kSigns.end() ? sign->second : text.front();
        text.remove_prefix(sign != kSigns.end() ? sign->first.size() : 1);
    }
    std::replace(plain.begin(), plain.end(), '\'', 'm');
    std::replace(plain.begin(), plain.end(), '"', 's');
    return plain;
}

void skipBlanks(std::string_view &text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
}

std::optional<Part> takePart(std::string_view &text)
{
    Part part;
    if (text.front() == '+' || text.front() == '-')
    {
        part.hasSign = true;
        part.isNegative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || !((text.front() >= '0' && text.front() <= '9') || text.front() == '.'))
        return std::nullopt;
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), part.value, std::chars_format::fixed);
    if (problem != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    skipBlanks(text);
    const char next = text.empty() ? '\0' : static_cast<char>(text.front() | 0x20);
    if (next == 'h' || next == 'd' || next == 'm' || next == 's' || next == ':')
    {
        part.unit = next;
        text.remove_prefix(1);
        skipBlanks(text);
    }
    if (text.starts_with(',') || text.starts_with(';'))
    {
        part.endsCoordinate = true;
        text.remove_prefix(1);
        skipBlanks(text);
    }
    return part;
}

std::optional<std::vector<Part>> takeParts(std::string_view text)
{
    std::vector<Part> parts;
    skipBlanks(text);
    while (!text.empty() && parts.size() < 7)
    {
        const auto part = takePart(text);
        if (!part)
            return std::nullopt;
        parts.push_back(*part);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text.empty() ? std::optional(parts) : std::nullopt;
}

bool isWhole(double value)
{
    return value == std::floor(value);
}

/// Degrees of one coordinate of 1 to 3 parts; sexagesimal right ascensions are hours unless marked 'd'.
std::optional<double> degrees(const std::vector<Part> &parts, bool isRightAscension)
{
    if (parts.empty() || parts.size() > 3)
        return std::nullopt;
    double value = 0.0;
    double scale = 1.0;
    for (std::size_t i = 0; i < parts.size(); ++i, scale /= 60.0)
    {
        const Part &part = parts[i];
        const bool isInRange = i == 0 || (part.value < 60.0 && !part.hasSign);
        const bool hasItsUnit = part.unit == '\0' || part.unit == ':' ||
                                (i == 0 ? part.unit == 'h' || part.unit == 'd' : part.unit == "ms"[i - 1]);
        if (!isInRange || !hasItsUnit || (i + 1 < parts.size() && !isWhole(part.value)))
            return std::nullopt;
        value += part.value * scale;
    }
    const bool isHours =
        parts[0].unit == 'h' || (isRightAscension && parts.size() > 1 && parts[0].unit != 'd');
    if (isHours && !isRightAscension)
        return std::nullopt;
    value *= isHours ? 15.0 : 1.0;
    value = parts[0].isNegative ? -value : value;
    if (isRightAscension)
        return std::abs(value) <= 360.0 ? std::optional(wrapped(value)) : std::nullopt;
    return std::abs(value) <= 90.0 ? std::optional(value) : std::nullopt;
}

/// The index of the first part of the declination; 0 if it cannot be told.
std::size_t startOfDeclination(const std::vector<Part> &parts)
{
    for (std::size_t i = 1; i < parts.size(); ++i)
        if (parts[i - 1].endsCoordinate)
            return i;
    for (std::size_t i = 1; i < parts.size(); ++i)
        if (parts[i].hasSign || parts[i].unit == 'd')
            return i;
    return parts.size() % 2 == 0 ? parts.size() / 2 : 0;
}

Result<double> parseCoordinate(std::string_view text, bool isRightAscension)
{
    const std::string plain = asciiSigns(text);
    const auto parts = takeParts(plain);
    const auto value = parts ? degrees(*parts, isRightAscension) : std::nullopt;
    if (!value)
        return failure(ErrorKind::Malformed,
                       std::string("expected a ") + (isRightAscension ? "right ascension" : "declination") +
                           " in degrees or sexagesimal, found '" + std::string(text) + "'");
    return *value;
}

} // namespace

std::string sexagesimal(const SkyPosition &position)
{
    constexpr std::int64_t kRaUnits = 100; // a second of time to 0.01
    constexpr std::int64_t kDecUnits = 10; // an arcsecond to 0.1
    const auto raUnits = std::llround(wrapped(position.raDeg) / 15.0 * 3600.0 * kRaUnits);
    const Parts ra = split(raUnits % (kSecondsPerTurn * kRaUnits), kRaUnits);
    const Parts dec = split(std::llround(std::abs(position.decDeg) * 3600.0 * kDecUnits), kDecUnits);
    return format("%02ldh%02ldm%02ld.%02lds %c%02ldd%02ldm%02ld.%lds", static_cast<long>(ra.whole),
                  static_cast<long>(ra.minutes), static_cast<long>(ra.seconds),
                  static_cast<long>(ra.fraction), position.decDeg < 0.0 ? '-' : '+',
                  static_cast<long>(dec.whole), static_cast<long>(dec.minutes),
                  static_cast<long>(dec.seconds), static_cast<long>(dec.fraction));
}

std::string decimalDegrees(const SkyPosition &position)
{
    constexpr int kDecimals = 6;
    std::string ra = fixedText(wrapped(position.raDeg), kDecimals);
    if (ra.starts_with("360"))
        ra = fixedText(0.0, kDecimals);
    return ra + " " + fixedText(position.decDeg, kDecimals);
}

Result<SkyPosition> parsePosition(std::string_view text)
{
    const std::string plain = asciiSigns(text);
    if (const auto parts = takeParts(plain))
    {
        const std::size_t middle = startOfDeclination(*parts);
        const auto start = parts->begin() + static_cast<std::ptrdiff_t>(middle);
        const auto ra = degrees({parts->begin(), start}, true);
        const auto dec = degrees({start, parts->end()}, false);
        if (ra && dec)
            return SkyPosition{*ra, *dec};
    }
    return failure(ErrorKind::Malformed,
                   "expected a position like '10:41:48.2 -09:17:03' or '160.45 -9.28', found '" +
                       std::string(text) + "'");
}

Result<double> parseRaDeg(std::string_view text)
{
    return parseCoordinate(text, true);
}

Result<double> parseDecDeg(std::string_view text)
{
    return parseCoordinate(text, false);
}

std::string iauName(const SkyPosition &position)
{
    constexpr std::int64_t kRaUnits = 10; // a second of time to 0.1
    // A position that was read from 48.2 s may be 48.1999999999 in binary: a millionth of a unit is no sky.
    constexpr double kBinaryNoise = 1e-6;
    const auto raUnits = static_cast<std::int64_t>(
        std::floor(wrapped(position.raDeg) / 15.0 * 3600.0 * kRaUnits + kBinaryNoise));
    const Parts ra = split(raUnits % (kSecondsPerTurn * kRaUnits), kRaUnits);
    const Parts dec =
        split(static_cast<std::int64_t>(std::floor(std::abs(position.decDeg) * 3600.0 + kBinaryNoise)), 1);
    return format(
        "J%02ld%02ld%02ld.%ld%c%02ld%02ld%02ld", static_cast<long>(ra.whole), static_cast<long>(ra.minutes),
        static_cast<long>(ra.seconds), static_cast<long>(ra.fraction), position.decDeg < 0.0 ? '-' : '+',
        static_cast<long>(dec.whole), static_cast<long>(dec.minutes), static_cast<long>(dec.seconds));
}

// cite: Vincenty 1975, Survey Review 23, 88, eqs. 16-18 on a sphere
double separationDeg(const SkyPosition &a, const SkyPosition &b)
{
    const double deltaRa = (b.raDeg - a.raDeg) * kDegree;
    const double sinA = std::sin(a.decDeg * kDegree);
    const double cosA = std::cos(a.decDeg * kDegree);
    const double sinB = std::sin(b.decDeg * kDegree);
    const double cosB = std::cos(b.decDeg * kDegree);
    const double across = cosB * std::sin(deltaRa);
    const double along = cosA * sinB - sinA * cosB * std::cos(deltaRa);
    return std::atan2(std::hypot(across, along), sinA * sinB + cosA * cosB * std::cos(deltaRa)) / kDegree;
}

} // namespace somnium::sky
