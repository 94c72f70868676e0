// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <new>
#include <string_view>
#include <utility>

#include "core/base/platform.h"
#include "core/io/archive.h"
#include "core/io/file_ending.h"
#include "core/io/fits_header.h"
#include "core/io/npy.h"
#include "core/io/problem.h"
#include "core/io/spectrum_assembly.h"
#include "core/io/spectrum_bands.h"
#include "core/io/spectrum_fits.h"
#include "core/io/spectrum_table.h"
#include "core/io/spectrum_text.h"
#include "core/io/text_lines.h"
#include "core/io/votable.h"

namespace somnium::io
{

namespace
{

std::string describe(const std::vector<std::size_t> &shape)
{
    std::string text;
    for (const std::size_t length : shape)
        text += (text.empty() ? "" : ", ") + std::to_string(length);
    return "[" + text + "]";
}

/// [pixels] and [n, pixels], or [bands, pixels] and [n, bands, pixels] whose first band is the wavelength.
void visitNpySpectra(std::span<const std::byte> bytes, SpectrumSink &sink)
{
    const auto array = NpyArray::open(bytes);
    if (!array)
        return sink.problem(0, 0, array.error().message);
    const std::vector<std::size_t> &shape = array->shape();
    if (shape.empty() || shape.size() > 3)
        return sink.problem(
            0, 0, "expected a shape [pixels], [n, pixels] or [n, bands, pixels], found " + describe(shape));
    const SpectrumLayout layout = sink.options().layout;
    const bool isAsked = layout == SpectrumLayout::Bands;
    const bool hasOwn = !sink.options().wavelengths.empty() || sink.options().rule;
    NumberMatrix matrix{[&array](std::size_t i) { return array->at(i); }, 1, shape.back(), 0};
    if (shape.size() > 1)
        matrix.rows = shape[shape.size() - 2];
    const bool mayBeBands = isAsked || (layout == SpectrumLayout::Auto && !hasOwn);
    const auto along = mayBeBands && shape.size() > 1 ? bandsIn(matrix, isAsked) : std::nullopt;
    if (!along && shape.size() == 3 && shape[1] != 1)
        return sink.problem(0, 0,
                            "expected a shape [n, bands, pixels] whose first band is a wavelength, found " +
                                describe(shape) + " without");
    const std::size_t planes = shape.size() == 3 ? shape[0] : 1;
    const std::size_t count = along ? planes : planes * matrix.rows;
    if (!along)
        if (const auto axis = axisFromOptions(sink.options(), matrix.columns); !axis)
            return sink.problem(0, 0, axis.error().message);
    for (std::size_t i = sink.firstOf(count); i < sink.endOf(count) && !sink.isDone(); ++i)
    {
        if (along)
        {
            matrix.start = i * matrix.rows * matrix.columns;
            sink.give(0, i, readBands(matrix, *along));
            continue;
        }
        RawSpectrum raw;
        raw.axis = *axisFromOptions(sink.options(), matrix.columns);
        raw.flux.resize(matrix.columns);
        for (std::size_t pixel = 0; pixel < matrix.columns; ++pixel)
            raw.flux[pixel] = fluxOf(array->at(i * matrix.columns + pixel));
        sink.give(0, i, std::move(raw));
    }
}

void visitVotableSpectra(std::span<const std::byte> bytes, const std::string &name, SpectrumSink &sink)
{
    const auto table = readVotable(bytes, name);
    if (!table)
        return sink.problem(0, 0, table.error().message);
    std::string why;
    if (!visitTable(CatalogueTable(*table), {}, sink, why))
        sink.problem(0, 0, why);
    else if (table->rowCount() == 0)
        sink.problem(0, 0, "expected at least one spectrum, found a table without rows");
}

bool isVotable(std::span<const std::byte> bytes)
{
    constexpr std::size_t kLongestStart = 64;
    std::string_view start(reinterpret_cast<const char *>(bytes.data()), // NOLINT
                           std::min(bytes.size(), kLongestStart));
    if (start.starts_with("\xFE\xFF") || start.starts_with("\xFF\xFE"))
        return true;
    if (start.starts_with("\xEF\xBB\xBF"))
        start.remove_prefix(3);
    const std::size_t first = start.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && start[first] == '<';
}

void visitDecoded(std::span<const std::byte> bytes, SpectrumSink &sink)
{
    const data::SourceOrigin &origin = sink.origin();
    const std::string &name = origin.member.empty() ? origin.file : origin.member;
    if (bytes.empty())
        sink.problem(0, 0, "expected a spectrum, found an empty file");
    else if (isFits(bytes))
        visitFitsSpectra(bytes, sink);
    else if (isNpy(bytes))
        visitNpySpectra(bytes, sink);
    else if (isVotable(bytes))
        visitVotableSpectra(bytes, name, sink);
    else
        visitTextSpectra(bytes, name, sink);
}

void visitGuarded(std::span<const std::byte> bytes, SpectrumSink &sink)
{
    try
    {
        if (!isCompressed(bytes))
            return visitDecoded(bytes, sink);
        const auto unpacked = decompress(bytes);
        if (!unpacked)
            return sink.problem(0, 0, unpacked.error().message);
        visitDecoded(*unpacked, sink);
    }
    catch (const std::bad_alloc &)
    {
        sink.problem(0, 0, "expected a spectrum that fits into memory, found not enough memory");
    }
}

Result<std::vector<double>> numbersOfText(std::span<const std::byte> bytes, const std::string &name)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size()); // NOLINT
    const TextLines lines = TextLines::of(text);
    std::vector<double> values;
    for (std::size_t i = 0; i < lines.body.size(); ++i)
        for (const std::string_view cell : lines.cells(lines.body[i].text))
        {
            const auto number = numberInCell(cell);
            if (number)
                values.push_back(*number);
            else if (i > 0) // the first line may be a name
                return failure(ErrorKind::Malformed, name + ", line " + std::to_string(lines.body[i].number) +
                                                         ": expected a wavelength, found '" +
                                                         std::string(cell.substr(0, 40)) + "'");
        }
    return values;
}

} // namespace

