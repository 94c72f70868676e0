// SPDX-License-Identifier: GPL-3.0-or-later
// The map on real radio galaxies, against the reference metric and trainer. Reduced to what two cores do in
// about a minute: tests/bench/som_report.cpp is the same on all sources, by hand.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"
#include "core/som/quality.h"
#include "core/som/reference_matcher.h"
#include "core/som/trainer.h"
#include "tests/support/blob_images.h"
#include "tests/support/radio_samples.h"
#include "tests/support/real_data.h"
#include "tests/support/reference_trainer.h"
#include "tests/support/som_agreement.h"

namespace somnium::som
{
namespace
{

namespace fs = std::filesystem;

constexpr ReferenceOptions kDisc = {.window = ReferenceWindow::Disc, .rotations = 360, .useFlips = true};

class SomOnRadioGalaxies : public ::testing::Test
{
protected:
    static std::shared_ptr<const data::MemorySamples> miraBest(const fs::path &folder, std::size_t side,
                                                               std::size_t step)
    {
        return test::radioSamples({folder / "fits", folder / "tars"}, side, step, {}).value().samples;
    }

    void expectAgreement(const data::Samples &samples)
    {
        const Som som = train(samples, {}, *m_backend, {}).value().som;
        const Mapping mapping = mapSamples(som, samples, *m_backend, {}).value();
        const FullMapping full = mapSamplesFully(som, samples, *m_backend, {}).value();
        const FullMapping exact = mapByReference(som, samples, kDisc, {}).value();
        const test::Agreement agreement = test::agreementOf(mapping, full, exact);
        EXPECT_GE(agreement.clearShare(), 0.995) << agreement.clearEqual << " of " << agreement.clear;
        EXPECT_LE(agreement.medianDifference, 0.005);
    }

    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(SomOnRadioGalaxies, BestMatchesOfMiraBestAreTheReferenceMetrics)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    expectAgreement(*miraBest(folder, 64, 2));
}

TEST_F(SomOnRadioGalaxies, BestMatchesOfRadioGalaxyDatasetAreTheReferenceMetrics)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/radiogalaxydataset");
    expectAgreement(*test::radioSamples({folder / "images.npy"}, 64, 4, {}).value().samples);
}

TEST_F(SomOnRadioGalaxies, QuarterTurnsAndFlipsChangeNoBestMatch)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    const auto samples = miraBest(folder, 64, 1);
    TrainingParams params;
    params.epochs = 6;
    const Som som = train(*samples, params, *m_backend, {}).value().som;
    const Mapping upright = mapSamples(som, *samples, *m_backend, {}).value();
    for (unsigned version = 1; version < 8; ++version)
    {
        std::vector<float> pixels;
        for (std::size_t i = 0; i < samples->count(); ++i)
        {
            const data::ImageView source = samples->sample(i);
            const data::Image flipped = version >= 4 ? test::rowsFlipped(source) : data::Image(source);
            const data::Image turned = test::quarterTurned(flipped.view(), version);
            pixels.insert(pixels.end(), turned.pixels().begin(), turned.pixels().end());
        }
        const data::MemorySamples turned(samples->shape(), std::move(pixels));
        const Mapping mapping = mapSamples(som, turned, *m_backend, {}).value();
        EXPECT_EQ(mapping.best, upright.best);
        for (std::size_t i = 0; i < samples->count(); ++i)
            EXPECT_NEAR(mapping.distance[i], upright.distance[i], 1e-4F * upright.distance[i]);
    }
}

TEST_F(SomOnRadioGalaxies, TopologyHoldsAndNoNeuronIsEmpty)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    const auto samples = miraBest(folder, 64, 1);
    for (const std::uint64_t seed : {1U, 2U, 3U})
    {
        TrainingParams params;
        params.seed = seed;
        const EpochReport last = train(*samples, params, *m_backend, {}).value().som.history.back();
        EXPECT_LT(last.topographicError, 0.1);
        EXPECT_EQ(last.emptyNeurons, 0U);
    }
}

TEST_F(SomOnRadioGalaxies, MapsAreNoWorseThanTheReferenceTrainers)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    // Smaller than life (the full comparison takes an hour): the central 32 x 32 pixels of every fourth
    // source.
    const auto samples = miraBest(folder, 32, 4);
    TrainingParams params;
    params.layout = MapLayout::rectangular(6, 6).value();
    test::ReferenceTraining training;
    training.layout = params.layout;
    training.metric = {.window = ReferenceWindow::Disc, .rotations = 120, .useFlips = true};
    // As PINK is used: runs with falling sigma and damping, the last about `unitygaussian 0.7 0.05`.
    training.epochs = test::fallingEpochs(params.epochs, {startSigma(params), 0.2}, {0.7, 0.05});
    const auto meanDistance = [&](const std::vector<float> &prototypes) {
        const auto matcher = ReferenceMatcher::create(prototypes, samples->shape(), kDisc).value();
        const FullMapping mapping = matcher.match(*samples, 0, samples->count(), {}).value();
        return qualityOf(test::bestOf(mapping), params.layout).meanDistance;
    };
    for (const std::uint64_t seed : {1U, 2U, 3U})
    {
        params.seed = seed;
        training.seed = seed;
        const Som ours = train(*samples, params, *m_backend, {}).value().som;
        const std::vector<float> theirs = test::trainByReference(*samples, training, {}).value();
        const double ourMean = meanDistance(ours.prototypes);
        const double theirMean = meanDistance(theirs);
        EXPECT_LE(ourMean, theirMean) << "seed " << seed;
        std::cout << "AQE, seed " << seed << ": " << ourMean << " beside " << theirMean << "\n";
    }
}

/// The column "label" of labels.csv: no field of that file is quoted.
std::vector<std::string> labelsOf(const fs::path &path)
{
    std::ifstream file(path);
    std::string line;
    const auto fields = [&] {
        std::vector<std::string> values;
        std::istringstream text(line);
        for (std::string value; std::getline(text, value, ',');)
            values.push_back(value);
        return values;
    };
    std::getline(file, line);
    const std::vector<std::string> names = fields();
    const auto column =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), "label") - names.begin());
    std::vector<std::string> labels;
    while (std::getline(file, line))
        labels.push_back(fields().at(column));
    return labels;
}

TEST_F(SomOnRadioGalaxies, NeuronsArePurerThanChance)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/radiogalaxydataset");
    const auto samples = test::radioSamples({folder / "images.npy"}, 64, 1, {}).value().samples;
    const std::vector<std::string> labels = labelsOf(folder / "labels.csv");
    ASSERT_EQ(labels.size(), samples->count());
    const Som som = train(*samples, {}, *m_backend, {}).value().som;
    const Mapping mapping = mapSamples(som, *samples, *m_backend, {}).value();
    const Purity purity = purityOf(mapping, som.layout.neuronCount(), labels).value();
    ASSERT_EQ(purity.classes.size(), 4U);
    EXPECT_GT(purity.significance(), 10.0) << purity.purity << " beside " << purity.shuffledMean;
    EXPECT_GT(purity.purity, purity.shuffledMean + 0.1);
}

} // namespace
} // namespace somnium::som
