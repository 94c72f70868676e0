// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/confusion.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace somnium::search
{
namespace
{

using Labels = std::vector<std::string>;

TEST(Confusion, HasTheTextbooksKappa)
{
    // cite: Cohen 1960's measure on 50 proposals, 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: kappa 0.4.
    Labels a;
    Labels b;
    const auto add = [&](int count, const char *one, const char *other) {
        for (int i = 0; i < count; ++i)
        {
            a.emplace_back(one);
            b.emplace_back(other);
        }
    };
    add(20, "yes", "yes");
    add(5, "yes", "no");
    add(10, "no", "yes");
    add(15, "no", "no");
    add(3, "yes", "");
    add(2, "", "no");
    add(4, "", "");
    const Confusion confusion = confusionOf(a, b).value();
    EXPECT_EQ(confusion.rows, (Labels{"no", "yes"}));
    EXPECT_EQ(confusion.count(0, 1), 10U);
    EXPECT_EQ(confusion.count(1, 0), 5U);
    EXPECT_EQ(confusion.compared, 50U);
    EXPECT_EQ(confusion.onlyFirst, 3U);
    EXPECT_EQ(confusion.onlySecond, 2U);
    EXPECT_NEAR(confusion.accuracy, 0.7, 1e-12);
    EXPECT_NEAR(confusion.kappa, 0.4, 1e-12);
    EXPECT_EQ(sourcesOfCell(a, b, "yes", "no"), (std::vector<std::size_t>{20, 21, 22, 23, 24}));
}

TEST(Confusion, OfOtherNamesForTheSameThingsIsPureWithoutAgreeing)
{
    const Labels a = {"FR I", "FR I", "FR II", "FR II"};
    const Labels b = {"100", "100", "200", "201"};
    const Confusion confusion = confusionOf(a, b).value();
    EXPECT_EQ(confusion.accuracy, 0.0);
    EXPECT_EQ(confusion.kappa, 0.0);
    EXPECT_EQ(confusion.columnPurity, 1.0);
    EXPECT_EQ(confusion.rowPurity, 0.75);
}

TEST(Confusion, OfShuffledLabelsHasAKappaNearZeroAndOfItselfOne)
{
    Random random(3);
    Labels a;
    for (int i = 0; i < 3000; ++i)
        a.push_back(random.below(3) == 0 ? "x" : "y");
    Labels b = a;
    EXPECT_EQ(confusionOf(a, b)->kappa, 1.0);
    random.shuffle(std::span(b));
    EXPECT_NEAR(confusionOf(a, b)->kappa, 0.0, 0.05);
}

TEST(Confusion, OfNothingSaysSo)
{
    EXPECT_TRUE(std::isnan(confusionOf({}, {})->accuracy));
    const Labels same = {"x", "x"};
    EXPECT_TRUE(std::isnan(confusionOf(same, same)->kappa)) << "no chance to disagree, none to agree";
    const Labels one = {"x"};
    EXPECT_EQ(confusionOf(same, one).error().kind, ErrorKind::Mismatch);
}

TEST(NeuronMajority, LeavesOutTheSourceItself)
{
    som::Mapping mapping;
    mapping.best = {0, 0, 0, 1, 1, 2};
    mapping.distance.assign(6, 1.0F);
    const Labels labels = {"a", "a", "b", "c", "", "d"};
    EXPECT_EQ(neuronMajority(mapping, 3, labels), (Labels{"a", "a", "a", "", "c", ""}));
}

TEST(ConfusionCatalogue, HasARowAndAColumnForEachName)
{
    const Labels a = {"x", "y", "y"};
    const Labels b = {"p", "p", "q"};
    const data::Catalogue table = confusionCatalogue(confusionOf(a, b).value(), "people", "map");
    ASSERT_EQ(table.rowCount(), 2U);
    ASSERT_EQ(table.columns().size(), 3U);
    EXPECT_EQ(table.columns()[0].text(1), "y");
    EXPECT_EQ(table.columns()[1].name, "p");
    EXPECT_EQ(table.columns()[2].number(1), 1.0);
}

} // namespace
} // namespace somnium::search
