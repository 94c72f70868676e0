// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "tests/core/session/random_session.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

struct Opened
{
    test::TemporaryFolder folder;
    std::shared_ptr<Session> session = Session::create(folder / "s.somnium").value();
    CollectionId collection = session->addCollection(plainCollection(200), {}, {1, 4, 4}).value();

    void reopen()
    {
        const auto path = session->path();
        session.reset();
        session = Session::open(path).value();
    }
};

TEST(SessionLabels, AreASetOfPairs)
{
    test::forAll(5, [](Random &random) {
        Opened opened;
        std::set<Label> expected;
        for (int i = 0; i < 60; ++i)
        {
            std::vector<std::size_t> sources(random.below(6));
            for (std::size_t &source : sources)
                source = random.below(10);
            const std::string text = "label " + std::to_string(random.below(3)) + " \xE2\x98\x85'";
            const bool isOn = random.below(3) != 0;
            ASSERT_TRUE(opened.session->setLabel(opened.collection, sources, text, isOn));
            for (const std::size_t source : sources)
            {
                if (isOn)
                    expected.insert({source, text});
                else
                    expected.erase({source, text});
            }
        }
        opened.reopen();
        EXPECT_EQ(opened.session->labels(opened.collection).value(),
                  std::vector<Label>(expected.begin(), expected.end()));
    });
}

TEST(SessionLabels, KeepWhoPutThemAndThePersonOverrulesTheCatalogueOverrulesThePrototype)
{
    using enum LabelOrigin;
    Opened opened;
    const auto originAfter = [&opened](LabelOrigin first, LabelOrigin second) {
        EXPECT_TRUE(opened.session->setLabel(opened.collection, {1}, "x", false));
        EXPECT_TRUE(opened.session->setLabel(opened.collection, {1}, "x", true, first));
        EXPECT_TRUE(opened.session->setLabels(opened.collection, {{1, "x", second}}, true));
        const auto labels = opened.session->labels(opened.collection).value();
        return labels.size() == 1 ? labels[0].origin : Unknown;
    };
    EXPECT_EQ(originAfter(Prototype, Prototype), Prototype);
    EXPECT_EQ(originAfter(Prototype, Column), Column);
    EXPECT_EQ(originAfter(Prototype, Hand), Hand);
    EXPECT_EQ(originAfter(Column, Prototype), Column);
    EXPECT_EQ(originAfter(Column, Hand), Hand);
    EXPECT_EQ(originAfter(Hand, Prototype), Hand);
    EXPECT_EQ(originAfter(Hand, Column), Hand);
    EXPECT_EQ(originAfter(Prototype, Unknown), Prototype);
    opened.reopen();
    EXPECT_EQ(opened.session->labels(opened.collection)->at(0).origin, Prototype);
}

TEST(SessionLabels, OfSourcesThatAreNotThereAreRefusedAltogether)
{
    Opened opened;
    const auto set = opened.session->setLabel(opened.collection, {1, 200}, "x", true);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().kind, ErrorKind::InvalidArgument);
    EXPECT_NE(set.error().message.find("200"), std::string::npos);
    EXPECT_TRUE(opened.session->labels(opened.collection)->empty());
    EXPECT_FALSE(opened.session->setLabel(opened.collection, {1}, "", true));
}

TEST(SessionLabels, OfTwoThreadsAllArrive)
{
    Opened opened;
    constexpr std::size_t kEach = 60;
    const auto labelHalf = [&](std::size_t first) {
        for (std::size_t i = 0; i < kEach; ++i)
            EXPECT_TRUE(opened.session->setLabel(opened.collection, {first + i}, "seen", true));
    };
    {
        const std::jthread one([&] { labelHalf(0); });
        const std::jthread two([&] { labelHalf(kEach); });
    }
    EXPECT_EQ(opened.session->labels(opened.collection)->size(), 2 * kEach);
}

TEST(SessionLabels, OfTwoOpenSessionsAllArrive)
{
    Opened opened;
    const auto second = Session::open(opened.session->path()).value();
    const auto labelHalf = [&](Session &session, std::size_t first) {
        for (std::size_t i = 0; i < 20; ++i)
        {
            const auto set = session.setLabel(opened.collection, {first + i}, "seen", true);
            EXPECT_TRUE(set) << set.error().message;
        }
    };
    {
        const std::jthread one([&] { labelHalf(*opened.session, 0); });
        const std::jthread two([&] { labelHalf(*second, 50); });
    }
    EXPECT_EQ(opened.session->labels(opened.collection)->size(), 40U);
}

