// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_controller.h"

#include <memory>
#include <optional>

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "core/workflow/export.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/support/small_survey.h"
#include "ui/session/workbench.h"

namespace somnium::ui
{
namespace
{

using Sources = std::vector<std::size_t>;

constexpr int kWaitMs = 20000;

som::TrainingParams smallMap(std::size_t epochs = 3)
{
    som::TrainingParams params;
    params.layout = som::MapLayout::rectangular(3, 3).value();
    params.epochs = epochs;
    params.sigmaStart = 1.5;
    return params;
}

class SessionControllerTest : public testing::Test
{
protected:
    SessionControllerTest() { open(); }

    void open()
    {
        bench.reset();
        bench = std::make_unique<Workbench>([] { return compute::chooseBackend("cpu"); });
        QObject::connect(&bench->session, &SessionController::troubled, &bench->session,
                         [this](const QString &message) { trouble = message; });
        QObject::connect(&bench->training, &TrainingController::troubled, &bench->session,
                         [this](const QString &message) { trouble = message; });
    }
    [[nodiscard]] std::filesystem::path path() const { return folder / "s.somnium"; }

    [[nodiscard]] bool importSurvey()
    {
        const auto request = test::writeSmallSurvey(folder / "images");
        bench->session.importImages(request, path());
        return QTest::qWaitFor([this] { return bench->session.survey() != nullptr; }, kWaitMs);
    }
    [[nodiscard]] bool train(const som::TrainingParams &params)
    {
        bench->training.train(QStringLiteral("map"), params);
        return QTest::qWaitFor([this] { return !bench->training.isTraining(); }, kWaitMs) && hasMap();
    }
    [[nodiscard]] bool hasMap() const
    {
        return bench->session.survey() && bench->session.survey()->map != nullptr;
    }
    [[nodiscard]] bool waitForMap()
    {
        return QTest::qWaitFor([this] { return hasMap(); }, kWaitMs);
    }
    void reopen()
    {
        open();
        bench->session.openSession(path());
    }

    test::TemporaryFolder folder;
    std::unique_ptr<Workbench> bench;
    QString trouble;
};

TEST_F(SessionControllerTest, ASessionThatIsNotThereIsSaidByName)
{
    bench->session.openSession(folder / "nowhere.somnium");
    ASSERT_TRUE(QTest::qWaitFor([this] { return !trouble.isEmpty(); }, kWaitMs));
    EXPECT_TRUE(trouble.contains(QStringLiteral("nowhere.somnium"))) << trouble.toStdString();
    EXPECT_FALSE(bench->session.survey());
}

TEST_F(SessionControllerTest, AnImportShowsItsCollection)
{
    ASSERT_TRUE(importSurvey()) << trouble.toStdString();
    EXPECT_EQ(bench->session.survey()->collection.sources.size(), test::kSmallSurveyCount);
    EXPECT_EQ(bench->session.selection().sourceCount(), test::kSmallSurveyCount);
    ASSERT_EQ(bench->session.project().size(), 1U);
    EXPECT_EQ(bench->session.project()[0].collection.name, "small");
    EXPECT_FALSE(bench->session.isTemporary());
}

TEST_F(SessionControllerTest, AnImportOfNothingIsSaid)
{
    workflow::ImportRequest request;
    request.paths = {folder / "nothing here"};
    bench->session.importImages(request, path());
    ASSERT_TRUE(QTest::qWaitFor([this] { return !trouble.isEmpty(); }, kWaitMs));
    EXPECT_FALSE(bench->session.survey());
}

TEST_F(SessionControllerTest, ATrainedMapIsShownAndKept)
{
    ASSERT_TRUE(importSurvey());
    std::size_t snapshots = 0;
    QObject::connect(&bench->training, &TrainingController::snapshotArrived, &bench->training,
                     [&](const som::TrainingSnapshot &) { ++snapshots; });
    ASSERT_TRUE(train(smallMap())) << trouble.toStdString();
    EXPECT_GE(snapshots, 1U);
    const MapData &map = *bench->session.survey()->map;
    EXPECT_EQ(map.mapping.sourceCount(), test::kSmallSurveyCount);
    EXPECT_EQ(map.uMatrix.size(), 9U);
    const auto models = bench->session.session()->models().value();
    ASSERT_EQ(models.size(), 1U);
    EXPECT_TRUE(models[0].isComplete);
}

TEST_F(SessionControllerTest, APinkMapIsOpenedOnTheCollectionAndATrainingStartsFromIt)
{
    ASSERT_TRUE(importSurvey());
    som::TrainingParams params = smallMap();
    params.layout = som::MapLayout::hexagonal(3).value();
    ASSERT_TRUE(train(params)) << trouble.toStdString();
    const auto trained = bench->session.survey()->map;
    const std::filesystem::path file = folder / "theirs.bin";
    ASSERT_TRUE(workflow::exportModel(*bench->session.session(), trained->summary.id,
                                      workflow::ExportFormat::Pink, file));
    bench->training.openMap(file);
    ASSERT_TRUE(QTest::qWaitFor([this] { return !bench->training.isTraining(); }, kWaitMs));
    const auto opened = bench->session.survey()->map;
    ASSERT_NE(opened, trained) << trouble.toStdString();
    EXPECT_EQ(opened->som.layout, params.layout);
    EXPECT_EQ(opened->som.prototypes, trained->som.prototypes);
    EXPECT_EQ(opened->mapping.sourceCount(), test::kSmallSurveyCount);
    params.initialisation = som::Initialisation::GivenMap;
    bench->training.train(QStringLiteral("next"), params, QString::fromStdString(file.string()));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !bench->training.isTraining(); }, kWaitMs));
    EXPECT_EQ(bench->session.survey()->map->summary.name, "next") << trouble.toStdString();
    bench->training.openMap(folder / "nowhere.bin");
    ASSERT_TRUE(QTest::qWaitFor([this] { return !trouble.isEmpty(); }, kWaitMs));
    EXPECT_TRUE(trouble.contains(QStringLiteral("nowhere.bin"))) << trouble.toStdString();
}

