// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/wcs_cards.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace somnium::sky
{

namespace
{

constexpr std::size_t kCardBytes = 80;
constexpr std::size_t kValueAt = 10;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool isNumberUpTo(std::string_view text, std::size_t digits)
{
    return !text.empty() && text.size() <= digits &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "2" after CRVAL; "1_2" after CD, PC, PV, SIP's A_; "001002" after PC in files of the 1990s.
bool isIndex(std::string_view text)
{
    constexpr std::size_t kOldDigits = 6;
    const std::size_t underscore = text.find('_');
    if (underscore == std::string_view::npos)
        return isNumberUpTo(text, 2) || (text.size() == kOldDigits && isNumberUpTo(text, kOldDigits));
    return isNumberUpTo(text.substr(0, underscore), 2) && isNumberUpTo(text.substr(underscore + 1), 2);
}

bool isWcsKeyword(std::string_view keyword)
{
    constexpr std::array<std::string_view, 19> kWhole = {
        "NAXIS",   "WCSAXES", "RADESYS",  "RADECSYS", "EQUINOX",  "EPOCH",   "LONPOLE",
        "LATPOLE", "MJD-OBS", "DATE-OBS", "RESTFRQ",  "RESTFREQ", "RESTWAV", "SPECSYS",
        "VELREF",  "A_ORDER", "B_ORDER",  "AP_ORDER", "BP_ORDER"};
    constexpr std::array<std::string_view, 14> kIndexed = {"CTYPE", "CRVAL", "CRPIX", "CDELT", "CUNIT",
                                                           "CROTA", "CD",    "PC",    "PV",    "PS",
                                                           "A_",    "B_",    "AP_",   "BP_"};
    if (std::find(kWhole.begin(), kWhole.end(), keyword) != kWhole.end())
        return true;
    return std::any_of(kIndexed.begin(), kIndexed.end(), [keyword](std::string_view stem) {
        return keyword.starts_with(stem) && isIndex(keyword.substr(stem.size()));
    });
}

/// 'text' up to its closing quote, quotes included; nothing if there is none, or rubbish inside.
std::optional<std::string> textValue(std::string_view field)
{
    const std::size_t end = field.find('\'', 1);
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view text = field.substr(0, end + 1);
    const bool isClean = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return isClean ? std::optional<std::string>(text) : std::nullopt;
}

/// wcslib takes the mantissa of "5.0D-4" for the number, so the exponent's letter becomes E.
std::optional<std::string> numberValue(std::string_view field)
{
    std::string digits(trimmed(field.substr(0, field.find('/'))));
    std::replace(digits.begin(), digits.end(), 'D', 'E');
    const char *first = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const char *last = digits.data() + digits.size();
    double number = 0.0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc() || end != last || !std::isfinite(number))
        return std::nullopt;
    return digits;
}

} // namespace

std::string selectWcsCards(std::string_view cards)
{
    std::string selected;
    for (std::size_t place = 0; place + kCardBytes <= cards.size(); place += kCardBytes)
    {
        const std::string_view card = cards.substr(place, kCardBytes);
        const std::string_view keyword = trimmed(card.substr(0, kValueAt - 2));
        if (card.substr(kValueAt - 2, 2) != "= " || !isWcsKeyword(keyword))
            continue;
        const std::string_view field = trimmed(card.substr(kValueAt));
        const auto value = field.starts_with('\'') ? textValue(field) : numberValue(field);
        if (!value)
            continue;
        std::string clean(card.substr(0, kValueAt));
        clean += *value;
        clean.resize(kCardBytes, ' ');
        selected += clean;
    }
    return selected;
}

} // namespace somnium::sky
