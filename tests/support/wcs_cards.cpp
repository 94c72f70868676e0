// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/wcs_cards.h"

#include <sstream>

namespace somnium::test
{

std::string wcsCard(const std::string &key, const std::string &value)
{
    std::string text = key;
    text.resize(8, ' ');
    text += "= " + value;
    text.resize(80, ' ');
    return text;
}

std::string wcsCard(const std::string &key, double value)
{
    std::ostringstream text;
    text.precision(15);
    text << std::fixed << value;
    return wcsCard(key, text.str());
}

std::string tangentialCards(std::size_t side, double arcsecPerPixel)
{
    const double middle = (static_cast<double>(side) + 1.0) / 2.0;
    const double degrees = arcsecPerPixel / 3600.0;
    return wcsCard("CTYPE1", "'RA---TAN'") + wcsCard("CTYPE2", "'DEC--TAN'") + wcsCard("CRVAL1", 150.0) +
           wcsCard("CRVAL2", -20.0) + wcsCard("CRPIX1", middle) + wcsCard("CRPIX2", middle) +
           wcsCard("CDELT1", -degrees) + wcsCard("CDELT2", degrees) + wcsCard("CUNIT1", "'deg'") +
           wcsCard("CUNIT2", "'deg'");
}

} // namespace somnium::test