TEST_F(SessionControllerTest, EverythingIsBackAfterClosingAndOpening)
{
    ASSERT_TRUE(importSurvey());
    ASSERT_TRUE(train(smallMap()));
    const auto prototypes = bench->session.survey()->map->som.prototypes;
    bench->session.selection().select({2, 3, 9});
    bench->session.selection().setCurrentSource(3);
    bench->session.selection().setCurrentNeuron(4);
    bench->session.journal().setLabel(QStringLiteral("bent"), {2, 9}, true);
    bench->session.setLabelNames({QStringLiteral("mine"), QStringLiteral("yours")});
    bench->session.rememberWindow(R"({"tab":2})");
    QByteArray window;
    reopen();
    QObject::connect(&bench->session, &SessionController::windowRecalled, &bench->session,
                     [&](const QByteArray &json) { window = json; });
    ASSERT_TRUE(waitForMap()) << trouble.toStdString();
    EXPECT_EQ(bench->session.survey()->map->som.prototypes, prototypes);
    EXPECT_EQ(bench->session.selection().selected(), (Sources{2, 3, 9}));
    EXPECT_EQ(bench->session.selection().currentSource(), 3U);
    EXPECT_EQ(bench->session.selection().currentNeuron(), 4U);
    EXPECT_EQ(bench->session.labels().labels()->sources(QStringLiteral("bent")), (Sources{2, 9}));
    EXPECT_EQ(bench->session.labelNames().mid(0, 2),
              (QStringList{QStringLiteral("mine"), QStringLiteral("yours")}));
    EXPECT_EQ(window, QByteArray(R"({"tab":2})"));
    EXPECT_TRUE(bench->session.journal().stack().canUndo());
}

TEST_F(SessionControllerTest, AWindowThatFillsItselfDoesNotForgetHowItWasLeft)
{
    ASSERT_TRUE(importSurvey());
    ASSERT_TRUE(train(smallMap()));
    bench->session.rememberWindow(R"({"tab":2})");
    for (int opening = 0; opening < 2; ++opening)
    {
        reopen();
        std::optional<QByteArray> window;
        SessionController &session = bench->session;
        // As a view does whose look changes by what it is given.
        const auto filling = QObject::connect(&session, &SessionController::surveyChanged, &session,
                                              [&session] { session.rememberWindow(R"({"tab":0})"); });
        QObject::connect(&session, &SessionController::windowRecalled, &session,
                         [&window, &filling](const QByteArray &json) {
                             window = json;
                             QObject::disconnect(filling);
                         });
        ASSERT_TRUE(QTest::qWaitFor([&window] { return window.has_value(); }, kWaitMs))
            << trouble.toStdString();
        EXPECT_EQ(*window, QByteArray(R"({"tab":2})")) << "opening " << opening;
    }
}

TEST_F(SessionControllerTest, ARemovedCacheIsMadeAgainOnOpening)
{
    ASSERT_TRUE(importSurvey());
    const auto cache = bench->session.session()->cacheFolder().value();
    bench.reset();
    std::filesystem::remove_all(cache);
    reopen();
    ASSERT_TRUE(QTest::qWaitFor([this] { return bench->session.survey() != nullptr; }, kWaitMs));
    EXPECT_TRUE(bench->session.survey()->samples) << trouble.toStdString();
}

TEST_F(SessionControllerTest, MissingOriginalsAreSaidAndTheRestOpens)
{
    ASSERT_TRUE(importSurvey());
    const auto cache = bench->session.session()->cacheFolder().value();
    bench.reset();
    std::filesystem::remove_all(cache);
    std::filesystem::remove_all(folder / "images");
    reopen();
    ASSERT_TRUE(QTest::qWaitFor([this] { return bench->session.survey() != nullptr; }, kWaitMs));
    EXPECT_FALSE(bench->session.survey()->samples);
    EXPECT_TRUE(trouble.contains(QStringLiteral("images"))) << trouble.toStdString();
}

