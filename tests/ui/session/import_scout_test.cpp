// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/import_scout.h"

#include <fstream>

#include <QSignalSpy>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/ui/support/idle_backend.h"
#include "tests/ui/support/small_survey.h"
#include "ui/jobs/job_runner.h"

namespace somnium::ui
{
namespace
{

constexpr int kWaitMs = 10000;

TEST(ImportScout, TellsImagesCataloguesAndOtherFilesApart)
{
    const test::TemporaryFolder folder;
    const auto request = test::writeSmallSurvey(folder / "survey");
    std::filesystem::create_directory(folder / "notes");
    std::ofstream(folder / "notes/read me.txt") << "nothing";
    const ScoutReport report =
        scout({folder / "survey/images.tar", folder / "survey/truth.fits", folder / "notes/read me.txt"}, {});
    EXPECT_EQ(report.catalogue, folder / "survey/truth.fits");
    EXPECT_EQ(report.images.size(), test::kSmallSurveyCount);
    ASSERT_EQ(report.paths.size(), 2U);
    EXPECT_EQ(report.paths[0].images, test::kSmallSurveyCount);
    EXPECT_EQ(report.paths[1].images, 0U);
    EXPECT_EQ(report.paths[1].others(ImportKind::Images), 1U);
    EXPECT_EQ(report.kind, ImportKind::Images);
}

TEST(ImportScout, PreviewsTheRecipeOnOneSource)
{
    const test::TemporaryFolder folder;
    const auto request = test::writeSmallSurvey(folder / "survey");
    JobRunner runner(test::idleBackend);
    ImportScout importScout(runner);
    QSignalSpy scouted(&importScout, &ImportScout::scouted);
    importScout.look(request.paths);
    ASSERT_TRUE(scouted.wait(kWaitMs));
    std::shared_ptr<const RecipePreview> shown;
    QObject::connect(&importScout, &ImportScout::previewed, &importScout,
                     [&](const std::shared_ptr<const RecipePreview> &preview) { shown = preview; });
    QSignalSpy previewed(&importScout, &ImportScout::previewed);
    importScout.preview(prepare::radioRecipe(16), test::kSmallSurveyCount + 1);
    ASSERT_TRUE(previewed.wait(kWaitMs));
    EXPECT_EQ(shown->original.shape(), (data::ImageShape{1, 32, 32}));
    EXPECT_EQ(shown->prepared.shape(), (data::ImageShape{1, 16, 16}));

    QSignalSpy failed(&importScout, &ImportScout::previewFailed);
    importScout.preview(prepare::radioRecipe(512), 1);
    ASSERT_TRUE(failed.wait(kWaitMs));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("512")));
}

} // namespace
} // namespace somnium::ui
