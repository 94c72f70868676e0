// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/latent_sets.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/io/table.h"
#include "tests/support/real_data.h"

namespace somnium::bench
{

namespace
{

namespace fs = std::filesystem;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
using LabelsResult = Result<std::vector<Labels>>;

/// "b57v" of "/.../b57v.sed".
std::string stemOf(const data::Source &source)
{
    return fs::path(source.origin.file).stem().string();
}

/// The number that follows `mark` in a text; NaN: none.
double numberAfter(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos)
        return kNan;
    const std::string_view rest = text.substr(at + mark.size());
    double value = kNan;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return value;
}

Labels labelsOf(std::string name, const data::Collection &collection,
                const std::function<double(const data::Source &)> &get)
{
    Labels labels{std::move(name), {}};
    for (const data::Source &source : collection.sources)
        labels.values.push_back(get(source));
    return labels;
}

Result<std::vector<double>> numbersOf(const data::Catalogue &table, std::string_view name)
{
    const auto at = table.find(name);
    if (!at)
        return failure(ErrorKind::NotFound, "no column " + std::string(name));
    std::vector<double> values(table.rowCount());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = table.columns()[*at].number(i);
    return values;
}

Labels logOf(const Labels &labels)
{
    Labels logs{"log " + labels.name, labels.values};
    for (double &value : logs.values)
        value = value > 0.0 ? std::log10(value) : kNan;
    return logs;
}

/// These columns, and the logarithm of some of them behind.
LabelsResult columnLabels(const data::Catalogue &table, const std::vector<std::string> &names,
                          const std::vector<std::string> &logs)
{
    std::vector<Labels> labels;
    for (const std::string &name : names)
    {
        auto values = numbersOf(table, name);
        if (!values)
            return failure(values.error());
        labels.push_back({name, std::move(*values)});
        if (std::find(logs.begin(), logs.end(), name) != logs.end())
            labels.push_back(logOf(labels.back()));
    }
    return labels;
}

prepare::SpectralRecipe recipeNamed(std::string_view name)
{
    for (const prepare::ReadyMadeSpectral &ready : prepare::readyMadeSpectralRecipes())
        if (ready.recipe.name == name)
            return ready.recipe;
    return {};
}

/// MILES: optical stars in air; their table of parameters has 99999 and 9999 for "not known".
LatentSet miles(const fs::path &folder)
{
    LatentSet set;
    set.request.paths = {folder};
    set.request.catalogue = folder / "MILES_params.db";
    set.request.missingValues = {99999.0, 9999.0};
    set.request.recipe = recipeNamed("stars");
    set.labels = [](const data::Collection &collection) {
        return columnLabels(collection.catalogue, {"Teff", "log g", "[Fe/H]"}, {"Teff"});
    };
    return set;
}

/// What tells gravity and metallicity is in the lines; the continuum tells the temperature, and the
/// reddening.
LatentSet milesLines(const fs::path &folder)
{
    LatentSet set = miles(folder);
    set.request.recipe = recipeNamed("stars, continuum removed");
    return set;
}

/// M0.0 is 0, L0.0 10, T0.0 20; NaN: no such type.
double dwarfType(const std::string &text)
{
    constexpr std::string_view kClasses = "MLTY";
    constexpr double kSubclasses = 10.0;
    const std::size_t at = text.empty() ? std::string_view::npos : kClasses.find(text.front());
    return at == std::string_view::npos
               ? kNan
               : kSubclasses * static_cast<double>(at) + numberAfter(text, text.substr(0, 1));
}

/// Observed M, L and T dwarfs: their type in the table of spectra.
LatentSet dwarfs(const fs::path &folder)
{
    LatentSet set;
    set.request.paths = {folder / "SPEX-PRISM"};
    set.request.catalogue = folder / "db" / "spectral_data.txt";
    set.request.recipe = recipeNamed("near-infrared");
    set.labels = [](const data::Collection &collection) -> LabelsResult {
        const auto at = collection.catalogue.find("SPEX_TYPE");
        if (!at)
            return failure(ErrorKind::NotFound, "no column SPEX_TYPE");
        Labels types{"type (M0-T9)", {}};
        for (std::size_t i = 0; i < collection.sources.size(); ++i)
            types.values.push_back(dwarfType(collection.catalogue.columns()[*at].text(i)));
        return std::vector<Labels>{std::move(types)};
    };
    return set;
}

/// Mass and age by temperature and gravity, out of tables of evolution.
class Evolution
{
public:
    static Result<Evolution> read(const std::vector<fs::path> &tables)
    {
        Evolution evolution;
        for (const fs::path &path : tables)
        {
            const auto table = io::readTable(path);
            if (!table)
                return failure(table.error());
            const auto columns = columnLabels(*table, {"temperature", "gravity", "mass", "age"}, {});
            if (!columns)
                return failure(columns.error());
            for (std::size_t i = 0; i < table->rowCount(); ++i)
                evolution.m_points.push_back({std::log10((*columns)[0].values[i]), (*columns)[1].values[i],
                                              std::log10((*columns)[2].values[i]),
                                              std::log10((*columns)[3].values[i])});
        }
        return evolution;
    }