TEST_F(SessionControllerTest, AStoppedTrainingIsKeptAndResumed)
{
    ASSERT_TRUE(importSurvey());
    constexpr std::size_t kManyEpochs = 2000;
    std::size_t epochsSeen = 0;
    QObject::connect(
        &bench->training, &TrainingController::snapshotArrived, &bench->training,
        [&](const som::TrainingSnapshot &snapshot) { epochsSeen = snapshot.som->history.size(); });
    som::TrainingParams params = smallMap(kManyEpochs);
    params.sigmaEnd = 0.6;
    bench->training.train(QStringLiteral("map"), params);
    ASSERT_TRUE(QTest::qWaitFor([&] { return epochsSeen >= 2; }, kWaitMs));
    bench->training.pause();
    EXPECT_TRUE(bench->training.isPaused());
    bench->training.unpause();
    bench->training.stopAndKeep();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !bench->training.isTraining(); }, kWaitMs));
    ASSERT_TRUE(hasMap()) << trouble.toStdString();
    const session::ModelSummary stopped = bench->session.survey()->map->summary;
    EXPECT_FALSE(stopped.isComplete);
    EXPECT_LT(stopped.history.size(), kManyEpochs);
    bench->training.resumeTraining(stopped);
    ASSERT_TRUE(QTest::qWaitFor([&] { return epochsSeen > stopped.history.size(); }, kWaitMs));
    bench->training.pause(); // and stopped without going on
    bench->training.stopAndKeep();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !bench->training.isTraining(); }, kWaitMs));
    EXPECT_GT(bench->session.survey()->map->summary.history.size(), stopped.history.size());
}

TEST_F(SessionControllerTest, ClosingWhileTrainingKeepsTheMapReached)
{
    ASSERT_TRUE(importSurvey());
    bool hasEpoch = false;
    QObject::connect(
        &bench->training, &TrainingController::snapshotArrived, &bench->training,
        [&](const som::TrainingSnapshot &snapshot) { hasEpoch = !snapshot.som->history.empty(); });
    bench->training.train(QStringLiteral("map"), smallMap(2000));
    ASSERT_TRUE(QTest::qWaitFor([&] { return hasEpoch; }, kWaitMs));
    reopen();
    ASSERT_TRUE(waitForMap()) << trouble.toStdString();
    EXPECT_FALSE(bench->session.survey()->map->summary.isComplete);
}

TEST_F(SessionControllerTest, ClosingWhileImportingLeavesNoCollection)
{
    const auto request = test::writeSmallSurvey(folder / "images");
    bench->session.importImages(request, path());
    bench.reset();
    const auto session = session::Session::openOrCreate(path()).value();
    EXPECT_LE(session->collections().value().size(), 1U);
    const auto collections = session->collections().value();
    for (const auto &collection : collections)
        EXPECT_EQ(collection.sourceCount, test::kSmallSurveyCount) << "whole, or not at all";
}

TEST_F(SessionControllerTest, TheNewestQuestionIsAnswered)
{
    ASSERT_TRUE(importSurvey());
    ASSERT_TRUE(train(smallMap()));
    QStringList titles;
    std::vector<search::Neighbour> nearest;
    QObject::connect(&bench->queries, &QueryController::nearestFound, &bench->queries,
                     [&](const QString &title, const std::vector<search::Neighbour> &sources) {
                         titles.append(title);
                         nearest = sources;
                     });
    bench->queries.findNearestToPrototype(0, 5);
    bench->queries.findNearestToPrototype(1, 5);
    bench->queries.findNearestToSource(7, 5);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !titles.isEmpty(); }, kWaitMs));
    QTest::qWait(50);
    EXPECT_EQ(titles.size(), 1) << titles.join(QLatin1Char('|')).toStdString();
    ASSERT_EQ(nearest.size(), 5U);
    EXPECT_EQ(nearest[0].source, 7U) << "a source is nearest to itself";
}

TEST_F(SessionControllerTest, AnOriginalIsReadOrItsLossIsSaid)
{
    ASSERT_TRUE(importSurvey());
    QSignalSpy read(&bench->queries, &QueryController::originalRead);
    bench->queries.readOriginal(3);
    ASSERT_TRUE(read.wait(kWaitMs));
    std::filesystem::remove_all(folder / "images");
    QSignalSpy failed(&bench->queries, &QueryController::originalFailed);
    bench->queries.readOriginal(4);
    ASSERT_TRUE(failed.wait(kWaitMs));
}

TEST_F(SessionControllerTest, AnExportIsWrittenOrItsFailureIsSaid)
{
    ASSERT_TRUE(importSurvey());
    bench->exports.exportFurthest(3, folder / "early.csv");
    EXPECT_FALSE(std::filesystem::exists(folder / "early.csv"));
    ASSERT_TRUE(train(smallMap()));
    QSignalSpy exported(&bench->exports, &ExportController::exported);
    bench->exports.exportFurthest(3, folder / "furthest.csv");
    ASSERT_TRUE(exported.wait(kWaitMs));
    EXPECT_TRUE(std::filesystem::exists(folder / "furthest.csv"));
    QSignalSpy troubled(&bench->exports, &ExportController::troubled);
    bench->exports.exportSources({1, 2}, folder / "no folder" / "x.csv");
    ASSERT_TRUE(troubled.wait(kWaitMs));
}

} // namespace
} // namespace somnium::ui
