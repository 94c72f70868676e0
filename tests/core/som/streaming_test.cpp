// SPDX-License-Identifier: GPL-3.0-or-later
// Training from memory, from a file, from a damaged file, and on a part of the sources.
#include "core/som/spectra_blocks.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"
#include "tests/support/blob_images.h"
#include "tests/support/temporary_folder.h"

namespace somnium::som
{
namespace
{

/// Two blocks and a part of one.
constexpr std::size_t kSources = 2 * SpectraBlocks::kBlockImages + 300;

class Streaming : public ::testing::Test
{
protected:
    static TrainingParams halfParams()
    {
        TrainingParams params;
        params.layout = MapLayout::rectangular(4, 3).value();
        params.epochs = 4;
        params.coefficients = Coefficients::Half;
        return params;
    }

    Som trained(const TrainingParams &params, const SpectraStorage &storage, unsigned threads = 2)
    {
        JobContext context;
        context.threads = threads;
        return train(m_samples, params, *m_backend, context, {}, nullptr, nullptr, storage).value().som;
    }

    [[nodiscard]] SpectraStorage streamed() const { return {1, m_folder.path() / "kept.spectra", 5}; }

    test::TemporaryFolder m_folder;
    Random m_random{23};
    data::MemorySamples m_samples = test::blobSamples({1, 11, 11}, kSources, m_random);
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(Streaming, GivesTheBitsOfATrainingInMemory)
{
    const Som inMemory = trained(halfParams(), {});
    EXPECT_FALSE(std::filesystem::exists(streamed().file));
    const Som fromFile = trained(halfParams(), streamed(), 1);
    EXPECT_TRUE(std::filesystem::exists(streamed().file));
    EXPECT_EQ(fromFile.spectra, inMemory.spectra);
    EXPECT_EQ(fromFile.prototypes, inMemory.prototypes);
    ASSERT_EQ(fromFile.history.size(), inMemory.history.size());
    for (std::size_t i = 0; i < inMemory.history.size(); ++i)
        EXPECT_EQ(fromFile.history[i].meanDistance, inMemory.history[i].meanDistance);
    // A temporary file, and none at all.
    EXPECT_EQ(trained(halfParams(), {1, {}, 0}).spectra, inMemory.spectra);
    EXPECT_EQ(trained(halfParams(), {1, m_folder.path() / "no such folder" / "x", 0}).spectra,
              inMemory.spectra);
}

TEST_F(Streaming, ADamagedBlockIsMadeAgain)
{
    const Som first = trained(halfParams(), streamed());
    std::fstream file(streamed().file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.write("damaged", 7);
    file.close();
    EXPECT_EQ(trained(halfParams(), streamed()).spectra, first.spectra);
}

TEST_F(Streaming, ATruncatedFileOrOneOfOtherSamplesIsReplaced)
{
    const Som first = trained(halfParams(), streamed());
    const auto size = std::filesystem::file_size(streamed().file);
    std::filesystem::resize_file(streamed().file, size / 2);
    EXPECT_EQ(trained(halfParams(), streamed()).spectra, first.spectra);
    EXPECT_EQ(std::filesystem::file_size(streamed().file), size);
    SpectraStorage other = streamed();
    other.fingerprint = 6;
    const data::MemorySamples others = test::blobSamples({1, 11, 11}, kSources, m_random);
    const Som second = train(others, halfParams(), *m_backend, {}, {}, nullptr, nullptr, other).value().som;
    EXPECT_EQ(second.spectra, train(others, halfParams(), *m_backend, {}).value().som.spectra);
}

TEST_F(Streaming, HalfPrecisionHardlyChangesAMap)
{
    TrainingParams full = halfParams();
    full.coefficients = Coefficients::Full;
    const double expected = trained(full, {}).history.back().meanDistance;
    EXPECT_NEAR(trained(halfParams(), {}).history.back().meanDistance, expected, 0.01 * expected);
}

TEST_F(Streaming, AutomaticIsFullForSmallCollections)
{
    TrainingParams params = halfParams();
    params.coefficients = Coefficients::Full;
    const Som full = trained(params, {});
    params.coefficients = Coefficients::Automatic;
    EXPECT_EQ(trained(params, streamed()).spectra, full.spectra);
}

TEST_F(Streaming, StopsWhileItReads)
{
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    const auto result = train(
        m_samples, halfParams(), *m_backend, context,
        [&](const TrainingSnapshot &snapshot) {
            if (snapshot.som->history.size() == 2)
                source.request_stop();
        },
        nullptr, nullptr, streamed());
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->isComplete);
    EXPECT_EQ(result->som.history.size(), 2U);
}

TEST_F(Streaming, ACoarseStartEndsOnAllSources)
{
    TrainingParams params = halfParams();
    params.epochs = 6;
    params.coarseSources = 2000;
    const Som coarse = trained(params, {});
    ASSERT_EQ(coarse.history.size(), 6U);
    EXPECT_EQ(coarse.history.front().images, 2000U);
    for (std::size_t epoch = 3; epoch < 6; ++epoch)
        EXPECT_EQ(coarse.history[epoch].images, kSources);
    EXPECT_EQ(trained(params, streamed(), 1).spectra, coarse.spectra);
    params.coarseSources = 0;
    const Som all = trained(params, {});
    EXPECT_NE(coarse.spectra, all.spectra);
    EXPECT_NEAR(coarse.history.back().meanDistance, all.history.back().meanDistance,
                0.03 * all.history.back().meanDistance);
}

TEST(CoarseStart, LeavesSmallCollectionsAndNarrowNeighbourhoodsAlone)
{
    TrainingParams params;
    EXPECT_EQ(sourcesOfEpoch(params, 39999, 0), 39999U);
    EXPECT_EQ(sourcesOfEpoch(params, 1000000, 0), 20000U);
    EXPECT_EQ(sourcesOfEpoch(params, 1000000, params.epochs / 2), 1000000U);
    EXPECT_EQ(sourcesOfEpoch(params, 1000000, params.epochs - 1), 1000000U);
    params.coarseSources = 0;
    EXPECT_EQ(sourcesOfEpoch(params, 1000000, 0), 1000000U);
    params.coarseSources = 20000;
    params.sigmaStart = 0.6;
    EXPECT_EQ(sourcesOfEpoch(params, 1000000, 0), 1000000U);
}

} // namespace
} // namespace somnium::som
