// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/undo_journal.h"

#include <QTest>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/ui/support/idle_backend.h"
#include "tests/ui/support/small_survey.h"
#include "ui/jobs/job_runner.h"

namespace somnium::ui
{
namespace
{

using Sources = std::vector<std::size_t>;

constexpr int kWaitMs = 10000;
constexpr std::size_t kCount = test::kSmallSurveyCount;
const auto kBent = QStringLiteral("bent");

/// Selection, labels and journal of one collection, as a window has them.
struct Desk
{
    Desk(const std::shared_ptr<session::Session> &session, session::CollectionId collection)
    {
        selection.reset(kCount, 0);
        labels.reset(session, collection, session->labels(collection).value());
        marks.reset(session, collection, session->annotations().marks(collection).value());
        journal.reset(session, collection, session->journal(collection).value(), kCount);
    }
    ~Desk()
    {
        journal.flush();
        runner.shutDown();
    }

    JobRunner runner{test::idleBackend};
    SelectionModel selection;
    LabelBook labels{runner};
    MarkBook marks{runner};
    UndoJournal journal{selection, labels, marks, runner};
};

class UndoJournalTest : public testing::Test
{
protected:
    UndoJournalTest()
    {
        const auto request = test::writeSmallSurvey(folder.path());
        session = session::Session::create(folder / "s.somnium").value();
        collection = workflow::importImages(*session, request, {}).value().collection;
        desk = std::make_unique<Desk>(session, collection);
    }

    void reopen()
    {
        desk.reset();
        desk = std::make_unique<Desk>(session, collection);
    }

    [[nodiscard]] bool waitForLabels(const Sources &wanted)
    {
        return QTest::qWaitFor([&] { return desk->labels.labels()->sources(kBent) == wanted; }, kWaitMs);
    }

