// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/spectrum_files.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace somnium::io
{

namespace
{

constexpr std::size_t kBlock = 2880;
constexpr std::size_t kCard = 80;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <class T> void appendBig(std::string &text, T bits)
{
    for (std::size_t i = sizeof(T); i-- > 0;)
        text += static_cast<char>((static_cast<std::uint64_t>(bits) >> (8 * i)) & 0xFFU);
}

void appendNumber(std::string &text, char code, double value)
{
    switch (code)
    {
    case 'B': text += static_cast<char>(static_cast<std::uint8_t>(value)); break;
    case 'I': appendBig(text, static_cast<std::uint16_t>(static_cast<std::int16_t>(value))); break;
    case 'J': appendBig(text, static_cast<std::uint32_t>(static_cast<std::int32_t>(value))); break;
    case 'K': appendBig(text, static_cast<std::uint64_t>(static_cast<std::int64_t>(value))); break;
    case 'E': appendBig(text, std::bit_cast<std::uint32_t>(static_cast<float>(value))); break;
    default: appendBig(text, std::bit_cast<std::uint64_t>(value)); break;
    }
}

std::string padded(std::string text, std::size_t unit, char filler)
{
    text.resize((text.size() + unit - 1) / unit * unit, filler);
    return text;
}

/// "NAXIS = 2" -> 80 characters with the value where FITS has it.
std::string cardOf(const std::string &text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
        return padded(text, kCard, ' ');
    std::string keyword = text.substr(0, equals);
    keyword.erase(keyword.find_last_not_of(' ') + 1);
    keyword.resize(8, ' ');
    std::string value = text.substr(equals + 1);
    value.erase(0, value.find_first_not_of(' '));
    if (value[0] != '\'')
        value.insert(0, value.size() < 20 ? 20 - value.size() : 0, ' ');
    return padded(keyword + "= " + value, kCard, ' ');
}

std::string key(const std::string &keyword, std::size_t value)
{
    return keyword + " = " + std::to_string(value);
}

std::size_t repeatOf(const std::string &form)
{
    const std::size_t digits = form.find_first_not_of("0123456789");
    return digits == 0 ? 1 : std::stoul(form.substr(0, digits));
}

} // namespace

void FitsText::append(std::string header, std::string data)
{
    m_bytes += padded(std::move(header) + cardOf("END"), kBlock, ' ') + padded(std::move(data), kBlock, '\0');
}

FitsText &FitsText::image(const std::vector<std::size_t> &axes, const std::vector<double> &values,
                          const std::vector<std::string> &cards, bool isDouble)
{
    std::string header = cardOf(m_bytes.empty() ? "SIMPLE = T" : "XTENSION = 'IMAGE   '");
    header += cardOf(isDouble ? "BITPIX = -64" : "BITPIX = -32") + cardOf(key("NAXIS", axes.size()));
    for (std::size_t i = 0; i < axes.size(); ++i)
        header += cardOf(key("NAXIS" + std::to_string(i + 1), axes[i]));
    if (!m_bytes.empty())
        header += cardOf("PCOUNT = 0") + cardOf("GCOUNT = 1");
    for (const std::string &card : cards)
        header += cardOf(card);
    std::string data;
    for (const double value : values)
        appendNumber(data, isDouble ? 'D' : 'E', value);
    append(std::move(header), std::move(data));
    return *this;
}

FitsText &FitsText::table(const std::vector<Column> &columns, const std::vector<std::string> &cards)
{
    if (m_bytes.empty())
        header();
    std::string data;
    const std::size_t rows =
        columns.front().texts.empty() ? columns.front().rows.size() : columns.front().texts.size();
    for (std::size_t row = 0; row < rows; ++row)
        for (const Column &column : columns)
        {
            if (column.form.back() == 'A')
            {
                std::string text = column.texts[row];
                text.resize(repeatOf(column.form), ' ');
                data += text;
                continue;
            }
            for (const double value : column.rows[row])
                appendNumber(data, column.form.back(), value);
        }
    std::string header = cardOf("XTENSION = 'BINTABLE'") + cardOf("BITPIX = 8") + cardOf("NAXIS = 2") +
                         cardOf(key("NAXIS1", rows == 0 ? 0 : data.size() / rows)) +
                         cardOf(key("NAXIS2", rows)) + cardOf("PCOUNT = 0") + cardOf("GCOUNT = 1") +
                         cardOf(key("TFIELDS", columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        header += cardOf("TTYPE" + number + " = '" + columns[i].name + "'") +
                  cardOf("TFORM" + number + " = '" + columns[i].form + "'");
        if (!columns[i].unit.empty())
            header += cardOf("TUNIT" + number + " = '" + columns[i].unit + "'");
    }
    for (const std::string &card : cards)
        header += cardOf(card);
    append(std::move(header), std::move(data));
    return *this;
}

std::string npyBytes(const std::string &shape, const std::vector<double> &values)
{
    std::string dict = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
    dict.resize(117, ' ');
    std::string file("\x93NUMPY\x01\0", 8);
    file += static_cast<char>(118);
    file += '\0';
    file += dict + '\n';
    for (const double value : values)
    {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(bits); ++i)
            file += static_cast<char>(bits >> (8 * i) & 0xFFU);
    }
    return file;
}

std::vector<double> ramp(std::size_t count, double first, double step)
{
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = first + step * static_cast<double>(i);
    return values;
}

std::vector<std::vector<double>> oneEach(const std::vector<double> &values)
{
    std::vector<std::vector<double>> cells;
    for (const double value : values)
        cells.push_back({value});
    return cells;
}

std::vector<double> bumps(std::size_t count, std::size_t shift)
{
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = 1.0 + 0.25 * static_cast<double>((i + shift) % 7);
    return values;
}

// 20 pixels of log10 step 1e-4 from 3.55; pixel 3 has no weight, pixel 5 is brighter in the sky (bit 23).
std::string sdssSpec()
{
    std::vector<double> ivar(20, 4.0);
    ivar[3] = 0.0;
    std::vector<double> masks(20, 0.0);
    masks[5] = 8388608.0;
    masks[6] = 65536.0; // near a bad pixel: harmless
    FitsText file;
    file.header({"PLATEID = 3606", "MJD = 55182", "FIBERID = 7", "RA = 10.0", "DEC = 20.0",
                 "BUNIT = '1E-17 erg/cm^2/s/Ang'"});
    file.table({{"flux", "E", "", oneEach(bumps(20)), {}},
                {"loglam", "E", "", oneEach(ramp(20, 3.55, 1e-4)), {}},
                {"ivar", "E", "", oneEach(ivar), {}},
                {"and_mask", "J", "", oneEach(masks), {}},
                {"or_mask", "J", "", oneEach(std::vector<double>(20, 1.0)), {}}},
               {"EXTNAME = 'COADD'"});
    file.table({{"CLASS", "6A", "", {}, {"STAR"}},
                {"SUBCLASS", "21A", "", {}, {"K5"}},
                {"Z", "E", "", {{0.25}}, {}},
                {"PLUG_RA", "D", "", {{123.5}}, {}},
                {"PLUG_DEC", "D", "", {{-1.25}}, {}}},
               {"EXTNAME = 'SPALL'"});
    // An exposure: columns as those of the sum, and not to be read.
    file.table({{"flux", "E", "", oneEach(bumps(20, 3)), {}},
                {"loglam", "E", "", oneEach(ramp(20, 3.55, 1e-4)), {}},
                {"ivar", "E", "", oneEach(ivar), {}}},
               {"EXTNAME = 'B1-00001'"});
    return file.bytes();
}

// Three fibres of 12 pixels; the second has no weight at all.
std::string sdssPlate()
{
    std::vector<double> flux;
    std::vector<double> ivar(36, 1.0);
    for (std::size_t fibre = 0; fibre < 3; ++fibre)
        for (const double value : bumps(12, fibre))
            flux.push_back(value);
    for (std::size_t i = 12; i < 24; ++i)
        ivar[i] = 0.0;
    std::vector<double> mask(36, 0.0);
    mask[30] = 16777216.0; // no data: pixel 6 of fibre 3
    FitsText file;
    file.image({12, 3}, flux,
               {"COEFF0 = 3.6", "COEFF1 = 1.0E-4", "PLATEID = 266", "MJD = 51602", "VACUUM = T"});
    file.image({12, 3}, ivar).image({12, 3}, mask).image({12, 3}, std::vector<double>(36, 1.0));
    file.image({12, 3}, std::vector<double>(36, 0.9));
    file.table({{"FIBERID", "J", "", {{1}, {2}, {3}}, {}},
                {"RA", "D", "", {{10}, {11}, {12}}, {}},
                {"DEC", "D", "", {{-1}, {-2}, {-3}}, {}},
                {"OBJTYPE", "6A", "", {}, {"GALAXY", "SKY", "QSO"}}});
    return file.bytes();
}

std::string lamostRows()
{
    std::vector<double> values = bumps(15);
    const auto add = [&values](const std::vector<double> &row) {
        values.insert(values.end(), row.begin(), row.end());
    };
    std::vector<double> ivar(15, 25.0);
    ivar[2] = 0.0;
    add(ivar);
    std::vector<double> wave;
    for (const double log : ramp(15, 3.57, 1e-4))
        wave.push_back(std::pow(10.0, log));
    add(wave);
    add(std::vector<double>(15, 0.0));
    add(std::vector<double>(15, 1.0));
    FitsText file;
    file.image({15, 5}, values,
               {"COEFF0 = 3.57", "COEFF1 = 0.0001", "VACUUM = T", "TELESCOP = 'LAMOST'",
                "DESIG = 'LAMOST J1'", "RA = 200.5", "DEC = 30.25", "Z = -9999.0", "CLASS = 'STAR'",
                "SUBCLASS = 'G2'"});
    return file.bytes();
}

std::string lamostTable()
{
    FitsText file;
    file.header(
        {"OBSID = '101'", "RA = 200.5", "DEC = 30.25", "Z = 0.001", "CLASS = 'STAR'", "SUBCLASS = 'G2'"});
    file.table({{"FLUX", "10E", "", {bumps(10)}, {}},
                {"IVAR", "10E", "", {std::vector<double>(10, 4.0)}, {}},
                {"WAVELENGTH", "10E", "", {ramp(10, 4000.0, 1.5)}, {}},
                {"ANDMASK", "10E", "", {std::vector<double>(10, 0.0)}, {}},
                {"ORMASK", "10E", "", {std::vector<double>(10, 1.0)}, {}}},
               {"EXTNAME = 'COADD'"});
    return file.bytes();
}

std::string esoPhase3()
{
    std::vector<double> quality(9, 0.0);
    quality[4] = 2.0;
    FitsText file;
    file.header({"OBJECT = 'HD 1'", "RA = 83.0", "DEC = -5.5"});
    file.table({{"WAVE", "9D", "nm", {ramp(9, 500.0, 0.01)}, {}},
                {"FLUX", "9E", "erg/s/cm2/A", {bumps(9)}, {}},
                {"ERR", "9E", "erg/s/cm2/A", {std::vector<double>(9, 0.125)}, {}},
                {"QUAL", "9J", "", {quality}, {}}},
               {"TUCD1 = 'em.wl;obs.atmos'", "EXTNAME = 'SPECTRUM'"});
    return file.bytes();
}

std::string mastar()
{
    FitsText file;
    file.table({{"MANGAID", "8A", "", {}, {"7-1", "7-2"}},
                {"OBJRA", "D", "", {{1.5}, {2.5}}, {}},
                {"OBJDEC", "D", "", {{3.5}, {4.5}}, {}},
                {"WAVE", "8D", "", {ramp(8, 3621.6, 0.83), ramp(8, 3621.6, 0.83)}, {}},
                {"FLUX", "8E", "", {bumps(8), bumps(8, 2)}, {}},
                {"IVAR", "8E", "", {std::vector<double>(8, 100.0), std::vector<double>(8, 400.0)}, {}},
                {"MASK", "8J", "", {std::vector<double>(8, 0.0), {0, 0, 1, 0, 0, 0, 0, 0}}, {}}});
    return file.bytes();
}

// 3 x 2 spaxels of 5 wavelengths; spaxel 0 has no flux, spaxel 5 no weight. Mask bit 1 is low coverage: kept.
std::string mangaCube()
{
    std::vector<double> flux;
    std::vector<double> ivar;
    std::vector<double> mask;
    for (std::size_t plane = 0; plane < 5; ++plane)
        for (std::size_t spaxel = 0; spaxel < 6; ++spaxel)
        {
            flux.push_back(spaxel == 0 ? 0.0 : static_cast<double>(10 * spaxel + plane));
            ivar.push_back(spaxel == 5 ? 0.0 : 16.0);
            mask.push_back(plane == 2 ? 1024.0 : 2.0);
        }
    const std::vector<std::string> sky = {"EXTNAME = 'FLUX'",    "CTYPE1 = 'RA---TAN'", "CTYPE2 = 'DEC--TAN'",
                                          "CRVAL1 = 150.0",      "CRVAL2 = 2.0",        "CRPIX1 = 2.0",
                                          "CRPIX2 = 1.0",        "CD1_1 = -0.00014",    "CD2_2 = 0.00014",
                                          "CTYPE3 = 'WAVE-LOG'", "CUNIT1 = 'deg'",      "CUNIT2 = 'deg'"};
    FitsText file;
    file.header({"PLATEIFU = '8485-1901'", "MANGAID = '1-209232'"});
    file.image({3, 2, 5}, flux, sky).image({3, 2, 5}, ivar, {"EXTNAME = 'IVAR'"});
    file.image({3, 2, 5}, mask, {"EXTNAME = 'MASK'"});
    file.image({5}, {3621.6, 3622.4, 3623.3, 3624.1, 3624.9}, {"EXTNAME = 'WAVE'"}, true);
    return file.bytes();
}

std::string mangaRows()
{
    std::vector<double> flux = bumps(6);
    for (const double value : bumps(6, 1))
        flux.push_back(value);
    FitsText file;
    file.header({"MANGAID = '1-209232'"});
    file.image({6, 2}, flux, {"EXTNAME = 'FLUX'"});
    file.image({6, 2}, std::vector<double>(12, 1.0), {"EXTNAME = 'IVAR'"});
    file.image({6}, ramp(6, 3600.0, 1.0), {"EXTNAME = 'WAVE'"});
    return file.bytes();
}

std::string gaiaTable()
{
    FitsText file;
    file.table({{"source_id", "K", "", {{5853498713190525696.0}, {4111834567779557376.0}}, {}},
                {"ra", "D", "deg", {{217.4}, {256.5}}, {}},
                {"dec", "D", "deg", {{-62.7}, {-26.6}}, {}},
                {"flux", "343E", "W.nm-1.m-2", {bumps(343), bumps(343, 1)}, {}},
                {"flux_error",
                 "343E",
                 "W.nm-1.m-2",
                 {std::vector<double>(343, 0.5), std::vector<double>(343, 0.25)},
                 {}}});
    return file.bytes();
}

std::string spexRows()
{
    std::vector<double> values = ramp(30, 0.65, 0.0625);
    std::vector<double> flux = bumps(30);
    flux[0] = kNaN;
    values.insert(values.end(), flux.begin(), flux.end());
    values.insert(values.end(), 30, 0.125);
    FitsText file;
    file.image({30, 3}, values,
               {"XUNITS = 'um'", "YUNITS = 'Wm-2um-1'", "OBJECT = '1104+2827'", "RA = '11:07:06.07'",
                "DEC = '28:27:29.1'", "EPOCH = '2000.00000000'", "WAVETYPE = 'Vacuum'"});
    return file.bytes();
}

// Two lines of 8 pixels, the second with 6 valid ones and a redshift.
std::string iraf(int dispersionType)
{
    const std::string type = std::to_string(dispersionType);
    std::vector<double> flux = bumps(8);
    for (const double value : bumps(8, 1))
        flux.push_back(value);
    // 68 characters a card: the text is broken where it happens to be.
    const std::string world = "wtype=multispec spec1 = \"1 1 " + type +
                              " 4000. 2. 8 0. 10. 20.\" spec2 = \"2 2 " + type + " 5000. 4. 6 0.25 30. 40.\"";
    std::vector<std::string> cards = {"CTYPE1 = 'MULTISPE'",
                                      "CTYPE2 = 'MULTISPE'",
                                      "WCSDIM = 2",
                                      "WAT0_001 = 'system=multispec'",
                                      "WAT1_001 = 'wtype=multispec label=Wavelength units=angstroms'",
                                      "APID1 = 'star one'",
                                      "APID2 = 'star two'"};
    for (std::size_t i = 0; i * 68 < world.size(); ++i)
        cards.push_back("WAT2_00" + std::to_string(i + 1) + " = '" + world.substr(i * 68, 68) + "'");
    FitsText file;
    file.image({8, 2}, flux, cards);
    return file.bytes();
}

std::vector<std::pair<std::string, std::string>> spectrumFiles()
{
    FitsText linear;
    linear.image({25}, bumps(25), {"CRVAL1 = 3540.5", "CDELT1 = 0.9", "CRPIX1 = 1", "CTYPE1 = 'AWAV'"}, true);
    FitsText withErrors;
    withErrors.image({25}, bumps(25), {"CRVAL1 = 3540.5", "CDELT1 = 0.9"});
    withErrors.image({25}, std::vector<double>(25, 0.5), {"EXTNAME = 'ERR'"});
    std::string text = "# wavelength (nm)\tflux (Jy)\terror\n";
    std::string wide = "id,4000,4001,4002,4003,4004,4005,4006,4007\n";
    for (int i = 0; i < 12; ++i)
    {
        text += std::to_string(500 + i) + "\t" + std::to_string(1.5 + i) + "\t0.25\n";
        wide += "star" + std::to_string(i) + ",1,2,3,4,5,6,7,8\n";
    }
    std::vector<double> bands = ramp(20, 4000.0, 2.0);
    for (const double value : bumps(20))
        bands.push_back(value);
    return {{"sdss_spec.fits", sdssSpec()},
            {"sdss_plate.fits", sdssPlate()},
            {"lamost_rows.fits", lamostRows()},
            {"lamost_table.fits", lamostTable()},
            {"eso.fits", esoPhase3()},
            {"mastar.fits", mastar()},
            {"manga_cube.fits", mangaCube()},
            {"manga_rows.fits", mangaRows()},
            {"gaia.fits", gaiaTable()},
            {"spex.fits", spexRows()},
            {"iraf.fits", iraf(0)},
            {"linear.fits", linear.bytes()},
            {"with_errors.fits", withErrors.bytes()},
            {"columns.txt", text},
            {"wide.csv", wide},
            {"arrays.csv",
             "name,wave,flux\na,\"[4000, 4001, 4002]\",\"[1, 2, 3]\"\nb,\"(5000 5001)\",\"(1 nan)\"\n"},
            {"bands.npy", npyBytes("(2, 20)", bands)}};
}

} // namespace somnium::io
