// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/measured_spectra.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/io/table.h"
#include "core/simulate/spectra.h"
#include "core/workflow/train_latent.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

using ::testing::HasSubstr;

constexpr std::size_t kStars = 1500;

/// Of the usable flux.
float meanOf(const data::Spectrum &spectrum)
{
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t j = 0; j < spectrum.size(); ++j)
        if (spectrum.isUsable(j))
        {
            sum += static_cast<double>(spectrum.flux[j]);
            count += 1.0;
        }
    return static_cast<float>(sum / count);
}

/// Simulated stars on their own grid, each with a mean flux of 1, and a latent space of them.
struct Stars
{
    Stars()
    {
        simulate::SpectraParams params;
        params.pixels = 1200;
        params.minSnr = 30.0;
        params.oddShare = 0.0;
        const auto simulator = simulate::SpectraSimulator::create(params).value();
        preparation.grid = simulator.grid();
        session = session::Session::create(folder / "s.somnium").value();
        const auto path = session->spectraStorePath(1, preparation).value();
        auto writer = data::SpectrumStoreWriter::create(path, preparation.grid, true).value();
        data::Collection collection;
        collection.name = "stars";
        collection.fingerprint = 1;
        std::vector<float> weight(preparation.grid.pixels);
        for (std::size_t i = 0; i < kStars; ++i)
        {
            simulate::SimulatedSpectrum star = simulator.simulate(i);
            const float unit = meanOf(star.spectrum);
            for (std::size_t j = 0; j < weight.size(); ++j)
            {
                star.spectrum.flux[j] /= unit;
                const float error = star.spectrum.error[j] / unit;
                weight[j] = star.spectrum.isUsable(j) ? 1.0F / (error * error) : 0.0F;
            }
            EXPECT_TRUE(writer->append(star.spectrum.flux, weight));
            data::Source source;
            source.id = star.truth.name;
            collection.sources.push_back(std::move(source));
        }
        EXPECT_TRUE(writer->finish(1));
        id = session->addSpectra(collection, preparation).value();
        measurable = measurableSpectra(*session, session->collectionSummary(id).value()).value();
    }

    session::LatentSummary train(std::size_t dimensions)
    {
        LatentTrainRequest request;
        request.collection = id;
        request.name = "z" + std::to_string(dimensions);
        request.params.widths = {64, 32};
        request.params.latentSize = dimensions;
        request.params.epochs = 80;
        const auto outcome = trainLatent(*session, request, *backend, {});
        EXPECT_TRUE(outcome) << outcome.error().message;
        return session->latentModels().summary(outcome->model).value();
    }

    test::TemporaryFolder folder;
    session::SpectralPreparation preparation;
    std::unique_ptr<compute::Backend> backend = std::move(compute::chooseBackend("cpu").value().backend);
    std::shared_ptr<session::Session> session;
    session::CollectionId id{};
    MeasurableSpectra measurable;
};

Stars &stars()
{
    static Stars all; // made once: seconds
    return all;
}

