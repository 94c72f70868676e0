// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of every layout, and of two channels, on real radio galaxies.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"
#include "tests/support/radio_samples.h"
#include "tests/support/real_data.h"

namespace somnium::som
{
namespace
{

namespace fs = std::filesystem;

class LayoutsOnRadioGalaxies : public ::testing::Test
{
protected:
    EpochReport trained(const data::Samples &samples, const TrainingParams &params)
    {
        const EpochReport last = train(samples, params, *m_backend, {}).value().som.history.back();
        std::cout << params.layout.toString() << ": AQE " << last.meanDistance << ", TE "
                  << last.topographicError << ", empty " << last.emptyNeurons << '\n';
        return last;
    }

    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(LayoutsOnRadioGalaxies, AllOfThemFitLikeTheSheetDoesAndKeepNeighboursTogether)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    const auto samples = test::radioSamples({folder / "fits", folder / "tars"}, 48, 2, {}).value().samples;
    TrainingParams params;
    params.layout = MapLayout::rectangular(8, 8).value();
    const EpochReport sheet = trained(*samples, params);
    EXPECT_LT(sheet.topographicError, 0.1);
    // All have some 60 neurons. The neurons of a line have two neighbours only. Sources form no closed box of
    // 4 x 4 x 4: its three ways round tear them, and leave neurons between empty.
    struct Expected
    {
        const char *layout;
        double error;
        std::size_t empty;
    };
    constexpr Expected kOthers[] = {{"8x8 periodic", 0.15, 3},
                                    {"9x9 hexagonal", 0.1, 3},
                                    {"9x9 hexagonal periodic", 0.2, 3},
                                    {"64", 0.2, 3},
                                    {"64 periodic", 0.2, 3},
                                    {"4x4x4", 0.1, 8},
                                    {"4x4x4 periodic", 0.3, 20}};
    for (const auto &[layout, error, empty] : kOthers)
    {
        params.layout = MapLayout::parse(layout).value();
        const EpochReport last = trained(*samples, params);
        EXPECT_NEAR(last.meanDistance, sheet.meanDistance, 0.15 * sheet.meanDistance) << layout;
        EXPECT_LT(last.topographicError, error) << layout;
        EXPECT_LE(last.emptyNeurons, empty) << layout;
    }
}

TEST_F(LayoutsOnRadioGalaxies, TheOnlineRuleReachesWhatTheBatchRuleDoes)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    const auto samples = test::radioSamples({folder / "fits", folder / "tars"}, 32, 4, {}).value().samples;
    TrainingParams params;
    params.layout = MapLayout::rectangular(5, 5).value();
    const EpochReport batch = trained(*samples, params);
    params.rule = LearningRule::Online;
    const EpochReport online = trained(*samples, params);
    EXPECT_LT(online.meanDistance, 1.2 * batch.meanDistance);
    EXPECT_LT(online.topographicError, 0.15);
}

/// FIRST and, of the same sky, NVSS drawn out to FIRST's pixels.
data::MemorySamples twoSurveys(const fs::path &folder, std::size_t side)
{
    constexpr double kScale = 15.0 / 1.8; // arcsec per pixel
    const auto coarseSide = static_cast<std::size_t>(std::ceil(static_cast<double>(side) / kScale)) + 2;
    const auto first = test::radioSamples({folder / "FIRST"}, side, 1, {}).value();
    const auto nvss = test::radioSamples({folder / "NVSS"}, coarseSide, 1, {}).value();
    std::map<std::string, std::size_t> byName;
    for (std::size_t i = 0; i < nvss.names.size(); ++i)
        byName[nvss.names[i].substr(0, nvss.names[i].find(".fits"))] = i;
    std::vector<float> values;
    for (std::size_t i = 0; i < first.names.size(); ++i)
    {
        const auto other = byName.find(first.names[i].substr(0, first.names[i].find(".fits")));
        if (other == byName.end())
            continue;
        const data::ImageView fine = first.samples->sample(i);
        const data::ImageView coarse = nvss.samples->sample(other->second);
        values.insert(values.end(), fine.pixels().begin(), fine.pixels().end());
        const auto place = [&](std::size_t pixel) {
            const double fromMiddle = static_cast<double>(pixel) - (static_cast<double>(side) - 1.0) / 2.0;
            return fromMiddle / kScale + (static_cast<double>(coarseSide) - 1.0) / 2.0;
        };
        for (std::size_t row = 0; row < side; ++row)
            for (std::size_t column = 0; column < side; ++column)
            {
                const auto r = static_cast<std::size_t>(place(row));
                const auto c = static_cast<std::size_t>(place(column));
                const auto fRow = static_cast<float>(place(row) - static_cast<double>(r));
                const auto fColumn = static_cast<float>(place(column) - static_cast<double>(c));
                values.push_back(
                    (1.0F - fRow) * ((1.0F - fColumn) * coarse.at(r, c) + fColumn * coarse.at(r, c + 1)) +
                    fRow * ((1.0F - fColumn) * coarse.at(r + 1, c) + fColumn * coarse.at(r + 1, c + 1)));
            }
    }
    return {{2, side, side}, values};
}

TEST_F(LayoutsOnRadioGalaxies, TwoChannelsTrainTogetherAndTheirWeightsCount)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/frdeep");
    const data::MemorySamples samples = twoSurveys(folder, 48);
    ASSERT_GE(samples.count(), 100U);
    TrainingParams params;
    params.layout = MapLayout::rectangular(5, 5).value();
    /// Mean squared difference of a channel between the sources, as they are laid, and their prototypes.
    const auto residual = [&](const Som &som, std::size_t channel) {
        const Mapping mapping = mapSamples(som, samples, *m_backend, {}).value();
        double sum = 0.0;
        for (std::size_t i = 0; i < samples.count(); ++i)
        {
            const data::Image laid = turned(samples.sample(i), mapping.transform[i]);
            const auto ours = laid.view().channel(channel);
            const auto theirs = som.prototype(mapping.best[i]).channel(channel);
            for (std::size_t p = 0; p < ours.size(); ++p)
                sum += std::pow(static_cast<double>(ours[p] - theirs[p]), 2);
        }
        return sum / static_cast<double>(samples.count());
    };
    params.channelWeights = {1.0F, 0.01F};
    const Som forFirst = train(samples, params, *m_backend, {}).value().som;
    params.channelWeights = {0.01F, 1.0F};
    const Som forNvss = train(samples, params, *m_backend, {}).value().som;
    EXPECT_LT(residual(forFirst, 0), residual(forNvss, 0));
    EXPECT_LT(residual(forNvss, 1), residual(forFirst, 1));
    params.channelWeights.clear();
    const EpochReport both = trained(samples, params);
    EXPECT_LT(both.topographicError, 0.15);
    EXPECT_LE(both.emptyNeurons, 5U);
}

} // namespace
} // namespace somnium::som
