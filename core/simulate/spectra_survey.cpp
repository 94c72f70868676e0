// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated spectra as files, and their truth as a table.
#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include "core/base/parallel.h"
#include "core/base/version.h"
#include "core/io/fits_row_writer.h"
#include "core/io/fits_writer.h"
#include "core/simulate/spectra.h"

namespace somnium::simulate
{

namespace
{

constexpr std::string_view kStage = "simulating";
constexpr std::size_t kBatch = 256;     // spectra in memory at once
constexpr std::size_t kNameLength = 16; // "star-" and digits
constexpr const char *kFluxUnit = "";   // relative: the median is 1

std::string historyLine(const SpectraParams &params)
{
    return "Simulated by Somnium " + std::string(version()) + ", seed " + std::to_string(params.seed);
}

io::FitsHeader headerFor(const SpectraParams &params, std::string name)
{
    io::FitsHeader header;
    header.extensionName = std::move(name);
    header.cards = {{"ORIGIN", std::string("SIMULATED"), "not an observation"},
                    {"VACUUM", true, "wavelengths are in vacuum"}};
    header.history = {historyLine(params)};
    return header;
}

/// The wavelengths of all rows.
io::FitsTableHdu wavelengthHdu(const SpectraSimulator &simulator)
{
    const data::SpectralGrid &grid = simulator.grid();
    std::vector<double> wavelengths(grid.pixels);
    for (std::size_t i = 0; i < grid.pixels; ++i)
        wavelengths[i] = grid.at(static_cast<double>(i));
    data::Catalogue table;
    table.name = "WAVELENGTH";
    // One column: its length cannot be wrong.
    static_cast<void>(table.addColumn(
        data::makeColumn("WAVELENGTH", std::move(wavelengths), "Angstrom", "em.wl", "In vacuum")));
    return {std::move(table), headerFor(simulator.params(), "WAVELENGTH")};
}

std::vector<io::FitsRowColumn> columnsOf(std::size_t pixels)
{
    using Type = io::FitsRowColumn::Type;
    return {{"ID", Type::Text, kNameLength, "", "meta.id;meta.main", "Name, as in truth.fits"},
            {"RA", Type::Float64, 1, "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS"},
            {"DEC", Type::Float64, 1, "deg", "pos.eq.dec;meta.main", "Declination, ICRS"},
            {"FLUX", Type::Float32, pixels, kFluxUnit, "phot.flux.density", "Per Angstrom, median 1"},
            {"ERR", Type::Float32, pixels, kFluxUnit, "stat.error;phot.flux.density", "One sigma"},
            {"MASK", Type::Byte, pixels, "", "meta.code.qual", "1 cosmic ray, 2 sky line, 4 dead column"}};
}

auto cancelled()
{
    return failure(ErrorKind::Cancelled, "the simulation was stopped");
}

/// Spectra on one thread.
struct Scratch
{
    explicit Scratch(std::size_t pixels) : flux(pixels), error(pixels), mask(pixels) {}
    std::vector<float> flux;
    std::vector<float> error;
    std::vector<std::uint8_t> mask;
};

Result<void> writeRows(const SpectraSimulator &simulator, std::size_t first, std::size_t count,
                       io::FitsRowWriter &writer, std::vector<StarTruth> &truth, const JobContext &context)
{
    const std::size_t pixels = simulator.grid().pixels;
    std::vector<io::FitsRow> rows(std::min(kBatch, count));
    constexpr std::size_t kBlock = 8; // spectra for which a thread gets its memory once
    for (std::size_t done = 0; done < count; done += rows.size())
    {
        context.report({first + done, simulator.params().count, kStage});
        const std::size_t now = std::min(rows.size(), count - done);
        const bool isWhole = parallelFor((now + kBlock - 1) / kBlock, context, [&](std::size_t block) {
            Scratch scratch(pixels);
            for (std::size_t i = block * kBlock; i < std::min(now, (block + 1) * kBlock); ++i)
            {
                const std::size_t index = first + done + i;
                truth[index] = simulator.simulate(index, scratch.flux, scratch.error, scratch.mask);
                io::FitsRow &row = rows[i];
                row.clear();
                row.putText(truth[index].name, kNameLength);
                row.put(truth[index].raDeg);
                row.put(truth[index].decDeg);
                row.put(scratch.flux);
                row.put(scratch.error);
                row.put(scratch.mask);
            }
        });
        if (!isWhole)
            return cancelled();
        for (std::size_t i = 0; i < now; ++i)
            if (auto appended = writer.append(rows[i].bytes()); !appended)
                return appended;
    }
    return {};
}

/// "003" of 30 files, so that they sort.
std::string fileNumber(std::size_t number, std::size_t files)
{
    std::string digits = std::to_string(number);
    const std::size_t length = std::max<std::size_t>(3, std::to_string(files - 1).size());
    return std::string(length - digits.size(), '0') + digits;
}

Result<void> writeTables(const SpectraSimulator &simulator, const std::filesystem::path &folder,
                         std::vector<StarTruth> &truth, const JobContext &context)
{
    const SpectraParams &params = simulator.params();
    const std::size_t files = (params.count + params.rowsPerFile - 1) / params.rowsPerFile;
    for (std::size_t file = 0; file < files; ++file)
    {
        const std::size_t first = file * params.rowsPerFile;
        const std::size_t count = std::min(params.rowsPerFile, params.count - first);
        auto writer =
            io::FitsRowWriter::create(folder / ("spectra-" + fileNumber(file, files) + ".fits"),
                                      columnsOf(params.pixels), count, headerFor(params, "SPECTRA"));
        if (!writer)
            return failure(writer.error());
        if (auto rows = writeRows(simulator, first, count, *writer, truth, context); !rows)
            return rows;
        const std::array more = {wavelengthHdu(simulator)};
        if (auto done = writer->finish(more); !done)
            return done;
    }
    return {};
}

Result<void> writeOneFile(const SpectraSimulator &simulator, const SimulatedSpectrum &simulated,
                          const std::filesystem::path &folder)
{
    const data::Spectrum &spectrum = simulated.spectrum;
    data::Catalogue table;
    const auto add = [&](const char *name, data::ColumnValues values, const char *unit, const char *ucd) {
        data::Column column = data::makeColumn(name, std::move(values), unit, ucd);
        column.width = spectrum.size();
        // One row each: they cannot differ.
        static_cast<void>(table.addColumn(std::move(column)));
    };
    add("WAVELENGTH", spectrum.wavelengthAngstrom, "Angstrom", "em.wl");
    add("FLUX", spectrum.flux, kFluxUnit, "phot.flux.density");
    add("ERR", spectrum.error, kFluxUnit, "stat.error;phot.flux.density");
    add("MASK", std::vector<std::int64_t>(spectrum.mask.begin(), spectrum.mask.end()), "", "meta.code.qual");
    io::FitsHeader header = headerFor(simulator.params(), "SPECTRUM");
    header.cards.push_back({"OBJECT", simulated.truth.name, "simulated star"});
    header.cards.push_back({"RA", simulated.truth.raDeg, "[deg] ICRS"});
    header.cards.push_back({"DEC", simulated.truth.decDeg, "[deg] ICRS"});
    return io::writeFitsFile(folder / (simulated.truth.name + ".fits"),
                             {io::FitsTableHdu{std::move(table), std::move(header)}});
}

/// First failure of several threads.
class FirstError
{
public:
    void keep(const Error &error)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error)
            m_error = error;
    }
    [[nodiscard]] const std::optional<Error> &get() const { return m_error; }

private:
    std::mutex m_mutex;
    std::optional<Error> m_error;
};

