// SPDX-License-Identifier: GPL-3.0-or-later
// What an earlier run left undone, and originals that moved: found when a session is opened.
#include <QTest>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/ui/support/small_survey.h"
#include "ui/session/workbench.h"

namespace somnium::ui
{
namespace
{

namespace fs = std::filesystem;

constexpr int kWaitMs = 20000;

struct Opened
{
    explicit Opened(const fs::path &path)
    {
        QObject::connect(&bench.session, &SessionController::troubled, &bench.session,
                         [this](const QString &message) { trouble = message; });
        QObject::connect(&bench.session, &SessionController::interruptedImportFound, &bench.session,
                         [this](const session::PendingImport &import) { interrupted = import; });
        QObject::connect(&bench.session, &SessionController::originalsMissing, &bench.session,
                         [this](const std::vector<std::string> &files) { missing = files; });
        bench.session.openSession(path);
    }
    template <class Condition> [[nodiscard]] bool waitFor(const Condition &condition)
    {
        return QTest::qWaitFor(condition, kWaitMs);
    }

    Workbench bench{[] { return compute::chooseBackend("cpu"); }};
    QString trouble;
    std::optional<session::PendingImport> interrupted;
    std::optional<std::vector<std::string>> missing;
};

TEST(LooseEnds, AnInterruptedImportIsFoundAndGoneOnWith)
{
    const test::TemporaryFolder folder;
    auto request = test::writeSmallSurvey(folder / "images");
    request.keepEvery = std::chrono::milliseconds(0);
    {
        std::stop_source stop;
        JobContext context;
        context.threads = 1;
        context.stop = stop.get_token();
        context.onProgress = [&](const Progress &progress) {
            if (progress.stage == "reading images" && progress.done == 10)
                stop.request_stop();
        };
        const auto session = session::Session::create(folder / "s.somnium").value();
        ASSERT_FALSE(workflow::importImages(*session, request, context));
    }
    Opened opened(folder / "s.somnium");
    ASSERT_TRUE(opened.waitFor([&] { return opened.interrupted.has_value(); }))
        << opened.trouble.toStdString();
    EXPECT_FALSE(opened.bench.session.survey());
    EXPECT_GE(opened.interrupted->filesDone, 10U);
    opened.bench.session.continueImport(*opened.interrupted);
    ASSERT_TRUE(opened.waitFor([&] { return opened.bench.session.survey() != nullptr; }))
        << opened.trouble.toStdString();
    EXPECT_EQ(opened.bench.session.survey()->collection.sources.size(), test::kSmallSurveyCount);
    EXPECT_TRUE(opened.bench.session.session()->pendingImports().all()->empty());
}

TEST(LooseEnds, OriginalsThatMovedAreMissedAndFoundAgain)
{
    const test::TemporaryFolder folder;
    const auto request = test::writeSmallSurvey(folder / "images");
    session::CollectionId collection{};
    {
        const auto session = session::Session::create(folder / "s.somnium").value();
        collection = workflow::importImages(*session, request, {}).value().collection;
        ASSERT_TRUE(session->setLabel(collection, {3}, "bent", true));
    }
    fs::rename(folder / "images", folder / "elsewhere");
    Opened opened(folder / "s.somnium");
    ASSERT_TRUE(opened.waitFor([&] { return opened.missing.has_value(); })) << opened.trouble.toStdString();
    EXPECT_EQ(*opened.missing, std::vector<std::string>{(folder / "images" / "images.tar").string()})
        << "the file that all came out of";
    ASSERT_TRUE(opened.bench.session.survey()) << "the session is open all the same";
    EXPECT_TRUE(opened.bench.session.survey()->samples);

    opened.missing.reset();
    opened.bench.session.relocateOriginals(folder / "images", folder / "elsewhere");
    ASSERT_TRUE(opened.waitFor([&] { return opened.missing.has_value(); })) << opened.trouble.toStdString();
    EXPECT_TRUE(opened.missing->empty());
    const std::string before = (folder / "images").string();
    ASSERT_TRUE(opened.waitFor([&] {
        return opened.bench.session.survey()->collection.sources[0].origin.file.find(before) != 0;
    })) << "the survey shown knows the new place";
    EXPECT_EQ(opened.bench.session.session()->labels(collection)->size(), 1U);
    EXPECT_TRUE(opened.trouble.isEmpty()) << opened.trouble.toStdString();
}

} // namespace
} // namespace somnium::ui
