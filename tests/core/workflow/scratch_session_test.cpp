// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/scratch_session.h"

#include <fstream>

#include "core/workflow/originals.h"
#include "tests/core/workflow/small_survey.h"

namespace somnium::workflow
{
namespace
{

namespace fs = std::filesystem;

std::size_t filesIn(const fs::path &folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(ScratchSession, HoldsAnImportAndLeavesNothing)
{
    const test::SmallSurvey survey;
    const test::TemporaryFolder folder;
    {
        const auto scratch = ScratchSession::beside(folder / "mapped.fits");
        ASSERT_TRUE(scratch) << scratch.error().message;
        const auto imported = importImages((*scratch)->session(), survey.request(), {});
        ASSERT_TRUE(imported) << imported.error().message;
        const auto samples = samplesOf((*scratch)->session(), imported->collection, {});
        ASSERT_TRUE(samples) << samples.error().message;
        EXPECT_EQ((*samples)->count(), test::kSurveyCount);
        const auto collection = (*scratch)->session().collection(imported->collection);
        EXPECT_TRUE(fs::path(collection->sources.front().origin.file).is_absolute());
        EXPECT_GT(filesIn(folder.path()), 0U);
    }
    EXPECT_EQ(filesIn(folder.path()), 0U);
}

TEST(ScratchSession, LeavesNothingOfAnImportThatWasStoppedOrFailed)
{
    const test::SmallSurvey survey;
    const test::TemporaryFolder folder;
    {
        std::stop_source stop;
        JobContext context;
        context.threads = 1;
        context.stop = stop.get_token();
        context.onProgress = [&](const Progress &progress) {
            if (progress.stage == "reading images" && progress.done == 3)
                stop.request_stop();
        };
        const auto scratch = ScratchSession::beside(folder / "mapped.fits");
        ASSERT_TRUE(scratch) << scratch.error().message;
        const auto stopped = importImages((*scratch)->session(), survey.request(), context);
        ASSERT_FALSE(stopped);
        EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    }
    EXPECT_EQ(filesIn(folder.path()), 0U);
    {
        const auto scratch = ScratchSession::beside(folder / "mapped.fits");
        ASSERT_TRUE(scratch) << scratch.error().message;
        ImportRequest request = survey.request();
        request.paths = {folder / "missing"};
        EXPECT_FALSE(importImages((*scratch)->session(), request, {}));
    }
    EXPECT_EQ(filesIn(folder.path()), 0U);
}

TEST(ScratchSession, SweepsWhatAKilledProgramLeft)
{
    const test::TemporaryFolder folder;
    fs::create_directory(folder / ".mapped.fits.scratch");
    std::ofstream(folder / ".mapped.fits.scratch/images.somnium") << "half a session";
    std::ofstream(folder / ".mapped.fits.scratch.lock") << "";
    EXPECT_TRUE(ScratchSession::beside(folder / "mapped.fits"));
    EXPECT_EQ(filesIn(folder.path()), 0U);
}

TEST(ScratchSession, IsOneAtATimeForOneResult)
{
    const test::TemporaryFolder folder;
    const auto first = ScratchSession::beside(folder / "a.fits");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(ScratchSession::beside(folder / "a.fits").error().kind, ErrorKind::Unreadable);
    EXPECT_TRUE(ScratchSession::beside(folder / "b.fits"));
    EXPECT_EQ(ScratchSession::beside(folder / "missing" / "a.fits").error().kind, ErrorKind::NotFound);
}

} // namespace
} // namespace somnium::workflow
