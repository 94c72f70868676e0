// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/radio.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "core/simulate/gaussian_sky.h"
#include "core/sky/wcs.h"

namespace somnium::simulate
{
namespace
{

struct Place
{
    double x = 0.0; ///< arcsec east of the centre
    double y = 0.0; ///< arcsec north
    [[nodiscard]] double radius() const { return std::hypot(x, y); }
};

Place placeOf(const RadioSurveyParams &params, std::size_t row, std::size_t column)
{
    const double centre = 0.5 * static_cast<double>(params.side - 1);
    return {(centre - static_cast<double>(column)) * params.pixelArcsec,
            (static_cast<double>(row) - centre) * params.pixelArcsec};
}

/// Calls use(place, brightness) for the pixels where the galaxy is, far from possible neighbours.
void forGalaxy(const RadioSurveyParams &params, const RadioSource &source,
               const std::function<void(const Place &, double)> &use)
{
    const double field = static_cast<double>(params.side) * params.pixelArcsec;
    for (std::size_t row = 0; row < params.side; ++row)
        for (std::size_t column = 0; column < params.side; ++column)
            if (const Place place = placeOf(params, row, column); place.radius() < 0.28 * field)
                use(place, source.image.at(row, column));
}

/// The first `count` sources of a class, without noise.
std::vector<RadioSource> sourcesOf(RadioClass radioClass, std::size_t count, const RadioSurveyParams &params)
{
    std::vector<RadioSource> sources;
    for (std::size_t index = 0; sources.size() < count && index < 4000; ++index)
        if (RadioSource source = simulateRadioSource(params, index); source.radioClass == radioClass)
            sources.push_back(std::move(source));
    return sources;
}

/// Large images, so that galaxies stay well within their field and neighbours well without.
RadioSurveyParams quiet()
{
    return {.side = 128, .seed = 5, .noiseMjyBeam = 0.0};
}

/// Mean distance of the light from the centre, over half the size.
double spreadOf(const RadioSurveyParams &params, const RadioSource &source)
{
    double light = 0.0;
    double moment = 0.0;
    forGalaxy(params, source, [&](const Place &place, double value) {
        light += value;
        moment += value * place.radius();
    });
    return moment / light / (0.5 * source.sizeArcsec);
}

TEST(RadioSource, DependsOnSeedAndIndexOnly)
{
    RadioSurveyParams params;
    const RadioSource one = simulateRadioSource(params, 17);
    params.count = 5;
    EXPECT_EQ(simulateRadioSource(params, 17).image, one.image);
    EXPECT_NE(simulateRadioSource(params, 18).image, one.image);
    params.seed = 2;
    EXPECT_NE(simulateRadioSource(params, 17).image, one.image);
}

TEST(RadioSource, HasASensibleTruth)
{
    RadioSurveyParams params;
    std::map<RadioClass, int> counts;
    std::set<std::string> names;
    const double field = static_cast<double>(params.side) * params.pixelArcsec;
    for (std::size_t index = 0; index < 1500; ++index)
    {
        const RadioSource source = simulateRadioSource(params, index);
        ++counts[source.radioClass];
        names.insert(source.name);
        EXPECT_EQ(source.name.size(), std::string("J104148.2-091703").size());
        EXPECT_GE(source.positionAngleDeg, 0.0);
        EXPECT_LT(source.positionAngleDeg, 180.0);
        EXPECT_GT(source.fluxMjy, 0.0);
        EXPECT_GT(source.redshift, 0.0);
        EXPECT_LE(source.redshift, 1.5);
        EXPECT_GT(source.sizeArcsec, 0.0);
        EXPECT_LE(source.sizeArcsec, 0.84 * field);
        EXPECT_GE(source.bendDeg, 0.0);
        EXPECT_LE(source.bendDeg, 180.0);
        EXPECT_TRUE(std::all_of(source.image.pixels().begin(), source.image.pixels().end(),
                                [](float value) { return std::isfinite(value); }));
    }
    EXPECT_EQ(names.size(), 1500U);
    EXPECT_EQ(counts.size(), 7U);
    for (const auto &[radioClass, count] : counts)
        EXPECT_GT(count, 30) << toString(radioClass);
}

TEST(RadioSource, ThatIsOddHidesAmongOthersWhichStayAsTheyWere)
{
    for (const auto &[count, odd] : {std::pair(200U, 20U), std::pair(101U, 7U), std::pair(5U, 5U)})
    {
        const RadioSurveyParams usual = {.count = count, .side = 32, .seed = 4};
        RadioSurveyParams params = usual;
        params.odd = odd;
        std::size_t found = 0;
        std::map<RadioClass, int> kinds;
        for (std::size_t index = 0; index < count; ++index)
        {
            const RadioSource source = simulateRadioSource(params, index);
            const RadioSource before = simulateRadioSource(usual, index);
            EXPECT_FALSE(isOdd(before.radioClass));
            EXPECT_EQ(source.name, before.name);
            found += isOdd(source.radioClass) ? 1U : 0U;
            if (isOdd(source.radioClass))
                ++kinds[source.radioClass];
            else
                EXPECT_EQ(source.image, before.image);
        }
        EXPECT_EQ(found, odd);
        EXPECT_EQ(kinds.size(), 4U);
    }
}

TEST(RadioSource, OfClassTwoIsBrightestFarFromTheCentre)
{
    const RadioSurveyParams params = quiet();
    for (const RadioSource &source : sourcesOf(RadioClass::FRII, 40, params))
    {
        Place peak;
        double brightest = 0.0;
        forGalaxy(params, source, [&](const Place &place, double value) {
            if (value > brightest)
            {
                brightest = value;
                peak = place;
            }
        });
        // Fanaroff & Riley's ratio: brightest region to centre over half the size, above 0.5 in class II.
        EXPECT_GT(peak.radius() + 0.5 * params.pixelArcsec, 0.5 * 0.5 * source.sizeArcsec) << source.name;
    }
}

TEST(RadioSource, OfClassOneFadesOutwards)
{
    const RadioSurveyParams params = quiet();
    double one = 0.0;
    double two = 0.0;
    for (const RadioSource &source : sourcesOf(RadioClass::FRI, 30, params))
        one += spreadOf(params, source) / 30.0;
    for (const RadioSource &source : sourcesOf(RadioClass::FRII, 30, params))
        two += spreadOf(params, source) / 30.0;
    EXPECT_LT(one, 0.62);
    EXPECT_GT(two, 0.72);
}

TEST(RadioSource, ThatIsCompactLooksLikeTheBeam)
{
    const RadioSurveyParams params = quiet();
    for (const RadioSource &source : sourcesOf(RadioClass::Compact, 30, params))
    {
        EXPECT_LE(source.sizeArcsec, 0.6 * params.beamArcsec);
        double light = 0.0;
        double moment = 0.0;
        forGalaxy(params, source, [&](const Place &place, double value) {
            light += value;
            moment += value * place.radius() * place.radius();
        });
        const double fwhm = std::sqrt(moment / light / 2.0) * 2.3548;
        EXPECT_GT(fwhm, 0.98 * params.beamArcsec);
        EXPECT_LT(fwhm, 1.2 * params.beamArcsec);
    }
}

TEST(RadioSource, ThatIsOneSidedHasMostOfItsJetOnOneSide)
{
    const RadioSurveyParams params = quiet();
    for (const RadioSource &source : sourcesOf(RadioClass::OneSided, 20, params))
    {
        const double angle = source.positionAngleDeg * std::numbers::pi / 180.0;
        double jet = 0.0;
        double counterJet = 0.0;
        forGalaxy(params, source, [&](const Place &place, double value) {
            const double along = place.x * std::sin(angle) + place.y * std::cos(angle);
            if (std::abs(along) > 1.2 * params.beamArcsec)
                (along > 0.0 ? jet : counterJet) += value;
        });
        EXPECT_GT(jet, 3.0 * counterJet) << source.name;
    }
}

TEST(RadioSource, ThatIsARingIsDarkerInsideThanOnTheRing)
{
    const RadioSurveyParams params = quiet();
    for (const RadioSource &source : sourcesOf(RadioClass::Ring, 15, params))
    {
        if (source.sizeArcsec < 8.0 * params.beamArcsec)
            continue; // too small to be resolved
        double brightest = 0.0;
        double inside = 0.0;
        forGalaxy(params, source, [&](const Place &place, double value) {
            brightest = std::max(brightest, value);
            const double relative = place.radius() / (0.5 * source.sizeArcsec);
            if (relative > 0.3 && relative < 0.34) // between ring and core
                inside = std::max(inside, value);
        });
        EXPECT_LT(inside, 0.7 * brightest) << source.name;
    }
}

TEST(RadioSource, ThatIsBentIsMoreBentThanOthers)
{
    const RadioSurveyParams params = quiet();
    for (const RadioSource &source : sourcesOf(RadioClass::Bent, 30, params))
        EXPECT_GT(source.bendDeg, 18.0);
    for (const RadioSource &source : sourcesOf(RadioClass::FRII, 30, params))
        EXPECT_LT(source.bendDeg, 18.0);
}

TEST(RadioSource, LiesAlongItsPositionAngle)
{
    const RadioSurveyParams params = quiet();
    for (const RadioSource &source : sourcesOf(RadioClass::FRII, 30, params))
    {
        double xx = 0.0;
        double xy = 0.0;
        double yy = 0.0;
        forGalaxy(params, source, [&](const Place &place, double value) {
            xx += value * place.x * place.x;
            xy += value * place.x * place.y;
            yy += value * place.y * place.y;
        });
        const double fromEast = 0.5 * std::atan2(2.0 * xy, xx - yy) * 180.0 / std::numbers::pi;
        const double difference = std::remainder(90.0 - fromEast - source.positionAngleDeg, 180.0);
        EXPECT_LT(std::abs(difference), 15.0) << source.name;
    }
}

TEST(RadioSource, HasTheNoiseAskedFor)
{
    RadioSurveyParams params = {.side = 200, .noiseMjyBeam = 0.4};
    const RadioSource noisy = simulateRadioSource(params, 3);
    std::vector<float> deviations;
    for (const float value : noisy.image.pixels())
        deviations.push_back(std::abs(value));
    std::nth_element(deviations.begin(), deviations.begin() + 20000, deviations.end());
    EXPECT_NEAR(1.4826 * deviations[20000], 0.4, 0.06);
}

TEST(RadioSource, HasItsFluxInTheImage)
{
    const RadioSurveyParams params = quiet();
    const double beam =
        std::numbers::pi * std::pow(params.beamArcsec / params.pixelArcsec, 2) / (4.0 * std::numbers::ln2);
    for (const RadioSource &source : sourcesOf(RadioClass::Compact, 10, params))
    {
        double sum = 0.0;
        forGalaxy(params, source, [&](const Place &, double value) { sum += value; });
        EXPECT_NEAR(sum / beam, source.fluxMjy, 2e-3 * source.fluxMjy);
    }
}

TEST(RadioSource, IsInTheMiddleOfItsWcs)
{
    for (const std::size_t side : {64U, 65U})
    {
        const RadioSurveyParams params = {.side = side};
        const RadioSource source = simulateRadioSource(params, 8);
        const std::string cards = wcsCards(params, source);
        ASSERT_EQ(cards.size() % 80, 0U);
        const auto wcs = sky::Wcs::fromCards(cards);
        ASSERT_TRUE(wcs) << wcs.error().message;
        const double centre = 0.5 * static_cast<double>(side - 1);
        const auto position = wcs->toSky({centre, centre});
        ASSERT_TRUE(position);
        EXPECT_NEAR(position->raDeg, source.raDeg, 1e-9);
        EXPECT_NEAR(position->decDeg, source.decDeg, 1e-9);
        EXPECT_NEAR(wcs->pixelScaleArcsec(), params.pixelArcsec, 1e-6);
        const auto north = wcs->toSky({centre + 1.0, centre});
        EXPECT_GT(north->decDeg, source.decDeg) << "north is up";
        const auto east = wcs->toSky({centre, centre - 1.0});
        EXPECT_GT(east->raDeg, source.raDeg) << "east is at small columns";
    }
}

TEST(RadioSurveyParams, ThatMakeNoSenseAreRefused)
{
    EXPECT_TRUE(validate({}));
    EXPECT_FALSE(validate({.count = 0}));
    EXPECT_FALSE(validate({.side = 4}));
    EXPECT_FALSE(validate({.pixelArcsec = 0.0}));
    EXPECT_FALSE(validate({.beamArcsec = 1.0}));
    EXPECT_FALSE(validate({.noiseMjyBeam = std::nan("")}));
    EXPECT_FALSE(validate({.noiseMjyBeam = -1.0}));
    EXPECT_FALSE(validate({.count = 5, .odd = 6}));
    EXPECT_TRUE(validate({.count = 5, .odd = 5}));
}

} // namespace
} // namespace somnium::simulate
