// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_wcs_cards.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace somnium::io
{

namespace
{

bool isNumber(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "12" after CRVAL; "1_2" after CD, PC, PV, SIP's A_; "001002" after PC in files of the 1990s.
bool isIndex(std::string_view text)
{
    const std::size_t underscore = text.find('_');
    if (underscore == std::string_view::npos)
        return isNumber(text);
    return isNumber(text.substr(0, underscore)) && isNumber(text.substr(underscore + 1));
}

bool isWcsKeyword(std::string_view keyword)
{
    constexpr std::array<std::string_view, 20> kWhole = {
        "WCSAXES", "RADESYS",  "RADECSYS", "EQUINOX",  "EPOCH",   "LONPOLE", "LATPOLE",
        "MJD-OBS", "DATE-OBS", "RESTFRQ",  "RESTFREQ", "RESTWAV", "SPECSYS", "VELREF",
        "A_ORDER", "B_ORDER",  "AP_ORDER", "BP_ORDER", "A_DMAX",  "B_DMAX"};
    constexpr std::array<std::string_view, 15> kIndexed = {"CTYPE", "CRVAL", "CRPIX", "CDELT", "CUNIT",
                                                           "CROTA", "CD",    "PC",    "PV",    "PS",
                                                           "A_",    "B_",    "AP_",   "BP_",   "PROJP"};
    if (std::find(kWhole.begin(), kWhole.end(), keyword) != kWhole.end())
        return true;
    return std::any_of(kIndexed.begin(), kIndexed.end(), [keyword](std::string_view stem) {
        return keyword.starts_with(stem) && isIndex(keyword.substr(stem.size()));
    });
}

} // namespace

std::string integerCard(const std::string &keyword, std::int64_t value)
{
    const std::string digits = std::to_string(value);
    std::string card = keyword + std::string(8 - std::min<std::size_t>(8, keyword.size()), ' ') + "= " +
                       std::string(20 - std::min<std::size_t>(20, digits.size()), ' ') + digits;
    card.resize(kFitsCardBytes, ' ');
    return card;
}

std::string wcsCardsOf(const FitsHeader &header, const std::vector<std::size_t> &axes)
{
    if (!header.has("CTYPE1"))
        return {};
    std::string cards = integerCard("NAXIS", static_cast<std::int64_t>(axes.size()));
    for (std::size_t i = 0; i < axes.size(); ++i)
        cards += integerCard("NAXIS" + std::to_string(i + 1), static_cast<std::int64_t>(axes[i]));
    const std::string_view all = header.cards();
    for (std::size_t place = 0; place < all.size(); place += kFitsCardBytes)
    {
        const std::string_view card = all.substr(place, kFitsCardBytes);
        const std::string_view keyword = card.substr(0, std::min(card.find(' '), std::size_t{8}));
        if (card.substr(8, 2) == "= " && isWcsKeyword(keyword))
            cards += card;
    }
    return cards;
}

} // namespace somnium::io
