// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/radio.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

#include "core/base/random.h"
#include "core/simulate/cosmology.h"
#include "core/simulate/radio_shapes.h"
#include "core/sky/position.h"

namespace somnium::simulate
{

namespace
{

constexpr double kPi = std::numbers::pi;

/// What is typical of a class: how common it is, how long, how far.
struct Population
{
    RadioClass radioClass;
    double share;           ///< of the survey
    double medianKpc;       ///< projected length
    double largestRedshift; ///< to which such sources are seen
    double leastPeak;       ///< brightest pixel over noise
    double greatestPeak;
};
constexpr std::array kPopulations = {
    Population{RadioClass::FRI, 0.22, 190.0, 0.5, 20.0, 250.0},
    Population{RadioClass::FRII, 0.26, 320.0, 1.3, 20.0, 400.0},
    Population{RadioClass::Bent, 0.16, 230.0, 0.5, 18.0, 200.0},
    Population{RadioClass::XShaped, 0.07, 320.0, 0.7, 25.0, 250.0},
    Population{RadioClass::Compact, 0.17, 4.0, 1.5, 15.0, 600.0},
    Population{RadioClass::OneSided, 0.07, 120.0, 1.0, 25.0, 500.0},
    Population{RadioClass::Ring, 0.05, 300.0, 0.6, 14.0, 80.0},
};

/// What hides among them where it is asked for: neither brighter nor larger than the rest. cite: Schoenmakers
/// et al. 2000 (double-doubles), Gower et al. 1982 (precession), van Weeren et al. 2019 (relics), Browne et
/// al. 2003 (lenses).
constexpr std::array kOddPopulations = {
    Population{RadioClass::DoubleDouble, 0.25, 320.0, 0.8, 20.0, 300.0},
    Population{RadioClass::Spiral, 0.25, 220.0, 0.6, 20.0, 300.0},
    Population{RadioClass::Arc, 0.25, 260.0, 0.5, 20.0, 300.0},
    Population{RadioClass::Quad, 0.25, 200.0, 1.0, 20.0, 300.0},
};

/// Of `odd` equal stretches of the survey each has one odd source. Nothing: `index` is not the one.
const Population *oddPopulation(const RadioSurveyParams &params, std::size_t index)
{
    if (params.odd == 0 || index >= params.count)
        return nullptr;
    const std::size_t stretch = index * params.odd / params.count;
    const std::size_t first = (stretch * params.count + params.odd - 1) / params.odd;
    const std::size_t next = ((stretch + 1) * params.count + params.odd - 1) / params.odd;
    Random random(params.seed, (std::uint64_t{1} << 62U) + stretch);
    if (index != first + random.below(static_cast<std::uint32_t>(next - first)))
        return nullptr;
    return &kOddPopulations.at(stretch % kOddPopulations.size());
}

const Population &drawPopulation(Random &random)
{
    double left = random.uniform();
    for (const Population &population : kPopulations)
    {
        left -= population.share;
        if (left < 0.0)
            return population;
    }
    return kPopulations.front();
}

struct Size
{
    double arcsec = 0.0;
    double redshift = 0.0;
};

/// Redshift and angular size that belong together, within what the image can show.
Size drawSize(const Population &population, const RadioSurveyParams &params, Random &random)
{
    const bool isCompact = population.radioClass == RadioClass::Compact;
    const double field = static_cast<double>(params.side) * params.pixelArcsec;
    const double largest = isCompact ? 0.6 * params.beamArcsec : 0.75 * field;
    const double smallest = isCompact ? 0.0 : std::min(3.6 * params.beamArcsec, 0.6 * largest);
    Size size;
    for (int attempt = 0; attempt < 100; ++attempt)
    {
        size.redshift = 0.02 + (population.largestRedshift - 0.02) * std::pow(random.uniform(), 1.4);
        const double kpc = population.medianKpc * std::exp(0.6 * random.normal());
        size.arcsec = kpc / kiloparsecPerArcsec(size.redshift);
        if (size.arcsec >= smallest && size.arcsec <= largest)
            return size;
    }
    size.arcsec = std::clamp(size.arcsec, smallest, largest); // a field too small or large for any
    return size;
}

/// Largest distance between the centres of two parts that matter; of a single one its width.
double lengthOf(const std::vector<GaussianBlob> &blobs)
{
    if (blobs.size() == 1)
        return blobs.front().majorFwhm;
    double length = 0.0;
    for (const GaussianBlob &one : blobs)
        for (const GaussianBlob &other : blobs)
            length = std::max(length, std::hypot(one.x - other.x, one.y - other.y));
    return length;
}

/// To the size, on the sky: x of the shape along the position angle. Returns the size it got, less than asked
/// where an end would leave the image.
double place(std::vector<GaussianBlob> &blobs, double sizeArcsec, const RadioSource &source,
             const RadioSurveyParams &params, bool isMirrored)
{
    double reach = 1e-6;
    for (const GaussianBlob &blob : blobs)
        reach = std::max(reach, std::hypot(blob.x, blob.y));
    const double length = lengthOf(blobs);
    const double field = static_cast<double>(params.side) * params.pixelArcsec;
    const double scale = std::min(sizeArcsec / length, 0.42 * field / reach);
    // Position angles run from north (y) through east (x).
    const double direction = (90.0 - source.positionAngleDeg) * kPi / 180.0;
    const double hand = isMirrored ? -1.0 : 1.0;
    for (GaussianBlob &blob : blobs)
    {
        const double x = scale * blob.x;
        const double y = scale * hand * blob.y;
        blob.x = x * std::cos(direction) - y * std::sin(direction);
        blob.y = x * std::sin(direction) + y * std::cos(direction);
        blob.majorFwhm *= scale;
        blob.minorFwhm *= scale;
        blob.angleRad = hand * blob.angleRad + direction;
    }
    return scale * length;
}

/// Positions fill a patch of 20 x 20 degrees evenly, so that no two sources of a survey get the same name.
/// cite: Roberts 2018, the R2 additive recurrence.
sky::SkyPosition positionOf(std::uint64_t seed, std::size_t index)
{
    constexpr double kPlastic = 1.32471795724474602596;
    Random random(seed, 0);
    const double firstX = random.uniform();
    const double firstY = random.uniform();
    const auto step = static_cast<double>(index);
    const double x = std::fmod(firstX + step / kPlastic, 1.0);
    const double y = std::fmod(firstY + step / (kPlastic * kPlastic), 1.0);
    const double toRad = kPi / 180.0;
    const double south = std::sin(25.0 * toRad);
    const double north = std::sin(45.0 * toRad);
    return {160.0 + 20.0 * x / std::cos(35.0 * toRad), std::asin(south + (north - south) * y) / toRad};
}

float peakOf(const data::Image &image)
{
    return *std::max_element(image.pixels().begin(), image.pixels().end());
}

double logUniform(double low, double high, Random &random)
{
    return low * std::pow(high / low, random.uniform());
}

/// One image in eight has an unrelated faint source beside the galaxy, as real fields do.
void addNeighbour(double peak, const RadioSurveyParams &params, const Observation &observation,
                  Random &random, data::Image &image)
{
    if (random.below(8) != 0)
        return;
    const double field = static_cast<double>(params.side) * params.pixelArcsec;
    const double angle = random.uniform(0.0, 2.0 * kPi);
    const double distance = random.uniform(0.3, 0.5) * field;
    const double flux = random.uniform(0.05, 0.35) * peak;
    const GaussianBlob point = {distance * std::cos(angle), distance * std::sin(angle), flux};
    render(std::span(&point, 1), observation, image);
}

/// A FITS card "KEYWORD = value", 80 characters.
std::string card(std::string_view keyword, std::string value)
{
    std::string text(keyword);
    text.resize(8, ' ');
    text += "= ";
    if (!value.starts_with('\''))
        value = std::string(20 - std::min<std::size_t>(20, value.size()), ' ') + value;
    text += value;
    text.resize(80, ' ');
    return text;
}

std::string fixed(double value)
{
    std::array<char, 64> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 12).ptr;
    return {digits.data(), end};
}

} // namespace

