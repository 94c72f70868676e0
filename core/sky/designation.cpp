// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/designation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace somnium::sky
{

namespace
{

constexpr std::size_t kMinuteDigits = 4; // hhmm
constexpr std::size_t kSecondDigits = 6; // hhmmss
constexpr std::size_t kMostDigits = 9;   // hhmmssss and one more, the decimals of seconds without their point
constexpr std::size_t kMostDecimals = 6;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::size_t leadingDigits(std::string_view text)
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isDigit) - text.begin());
}

std::int64_t number(std::string_view digits)
{
    std::int64_t value = 0;
    for (const char c : digits)
        value = 10 * value + (c - '0');
    return value;
}

/// A coordinate as its name truncates it, in hours or degrees: from `value` to less than `value + unit`.
struct Truncated
{
    double value = 0.0;
    double unit = 0.0;
    [[nodiscard]] double middle() const { return value + unit / 2.0; }
};

/// Takes "hhmm", "hhmm.m", "hhmmss", "hhmmss.s" or "hhmmsss" (a point left out) of less than or equal to
/// `limit` off the start.
std::optional<Truncated> takeCoordinate(std::string_view &text, double limit)
{
    const std::size_t digits = leadingDigits(text);
    if (digits != kMinuteDigits && (digits < kSecondDigits || digits > kMostDigits))
        return std::nullopt;
    const bool hasSeconds = digits >= kSecondDigits;
    const std::size_t whole = hasSeconds ? kSecondDigits : kMinuteDigits;
    const std::int64_t minutes = number(text.substr(2, 2));
    const std::int64_t seconds = hasSeconds ? number(text.substr(4, 2)) : 0;
    if (minutes >= 60 || seconds >= 60)
        return std::nullopt;
    const std::int64_t inMinutes = 60 * number(text.substr(0, 2)) + minutes;
    const std::int64_t count = hasSeconds ? 60 * inMinutes + seconds : inMinutes;
    text.remove_prefix(whole);
    std::string_view decimals = text.substr(0, digits - whole);
    text.remove_prefix(decimals.size());
    if (decimals.empty() && text.size() > 1 && text.front() == '.' && isDigit(text[1]))
    {
        text.remove_prefix(1);
        decimals = text.substr(0, leadingDigits(text));
        text.remove_prefix(decimals.size());
    }
    if (decimals.size() > kMostDecimals)
        return std::nullopt;
    const double perUnit =
        (hasSeconds ? 3600.0 : 60.0) * std::pow(10.0, static_cast<double>(decimals.size()));
    const double parts = static_cast<double>(count) * std::pow(10.0, static_cast<double>(decimals.size())) +
                         static_cast<double>(number(decimals));
    const Truncated coordinate{parts / perUnit, 1.0 / perUnit};
    return coordinate.value <= limit ? std::optional(coordinate) : std::nullopt;
}

/// +1 or -1, or nothing if no sign is there.
std::optional<double> takeSign(std::string_view &text)
{
    constexpr std::array<std::pair<std::string_view, double>, 4> kSigns = {
        {{"+", 1.0}, {"-", -1.0}, {"\u2212", -1.0}, {"\u2013", -1.0}}};
    for (const auto &[sign, value] : kSigns)
        if (text.starts_with(sign))
        {
            text.remove_prefix(sign.size());
            return value;
        }
    return std::nullopt;
}

/// Of what follows the J.
std::optional<NamedPosition> positionAt(std::string_view text)
{
    constexpr double kLastHour = 24.0;
    constexpr double kPole = 90.0;
    constexpr double kArcsec = 3600.0;
    const auto ra = takeCoordinate(text, kLastHour);
    if (!ra || ra->value >= kLastHour)
        return std::nullopt;
    const auto sign = takeSign(text);
    const auto dec = sign ? takeCoordinate(text, kPole) : std::nullopt;
    if (!dec)
        return std::nullopt;
    const double decDeg = std::min(dec->middle(), kPole);
    const double acrossArcsec =
        ra->unit / 2.0 * 15.0 * kArcsec * std::cos(dec->value * std::numbers::pi / 180.0);
    return NamedPosition{{ra->middle() * 15.0, *sign * decDeg},
                         std::hypot(acrossArcsec, dec->unit / 2.0 * kArcsec)};
}

} // namespace

std::optional<NamedPosition> positionInName(std::string_view text)
{
    for (std::size_t j = text.find('J'); j != std::string_view::npos; j = text.find('J', j + 1))
        if (const auto position = positionAt(text.substr(j + 1)))
            return position;
    return std::nullopt;
}

} // namespace somnium::sky
