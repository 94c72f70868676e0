// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/map_file.h"

#include <gmock/gmock.h>

#include "core/io/fits_writer.h"
#include "core/som/mapper.h"
#include "core/workflow/export.h"
#include "core/workflow/import_model.h"
#include "tests/core/workflow/small_survey.h"
#include "tests/support/outside_tools.h"

namespace somnium::workflow
{
namespace
{

using ::testing::HasSubstr;

som::TrainingParams paramsOf(std::string_view layout, std::size_t rotations = 0)
{
    som::TrainingParams params;
    params.layout = som::MapLayout::parse(layout).value();
    params.rotations = rotations;
    return params;
}

class MapFiles : public ::testing::Test
{
protected:
    MapFiles()
    {
        auto imported = importImages(*m_survey.session, m_survey.request(), {});
        EXPECT_TRUE(imported) << imported.error().message;
        m_collection = imported->collection;
        m_samples = m_survey.session->samples(m_collection).value();
    }

    TrainOutcome train(const som::TrainingParams &params)
    {
        TrainRequest request = m_survey.trainRequest(m_collection);
        request.params = params;
        request.params.epochs = 3;
        return trainMap(*m_survey.session, request, *m_backend, {}).value();
    }

    /// The map of a training as a FITS file.
    std::filesystem::path exported(const TrainOutcome &trained)
    {
        const auto path = m_survey.folder / "map.fits";
        EXPECT_TRUE(exportModel(*m_survey.session, trained.model, ExportFormat::Fits, path));
        return path;
    }