std::string_view toString(RadioClass radioClass)
{
    switch (radioClass)
    {
    case RadioClass::FRI: return "FR I";
    case RadioClass::FRII: return "FR II";
    case RadioClass::Bent: return "bent";
    case RadioClass::XShaped: return "X-shaped";
    case RadioClass::Compact: return "compact";
    case RadioClass::OneSided: return "one-sided";
    case RadioClass::Ring: return "ring";
    case RadioClass::DoubleDouble: return "double-double";
    case RadioClass::Spiral: return "spiral";
    case RadioClass::Arc: return "arc";
    case RadioClass::Quad: return "quad";
    }
    return "?";
}

bool isOdd(RadioClass radioClass)
{
    return std::any_of(kOddPopulations.begin(), kOddPopulations.end(),
                       [radioClass](const Population &odd) { return odd.radioClass == radioClass; });
}

Result<void> validate(const RadioSurveyParams &params)
{
    const auto bad = [](const std::string &what, double found) {
        return failure(ErrorKind::InvalidArgument,
                       "simulated survey: expected " + what + ", found " + std::to_string(found));
    };
    if (params.count < 1 || params.count > 10'000'000)
        return bad("1 to 10000000 images", static_cast<double>(params.count));
    if (params.side < 16 || params.side > 2048)
        return bad("a side of 16 to 2048 pixels", static_cast<double>(params.side));
    if (!(params.pixelArcsec >= 1e-4 && params.pixelArcsec <= 60.0))
        return bad("pixels of 0.0001 to 60 arcsec", params.pixelArcsec);
    if (!(params.beamArcsec >= 1.5 * params.pixelArcsec && params.beamArcsec <= 20.0 * params.pixelArcsec))
        return bad("a beam of 1.5 to 20 pixels", params.beamArcsec / params.pixelArcsec);
    if (!(params.noiseMjyBeam >= 0.0 && params.noiseMjyBeam <= 1e6))
        return bad("noise of 0 to 1000000 mJy/beam", params.noiseMjyBeam);
    if (params.odd > params.count)
        return bad("at most as many odd ones as there are images", static_cast<double>(params.odd));
    return {};
}

