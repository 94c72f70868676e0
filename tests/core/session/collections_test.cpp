// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>

#include <gtest/gtest.h>

#include "tests/core/session/random_session.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

TEST(SessionCollections, AreAsTheyWereAfterReopening)
{
    test::forAll(12, [](Random &random) {
        const test::TemporaryFolder folder;
        const auto path = folder / "s\xC3\xA9ssion.somnium";
        const data::Collection first = randomCollection(random, random.below(60));
        const data::Collection second = randomCollection(random, 5000 + random.below(8000));
        const prepare::Recipe recipe = prepare::radioRecipe(33);
        CollectionId firstId{};
        CollectionId secondId{};
        {
            const auto session = Session::create(path);
            ASSERT_TRUE(session) << session.error().message;
            firstId = (*session)->addCollection(first, recipe, {2, 33, 33}).value();
            secondId = (*session)->addCollection(second, prepare::Recipe{}, {1, 8, 9}).value();
        }
        const auto session = Session::open(path);
        ASSERT_TRUE(session) << session.error().message;
        EXPECT_TRUE(isSame((*session)->collection(firstId).value(), first));
        EXPECT_TRUE(isSame((*session)->collection(secondId).value(), second));
        const auto summaries = (*session)->collections().value();
        ASSERT_EQ(summaries.size(), 2U);
        EXPECT_EQ(summaries[0].name, first.name);
        EXPECT_EQ(summaries[0].sourceCount, first.sources.size());
        EXPECT_EQ(summaries[0].problemCount, first.problems.size());
        EXPECT_EQ(summaries[0].recipe, recipe);
        EXPECT_EQ(summaries[0].preparedShape, (data::ImageShape{2, 33, 33}));
        EXPECT_EQ(summaries[1].fingerprint, second.fingerprint);
    });
}

TEST(SessionCollections, HoldsAHundredThousandSources)
{
    const test::TemporaryFolder folder;
    Random random(4);
    data::Collection collection = plainCollection(100'000);
    for (data::Source &source : collection.sources)
    {
        source.raDeg = random.uniform(0.0, 360.0);
        source.decDeg = random.uniform(-90.0, 90.0);
        source.originalShape = {1, 64, 64};
        source.wcsCards = randomCards(random);
    }
    const auto path = folder / "big.somnium";
    const auto session = Session::create(path).value();
    const CollectionId id = session->addCollection(collection, prepare::radioRecipe(), {1, 64, 64}).value();
    EXPECT_TRUE(isSame(session->collection(id).value(), collection));
}

TEST(SessionCollections, FollowTheSessionWhenBothMove)
{
    const test::TemporaryFolder folder;
    std::filesystem::create_directories(folder / "here/project");
    data::Collection collection = plainCollection(1);
    collection.sources[0].origin.file = (folder / "here/survey/a.fits").generic_string();
    collection.problems.push_back({collection.sources[0].origin, "", ""});
    ASSERT_TRUE(
        Session::create(folder / "here/project/s.somnium").value()->addCollection(collection, {}, {1, 4, 4}));
    std::filesystem::rename(folder / "here", folder / "there");
    const auto session = Session::open(folder / "there/project/s.somnium").value();
    const auto found = session->collection(session->collections()->front().id).value();
    EXPECT_EQ(found.sources[0].origin.file, (folder / "there/survey/a.fits").generic_string());
    EXPECT_EQ(found.problems[0].origin.file, (folder / "there/survey/a.fits").generic_string());
}

TEST(SessionOriginals, ThatMovedAreNamedAndFoundAgain)
{
    const test::TemporaryFolder folder;
    const test::TemporaryFolder elsewhere;
    std::filesystem::create_directories(elsewhere / "old/deep");
    for (const char *name : {"old/a.fits", "old/deep/b.fits"})
        std::ofstream(elsewhere / name) << "x";
    data::Collection collection = plainCollection(4);
    collection.sources[0].origin.file = (elsewhere / "old/deep/b.fits").generic_string();
    collection.sources[1].origin.file = (elsewhere / "old/a.fits").generic_string();
    collection.sources[2].origin.file = (elsewhere / "old/a.fits").generic_string();
    collection.sources[3].origin.file = (elsewhere / "older/c.fits").generic_string();
    const auto session = Session::create(folder / "s.somnium").value();
    const CollectionId id = session->addCollection(collection, {}, {1, 4, 4}).value();
    const std::string lost = collection.sources[3].origin.file;
    EXPECT_EQ(session->missingOriginals(id).value(), (std::vector<std::string>{lost}));

    std::filesystem::rename(elsewhere / "old", elsewhere / "new");
    EXPECT_EQ(session->missingOriginals(id)->size(), 3U);
    EXPECT_EQ(session->moveOriginals(id, elsewhere / "old/", elsewhere / "new").value(), 3U);
    EXPECT_EQ(session->missingOriginals(id).value(), (std::vector<std::string>{lost}));
    const auto found = session->collection(id).value();
    EXPECT_EQ(found.sources[0].origin.file, (elsewhere / "new/deep/b.fits").generic_string());
    EXPECT_EQ(found.sources[3].origin.file, lost) << "a folder whose name only begins alike";
    EXPECT_EQ(session->moveOriginals(id, lost, elsewhere / "new/a.fits").value(), 1U) << "a single file";
    EXPECT_TRUE(session->missingOriginals(id)->empty());
}

TEST(SessionCollections, NeedAsManyRowsAsSources)
{
    const test::TemporaryFolder folder;
    data::Collection collection = plainCollection(3);
    ASSERT_TRUE(collection.catalogue.addColumn(data::makeColumn("flux", std::vector<double>{1.0, 2.0})));
    const auto session = Session::create(folder / "s.somnium").value();
    const auto added = session->addCollection(collection, {}, {1, 4, 4});
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ErrorKind::Mismatch);
    EXPECT_TRUE(session->collections()->empty());
}

