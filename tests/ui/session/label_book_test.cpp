// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/label_book.h"

#include <QSignalSpy>
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

constexpr int kWaitMs = 10000;

class LabelBookTest : public testing::Test
{
protected:
    LabelBookTest()
    {
        const auto request = test::writeSmallSurvey(folder.path());
        session = session::Session::create(folder / "s.somnium").value();
        collection = workflow::importImages(*session, request, {}).value().collection;
        book.reset(session, collection, {});
    }

    void write(const LabelChange &change)
    {
        QSignalSpy changed(&book, &LabelBook::labelsChanged);
        book.write({change});
        ASSERT_TRUE(changed.wait(kWaitMs));
    }

    test::TemporaryFolder folder;
    std::shared_ptr<session::Session> session;
    session::CollectionId collection{};
    JobRunner runner{test::idleBackend};
    LabelBook book{runner};
};

TEST_F(LabelBookTest, ALabelIsShownOnceItIsOnDisk)
{
    book.write({{QStringLiteral("bent"), {3, 5}, true}});
    EXPECT_TRUE(book.labels()->isEmpty()) << "not on disk yet";
    QSignalSpy changed(&book, &LabelBook::labelsChanged);
    ASSERT_TRUE(changed.wait(kWaitMs));
    EXPECT_EQ(book.labels()->sources(QStringLiteral("bent")), (std::vector<std::size_t>{3, 5}));
    EXPECT_EQ(session->labels(collection).value(), (std::vector<session::Label>{{3, "bent"}, {5, "bent"}}));
}

TEST_F(LabelBookTest, ChangesCountWhatIsStillBeingWritten)
{
    const auto bent = QStringLiteral("bent");
    using Changes = std::vector<LabelChange>;
    EXPECT_EQ(book.changesFor(bent, {1, 2, 3}, true), (Changes{{bent, {1, 2, 3}, true}}));
    book.write({{bent, {2}, true}});
    EXPECT_EQ(book.changesFor(bent, {1, 2, 3}, true), (Changes{{bent, {1, 3}, true}}));
    EXPECT_EQ(book.changesFor(bent, {1, 2, 3}, false), (Changes{{bent, {2}, false}}));
    EXPECT_TRUE(book.changesFor(bent, {2}, true).empty());
    const auto clearing = book.clearingOf({1, 2});
    ASSERT_EQ(clearing.size(), 1U);
    EXPECT_EQ(clearing[0], (LabelChange{bent, {2}, false}));
}

TEST_F(LabelBookTest, WhatCarriesNoLabelIsUnlabelled)
{
    write({QStringLiteral("bent"), {0, 2}, true});
    EXPECT_EQ(book.unlabelled(4), (std::vector<std::size_t>{1, 3}));
    write({QStringLiteral("bent"), {2}, false});
    EXPECT_EQ(book.unlabelled(4), (std::vector<std::size_t>{1, 2, 3}));
}

TEST_F(LabelBookTest, WhatIsTakenOffRemembersWhereItCameFrom)
{
    using session::LabelOrigin;
    const auto bent = QStringLiteral("bent");
    write({bent, {1, 4}, true, LabelOrigin::Prototype});
    write({bent, {2}, true});
    EXPECT_FALSE(book.labels()->isGiven(1));
    EXPECT_TRUE(book.labels()->isGiven(2));
    const std::vector<LabelChange> expected = {{bent, {2}, false, LabelOrigin::Hand},
                                               {bent, {1, 4}, false, LabelOrigin::Prototype}};
    EXPECT_EQ(book.changesFor(bent, {1, 2, 3, 4}, false), expected);
    EXPECT_EQ(book.clearingOf({1, 2, 3, 4}), expected);
    const std::vector<session::Label> onDisk = {
        {1, "bent", LabelOrigin::Prototype}, {2, "bent"}, {4, "bent", LabelOrigin::Prototype}};
    EXPECT_EQ(session->labels(collection).value(), onDisk);
}

TEST_F(LabelBookTest, AFailedWriteIsSaidAndNotShown)
{
    ASSERT_TRUE(session->removeCollection(collection));
    QSignalSpy failed(&book, &LabelBook::writeFailed);
    book.write({{QStringLiteral("bent"), {1}, true}});
    ASSERT_TRUE(failed.wait(kWaitMs));
    EXPECT_TRUE(book.labels()->isEmpty());
    EXPECT_EQ(book.changesFor(QStringLiteral("bent"), {1}, true).size(), 1U) << "can be tried again";
}

TEST_F(LabelBookTest, AnAnswerForTheCollectionBeforeIsStale)
{
    book.write({{QStringLiteral("bent"), {1}, true}});
    book.reset(nullptr, {}, {});
    runner.shutDown();
    QTest::qWait(50);
    EXPECT_TRUE(book.labels()->isEmpty());
}

} // namespace
} // namespace somnium::ui
