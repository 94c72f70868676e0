// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "core/io/cell_text.h"
#include "core/io/problem.h"
#include "core/io/spectrum_table.h"

namespace somnium::io
{

namespace
{

using Scale = SpectralUnit::Scale;
using data::WavelengthMedium;

std::string uppered(std::string_view text)
{
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

std::string typeOf(const ParsedFitsHeader &header, int axis)
{
    return uppered(trimmed(header.text("CTYPE" + std::to_string(axis)).value_or("")));
}

/// Types of axes that are no wavelengths and cannot be made ones without more knowledge.
bool isOtherType(std::string_view type)
{
    constexpr std::array<std::string_view, 21> kOthers = {
        "RA",   "DEC",  "GLON", "GLAT",    "ELON", "ELAT", "STOKES", "TIME", "VELO", "VRAD",   "VOPT",
        "FELO", "ZOPT", "BETA", "COMPLEX", "DATE", "UTC",  "MJD",    "HPLN", "HPLT", "PIXTYPE"};
    return std::any_of(kOthers.begin(), kOthers.end(), [type](std::string_view other) {
        return type.starts_with(other) && (type.size() == other.size() || type[other.size()] == '-');
    });
}

std::optional<double> stepOf(const ParsedFitsHeader &header, const std::string &axis)
{
    // IRAF writes both and means CD; a CDELT of 1 beside it is a filler.
    if (const auto cd = header.number("CD" + axis + "_" + axis); cd && *cd != 0.0)
        return cd;
    return header.number("CDELT" + axis);
}

/// All of IRAF's text WATn_001, WATn_002, ...: 68 characters a card, blanks at their ends included.
std::string worldText(const ParsedFitsHeader &header, int number)
{
    constexpr std::size_t kCardText = 68;
    constexpr int kMostCards = 999;
    std::string all;
    for (int card = 1; card <= kMostCards; ++card)
    {
        const std::string digits = std::to_string(card);
        auto text =
            header.text("WAT" + std::to_string(number) + "_" + std::string(3 - digits.size(), '0') + digits);
        if (!text)
            break;
        text->resize(std::max(text->size(), kCardText), ' ');
        all += *text;
    }
    return all;
}

/// "units=Angstroms" -> Angstroms; quotes taken off.
std::string attribute(const std::string &text, const std::string &key)
{
    std::size_t place = text.find(key);
    while (place != std::string::npos && place > 0 && text[place - 1] != ' ')
        place = text.find(key, place + 1);
    if (place == std::string::npos)
        return {};
    place = text.find('=', place + key.size());
    const std::size_t first = place == std::string::npos ? place : text.find_first_not_of(' ', place + 1);
    if (first == std::string::npos)
        return {};
    const bool isQuoted = text[first] == '"';
    const std::size_t end = text.find(isQuoted ? '"' : ' ', first + 1);
    const std::size_t begin = isQuoted ? first + 1 : first;
    return text.substr(begin, end == std::string::npos ? end : end - begin);
}

std::string unitOfAxis(const ParsedFitsHeader &header, int axis)
{
    for (const std::string &keyword : {"CUNIT" + std::to_string(axis), std::string("XUNITS"),
                                       std::string("XUNIT"), std::string("WAVEUNIT"), std::string("WUNIT")})
        if (auto unit = header.text(keyword); unit && !trimmed(*unit).empty())
            return toUtf8(*unit);
    return attribute(worldText(header, axis), "units");
}

SpectralAxis linearAxis(double first, double step, std::size_t pixels)
{
    SpectralAxis axis;
    axis.isVector = false;
    axis.values.resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i)
        axis.values[i] = first + step * static_cast<double>(i);
    return axis;
}

/// Logarithms of Angstrom are below 7 to the base 10 and mostly above to the base e.
Scale logScale(double first)
{
    constexpr double kMostDecadic = 7.0;
    return first > kMostDecadic ? Scale::NaturalLog : Scale::Log10;
}

/// The fields of 'specN = "ap beam dtype w1 dw nw z aplow aphigh ..."'.
std::vector<double> multispecFields(const std::string &world, std::size_t line)
{
    const std::string spec = attribute(world, "spec" + std::to_string(line + 1) + " ");
    return numbersInText("(" + spec + ")").value_or(std::vector<double>());
}

Result<SpectralAxis> multispecAxis(const ParsedFitsHeader &header, std::size_t pixels, std::size_t line)
{
    const std::string world = worldText(header, 2);
    const std::vector<double> fields = multispecFields(world, line);
    constexpr std::size_t kFewestFields = 7;
    const std::string found = "IRAF multispec, spec" + std::to_string(line + 1) + " = \"" +
                              attribute(world, "spec" + std::to_string(line + 1) + " ").substr(0, 60) + "\"";
    if (fields.size() < kFewestFields)
        return expectedButFound("an aperture, beam, dispersion type, first wavelength, step, number and "
                                "redshift of the spectrum's line",
                                found);
    const double type = fields[2];
    if (type != 0.0 && type != 1.0)
        return failure(ErrorKind::Unsupported, "expected a linear or log-linear dispersion, found " + found +
                                                   (type < 0.0 ? " (not calibrated)"
                                                               : " (a non-linear function; IRAF's dispcor "
                                                                 "makes it linear)"));
    SpectralAxis axis = linearAxis(fields[3], fields[4], pixels);
    if (type == 1.0)
        axis.scale = Scale::Log10;
    // cite: IRAF specwcs: the wavelengths are those of w / (1 + z)
    const double z = fields[6];
    for (double &value : axis.values)
        value = type == 1.0 ? value - std::log10(1.0 + z) : value / (1.0 + z);
    constexpr std::size_t kValidPixels = 5;
    if (const double valid = fields[kValidPixels]; valid >= 2.0 && valid < static_cast<double>(pixels))
    {
        axis.isVector = true; // what lies behind fills up the line
        std::fill(axis.values.begin() + static_cast<std::ptrdiff_t>(valid), axis.values.end(),
                  std::numeric_limits<double>::quiet_NaN());
    }
    axis.unit = attribute(worldText(header, 1), "units");
    if (axis.unit.empty())
        axis.unit = attribute(world, "units");
    return axis;
}

bool isMultispec(const ParsedFitsHeader &header)
{
    return typeOf(header, 1).starts_with("MULTISPE") ||
           attribute(worldText(header, 0), "system") == "multispec";
}

/// The axis of CRVAL, CDELT or CD, CRPIX.
Result<SpectralAxis> worldAxis(const ParsedFitsHeader &header, std::size_t pixels, int axis)
{
    const std::string digit = std::to_string(axis);
    const std::string type = typeOf(header, axis);
    const double reference = *header.number("CRVAL" + digit);
    const double step = *stepOf(header, digit);
    const double first = reference + (1.0 - header.number("CRPIX" + digit).value_or(1.0)) * step;
    if (step == 0.0)
        return expectedButFound("a step along the axis of wavelengths", "0");
    SpectralAxis result = linearAxis(first, step, pixels);
    result.unit = unitOfAxis(header, axis);
    const bool isLog = header.integer("DC-FLAG") == 1 || type.find("LOG") != std::string::npos;
    constexpr double kMostLogarithm = 20.0;
    if (isLog && std::abs(reference) < kMostLogarithm)
        result.scale = logScale(first);
    else if (isLog)
    {
        // cite: Greisen et al. 2006, eq. 5: S = S_r exp(w / S_r), w the distance from the reference
        for (double &value : result.values)
            value = reference * std::exp((value - reference) / reference);
    }
    if (trimmed(result.unit).empty() && !isLog)
    {
        if (type.starts_with("FREQ"))
            result.unit = "Hz";
        else if (type.starts_with("ENER"))
            result.unit = "J";
        else if (type.starts_with("WAVN"))
            result.unit = "m-1";
    }
    return result;
}

} // namespace

data::WavelengthMedium mediumOf(const ParsedFitsHeader &header, int axis)
{
    const std::string vacuum = header.raw("VACUUM");
    if (vacuum == "VACUUM = T" || vacuum == "VACUUM = 1")
        return WavelengthMedium::Vacuum;
    if (vacuum == "VACUUM = F" || vacuum == "VACUUM = 0") // else it may be that of a cryostat
        return WavelengthMedium::Air;
    for (const std::string_view keyword : {"AIRORVAC", "WAVETYPE", "AIRVAC", "VACAIR"})
    {
        const std::string text = uppered(header.text(keyword).value_or(""));
        if (text.starts_with("VAC"))
            return WavelengthMedium::Vacuum;
        if (text.starts_with("AIR"))
            return WavelengthMedium::Air;
    }
    const std::string type = typeOf(header, axis);
    const std::string_view kind = std::string_view(type).substr(0, 4);
    const bool isWhole = type.size() == 4 || (type.size() > 4 && type[4] == '-');
    if (isWhole && (kind == "WAVE" || kind == "FREQ" || kind == "ENER" || kind == "WAVN"))
        return WavelengthMedium::Vacuum;
    return isWhole && kind == "AWAV" ? WavelengthMedium::Air : WavelengthMedium::Unknown;
}

bool isOtherAxis(const ParsedFitsHeader &header, int axis)
{
    return isOtherType(typeOf(header, axis));
}

bool hasSpectralAxis(const ParsedFitsHeader &header, int axis)
{
    const std::string digit = std::to_string(axis);
    if (axis == 1 && header.number("COEFF0") && header.number("COEFF1"))
        return true;
    if (axis == 1 && isMultispec(header))
        return true;
    return header.number("CRVAL" + digit) && stepOf(header, digit) && !isOtherType(typeOf(header, axis));
}

Result<SpectralAxis> axisOfHeader(const ParsedFitsHeader &header, std::size_t pixels, int axis,
                                  std::size_t line)
{
    const std::string digit = std::to_string(axis);
    Result<SpectralAxis> result;
    const auto coeff0 = header.number("COEFF0");
    const auto coeff1 = header.number("COEFF1");
    if (axis == 1 && coeff0 && coeff1)
    {
        result = linearAxis(*coeff0, *coeff1, pixels);
        result->scale = Scale::Log10;
        result->unit = "log10(Angstrom)";
    }
    else if (axis == 1 && isMultispec(header))
        result = multispecAxis(header, pixels, line);
    else if (isOtherType(typeOf(header, axis)))
        return failure(ErrorKind::Unsupported,
                       "expected an axis of wavelengths, found " + header.raw("CTYPE" + digit));
    else if (!header.number("CRVAL" + digit) || !stepOf(header, digit))
        return failure(ErrorKind::NotFound, "expected wavelengths (CRVAL" + digit + " with CDELT" + digit +
                                                " or CD" + digit + "_" + digit + ", or COEFF0), found " +
                                                header.raw("CRVAL" + digit));
    else
        result = worldAxis(header, pixels, axis);
    if (result)
        result->medium = mediumOf(header, axis);
    return result;
}

} // namespace somnium::io
