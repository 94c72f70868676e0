// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/session/model_codec.h"
#include "core/session/session_state.h"
#include "tests/core/session/random_session.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

struct Opened
{
    test::TemporaryFolder folder;
    std::shared_ptr<Session> session = Session::create(folder / "s.somnium").value();
    CollectionId collection = session->addCollection(plainCollection(30), {}, {1, 4, 4}).value();
};

TEST(SessionModels, AreAsTheyWereAfterReopening)
{
    test::forAll(20, [](Random &random) {
        Opened opened;
        const som::Som som = randomSom(random);
        const som::Mapping mapping = randomMapping(random, 30, som.layout.neuronCount());
        const auto id =
            opened.session->saveModel(opened.collection, "map \xE2\x98\x85", som, false, &mapping);
        ASSERT_TRUE(id) << id.error().message;
        const auto path = opened.session->path();
        opened.session = Session::open(path).value();
        EXPECT_EQ(opened.session->model(*id).value(), som);
        EXPECT_EQ(opened.session->mapping(*id).value(), mapping);
        const ModelSummary summary = opened.session->modelSummary(*id).value();
        EXPECT_EQ(summary.name, "map \xE2\x98\x85");
        EXPECT_EQ(summary.collection, opened.collection);
        EXPECT_EQ(summary.params, som.params);
        EXPECT_EQ(summary.history, som.history);
        EXPECT_FALSE(summary.isComplete);
        EXPECT_TRUE(summary.hasMapping);
        EXPECT_EQ(summary.createdUtc.size(), 20U);
        EXPECT_EQ(summary.createdUtc.back(), 'Z');
    });
}

TEST(SessionModels, KeepsNanAndInfinityInTheirHistory)
{
    Random random(1);
    som::Som som = randomSom(random);
    som.history = {{1, std::nan(""), -std::numeric_limits<double>::infinity(), 0.1, 2, 3.0}};
    const som::Som found = somFromJson(somToJson(som));
    EXPECT_TRUE(std::isnan(found.history[0].sigma));
    EXPECT_EQ(found.history[0].meanDistance, -std::numeric_limits<double>::infinity());
    EXPECT_EQ(found.history[0].topographicError, 0.1);
}

TEST(SessionModels, OfTheSameNameAreReplaced)
{
    Opened opened;
    Random random(2);
    const som::Som first = randomSom(random);
    const som::Mapping mapping = randomMapping(random, 30, first.layout.neuronCount());
    const som::Som second = randomSom(random);
    const ModelId a = opened.session->saveModel(opened.collection, "map", first, false, &mapping).value();
    const ModelId other = opened.session->saveModel(opened.collection, "other", first, true, nullptr).value();
    EXPECT_EQ(opened.session->findModel("")->id, other);
    const ModelId b = opened.session->saveModel(opened.collection, "map", second, true, nullptr).value();
    EXPECT_EQ(a, b);
    EXPECT_EQ(opened.session->models()->size(), 2U);
    EXPECT_EQ(opened.session->model(b).value(), second);
    EXPECT_EQ(opened.session->mapping(b).error().kind, ErrorKind::NotFound);
    EXPECT_TRUE(opened.session->modelSummary(b)->isComplete);
    EXPECT_EQ(opened.session->findModel("")->id, b) << "the newest is the one saved last";
}

TEST(SessionModels, AreFoundByName)
{
    Opened opened;
    EXPECT_NE(opened.session->findModel("").error().message.find("no models yet"), std::string::npos);
    Random random(3);
    const som::Som som = randomSom(random);
    const ModelId one = opened.session->saveModel(opened.collection, "one", som, true, nullptr).value();
    ASSERT_TRUE(opened.session->saveModel(opened.collection, "two", som, true, nullptr));
    EXPECT_EQ(opened.session->findModel("one")->id, one);
    const auto unknown = opened.session->findModel("three");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, ErrorKind::NotFound);
    EXPECT_NE(unknown.error().message.find("'one', 'two'"), std::string::npos) << unknown.error().message;
}