    struct Found
    {
        double mass = kNan;
        double ageGyr = kNan;
    };
    /// Mean of the four nearest, weighed by 1 / distance^2; none where the nearest is farther than 0.03 in
    /// log Teff, or 0.3 in log g.
    [[nodiscard]] Found at(double teff, double logg) const
    {
        std::vector<std::pair<double, const Point *>> near;
        for (const Point &point : m_points)
            near.emplace_back(
                std::hypot((point.logTeff - std::log10(teff)) / 0.03, (point.logg - logg) / 0.3), &point);
        constexpr std::ptrdiff_t kNear = 4;
        std::partial_sort(near.begin(), near.begin() + kNear, near.end());
        if (!(near.front().first < 1.0))
            return {};
        double sum = 0.0;
        double mass = 0.0;
        double age = 0.0;
        for (std::ptrdiff_t i = 0; i < kNear; ++i)
        {
            const auto &[distance, point] = near[static_cast<std::size_t>(i)];
            const double weight = 1.0 / (1e-4 + distance * distance);
            sum += weight;
            mass += weight * point->logMass;
            age += weight * point->logAge;
        }
        return {std::pow(10.0, mass / sum), std::pow(10.0, age / sum)};
    }

private:
    struct Point
    {
        double logTeff = 0.0;
        double logg = 0.0;
        double logMass = 0.0;
        double logAge = 0.0;
    };
    std::vector<Point> m_points;
};

/// Model atmospheres of cool dwarfs: parameters in their names, "btsettl15_t1200_g2.50_z-0.00_...". Mass and
/// age by Baraffe et al. 2015 (M dwarfs) and Marley et al. 2019 (below).
LatentSet dwarfModels(const fs::path &folder)
{
    LatentSet set;
    set.request.paths = {folder / "models"};
    set.request.recipe = recipeNamed("near-infrared");
    set.labels = [folder](const data::Collection &collection) -> LabelsResult {
        const fs::path tables = folder / "EvolutionaryModels";
        const auto evolution = Evolution::read({tables / "baraffe2015.csv", tables / "marley2019.csv"});
        if (!evolution)
            return failure(evolution.error());
        const auto teff = [](const data::Source &source) { return numberAfter(stemOf(source), "_t"); };
        const auto logg = [](const data::Source &source) { return numberAfter(stemOf(source), "_g"); };
        std::vector<Labels> labels = {labelsOf("Teff", collection, teff)};
        labels.push_back(logOf(labels.front()));
        labels.push_back(labelsOf("log g", collection, logg));
        labels.push_back(labelsOf("mass", collection, [&](const data::Source &source) {
            return evolution->at(teff(source), logg(source)).mass;
        }));
        labels.push_back(logOf(labels.back()));
        labels.push_back(logOf(labelsOf("age", collection, [&](const data::Source &source) {
            return evolution->at(teff(source), logg(source)).ageGyr;
        })));
        return labels;
    };
    return set;
}

/// O0 is 0, B0 10, ... M0 60 of "b57v" (B5-7, V), "m2p5v" (M2.5), "rk0iii" (metal-rich).
double spectralType(std::string_view name)
{
    constexpr std::string_view kClasses = "obafgkm";
    constexpr double kSubclasses = 10.0;
    if (!name.empty() && (name.front() == 'r' || name.front() == 'w'))
        name.remove_prefix(1);
    const std::size_t at = name.empty() ? std::string_view::npos : kClasses.find(name.front());
    if (at == std::string_view::npos || name.size() < 2)
        return kNan;
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 1; i < name.size() && name[i] >= '0' && name[i] <= '9'; ++i, ++count)
        sum += static_cast<double>(name[i] - '0');
    double subclass = sum / count; // of "10", which is M10
    if (name.substr(1, 2) == "10")
        subclass = kSubclasses;
    if (name.size() > 3 && name[2] == 'p')
        subclass += 0.1 * static_cast<double>(name[3] - '0');
    return kSubclasses * static_cast<double>(at) + subclass;
}

/// 1 of a supergiant to 5 of a dwarf.
double luminosityClass(std::string_view name)
{
    constexpr std::array<std::string_view, 5> kClasses = {"i", "ii", "iii", "iv", "v"};
    const std::string_view last = name.substr(std::min(name.size(), name.find_last_of("0123456789") + 1));
    const auto found = std::find(kClasses.begin(), kClasses.end(), last);
    return found == kClasses.end() ? kNan : static_cast<double>(found - kClasses.begin()) + 1.0;
}