TEST(SessionSelections, AreAscendingAndReplacedByName)
{
    Opened opened;
    ASSERT_TRUE(opened.session->saveSelection(opened.collection, {"b", {5, 3, 5, 199}}));
    ASSERT_TRUE(opened.session->saveSelection(opened.collection, {"\xCE\xB1", {}}));
    ASSERT_TRUE(opened.session->saveSelection(opened.collection, {"a", {7}}));
    ASSERT_TRUE(opened.session->saveSelection(opened.collection, {"a", {8, 9}}));
    EXPECT_FALSE(opened.session->saveSelection(opened.collection, {"c", {200}}));
    opened.reopen();
    EXPECT_EQ(opened.session->selections(opened.collection).value(),
              (std::vector<Selection>{{"a", {8, 9}}, {"b", {3, 5, 199}}, {"\xCE\xB1", {}}}));
}

TEST(SessionViews, AreWhatWasSetLast)
{
    Opened opened;
    EXPECT_EQ(opened.session->view("map").value(), std::nullopt);
    ASSERT_TRUE(opened.session->setView("map", "{\"zoom\": 1}"));
    ASSERT_TRUE(opened.session->setView("map", "{\"zoom\": 2}"));
    ASSERT_TRUE(opened.session->setView("table", ""));
    opened.reopen();
    EXPECT_EQ(opened.session->view("map").value(), "{\"zoom\": 2}");
    EXPECT_EQ(opened.session->view("table").value(), "");
}

TEST(SessionJournal, IsWhatWasSavedLast)
{
    test::forAll(5, [](Random &random) {
        Opened opened;
        EXPECT_TRUE(opened.session->journal(opened.collection)->entries.empty());
        Session::Journal journal;
        for (int i = 0; i < 25; ++i)
        {
            // Undo some, then do something else: the rest is cut off, as a window's undo stack does it.
            journal.entries.resize(journal.entries.size() -
                                   std::min<std::size_t>(journal.entries.size(), random.below(3)));
            for (std::size_t more = random.below(4); more > 0; --more)
                journal.entries.push_back("{\"n\": " + std::to_string(random.below(4)) + "}");
            journal.position = random.below(static_cast<std::uint32_t>(journal.entries.size() + 1));
            ASSERT_TRUE(opened.session->saveJournal(opened.collection, journal));
            const auto found = opened.session->journal(opened.collection).value();
            EXPECT_EQ(found.entries, journal.entries);
            EXPECT_EQ(found.position, journal.position);
        }
        opened.reopen();
        EXPECT_EQ(opened.session->journal(opened.collection)->entries, journal.entries);
    });
}

TEST(SessionJournal, CannotStandBehindItsEnd)
{
    Opened opened;
    EXPECT_EQ(opened.session->saveJournal(opened.collection, {{"{}"}, 2}).error().kind,
              ErrorKind::InvalidArgument);
}

TEST(SessionNotes, GoWithTheirCollection)
{
    Opened opened;
    const CollectionId other = opened.session->addCollection(plainCollection(3), {}, {1, 4, 4}).value();
    for (const CollectionId id : {opened.collection, other})
    {
        ASSERT_TRUE(opened.session->setLabel(id, {1}, "x", true));
        ASSERT_TRUE(opened.session->saveSelection(id, {"s", {1}}));
        ASSERT_TRUE(opened.session->saveJournal(id, {{"{}"}, 1}));
    }
    ASSERT_TRUE(opened.session->removeCollection(opened.collection));
    EXPECT_EQ(opened.session->labels(other)->size(), 1U);
    EXPECT_EQ(opened.session->selections(other)->size(), 1U);
    EXPECT_EQ(opened.session->journal(other)->position, 1U);
    const CollectionId fresh = opened.session->addCollection(plainCollection(3), {}, {1, 4, 4}).value();
    EXPECT_NE(fresh, opened.collection) << "ids are not used again";
    EXPECT_TRUE(opened.session->labels(fresh)->empty());
}

} // namespace
} // namespace somnium::session