bool hasSpectrumEnding(std::string_view name)
{
    constexpr std::array<std::string_view, 22> kEndings = {
        ".fits", ".fit", ".fts",  ".ftz", ".fz",   ".txt", ".dat", ".data", ".ascii", ".asc",     ".csv",
        ".tsv",  ".sed", ".spec", ".flx", ".ecsv", ".tab", ".npy", ".vot",  ".xml",   ".votable", ".spc"};
    return hasEnding(name, kEndings);
}

void visitSpectra(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                  const SpectrumReadOptions &options, const SpectrumReceiver &receiver)
{
    SpectrumSink sink(origin, options, receiver, nullptr);
    visitGuarded(bytes, sink);
    if (sink.isSilent())
        sink.problem(0, 0, "expected at least one spectrum, found none");
}

LoadedSpectra readSpectra(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                          const SpectrumReadOptions &options)
{
    LoadedSpectra file;
    SpectrumReceiver receiver;
    receiver.onSpectrum = [&file](LoadedSpectrum &&spectrum) {
        file.spectra.push_back(std::move(spectrum));
        return true;
    };
    receiver.onProblem = [&file](data::ImportProblem &&problem) {
        file.problems.push_back(std::move(problem));
    };
    visitSpectra(bytes, origin, options, receiver);
    return file;
}

Result<LoadedSpectrum> readSpectrum(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                                    const SpectrumReadOptions &options)
{
    std::optional<LoadedSpectrum> found;
    std::string reason;
    SpectrumReceiver receiver;
    receiver.onSpectrum = [&](LoadedSpectrum &&spectrum) {
        if (spectrum.origin != origin)
            return true;
        found = std::move(spectrum);
        return false;
    };
    receiver.onProblem = [&reason](data::ImportProblem &&problem) { reason = toString(problem); };
    SpectrumSink sink(origin, options, receiver, &origin);
    visitGuarded(bytes, sink);
    if (found)
        return std::move(*found);
    if (!reason.empty())
        return failure(ErrorKind::Malformed, reason);
    return failure(ErrorKind::NotFound, toString(origin) + ": expected the spectrum of index " +
                                            std::to_string(origin.index) + ", found none there");
}

std::optional<std::filesystem::path> neighbouringWavelengths(const std::filesystem::path &file)
{
    namespace fs = std::filesystem;
    const std::string stem = file.stem().string();
    for (const std::string &base : {stem + "_wavelength", stem + "_wavelengths", stem + ".wavelength",
                                    std::string("wavelength"), std::string("wavelengths")})
        for (const char *ending : {".npy", ".txt", ".csv"})
        {
            const fs::path candidate = file.parent_path() / (base + ending);
            std::error_code ignored;
            if (candidate != file && fs::is_regular_file(candidate, ignored))
                return candidate;
        }
    return std::nullopt;
}

Result<std::vector<double>> readWavelengths(const std::filesystem::path &file)
{
    const auto mapped = MappedFile::open(file);
    if (!mapped)
        return failure(mapped.error());
    std::vector<double> values;
    if (isNpy(mapped->bytes()))
    {
        const auto array = NpyArray::open(mapped->bytes());
        if (!array)
            return failure(array.error().kind, file.string() + ": " + array.error().message);
        for (std::size_t i = 0; i < array->size(); ++i)
            values.push_back(array->at(i));
    }
    else
    {
        auto numbers = numbersOfText(mapped->bytes(), file.string());
        if (!numbers)
            return failure(numbers.error());
        values = std::move(*numbers);
    }
    const auto isMonotonic = [&values](auto compare) {
        return std::adjacent_find(values.begin(), values.end(),
                                  [&](double a, double b) { return !compare(a, b); }) == values.end();
    };
    if (values.size() < 2 || !(isMonotonic(std::less<>()) || isMonotonic(std::greater<>())))
        return failure(ErrorKind::Mismatch, file.string() +
                                                ": expected wavelengths that rise or fall, found " +
                                                std::to_string(values.size()) + " numbers" +
                                                (values.size() < 2 ? "" : " that do not"));
    return values;
}

} // namespace somnium::io
