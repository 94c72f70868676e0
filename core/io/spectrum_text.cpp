// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "core/io/cell_text.h"
#include "core/io/csv.h"
#include "core/io/problem.h"
#include "core/io/spectrum_table.h"
#include "core/io/text_lines.h"
#include "core/sky/position.h"

namespace somnium::io
{

namespace
{

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
/// A line of so many rising numbers is one of wavelengths.
constexpr std::size_t kFewestWavelengths = 8;
constexpr std::size_t kMostUnnamed = 4;

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

bool isMonotonic(const std::vector<double> &values)
{
    const auto inOrder = [&values](auto compare) {
        return std::adjacent_find(values.begin(), values.end(),
                                  [&](double a, double b) { return !compare(a, b); }) == values.end();
    };
    return inOrder(std::less<>()) || inOrder(std::greater<>());
}

/// One text that holds spectra.
class TextSpectra
{
public:
    TextSpectra(std::span<const std::byte> bytes, std::string_view text, const std::string &name,
                SpectrumSink &sink)
        : m_bytes(bytes), m_name(name), m_sink(sink), m_lines(TextLines::of(text))
    {}
    void visit();

private:
    void takeNames();
    void takeComments();
    [[nodiscard]] bool hasArrays() const;
    void visitArrays();
    [[nodiscard]] bool isWide();
    void visitWide();
    [[nodiscard]] Result<RawSpectrum> wideRow(const TextLine &line) const;
    [[nodiscard]] Result<SpectrumColumns> unnamedColumns(std::size_t count) const;
    [[nodiscard]] Result<SpectrumColumns> columnsOfPixels(std::size_t count) const;
    [[nodiscard]] Result<RawSpectrum> pixels() const;
    [[nodiscard]] Result<std::vector<std::vector<double>>> numbers(const std::vector<std::size_t> &columns,
                                                                   std::size_t count) const;
    [[nodiscard]] bool isAsked() const
    {
        const SpectrumLayout layout = m_sink.options().layout;
        return layout == SpectrumLayout::Pixels || layout == SpectrumLayout::Bands;
    }

