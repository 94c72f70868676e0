// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/parameters.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

TEST(Parameters, OfEveryOperationHaveNamesOfTheirOwnAndSayWhatTheyAre)
{
    std::set<std::string_view> words;
    for (const Operation &operation : allOperations())
    {
        const OperationInfo info = infoOf(operation);
        EXPECT_TRUE(words.insert(info.word).second) << info.word;
        EXPECT_FALSE(info.label.empty() || info.help.empty()) << info.word;
        std::set<std::string_view> names = {"step", "channels", "enabled"};
        for (const Parameter &one : parametersOf(operation))
        {
            EXPECT_TRUE(names.insert(one.name).second) << info.word << ' ' << one.name;
            EXPECT_FALSE(one.label.empty() || one.help.empty()) << info.word << ' ' << one.name;
            EXPECT_EQ(one.value, one.initial);
            EXPECT_EQ(one.choices.size(), one.choiceLabels.size());
            if (const double *number = std::get_if<double>(&one.value))
            {
                EXPECT_TRUE(*number >= one.low && *number <= one.high) << info.word << ' ' << one.name;
            }
        }
    }
    EXPECT_EQ(words.size(), std::variant_size_v<Operation>);
}

TEST(Parameters, AreSetByName)
{
    test::forAll(200, [](Random &random) {
        const Step step = randomStep(random);
        Operation other = allOperations()[step.operation.index()];
        for (const Parameter &one : parametersOf(step.operation))
            ASSERT_TRUE(setParameter(other, one.name, one.value)) << one.name;
        EXPECT_EQ(other, step.operation);
    });
}

TEST(Parameters, RefuseValuesOfAnotherKind)
{
    Operation stretch = Stretch{};
    EXPECT_NE(setParameter(stretch, "curve", std::string("exp")).error().message.find("one of \"sqrt\""),
              std::string::npos);
    EXPECT_FALSE(setParameter(stretch, "curve", 1.0));
    EXPECT_FALSE(setParameter(stretch, "softening", true));
    EXPECT_FALSE(setParameter(stretch, "soft", 1.0));
    EXPECT_EQ(stretch, Operation(Stretch{}));
    Operation cutout = Cutout{};
    EXPECT_FALSE(setParameter(cutout, "side", std::int64_t{-4}));
    EXPECT_FALSE(setParameter(cutout, "side", 4.0));
    EXPECT_TRUE(setParameter(cutout, "side", std::int64_t{4}));
    EXPECT_EQ(std::get<Cutout>(cutout).side, 4U);
}

TEST(Parameters, TellWhichHaveNoEffectAsTheOthersAre)
{
    const auto isRelevant = [](const Operation &operation, std::string_view name) {
        for (const Parameter &one : parametersOf(operation))
            if (one.name == name)
                return one.isRelevant;
        ADD_FAILURE() << name;
        return false;
    };
    EXPECT_FALSE(isRelevant(Normalise{}, "percentile"));
    EXPECT_TRUE(isRelevant(Normalise{.to = Normalise::To::Percentile}, "percentile"));
    EXPECT_TRUE(isRelevant(Stretch{.curve = Stretch::Curve::Asinh}, "softening"));
    EXPECT_FALSE(isRelevant(Stretch{.curve = Stretch::Curve::Asinh}, "scale"));
}

} // namespace
} // namespace somnium::prepare
