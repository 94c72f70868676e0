// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/export.h"

#include <algorithm>
#include <stop_token>

#include <gmock/gmock.h>

#include "core/base/platform.h"
#include "core/io/fits_writer.h"
#include "core/io/pink.h"
#include "core/io/pink_writer.h"
#include "core/io/table.h"
#include "core/search/outliers.h"
#include "core/som/mapper.h"
#include "core/workflow/originals.h"
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

std::vector<float> pixelsOf(const data::Samples &samples)
{
    std::vector<float> values;
    for (std::size_t i = 0; i < samples.count(); ++i)
    {
        const std::span<const float> pixels = samples.sample(i).pixels();
        values.insert(values.end(), pixels.begin(), pixels.end());
    }
    return values;
}

/// Names in a folder, ascending.
std::vector<std::string> filesIn(const std::filesystem::path &folder)
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

/// A job that is stopped as soon as it has got somewhere.
struct StoppedJob
{
    std::stop_source source;
    std::size_t reports = 0;
    JobContext context;

    StoppedJob()
    {
        context.stop = source.get_token();
        context.onProgress = [this](const Progress &) {
            ++reports;
            source.request_stop();
        };
    }
    StoppedJob(const StoppedJob &) = delete;
    StoppedJob &operator=(const StoppedJob &) = delete;
};

/// A survey of samples so large that they are written in several blocks.
struct LargeSurvey : test::SmallSurvey
{
    session::CollectionId collection{};
    std::shared_ptr<const data::Samples> samples;
    std::filesystem::path out = folder / "out";

    LargeSurvey()
    {
        workflow::ImportRequest large = request();
        large.recipe = prepare::radioRecipe(120);
        large.recipe.steps.front().as<prepare::Cutout>()->pad = true; // the originals are smaller
        const auto imported = importImages(*session, large, {});
        EXPECT_TRUE(imported) << imported.error().message;
        collection = imported->collection;
        samples = session->samples(collection).value();
        std::filesystem::create_directory(out);
    }
};

TEST(ExportImages, InBlocksMakesTheFileOfAllPixelsAtOnce)
{
    const LargeSurvey survey;
    std::vector<Progress> reports;
    JobContext context;
    context.onProgress = [&reports](const Progress &progress) { reports.push_back(progress); };
    const std::vector<float> pixels = pixelsOf(*survey.samples);
    for (const auto version : {io::PinkVersion::One, io::PinkVersion::Two})
    {
        PinkOptions pink;
        pink.version = version;
        ASSERT_TRUE(exportImages(*survey.session, survey.collection, ExportFormat::Pink,
                                 survey.out / "images.bin", context, pink));
        ASSERT_TRUE(io::writePink(survey.out / "whole.bin",
                                  io::PinkImages{kSurveyCount, survey.samples->shape(), pixels}, version));
        EXPECT_EQ(bytesOf(survey.out / "images.bin"), bytesOf(survey.out / "whole.bin"));
    }
    reports.clear();
    ASSERT_TRUE(exportImages(*survey.session, survey.collection, ExportFormat::Fits,
                             survey.out / "images.fits", context));
    EXPECT_GT(reports.size(), 1U);
    EXPECT_EQ(reports.back(), (Progress{kSurveyCount, kSurveyCount, "writing images"}));
    io::FitsHeader header;
    header.extensionName = "SAMPLES";
    header.history = {"Recipe: " +
                      prepare::describe(survey.session->collectionSummary(survey.collection)->recipe)};
    EXPECT_EQ(bytesOf(survey.out / "images.fits"),
              io::fitsBytes({io::FitsImageHdu{pixels, {120, 120, kSurveyCount}, header}}));
}

TEST(ExportImages, StoppedInTheMiddleLeavesNoFile)
{
    const LargeSurvey survey;
    for (const auto format : {ExportFormat::Fits, ExportFormat::Pink})
    {
        StoppedJob job;
        const auto written =
            exportImages(*survey.session, survey.collection, format, survey.out / "images.fits", job.context);
        ASSERT_FALSE(written);
        EXPECT_EQ(written.error().kind, ErrorKind::Cancelled);
        EXPECT_EQ(job.reports, 1U) << "it had begun";
        EXPECT_THAT(filesIn(survey.out), ::testing::IsEmpty());
    }
}

TEST(ExportMapping, InFitsHoldsOurDistances)
{
    const TrainedSurvey survey;
    const auto path = survey.folder / "mapping.fits";
    const auto written =
        exportMapping(*survey.session, survey.map.model, ExportFormat::Fits, path, *survey.backend, {});
    ASSERT_TRUE(written) << written.error().message;
    const auto samples = survey.session->samples(survey.collection).value();
    const auto full = som::mapSamplesFully(survey.map.som, *samples, *survey.backend, {}).value();
    const auto image = readOriginal(data::SourceOrigin{path.string(), {}, 1, 0});
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->shape(), (data::ImageShape{1, kSurveyCount, 12}));
    EXPECT_TRUE(std::equal(full.distance.begin(), full.distance.end(), image->pixels().begin(),
                           image->pixels().end()));
}

TEST(ExportMapping, StoppedLeavesNoFile)
{
    const TrainedSurvey survey;
    const auto out = survey.folder / "out";
    std::filesystem::create_directory(out);
    JobContext stopped;
    std::stop_source source;
    stopped.stop = source.get_token();
    source.request_stop();
    for (const auto format : {ExportFormat::Fits, ExportFormat::Pink})
        EXPECT_EQ(exportMapping(*survey.session, survey.map.model, format, out / "mapping.bin",
                                *survey.backend, stopped)
                      .error()
                      .kind,
                  ErrorKind::Cancelled);
    // And with some sources in the files already.
    std::vector<float> many;
    const auto samples = survey.session->samples(survey.collection).value();
    for (std::size_t repeat = 0; repeat < 4; ++repeat)
    {
        const std::vector<float> pixels = pixelsOf(*samples);
        many.insert(many.end(), pixels.begin(), pixels.end());
    }
    StoppedJob job;
    const auto written = writePinkMapping(survey.map.som, data::MemorySamples(samples->shape(), many),
                                          out / "mapping.bin", {}, job.context);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(job.reports, 1U) << "it had begun";
    EXPECT_THAT(filesIn(out), ::testing::IsEmpty());
}

} // namespace
} // namespace somnium::workflow