/// The optical range of the library, where spectrographs of stars work; in the ultraviolet the hottest stars
/// have a hundred times the flux of the rest, and no picture of the others would be left.
LatentSet pickles(const fs::path &folder)
{
    LatentSet set;
    set.request.paths = {folder / "PICKLES"};
    set.request.recipe = recipeNamed("stars");
    set.request.recipe.grid.firstAngstrom = 3800.0;
    set.request.recipe.grid.lastAngstrom = 9200.0;
    set.labels = [](const data::Collection &collection) -> LabelsResult {
        return std::vector<Labels>{
            labelsOf("type (O0-M10)", collection,
                     [](const data::Source &source) { return spectralType(stemOf(source)); }),
            labelsOf("class (I-V)", collection,
                     [](const data::Source &source) { return luminosityClass(stemOf(source)); })};
    };
    return set;
}

/// Stars, galaxies and quasars, at rest by the pipeline's redshift. The recipe would leave six, those that
/// are not too noisy; all are taken, as there are so few.
LatentSet sdss(const fs::path &folder)
{
    LatentSet set;
    set.request.paths = {folder / "spectra"};
    set.request.recipe = recipeNamed("galaxies");
    set.request.recipe.snr.isEnabled = false;
    set.labels = [](const data::Collection &) -> LabelsResult { return std::vector<Labels>{}; };
    return set;
}

/// Models of stellar populations, at rest in air: "Iun1.30Zm0.40T00.0631" is [M/H] = -0.40, 63 Myr.
LatentSet miuscat(const fs::path &folder)
{
    LatentSet set;
    set.request.paths = {folder};
    set.request.recipe = recipeNamed("stars");
    set.request.recipe.mask.skyLines = false; // they have seen no sky
    set.labels = [](const data::Collection &collection) -> LabelsResult {
        const auto age =
            labelsOf("age", collection, [](const auto &source) { return numberAfter(stemOf(source), "T"); });
        const auto metallicity = [](const data::Source &source) {
            const std::string name = stemOf(source);
            const double minus = numberAfter(name, "Zm");
            return std::isfinite(minus) ? -minus : numberAfter(name, "Zp");
        };
        return std::vector<Labels>{age, logOf(age), labelsOf("[M/H]", collection, metallicity)};
    };
    return set;
}

struct RealSet
{
    std::string_view name;
    std::string_view folder;
    LatentSet (*make)(const fs::path &);
};
constexpr std::array<RealSet, 7> kRealSets = {{{"miles_stars", "miles_stars", miles},
                                               {"miles_lines", "miles_stars", milesLines},
                                               {"spex_browndwarfs", "spex_browndwarfs", dwarfs},
                                               {"spex_models", "spex_browndwarfs", dwarfModels},
                                               {"pickles_stars", "pickles_stars", pickles},
                                               {"sdss_cool_17", "sdss_cool_17", sdss},
                                               {"ssp_miuscat", "ssp_miuscat", miuscat}}};

} // namespace

std::vector<std::string> realSets()
{
    std::vector<std::string> names;
    for (const RealSet &set : kRealSets)
        names.emplace_back(set.name);
    return names;
}

Result<LatentSet> realSet(std::string_view name)
{
    const auto found = std::find_if(kRealSets.begin(), kRealSets.end(),
                                    [name](const RealSet &set) { return set.name == name; });
    if (found == kRealSets.end())
        return failure(ErrorKind::NotFound, "no set of spectra named " + std::string(name));
    const auto folder = test::realData("spectra/" + std::string(found->folder));
    if (!folder)
        return failure(ErrorKind::NotFound,
                       "spectra/" + std::string(found->folder) + " not found: set SOMNIUM_DATA");
    LatentSet set = found->make(*folder);
    set.name = name;
    set.request.name = name;
    return set;
}

Result<LatentSet> simulatedSet(const simulate::SpectraParams &params, const fs::path &folder)
{
    if (auto written = simulate::writeSpectra(params, folder, simulate::SpectraFormat::Tables, {}); !written)
        return failure(written.error());
    LatentSet set;
    set.name = "simulated";
    set.request.name = "simulated";
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().rfind("spectra-", 0) == 0)
            set.request.paths.push_back(entry.path());
    std::sort(set.request.paths.begin(), set.request.paths.end());
    set.request.catalogue = folder / "truth.fits";
    set.request.recipe = recipeNamed("stars");
    set.labels = [](const data::Collection &collection) {
        return columnLabels(collection.catalogue, {"teff", "mass", "logg", "feh"}, {"teff", "mass"});
    };
    return set;
}

} // namespace somnium::bench