Result<void> writeFiles(const SpectraSimulator &simulator, const std::filesystem::path &folder,
                        std::vector<StarTruth> &truth, const JobContext &context)
{
    const std::size_t count = simulator.params().count;
    for (std::size_t first = 0; first < count; first += kBatch)
    {
        context.report({first, count, kStage});
        FirstError error;
        const bool isWhole = parallelFor(std::min(kBatch, count - first), context, [&](std::size_t i) {
            const SimulatedSpectrum simulated = simulator.simulate(first + i);
            truth[first + i] = simulated.truth;
            if (const auto written = writeOneFile(simulator, simulated, folder); !written)
                error.keep(written.error());
        });
        if (error.get())
            return failure(*error.get());
        if (!isWhole)
            return cancelled();
    }
    return {};
}

template <class Get> auto column(std::span<const StarTruth> stars, const Get &get)
{
    std::vector<std::decay_t<decltype(get(stars.front()))>> values;
    values.reserve(stars.size());
    for (const StarTruth &star : stars)
        values.push_back(get(star));
    return values;
}

} // namespace

data::Catalogue truthTable(std::span<const StarTruth> stars)
{
    data::Catalogue table;
    table.name = "truth";
    table.description = "Simulated stars: what went into the spectra";
    const auto add = [&table](const char *name, data::ColumnValues values, const char *unit, const char *ucd,
                              const char *description) {
        // The lengths are those of `stars`: they cannot differ.
        static_cast<void>(table.addColumn(data::makeColumn(name, std::move(values), unit, ucd, description)));
    };
    const auto numbers = [stars](double StarTruth::*member) {
        return column(stars, [member](const StarTruth &star) { return star.*member; });
    };
    add("id", column(stars, [](const StarTruth &star) { return star.name; }), "", "meta.id;meta.main",
        "Name of the spectrum");
    add("ra", numbers(&StarTruth::raDeg), "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS");
    add("dec", numbers(&StarTruth::decDeg), "deg", "pos.eq.dec;meta.main", "Declination, ICRS");
    add("mass", numbers(&StarTruth::massSun), "solMass", "phys.mass", "Mass");
    add("teff", numbers(&StarTruth::teffK), "K", "phys.temperature.effective", "Effective temperature");
    add("logg", numbers(&StarTruth::loggCgs), "", "phys.gravity", "log10 of the surface gravity in cm/s2");
    add("feh", numbers(&StarTruth::feh), "", "phys.abund.Fe", "Metallicity [Fe/H]");
    add("age", numbers(&StarTruth::ageGyr), "Gyr", "time.age", "Age");
    add("radius", numbers(&StarTruth::radiusSun), "solRad", "phys.size.radius", "Radius");
    add("luminosity", numbers(&StarTruth::luminositySun), "solLum", "phys.luminosity", "Luminosity");
    add("snr", numbers(&StarTruth::snr), "", "stat.snr", "Median signal-to-noise per pixel");
    const auto flag = [](bool value) { return static_cast<std::uint8_t>(value ? 1 : 0); };
    add("giant", column(stars, [&](const StarTruth &star) { return flag(star.isGiant); }), "", "meta.code",
        "Past the main sequence");
    add("odd", column(stars, [](const StarTruth &star) { return std::string(toString(star.odd)); }), "",
        "meta.code", "What is odd about it: emission, blend, carbon, bad sky");
    return table;
}

Result<void> writeSpectra(const SpectraParams &params, const std::filesystem::path &folder,
                          SpectraFormat format, const JobContext &context)
{
    const auto simulator = SpectraSimulator::create(params);
    if (!simulator)
        return failure(simulator.error());
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return failure(ErrorKind::WriteFailed, folder.string() + ": cannot be created: " + error.message());
    std::vector<StarTruth> truth(params.count);
    auto written = format == SpectraFormat::Tables ? writeTables(*simulator, folder, truth, context)
                                                   : writeFiles(*simulator, folder, truth, context);
    if (!written)
        return written;
    io::FitsHeader header;
    header.extensionName = "TRUTH";
    header.cards = {{"ORIGIN", std::string("SIMULATED"), "not an observation"}};
    header.history = {historyLine(params)};
    auto done = io::writeFitsFile(folder / "truth.fits", {io::FitsTableHdu{truthTable(truth), header}});
    if (done)
        context.report({params.count, params.count, kStage});
    return done;
}

} // namespace somnium::simulate
