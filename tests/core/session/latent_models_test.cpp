// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/session/random_session.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

using test::TemporaryFolder;
using ::testing::HasSubstr;

std::vector<std::byte> randomBytes(Random &random, std::size_t count)
{
    std::vector<std::byte> bytes(count);
    for (std::byte &one : bytes)
        one = static_cast<std::byte>(random.below(256));
    return bytes;
}

LatentRecord randomRecord(Random &random, std::size_t sources)
{
    LatentRecord record;
    record.metadata = randomText(random);
    record.dimensions = 1 + random.below(5);
    record.isComplete = random.below(2) == 0;
    record.model = randomBytes(random, random.below(2000));
    record.checkpoint = randomBytes(random, random.below(2) * random.below(3000));
    const bool isPlaced = sources > 0 && random.below(4) != 0;
    for (std::size_t i = 0; isPlaced && i < sources * record.dimensions; ++i)
        record.places.push_back(static_cast<float>(random.normal()));
    for (std::size_t i = 0; isPlaced && i < sources; ++i)
        record.errors.push_back(static_cast<float>(random.uniform()));
    return record;
}

SpectralPreparation preparation()
{
    SpectralPreparation result;
    result.recipe.continuum.isEnabled = true;
    result.grid = {data::SpectralGrid::Scale::Log, 3811.123456789, 1.0 / 3.0 * 1e-4, 77};
    result.hasWeights = false;
    result.reading = R"({"unit": "nm"})";
    return result;
}

/// A session with a collection of `sources` spectra.
struct WithSpectra
{
    explicit WithSpectra(Random &random, std::size_t sources = 5)
        : collection(randomCollection(random, sources))
    {
        session = Session::create(folder / "a.somnium").value();
        id = session->addSpectra(collection, preparation()).value();
    }
    TemporaryFolder folder;
    data::Collection collection;
    std::shared_ptr<Session> session;
    CollectionId id{};
};

} // namespace

TEST(LatentModels, AreReadBackAsTheyWereSavedAlsoByAnotherProgram)
{
    test::forAll(20, [](Random &random) {
        WithSpectra with(random);
        const LatentRecord record = randomRecord(random, 5);
        const auto saved = with.session->latentModels().save(with.id, "plane", record);
        ASSERT_TRUE(saved) << saved.error().message;
        with.session.reset();
        const auto session = Session::open(with.folder / "a.somnium").value();
        const auto loaded = session->latentModels().load(*saved);
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_EQ(loaded->metadata, record.metadata);
        EXPECT_EQ(loaded->dimensions, record.dimensions);
        EXPECT_EQ(loaded->isComplete, record.isComplete);
        EXPECT_EQ(loaded->model, record.model);
        EXPECT_EQ(loaded->checkpoint, record.checkpoint);
        EXPECT_EQ(loaded->places, record.places);
        EXPECT_EQ(loaded->errors, record.errors);
        EXPECT_EQ(session->latentModels().model(*saved).value(), record.model);
        EXPECT_EQ(session->latentModels().checkpoint(*saved).value(), record.checkpoint);
        const auto summary = session->latentModels().find("");
        ASSERT_TRUE(summary);
        EXPECT_EQ(summary->name, "plane");
        EXPECT_EQ(summary->id, *saved);
        EXPECT_EQ(summary->isPlaced, !record.places.empty());
    });
}

TEST(LatentModels, SavingAgainReplacesAndKeepsTheId)
{
    Random random(3);
    WithSpectra with(random);
    LatentModels &models = with.session->latentModels();
    const auto first = models.save(with.id, "a", randomRecord(random, 5));
    ASSERT_TRUE(first);
    ASSERT_TRUE(models.save(with.id, "b", randomRecord(random, 5)));
    const LatentRecord record = randomRecord(random, 5);
    EXPECT_EQ(models.save(with.id, "a", record).value(), *first);
    EXPECT_EQ(models.load(*first)->model, record.model);
    const auto summaries = models.summaries();
    ASSERT_EQ(summaries->size(), 2U);
    EXPECT_EQ(summaries->back().name, "a");
}

