// SPDX-License-Identifier: GPL-3.0-or-later
// Real catalogues beside real images: Radio Galaxy Zoo's consensus and the LoTSS morphologies laid beside
// MiraBest and the RadioGalaxyDataset.
#include <algorithm>
#include <iostream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/table.h"
#include "core/workflow/column_labels.h"
#include "core/workflow/import.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

using ::testing::HasSubstr;

/// MiraBest in a session, every source placed by its WCS.
data::Collection importMiraBest(const std::filesystem::path &images, const test::TemporaryFolder &folder)
{
    const auto session = session::Session::create(folder / "s.somnium").value();
    ImportRequest request;
    request.paths = {images};
    request.recipe = prepare::radioRecipe(16);
    const auto imported = importImages(*session, request, {});
    EXPECT_TRUE(imported) << imported.error().message;
    return session->collection(imported.value().collection).value();
}

/// The RadioGalaxyDataset's sources without their pixels, which have no place but in the table.
data::Collection radioGalaxies(const std::filesystem::path &folder)
{
    const data::Catalogue table = io::readTable(folder / "labels.csv").value();
    data::Collection collection;
    collection.name = "RadioGalaxyDataset";
    collection.sources.resize(table.rowCount());
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
        collection.sources[i].id = "images_" + std::to_string(i);
    const auto joined = sky::joinCatalogue(collection, table);
    EXPECT_TRUE(joined) << joined.error().message;
    EXPECT_EQ(joined->method, sky::JoinMethod::RowOrder);
    EXPECT_THAT(joined->message, HasSubstr("1638 sources got their position from columns 'RA' and 'DEC'"));
    return collection;
}

ColumnLabelRequest wanted(const std::string &column, const std::filesystem::path &catalogue)
{
    ColumnLabelRequest request;
    request.column = column;
    request.catalogue = catalogue;
    return request;
}

ColumnLabels found(const data::Collection &collection, const ColumnLabelRequest &request)
{
    auto labels = labelsFromColumn(collection, request);
    EXPECT_TRUE(labels) << labels.error().message;
    if (!labels)
        return {};
    std::cout << request.column << ": " << labels->joinMessage << "\n";
    return *labels;
}

/// Label of the source whose id begins so; "" without one.
std::string labelOf(const data::Collection &collection, const ColumnLabels &labels, std::string_view id)
{
    for (const session::Label &label : labels.labels)
        if (collection.sources[label.source].id.starts_with(id))
            return label.text;
    return {};
}

std::map<std::string, std::size_t> counts(const ColumnLabels &labels)
{
    std::map<std::string, std::size_t> result;
    for (const session::Label &label : labels.labels)
        ++result[label.text];
    return result;
}

// astropy counts as many from the WCS of the files: 80 within 5 arcsec of a component or the middle (60 of a
// component alone), 157 within 20; shifted by 0.1 degree, 0 and 2.
TEST(RealLabels, RadioGalaxyZooLiesBesideMiraBest)
{
    SOMNIUM_REQUIRE_REAL_DATA(images, "radio/mirabest");
    SOMNIUM_REQUIRE_REAL_DATA(zoo, "radio/rgz_dr1_catalogue");
    const test::TemporaryFolder folder;
    const data::Collection collection = importMiraBest(images, folder);
    ASSERT_EQ(collection.sources.size(), 900U);
    ColumnLabelRequest request = wanted("num_cpnts", zoo / "full_catalogue.csv");
    const ColumnLabels near = found(collection, request);
    EXPECT_NEAR(static_cast<double>(near.labels.size()), 80.0, 1.0);
    EXPECT_THAT(near.joinMessage, HasSubstr("joined by position within 5 arcsec"));
    EXPECT_THAT(near.joinMessage, HasSubstr("'cpnts_ras' and 'cpnts_decs'"));
    // A source of one component with three peaks; a triple; a double with the host in the middle of its
    // lobes.
    EXPECT_EQ(labelOf(collection, near, "104_125.818+053.953"), "1");
    EXPECT_EQ(labelOf(collection, near, "200_146.107+052.027"), "3");
    EXPECT_EQ(labelOf(collection, near, "110_184.407+053.575"), "2");

    request.join.radiusArcsec = 20.0;
    const ColumnLabels all = found(collection, request);
    EXPECT_NEAR(static_cast<double>(all.labels.size()), 157.0, 1.0);
    request.minimum = LeastValue{"cl", 0.8};
    const ColumnLabels agreed = found(collection, request);
    EXPECT_EQ(agreed.labels.size() + agreed.belowMinimum, all.labels.size());
    EXPECT_EQ(labelOf(collection, agreed, "104_125.818+053.953"), "") << "its consensus is 0.65";
    EXPECT_EQ(labelOf(collection, agreed, "100_197.092+023.521"), "1") << "and this one's is 1";
}

TEST(RealLabels, RadioGalaxyZooLiesBesideTheRadioGalaxyDataset)
{
    SOMNIUM_REQUIRE_REAL_DATA(galaxies, "radio/radiogalaxydataset");
    SOMNIUM_REQUIRE_REAL_DATA(zoo, "radio/rgz_dr1_catalogue");
    const data::Collection collection = radioGalaxies(galaxies);
    const ColumnLabels labels = found(collection, wanted("num_cpnts", zoo / "full_catalogue.csv"));
    EXPECT_EQ(labels.labels.size(), 93U); // as astropy counts
    EXPECT_EQ(counts(labels), (std::map<std::string, std::size_t>{{"1", 39}, {"2", 31}, {"3", 23}}));
}

// Horton et al. name positions only in Source_Name and say yes or no; Mingo et al. are a FITS table.
TEST(RealLabels, LotssMorphologiesLieBesideMiraBest)
{
    SOMNIUM_REQUIRE_REAL_DATA(images, "radio/mirabest");
    SOMNIUM_REQUIRE_REAL_DATA(lotss, "radio/lotss");
    const test::TemporaryFolder folder;
    const data::Collection collection = importMiraBest(images, folder);
    ColumnLabelRequest request =
        wanted("frii", lotss / "lotss_horton2025_classes/classifications_horton_et_al_2025_filtered.csv");
    request.join.radiusArcsec = 10.0;
    const ColumnLabels horton = found(collection, request);
    EXPECT_THAT(horton.joinMessage, HasSubstr("names in column 'Source_Name' (good to 0.0"));
    EXPECT_NEAR(static_cast<double>(horton.labels.size() + horton.withoutText), 105.0, 3.0);
    EXPECT_EQ(counts(horton).size(), 1U);
    EXPECT_TRUE(counts(horton).contains("frii"));
    request.column = "FR2";
    request.catalogue = lotss / "lotss_mingo19_catalogue/Mingo19_LoMorph_Cat.fits";
    const ColumnLabels mingo = found(collection, request);
    EXPECT_NEAR(static_cast<double>(mingo.labels.size() + mingo.withoutText), 38.0, 3.0);
    EXPECT_TRUE(counts(mingo).contains("FR2"));
}

} // namespace
} // namespace somnium::workflow