    test::TemporaryFolder folder;
    std::shared_ptr<session::Session> session;
    session::CollectionId collection{};
    std::unique_ptr<Desk> desk;
};

TEST_F(UndoJournalTest, UndoTakesAwayOnlyWhatTheStepPut)
{
    desk->journal.setLabel(kBent, {1}, true);
    ASSERT_TRUE(waitForLabels({1}));
    desk->journal.setLabel(kBent, {1, 2, 3}, true);
    ASSERT_TRUE(waitForLabels({1, 2, 3}));
    desk->journal.stack().undo();
    EXPECT_TRUE(waitForLabels({1}));
    desk->journal.stack().redo();
    EXPECT_TRUE(waitForLabels({1, 2, 3}));
}

TEST_F(UndoJournalTest, ToggleTakesALabelOffWhereAllCarryIt)
{
    desk->journal.toggleLabel(kBent, {1, 2});
    ASSERT_TRUE(waitForLabels({1, 2}));
    desk->journal.toggleLabel(kBent, {2, 3});
    ASSERT_TRUE(waitForLabels({1, 2, 3}));
    desk->journal.toggleLabel(kBent, {2, 3});
    EXPECT_TRUE(waitForLabels({1}));
}

TEST_F(UndoJournalTest, UndoBringsBackWhereALabelCameFrom)
{
    using session::LabelOrigin;
    desk->journal.setLabel(kBent, {1, 2}, true, LabelOrigin::Prototype);
    desk->journal.setLabel(kBent, {2, 3}, true);
    ASSERT_TRUE(waitForLabels({1, 2, 3}));
    const std::vector<session::Label> before = {
        {1, "bent", LabelOrigin::Prototype}, {2, "bent", LabelOrigin::Prototype}, {3, "bent"}};
    EXPECT_EQ(session->labels(collection).value(), before);
    desk->journal.setLabel(kBent, {1, 2, 3}, false);
    ASSERT_TRUE(waitForLabels({}));
    EXPECT_TRUE(desk->journal.stack().undoText().contains(QStringLiteral("3"))) << "one step, three sources";
    reopen();
    desk->journal.stack().undo();
    ASSERT_TRUE(waitForLabels({1, 2, 3}));
    EXPECT_EQ(session->labels(collection).value(), before);
}

TEST_F(UndoJournalTest, MarksAreUndoneAlsoAfterReopening)
{
    using session::Mark;
    using session::Verdict;
    const auto waitFor = [this](const std::vector<Mark> &wanted) {
        return QTest::qWaitFor(
            [&] {
                std::vector<Mark> shown;
                for (const auto &[source, mark] : *desk->marks.marks())
                    shown.push_back(mark);
                return shown == wanted;
            },
            kWaitMs);
    };
    const Mark interesting{4, Verdict::Interesting, std::nullopt};
    const Mark boring{4, Verdict::Boring, 1};
    desk->journal.setMarks({interesting});
    EXPECT_TRUE(desk->marks.isMarked(4)) << "at once, for whoever moves on to the next";
    ASSERT_TRUE(waitFor({interesting}));
    desk->journal.setMarks({interesting});
    EXPECT_EQ(desk->journal.stack().count(), 1) << "it was so already";
    desk->journal.setMarks({boring});
    ASSERT_TRUE(waitFor({boring}));
    EXPECT_EQ(session->annotations().marks(collection).value(), std::vector<Mark>{boring});
    reopen();
    desk->journal.stack().undo();
    ASSERT_TRUE(waitFor({interesting}));
    desk->journal.stack().undo();
    ASSERT_TRUE(waitFor({}));
    desk->journal.stack().redo();
    ASSERT_TRUE(waitFor({interesting}));
    desk->journal.setMarks({{4, Verdict::None, std::nullopt}});
    ASSERT_TRUE(waitFor({}));
}

TEST_F(UndoJournalTest, ClearingIsOneStep)
{
    desk->journal.setLabel(kBent, {1, 2}, true);
    desk->journal.setLabel(QStringLiteral("ring"), {2}, true);
    desk->journal.clearLabels({1, 2});
    ASSERT_TRUE(QTest::qWaitFor([&] { return session->labels(collection).value().empty(); }, kWaitMs));
    desk->journal.stack().undo();
    EXPECT_TRUE(QTest::qWaitFor([&] { return session->labels(collection).value().size() == 3; }, kWaitMs));
}

TEST_F(UndoJournalTest, SelectionsAreUndoneToo)
{
    desk->selection.select({1, 2});
    QTest::qWait(600); // another gesture
    desk->selection.select({5}, SelectionMode::Add);
    desk->journal.stack().undo();
    EXPECT_EQ(desk->selection.selected(), (Sources{1, 2}));
    desk->journal.stack().undo();
    EXPECT_TRUE(desk->selection.selected().empty());
    desk->journal.stack().redo();
    EXPECT_EQ(desk->selection.selected(), (Sources{1, 2}));
}

TEST_F(UndoJournalTest, ChangesWithinAMomentAreOneStep)
{
    for (std::size_t i = 0; i < 10; ++i)
        desk->selection.select({i});
    EXPECT_EQ(desk->journal.stack().count(), 1);
    desk->journal.stack().undo();
    EXPECT_TRUE(desk->selection.selected().empty());
}

TEST_F(UndoJournalTest, StepsSurviveClosingAndOpening)
{
    desk->journal.setLabel(kBent, {1, 2}, true);
    ASSERT_TRUE(waitForLabels({1, 2}));
    desk->journal.setLabel(kBent, {7}, true);
    ASSERT_TRUE(waitForLabels({1, 2, 7}));
    desk->journal.stack().undo();
    ASSERT_TRUE(waitForLabels({1, 2}));
    reopen();
    EXPECT_EQ(desk->labels.labels()->sources(kBent), (Sources{1, 2})) << "opening must change nothing";
    EXPECT_EQ(desk->journal.stack().count(), 2);
    EXPECT_EQ(desk->journal.stack().index(), 1);
    desk->journal.stack().redo();
    EXPECT_TRUE(waitForLabels({1, 2, 7}));
    desk->journal.stack().undo();
    desk->journal.stack().undo();
    EXPECT_TRUE(waitForLabels({}));
}

TEST_F(UndoJournalTest, AStepThatCannotBeReadEndsTheList)
{
    desk.reset();
    const std::string good = toJson(LabelStep{{{kBent, {1}, true}}});
    ASSERT_TRUE(session->saveJournal(collection, {{good, "nonsense", good, good}, 3}));
    desk = std::make_unique<Desk>(session, collection);
    EXPECT_EQ(desk->journal.stack().count(), 2);
    EXPECT_EQ(desk->journal.stack().index(), 1);
}

} // namespace
} // namespace somnium::ui
