// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/column_labels.h"

#include <array>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Texts = std::vector<std::string>;

/// Six sources at right ascensions of 10, 11, ... degrees, with a catalogue of their own.
data::Collection sixSources()
{
    data::Collection collection;
    collection.name = "six";
    for (std::size_t i = 0; i < 6; ++i)
    {
        data::Source source;
        source.id = "source " + std::to_string(i);
        source.raDeg = 10.0 + static_cast<double>(i);
        source.decDeg = 45.0;
        collection.sources.push_back(source);
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (data::Column &column :
         std::array{data::makeColumn("peaks", std::vector<double>{1.0, 2.0, nan, -3.0, 0.5, 10.0}),
                    data::makeColumn("bent", std::vector<std::uint8_t>{1, 0, 1, 0, 0, 0}),
                    data::makeColumn("text", Texts{" FR I ", "2.00", "", "-1.0", "v1.0", "1.50"}),
                    data::makeColumn("cl", std::vector<double>{0.5, 0.6, 0.7, 0.8, nan, 1.0})})
        EXPECT_TRUE(collection.catalogue.addColumn(std::move(column)));
    return collection;
}

ColumnLabelRequest wanted(const std::string &column, std::optional<LeastValue> minimum = {})
{
    ColumnLabelRequest request;
    request.column = column;
    request.minimum = std::move(minimum);
    return request;
}

/// "0 FR I", "3 -1": sources with their labels.
Texts said(const Result<ColumnLabels> &labels)
{
    Texts texts;
    EXPECT_TRUE(labels) << labels.error().message;
    if (labels)
        for (const session::Label &label : labels->labels)
        {
            EXPECT_EQ(label.origin, session::LabelOrigin::Column);
            texts.push_back(std::to_string(label.source) + " " + label.text);
        }
    return texts;
}

TEST(ColumnLabels, AreTidyTexts)
{
    const data::Collection collection = sixSources();
    EXPECT_THAT(said(labelsFromColumn(collection, wanted("peaks"))),
                ElementsAre("0 1", "1 2", "3 -3", "4 0.5", "5 10"));
    EXPECT_THAT(said(labelsFromColumn(collection, wanted("TEXT"))),
                ElementsAre("0 FR I", "1 2", "3 -1", "4 v1.0", "5 1.50"));
    const auto bent = labelsFromColumn(collection, wanted("bent"));
    EXPECT_THAT(said(bent), ElementsAre("0 bent", "2 bent")) << "who says no has no label";
    EXPECT_EQ(bent->withoutText, 4U);
    EXPECT_THAT(said(labelsFromColumn(collection, wanted("id:3"))),
                ElementsAre("0 sou", "1 sou", "2 sou", "3 sou", "4 sou", "5 sou"));
}

TEST(ColumnLabels, AMinimumLeavesOutWhatIsBelowOrUnknown)
{
    const auto labels = labelsFromColumn(sixSources(), wanted("peaks", LeastValue{"cl", 0.6}));
    EXPECT_THAT(said(labels), ElementsAre("1 2", "3 -3", "5 10")) << "0.6 is enough";
    EXPECT_EQ(labels->belowMinimum, 2U);
    EXPECT_EQ(labels->withoutText, 1U);
    EXPECT_TRUE(labels->joinMessage.empty());
}

TEST(ColumnLabels, OfAColumnThatIsNotThereNameThoseThatAre)
{
    for (const ColumnLabelRequest &request : {wanted("colour"), wanted("peaks", LeastValue{"colour", 0.0})})
    {
        const auto labels = labelsFromColumn(sixSources(), request);
        ASSERT_FALSE(labels);
        EXPECT_EQ(labels.error().kind, ErrorKind::NotFound);
        EXPECT_THAT(labels.error().message, HasSubstr("'colour'"));
        EXPECT_THAT(labels.error().message, HasSubstr("'peaks', 'bent', 'text', 'cl'"));
    }
}

TEST(ColumnLabels, AMeasurementIsNoClass)
{
    data::Collection collection;
    std::vector<double> fluxes;
    for (std::size_t i = 0; i < 500; ++i)
    {
        collection.sources.emplace_back();
        fluxes.push_back(0.25 * static_cast<double>(i % (i < 250 ? 100 : 500)));
    }
    ASSERT_TRUE(collection.catalogue.addColumn(data::makeColumn("flux", fluxes)));
    const auto labels = labelsFromColumn(collection, wanted("flux"));
    ASSERT_FALSE(labels);
    EXPECT_EQ(labels.error().kind, ErrorKind::InvalidArgument);
    EXPECT_THAT(labels.error().message, HasSubstr("'flux'"));
}

/// As Radio Galaxy Zoo writes it: source 1 by one of its lobes, source 3 by its middle, source 4 by its name.
TEST(ColumnLabels, OfAnotherCatalogueGoToTheSourcesWhereItsComponentsLie)
{
    const test::TemporaryFolder folder;
    const auto path = folder / "zoo.csv";
    std::ofstream(path) << "catalog_id,first_id,num_cpnts,cpnts_ras,cpnts_decs,cl\n"
                        << "7,FIRSTJ000000.0+000000,2.0,11.0005;11.02,45.0;45.0,0.7\n"
                        << "8,FIRSTJ000000.0+000000,2.0,12.99;13.01,45.0;45.0,1.0\n"
                        << "9,FIRST" << sky::iauName({14.0, 45.0}) << ",1.0,,,0.65\n"
                        << "10,FIRSTJ000000.0+000000,1.0,15.1,45.0,1.0\n";
    const data::Collection collection = sixSources();
    ColumnLabelRequest request = wanted("num_cpnts");
    request.catalogue = path;
    const auto labels = labelsFromColumn(collection, request);
    EXPECT_THAT(said(labels), ElementsAre("1 2", "3 2", "4 1"));
    EXPECT_THAT(labels->joinMessage, HasSubstr("3 of 6 sources joined by position"));
    EXPECT_THAT(labels->joinMessage, HasSubstr("'cpnts_ras'"));
    EXPECT_THAT(labels->joinMessage, HasSubstr("'first_id'"));

    request.minimum = LeastValue{"cl", 0.7};
    EXPECT_THAT(said(labelsFromColumn(collection, request)), ElementsAre("1 2", "3 2"));
    request.join.radiusArcsec = 300.0;
    EXPECT_THAT(said(labelsFromColumn(collection, request)), ElementsAre("1 2", "3 2", "5 1"));
    request.join.radiusArcsec = 0.1;
    const auto none = labelsFromColumn(collection, request);
    EXPECT_THAT(said(none), ElementsAre("3 2"));
    request.join.method = sky::JoinMethod::FileName;
    EXPECT_EQ(labelsFromColumn(collection, request).error().kind, ErrorKind::Mismatch);
    request.column = "no such";
    EXPECT_EQ(labelsFromColumn(collection, request).error().kind, ErrorKind::NotFound);
    request.catalogue = folder / "gone.csv";
    EXPECT_EQ(labelsFromColumn(collection, request).error().kind, ErrorKind::NotFound);
}

} // namespace
} // namespace somnium::workflow
