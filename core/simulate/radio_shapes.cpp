// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/radio_shapes.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace somnium::simulate
{

namespace
{

// Numbers are drawn one a statement: the order in which a compiler evaluates arguments is its own.

constexpr double kPi = std::numbers::pi;

double radians(double degrees)
{
    return degrees * kPi / 180.0;
}

/// Log-normal about 1: how clumpy real plasma is.
double clump(Random &random, double spread)
{
    return std::exp(spread * random.normal());
}

/// How one arm leaves the core and where it turns.
struct Arm
{
    double direction = 0.0; ///< at the core, radians from x towards y
    double length = 1.0;
    double turn = 0.0;       ///< change of direction from core to end, radians
    double turnLength = 0.5; ///< share of the arm over which it turns
    double wiggle = 0.0;     ///< amplitude of its waves in direction, radians
    double phase = 0.0;
};

struct PathPoint
{
    double x = 0.0;
    double y = 0.0;
    double direction = 0.0;
    double along = 0.0; ///< 0 at the core, 1 at the end
};

std::vector<PathPoint> pathOf(const Arm &arm, int steps)
{
    std::vector<PathPoint> path;
    PathPoint point;
    const double whole = 1.0 - std::exp(-1.0 / arm.turnLength);
    for (int i = 1; i <= steps; ++i)
    {
        point.along = static_cast<double>(i) / steps;
        const double turned = (1.0 - std::exp(-point.along / arm.turnLength)) / whole;
        const double waves = std::sin(2.0 * kPi * 1.3 * point.along + arm.phase) - std::sin(arm.phase);
        point.direction = arm.direction + arm.turn * turned + arm.wiggle * waves * point.along;
        point.x += arm.length / steps * std::cos(point.direction);
        point.y += arm.length / steps * std::sin(point.direction);
        path.push_back(point);
    }
    return path;
}

/// A point of the path, moved sideways.
GaussianBlob blobAt(const PathPoint &point, double sideways, double flux, double along, double across)
{
    return {.x = point.x - sideways * std::sin(point.direction),
            .y = point.y + sideways * std::cos(point.direction),
            .flux = flux,
            .majorFwhm = along,
            .minorFwhm = across,
            .angleRad = point.direction};
}

/// Scales blobs [first, end) to this sum of fluxes.
void setFlux(std::vector<GaussianBlob> &blobs, std::size_t first, double flux)
{
    double sum = 0.0;
    for (std::size_t i = first; i < blobs.size(); ++i)
        sum += blobs[i].flux;
    for (std::size_t i = first; i < blobs.size(); ++i)
        blobs[i].flux *= flux / sum;
}

double bendOf(const PathPoint &one, const PathPoint &other)
{
    const double cosine =
        (one.x * other.x + one.y * other.y) / (std::hypot(one.x, one.y) * std::hypot(other.x, other.y));
    return 180.0 - std::acos(std::clamp(cosine, -1.0, 1.0)) * 180.0 / kPi;
}

/// Two arms from the core, nearly opposite: C-shaped or S-shaped by `turnDeg`.
struct ArmPair
{
    Arm one;
    Arm other;
};
ArmPair armPair(Random &random, double turnDeg, double shortest)
{
    const bool isSShaped = random.below(2) == 0;
    const double turn = radians(turnDeg);
    ArmPair pair;
    pair.one = {
        .turn = -turn, .turnLength = random.uniform(0.3, 1.0), .phase = random.uniform(0.0, 2.0 * kPi)};
    pair.other = pair.one;
    pair.other.direction = kPi;
    pair.other.length = random.uniform(shortest, 1.0);
    pair.other.turn = isSShaped ? -turn : turn;
    pair.other.phase = random.uniform(0.0, 2.0 * kPi);
    return pair;
}

/// A jet that decelerates: bright where it flares, fading and widening into a plume.
void addFadingJet(const Arm &arm, double flux, double fading, double opening, Random &random,
                  std::vector<GaussianBlob> &blobs)
{
    constexpr int kSteps = 26;
    const std::size_t first = blobs.size();
    for (const PathPoint &point : pathOf(arm, kSteps))
    {
        const double flaring = 1.0 - 0.7 * std::exp(-point.along / 0.06);
        const double width = 0.03 + opening * std::pow(point.along, 1.2);
        const double length = std::max(width, 1.8 * arm.length / kSteps);
        const double sideways = 0.15 * width * random.normal();
        const double brightness = flaring * std::exp(-point.along / fading) * clump(random, 0.55);
        blobs.push_back(blobAt(point, sideways, brightness, length, width));
    }
    setFlux(blobs, first, flux);
}

/// The diffuse end of a plume, drifting off the jet's axis.
void addPlume(const Arm &arm, double flux, double width, Random &random, std::vector<GaussianBlob> &blobs)
{
    const std::size_t first = blobs.size();
    const double drift = random.uniform(-0.2, 0.2);
    for (const PathPoint &point : pathOf(arm, 12))
        if (point.along > 0.55)
        {
            const double size = width * random.uniform(0.7, 1.2);
            const double sideways = drift * (point.along - 0.55) * 2.0 + 0.1 * random.normal();
            blobs.push_back(blobAt(point, sideways, clump(random, 0.4), 1.3 * size, size));
        }
    setFlux(blobs, first, flux);
}

RadioShape drawFrOne(Random &random)
{
    RadioShape shape;
    ArmPair arms = armPair(random, random.uniform(0.0, 22.0), 0.7);
    const double wiggle = random.uniform(0.1, 0.6);
    arms.one.wiggle = wiggle;
    arms.other.wiggle = wiggle;
    const double sidedness = random.uniform(0.55, 1.0);
    const double fading = random.uniform(0.22, 0.5);
    const double opening = random.uniform(0.15, 0.4);
    const double plume = random.uniform(0.15, 0.5);
    shape.blobs.push_back({.flux = random.uniform(0.1, 0.6)});
    for (const auto &[arm, flux] : {std::pair(arms.one, 1.0), std::pair(arms.other, sidedness)})
    {
        addFadingJet(arm, flux * (1.0 - plume), fading, opening, random, shape.blobs);
        addPlume(arm, flux * plume, random.uniform(0.25, 0.5), random, shape.blobs);
    }
    shape.bendDeg = bendOf(pathOf(arms.one, 26).back(), pathOf(arms.other, 26).back());
    return shape;
}

/// Hotspot at the end of the jet, plasma flowing back from it towards the core in a widening lobe.
void addLobe(const Arm &arm, double flux, double hotspotShare, Random &random,
             std::vector<GaussianBlob> &blobs)
{
    const std::size_t first = blobs.size();
    const auto path = pathOf(arm, 30);
    const double reach = random.uniform(0.2, 0.7); // where the backflow ends
    const double headWidth = random.uniform(0.12, 0.26);
    const double tailWidth = random.uniform(0.2, 0.5);
    const double side = random.uniform(-0.16, 0.16);
    for (const PathPoint &point : path)
    {
        if (point.along < reach)
            continue;
        const double back = (1.0 - point.along) / (1.0 - reach); // 0 at the head, 1 at the tail
        const double width = headWidth + (tailWidth - headWidth) * back;
        const double brightness = std::exp(-1.3 * back) * clump(random, 0.5);
        blobs.push_back(
            blobAt(point, side * back + 0.12 * width * random.normal(), brightness, width, width));
    }
    setFlux(blobs, first, flux * (1.0 - hotspotShare));
    const std::size_t hotspots = blobs.size();
    const double size = random.uniform(0.03, 0.1);
    blobs.push_back(blobAt(path.back(), 0.0, 1.0, size, size));
    if (random.below(3) == 0) // a secondary hotspot, where the jet pointed before
    {
        const PathPoint &before = path[path.size() - 2 - random.below(4)];
        const double sideways = random.uniform(-0.18, 0.18);
        blobs.push_back(blobAt(before, sideways, random.uniform(0.2, 0.7), 1.6 * size, 1.6 * size));
    }
    setFlux(blobs, hotspots, flux * hotspotShare);
}

/// The thin jet of a powerful source: some knots.
void addKnots(const Arm &arm, double flux, Random &random, std::vector<GaussianBlob> &blobs)
{
    const std::size_t first = blobs.size();
    for (const PathPoint &point : pathOf(arm, 14))
        blobs.push_back(blobAt(point, 0.0, clump(random, 0.8), 0.08, 0.03));
    setFlux(blobs, first, flux);
}

RadioShape drawFrTwo(Random &random)
{
    RadioShape shape;
    const ArmPair arms = armPair(random, random.uniform(0.0, 8.0), 0.72);
    const double ratio = std::exp(0.35 * random.normal());
    const double hotspots = random.uniform(0.12, 0.45);
    shape.blobs.push_back({.flux = 0.003 * std::pow(20.0, random.uniform())});
    addKnots(random.below(2) == 0 ? arms.one : arms.other, random.uniform(0.005, 0.04), random, shape.blobs);
    addLobe(arms.one, 1.0 / (1.0 + ratio), hotspots, random, shape.blobs);
    addLobe(arms.other, ratio / (1.0 + ratio), hotspots, random, shape.blobs);
    shape.bendDeg = bendOf(pathOf(arms.one, 30).back(), pathOf(arms.other, 30).back());
    return shape;
}

/// Wide-angle tails turn gradually after a bright flare; in narrow-angle tails the galaxy's motion sweeps
/// both jets back at once.
RadioShape drawBent(Random &random)
{
    RadioShape shape;
    const bool isNarrow = random.below(3) == 0;
    const double turn = radians(isNarrow ? random.uniform(60.0, 82.0) : random.uniform(25.0, 60.0));
    const double turnLength = isNarrow ? random.uniform(0.08, 0.25) : random.uniform(0.35, 1.0);
    Arm one = {.turn = -turn, .turnLength = turnLength, .wiggle = random.uniform(0.1, 0.5)};
    one.phase = random.uniform(0.0, 2.0 * kPi);
    Arm other = one;
    other.direction = kPi;
    other.turn = turn * random.uniform(0.8, 1.15);
    other.length = random.uniform(0.65, 1.0);
    other.phase = random.uniform(0.0, 2.0 * kPi);
    shape.blobs.push_back({.flux = random.uniform(0.05, 0.5)});
    const double fading = random.uniform(0.4, 1.2);
    const double opening = random.uniform(0.12, 0.3);
    for (const auto &[arm, flux] : {std::pair(one, 1.0), std::pair(other, random.uniform(0.6, 1.0))})
    {
        addFadingJet(arm, 0.8 * flux, fading, opening, random, shape.blobs);
        addPlume(arm, 0.2 * flux, random.uniform(0.2, 0.35), random, shape.blobs);
    }
    shape.bendDeg = bendOf(pathOf(one, 26).back(), pathOf(other, 26).back());
    return shape;
}

/// A second, older pair of wings without hotspots across an active pair of lobes.
RadioShape drawXShaped(Random &random)
{
    RadioShape shape = drawFrTwo(random);
    const double hand = random.below(2) == 0 ? 1.0 : -1.0;
    const double angle = hand * radians(random.uniform(55.0, 90.0));
    const double length = random.uniform(0.65, 1.05);
    const double flux = random.uniform(0.35, 0.8);
    for (const double direction : {angle, angle + kPi})
    {
        const std::size_t first = shape.blobs.size();
        const Arm wing = {.direction = direction,
                          .length = length * random.uniform(0.8, 1.0),
                          .wiggle = 0.2,
                          .phase = random.uniform(0.0, 2.0 * kPi)};
        for (const PathPoint &point : pathOf(wing, 16))
        {
            const double width = 0.16 + 0.12 * point.along;
            const double sideways = 0.1 * width * random.normal();
            const double brightness = std::exp(-point.along) * clump(random, 0.25);
            shape.blobs.push_back(blobAt(point, sideways, brightness, 1.2 * width, width));
        }
        setFlux(shape.blobs, first, 0.5 * flux);
    }
    return shape;
}

RadioShape drawCompact(Random &random)
{
    RadioShape shape;
    shape.blobs.push_back({.majorFwhm = 1.0, .minorFwhm = random.uniform(0.5, 1.0)});
    return shape;
}

/// Relativistic beaming: of two equal jets the one that comes towards us is seen, its twin not.
/// cite: Urry & Padovani 1995, appendix A.
RadioShape drawOneSided(Random &random)
{
    RadioShape shape;
    const double beta = random.uniform(0.75, 0.98);
    const double towards = beta * std::cos(radians(random.uniform(10.0, 40.0)));
    constexpr double kIndex = 2.0 + 0.6; // continuous jet of spectral index 0.6
    const double boost = std::pow((1.0 + towards) / (1.0 - towards), kIndex);
    Arm jet = {.turn = radians(random.uniform(-35.0, 35.0)), .turnLength = random.uniform(0.3, 1.0)};
    jet.wiggle = random.uniform(0.0, 0.3);
    jet.phase = random.uniform(0.0, 2.0 * kPi);
    shape.blobs.push_back({.flux = random.uniform(0.3, 1.2)});
    const double fading = random.uniform(0.35, 0.9);
    const double opening = random.uniform(0.04, 0.16);
    addFadingJet(jet, 1.0, fading, opening, random, shape.blobs);
    if (random.below(2) == 0)
        addLobe(jet, random.uniform(0.2, 0.6), 0.5, random, shape.blobs);
    Arm counter = jet;
    counter.direction = kPi;
    addFadingJet(counter, 1.0 / boost, 0.5, 0.1, random, shape.blobs);
    return shape;
}

RadioShape drawRing(Random &random)
{
    RadioShape shape;
    constexpr int kSteps = 48;
    const double axisRatio = random.uniform(0.65, 1.0);
    const double width = random.uniform(0.12, 0.35);
    const double first = random.uniform(0.2, 0.9);
    const double second = random.uniform(0.0, 0.35);
    const double firstPhase = random.uniform(0.0, 2.0 * kPi);
    const double secondPhase = random.uniform(0.0, 2.0 * kPi);
    const double dent = random.uniform(0.0, 0.07);
    const double dentPhase = random.uniform(0.0, 2.0 * kPi);
    for (int i = 0; i < kSteps; ++i)
    {
        const double angle = 2.0 * kPi * i / kSteps;
        const double modulation =
            1.0 + first * std::sin(angle + firstPhase) + second * std::sin(2.0 * angle + secondPhase);
        const double radius = 1.0 + dent * std::sin(3.0 * angle + dentPhase) + 0.03 * random.normal();
        const double size = width * random.uniform(0.8, 1.3);
        shape.blobs.push_back({.x = radius * std::cos(angle),
                               .y = axisRatio * radius * std::sin(angle),
                               .flux = std::max(0.05, modulation) * clump(random, 0.35),
                               .majorFwhm = size,
                               .minorFwhm = size});
    }
    setFlux(shape.blobs, 0, 1.0);
    if (random.below(2) == 0)
        shape.blobs.push_back({.flux = random.uniform(0.01, 0.06)});
    return shape;
}

/// Jets that stopped and started again: the old pair of lobes, and a young one within it on the same axis.
RadioShape drawDoubleDouble(Random &random)
{
    RadioShape shape = drawFrTwo(random);
    RadioShape inner = drawFrTwo(random);
    const double size = random.uniform(0.3, 0.5);
    const double flux = random.uniform(0.6, 1.4);
    for (GaussianBlob &blob : inner.blobs)
        shape.blobs.push_back({.x = size * blob.x,
                               .y = size * blob.y,
                               .flux = flux * blob.flux,
                               .majorFwhm = size * blob.majorFwhm,
                               .minorFwhm = size * blob.minorFwhm,
                               .angleRad = blob.angleRad});
    return shape;
}

RadioShape drawSpiral(Random &random)
{
    RadioShape shape;
    Arm one = {.turn = radians(random.uniform(120.0, 200.0)), .turnLength = random.uniform(0.7, 1.5)};
    Arm other = one;
    other.direction = kPi;
    other.length = random.uniform(0.8, 1.0);
    shape.blobs.push_back({.flux = random.uniform(0.05, 0.3)});
    const double fading = random.uniform(0.7, 1.5);
    for (const Arm &arm : {one, other})
    {
        const double flux = random.uniform(0.7, 1.0);
        addFadingJet(arm, flux, fading, random.uniform(0.08, 0.2), random, shape.blobs);
    }
    shape.bendDeg = bendOf(pathOf(one, 26).back(), pathOf(other, 26).back());
    return shape;
}

RadioShape drawArc(Random &random)
{
    RadioShape shape;
    constexpr int kSteps = 30;
    const double opening = radians(random.uniform(70.0, 130.0));
    const double width = random.uniform(0.12, 0.3);
    for (int i = 0; i < kSteps; ++i)
    {
        const double angle = opening * (static_cast<double>(i) / (kSteps - 1) - 0.5);
        const double radius = 1.0 + 0.05 * random.normal();
        const double fade = std::cos(angle / opening * 2.0);
        shape.blobs.push_back({.x = radius * std::cos(angle),
                               .y = radius * std::sin(angle),
                               .flux = fade * clump(random, 0.4),
                               .majorFwhm = width,
                               .minorFwhm = width});
    }
    setFlux(shape.blobs, 0, 1.0);
    return shape;
}

/// cite: Schneider, Ehlers & Falco 1992, section 8.1: a source within the caustic of an elliptical lens.
RadioShape drawQuad(Random &random)
{
    RadioShape shape;
    const double offset = random.uniform(-0.35, 0.35);
    for (int i = 0; i < 4; ++i)
    {
        const double angle = 0.5 * kPi * i + (i % 2 == 0 ? offset : -offset);
        const double radius = random.uniform(0.8, 1.1);
        shape.blobs.push_back({.x = radius * std::cos(angle),
                               .y = radius * std::sin(angle),
                               .flux = random.uniform(0.5, 1.5),
                               .majorFwhm = 0.06,
                               .minorFwhm = 0.06});
    }
    if (random.below(2) == 0)
        shape.blobs.push_back({.flux = random.uniform(0.05, 0.3)});
    return shape;
}

} // namespace

RadioShape drawShape(RadioClass radioClass, Random &random)
{
    switch (radioClass)
    {
    case RadioClass::FRI: return drawFrOne(random);
    case RadioClass::FRII: return drawFrTwo(random);
    case RadioClass::Bent: return drawBent(random);
    case RadioClass::XShaped: return drawXShaped(random);
    case RadioClass::Compact: return drawCompact(random);
    case RadioClass::OneSided: return drawOneSided(random);
    case RadioClass::Ring: return drawRing(random);
    case RadioClass::DoubleDouble: return drawDoubleDouble(random);
    case RadioClass::Spiral: return drawSpiral(random);
    case RadioClass::Arc: return drawArc(random);
    case RadioClass::Quad: return drawQuad(random);
    }
    return {};
}

} // namespace somnium::simulate
