// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_model.h"

#include <algorithm>

#include "core/io/pink.h"
#include "core/io/pink_writer.h"
#include "core/som/mapper.h"
#include "core/workflow/export.h"
#include "tests/core/workflow/small_survey.h"

namespace somnium::workflow
{
namespace
{

class ImportModel : public ::testing::Test
{
protected:
    ImportModel()
    {
        auto imported = importImages(*m_survey.session, m_survey.request(), {});
        EXPECT_TRUE(imported) << imported.error().message;
        m_collection = imported->collection;
    }

    TrainOutcome train(const char *layout)
    {
        TrainRequest request = m_survey.trainRequest(m_collection);
        request.params.layout = som::MapLayout::parse(layout).value();
        return trainMap(*m_survey.session, request, *m_backend, {}).value();
    }

    ModelImport request(const char *file) const
    {
        ModelImport request;
        request.file = m_survey.folder / file;
        request.collection = m_collection;
        request.name = "imported";
        return request;
    }

    test::SmallSurvey m_survey;
    session::CollectionId m_collection{};
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu")->backend);
};

TEST_F(ImportModel, OfAMapThatWeWroteIsThatMap)
{
    for (const char *layout : {"4x3", "5x5 hexagonal", "6", "2x3x2", "3x3 hexagonal periodic"})
        for (const auto version : {io::PinkVersion::One, io::PinkVersion::Two})
        {
            const TrainOutcome trained = train(layout);
            PinkOptions pink;
            pink.version = version;
            ASSERT_TRUE(exportModel(*m_survey.session, trained.model, ExportFormat::Pink,
                                    m_survey.folder / "map.bin", pink));
            ModelImport wanted = request("map.bin");
            wanted.options.isPeriodic = trained.som.layout.isPeriodic();
            const auto outcome = importModel(*m_survey.session, wanted, *m_backend, {});
            ASSERT_TRUE(outcome) << outcome.error().message;
            EXPECT_EQ(outcome->som.layout, trained.som.layout);
            EXPECT_EQ(outcome->som.prototypes, trained.som.prototypes);
            // Through pixels and back a prototype loses a little.
            std::size_t equal = 0;
            for (std::size_t i = 0; i < test::kSurveyCount; ++i)
                equal += outcome->mapping.best[i] == trained.mapping.best[i] ? 1U : 0U;
            EXPECT_GE(equal, test::kSurveyCount * 9 / 10) << layout;
            EXPECT_EQ(m_survey.session->model(outcome->model).value(), outcome->som);
            EXPECT_EQ(m_survey.session->mapping(outcome->model).value(), outcome->mapping);
            EXPECT_TRUE(m_survey.session->modelSummary(outcome->model)->isComplete);
        }
}

TEST_F(ImportModel, TakesPinksMappingAsItIs)
{
    const TrainOutcome trained = train("3x2");
    ASSERT_TRUE(
        exportModel(*m_survey.session, trained.model, ExportFormat::Pink, m_survey.folder / "map.bin"));
    ASSERT_TRUE(exportMapping(*m_survey.session, trained.model, ExportFormat::Pink,
                              m_survey.folder / "mapping.bin", *m_backend, {}));
    ModelImport wanted = request("map.bin");
    wanted.mapping = m_survey.folder / "mapping.bin";
    EXPECT_FALSE(importModel(*m_survey.session, wanted, *m_backend, {})) << "transforms are missing";
    wanted.transforms = m_survey.folder / "mapping.transforms.bin";
    const auto outcome = importModel(*m_survey.session, wanted, *m_backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    som::ReferenceOptions metric;
    const auto samples = m_survey.session->samples(m_collection).value();
    const som::FullMapping expected = som::mapByReference(trained.som, *samples, metric, {}).value();
    for (std::size_t i = 0; i < test::kSurveyCount; ++i)
    {
        const auto row = std::span(expected.distance).subspan(i * 6, 6);
        const auto best = static_cast<std::size_t>(std::min_element(row.begin(), row.end()) - row.begin());
        EXPECT_EQ(outcome->mapping.best[i], best);
        EXPECT_EQ(outcome->mapping.distance[i], row[best]);
        EXPECT_NE(outcome->mapping.second[i], best);
        EXPECT_GE(outcome->mapping.secondDistance[i], row[best]);
        EXPECT_NEAR(outcome->mapping.transform[i].angleRad, expected.transform[i * 6 + best].angleRad, 1e-5);
        EXPECT_EQ(outcome->mapping.transform[i].isFlipped, expected.transform[i * 6 + best].isFlipped);
    }
    std::swap(wanted.mapping, wanted.transforms);
    EXPECT_EQ(importModel(*m_survey.session, wanted, *m_backend, {}).error().kind, ErrorKind::Mismatch);
}

TEST_F(ImportModel, KnowsNeuronsLargerAndSmallerThanTheImages)
{
    for (const std::size_t side : {20U, 46U})
    {
        io::PinkMap map;
        map.layout = som::MapLayout::rectangular(2, 1).value();
        map.shape = {1, side, side};
        map.prototypes.assign(2 * map.shape.size(), 0.0F);
        for (std::size_t i = 0; i < side; ++i)
            map.prototypes[map.shape.size() + i * side + side / 2] = 1.0F;
        ASSERT_TRUE(io::writePink(m_survey.folder / "map.bin", map));
        const auto outcome = importModel(*m_survey.session, request("map.bin"), *m_backend, {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(outcome->som.shape, map.shape);
        EXPECT_DOUBLE_EQ(outcome->som.grid.radius,
                         static_cast<double>(std::min(side, std::size_t{32}) - 1) / 2.0);
        EXPECT_TRUE(writePinkMapping(outcome->som, *m_survey.session->samples(m_collection).value(),
                                     m_survey.folder / "mapping.bin", {}, {}));
    }
}

TEST_F(ImportModel, SaysWhatIsWrongWithAFile)
{
    EXPECT_FALSE(importModel(*m_survey.session, request("missing.bin"), *m_backend, {}));
    io::PinkMap map;
    map.shape = {3, 20, 20};
    map.prototypes.assign(map.shape.size(), 0.0F);
    ASSERT_TRUE(io::writePink(m_survey.folder / "colour.bin", map));
    const auto outcome = importModel(*m_survey.session, request("colour.bin"), *m_backend, {});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::Mismatch);
    EXPECT_NE(outcome.error().message.find("expected neurons of 1 channels, found 3"), std::string::npos);
}

TEST_F(ImportModel, IsAStartForATraining)
{
    const TrainOutcome trained = train("3x3");
    ASSERT_TRUE(
        exportModel(*m_survey.session, trained.model, ExportFormat::Pink, m_survey.folder / "map.bin"));
    TrainRequest again = m_survey.trainRequest(m_collection);
    again.params.layout = trained.som.layout;
    again.params.initialisation = som::Initialisation::GivenMap;
    again.params.epochs = 1;
    again.params.sigmaStart = 0.6;
    again.name = "again";
    EXPECT_FALSE(trainMap(*m_survey.session, again, *m_backend, {})) << "none was named";
    const std::string file = (m_survey.folder / "map.bin").string();
    for (const std::string &name : {std::string("map"), file})
    {
        again.initialMap = name;
        const auto outcome = trainMap(*m_survey.session, again, *m_backend, {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_LE(outcome->som.history.back().meanDistance, 1.05 * trained.som.history.back().meanDistance);
    }
    again.initialMap = "no such map";
    EXPECT_NE(trainMap(*m_survey.session, again, *m_backend, {}).error().message.find("no such map"),
              std::string::npos);
}

} // namespace
} // namespace somnium::workflow
