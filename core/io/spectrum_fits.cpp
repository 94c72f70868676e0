// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_fits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string_view>
#include <utility>

#include "core/io/cell_text.h"
#include "core/io/fits_cells.h"
#include "core/io/fits_pixels.h"
#include "core/io/spectrum_axis.h"
#include "core/sky/position.h"

namespace somnium::io
{

namespace
{

std::string extensionName(const ParsedFitsHdu &hdu)
{
    return std::string(trimmed(hdu.header.text("EXTNAME").value_or("")));
}

/// "FLUX", or "B_FLUX" of the group "B".
HduPart partOfHdu(const ParsedFitsHdu &hdu)
{
    const std::string name = extensionName(hdu);
    if (const SpectrumPart whole = partOf(name); whole != SpectrumPart::None)
        return {whole, {}};
    const std::size_t line = name.find('_');
    if (line == std::string::npos)
        return {};
    return {partOf(name.substr(line + 1)), name.substr(0, line)};
}

bool hasSameAxes(const ParsedFitsHdu &a, const ParsedFitsHdu &b)
{
    return isFitsImage(a) && isFitsImage(b) && a.axes == b.axes;
}

/// SDSS's spPlate: HDU 1 to 4 are fluxes, inverse variances and two masks of all fibres.
bool isPlate(const FitsStructure &structure)
{
    if (structure.hdus.size() < 2)
        return false;
    const ParsedFitsHdu &first = structure.hdus[0];
    const SpectrumPart second = partOfHdu(structure.hdus[1]).part;
    return first.axes.size() == 2 && first.header.number("COEFF0") && first.header.number("COEFF1") &&
           hasSameAxes(first, structure.hdus[1]) &&
           (second == SpectrumPart::InverseVariance || extensionName(structure.hdus[1]).empty());
}

SpectrumFile understand(std::span<const std::byte> bytes)
{
    SpectrumFile file;
    file.structure = readFitsStructure(bytes);
    for (const ParsedFitsHdu &hdu : file.structure.hdus)
        file.parts.push_back(partOfHdu(hdu));
    file.isPlate = isPlate(file.structure);
    if (file.isPlate)
    {
        file.parts[0] = {SpectrumPart::Flux, {}};
        file.parts[1] = {SpectrumPart::InverseVariance, {}};
        if (file.size() > 2 && hasSameAxes(file.hdu(0), file.hdu(2)))
            file.parts[2] = {SpectrumPart::Mask, {}};
        for (std::size_t i = 3; i < file.size(); ++i) // the mask of any exposure, resolution, sky
            file.parts[i] = {};
    }
    return file;
}

std::string firstText(const ParsedFitsHeader &header, std::span<const std::string_view> keywords)
{
    for (const std::string_view keyword : keywords)
        if (const auto text = header.longText(keyword); text && !trimmed(*text).empty())
            return toUtf8(trimmed(*text));
    return {};
}

std::optional<double> coordinate(const ParsedFitsHeader &header, std::string_view keyword, bool isRa)
{
    if (const auto number = header.number(keyword))
        return number;
    const auto text = header.text(keyword);
    if (!text)
        return std::nullopt;
    const auto degrees = isRa ? sky::parseRaDeg(*text) : sky::parseDecDeg(*text);
    return degrees ? std::optional(*degrees) : std::nullopt;
}

/// Positions of other equinoxes are left alone.
bool isJ2000(const ParsedFitsHeader &header)
{
    constexpr double kJ2000 = 2000.0;
    for (const std::string_view keyword : {"EQUINOX", "EPOCH"})
        if (const auto year = coordinate(header, keyword, false); year && *year != 0.0)
            return std::abs(*year - kJ2000) < 0.01;
    return !header.text("RADECSYS").value_or("").starts_with("FK4") &&
           !header.text("RADESYS").value_or("").starts_with("FK4");
}

void takePosition(const ParsedFitsHeader &header, RawSpectrum &raw)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kKeywords = {
        {{"PLUG_RA", "PLUG_DEC"},
         {"RAOBJ", "DECOBJ"},
         {"OBJRA", "OBJDEC"},
         {"RA_OBJ", "DEC_OBJ"},
         {"RA_TARG", "DEC_TARG"},
         {"RA", "DEC"}}};
    if (!isJ2000(header))
        return;
    for (const auto &[raWord, decWord] : kKeywords)
    {
        const auto ra = coordinate(header, raWord, true);
        const auto dec = coordinate(header, decWord, false);
        if (!ra || !dec)
            continue;
        raw.raDeg = *ra;
        raw.decDeg = *dec;
        return;
    }
}

/// "3606-55182-0001" of SDSS's plate, day and fibre.
std::string plateName(const ParsedFitsHeader &header)
{
    const auto plate = header.integer("PLATEID");
    const auto day = header.integer("MJD");
    const auto fibre = header.integer("FIBERID");
    if (!plate || !day || !fibre)
        return {};
    const std::string digits = std::to_string(*fibre);
    return std::to_string(*plate) + "-" + std::to_string(*day) + "-" +
           std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

void takeHeader(const ParsedFitsHeader &header, RawSpectrum &raw)
{
    constexpr std::array<std::string_view, 8> kNames = {"OBJECT", "OBJNAME",  "TARGNAME", "TARGET",
                                                        "DESIG",  "DESIGNAT", "MANGAID",  "OBSID"};
    if (raw.name.empty())
        raw.name = plateName(header);
    if (raw.name.empty())
        raw.name = firstText(header, kNames);
    if (std::isnan(raw.raDeg))
        takePosition(header, raw);
    const bool hasClass = header.has("CLASS") || header.has("SUBCLASS") || header.has("Z_ERR");
    if (const auto z = header.number("REDSHIFT"); z && std::isnan(raw.redshift))
        raw.redshift = *z;
    if (const auto z = header.number("Z"); z && hasClass && std::isnan(raw.redshift))
        raw.redshift = *z;
    if (raw.objectClass.empty() && hasClass)
    {
        raw.objectClass = trimmed(header.text("CLASS").value_or(""));
        const std::string sub(trimmed(header.text("SUBCLASS").value_or("")));
        raw.objectClass += (raw.objectClass.empty() || sub.empty() ? "" : " ") + sub;
    }
}

/// A table of one row that classifies the spectrum of the file: SDSS's SPALL or SPECOBJ.
void takeClassification(const SpectrumFile &file, RawSpectrum &raw)
{
    for (std::size_t i = 1; i < file.size(); ++i)
    {
        if (!isFitsTable(file.hdu(i)))
            continue;
        const auto cells = FitsCells::open(file.hdu(i));
        if (!cells || cells->rowCount() != 1)
            continue;
        const auto columns = findSpectrumColumns(cells->columns(), {}, true);
        if (!columns || columns->flux || !columns->redshift || !columns->objectClass)
            continue;
        raw.redshift = cells->number(*columns->redshift, 0);
        raw.objectClass = trimmed(cells->text(*columns->objectClass, 0));
        if (const std::string sub = columns->subclass ? cells->text(*columns->subclass, 0) : ""; !sub.empty())
            raw.objectClass += (raw.objectClass.empty() ? "" : " ") + sub;
        if (columns->raDeg && columns->decDeg)
        {
            raw.raDeg = cells->number(*columns->raDeg, 0);
            raw.decDeg = cells->number(*columns->decDeg, 0);
        }
        return;
    }
}

bool isOneTableOf(const FitsCells &cells, std::string_view name)
{
    return std::any_of(cells.columns().begin(), cells.columns().end(), [name](const TableColumn &column) {
        std::string upper = column.name;
        std::transform(upper.begin(), upper.end(), upper.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        return upper == name;
    });
}

TableContext contextOf(const SpectrumFile &file, const ParsedFitsHdu &hdu, const FitsCells &cells)
{
    TableContext context;
    context.hdu = hdu.number;
    context.medium = mediumOf(hdu.header);
    if (context.medium == data::WavelengthMedium::Unknown)
        context.medium = mediumOf(file.hdu(0).header);
    const bool isSurvey = isOneTableOf(cells, "AND_MASK") || isOneTableOf(cells, "ANDMASK");
    const bool isMastar = isOneTableOf(cells, "MANGAID");
    if (context.medium == data::WavelengthMedium::Unknown && (isSurvey || isMastar))
        context.medium = data::WavelengthMedium::Vacuum; // all of SDSS, and LAMOST
    if (isSurvey || isMastar)
        context.wavelengthUnit = "Angstrom";
    if (isSurvey)
        context.isBad = &isBadInSdss;
    if (cells.rowCount() == 1 || isSurvey)
    {
        context.defaults = objectOf(file, hdu);
        takeClassification(file, context.defaults);
    }
    else
        context.defaults.fluxUnit = objectOf(file, hdu).fluxUnit;
    // The same for all rows: looked for once.
    using Found = std::pair<std::size_t, std::optional<SpectralAxis>>;
    context.otherAxis = [&file, found = std::make_shared<std::optional<Found>>()](std::size_t wanted) {
        if (!*found || (*found)->first != wanted)
            *found = Found(wanted, axisInFile(file, {}, wanted));
        return (*found)->second;
    };
    return context;
}

std::optional<SpectralAxis> axisInImage(const ParsedFitsHdu &hdu, SpectrumPart part, std::size_t pixels)
{
    const bool isLog = part == SpectrumPart::LogWavelength;
    if (!isLog && part != SpectrumPart::Wavelength)
        return std::nullopt;
    const auto numbers = FitsPixels::open(hdu);
    if (!numbers || numbers->size() != pixels)
        return std::nullopt;
    SpectralAxis axis;
    axis.scale = isLog ? SpectralUnit::Scale::Log10 : SpectralUnit::Scale::Linear;
    axis.medium = mediumOf(hdu.header);
    axis.unit = hdu.header.text("BUNIT").value_or(hdu.header.text("CUNIT1").value_or(""));
    axis.values.reserve(pixels);
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
        axis.values.push_back(numbers->at(pixel));
    return axis;
}

/// A column of wavelengths, or a vector in the first row, of a table that has no fluxes.
std::optional<SpectralAxis> axisInTable(const ParsedFitsHdu &hdu, std::size_t pixels)
{
    const auto cells = FitsCells::open(hdu);
    if (!cells || cells->rowCount() == 0)
        return std::nullopt;
    for (const bool ofVectors : {false, true})
    {
        const auto columns = findSpectrumColumns(cells->columns(), {}, ofVectors);
        if (!columns || columns->flux || !columns->wavelength)
            continue;
        const std::size_t column = *columns->wavelength;
        SpectralAxis axis;
        for (std::size_t row = 0; row < (ofVectors ? 1 : cells->rowCount()); ++row)
            if (const auto numbers = cells->numbers(column, row))
                axis.values.insert(axis.values.end(), numbers->begin(), numbers->end());
        if (axis.values.size() != pixels)
            continue;
        axis.scale = columns->scale;
        axis.unit = cells->columns()[column].unit;
        if (axis.unit.empty())
            axis.unit = columns->impliedUnit;
        axis.medium =
            columns->medium == data::WavelengthMedium::Unknown ? mediumOf(hdu.header) : columns->medium;
        return axis;
    }
    return std::nullopt;
}

/// Every HDU that may hold spectra, and why those that hold none do not.
class FitsVisit
{
public:
    FitsVisit(const SpectrumFile &file, SpectrumSink &sink) : m_file(file), m_sink(sink) {}
    void run();

private:
    void visitHdus();
    [[nodiscard]] std::string contents() const;
    void visitTableHdu(std::size_t index);
    void visitImageHdu(std::size_t index);
    [[nodiscard]] bool isCandidate(std::size_t index) const;
    void note(std::size_t index, const std::string &why);

    const SpectrumFile &m_file;
    SpectrumSink &m_sink;
    bool m_hasFluxImage = false; ///< one that is called so
    bool m_hasCoadd = false;     ///< a table of added exposures: what else is there are its exposures
    bool m_isFound = false;
    std::vector<std::pair<int, std::string>> m_reasons;
};

void FitsVisit::note(std::size_t index, const std::string &why)
{
    m_reasons.emplace_back(m_file.hdu(index).number, why);
}

bool FitsVisit::isCandidate(std::size_t index) const
{
    const ParsedFitsHdu &hdu = m_file.hdu(index);
    if (isFitsTable(hdu))
        return !m_hasCoadd || extensionName(hdu).starts_with("COADD");
    if (!isFitsImage(hdu))
        return false;
    const SpectrumPart part = m_file.parts[index].part;
    return part == SpectrumPart::Flux || (part == SpectrumPart::None && !m_hasFluxImage);
}

void FitsVisit::visitTableHdu(std::size_t index)
{
    const ParsedFitsHdu &hdu = m_file.hdu(index);
    const auto cells = FitsCells::open(hdu);
    if (!cells)
        return note(index, cells.error().message);
    std::string why;
    const bool isTruncated = cells->rowCount() < cells->claimedRows();
    const auto pixels = findSpectrumColumns(cells->columns(), m_sink.options(), false);
    const auto vectors = findSpectrumColumns(cells->columns(), m_sink.options(), true);
    const bool isOneSpectrum = pixels && pixels->flux && pixels->wavelength && vectors && !vectors->flux;
    const std::string truncated = "expected " + std::to_string(cells->claimedRows()) + " rows, found " +
                                  std::to_string(cells->rowCount()) + " before the file ends";
    if (isTruncated && isOneSpectrum) // half a spectrum is none
    {
        m_isFound = true;
        return m_sink.problem(hdu.number, 0, truncated);
    }
    if (!visitTable(*cells, contextOf(m_file, hdu, *cells), m_sink, why))
        return note(index, why);
    m_isFound = m_isFound || cells->claimedRows() > 0;
    if (isTruncated)
        m_sink.problem(hdu.number, cells->rowCount(), truncated);
}

void FitsVisit::visitImageHdu(std::size_t index)
{
    std::string why;
    if (visitFluxImage(m_file, index, m_sink, why))
        m_isFound = true;
    else
        note(index, why);
}

void FitsVisit::visitHdus()
{
    for (std::size_t i = 0; i < m_file.size(); ++i)
    {
        const ParsedFitsHdu &hdu = m_file.hdu(i);
        m_hasFluxImage = m_hasFluxImage || (isFitsImage(hdu) && m_file.parts[i].part == SpectrumPart::Flux);
        m_hasCoadd = m_hasCoadd || (isFitsTable(hdu) && extensionName(hdu).starts_with("COADD"));
    }
    for (std::size_t i = 0; i < m_file.size() && !m_sink.isDone(); ++i)
    {
        if (!isCandidate(i) || !m_sink.wantsHdu(m_file.hdu(i).number))
            continue;
        if (isFitsTable(m_file.hdu(i)))
            visitTableHdu(i);
        else
            visitImageHdu(i);
    }
}

/// What is in a file without spectra.
std::string FitsVisit::contents() const
{
    std::string text;
    for (const ParsedFitsHdu &hdu : m_file.structure.hdus)
        text += (text.empty() ? "HDU " : "; HDU ") + std::to_string(hdu.number) + ": " +
                (hdu.axes.empty() ? "NAXIS = 0" : hdu.kind() + " " + extensionName(hdu));
    for (const auto &[hdu, why] : m_reasons)
        text += "; of HDU " + std::to_string(hdu) + ": " + why;
    return text;
}

void FitsVisit::run()
{
    if (visitSurveyRows(m_file, m_sink))
        m_isFound = true;
    else
        visitHdus();
    const FitsStructure &structure = m_file.structure;
    if (structure.end && m_sink.wantsHdu(structure.endHdu))
        return m_sink.problem(structure.endHdu, 0, structure.end->message);
    if (m_isFound || !m_sink.isSilent() || m_sink.isDone())
        return;
    if (m_reasons.size() == 1)
        return m_sink.problem(m_reasons.front().first, 0, m_reasons.front().second);
    m_sink.problem(0, 0, "expected at least one spectrum, found " + contents());
}

} // namespace

RawSpectrum objectOf(const SpectrumFile &file, const ParsedFitsHdu &hdu)
{
    constexpr std::array<std::string_view, 3> kFluxUnits = {"BUNIT", "YUNITS", "YUNIT"};
    RawSpectrum raw;
    takeHeader(hdu.header, raw);
    takeHeader(file.hdu(0).header, raw);
    raw.fluxUnit = firstText(hdu.header, kFluxUnits);
    if (raw.fluxUnit.empty())
        raw.fluxUnit = firstText(file.hdu(0).header, kFluxUnits);
    return raw;
}

std::optional<SpectralAxis> axisInFile(const SpectrumFile &file, const std::string &group, std::size_t pixels)
{
    for (std::size_t i = 0; i < file.size(); ++i)
    {
        const ParsedFitsHdu &hdu = file.hdu(i);
        std::optional<SpectralAxis> axis;
        if (isFitsImage(hdu) && file.parts[i].group == group)
            axis = axisInImage(hdu, file.parts[i].part, pixels);
        else if (isFitsTable(hdu))
            axis = axisInTable(hdu, pixels);
        if (axis)
            return axis;
    }
    return std::nullopt;
}

void visitFitsSpectra(std::span<const std::byte> bytes, SpectrumSink &sink)
{
    const SpectrumFile file = understand(bytes);
    if (file.size() == 0)
        return sink.problem(1, 0,
                            file.structure.end ? file.structure.end->message
                                               : "expected at least one spectrum, found no HDU");
    FitsVisit(file, sink).run();
}

} // namespace somnium::io