TEST(SessionModels, ThatDoNotFitAreRefused)
{
    Opened opened;
    Random random(5);
    const som::Som som = randomSom(random);
    const std::size_t neurons = som.layout.neuronCount();
    const auto kindOf = [&](const som::Som &model, const som::Mapping *mapping, CollectionId collection) {
        const auto saved = opened.session->saveModel(collection, "m", model, true, mapping);
        return saved ? ErrorKind::Cancelled : saved.error().kind;
    };
    som::Som shortened = som;
    shortened.prototypes.pop_back();
    EXPECT_EQ(kindOf(shortened, nullptr, opened.collection), ErrorKind::InvalidArgument);
    shortened = som;
    shortened.spectra = {1.0F};
    EXPECT_EQ(kindOf(shortened, nullptr, opened.collection), ErrorKind::InvalidArgument);
    som::Mapping mapping = randomMapping(random, 29, neurons);
    EXPECT_EQ(kindOf(som, &mapping, opened.collection), ErrorKind::Mismatch);
    mapping = randomMapping(random, 30, neurons);
    mapping.best[3] = static_cast<std::uint32_t>(neurons);
    EXPECT_EQ(kindOf(som, &mapping, opened.collection), ErrorKind::InvalidArgument);
    mapping = randomMapping(random, 30, neurons);
    mapping.transform.pop_back();
    EXPECT_EQ(kindOf(som, &mapping, opened.collection), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf(som, nullptr, CollectionId{99}), ErrorKind::NotFound);
    EXPECT_TRUE(opened.session->models()->empty());
}

TEST(SessionModels, GoWithTheirCollection)
{
    Opened opened;
    Random random(6);
    const som::Som som = randomSom(random);
    const som::Mapping mapping = randomMapping(random, 30, som.layout.neuronCount());
    const ModelId id = opened.session->saveModel(opened.collection, "m", som, true, &mapping).value();
    ASSERT_TRUE(opened.session->removeCollection(opened.collection));
    EXPECT_EQ(opened.session->model(id).error().kind, ErrorKind::NotFound);
    EXPECT_TRUE(opened.session->models()->empty());
    Database database(opened.session->path(), Database::Mode::OpenExisting);
    for (const char *table :
         {"source_block", "model", "model_part", "catalogue_column", "catalogue_part", "problem"})
        EXPECT_EQ(database.number(std::string("SELECT count(*) FROM ") + table), 0) << table;
}

TEST(SessionModels, CanBeRemoved)
{
    Opened opened;
    Random random(7);
    const ModelId id =
        opened.session->saveModel(opened.collection, "m", randomSom(random), true, nullptr).value();
    ASSERT_TRUE(opened.session->removeModel(id));
    EXPECT_EQ(opened.session->removeModel(id).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(opened.session->modelSummary(id).error().kind, ErrorKind::NotFound);
}

TEST(SessionModels, DamagedInTheFileGiveAnError)
{
    Opened opened;
    Random random(8);
    const som::Som som = randomSom(random);
    const som::Mapping mapping = randomMapping(random, 30, som.layout.neuronCount());
    const ModelId id = opened.session->saveModel(opened.collection, "m", som, true, &mapping).value();
    Database database(opened.session->path(), Database::Mode::OpenExisting);
    const std::vector<std::string> damages = {
        "UPDATE model_part SET data = x'00' WHERE kind = 'prototypes'",
        "UPDATE model_part SET data = substr(data, 1, length(data) - 4) WHERE kind = 'prototypes'",
        "UPDATE model_part SET data = 'text' WHERE kind = 'prototypes'",
        "UPDATE model_part SET part = 5 WHERE kind = 'prototypes'",
        "DELETE FROM model_part WHERE kind = 'prototypes'",
        "UPDATE model SET metadata = '{'",
        "UPDATE model SET metadata = '{}'",
        "UPDATE model SET metadata = replace(metadata, '\"kind\":\"som\"', '\"kind\":7')",
        "UPDATE model SET metadata = replace(metadata, '\"shape\":[', '\"shape\":[4611686018427387904,')",
        "UPDATE model SET metadata = replace(metadata, '\"sides\":[', '\"sides\":[9,')",
        "UPDATE model SET metadata = replace(metadata, '\"rotations\":', '\"rotations\":9999999')",
    };
    for (const std::string &damage : damages)
    {
        ASSERT_TRUE(opened.session->saveModel(opened.collection, "m", som, true, &mapping));
        database.execute(damage);
        EXPECT_FALSE(opened.session->model(id)) << damage;
    }
    for (const std::string damage : {"UPDATE model_part SET data = zeroblob(50) WHERE kind = 'mapping'",
                                     "DELETE FROM model_part WHERE kind = 'mapping'"})
    {
        ASSERT_TRUE(opened.session->saveModel(opened.collection, "m", som, true, &mapping));
        database.execute(damage);
        const auto found = opened.session->mapping(id);
        ASSERT_FALSE(found) << damage;
        EXPECT_EQ(found.error().kind, ErrorKind::Malformed);
        EXPECT_NE(found.error().message.find("s.somnium"), std::string::npos);
    }
}

} // namespace
} // namespace somnium::session
