// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/session/database.h"
#include "core/session/sources_codec.h"
#include "tests/core/session/random_session.h"
#include "tests/support/property.h"

namespace somnium::session
{
namespace
{

TEST(OriginalPaths, AreRelativeInBelowAndBesideTheFolder)
{
    const OriginalPaths paths("/home/anna/project");
    EXPECT_EQ(paths.toStored("/home/anna/project/a.fits"), "ra.fits");
    EXPECT_EQ(paths.toStored("/home/anna/project/deep/er/a.fits"), "rdeep/er/a.fits");
    EXPECT_EQ(paths.toStored("/home/anna/survey/a.fits"), "r../survey/a.fits");
    EXPECT_EQ(paths.toStored("/data/survey/a.fits"), "a/data/survey/a.fits");
    EXPECT_EQ(paths.toStored("/home/bert/a.fits"), "a/home/bert/a.fits");
}

TEST(OriginalPaths, OfASessionInATopFolderAreRelativeOnlyBelowIt)
{
    const OriginalPaths paths("/data");
    EXPECT_EQ(paths.toStored("/data/a.fits"), "ra.fits");
    EXPECT_EQ(paths.toStored("/home/a.fits"), "a/home/a.fits");
}

TEST(OriginalPaths, ComeBackExactly)
{
    const OriginalPaths paths("/home/anna/project");
    for (const std::string file :
         {"/home/anna/project/a.fits", "/home/anna/x/b.fits", "/c.fits", "", "relative/d.fits",
          "/home/anna/../e.fits", "/home/anna/project/./f.fits", "/home/anna/project//g.fits",
          "/home/anna/project", "/home/anna/\xC3\xA9t\xC3\xA9/h.fits"})
        EXPECT_EQ(paths.fromStored(paths.toStored(file)), file);
}

TEST(OriginalPaths, MoveWithTheSession)
{
    const std::string stored = OriginalPaths("/home/anna/project").toStored("/home/anna/survey/a.fits");
    EXPECT_EQ(OriginalPaths("/media/disk/project").fromStored(stored), "/media/disk/survey/a.fits");
}

TEST(SourcesCodec, ReadsBackWhatWasWritten)
{
    const OriginalPaths paths("/survey 1");
    test::forAll(100, [&](Random &random) {
        std::vector<data::Source> sources;
        for (std::size_t i = random.below(40); i > 0; --i)
            sources.push_back(randomSource(random, i));
        std::vector<data::Source> found;
        decodeSources(encodeSources(sources, paths), sources.size(), paths, found);
        ASSERT_EQ(found.size(), sources.size());
        for (std::size_t i = 0; i < sources.size(); ++i)
            EXPECT_TRUE(isSame(found[i], sources[i])) << sources[i].id;
    });
}

TEST(SourcesCodec, StoresHeadersInLittleRoom)
{
    std::vector<data::Source> sources(1000);
    for (std::size_t i = 0; i < sources.size(); ++i)
    {
        std::string cards;
        for (std::size_t card = 0; card < 20; ++card)
        {
            cards += "KEY" + std::to_string(card) + "   = " + std::to_string(card == 0 ? i : 0);
            cards.resize(80 * (card + 1), ' ');
        }
        sources[i].wcsCards = cards;
    }
    EXPECT_LT(encodeSources(sources, OriginalPaths("/")).size(), sources.size() * 140);
}

TEST(SourcesCodec, OfAnotherCountFails)
{
    const OriginalPaths paths("/");
    const auto blob = encodeSources(std::vector<data::Source>(3), paths);
    std::vector<data::Source> sources;
    EXPECT_THROW(decodeSources(blob, 4, paths, sources), Failed);
}

TEST(ColumnCodec, ReadsBackEveryType)
{
    test::forAll(100, [](Random &random) {
        const data::Catalogue catalogue = randomCatalogue(random, random.below(30));
        for (const data::Column &column : catalogue.columns())
        {
            ColumnHead head = columnFromJson(columnToJson(column));
            decodeRows(encodeRows(column, 0, catalogue.rowCount()), catalogue.rowCount(), head.hasNulls,
                       head.column);
            EXPECT_EQ(head.column, column);
        }
    });
}

} // namespace
} // namespace somnium::session
