// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/io/cell_text.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kFewestPixels = 2;

/// Gaia DR3's sampled mean spectra: 336, 338, ... 1020 nm; its files do not say so.
constexpr std::size_t kGaiaSamples = 343;
constexpr double kGaiaFirstNm = 336.0;
constexpr double kGaiaStepNm = 2.0;

std::vector<std::uint8_t> maskOf(const std::vector<double> &values, const std::function<bool(double)> &isBad)
{
    std::vector<std::uint8_t> mask(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        mask[i] = (isBad ? isBad(values[i]) : values[i] != 0.0) ? 1 : 0; // NaN is not 0: bad
    return mask;
}

std::vector<float> fluxesOf(const std::vector<double> &values)
{
    std::vector<float> fluxes(values.size());
    std::transform(values.begin(), values.end(), fluxes.begin(), &fluxOf);
    return fluxes;
}

std::string unitOf(const SpectrumTable &table, std::optional<std::size_t> column)
{
    return column ? table.columns()[*column].unit : std::string();
}

/// How the axis of a table's column is to be understood; without its values.
SpectralAxis axisOf(const SpectrumTable &table, const SpectrumColumns &columns, const TableContext &context)
{
    SpectralAxis axis;
    axis.unit = unitOf(table, columns.wavelength);
    if (trimmed(axis.unit).empty())
        axis.unit = columns.impliedUnit.empty() ? context.wavelengthUnit : columns.impliedUnit;
    axis.scale = columns.scale;
    axis.medium = columns.medium == data::WavelengthMedium::Unknown ? context.medium : columns.medium;
    return axis;
}

/// The first `length` values where a cell is padded with NaN to the length of the longest.
void cutPadding(RawSpectrum &raw)
{
    std::vector<double> &wavelengths = raw.axis.values;
    while (wavelengths.size() > kFewestPixels && std::isnan(wavelengths.back()))
        wavelengths.pop_back();
    const std::size_t length = wavelengths.size();
    const auto cut = [length](auto &values) {
        const bool isPadded = values.size() > length &&
                              std::all_of(values.begin() + static_cast<std::ptrdiff_t>(length), values.end(),
                                          [](auto v) { return std::isnan(static_cast<double>(v)); });
        if (isPadded)
            values.resize(length);
    };
    cut(raw.flux);
    cut(raw.noise);
}

std::optional<double> numberIn(const SpectrumTable &table, std::optional<std::size_t> column, std::size_t row)
{
    if (!column)
        return std::nullopt;
    if (table.columns()[*column].isText)
        return parseReal(trimmed(table.text(*column, row)));
    return table.number(*column, row);
}

void takeObject(const SpectrumTable &table, const SpectrumColumns &columns, std::size_t row, RawSpectrum &raw)
{
    if (columns.name)
        raw.name = table.text(*columns.name, row);
    const auto ra = numberIn(table, columns.raDeg, row);
    const auto dec = numberIn(table, columns.decDeg, row);
    if (ra && dec)
    {
        raw.raDeg = *ra;
        raw.decDeg = *dec;
    }
    if (const auto z = numberIn(table, columns.redshift, row))
        raw.redshift = *z;
    if (columns.objectClass)
        raw.objectClass = table.text(*columns.objectClass, row);
    if (const std::string sub = columns.subclass ? table.text(*columns.subclass, row) : ""; !sub.empty())
        raw.objectClass += (raw.objectClass.empty() ? "" : " ") + sub;
}

/// Wavelengths for the vectors of a table that has no column of them.
Result<SpectralAxis> outsideAxis(const SpectrumTable &table, const SpectrumColumns &columns,
                                 const TableContext &context, const SpectrumReadOptions &options,
                                 std::size_t pixels)
{
    if (context.otherAxis)
        if (auto axis = context.otherAxis(pixels))
            return std::move(*axis);
    if (auto axis = axisFromOptions(options, pixels))
        return axis;
    const bool isGaia = pixels == kGaiaSamples && columns.noise && columns.name &&
                        table.columns()[*columns.name].name == "source_id";
    if (!isGaia)
        return axisFromOptions(options, pixels);
    SpectralAxis axis;
    axis.unit = "nm";
    axis.medium = data::WavelengthMedium::Vacuum;
    axis.note = "wavelengths of Gaia's sampled spectra";
    for (std::size_t i = 0; i < pixels; ++i)
        axis.values.push_back(kGaiaFirstNm + kGaiaStepNm * static_cast<double>(i));
    return axis;
}

Result<RawSpectrum> readRow(const SpectrumTable &table, const SpectrumColumns &columns,
                            const TableContext &context, const SpectrumReadOptions &options, std::size_t row)
{
    RawSpectrum raw = context.defaults;
    auto flux = table.numbers(*columns.flux, row);
    if (!flux)
        return failure(flux.error());
    raw.flux = fluxesOf(*flux);
    if (columns.wavelength)
    {
        raw.axis = axisOf(table, columns, context);
        auto values = table.numbers(*columns.wavelength, row);
        if (!values)
            return failure(values.error());
        raw.axis.values = std::move(*values);
    }
    else
    {
        auto axis = outsideAxis(table, columns, context, options, raw.flux.size());
        if (!axis)
            return failure(axis.error());
        raw.axis = std::move(*axis);
    }
    if (columns.noise)
    {
        auto noise = table.numbers(*columns.noise, row);
        if (!noise)
            return failure(noise.error());
        raw.noise = std::move(*noise);
        raw.noiseKind = columns.noiseKind;
    }
    if (raw.axis.values.size() == flux->size())
        cutPadding(raw);
    if (columns.mask)
    {
        auto mask = table.numbers(*columns.mask, row);
        if (!mask)
            return failure(mask.error());
        raw.mask = maskOf(*mask, context.isBad);
        if (raw.mask.size() == flux->size())
            raw.mask.resize(raw.flux.size());
    }
    if (std::string unit = unitOf(table, columns.flux); !unit.empty())
        raw.fluxUnit = std::move(unit);
    takeObject(table, columns, row, raw);
    return raw;
}

Result<std::vector<double>> wholeColumn(const SpectrumTable &table, std::size_t column)
{
    std::vector<double> values;
    values.reserve(table.rowCount());
    for (std::size_t row = 0; row < table.rowCount(); ++row)
    {
        const auto cell = table.numbers(column, row);
        if (!cell)
            return failure(cell.error());
        values.push_back(cell->empty() ? kNoNumber : cell->front());
    }
    return values;
}

Result<RawSpectrum> readPixels(const SpectrumTable &table, const SpectrumColumns &columns,
                               const TableContext &context)
{
    RawSpectrum raw = context.defaults;
    raw.axis = axisOf(table, columns, context);
    auto wavelengths = wholeColumn(table, *columns.wavelength);
    if (!wavelengths)
        return failure(wavelengths.error());
    raw.axis.values = std::move(*wavelengths);
    const auto flux = wholeColumn(table, *columns.flux);
    if (!flux)
        return failure(flux.error());
    raw.flux = fluxesOf(*flux);
    if (columns.noise)
    {
        auto noise = wholeColumn(table, *columns.noise);
        if (!noise)
            return failure(noise.error());
        raw.noise = std::move(*noise);
        raw.noiseKind = columns.noiseKind;
    }
    if (columns.mask)
    {
        const auto mask = wholeColumn(table, *columns.mask);
        if (!mask)
            return failure(mask.error());
        raw.mask = maskOf(*mask, context.isBad);
    }
    if (std::string unit = unitOf(table, columns.flux); !unit.empty())
        raw.fluxUnit = std::move(unit);
    return raw;
}

std::string namesOf(const std::vector<TableColumn> &columns)
{
    constexpr std::size_t kMostNames = 8;
    std::string names;
    for (std::size_t i = 0; i < columns.size() && i < kMostNames; ++i)
        names += (names.empty() ? "" : ", ") + columns[i].name;
    if (columns.size() > kMostNames)
        names += " and " + std::to_string(columns.size() - kMostNames) + " more";
    return names.empty() ? "none" : names;
}

/// Which fault of a column named like a flux or wavelength kept it from being found.
std::string faultOf(const std::vector<TableColumn> &columns)
{
    for (const TableColumn &column : columns)
        if (!column.fault.empty() && partOf(column.name) != SpectrumPart::None)
            return column.fault + " (column '" + column.name + "')";
    return {};
}

} // namespace

