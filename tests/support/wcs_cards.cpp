// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/wcs_cards.h"

#include <sstream>

namespace somnium::test
{

namespace
{

std::string card(const std::string &key, const std::string &value)
{
    std::string text = key;
    text.resize(8, ' ');
    text += "= " + value;
    text.resize(80, ' ');
    return text;
}

std::string number(double value)
{
    std::ostringstream text;
    text.precision(15);
    text << std::fixed << value;
    return text.str();
}

} // namespace

std::string tangentialCards(std::size_t side, double arcsecPerPixel)
{
    const double middle = (static_cast<double>(side) + 1.0) / 2.0;
    const double degrees = arcsecPerPixel / 3600.0;
    return card("CTYPE1", "'RA---TAN'") + card("CTYPE2", "'DEC--TAN'") + card("CRVAL1", number(150.0)) +
           card("CRVAL2", number(-20.0)) + card("CRPIX1", number(middle)) + card("CRPIX2", number(middle)) +
           card("CDELT1", number(-degrees)) + card("CDELT2", number(degrees)) + card("CUNIT1", "'deg'") +
           card("CUNIT2", "'deg'");
}

} // namespace somnium::test
