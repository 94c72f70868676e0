// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/export.h"

#include "core/base/platform.h"
#include "core/io/pink.h"
#include "core/io/table.h"
#include "core/search/outliers.h"
#include "tests/core/workflow/small_survey.h"

namespace somnium::workflow
{
namespace
{

using test::kSurveyCount;

/// A survey with a trained map.
struct TrainedSurvey : test::SmallSurvey
{
    std::unique_ptr<compute::Backend> backend;
    session::CollectionId collection{};
    TrainOutcome map;

    TrainedSurvey()
    {
        backend = std::move(compute::chooseBackend("cpu")->backend);
        const auto imported = importImages(*session, request(), {});
        EXPECT_TRUE(imported) << imported.error().message;
        collection = imported->collection;
        auto trained = trainMap(*session, trainRequest(collection), *backend, {});
        EXPECT_TRUE(trained) << trained.error().message;
        map = std::move(*trained);
    }
};

std::vector<std::byte> bytesOf(const std::filesystem::path &path)
{
    const auto file = MappedFile::open(path);
    EXPECT_TRUE(file) << file.error().message;
    return {file->bytes().begin(), file->bytes().end()};
}

TEST(ExportFurthest, WritesTheOutliersWithEveryColumnInEveryFormat)
{
    TrainedSurvey survey;
    ASSERT_TRUE(survey.session->setLabel(survey.collection, {1, 2, 3}, "odd", true));
    const auto ranked = search::byFallingScore(survey.map.mapping.distance);
    const auto collection = survey.session->collection(survey.collection);
    ASSERT_TRUE(collection);
    for (const std::string_view name : {"outliers.fits", "outliers.vot", "outliers.csv"})
    {
        const auto path = survey.folder / name;
        const auto written = exportFurthest({*survey.session, survey.map.model}, 10, path);
        ASSERT_TRUE(written) << written.error().message;
        EXPECT_EQ(*written, 10U);
        const auto table = io::readTable(path);
        ASSERT_TRUE(table) << table.error().message;
        ASSERT_EQ(table->rowCount(), 10U) << name;
        for (const std::string_view column : {"id", "ra", "dec", "best_x", "best_y", "distance",
                                              "percent_rank", "rotation", "flip", "labels", "file"})
            EXPECT_TRUE(table->find(column)) << name << " " << column;
        for (const data::Column &column : collection->catalogue.columns())
            EXPECT_TRUE(table->find(column.name)) << name << " " << column.name;
        const data::Column &ids = table->columns()[*table->find("id")];
        const data::Column &distances = table->columns()[*table->find("distance")];
        for (std::size_t row = 0; row < 10; ++row)
        {
            EXPECT_EQ(ids.text(row), collection->sources[ranked[row]].id);
            EXPECT_NEAR(distances.number(row), static_cast<double>(survey.map.mapping.distance[ranked[row]]),
                        1e-6);
        }
    }
}

TEST(ExportOutliers, TakesThoseBeyondTheThreshold)
{
    const TrainedSurvey survey;
    const auto threshold = static_cast<float>(search::percentile(survey.map.mapping.distance, 75.0));
    const auto written =
        exportOutliers({*survey.session, survey.map.model}, threshold, survey.folder / "o.csv");
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(*written, static_cast<std::size_t>(std::count_if(survey.map.mapping.distance.begin(),
                                                               survey.map.mapping.distance.end(),
                                                               [&](float d) { return d > threshold; })));
    EXPECT_NEAR(static_cast<double>(*written), kSurveyCount / 4.0, 1.0);
}

TEST(ExportSources, RefusesASourceThatIsNotThere)
{
    const TrainedSurvey survey;
    const auto written =
        exportSources({*survey.session, survey.map.model}, {kSurveyCount}, survey.folder / "o.csv");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::InvalidArgument);
}

TEST(ExportPink, FilesReadBackEqual)
{
    const TrainedSurvey survey;
    ASSERT_TRUE(exportImages(*survey.session, survey.collection, ExportFormat::Pink,
                             survey.folder / "images.bin", {}));
    ASSERT_TRUE(
        exportModel(*survey.session, survey.map.model, ExportFormat::Pink, survey.folder / "map.bin"));
    const auto written = exportMapping(*survey.session, survey.map.model, ExportFormat::Pink,
                                       survey.folder / "mapping.bin", *survey.backend, {});
    ASSERT_TRUE(written) << written.error().message;

    const auto images = io::readPinkImages(bytesOf(survey.folder / "images.bin"), "images.bin");
    ASSERT_TRUE(images) << images.error().message;
    const auto samples = survey.session->samples(survey.collection);
    ASSERT_TRUE(samples);
    ASSERT_EQ(images->count, (*samples)->count());
    for (std::size_t i = 0; i < images->count; ++i)
    {
        const std::span<const float> pixels = (*samples)->sample(i).pixels();
        EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(),
                               images->values.begin() + static_cast<std::ptrdiff_t>(i * pixels.size())));
    }
    const auto map = io::readPinkMap(bytesOf(survey.folder / "map.bin"), "map.bin");
    ASSERT_TRUE(map) << map.error().message;
    EXPECT_EQ(map->prototypes, survey.map.som.prototypes);
    EXPECT_EQ(map->layout, survey.map.som.layout);
    const auto mapping = io::readPinkMapping(bytesOf(survey.folder / "mapping.bin"), "mapping.bin");
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->sources, kSurveyCount);
    EXPECT_EQ(mapping->distances.size(), kSurveyCount * 12);
    const auto transforms =
        io::readPinkTransforms(bytesOf(survey.folder / "mapping.transforms.bin"), "mapping.transforms.bin");
    ASSERT_TRUE(transforms) << transforms.error().message;
    EXPECT_EQ(transforms->angleRad.size(), kSurveyCount * 12);
}

} // namespace
} // namespace somnium::workflow