TEST(SessionCollections, ThatDoNotExistAreNotFound)
{
    const test::TemporaryFolder folder;
    const auto session = Session::create(folder / "s.somnium").value();
    const CollectionId none{17};
    EXPECT_EQ(session->collection(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->collectionSummary(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->removeCollection(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->samples(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->labels(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->setLabel(none, {0}, "x", true).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->selections(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->journal(none).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(session->saveJournal(none, {}).error().kind, ErrorKind::NotFound);
    EXPECT_NE(session->collection(none).error().message.find("s.somnium"), std::string::npos);
}

void writeSamples(const std::filesystem::path &path, std::size_t count)
{
    auto writer = data::SampleStoreWriter::create(path, {1, 4, 4}).value();
    for (std::size_t i = 0; i < count; ++i)
        ASSERT_TRUE(writer->append(data::Image({1, 4, 4}, static_cast<float>(i)).view()));
    ASSERT_TRUE(writer->finish(1));
}

TEST(SessionSamples, AreFoundWhereTheyWereWritten)
{
    const test::TemporaryFolder folder;
    const auto session = Session::create(folder / "s.somnium").value();
    data::Collection collection = plainCollection(3);
    collection.fingerprint = 99;
    const CollectionId id = session->addCollection(collection, prepare::radioRecipe(4), {1, 4, 4}).value();

    const auto missing = session->samples(id);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    EXPECT_NE(missing.error().message.find("s.somnium.cache"), std::string::npos) << missing.error().message;

    const auto path = session->samplesPath(99, prepare::radioRecipe(4)).value();
    EXPECT_EQ(path.parent_path(), folder / "s.somnium.cache");
    writeSamples(path, 3);
    const auto samples = session->samples(id);
    ASSERT_TRUE(samples) << samples.error().message;
    EXPECT_EQ((*samples)->sample(2).at(0, 0), 2.0F);

    writeSamples(path, 2);
    EXPECT_EQ(session->samples(id).error().kind, ErrorKind::Mismatch);
}

TEST(SessionSamples, OfAnotherRecipeOrSurveyLieElsewhere)
{
    const test::TemporaryFolder folder;
    const auto session = Session::create(folder / "s.somnium").value();
    const auto path = session->samplesPath(1, prepare::radioRecipe(64)).value();
    EXPECT_NE(session->samplesPath(2, prepare::radioRecipe(64)).value(), path);
    EXPECT_NE(session->samplesPath(1, prepare::radioRecipe(32)).value(), path);
    prepare::Recipe renamed = prepare::radioRecipe(64);
    renamed.name = "another name";
    EXPECT_EQ(session->samplesPath(1, renamed).value(), path);
}

TEST(SessionSamples, GoWithTheLastCollectionThatUsesThem)
{
    const test::TemporaryFolder folder;
    const auto session = Session::create(folder / "s.somnium").value();
    const data::Collection collection = plainCollection(3);
    const CollectionId first = session->addCollection(collection, {}, {1, 4, 4}).value();
    const CollectionId second = session->addCollection(collection, {}, {1, 4, 4}).value();
    const auto path = session->samplesPath(collection.fingerprint, {}).value();
    writeSamples(path, 3);
    ASSERT_TRUE(session->removeCollection(first));
    EXPECT_TRUE(std::filesystem::exists(path));
    ASSERT_TRUE(session->removeCollection(second));
    EXPECT_FALSE(std::filesystem::exists(path));
}

} // namespace
} // namespace somnium::session
