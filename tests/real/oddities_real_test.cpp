// SPDX-License-Identifier: GPL-3.0-or-later
// Odd sources and comparisons on real radio galaxies: one run of what `somnium-cli bench oddities --session`
// measures over five.
#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/io/table.h"
#include "core/search/confusion.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"
#include "core/workflow/oddity_bench.h"
#include "tests/support/radio_samples.h"
#include "tests/support/real_data.h"

namespace somnium::workflow
{
namespace
{

struct RadioGalaxies
{
    std::shared_ptr<const data::MemorySamples> samples;
    std::vector<std::string> labels;
};

RadioGalaxies readRadioGalaxies(const std::filesystem::path &folder)
{
    RadioGalaxies galaxies;
    galaxies.samples = test::radioSamples({folder / "images.npy"}, 64, 1, {}).value().samples;
    const data::Catalogue table = io::readTable(folder / "labels.csv").value();
    const data::Column &label = table.columns()[table.find("label").value()];
    for (std::size_t row = 0; row < table.rowCount(); ++row)
        galaxies.labels.push_back(label.text(row));
    return galaxies;
}

TEST(OdditiesOnRadioGalaxies, BentOnesThinnedToAHundredthAreFoundAndLearned)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/radiogalaxydataset");
    const RadioGalaxies galaxies = readRadioGalaxies(folder);
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    OddityBenchParams params;
    params.seeds = 2;
    const auto report = benchThinnedClass(*galaxies.samples, galaxies.labels, "Bent", params, *backend, {});
    ASSERT_TRUE(report) << report.error().message;
    const search::Recovery byDefault = report->scores.front().second;
    const search::Recovery learned = report->learned.back().second;
    std::cout << "recall " << byDefault.recall << ", after 100 marks " << learned.recall << "\n";
    EXPECT_GE(byDefault.recall, 0.45);
    EXPECT_GE(learned.recall, 0.6);
    EXPECT_GT(learned.rankWeighted, byDefault.rankWeighted);
}

TEST(OdditiesOnRadioGalaxies, AnExampleFindsTheOthersOfAnOrdinaryButRareClass)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/radiogalaxydataset");
    const RadioGalaxies galaxies = readRadioGalaxies(folder);
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    OddityBenchParams params;
    params.seeds = 1;
    params.marks = {1};
    const auto report =
        benchThinnedClass(*galaxies.samples, galaxies.labels, "Compact", params, *backend, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_GE(report->fromOneExample.recall, 0.6);
}

TEST(OdditiesOnRadioGalaxies, TheMapAgreesWithPeopleBeyondChance)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/radiogalaxydataset");
    const RadioGalaxies galaxies = readRadioGalaxies(folder);
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const som::Som map = som::train(*galaxies.samples, {}, *backend, {}).value().som;
    const som::Mapping mapping = som::mapSamples(map, *galaxies.samples, *backend, {}).value();
    const auto byMap = search::neuronMajority(mapping, map.layout.neuronCount(), galaxies.labels);
    const search::Confusion confusion = search::confusionOf(galaxies.labels, byMap).value();
    std::cout << "agreement " << confusion.accuracy << ", kappa " << confusion.kappa << "\n";
    EXPECT_GT(confusion.kappa, 0.45);
    EXPECT_GT(confusion.compared, 1600U);
}

} // namespace
} // namespace somnium::workflow
