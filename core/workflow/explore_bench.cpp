// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/explore_bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <set>
#include <span>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/platform.h"
#include "core/base/random.h"
#include "core/data/spectrum_store.h"
#include "core/latent/iso_lines.h"
#include "core/latent/observed_field.h"
#include "core/latent/point_index.h"
#include "core/latent/point_raster.h"
#include "core/prepare/spectral_recipe.h"
#include "core/search/spectral_distance.h"
#include "core/session/session.h"
#include "core/simulate/spectra.h"
#include "core/workflow/explore_spectra.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/train_latent.h"

namespace somnium::workflow
{

namespace
{

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Calls `work(repeat)` and keeps how long each took.
template <class Work> Result<Spread> timed(std::size_t repeats, const Work &work)
{
    std::vector<double> times;
    for (std::size_t i = 0; i < repeats; ++i)
    {
        const auto begin = Clock::now();
        if (auto done = work(i); !done)
            return failure(done.error());
        times.push_back(millisecondsSince(begin));
    }
    return spreadOf(std::move(times));
}

// ---- making the session

constexpr std::size_t kBatch = 512;

/// Simulated spectra, prepared as an import would.
Result<void> writeStore(const simulate::SpectraSimulator &simulator, const prepare::SpectralRecipe &recipe,
                        data::SpectrumStoreWriter &writer, std::vector<simulate::StarTruth> &truths,
                        const JobContext &context)
{
    const std::size_t count = simulator.params().count;
    for (std::size_t first = 0; first < count; first += kBatch)
    {
        const std::size_t size = std::min(kBatch, count - first);
        std::vector<Result<data::PreparedSpectrum>> prepared(size, data::PreparedSpectrum{});
        truths.resize(first + size);
        if (!parallelFor(size, context, [&](std::size_t i) {
                simulate::SimulatedSpectrum simulated = simulator.simulate(first + i);
                truths[first + i] = std::move(simulated.truth);
                prepared[i] = prepare::apply(recipe, simulator.grid(), simulated.spectrum, {});
            }))
            return failure(ErrorKind::Cancelled, "stopped while simulating spectra");
        for (const auto &one : prepared)
        {
            if (!one)
                return failure(one.error());
            if (auto written = writer.append(one->flux, one->weight); !written)
                return written;
        }
        context.report({first + size, count, "simulating spectra"});
    }
    return {};
}

data::Collection collectionOf(const std::vector<simulate::StarTruth> &truths, std::uint64_t fingerprint)
{
    data::Collection collection;
    collection.name = "simulated stars";
    collection.fingerprint = fingerprint;
    for (const simulate::StarTruth &truth : truths)
    {
        data::Source source;
        source.id = truth.name;
        source.raDeg = truth.raDeg;
        source.decDeg = truth.decDeg;
        source.origin.file = "simulated"; // nothing on the disk but the prepared spectra
        collection.sources.push_back(std::move(source));
    }
    collection.catalogue = simulate::truthTable(truths);
    return collection;
}

Result<session::CollectionId> addSimulated(session::Session &session, const ExploreBenchParams &params,
                                           const JobContext &context)
{
    simulate::SpectraParams survey;
    survey.count = params.count;
    survey.pixels = params.pixels;
    survey.seed = params.seed;
    const auto simulator = simulate::SpectraSimulator::create(survey);
    if (!simulator)
        return failure(simulator.error());
    session::SpectralPreparation preparation;
    preparation.grid = simulator->grid();
    const std::uint64_t fingerprint = params.seed * 1'000'003 + params.count;
    const auto path = session.spectraStorePath(fingerprint, preparation);
    if (!path)
        return failure(path.error());
    auto writer = data::SpectrumStoreWriter::create(*path, preparation.grid, true);
    if (!writer)
        return failure(writer.error());
    std::vector<simulate::StarTruth> truths;
    if (auto written = writeStore(*simulator, preparation.recipe, **writer, truths, context); !written)
        return failure(written.error());
    if (auto finished = (*writer)->finish(fingerprint); !finished)
        return failure(finished.error());
    return session.addSpectra(collectionOf(truths, fingerprint), preparation);
}

// ---- exploring it

/// What a window holds while somebody explores.
struct Explored
{
    std::shared_ptr<session::Session> session;
    data::Collection collection;
    std::shared_ptr<const data::SpectrumStore> spectra;
    std::shared_ptr<const search::SpectralIndex> index;
    std::optional<latent::Autoencoder> model;
    std::vector<float> x;
    std::vector<float> y;
    latent::PointIndex points;
    std::vector<double> temperature;
    std::vector<double> mass;
    std::vector<float> colour;
    latent::PlaneRect bounds;
};

Result<void> openAll(const std::filesystem::path &path, compute::Backend &backend, const JobContext &context,
                     Explored &all)
{
    auto session = session::Session::open(path);
    if (!session)
        return failure(session.error());
    all.session = std::move(*session);
    const auto latent = all.session->latentModels().find("");
    if (!latent)
        return failure(latent.error());
    auto collection = all.session->collection(latent->collection);
    if (!collection)
        return failure(collection.error());
    all.collection = std::move(*collection);
    auto spectra = all.session->spectra(latent->collection);
    if (!spectra)
        return failure(spectra.error());
    all.spectra = std::move(*spectra);
    const auto record = all.session->latentModels().places(latent->id);
    if (!record)
        return failure(record.error());
    const auto bytes = all.session->latentModels().model(latent->id);
    if (!bytes)
        return failure(bytes.error());
    auto model = latent::deserialiseAutoencoder(*bytes);
    if (!model)
        return failure(model.error());
    all.model = std::move(*model);
    all.x = axisOf(*record, 0);
    all.y = axisOf(*record, 1);
    all.points = latent::PointIndex({all.x, all.y}, context);
    all.bounds = latent::boundsOf({all.x, all.y});
    const auto temperature = numbersOf(all.collection.catalogue, "teff");
    const auto mass = numbersOf(all.collection.catalogue, "mass");
    if (!temperature || !mass)
        return failure(temperature ? mass.error() : temperature.error());
    all.temperature = *temperature;
    all.mass = *mass;
    all.colour.assign(all.temperature.begin(), all.temperature.end());
    auto index = spectralIndexOf(*all.session, latent->collection, *all.spectra, backend, context);
    if (!index)
        return failure(index.error());
    all.index = std::move(*index);
    return {};
}

/// A view of part of the plane, `share` of its width, somewhere among the points.
latent::PlaneWindow viewOf(const Explored &all, const ExploreBenchParams &params, double share,
                           Random &random)
{
    const std::size_t about = random.below(static_cast<std::uint32_t>(all.x.size()));
    const double width = share * all.bounds.width();
    const double height = share * all.bounds.height();
    const double left = static_cast<double>(all.x[about]) - 0.5 * width;
    const double bottom = static_cast<double>(all.y[about]) - 0.5 * height;
    return {{left, left + width, bottom, bottom + height}, params.columns, params.rows};
}

/// Any 256 different colours: what they are costs nothing.
std::array<std::uint32_t, 256> palette()
{
    std::array<std::uint32_t, 256> colours{};
    for (std::uint32_t i = 0; i < colours.size(); ++i)
        colours.at(i) = 0xFF000000U | (i << 16U) | ((255U - i) << 8U) | 0x40U;
    return colours;
}

Result<Spread> timeFrames(const Explored &all, const ExploreBenchParams &params, latent::PointMode mode,
                          const JobContext &context)
{
    const auto colours = palette();
    latent::PointStyle style;
    style.mode = mode;
    style.value = all.colour;
    style.low = 3500.0;
    style.high = 12'000.0;
    style.palette = colours;
    Random random(params.seed);
    return timed(params.repeats, [&](std::size_t i) {
        // From all of the plane to a hundredth of it, as a wheel turns.
        const double share =
            mode == latent::PointMode::Density ? 1.0 : std::pow(0.01, static_cast<double>(i % 10) / 10.0);
        return latent::renderPoints({all.x, all.y}, viewOf(all, params, share, random), style, context);
    });
}

Result<Spread> timeHover(const Explored &all, const ExploreBenchParams &params)
{
    Random random(params.seed + 1);
    const std::size_t pixels = all.spectra->pixels();
    std::vector<float> flux(pixels);
    std::vector<float> weight(pixels);
    std::vector<float> rebuilt(pixels);
    std::vector<float> decoded(pixels);
    std::vector<float> latent(all.model->latentSize(), 0.0F);
    const latent::PlanePoint unitsPerPixel = {all.bounds.width() / static_cast<double>(params.columns),
                                              all.bounds.height() / static_cast<double>(params.rows)};
    return timed(params.repeats, [&](std::size_t) -> Result<void> {
        const std::size_t near = random.below(static_cast<std::uint32_t>(all.x.size()));
        const latent::PlanePoint place = {static_cast<double>(all.x[near]) + unitsPerPixel.x,
                                          static_cast<double>(all.y[near]) - unitsPerPixel.y};
        const auto found = all.points.nearest(place, unitsPerPixel, 20.0);
        if (!found)
            return failure(ErrorKind::Internal, "no point under the cursor");
        all.spectra->read(*found, flux, weight);
        all.model->encode(flux, weight, latent);
        all.model->decode(latent, rebuilt);
        latent[0] = static_cast<float>(place.x);
        latent[1] = static_cast<float>(place.y);
        all.model->decode(latent, decoded);
        return {};
    });
}

Result<Spread> timeLasso(const Explored &all, const ExploreBenchParams &params)
{
    constexpr std::size_t kVertices = 500;
    std::vector<latent::PlanePoint> lasso;
    for (std::size_t i = 0; i < kVertices; ++i)
    {
        const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / kVertices;
        lasso.push_back({all.bounds.left + all.bounds.width() * (0.5 + 0.8 * std::cos(angle)),
                         all.bounds.bottom + all.bounds.height() * (0.5 + 0.8 * std::sin(angle))});
    }
    return timed(params.repeats, [&](std::size_t) -> Result<void> {
        const std::size_t enclosed = all.points.insidePolygon(lasso).size();
        if (enclosed != all.points.placedCount())
            return failure(ErrorKind::Internal, "the lasso missed points");
        return {};
    });
}

Result<Spread> timeIsoLines(const Explored &all, const ExploreBenchParams &params, const JobContext &context)
{
    return timed(params.repeats, [&](std::size_t) -> Result<void> {
        for (const std::vector<double> *column : {&all.temperature, &all.mass})
        {
            const auto field = latent::observedField({all.x, all.y}, *column, all.bounds, {}, context);
            if (!field)
                return failure(field.error());
            const latent::FieldRange range = latent::rangeOf(*field);
            const auto lines = latent::isoLines(*field, latent::niceLevels(range.low, range.high, 8, true));
            if (lines.empty())
                return failure(ErrorKind::Internal, "no iso-lines");
        }
        return {};
    });
}

/// Also whether the index finds what the exact scan does.
Result<void> timeNearest(const Explored &all, const ExploreBenchParams &params, const JobContext &context,
                         ExploreBenchReport &report)
{
    constexpr std::size_t kNeighbours = 50;
    Random random(params.seed + 2);
    const auto any = [&] { return random.below(static_cast<std::uint32_t>(all.spectra->count())); };
    auto spread = timed(params.repeats, [&](std::size_t) {
        return all.index->nearest(*all.spectra, any(), kNeighbours, context);
    });
    if (!spread)
        return failure(spread.error());
    report.nearest = *spread;
    std::size_t found = 0;
    std::size_t wanted = 0;
    std::vector<double> seconds;
    for (std::size_t i = 0; i < params.exactQueries; ++i)
    {
        const std::size_t source = any();
        const auto quick = all.index->nearest(*all.spectra, source, kNeighbours, context);
        if (!quick)
            return failure(quick.error());
        const data::PreparedSpectrum asked = all.spectra->spectrum(source);
        const auto exact =
            search::nearestExact(search::viewOf(asked), *all.spectra, kNeighbours + 1, context);
        if (!exact)
            return failure(exact.error());
        seconds.push_back(exact->seconds);
        std::set<std::size_t> truth;
        for (const search::SpectralNeighbour &one : exact->neighbours)
            if (one.source != source && truth.size() < kNeighbours)
                truth.insert(one.source);
        wanted += truth.size();
        for (const search::SpectralNeighbour &one : *quick)
            found += truth.count(one.source);
    }
    report.recall = wanted == 0 ? 0.0 : static_cast<double>(found) / static_cast<double>(wanted);
    report.exactSeconds = seconds.empty() ? 0.0 : spreadOf(seconds).median;
    return {};
}

Result<Spread> timeManyPoints(const ExploreBenchParams &params, const JobContext &context)
{
    Random random(params.seed + 3);
    std::vector<float> x(params.manyPoints);
    std::vector<float> y(params.manyPoints);
    for (std::size_t i = 0; i < params.manyPoints; ++i)
    {
        const double clump = static_cast<double>(i % 7);
        x[i] = static_cast<float>(random.normal() + 3.0 * std::cos(clump));
        y[i] = static_cast<float>(0.5 * random.normal() + 3.0 * std::sin(clump));
    }
    const auto colours = palette();
    latent::PointStyle style;
    style.mode = latent::PointMode::Density;
    style.value = x;
    style.low = -5.0;
    style.high = 5.0;
    style.palette = colours;
    const latent::PlaneWindow window = {latent::boundsOf({x, y}), params.columns, params.rows};
    return timed(params.repeats, [&](std::size_t) {
        return latent::renderPoints({x, y}, window, style, context);
    });
}

} // namespace

Spread spreadOf(std::vector<double> milliseconds)
{
    if (milliseconds.empty())
        return {};
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto at = [&](double share) {
        const double place = share * static_cast<double>(milliseconds.size() - 1);
        return milliseconds[static_cast<std::size_t>(std::lround(place))];
    };
    return {at(0.5), at(0.99), milliseconds.size()};
}

Result<void> prepareExploreSession(const ExploreBenchParams &params, compute::Backend &backend,
                                   const JobContext &context)
{
    const auto session = session::Session::create(params.session);
    if (!session)
        return failure(session.error());
    const auto collection = addSimulated(**session, params, context);
    if (!collection)
        return failure(collection.error());
    LatentTrainRequest request;
    request.collection = *collection;
    request.params.epochs = params.epochs;
    request.params.seed = params.seed;
    if (auto trained = trainLatent(**session, request, backend, context); !trained)
        return failure(trained.error());
    const auto spectra = (*session)->spectra(*collection);
    if (!spectra)
        return failure(spectra.error());
    if (auto index = spectralIndexOf(**session, *collection, **spectra, backend, context); !index)
        return failure(index.error());
    return {};
}

Result<ExploreBenchReport> benchExplore(const ExploreBenchParams &params, compute::Backend &backend,
                                        const JobContext &context)
{
    ExploreBenchReport report;
    std::error_code ignored;
    report.wasPrepared = std::filesystem::exists(params.session, ignored);
    if (!report.wasPrepared)
        if (auto made = prepareExploreSession(params, backend, context); !made)
            return failure(made.error());
    releaseFreeMemory();
    report.device = backend.device();
    const auto begin = Clock::now();
    Explored all;
    if (auto opened = openAll(params.session, backend, context, all); !opened)
        return failure(opened.error());
    report.openSeconds = millisecondsSince(begin) / 1000.0;
    report.count = all.spectra->count();
    report.pixels = all.spectra->pixels();
    const auto take = [](Result<Spread> measured, Spread &into) -> Result<void> {
        if (!measured)
            return failure(measured.error());
        into = *measured;
        return {};
    };
    if (auto done = take(timeFrames(all, params, latent::PointMode::Automatic, context), report.points);
        !done)
        return failure(done.error());
    if (auto done = take(timeFrames(all, params, latent::PointMode::Density, context), report.density); !done)
        return failure(done.error());
    if (auto done = take(timeHover(all, params), report.hover); !done)
        return failure(done.error());
    if (auto done = take(timeLasso(all, params), report.lasso); !done)
        return failure(done.error());
    if (auto done = take(timeIsoLines(all, params, context), report.isoLines); !done)
        return failure(done.error());
    if (auto done = timeNearest(all, params, context, report); !done)
        return failure(done.error());
    report.residentBytes = residentBytes();
    report.peakResidentBytes = peakResidentBytes();
    if (auto done = take(timeManyPoints(params, context), report.manyPoints); !done)
        return failure(done.error());
    return report;
}

} // namespace somnium::workflow