    test::SmallSurvey m_survey;
    session::CollectionId m_collection{};
    std::shared_ptr<const data::SampleStore> m_samples;
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu")->backend);
};

TEST_F(MapFiles, OfOursMapToTheBitAsTheMapThatWasExported)
{
    std::vector<som::TrainingParams> cases(6);
    cases[0].layout = som::MapLayout::parse("4x3").value();
    cases[1].layout = som::MapLayout::parse("5x5 hexagonal periodic").value();
    cases[2].layout = som::MapLayout::parse("2x3x2").value();
    cases[2].useFlips = false;
    cases[2].rotations = 8;
    cases[3].layout = som::MapLayout::parse("6").value();
    cases[3].precision = compute::MatchPrecision::Fine;
    cases[4].layout = som::MapLayout::parse("3x3").value();
    cases[4].neuronSide = 21;
    cases[4].rule = som::LearningRule::Online;
    cases[5].layout = som::MapLayout::parse("3x3").value();
    cases[5].channelWeights = {0.3F};
    cases[5].precision = compute::MatchPrecision::Fast;
    for (const som::TrainingParams &params : cases)
    {
        const TrainOutcome trained = train(params);
        const auto path = exported(trained);
        const auto som = readMapFile(path, m_samples->shape());
        ASSERT_TRUE(som) << som.error().message;
        EXPECT_EQ(som->layout, trained.som.layout);
        EXPECT_EQ(som->shape, trained.som.shape);
        EXPECT_EQ(som->grid, trained.som.grid);
        EXPECT_EQ(som->prototypes, trained.som.prototypes);
        EXPECT_EQ(som->spectra, trained.som.spectra);
        const auto mapping = som::mapSamples(*som, *m_samples, *m_backend, {});
        ASSERT_TRUE(mapping) << mapping.error().message;
        EXPECT_EQ(*mapping, trained.mapping) << params.layout.toString();
        EXPECT_EQ(openMapFile(path)->recipe, m_survey.request().recipe);

        ModelImport request;
        request.file = path;
        request.collection = m_collection;
        const auto imported = importModel(*m_survey.session, request, *m_backend, {});
        ASSERT_TRUE(imported) << imported.error().message;
        EXPECT_EQ(imported->mapping, trained.mapping);
        EXPECT_EQ(m_survey.session->model(imported->model).value(), imported->som);
    }
}

// PINK's files have no spectra, and neither has a map out of one: its images are all there is of it.
TEST_F(MapFiles, OfPinksMapStayToTheBitThroughFits)
{
    const TrainOutcome trained = train(paramsOf("4x3"));
    const auto pink = m_survey.folder / "pink.bin";
    ASSERT_TRUE(exportModel(*m_survey.session, trained.model, ExportFormat::Pink, pink));
    ModelImport request;
    request.file = pink;
    request.collection = m_collection;
    const auto imported = importModel(*m_survey.session, request, *m_backend, {});
    ASSERT_TRUE(imported) << imported.error().message;
    EXPECT_EQ(openMapFile(pink)->recipe, std::nullopt);

    const auto fits = m_survey.folder / "pink.fits";
    ASSERT_TRUE(exportModel(*m_survey.session, imported->model, ExportFormat::Fits, fits));
    const auto som = readMapFile(fits, m_samples->shape());
    ASSERT_TRUE(som) << som.error().message;
    EXPECT_TRUE(som->spectra.empty());
    EXPECT_EQ(som::mapSamples(*som, *m_samples, *m_backend, {}).value(), imported->mapping);
}

TEST_F(MapFiles, AreToldApartByTheirBytesCompressedOrNot)
{
    SOMNIUM_REQUIRE_PROGRAM("gzip");
    const TrainOutcome trained = train(paramsOf("2x2"));
    const auto fits = exported(trained);
    std::filesystem::rename(fits, m_survey.folder / "map.bin");
    EXPECT_EQ(readMapFile(m_survey.folder / "map.bin", m_samples->shape())->spectra, trained.som.spectra);
    ASSERT_EQ(test::runCommand("gzip", {(m_survey.folder / "map.bin").string()}).exitCode, 0);
    EXPECT_EQ(readMapFile(m_survey.folder / "map.bin.gz", m_samples->shape())->spectra, trained.som.spectra);
    ASSERT_TRUE(exportModel(*m_survey.session, trained.model, ExportFormat::Pink, fits));
    EXPECT_EQ(readMapFile(fits, m_samples->shape())->prototypes, trained.som.prototypes);
}

TEST_F(MapFiles, RefuseToBeComparedOtherwiseThanTheySay)
{
    const auto path = exported(train(paramsOf("3x3", 8)));
    MapFileOptions options;
    options.rotations = 8;
    options.useFlips = true;
    EXPECT_TRUE(readMapFile(path, m_samples->shape(), options));
    options.rotations = 4;
    const auto som = readMapFile(path, m_samples->shape(), options);
    ASSERT_FALSE(som);
    EXPECT_EQ(som.error().kind, ErrorKind::Mismatch);
    EXPECT_THAT(som.error().message, HasSubstr("map.fits: "));
    EXPECT_THAT(som.error().message, HasSubstr("expected the same rotations or none"));
    EXPECT_FALSE(readMapFile(path, m_samples->shape(), {.isPeriodic = true}));
    EXPECT_FALSE(readMapFile(path, m_samples->shape(), {.useFlips = false}));
    EXPECT_FALSE(readMapFile(path, m_samples->shape(), {.channelWeights = {2.0F}}));
    EXPECT_FALSE(readMapFile(path, m_samples->shape(), {.precision = compute::MatchPrecision::Fast}));
    EXPECT_EQ(readMapFile(path, {3, 32, 32}).error().kind, ErrorKind::Mismatch);
}

// As exportModel wrote them before it told how images are compared.
TEST_F(MapFiles, OfTheFormerVersionAreReadWithDefaultsAndOptions)
{
    const TrainOutcome trained = train(paramsOf("4x3", 8));
    io::FitsHeader header;
    header.extensionName = "PROTOTYPES";
    header.cards = {{"SOMSHAPE", std::string("4x3"), ""}, {"SOMFLIPS", true, ""}};
    const auto path = m_survey.folder / "old.fits";
    ASSERT_TRUE(io::writeFitsFile(path, {io::FitsImageHdu{trained.som.prototypes, {32, 32, 12}, header}}));
    const auto plain = readMapFile(path, m_samples->shape());
    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_EQ(plain->params.rotations, 0U);
    EXPECT_EQ(plain->grid, trained.som.grid);
    EXPECT_EQ(openMapFile(path)->recipe, std::nullopt);
    const auto told = readMapFile(path, m_samples->shape(), {.rotations = 8});
    ASSERT_TRUE(told) << told.error().message;
    const som::Mapping mapping = som::mapSamples(*told, *m_samples, *m_backend, {}).value();
    std::size_t equal = 0; // through pixels and back a prototype loses a little
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
        equal += mapping.best[i] == trained.mapping.best[i] ? 1U : 0U;
    EXPECT_GE(equal, test::kSurveyCount * 9 / 10);
}

TEST_F(MapFiles, OfOursAreAStartForATraining)
{
    const TrainOutcome trained = train(paramsOf("3x3 periodic"));
    TrainRequest again = m_survey.trainRequest(m_collection);
    again.params.layout = som::MapLayout::parse("3x3").value();
    again.params.initialisation = som::Initialisation::GivenMap;
    again.params.epochs = 1;
    again.name = "again";
    again.initialMap = "map";
    const auto fromSession = trainMap(*m_survey.session, again, *m_backend, {});
    ASSERT_TRUE(fromSession) << fromSession.error().message;
    again.initialMap = exported(trained).string();
    const auto fromFile = trainMap(*m_survey.session, again, *m_backend, {});
    ASSERT_TRUE(fromFile) << fromFile.error().message;
    EXPECT_EQ(fromFile->som.prototypes, fromSession->som.prototypes);
    EXPECT_EQ(fromFile->som.spectra, fromSession->som.spectra);
    EXPECT_EQ(fromFile->mapping, fromSession->mapping);
}

TEST_F(MapFiles, SayWhatIsWrongWithThem)
{
    EXPECT_FALSE(openMapFile(m_survey.folder / "missing.fits"));
    const auto damaged = m_survey.folder / "recipe.fits";
    io::FitsHeader header;
    header.extensionName = "PROTOTYPES";
    header.cards = {{"SOMSHAPE", std::string("1x1"), ""}, {"SOMRECIP", std::string("{\"steps\": 3}"), ""}};
    const std::vector<float> pixels(16, 1.0F);
    ASSERT_TRUE(io::writeFitsFile(damaged, {io::FitsImageHdu{pixels, {4, 4, 1}, header}}));
    EXPECT_THAT(openMapFile(damaged).error().message, HasSubstr("recipe.fits: SOMRECIP: recipe: expected"));
    const auto image = m_survey.folder / "image.fits";
    ASSERT_TRUE(io::writeFitsFile(image, {io::FitsImageHdu{pixels, {4, 4}, {}}}));
    EXPECT_THAT(openMapFile(image).error().message,
                HasSubstr("image.fits: expected a map of Somnium's, an image PROTOTYPES with the keyword "
                          "SOMSHAPE, found HDU 1: PRIMARY"));
}

TEST_F(MapFiles, PassFitsverify)
{
    SOMNIUM_REQUIRE_PROGRAM("fitsverify");
    prepare::Recipe recipe = m_survey.request().recipe;
    recipe.name = "Sch\u00f6n & 'quoted'";
    ImportRequest request = m_survey.request();
    request.recipe = recipe;
    m_collection = importImages(*m_survey.session, request, {})->collection;
    const auto path = exported(train(paramsOf("3x3")));
    EXPECT_EQ(test::fitsverifyComplaints(path), "");
    EXPECT_EQ(openMapFile(path)->recipe, recipe);
}

} // namespace
} // namespace somnium::workflow