RadioSource simulateRadioSource(const RadioSurveyParams &params, std::size_t index)
{
    Random random(params.seed, 1 + index);
    const Population &usual = drawPopulation(random);
    const Population *odd = oddPopulation(params, index);
    const Population &population = odd != nullptr ? *odd : usual;
    RadioSource source;
    source.radioClass = population.radioClass;
    const sky::SkyPosition position = positionOf(params.seed, index);
    source.raDeg = position.raDeg;
    source.decDeg = position.decDeg;
    source.name = sky::iauName(position);
    source.positionAngleDeg = random.uniform(0.0, 180.0);
    const bool isMirrored = random.below(2) == 0;
    const Size size = drawSize(population, params, random);
    source.redshift = size.redshift;
    RadioShape shape = drawShape(population.radioClass, random);
    source.bendDeg = shape.bendDeg;
    source.sizeArcsec = place(shape.blobs, size.arcsec, source, params, isMirrored);

    const Observation observation = {params.side, params.pixelArcsec, params.beamArcsec};
    source.image = data::Image({1, params.side, params.side});
    render(shape.blobs, observation, source.image);
    // FIRST's depth stands in where no noise is asked for.
    const double reference = params.noiseMjyBeam > 0.0 ? params.noiseMjyBeam : 0.15;
    const double peak = reference * logUniform(population.leastPeak, population.greatestPeak, random);
    const double scale = peak / peakOf(source.image);
    for (float &pixel : source.image.pixels())
        pixel *= static_cast<float>(scale);
    for (const GaussianBlob &blob : shape.blobs)
        source.fluxMjy += scale * blob.flux;
    addNeighbour(peak, params, observation, random, source.image);
    addNoise(params.noiseMjyBeam, observation, random, source.image);
    return source;
}

std::string wcsCards(const RadioSurveyParams &params, const RadioSource &source)
{
    const std::string centre = fixed(0.5 * static_cast<double>(params.side + 1));
    const double pixelDeg = params.pixelArcsec / 3600.0;
    return card("CTYPE1", "'RA---TAN'") + card("CTYPE2", "'DEC--TAN'") + card("CRPIX1", centre) +
           card("CRPIX2", centre) + card("CRVAL1", fixed(source.raDeg)) +
           card("CRVAL2", fixed(source.decDeg)) + card("CDELT1", fixed(-pixelDeg)) +
           card("CDELT2", fixed(pixelDeg)) + card("CUNIT1", "'deg     '") + card("CUNIT2", "'deg     '") +
           card("RADESYS", "'ICRS    '");
}

} // namespace somnium::simulate