/// Pearson's, over the cells where both have a value. `decoded` ends where `observed` does: a ratio whose
/// lower band the decoder leaves with hardly any flux is a large number, but may be any.
double correlation(const std::vector<float> &decoded, const std::vector<float> &observed)
{
    float least = std::numeric_limits<float>::infinity();
    float most = -least;
    for (const float value : observed)
        if (std::isfinite(value))
        {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    double n = 0.0;
    double sumA = 0.0;
    double sumB = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    double ab = 0.0;
    for (std::size_t i = 0; i < decoded.size(); ++i)
    {
        if (!std::isfinite(decoded[i]) || !std::isfinite(observed[i]))
            continue;
        const auto a = static_cast<double>(std::clamp(decoded[i], least, most));
        const auto b = static_cast<double>(observed[i]);
        n += 1.0;
        sumA += a;
        sumB += b;
        aa += a * a;
        bb += b * b;
        ab += a * b;
    }
    EXPECT_GT(n, 500.0);
    return (ab - sumA * sumB / n) / std::sqrt((aa - sumA * sumA / n) * (bb - sumB * sumB / n));
}

/// Decoded and observed field of one measure on the same plane.
void expectAgreement(const session::LatentSummary &latent, const std::string &name)
{
    Stars &all = stars();
    const auto places = all.session->latentModels().places(latent.id).value();
    IsoLinesRequest request;
    request.column = name;
    request.field.side = 96;
    const auto decoded = decodedIsoLinesOf(*all.session, latent, places, request, *all.backend, {});
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_FALSE(decoded->lines.empty());
    EXPECT_EQ(decoded->column, name + " (decoded)");
    const auto spectra = all.session->spectra(all.id).value();
    const auto measure = all.measurable.find(name).value();
    const auto columns = measureSpectra(*spectra, all.measurable, {measure}, {}).value();
    const std::vector<float> x = axisOf(places, 0);
    const std::vector<float> y = axisOf(places, 1);
    const auto observed =
        latent::observedField({x, y}, columns[0], latent::boundsOf({x, y}), request.field, {}).value();
    const double alike = correlation(decoded->field.value, observed.value);
    EXPECT_GT(alike, 0.85) << name << ", " << latent.dimensions;
}

// What the decoder says of a place is what the stars there have: the sanity check of a latent space.
TEST(MeasuredSpectra, DecodedLinesAreThoseOfTheStarsNearby)
{
    const session::LatentSummary latent = stars().train(2);
    for (const char *const name : {"EW Hbeta", "EW Mg b", "EW Na D", "TiO2", "D4000", "5000:5100-7000:7100"})
        expectAgreement(latent, name);
}

TEST(MeasuredSpectra, SoTheyAreInThreeDimensions)
{
    const session::LatentSummary latent = stars().train(3);
    for (const char *const name : {"EW Mg b", "TiO2", "4000:4500-7000:7100"})
        expectAgreement(latent, name);
}

TEST(MeasuredSpectra, ColumnsGoIntoTheCatalogue)
{
    Stars &all = stars();
    const auto columns = measuredColumns(*all.session, all.id, {"ew mg b", "5000:5100"}, {});
    ASSERT_TRUE(columns) << columns.error().message;
    ASSERT_EQ(columns->size(), 2U);
    EXPECT_EQ((*columns)[0].name, "EW_Mg_b");
    EXPECT_EQ((*columns)[0].unit, "Angstrom");
    EXPECT_THAT((*columns)[0].description, HasSubstr("Trager"));
    // By hand, of one star.
    const auto spectrum = all.session->spectra(all.id).value()->spectrum(7);
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t j = 0; j < spectrum.flux.size(); ++j)
    {
        const double wavelength = all.preparation.grid.at(static_cast<double>(j));
        if (wavelength > 5000.0 && wavelength < 5100.0 && spectrum.weight[j] > 0.0F)
        {
            sum += static_cast<double>(spectrum.flux[j]);
            count += 1.0;
        }
    }
    EXPECT_NEAR((*columns)[1].number(7), sum / count, 0.01 * sum / count);
    EXPECT_EQ(measuredColumns(*all.session, all.id, {"EW Xy"}, {}).error().kind, ErrorKind::NotFound);
}

TEST(MeasuredSpectra, WhatNoSpectrumHasIsNotOffered)
{
    MeasurableSpectra measurable = stars().measurable;
    ASSERT_TRUE(measurable.find("EW Na D"));
    const auto offers = [&](const char *name) {
        const auto list = measurable.measures();
        return std::ranges::find(list, name, &prepare::SpectralMeasure::name) != list.end();
    };
    EXPECT_TRUE(offers("EW Na D"));
    // The sky's own sodium, masked everywhere.
    for (std::size_t j = 0; j < measurable.grid.pixels; ++j)
    {
        const double wavelength = measurable.grid.at(static_cast<double>(j));
        if (wavelength > 5884.0 && wavelength < 5902.0)
            measurable.unobserved.push_back(static_cast<std::uint32_t>(j));
    }
    EXPECT_FALSE(offers("EW Na D"));
    EXPECT_TRUE(offers("EW Mg b"));
    EXPECT_EQ(measurable.find("EW Na D").error().kind, ErrorKind::Mismatch);
}

} // namespace
} // namespace somnium::workflow