double SpectrumTable::number(std::size_t column, std::size_t row) const
{
    const auto cell = numbers(column, row);
    return cell && !cell->empty() ? cell->front() : kNoNumber;
}

CatalogueTable::CatalogueTable(const data::Catalogue &catalogue) : m_catalogue(&catalogue)
{
    for (const data::Column &column : catalogue.columns())
    {
        TableColumn shown{column.name, column.unit, column.ucd, column.width, false, {}};
        if (column.type() == data::ColumnType::Text)
        {
            shown.isText = true;
            for (std::size_t row = 0; row < column.rowCount(); ++row)
                if (!column.isMissing(row))
                {
                    const auto values = numbersInText(column.text(row));
                    shown.isText = !values;
                    shown.width = values ? 0 : 1;
                    break;
                }
        }
        m_columns.push_back(std::move(shown));
    }
}

Result<std::vector<double>> CatalogueTable::numbers(std::size_t column, std::size_t row) const
{
    const data::Column &values = m_catalogue->columns()[column];
    if (const auto *texts = std::get_if<std::vector<std::string>>(&values.values))
    {
        auto numbers = numbersInText((*texts)[row]);
        if (!numbers)
            return expectedButFound("numbers in brackets in column '" + values.name + "'",
                                    "'" + (*texts)[row].substr(0, 40) + "'");
        return std::move(*numbers);
    }
    if (values.width == 1)
        return std::vector<double>{values.number(row)};
    if (values.isMissing(row))
        return std::vector<double>(values.width, kNoNumber);
    std::vector<double> cell;
    std::visit(
        [&](const auto &all) {
            using Value = typename std::decay_t<decltype(all)>::value_type;
            if constexpr (!std::is_same_v<Value, std::string>)
                for (std::size_t i = row * values.width; i < (row + 1) * values.width; ++i)
                    cell.push_back(static_cast<double>(all[i]));
        },
        values.values);
    return cell;
}

