// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/spectra.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/simulate/fast_normal.h"
#include "core/simulate/star_lines.h"
#include "core/simulate/star_population.h"

namespace somnium::simulate
{

namespace
{

constexpr double kResolvingPower = 2000.0;
constexpr std::size_t kPlanckStep = 16;     // pixels between exact values of the continuum
constexpr std::size_t kMedianPixels = 1000; // of about so many a median is taken

// Bits of the mask.
constexpr std::uint8_t kCosmicRay = 1;
constexpr std::uint8_t kBrightSky = 2;
constexpr std::uint8_t kDeadColumn = 4;

// Streams of random numbers of one spectrum.
enum class Draw : std::uint64_t
{
    Star,
    Oddity,
    Noise,
};
constexpr std::uint64_t kDraws = 3;

Random randomOf(std::uint64_t seed, std::size_t index, Draw draw)
{
    return Random(seed, 1 + kDraws * index + static_cast<std::uint64_t>(draw));
}

/// Positions fill a patch of the sky evenly. cite: Roberts 2018, the R2 additive recurrence.
void place(std::size_t index, StarTruth &star)
{
    constexpr double kPlastic = 1.32471795724474602596;
    const auto step = static_cast<double>(index);
    const double x = std::fmod(0.5 + step / kPlastic, 1.0);
    const double y = std::fmod(0.5 + step / (kPlastic * kPlastic), 1.0);
    star.raDeg = 120.0 + 120.0 * x;
    star.decDeg = std::asin(0.9 * y) * 180.0 / std::numbers::pi;
}

std::string nameOf(std::size_t index)
{
    std::string digits = std::to_string(index);
    constexpr std::size_t kDigits = 6;
    return "star-" + std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

void setStar(const Star &star, StarTruth &truth)
{
    truth.massSun = star.massSun;
    truth.teffK = star.teffK;
    truth.loggCgs = star.loggCgs;
    truth.feh = star.feh;
    truth.ageGyr = star.ageGyr;
    truth.radiusSun = star.radiusSun;
    truth.luminositySun = star.luminositySun;
    truth.isGiant = star.isGiant;
}

/// Carbon stars are cool giants that have dredged up carbon.
Star carbonGiant(Random &random)
{
    for (;;)
    {
        const double mass = random.uniform(1.3, 2.5);
        const double age = mainSequenceGyr(mass) * random.uniform(1.10, 1.12);
        const Star star = starOf(mass, age, random.uniform(-0.8, 0.0));
        if (star.teffK < 4300.0)
            return star;
    }
}

Photosphere photosphereOf(const StarTruth &star)
{
    return {star.teffK, star.loggCgs, star.feh};
}

/// Median of about kMedianPixels values, evenly spread.
template <class Value> float sampledMedian(std::size_t pixels, const Value &value)
{
    const std::size_t step = std::max<std::size_t>(1, pixels / kMedianPixels);
    std::vector<float> some;
    some.reserve(pixels / step + 1);
    for (std::size_t i = step / 2; i < pixels; i += step)
        some.push_back(value(i));
    const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
    std::nth_element(some.begin(), middle, some.end());
    return *middle;
}

void scale(std::span<float> values, float factor)
{
    for (float &value : values)
        value *= factor;
}

void toMedianOne(std::span<float> flux)
{
    const float median = sampledMedian(flux.size(), [flux](std::size_t i) { return flux[i]; });
    if (median > 0.0F)
        scale(flux, 1.0F / median);
}

Result<void> bad(const std::string &what, double found)
{
    return failure(ErrorKind::InvalidArgument,
                   "simulated spectra: expected " + what + ", found " + std::to_string(found));
}

} // namespace

std::string_view toString(OddSpectrum odd)
{
    switch (odd)
    {
    case OddSpectrum::None: return "";
    case OddSpectrum::Emission: return "emission";
    case OddSpectrum::Blend: return "blend";
    case OddSpectrum::Carbon: return "carbon";
    case OddSpectrum::BadSky: return "bad sky";
    }
    return "?";
}

Result<void> validate(const SpectraParams &params)
{
    if (params.count < 1 || params.count > 100'000'000)
        return bad("1 to 100000000 spectra", static_cast<double>(params.count));
    if (params.pixels < 16 || params.pixels > 1'000'000)
        return bad("16 to 1000000 pixels", static_cast<double>(params.pixels));
    if (!(params.firstAngstrom >= 2000.0 && params.firstAngstrom <= 50'000.0))
        return bad("a first wavelength of 2000 to 50000 Angstrom", params.firstAngstrom);
    if (!(params.lastAngstrom >= 1.001 * params.firstAngstrom && params.lastAngstrom <= 100'000.0))
        return bad("a last wavelength above the first and up to 100000 Angstrom", params.lastAngstrom);
    if (!(params.minSnr >= 0.1 && params.minSnr <= 1e5))
        return bad("a lowest signal-to-noise of 0.1 to 100000", params.minSnr);
    if (!(params.maxSnr >= params.minSnr && params.maxSnr <= 1e5))
        return bad("a highest signal-to-noise from the lowest to 100000", params.maxSnr);
    if (!(params.oddShare >= 0.0 && params.oddShare <= 1.0))
        return bad("a share of odd spectra of 0 to 1", params.oddShare);
    if (params.rowsPerFile < 1 || params.rowsPerFile > 10'000'000)
        return bad("1 to 10000000 rows a file", static_cast<double>(params.rowsPerFile));
    return {};
}

/// What all spectra of a survey share.
struct SpectraSimulator::Tables
{
    explicit Tables(const SpectraParams &given)
        : params(given), grid{data::SpectralGrid::Scale::Log, given.firstAngstrom,
                              std::log10(given.lastAngstrom / given.firstAngstrom) /
                                  static_cast<double>(given.pixels - 1),
                              given.pixels},
          lines(grid, kResolvingPower)
    {
        wavelength.resize(grid.pixels);
        for (std::size_t i = 0; i < grid.pixels; ++i)
            wavelength[i] = grid.at(static_cast<double>(i));
        makeSky();
        makeDetector();
    }

    void makeSky();
    void makeDetector();
    void addNoise(const StarTruth &star, Random &random, std::span<float> flux, std::span<float> error,
                  std::span<std::uint8_t> mask) const;
    void addCosmicRays(Random &random, std::span<float> flux, std::span<std::uint8_t> mask) const;
    void addEmission(Random &random, std::span<float> flux) const;
    void addSecondStar(const SpectraSimulator &simulator, const StarTruth &star, Random &random,
                       std::span<float> flux) const;
    void addCarbon(Random &random, std::span<float> flux) const;
    void addSkyResiduals(double sigma, Random &random, std::span<float> flux) const;
    [[nodiscard]] std::vector<float> continuum(double teffK) const;

    SpectraParams params;
    data::SpectralGrid grid;
    LineTemplates lines;
    StarPopulation population;
    FastNormal normal;
    std::vector<double> wavelength;
    std::vector<float> skyLines;          ///< [pixel] brightest line 1
    std::vector<float> sky;               ///< [pixel] of all that is noise of the sky, 1 at 6500 Angstrom
    std::vector<float> perThroughput;     ///< [pixel] 1 over it
    std::vector<std::uint8_t> badColumns; ///< [pixel] bits that every spectrum has
};

void SpectraSimulator::Tables::makeSky()
{
    // cite: Osterbrock et al. 1996, PASP 108, 277: [O I], Na I; bands of OH, here with drawn intensities.
    struct SkyLine
    {
        double air;
        double height;
    };
    constexpr std::array kBright = {SkyLine{5577.34, 1.0}, SkyLine{5889.95, 0.25}, SkyLine{5895.92, 0.15},
                                    SkyLine{6300.30, 0.5}, SkyLine{6363.78, 0.2}};
    skyLines.assign(grid.pixels, 0.0F);
    const auto addLine = [this](double centre, double height) {
        const double sigma = centre / kResolvingPower / 2.3548;
        for (std::size_t i = 0; i < grid.pixels; ++i)
        {
            const double x = (wavelength[i] - centre) / sigma;
            if (std::abs(x) < 6.0)
                skyLines[i] += static_cast<float>(height * std::exp(-0.5 * x * x));
        }
    };
    constexpr double kIndexOfAir = 1.000277;
    for (const SkyLine &line : kBright)
        addLine(line.air * kIndexOfAir, line.height);
    Random random(19960108);
    for (double band = 6830.0; band < 10500.0; band += 260.0)
        for (int line = 0; line < 9; ++line)
            addLine(band + 22.0 * line + random.uniform(-6.0, 6.0),
                    random.uniform(0.05, 0.4) * std::min(1.0, (band - 6000.0) / 2500.0));
    sky.resize(grid.pixels);
    for (std::size_t i = 0; i < grid.pixels; ++i)
    {
        const double continuum = 0.7 + 0.3 * (wavelength[i] / 6500.0) * (wavelength[i] / 6500.0);
        sky[i] = static_cast<float>(continuum) + 12.0F * skyLines[i];
    }
}

void SpectraSimulator::Tables::makeDetector()
{
    perThroughput.resize(grid.pixels);
    badColumns.assign(grid.pixels, 0);
    for (std::size_t i = 0; i < grid.pixels; ++i)
    {
        const double x = (static_cast<double>(i) + 0.5) / static_cast<double>(grid.pixels) - 0.55;
        perThroughput[i] =
            static_cast<float>(1.0 / (1.0 - 2.6 * x * x)); // 1 in the middle, 0.2 to 0.5 at ends
        constexpr float kSaturated = 0.5F;
        if (skyLines[i] > kSaturated)
            badColumns[i] |= kBrightSky;
    }
    Random random(params.seed, 0);
    const std::size_t dead = std::max<std::size_t>(1, grid.pixels / 1500);
    for (std::size_t column = 0; column < dead; ++column)
    {
        const std::size_t first = random.below(static_cast<std::uint32_t>(grid.pixels - 1));
        badColumns[first] = badColumns[first + 1] = kDeadColumn;
    }
}

std::vector<float> SpectraSimulator::Tables::continuum(double teffK) const
{
    // ln of Planck's law per wavelength, exact at every 16th pixel and on lines between: to 1e-5.
    constexpr double kSecondRadiation = 1.438776877e8; // Angstrom K
    const std::size_t nodes = (grid.pixels - 1) / kPlanckStep + 2;
    std::vector<double> exact(nodes);
    const double reference = 5500.0;
    const auto lnPlanck = [teffK](double angstrom) {
        return -5.0 * std::log(angstrom) - std::log(std::expm1(kSecondRadiation / (angstrom * teffK)));
    };
    const double zero = lnPlanck(reference);
    for (std::size_t node = 0; node < nodes; ++node)
        exact[node] = lnPlanck(grid.at(static_cast<double>(node * kPlanckStep))) - zero;
    std::vector<float> values(grid.pixels);
    for (std::size_t i = 0; i < grid.pixels; ++i)
    {
        const std::size_t node = i / kPlanckStep;
        const auto share = static_cast<float>(i % kPlanckStep) / static_cast<float>(kPlanckStep);
        const auto low = static_cast<float>(exact[node]);
        values[i] = low + share * (static_cast<float>(exact[node + 1]) - low);
    }
    return values;
}

void SpectraSimulator::Tables::addEmission(Random &random, std::span<float> flux) const
{
    const double alpha = random.uniform(1.0, 8.0); // over the continuum
    const double widthKms = random.uniform(80.0, 300.0);
    const bool isDouble = random.below(3) == 0; // a disc seen edge-on, as of Be stars
    constexpr std::array kDecrement = {1.0, 0.35, 0.17, 0.1, 0.06};
    constexpr double kLightKms = 299792.458;
    for (std::size_t line = 0; line < kDecrement.size(); ++line)
    {
        const double centre = balmerAngstrom(static_cast<int>(line) + 3);
        const double sigma = centre * widthKms / kLightKms;
        for (const double side : {-1.0, 1.0})
        {
            const double middle = centre + (isDouble ? 1.4 * side * sigma : 0.0);
            const double begin = std::max(0.0, std::ceil(grid.pixelOf(middle - 6.0 * sigma)));
            const double end = std::min(static_cast<double>(grid.pixels), grid.pixelOf(middle + 6.0 * sigma));
            const double height = 0.5 * alpha * kDecrement.at(line);
            for (double pixel = begin; pixel < end; pixel += 1.0)
            {
                const auto i = static_cast<std::size_t>(pixel);
                const double x = (wavelength[i] - middle) / sigma;
                flux[i] += static_cast<float>(height * std::exp(-0.5 * x * x));
            }
        }
    }
}

void SpectraSimulator::Tables::addSecondStar(const SpectraSimulator &simulator, const StarTruth &star,
                                             Random &random, std::span<float> flux) const
{
    StarTruth other;
    do // one that cannot be taken for the first
        setStar(population.draw(random), other);
    while (std::abs(std::log(other.teffK / star.teffK)) < 0.35);
    std::vector<float> second(flux.size());
    simulator.noiseless(other, second);
    const auto share = static_cast<float>(random.uniform(0.4, 1.0));
    for (std::size_t i = 0; i < flux.size(); ++i)
        flux[i] += share * second[i];
    scale(flux, 1.0F / (1.0F + share));
}

void SpectraSimulator::Tables::addCarbon(Random &random, std::span<float> flux) const
{
    LineStrengths strengths;
    strengths[LineGroup::CarbonBands] = static_cast<float>(random.uniform(0.6, 1.6));
    std::vector<float> depth(flux.size(), 0.0F);
    lines.add(strengths, depth);
    for (std::size_t i = 0; i < flux.size(); ++i)
        flux[i] *= std::exp(-depth[i]);
    toMedianOne(flux);
}

void SpectraSimulator::Tables::addSkyResiduals(double sigma, Random &random, std::span<float> flux) const
{
    const double sign = random.below(2) == 0 ? -1.0 : 1.0;
    const auto height = static_cast<float>(sign * std::max(0.5, random.uniform(20.0, 60.0) * sigma));
    for (std::size_t i = 0; i < flux.size(); ++i)
        flux[i] += height * skyLines[i];
}

void SpectraSimulator::Tables::addCosmicRays(Random &random, std::span<float> flux,
                                             std::span<std::uint8_t> mask) const
{
    constexpr double kPerPixel = 1.0 / 1200.0;
    // Distances between hits of a Poisson process.
    double at = -std::log(1.0 - random.uniform()) / kPerPixel;
    while (at < static_cast<double>(flux.size()))
    {
        const auto first = static_cast<std::size_t>(at);
        const std::size_t length = 1 + random.below(3);
        const auto height = static_cast<float>(2.0 + 20.0 * -std::log(1.0 - random.uniform()));
        for (std::size_t i = first; i < std::min(flux.size(), first + length); ++i)
        {
            flux[i] += height;
            if (!mask.empty())
                mask[i] |= kCosmicRay;
        }
        at += -std::log(1.0 - random.uniform()) / kPerPixel;
    }
}

void SpectraSimulator::Tables::addNoise(const StarTruth &star, Random &random, std::span<float> flux,
                                        std::span<float> error, std::span<std::uint8_t> mask) const
{
    // Photons of star and sky; faint stars have more of the latter.
    const auto skyShare = static_cast<float>(20.0 / star.snr);
    std::vector<float> sigma(flux.size());
    for (std::size_t i = 0; i < flux.size(); ++i)
        sigma[i] = std::sqrt((std::max(flux[i], 0.0F) + skyShare * sky[i]) * perThroughput[i]);
    const float snr = sampledMedian(flux.size(), [&](std::size_t i) { return flux[i] / sigma[i]; });
    const float factor = snr / static_cast<float>(star.snr);
    scale(sigma, factor);
    if (star.odd == OddSpectrum::BadSky)
        addSkyResiduals(1.0 / star.snr, random, flux);
    for (std::size_t i = 0; i < flux.size(); ++i)
        flux[i] += sigma[i] * normal(random);
    std::copy(sigma.begin(), sigma.end(), error.begin());
    std::copy_n(badColumns.begin(), mask.size(), mask.begin());
    addCosmicRays(random, flux, mask);
    for (std::size_t i = 0; i < flux.size(); ++i)
        if (badColumns[i] == kDeadColumn)
            flux[i] = 0.0F;
        else if (badColumns[i] == kBrightSky)
            flux[i] += 10.0F * sigma[i] * normal(random); // what a bright line leaves behind
}

SpectraSimulator::SpectraSimulator(std::shared_ptr<const Tables> tables) : m_tables(std::move(tables)) {}

Result<SpectraSimulator> SpectraSimulator::create(const SpectraParams &params)
{
    if (const auto valid = validate(params); !valid)
        return failure(valid.error());
    return SpectraSimulator(std::make_shared<const Tables>(params));
}

const SpectraParams &SpectraSimulator::params() const
{
    return m_tables->params;
}

const data::SpectralGrid &SpectraSimulator::grid() const
{
    return m_tables->grid;
}

StarTruth SpectraSimulator::truth(std::size_t index) const
{
    const SpectraParams &params = m_tables->params;
    Random random = randomOf(params.seed, index, Draw::Star);
    StarTruth star;
    setStar(m_tables->population.draw(random), star);
    star.name = nameOf(index);
    place(index, star);
    star.snr = params.minSnr * std::pow(params.maxSnr / params.minSnr, random.uniform());
    if (random.uniform() < params.oddShare)
        star.odd = static_cast<OddSpectrum>(1 + random.below(4));
    if (star.odd == OddSpectrum::Carbon)
        setStar(carbonGiant(random), star);
    return star;
}

void SpectraSimulator::noiseless(const StarTruth &star, std::span<float> flux) const
{
    CHECK(flux.size() == m_tables->grid.pixels);
    const std::vector<float> continuum = m_tables->continuum(star.teffK);
    std::vector<float> depth(flux.size(), 0.0F);
    m_tables->lines.add(strengthsOf(photosphereOf(star)), depth);
    for (std::size_t i = 0; i < flux.size(); ++i)
        flux[i] = std::exp(continuum[i] - depth[i]);
    toMedianOne(flux);
}

StarTruth SpectraSimulator::simulate(std::size_t index, std::span<float> flux, std::span<float> error,
                                     std::span<std::uint8_t> mask) const
{
    const std::size_t pixels = m_tables->grid.pixels;
    CHECK(error.empty() || error.size() == pixels);
    CHECK(mask.empty() || mask.size() == pixels);
    StarTruth star = truth(index);
    noiseless(star, flux);
    Random oddity = randomOf(m_tables->params.seed, index, Draw::Oddity);
    switch (star.odd)
    {
    case OddSpectrum::Emission: m_tables->addEmission(oddity, flux); break;
    case OddSpectrum::Blend: m_tables->addSecondStar(*this, star, oddity, flux); break;
    case OddSpectrum::Carbon: m_tables->addCarbon(oddity, flux); break;
    case OddSpectrum::BadSky: // comes with the noise
    case OddSpectrum::None: break;
    }
    Random noise = randomOf(m_tables->params.seed, index, Draw::Noise);
    std::vector<float> ownError(error.empty() ? pixels : 0);
    m_tables->addNoise(star, noise, flux, error.empty() ? std::span<float>(ownError) : error, mask);
    return star;
}

SimulatedSpectrum SpectraSimulator::simulate(std::size_t index) const
{
    const std::size_t pixels = m_tables->grid.pixels;
    SimulatedSpectrum result;
    data::Spectrum &spectrum = result.spectrum;
    spectrum.flux.resize(pixels);
    spectrum.error.resize(pixels);
    spectrum.mask.resize(pixels);
    result.truth = simulate(index, spectrum.flux, spectrum.error, spectrum.mask);
    spectrum.wavelengthAngstrom = m_tables->wavelength;
    spectrum.medium = data::WavelengthMedium::Vacuum;
    spectrum.name = result.truth.name;
    spectrum.raDeg = result.truth.raDeg;
    spectrum.decDeg = result.truth.decDeg;
    return result;
}

} // namespace somnium::simulate
