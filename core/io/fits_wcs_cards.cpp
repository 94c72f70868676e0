// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_wcs_cards.h"

#include <algorithm>

#include "core/sky/wcs_cards.h"

namespace somnium::io
{

std::string integerCard(const std::string &keyword, std::int64_t value)
{
    const std::string digits = std::to_string(value);
    std::string card = keyword + std::string(8 - std::min<std::size_t>(8, keyword.size()), ' ') + "= " +
                       std::string(20 - std::min<std::size_t>(20, digits.size()), ' ') + digits;
    card.resize(kFitsCardBytes, ' ');
    return card;
}

std::string wcsCardsOf(const ParsedFitsHeader &header, const std::vector<std::size_t> &axes)
{
    if (!header.has("CTYPE1"))
        return {};
    std::string cards = integerCard("NAXIS", static_cast<std::int64_t>(axes.size()));
    for (std::size_t i = 0; i < axes.size(); ++i)
        cards += integerCard("NAXIS" + std::to_string(i + 1), static_cast<std::int64_t>(axes[i]));
    const std::string selected = sky::selectWcsCards(header.cards());
    for (std::size_t place = 0; place < selected.size(); place += kFitsCardBytes)
        if (!selected.substr(place, kFitsCardBytes)
                 .starts_with("NAXIS ")) // of a compressed image: the table's
            cards += selected.substr(place, kFitsCardBytes);
    return cards;
}

} // namespace somnium::io
