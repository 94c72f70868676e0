// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/source_finder.h"

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

data::Collection threeSources()
{
    data::Collection collection;
    for (const auto &[id, ra, dec] :
         {std::tuple("J1041-0917", 160.45, -9.28), {"J1041-09", 10.0, 20.0}, {"NGC 1265", 49.6, 41.9}})
    {
        data::Source source;
        source.id = id;
        source.raDeg = ra;
        source.decDeg = dec;
        collection.sources.push_back(source);
    }
    return collection;
}

TEST(SourceFinder, AnExactNameGoesBeforeABeginning)
{
    const data::Collection collection = threeSources();
    EXPECT_EQ(findSource(collection, QStringLiteral("j1041-09")), 1U);
    EXPECT_EQ(findSource(collection, QStringLiteral("J10")), 0U);
    EXPECT_EQ(findSource(collection, QStringLiteral(" 1265 ")), 2U);
}

TEST(SourceFinder, APositionFindsTheNearestSource)
{
    const data::Collection collection = threeSources();
    EXPECT_EQ(findSource(collection, QStringLiteral("03:18:00 +41:50:00")), 2U);
    EXPECT_EQ(findSource(collection, QStringLiteral("160.40 -9.20")), 0U);
}

TEST(SourceFinder, NothingIsFoundForNonsenseOrInNothing)
{
    EXPECT_FALSE(findSource(threeSources(), QStringLiteral("Andromeda")));
    EXPECT_FALSE(findSource(threeSources(), QString()));
    EXPECT_FALSE(findSource({}, QStringLiteral("J1041-09")));
    data::Collection unplaced;
    unplaced.sources.resize(1);
    unplaced.sources[0].id = "a";
    EXPECT_FALSE(findSource(unplaced, QStringLiteral("10 20")));
}

} // namespace
} // namespace somnium::ui