    std::span<const std::byte> m_bytes;
    const std::string &m_name;
    SpectrumSink &m_sink;
    TextLines m_lines;
    std::size_t m_first = 0;              ///< line of the body where the numbers begin
    std::vector<TableColumn> m_columns;   ///< by their names; empty: they have none
    std::vector<std::size_t> m_fluxCells; ///< of a line for each spectrum
    std::vector<double> m_wavelengths;    ///< of those
    RawSpectrum m_object;
    data::WavelengthMedium m_medium = data::WavelengthMedium::Unknown;
};

/// Names out of the lines of words above the numbers, or out of a comment of as many cells.
void TextSpectra::takeNames()
{
    constexpr std::size_t kMostTitles = 20;
    const auto isNumber = [](std::string_view cell) {
        return numberInCell(cell).has_value() || isMissingMark(cell);
    };
    const auto areWords = [&](const std::vector<std::string> &names) {
        return std::none_of(names.begin(), names.end(), [&](const std::string &name) {
            return isNumber(name) || name.find_first_not_of("-=*+") == std::string::npos;
        });
    };
    const std::vector<TextLine> &body = m_lines.body;
    while (m_first < std::min(kMostTitles, body.size() - 1))
    {
        const auto cells = m_lines.cells(body[m_first].text);
        if (std::any_of(cells.begin(), cells.end(), isNumber))
            break;
        ++m_first;
    }
    const std::size_t count = m_lines.cells(body[m_first].text).size();
    const auto toColumns = [](const std::vector<std::string> &names) {
        std::vector<TableColumn> columns(names.size());
        std::transform(names.begin(), names.end(), columns.begin(), &columnNamed);
        return columns;
    };
    for (std::size_t i = 0; i < m_first; ++i)
    {
        const std::vector<std::string> names = m_lines.names(body[i].text);
        const bool isUnits = !m_columns.empty() && i + 1 == m_first && names.size() == m_columns.size();
        for (std::size_t k = 0; isUnits && k < names.size(); ++k)
            m_columns[k].unit = names[k]; // words below the names
        if (!isUnits && names.size() == count && count > 1)
            m_columns = toColumns(names);
    }
    for (std::size_t i = m_lines.comments.size(); i-- > 0 && m_columns.empty();)
    {
        const std::vector<std::string> names = m_lines.names(m_lines.comments[i]);
        // Two words may be any remark; so may more that do not stand right above the numbers.
        const bool areKnown = std::any_of(names.begin(), names.end(), [](const std::string &name) {
            return partOf(columnNamed(name).name) != SpectrumPart::None;
        });
        const bool mayBeNames = areKnown || (count > 2 && i + 1 == m_lines.comments.size());
        if (names.size() == count && count > 1 && mayBeNames && areWords(names))
            m_columns = toColumns(names);
    }
}

/// "object = Vega", "redshift: 0.1", "- {name: wave, unit: nm}" (ECSV), "wavelengths in air".
void TextSpectra::takeComments()
{
    for (const std::string_view comment : m_lines.comments)
    {
        const std::string lower = lowered(comment);
        if (lower.find("vacuum") != std::string::npos)
            m_medium = data::WavelengthMedium::Vacuum;
        else if (lower.find("in air") != std::string::npos || lower.find("air wave") != std::string::npos)
            m_medium = data::WavelengthMedium::Air;
        if (const std::size_t named = comment.find("name: "); named != std::string_view::npos)
        {
            const std::string_view rest = comment.substr(named + 6);
            const std::string_view name = trimmed(rest.substr(0, rest.find_first_of(",}")));
            const std::size_t unit = rest.find("unit: ");
            for (TableColumn &column : m_columns)
                if (column.name == name && unit != std::string_view::npos)
                    column.unit = trimmed(rest.substr(unit + 6, rest.find_first_of(",}", unit) - unit - 6));
            continue;
        }
        const std::size_t sign = comment.find_first_of("=:");
        if (sign == std::string_view::npos)
            continue;
        const std::string key(trimmed(std::string_view(lower).substr(0, sign)));
        const std::string_view value = trimmed(comment.substr(sign + 1));
        if (key == "object" || key == "target" || key == "objname")
            m_object.name = toUtf8(value);
        else if (key == "redshift" || key == "z")
            m_object.redshift = numberInCell(value).value_or(kNoNumber);
        else if (key == "ra")
            m_object.raDeg = sky::parseRaDeg(value).value_or(kNoNumber);
        else if (key == "dec")
            m_object.decDeg = sky::parseDecDeg(value).value_or(kNoNumber);
    }
}

bool TextSpectra::hasArrays() const
{
    if (m_lines.body.size() < 2)
        return false;
    const std::string_view line = m_lines.body[1].text;
    const std::size_t open = line.find_first_of("[({");
    const std::size_t inside = open == std::string_view::npos ? open : line.find_first_not_of(' ', open + 1);
    constexpr std::string_view kNumberStarts = "0123456789+-.nN"; // a unit may stand in brackets too
    return open != std::string_view::npos &&                      // the array may go on in the next line
           (inside == std::string_view::npos || kNumberStarts.find(line[inside]) != std::string_view::npos);
}

void TextSpectra::visitArrays()
{
    const auto catalogue = readCsv(m_bytes, m_name);
    if (!catalogue)
        return m_sink.problem(0, 0, catalogue.error().message);
    TableContext context;
    context.medium = m_medium;
    std::string why;
    if (!visitTable(CatalogueTable(*catalogue), context, m_sink, why))
        m_sink.problem(0, 0, why);
}

/// Finds the wavelengths and the cells of fluxes if each line is a spectrum.
bool TextSpectra::isWide()
{
    const SpectrumReadOptions &options = m_sink.options();
    if (options.layout != SpectrumLayout::Auto && options.layout != SpectrumLayout::Spectra)
        return false;
    const auto header = m_lines.cells(m_lines.body.front().text);
    for (std::size_t i = 0; i < header.size(); ++i)
    {
        std::string_view cell = header[i];
        if (cell.size() > 1 && cell.front() == '"' && cell.back() == '"')
            cell = cell.substr(1, cell.size() - 2);
        if (const auto number = numberInCell(cell); number && std::isfinite(*number))
        {
            m_wavelengths.push_back(*number);
            m_fluxCells.push_back(i);
        }
    }
    const bool isHeader = m_wavelengths.size() >= kFewestWavelengths && isMonotonic(m_wavelengths) &&
                          m_wavelengths.front() > 0.0 && m_wavelengths.back() > 0.0 &&
                          m_lines.body.size() > 1;
    // Numbers 1, 2, 3, ... stand above tables of other kinds: what is below must be numbers too.
    const auto below = isHeader ? m_lines.cells(m_lines.body[1].text) : header;
    const bool isAboveNumbers =
        below.size() == header.size() &&
        std::all_of(m_fluxCells.begin(), m_fluxCells.end(), [&](std::size_t i) {
            return below[i].empty() || isMissingMark(below[i]) || numberInCell(below[i]);
        });
    if (isHeader && isAboveNumbers)
    {
        m_columns.clear();
        for (const std::string_view name : header)
        {
            m_columns.push_back(columnNamed(name));
            m_columns.back().isText = true;
        }
        m_first = 1;
        return true;
    }
    // Without such a line: as many cells as there are wavelengths from elsewhere, names before them.
    const std::size_t given = options.wavelengths.size();
    const std::size_t cells = m_lines.cells(m_lines.body.back().text).size();
    const bool isGiven =
        given > 0 && cells >= given && (given > kMostUnnamed || options.layout == SpectrumLayout::Spectra);
    const bool isRuled = given == 0 && options.rule && options.layout == SpectrumLayout::Spectra;
    m_wavelengths.clear();
    m_fluxCells.clear();
    if (!isGiven && !isRuled)
        return false;
    const std::size_t pixels = isGiven ? given : cells;
    for (std::size_t i = cells - pixels; i < cells; ++i)
        m_fluxCells.push_back(i);
    return true;
}

Result<RawSpectrum> TextSpectra::wideRow(const TextLine &line) const
{
    const auto cells = m_lines.cells(line.text);
    const std::string place = " (line " + std::to_string(line.number) + ")";
    if (m_fluxCells.back() >= cells.size())
        return expectedButFound(std::to_string(m_fluxCells.back() + 1) + " cells",
                                std::to_string(cells.size()) + place);
    RawSpectrum raw = m_object;
    for (const std::size_t i : m_fluxCells)
    {
        const auto number = numberInCell(cells[i]);
        if (!number && !cells[i].empty() && !isMissingMark(cells[i]))
            return expectedButFound("numbers", "'" + toUtf8(cells[i].substr(0, 40)) + "'" + place);
        raw.flux.push_back(fluxOf(number.value_or(kNoNumber)));
    }
    if (!m_wavelengths.empty())
    {
        raw.axis.values = m_wavelengths;
        raw.axis.medium = m_medium;
    }
    else
    {
        auto axis = axisFromOptions(m_sink.options(), raw.flux.size());
        if (!axis)
            return failure(axis.error());
        raw.axis = std::move(*axis);
    }
    const auto isFlux = [this](std::size_t i) {
        return std::find(m_fluxCells.begin(), m_fluxCells.end(), i) != m_fluxCells.end();
    };
    const auto columns = findSpectrumColumns(m_columns, {}, true);
    const auto cell = [&](std::optional<std::size_t> column) {
        return column && *column < cells.size() && !isFlux(*column) ? cells[*column] : std::string_view();
    };
    const bool hasName = columns && !cell(columns->name).empty();
    if (hasName)
        raw.name = toUtf8(cell(columns->name));
    else if (!isFlux(0))
        raw.name = toUtf8(cells[0]);
    if (columns)
    {
        raw.raDeg = sky::parseRaDeg(cell(columns->raDeg)).value_or(kNoNumber);
        raw.decDeg = sky::parseDecDeg(cell(columns->decDeg)).value_or(kNoNumber);
        raw.redshift = numberInCell(cell(columns->redshift)).value_or(kNoNumber);
        raw.objectClass = toUtf8(cell(columns->objectClass));
    }
    return raw;
}

void TextSpectra::visitWide()
{
    const std::size_t count = m_lines.body.size() - m_first;
    for (std::size_t i = m_sink.firstOf(count); i < m_sink.endOf(count) && !m_sink.isDone(); ++i)
        m_sink.give(0, i, wideRow(m_lines.body[m_first + i]));
}

/// Of `count` columns without names: wavelength, flux, error, mask.
Result<SpectrumColumns> TextSpectra::unnamedColumns(std::size_t count) const
{
    SpectrumColumns columns;
    if (count == 1)
    {
        columns.flux = 0;
        return columns;
    }
    if (count > kMostUnnamed && !isAsked())
        return expectedButFound("two to four columns (wavelength, flux, error, mask), or names above them",
                                std::to_string(count) + " without names");
    columns.wavelength = 0;
    columns.flux = 1;
    if (count > 2)
    {
        columns.noise = 2;
        columns.noiseKind = Noise::Sigma;
    }
    if (count > 3)
        columns.mask = 3;
    return columns;
}

/// Which of `count` columns hold what.
Result<SpectrumColumns> TextSpectra::columnsOfPixels(std::size_t count) const
{
    if (m_columns.empty())
        return unnamedColumns(count);
    if (m_columns.size() != count)
        return expectedButFound(std::to_string(m_columns.size()) + " cells as there are names",
                                std::to_string(count));
    auto columns = findSpectrumColumns(m_columns, m_sink.options(), false);
    if (!columns)
        return columns;
    if (columns->wavelength && !columns->flux && *columns->wavelength + 1 < count)
        columns->flux = *columns->wavelength + 1;
    const bool hasAxis =
        columns->wavelength || axisFromOptions(m_sink.options(), m_lines.body.size() - m_first);
    if (columns->flux && hasAxis)
        return columns;
    if (isAsked())
        return unnamedColumns(count);
    constexpr std::size_t kMostNames = 8;
    std::string names;
    for (std::size_t i = 0; i < std::min(kMostNames, m_columns.size()); ++i)
        names += (i == 0 ? "" : ", ") + m_columns[i].name;
    return failure(ErrorKind::NotFound, "expected columns of wavelength and flux, found " + names);
}

/// The numbers of some columns, all lines.
Result<std::vector<std::vector<double>>> TextSpectra::numbers(const std::vector<std::size_t> &columns,
                                                              std::size_t count) const
{
    std::vector<std::vector<double>> values(columns.size());
    for (std::size_t i = m_first; i < m_lines.body.size(); ++i)
    {
        const TextLine &line = m_lines.body[i];
        const auto cells = m_lines.cells(line.text);
        if (cells.size() != count)
            return expectedButFound(std::to_string(count) + " cells", std::to_string(cells.size()) +
                                                                          " (line " +
                                                                          std::to_string(line.number) + ")");
        for (std::size_t k = 0; k < columns.size(); ++k)
        {
            const std::string_view cell = cells[columns[k]];
            const auto number = numberInCell(cell);
            if (!number && !cell.empty() && !isMissingMark(cell))
                return expectedButFound("numbers", "'" + toUtf8(cell.substr(0, 40)) + "' (line " +
                                                       std::to_string(line.number) + ")");
            values[k].push_back(number.value_or(kNoNumber));
        }
    }
    return values;
}

Result<RawSpectrum> TextSpectra::pixels() const
{
    const std::size_t count = m_lines.cells(m_lines.body[m_first].text).size();
    const auto columns = columnsOfPixels(count);
    if (!columns)
        return failure(columns.error());
    std::vector<std::size_t> wanted = {*columns->flux};
    for (const auto &column : {columns->wavelength, columns->noise, columns->mask})
        if (column)
            wanted.push_back(*column);
    auto values = numbers(wanted, count);
    if (!values)
        return failure(values.error());
    RawSpectrum raw = m_object;
    for (const double value : (*values)[0])
        raw.flux.push_back(fluxOf(value));
    std::size_t next = 1;
    if (columns->wavelength)
    {
        raw.axis.values = std::move((*values)[next++]);
        raw.axis.scale = columns->scale;
        raw.axis.medium = columns->medium == data::WavelengthMedium::Unknown ? m_medium : columns->medium;
        raw.axis.unit = m_columns.empty() ? "" : m_columns[*columns->wavelength].unit;
        if (raw.axis.unit.empty())
            raw.axis.unit = columns->impliedUnit;
        if (m_columns.empty() && !isAsked() && !isMonotonic(raw.axis.values))
            return expectedButFound("wavelengths that rise or fall in the first column, or names above the "
                                    "columns",
                                    "neither");
    }
    else
    {
        auto axis = axisFromOptions(m_sink.options(), raw.flux.size());
        if (!axis)
            return failure(axis.error());
        raw.axis = std::move(*axis);
    }
    if (columns->noise)
    {
        raw.noise = std::move((*values)[next++]);
        raw.noiseKind = columns->noiseKind;
    }
    if (columns->mask)
        for (const double value : (*values)[next])
            raw.mask.push_back(value != 0.0 ? 1 : 0);
    if (!m_columns.empty())
        raw.fluxUnit = m_columns[*columns->flux].unit;
    return raw;
}

void TextSpectra::visit()
{
    if (m_lines.body.empty())
        return m_sink.problem(0, 0, "expected lines of numbers, found none");
    takeNames();
    takeComments();
    if (hasArrays())
        return visitArrays();
    if (isWide())
        return visitWide();
    if (m_sink.wants(0, 0))
        m_sink.give(0, 0, pixels());
}

} // namespace

void visitTextSpectra(std::span<const std::byte> bytes, const std::string &name, SpectrumSink &sink)
{
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size()); // NOLINT
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (text.find('\0') != std::string_view::npos)
        return sink.problem(0, 0,
                            "expected FITS, .npy, a VOTable or text, found " + std::to_string(bytes.size()) +
                                " bytes of another kind");
    TextSpectra(bytes, text, name, sink).visit();
}

} // namespace somnium::io
