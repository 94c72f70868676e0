// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import.h"

#include <fstream>

#include "core/workflow/originals.h"
#include "tests/core/workflow/small_survey.h"

namespace somnium::workflow
{
namespace
{

using test::kSurveyCount;
using test::SmallSurvey;

void expectEqualSources(const data::Collection &a, const data::Collection &b)
{
    ASSERT_EQ(a.sources.size(), b.sources.size());
    for (std::size_t i = 0; i < a.sources.size(); ++i)
    {
        EXPECT_EQ(a.sources[i].id, b.sources[i].id);
        EXPECT_EQ(a.sources[i].origin, b.sources[i].origin);
        EXPECT_EQ(a.sources[i].raDeg, b.sources[i].raDeg);
    }
}

TEST(ImportImages, ReadsAFolderAndJoinsItsCatalogue)
{
    const SmallSurvey survey;
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, kSurveyCount);
    EXPECT_EQ(outcome->joinedRows, kSurveyCount);
    EXPECT_TRUE(outcome->problems.empty()) << data::toString(outcome->problems.front());
    const auto collection = survey.session->collection(outcome->collection);
    ASSERT_TRUE(collection) << collection.error().message;
    const auto ra = collection->catalogue.find("ra");
    ASSERT_TRUE(ra);
    for (std::size_t i = 0; i < kSurveyCount; ++i)
    {
        const data::Source &source = collection->sources[i];
        EXPECT_TRUE(source.hasPosition()) << source.id;
        EXPECT_NEAR(source.raDeg, collection->catalogue.columns()[*ra].number(i), 2e-3) << source.id;
    }
    const auto samples = survey.session->samples(outcome->collection);
    ASSERT_TRUE(samples) << samples.error().message;
    EXPECT_EQ((*samples)->count(), kSurveyCount);
    EXPECT_EQ((*samples)->shape(), (data::ImageShape{1, 32, 32}));
}

TEST(ImportImages, ATarGivesTheSamePixelsAsAFolder)
{
    const SmallSurvey folder;
    const SmallSurvey tar(true);
    const auto fromFolder = importImages(*folder.session, folder.request(), {});
    const auto fromTar = importImages(*tar.session, tar.request(), {});
    ASSERT_TRUE(fromFolder) << fromFolder.error().message;
    ASSERT_TRUE(fromTar) << fromTar.error().message;
    const auto a = folder.session->samples(fromFolder->collection);
    const auto b = tar.session->samples(fromTar->collection);
    ASSERT_TRUE(a);
    ASSERT_TRUE(b);
    ASSERT_EQ((*a)->count(), (*b)->count());
    for (std::size_t i = 0; i < (*a)->count(); ++i)
        EXPECT_EQ(data::Image((*a)->sample(i)), data::Image((*b)->sample(i)));
}

TEST(ImportImages, TheNumberOfThreadsChangesNothing)
{
    const SmallSurvey survey;
    JobContext one;
    one.threads = 1;
    JobContext three;
    three.threads = 3;
    const auto first = importImages(*survey.session, survey.request(), one);
    const auto second = importImages(*survey.session, survey.request(), three);
    ASSERT_TRUE(first);
    ASSERT_TRUE(second);
    const auto a = survey.session->collection(first->collection);
    const auto b = survey.session->collection(second->collection);
    ASSERT_TRUE(a);
    ASSERT_TRUE(b);
    EXPECT_EQ(a->fingerprint, b->fingerprint);
    expectEqualSources(*a, *b);
}

TEST(ImportImages, ABrokenFileIsListedAndTheImportGoesOn)
{
    const SmallSurvey survey;
    std::ofstream(survey.images / "broken.fits") << "SIMPLE  =                    T";
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, kSurveyCount);
    const auto isBroken = [](const data::ImportProblem &problem) {
        return problem.origin.file.find("broken.fits") != std::string::npos && !problem.expected.empty() &&
               !problem.found.empty();
    };
    EXPECT_EQ(std::count_if(outcome->problems.begin(), outcome->problems.end(), isBroken), 1);
    const auto collection = survey.session->collection(outcome->collection);
    ASSERT_TRUE(collection);
    EXPECT_EQ(collection->problems, outcome->problems);
}

TEST(ImportImages, NothingReadableIsAnErrorThatSaysWhy)
{
    const SmallSurvey survey;
    const auto broken = survey.folder / "broken.fits";
    std::ofstream(broken) << "not a FITS file";
    ImportRequest request = survey.request();
    request.paths = {broken};
    const auto outcome = importImages(*survey.session, request, {});
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("broken.fits"), std::string::npos) << outcome.error().message;
    EXPECT_TRUE(survey.session->collections()->empty());
}

