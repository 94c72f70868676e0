// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/journal_format.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::ui
{
namespace
{

std::vector<std::size_t> randomSources(Random &random, std::size_t limit)
{
    std::set<std::size_t> sources;
    const std::uint32_t count = random.below(40);
    for (std::uint32_t i = 0; i < count; ++i)
        sources.insert(random.below(static_cast<std::uint32_t>(limit)));
    return {sources.begin(), sources.end()};
}

JournalStep randomStep(Random &random, std::size_t limit)
{
    if (random.below(2) == 0)
        return SelectionStep{randomSources(random, limit), randomSources(random, limit)};
    LabelStep step;
    for (const QString &text : {QStringLiteral("FR \u00e4 \"I\""), QString(), QStringLiteral("x")})
    {
        LabelChange change;
        change.text = text;
        change.sources = randomSources(random, limit);
        change.isOn = random.below(2) == 0;
        change.origin = static_cast<session::LabelOrigin>(random.below(4));
        step.changes.push_back(std::move(change));
    }
    return step;
}

TEST(JournalFormat, StepsComeBackAsTheyWere)
{
    test::forAll(200, [](Random &random) {
        constexpr std::size_t kLimit = 100;
        const JournalStep step = randomStep(random, kLimit);
        const auto read = stepFromJson(toJson(step), kLimit);
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, step);
    });
}

TEST(JournalFormat, ALabelOfAnOlderJournalWasPutByHand)
{
    const auto step =
        stepFromJson(R"({"kind":"labels","changes":[{"text":"x","on":true,"sources":[[1,2]]}]})", 9);
    ASSERT_TRUE(step);
    EXPECT_EQ(std::get<LabelStep>(*step).changes.at(0).origin, session::LabelOrigin::Hand);
    EXPECT_FALSE(stepFromJson(
        R"({"kind":"labels","changes":[{"text":"x","on":true,"sources":[[1,2]],"origin":"a dream"}]})", 9));
}

TEST(JournalFormat, MarksComeBackAsTheyWere)
{
    using session::Verdict;
    const JournalStep step = MarkStep{{{{3, Verdict::None, std::nullopt}, {3, Verdict::Interesting, 5}},
                                       {{9, Verdict::Boring, 0}, {9, Verdict::Artefact, std::nullopt}}}};
    const auto read = stepFromJson(toJson(step), 10);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, step);
    EXPECT_FALSE(stepFromJson(toJson(step), 9)) << "names a source that is not there";
    for (const char *json : {R"({"kind":"marks","changes":[{"before":[1,0],"after":[2,1]}]})",
                             R"({"kind":"marks","changes":[{"before":[1,0],"after":[1,4]}]})",
                             R"({"kind":"marks","changes":[{"before":[1,0],"after":[1,1,6]}]})",
                             R"({"kind":"marks","changes":[{"before":[1,0]}]})"})
        EXPECT_FALSE(stepFromJson(json, 10)) << json;
}

TEST(JournalFormat, ASelectionOfNeighboursIsShort)
{
    std::vector<std::size_t> all(100'000);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    EXPECT_EQ(toRuns(all).size(), 1);
    EXPECT_EQ(fromRuns(toRuns(all), all.size()), all);
    EXPECT_FALSE(fromRuns(toRuns(all), all.size() - 1)) << "reaches beyond the sources there are";
}

TEST(JournalFormat, WhatIsNoStepIsRefused)
{
    for (const char *json : {"", "[]", "null", "{}", R"({"kind":"other"})",
                             R"({"kind":"selection","before":[[5,2],[3,1]],"after":[]})",
                             R"({"kind":"selection","before":[[0,0]],"after":[]})",
                             R"({"kind":"selection","before":[[-1,2]],"after":[]})",
                             R"({"kind":"selection","before":[["a",2]],"after":[]})",
                             R"({"kind":"selection","before":[[1,9223372036854775807]],"after":[]})",
                             R"({"kind":"labels","changes":[{"on":true,"sources":[[0,1]]}]})"})
        EXPECT_FALSE(stepFromJson(json, 10)) << json;
}

} // namespace
} // namespace somnium::ui
