// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated surveys as files: FITS images, single or in a tar, and the truth as a table.
#include <algorithm>
#include <mutex>
#include <optional>

#include "core/base/atomic_file.h"
#include "core/base/parallel.h"
#include "core/base/platform.h"
#include "core/base/version.h"
#include "core/io/fits_writer.h"
#include "core/io/tar_writer.h"
#include "core/simulate/radio.h"

namespace somnium::simulate
{

namespace
{

constexpr std::string_view kStage = "simulating";
constexpr std::size_t kBatch = 64; // images in memory at once when they go into a tar

/// The columns of the truth, filled in any order.
struct Truth
{
    explicit Truth(std::size_t count)
        : id(count), fileName(count), radioClass(count), odd(count), ra(count), dec(count), size(count),
          flux(count), positionAngle(count), bend(count), redshift(count)
    {}
    std::vector<std::string> id;
    std::vector<std::string> fileName;
    std::vector<std::string> radioClass;
    std::vector<std::uint8_t> odd;
    std::vector<double> ra;
    std::vector<double> dec;
    std::vector<double> size;
    std::vector<double> flux;
    std::vector<double> positionAngle;
    std::vector<double> bend;
    std::vector<double> redshift;

    void set(std::size_t index, const RadioSource &source)
    {
        id[index] = source.name;
        fileName[index] = source.name + ".fits";
        radioClass[index] = toString(source.radioClass);
        odd[index] = isOdd(source.radioClass) ? 1 : 0;
        ra[index] = source.raDeg;
        dec[index] = source.decDeg;
        size[index] = source.sizeArcsec;
        flux[index] = source.fluxMjy;
        positionAngle[index] = source.positionAngleDeg;
        bend[index] = source.bendDeg;
        redshift[index] = source.redshift;
    }
};

std::string historyLine(const RadioSurveyParams &params)
{
    return "Simulated by Somnium " + std::string(version()) + ", seed " + std::to_string(params.seed);
}

Result<void> writeTruth(const std::filesystem::path &path, const RadioSurveyParams &params, Truth truth)
{
    data::Catalogue table;
    table.name = "truth";
    table.description = "Simulated radio galaxies: what went into the images";
    const auto add = [&](const char *name, data::ColumnValues values, const char *unit, const char *ucd,
                         const char *description) {
        // The lengths are those of `truth`: they cannot differ.
        static_cast<void>(table.addColumn(data::makeColumn(name, std::move(values), unit, ucd, description)));
    };
    add("id", std::move(truth.id), "", "meta.id;meta.main", "Name from the position");
    add("filename", std::move(truth.fileName), "", "meta.file", "File of the image");
    add("ra", std::move(truth.ra), "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS");
    add("dec", std::move(truth.dec), "deg", "pos.eq.dec;meta.main", "Declination, ICRS");
    add("class", std::move(truth.radioClass), "", "src.class", "Morphological class");
    add("odd", std::move(truth.odd), "", "meta.code", "Of a class that was hidden among the others");
    add("size", std::move(truth.size), "arcsec", "phys.angSize", "Largest angular size");
    add("flux", std::move(truth.flux), "mJy", "phot.flux.density;em.radio", "Integrated flux density");
    add("position_angle", std::move(truth.positionAngle), "deg", "pos.posAng",
        "Of the jets, north through east");
    add("bend", std::move(truth.bend), "deg", "pos.posAng;arith.diff",
        "180 degrees less the angle between the jets");
    add("redshift", std::move(truth.redshift), "", "src.redshift", "Redshift");
    io::FitsHeader header;
    header.extensionName = "TRUTH";
    header.cards = {{"ORIGIN", std::string("SIMULATED"), "not an observation"}};
    header.history = {historyLine(params)};
    return io::writeFitsFile(path, {io::FitsTableHdu{std::move(table), std::move(header)}});
}

io::FitsHeader headerOf(const RadioSurveyParams &params, const RadioSource &source, std::size_t index)
{
    io::FitsHeader header;
    header.unit = "mJy/beam";
    header.wcsCards = wcsCards(params, source);
    header.cards = {{"OBJECT", source.name, "simulated source"},
                    {"ORIGIN", std::string("SIMULATED"), "not an observation"},
                    {"BMAJ", params.beamArcsec / 3600.0, "[deg] beam, full width at half maximum"},
                    {"BMIN", params.beamArcsec / 3600.0, "[deg]"},
                    {"BPA", 0.0, "[deg]"},
                    {"NOISE", params.noiseMjyBeam, "[mJy/beam] rms"}};
    header.history = {historyLine(params) + ", source " + std::to_string(index),
                      "Class: " + std::string(toString(source.radioClass))};
    return header;
}

/// First failure of several threads.
class FirstError
{
public:
    void keep(Error error)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error)
            m_error = std::move(error);
    }
    [[nodiscard]] const std::optional<Error> &get() const { return m_error; }

private:
    std::mutex m_mutex;
    std::optional<Error> m_error;
};