TEST(ImportImages, StoppedBeforeTheFirstFileLeavesTheSessionAsItWas)
{
    const SmallSurvey survey;
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    source.request_stop();
    const auto outcome = importImages(*survey.session, survey.request(), context);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::Cancelled);
    EXPECT_TRUE(survey.session->collections()->empty());
    EXPECT_TRUE(survey.session->pendingImports().all()->empty());
    EXPECT_TRUE(std::filesystem::is_empty(*survey.session->cacheFolder()));
}

TEST(Originals, ARemovedCacheIsRebuiltToTheSameBits)
{
    const SmallSurvey survey;
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome);
    std::vector<data::Image> before;
    {
        const auto samples = survey.session->samples(outcome->collection);
        ASSERT_TRUE(samples);
        for (std::size_t i = 0; i < (*samples)->count(); ++i)
            before.emplace_back((*samples)->sample(i));
    }
    std::filesystem::remove_all(*survey.session->cacheFolder());
    const auto rebuilt = samplesOf(*survey.session, outcome->collection, {});
    ASSERT_TRUE(rebuilt) << rebuilt.error().message;
    ASSERT_EQ((*rebuilt)->count(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_EQ(data::Image((*rebuilt)->sample(i)), before[i]);
}

TEST(Originals, AMissingOriginalIsNamed)
{
    const SmallSurvey survey;
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome);
    const auto collection = survey.session->collection(outcome->collection);
    ASSERT_TRUE(collection);
    const std::string lost = collection->sources[3].origin.file;
    std::filesystem::remove_all(*survey.session->cacheFolder());
    std::filesystem::remove(lost);
    const auto rebuilt = samplesOf(*survey.session, outcome->collection, {});
    ASSERT_FALSE(rebuilt);
    EXPECT_NE(rebuilt.error().message.find(lost), std::string::npos) << rebuilt.error().message;
}

TEST(Originals, ThatMovedAreFoundWhereTheUserPoints)
{
    const SmallSurvey survey;
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome);
    const auto before = survey.session->collection(outcome->collection).value();
    EXPECT_EQ(relocateOriginals(*survey.session, outcome->collection, {}, survey.folder.path())->sources, 0U)
        << "nothing is missing";
    const auto elsewhere = survey.folder / "deep/elsewhere";
    std::filesystem::create_directories(elsewhere.parent_path());
    std::filesystem::rename(survey.images, elsewhere);
    const auto missing = survey.session->missingOriginals(outcome->collection).value();
    EXPECT_EQ(missing.size(), kSurveyCount);
    EXPECT_EQ(commonFolder(missing), survey.images);
    EXPECT_FALSE(readOriginal(before.sources[0].origin));

    EXPECT_EQ(
        relocateOriginals(*survey.session, outcome->collection, {}, survey.folder / "no such").error().kind,
        ErrorKind::NotFound);
    EXPECT_EQ(relocateOriginals(*survey.session, outcome->collection, "/never/there", elsewhere).error().kind,
              ErrorKind::NotFound);
    const auto moved = relocateOriginals(*survey.session, outcome->collection, {}, elsewhere);
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_EQ(moved->sources, kSurveyCount);
    EXPECT_TRUE(moved->missing.empty());
    const auto after = survey.session->collection(outcome->collection).value();
    for (std::size_t i = 0; i < kSurveyCount; ++i)
        EXPECT_EQ(after.sources[i].id, before.sources[i].id);
    EXPECT_TRUE(readOriginal(after.sources[0].origin));
    EXPECT_TRUE(rebuildSamples(*survey.session, outcome->collection, {}));
}

TEST(Originals, MoveAndAreCopiedTogetherWithTheirSession)
{
    SmallSurvey survey;
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome);
    survey.session.reset();
    const test::TemporaryFolder other;
    std::filesystem::copy(survey.folder.path(), other / "copy", std::filesystem::copy_options::recursive);
    std::filesystem::rename(survey.images, survey.folder / "gone");
    auto copy = session::Session::open(other / "copy/test.somnium").value();
    EXPECT_TRUE(copy->missingOriginals(outcome->collection)->empty());
    EXPECT_TRUE(copy->samples(outcome->collection));
    copy.reset();
    std::filesystem::rename(other / "copy/test.somnium", other / "copy/renamed.somnium");
    const auto renamed = session::Session::open(other / "copy/renamed.somnium").value();
    EXPECT_TRUE(renamed->missingOriginals(outcome->collection)->empty());
    EXPECT_TRUE(samplesOf(*renamed, outcome->collection, {})) << "made again from the originals";
}

TEST(Originals, TheOriginalIsReadUnprepared)
{
    const SmallSurvey survey(true);
    const auto outcome = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(outcome);
    const auto collection = survey.session->collection(outcome->collection);
    ASSERT_TRUE(collection);
    const auto original = readOriginal(collection->sources[5].origin);
    ASSERT_TRUE(original) << original.error().message;
    EXPECT_EQ(original->shape(), (data::ImageShape{1, 48, 48}));
}

} // namespace
} // namespace somnium::workflow