TEST(LatentModels, AndMapsKeepOutOfEachOthersWay)
{
    Random random(5);
    WithSpectra with(random);
    const som::Som som = randomSom(random);
    ASSERT_TRUE(with.session->saveModel(with.id, "map", som, true, nullptr));
    const auto latent = with.session->latentModels().save(with.id, "plane", randomRecord(random, 5));
    ASSERT_TRUE(latent);
    EXPECT_EQ(with.session->models()->size(), 1U);
    EXPECT_EQ(with.session->latentModels().summaries()->size(), 1U);
    EXPECT_FALSE(with.session->model(*latent));
    const auto asMap = with.session->saveModel(with.id, "plane", som, true, nullptr);
    ASSERT_FALSE(asMap);
    EXPECT_THAT(asMap.error().message, HasSubstr("'plane' is a latent space of this collection"));
    const auto asPlane = with.session->latentModels().save(with.id, "map", randomRecord(random, 5));
    ASSERT_FALSE(asPlane);
    EXPECT_THAT(asPlane.error().message, HasSubstr("'map' is a map"));
    ASSERT_TRUE(with.session->removeModel(*latent));
    EXPECT_TRUE(with.session->latentModels().summaries()->empty());
}

TEST(LatentModels, RefuseWhatDoesNotFitTheCollection)
{
    Random random(6);
    WithSpectra with(random);
    LatentRecord record = randomRecord(random, 5);
    record.dimensions = 2;
    record.places.assign(8, 0.0F);
    record.errors.assign(4, 0.0F);
    const auto saved = with.session->latentModels().save(with.id, "plane", record);
    ASSERT_FALSE(saved);
    EXPECT_THAT(saved.error().message, HasSubstr("expected places and errors of 5 sources, found 8 and 4"));
    const auto found = with.session->latentModels().find("other");
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr("no latent spaces yet"));
}

TEST(SessionSpectra, KeepRecipeGridAndReading)
{
    Random random(7);
    WithSpectra with(random);
    with.session.reset();
    const auto session = Session::open(with.folder / "a.somnium").value();
    const auto summary = session->collectionSummary(with.id);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->kind, CollectionKind::Spectra);
    EXPECT_EQ(summary->spectral.recipe, preparation().recipe);
    EXPECT_EQ(summary->spectral.grid, preparation().grid);
    EXPECT_FALSE(summary->spectral.hasWeights);
    EXPECT_EQ(summary->spectral.reading, preparation().reading);
    EXPECT_EQ(summary->preparedShape, (data::ImageShape{1, 1, 77}));
    EXPECT_TRUE(isSame(session->collection(with.id).value(), with.collection));
}

TEST(SessionSpectra, AStoreMustBeTheCollectionsOwn)
{
    Random random(8);
    WithSpectra with(random, 3);
    const auto missing = with.session->spectra(with.id);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    const auto path = with.session->spectraStorePath(with.collection.fingerprint, preparation()).value();
    const auto write = [&](const data::SpectralGrid &grid, std::size_t count) {
        auto writer = data::SpectrumStoreWriter::create(path, grid, false).value();
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_TRUE(writer->append(std::vector<float>(grid.pixels, 1.0F), {}));
        ASSERT_TRUE(writer->finish(with.collection.fingerprint));
    };
    write(preparation().grid, 3);
    EXPECT_TRUE(with.session->spectra(with.id));
    write(preparation().grid, 4);
    const auto tooMany = with.session->spectra(with.id);
    ASSERT_FALSE(tooMany);
    EXPECT_THAT(tooMany.error().message, HasSubstr("expected 3 spectra of 77 pixels, found 4"));
    write({data::SpectralGrid::Scale::Log, 3800.0, 1e-4, 77}, 3);
    EXPECT_FALSE(with.session->spectra(with.id));
    ASSERT_TRUE(with.session->removeCollection(with.id));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SessionSpectra, AreNotSamplesAndSamplesAreNotSpectra)
{
    Random random(9);
    WithSpectra with(random, 3);
    EXPECT_EQ(with.session->samples(with.id).error().kind, ErrorKind::Mismatch);
    const auto images =
        with.session->addCollection(randomCollection(random, 2), prepare::radioRecipe(), {1, 64, 64});
    ASSERT_TRUE(images);
    EXPECT_EQ(with.session->spectra(*images).error().kind, ErrorKind::Mismatch);
}

} // namespace somnium::session