std::string CatalogueTable::text(std::size_t column, std::size_t row) const
{
    return m_catalogue->columns()[column].text(row);
}

std::optional<std::vector<double>> numbersInText(const std::string &text)
{
    std::string_view rest = trimmed(text);
    const bool isBracketed = rest.size() >= 2 && ((rest.front() == '(' && rest.back() == ')') ||
                                                  (rest.front() == '[' && rest.back() == ']') ||
                                                  (rest.front() == '{' && rest.back() == '}'));
    if (!isBracketed)
        return std::nullopt;
    rest = rest.substr(1, rest.size() - 2);
    constexpr std::string_view kBetween = " ,;\t\r\n";
    std::vector<double> values;
    for (std::size_t first = rest.find_first_not_of(kBetween); first != std::string_view::npos;
         first = rest.find_first_not_of(kBetween))
    {
        rest.remove_prefix(first);
        const std::string_view word = rest.substr(0, rest.find_first_of(kBetween));
        const auto value = parseReal(word);
        if (!value && !isMissingMark(word))
            return std::nullopt;
        values.push_back(value.value_or(kNoNumber));
        rest.remove_prefix(word.size());
    }
    return values;
}

Result<SpectralAxis> axisFromOptions(const SpectrumReadOptions &options, std::size_t pixels)
{
    SpectralAxis axis;
    if (!options.wavelengths.empty())
    {
        axis.values = options.wavelengths;
        return axis;
    }
    if (!options.rule)
        return failure(ErrorKind::NotFound, "expected wavelengths for " + std::to_string(pixels) +
                                                " pixels, found none (they can be given as a vector, or as "
                                                "first and step)");
    axis.isVector = false;
    axis.scale = options.rule->isLog10 ? SpectralUnit::Scale::Log10 : SpectralUnit::Scale::Linear;
    axis.values.resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i)
        axis.values[i] = options.rule->first + options.rule->step * static_cast<double>(i);
    return axis;
}

bool visitTable(const SpectrumTable &table, const TableContext &context, SpectrumSink &sink, std::string &why)
{
    const SpectrumReadOptions &options = sink.options();
    const bool mayBePixels = options.layout == SpectrumLayout::Auto ||
                             options.layout == SpectrumLayout::Pixels ||
                             options.layout == SpectrumLayout::Bands;
    const bool mayBeSpectra =
        options.layout == SpectrumLayout::Auto || options.layout == SpectrumLayout::Spectra;
    const auto vectors = findSpectrumColumns(table.columns(), options, true);
    const auto scalars = findSpectrumColumns(table.columns(), options, false);
    if (!vectors || !scalars)
    {
        why = (vectors ? scalars : vectors).error().message;
        return false;
    }
    if (mayBeSpectra && vectors->flux)
    {
        const std::size_t width = table.columns()[*vectors->flux].width;
        if (!vectors->wavelength && width > 0) // the same for all rows, and so is its lack
            if (const auto axis = outsideAxis(table, *vectors, context, options, width); !axis)
            {
                sink.problem(context.hdu, 0, axis.error().message);
                return true;
            }
        for (std::size_t row = sink.firstOf(table.rowCount());
             row < sink.endOf(table.rowCount()) && !sink.isDone(); ++row)
            sink.give(context.hdu, row, readRow(table, *vectors, context, options, row));
        return true;
    }
    if (mayBePixels && scalars->flux && scalars->wavelength)
    {
        if (sink.wants(context.hdu, 0))
            sink.give(context.hdu, 0, readPixels(table, *scalars, context));
        return true;
    }
    why = faultOf(table.columns());
    if (why.empty())
        why = "expected columns of wavelength and flux, found " + namesOf(table.columns());
    return false;
}

} // namespace somnium::io
