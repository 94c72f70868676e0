// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/prepared_spectra.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "core/base/bytes.h"
#include "core/workflow/import_spectra.h"

namespace somnium::workflow
{

namespace
{

template <class Value> std::uint64_t hashOfBytes(const Value &value, std::uint64_t seed)
{
    return fnv1a(std::as_bytes(std::span(&value, 1)), seed);
}

/// The first column, by these names, that has numbers.
const data::Column *findColumn(const data::Catalogue &catalogue, const std::vector<std::string> &names)
{
    for (const std::string &name : names)
        if (const auto found = catalogue.find(name))
            return &catalogue.columns()[*found];
    return nullptr;
}

std::string namesOf(const data::Catalogue &catalogue)
{
    std::string names;
    for (const data::Column &column : catalogue.columns())
        names += (names.empty() ? "" : ", ") + column.name;
    return names.empty() ? "no catalogue" : names;
}

/// The ranges where the recipe puts the spectra: at rest, if it asks for that.
std::vector<prepare::SpectralRange> restRanges(const std::vector<ScannedSpectrum> &scanned,
                                               const prepare::SpectralRecipe &recipe,
                                               const std::vector<prepare::SpectrumFacts> &facts)
{
    constexpr double kLightKms = 299792.458;
    std::vector<prepare::SpectralRange> ranges;
    for (std::size_t i = 0; i < scanned.size(); ++i)
    {
        prepare::SpectralRange range = scanned[i].range;
        double shift = 0.0;
        if (recipe.restFrame.isEnabled)
            switch (recipe.restFrame.from)
            {
            case prepare::RestFrame::From::File: shift = scanned[i].redshift; break;
            case prepare::RestFrame::From::Redshift: shift = facts[i].redshift; break;
            case prepare::RestFrame::From::Velocity: shift = facts[i].velocityKms / kLightKms; break;
            }
        if (!std::isfinite(shift)) // `apply` says so
            continue;
        range.firstAngstrom /= 1.0 + shift;
        range.lastAngstrom /= 1.0 + shift;
        ranges.push_back(range);
    }
    return ranges;
}

/// False: every pixel of every spectrum will have the weight 1.
bool needsWeights(const std::vector<ScannedSpectrum> &scanned, const prepare::SpectralRecipe &recipe,
                  const data::SpectralGrid &grid)
{
    if (grid.hasWavelengths() || recipe.mask.grow > 0 || !recipe.mask.own.empty())
        return true;
    return std::any_of(scanned.begin(), scanned.end(), [](const auto &one) { return !one.isWhole; });
}

} // namespace

Result<std::vector<prepare::SpectrumFacts>> factsOf(const prepare::SpectralRecipe &recipe,
                                                    const data::Collection &collection)
{
    std::vector<prepare::SpectrumFacts> facts(collection.sources.size());
    const prepare::RestFrame &step = recipe.restFrame;
    if (!step.isEnabled || step.from == prepare::RestFrame::From::File)
        return facts;
    const bool isVelocity = step.from == prepare::RestFrame::From::Velocity;
    const std::vector<std::string> names =
        !step.column.empty() ? std::vector{step.column}
        : isVelocity ? std::vector<std::string>{"velocity", "rv", "radial_velocity", "vhelio", "v_kms"}
                     : std::vector<std::string>{"z", "redshift", "zspec", "z_spec", "file_redshift"};
    const data::Column *column = findColumn(collection.catalogue, names);
    if (column == nullptr)
        return failure(ErrorKind::NotFound, std::string("rest frame: expected a column of ") +
                                                (isVelocity ? "velocities" : "redshifts") + " named " +
                                                names.front() + ", found " + namesOf(collection.catalogue));
    for (std::size_t i = 0; i < facts.size(); ++i)
        (isVelocity ? facts[i].velocityKms : facts[i].redshift) = column->number(i);
    return facts;
}

Result<SpectraPlan> planSpectra(const prepare::SpectralRecipe &recipe, const io::SpectrumReadOptions &reading,
                                const data::Collection &collection,
                                const std::vector<ScannedSpectrum> &scanned)
{
    auto facts = factsOf(recipe, collection);
    if (!facts)
        return failure(facts.error());
    const auto grid = prepare::chooseGrid(recipe.grid, restRanges(scanned, recipe, *facts));
    if (!grid)
        return failure(grid.error());
    return SpectraPlan{{recipe, *grid, needsWeights(scanned, recipe, *grid), toJson(reading)},
                       std::move(*facts)};
}

std::uint64_t hashOf(const SpectraPlan &plan, const std::vector<ScannedSpectrum> &scanned)
{
    const data::SpectralGrid &grid = plan.preparation.grid;
    std::uint64_t hash = hashOfBytes(plan.preparation.hasWeights, fnv1a({}));
    hash = hashOfBytes(grid.scale, hash);
    hash = hashOfBytes(grid.first, hash);
    hash = hashOfBytes(grid.step, hash);
    hash = hashOfBytes(grid.pixels, hash);
    for (const prepare::SpectrumFacts &facts : plan.facts)
        hash = hashOfBytes(facts.velocityKms, hashOfBytes(facts.redshift, hash));
    for (const ScannedSpectrum &one : scanned)
        hash = hashOfBytes(one.hash, hash);
    return hash;
}

std::uint64_t fingerprintOf(const data::Collection &collection, const std::vector<ScannedSpectrum> &scanned,
                            const std::vector<bool> &isGood)
{
    std::uint64_t hash = fnv1a({});
    for (std::size_t i = 0; i < isGood.size(); ++i)
        if (isGood[i])
        {
            hash = fnv1a(std::as_bytes(std::span(collection.sources[i].id)), hash);
            hash = hashOfBytes(scanned[i].hash, hash);
        }
    return hash;
}

Result<void> prepareInto(const PreparedTarget &target, const std::vector<io::FoundFile> &files,
                         const SpectraPlan &plan, const JobContext &context)
{
    const auto reading = readOptionsFromJson(plan.preparation.reading);
    if (!reading)
        return failure(reading.error());
    const std::vector<data::SourceOrigin> origins = originsOf(target.collection);
    const auto take = [&](std::size_t index, Result<data::PreparedSpectrum> prepared) -> Result<void> {
        target.isGood.push_back(prepared.has_value());
        if (!prepared)
            target.collection.problems.push_back(
                {origins[index], std::string(kPreparable), prepared.error().message});
        else if (auto appended = target.store.append(prepared->flux, prepared->weight); !appended)
            return appended;
        return target.afterEach ? target.afterEach() : Result<void>();
    };
    const SpectraToPrepare what = {files,
                                   origins,
                                   *reading,
                                   plan.preparation.recipe,
                                   plan.preparation.grid,
                                   plan.facts,
                                   target.isGood.size()};
    return prepareSpectra(what, context, take);
}

Result<void> keepGood(data::Collection &collection, const std::vector<bool> &isGood)
{
    std::vector<data::Source> sources;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < isGood.size(); ++i)
        if (isGood[i])
        {
            sources.push_back(std::move(collection.sources[i]));
            rows.push_back(i);
        }
    collection.sources = std::move(sources);
    if (!collection.catalogue.columns().empty())
        collection.catalogue = collection.catalogue.takeRows(rows);
    if (!rows.empty())
        return {};
    return failure(ErrorKind::Malformed,
                   "expected at least one spectrum that the recipe can prepare, found none" +
                       firstProblems(collection.problems));
}

std::vector<data::SourceOrigin> originsOf(const data::Collection &collection)
{
    std::vector<data::SourceOrigin> origins;
    for (const data::Source &source : collection.sources)
        origins.push_back(source.origin);
    return origins;
}

std::string firstProblems(const std::vector<data::ImportProblem> &problems)
{
    constexpr std::size_t kShown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, problems.size()); ++i)
        text += "\n" + toString(problems[i]);
    return text;
}

} // namespace somnium::workflow