auto cancelled()
{
    return failure(ErrorKind::Cancelled, "the simulation was stopped");
}

/// Calls `use(index, source)` for [first, first + count) on several threads; fails as the first of them.
template <class Use> Result<void> forSources(const RadioSurveyParams &params, std::size_t first,
                                             std::size_t count, const JobContext &context, const Use &use)
{
    FirstError error;
    const bool isWhole = parallelFor(count, context, [&](std::size_t i) {
        const Result<void> used = use(first + i, simulateRadioSource(params, first + i));
        if (!used)
            error.keep(used.error());
    });
    if (error.get())
        return failure(*error.get());
    if (!isWhole)
        return cancelled();
    return {};
}

Result<void> writeFiles(const RadioSurveyParams &params, const std::filesystem::path &folder,
                        const JobContext &context, Truth &truth)
{
    for (std::size_t first = 0; first < params.count; first += kBatch)
    {
        context.report({first, params.count, kStage});
        const auto written =
            forSources(params, first, std::min(kBatch, params.count - first), context,
                       [&](std::size_t index, const RadioSource &source) {
                           truth.set(index, source);
                           return io::writeFitsImage(folder / truth.fileName[index], source.image.view(),
                                                     headerOf(params, source, index));
                       });
        if (!written)
            return written;
    }
    return {};
}

Result<void> writeTar(const RadioSurveyParams &params, const std::filesystem::path &path,
                      const JobContext &context, Truth &truth)
{
    auto tar = io::TarWriter::create(path);
    if (!tar)
        return failure(tar.error());
    for (std::size_t first = 0; first < params.count; first += kBatch)
    {
        context.report({first, params.count, kStage});
        std::vector<std::vector<std::byte>> files(std::min(kBatch, params.count - first));
        const auto made = forSources(params, first, files.size(), context,
                                     [&](std::size_t index, const RadioSource &source) -> Result<void> {
                                         truth.set(index, source);
                                         auto bytes = io::fitsImageBytes(source.image.view(),
                                                                         headerOf(params, source, index));
                                         if (!bytes)
                                             return failure(bytes.error());
                                         files[index - first] = std::move(*bytes);
                                         return {};
                                     });
        if (!made)
            return made;
        for (std::size_t i = 0; i < files.size(); ++i)
            if (const auto appended = tar->append(truth.fileName[first + i], files[i]); !appended)
                return appended;
    }
    return tar->finish();
}

} // namespace

Result<void> writeRadioSurvey(const RadioSurveyParams &params, const std::filesystem::path &folder,
                              bool asTar, const JobContext &context)
{
    if (const auto valid = validate(params); !valid)
        return valid;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return failure(ErrorKind::WriteFailed, folder.string() + ": cannot be created: " + error.message());
    Truth truth(params.count);
    const auto images = asTar ? replaceFile(folder / "images.tar",
                                            [&](const std::filesystem::path &temporary) {
                                                return writeTar(params, temporary, context, truth);
                                            })
                              : writeFiles(params, folder, context, truth);
    if (!images)
        return images;
    const auto written = writeTruth(folder / "truth.fits", params, std::move(truth));
    if (written)
        context.report({params.count, params.count, kStage});
    return written;
}

Result<SampleSurvey> sampleSurvey(const JobContext &context)
{
    const auto cache = userCacheFolder();
    if (!cache)
        return failure(cache.error());
    const RadioSurveyParams params;
    const auto folder = *cache / ("sample-" + std::string(version()) + "-" + std::to_string(params.count));
    SampleSurvey survey = {folder / "images.tar", folder / "truth.fits"};
    std::error_code error;
    // The truth is written last: where it is, all is.
    if (std::filesystem::exists(survey.truth, error) && std::filesystem::exists(survey.images, error))
        return survey;
    if (const auto written = writeRadioSurvey(params, folder, true, context); !written)
        return failure(written.error());
    return survey;
}

} // namespace somnium::simulate
