// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include <gtest/gtest.h>

#include "core/session/database.h"
#include "tests/core/session/random_session.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

constexpr std::size_t kSources = 5000;

struct Opened
{
    test::TemporaryFolder folder;
    std::shared_ptr<Session> session = Session::create(folder / "s.somnium").value();
    CollectionId collection = session->addCollection(plainCollection(kSources), {}, {1, 4, 4}).value();

    [[nodiscard]] Annotations &notes() const { return session->annotations(); }
    void reopen()
    {
        const auto path = session->path();
        session.reset();
        session = Session::open(path).value();
    }
};

som::Som somOf(std::size_t width, std::vector<som::EpochReport> history)
{
    som::Som som;
    som.layout = som::MapLayout::rectangular(width, 1).value();
    som.params.layout = som.layout;
    som.shape = {1, 1, 1};
    som.prototypes.resize(width);
    som.history = std::move(history);
    return som;
}

TEST(SessionClasses, AreReplacedInTheirOrder)
{
    Opened opened;
    EXPECT_TRUE(opened.notes().labelClasses()->empty());
    ASSERT_TRUE(opened.notes().saveLabelClasses(defaultLabelClasses()));
    EXPECT_EQ(opened.notes().labelClasses().value(), defaultLabelClasses());
    const std::vector<LabelClass> classes = {{"z \xE2\x98\x85", "#00ff7F", "q"},
                                             {"a", "#123456", ""},
                                             {"b", "#000000", ""},
                                             {"m", "#FFFFFF", "1"}};
    ASSERT_TRUE(opened.notes().saveLabelClasses(classes));
    opened.reopen();
    EXPECT_EQ(opened.notes().labelClasses().value(), classes);
}

TEST(SessionClasses, ThatCannotBeAreRefusedAltogether)
{
    Opened opened;
    const std::vector<LabelClass> good = {{"a", "#123456", "1"}};
    ASSERT_TRUE(opened.notes().saveLabelClasses(good));
    for (const LabelClass &bad :
         {LabelClass{"", "#123456", ""}, LabelClass{"a", "#123456", ""}, LabelClass{"b", "123456", ""},
          LabelClass{"b", "#12345", ""}, LabelClass{"b", "#12345g", ""}, LabelClass{"b", "red", ""},
          LabelClass{"b", "#123456", "0"}, LabelClass{"b", "#123456", "1"}, LabelClass{"b", "#123456", "A"},
          LabelClass{"b", "#123456", "12"}})
    {
        const auto saved = opened.notes().saveLabelClasses({{"a", "#123456", "1"}, bad});
        ASSERT_FALSE(saved) << bad.name << bad.colour << bad.key;
        EXPECT_EQ(saved.error().kind, ErrorKind::InvalidArgument);
        EXPECT_EQ(opened.notes().labelClasses().value(), good);
    }
}

TEST(SessionClasses, RenamedTakeTheirLabelsAlong)
{
    Opened opened;
    const CollectionId other = opened.session->addCollection(plainCollection(3), {}, {1, 4, 4}).value();
    const ModelId model =
        opened.session->saveModel(opened.collection, "m", somOf(4, {}), true, nullptr).value();
    ASSERT_TRUE(opened.notes().saveLabelClasses({{"FRI", "#123456", "1"}, {"bent", "#654321", "2"}}));
    ASSERT_TRUE(opened.session->setLabel(opened.collection, {1, 2, 3}, "FRI", true));
    ASSERT_TRUE(opened.session->setLabel(opened.collection, {3, 4}, "FR I", true));
    ASSERT_TRUE(opened.session->setLabel(other, {0}, "FRI", true));
    ASSERT_TRUE(opened.notes().setPrototypeLabel(model, {2}, "FRI", true));
    EXPECT_EQ(opened.notes().renameLabel("FRI", "FR I").value(), 5U);
    opened.reopen();
    EXPECT_EQ(opened.session->labels(opened.collection).value(),
              (std::vector<Label>{{1, "FR I"}, {2, "FR I"}, {3, "FR I"}, {4, "FR I"}}));
    EXPECT_EQ(opened.session->labels(other).value(), (std::vector<Label>{{0, "FR I"}}));
    EXPECT_EQ(opened.notes().prototypeLabels(model).value(), (std::vector<PrototypeLabel>{{2, "FR I"}}));
    EXPECT_EQ(opened.notes().labelClasses().value(),
              (std::vector<LabelClass>{{"FR I", "#123456", "1"}, {"bent", "#654321", "2"}}));
    EXPECT_EQ(opened.notes().renameLabel("FR I", "bent").value(), 6U);
    EXPECT_EQ(opened.notes().labelClasses().value(), (std::vector<LabelClass>{{"bent", "#654321", "2"}}));
    EXPECT_FALSE(opened.notes().renameLabel("bent", ""));
}

TEST(SessionLabels, OfManyTextsArriveAtOnceOrNotAtAll)
{
    Opened opened;
    std::vector<Label> labels;
    for (std::size_t source = 0; source < kSources; ++source)
        labels.push_back({source, "class " + std::to_string(source % 7)});
    ASSERT_TRUE(opened.session->setLabels(opened.collection, labels, true));
    EXPECT_EQ(opened.session->labels(opened.collection).value(), labels);
    ASSERT_FALSE(opened.session->setLabels(opened.collection, {{0, "new"}, {kSources, "new"}}, true));
    ASSERT_FALSE(opened.session->setLabels(opened.collection, {{0, "new"}, {1, ""}}, true));
    EXPECT_EQ(opened.session->labels(opened.collection).value(), labels);
    ASSERT_TRUE(opened.session->setLabels(opened.collection, labels, false));
    EXPECT_TRUE(opened.session->labels(opened.collection)->empty());
}

TEST(PrototypeLabels, StayWhileTheMapIsTrainedOnAndGoWithAnother)
{
    Opened opened;
    const som::EpochReport first{1, 5.0, 2.5, 0.25, 0, 100.0};
    const som::EpochReport second{2, 4.0, 2.0, 0.25, 0, 101.0};
    const auto save = [&](const som::Som &som) {
        return opened.session->saveModel(opened.collection, "m", som, true, nullptr).value();
    };
    const ModelId model = save(somOf(3, {first}));
    ASSERT_TRUE(opened.notes().setPrototypeLabel(model, {2, 0, 2}, "bent", true));
    ASSERT_TRUE(opened.notes().setPrototypeLabel(model, {0}, "FR I", true));
    const std::vector<PrototypeLabel> labels = {{0, "FR I"}, {0, "bent"}, {2, "bent"}};
    EXPECT_EQ(opened.notes().prototypeLabels(model).value(), labels);
    EXPECT_FALSE(opened.notes().setPrototypeLabel(model, {3}, "bent", true));
    EXPECT_FALSE(opened.notes().setPrototypeLabel(model, {1}, "", true));
    EXPECT_EQ(opened.notes().setPrototypeLabel(ModelId{77}, {}, "x", true).error().kind, ErrorKind::NotFound);

    EXPECT_EQ(save(somOf(3, {first, second})), model);
    EXPECT_EQ(opened.notes().prototypeLabels(model).value(), labels) << "trained on";
    EXPECT_EQ(save(somOf(3, {second})), model);
    EXPECT_TRUE(opened.notes().prototypeLabels(model)->empty()) << "trained anew";
    ASSERT_TRUE(opened.notes().setPrototypeLabel(model, {2}, "bent", true));
    EXPECT_EQ(save(somOf(2, {second})), model);
    EXPECT_TRUE(opened.notes().prototypeLabels(model)->empty()) << "another layout";
}

TEST(SessionMarks, AreOneASource)
{
    test::forAll(5, [](Random &random) {
        Opened opened;
        std::map<std::size_t, Mark> expected;
        for (int i = 0; i < 30; ++i)
        {
            std::vector<Mark> marks;
            for (std::size_t n = random.below(5); n > 0; --n)
            {
                Mark mark{random.below(12), static_cast<Verdict>(random.below(4)), std::nullopt};
                if (random.below(2) == 0)
                    mark.score = static_cast<int>(random.below(6));
                marks.push_back(mark);
                expected[mark.source] = mark;
            }
            ASSERT_TRUE(opened.notes().setMarks(opened.collection, marks));
        }
        opened.reopen();
        std::vector<Mark> left;
        for (const auto &[source, mark] : expected)
            if (mark.verdict != Verdict::None || mark.score)
                left.push_back(mark);
        EXPECT_EQ(opened.notes().marks(opened.collection).value(), left);
    });
}

TEST(SessionMarks, ThatCannotBeAreRefusedAltogether)
{
    Opened opened;
    for (const Mark &bad :
         {Mark{kSources, Verdict::Boring, {}}, Mark{1, Verdict::Boring, 6}, Mark{1, {}, -1}})
        EXPECT_EQ(
            opened.notes().setMarks(opened.collection, {{0, Verdict::Interesting, {}}, bad}).error().kind,
            ErrorKind::InvalidArgument);
    EXPECT_TRUE(opened.notes().marks(opened.collection)->empty());
    EXPECT_EQ(opened.notes().marks(CollectionId{99}).error().kind, ErrorKind::NotFound);
}

TEST(SessionNotesOfSources, AreReplacedAndTakenOff)
{
    Opened opened;
    std::vector<SourceNote> notes;
    for (std::size_t source = 0; source < kSources; ++source)
        notes.push_back({source, "see \"NVSS\" \xE2\x98\x85 " + std::to_string(source)});
    ASSERT_TRUE(opened.notes().setNotes(opened.collection, notes));
    ASSERT_TRUE(opened.notes().setNotes(opened.collection, {{0, ""}, {1, "other"}, {4000, ""}}));
    notes[1].text = "other";
    notes.erase(notes.begin() + 4000);
    notes.erase(notes.begin());
    opened.reopen();
    EXPECT_EQ(opened.notes().notes(opened.collection).value(), notes);
    EXPECT_FALSE(opened.notes().setNotes(opened.collection, {{2, "x"}, {kSources, "y"}}));
    EXPECT_EQ(opened.notes().notes(opened.collection).value(), notes);
}

TEST(SessionRecipesAndBookmarks, AreKeptByName)
{
    Opened opened;
    ASSERT_TRUE(opened.notes().saveRecipe({"b", "{}"}));
    ASSERT_TRUE(opened.notes().saveRecipe({"a \xCE\xB1", "[1]"}));
    ASSERT_TRUE(opened.notes().saveRecipe({"b", "[2]"}));
    ASSERT_TRUE(opened.notes().saveBookmark({"b", "{\"tab\":1}"}));
    EXPECT_FALSE(opened.notes().saveRecipe({"", "{}"}));
    opened.reopen();
    EXPECT_EQ(opened.notes().recipes().value(),
              (std::vector<NamedJson>{{"a \xCE\xB1", "[1]"}, {"b", "[2]"}}));
    EXPECT_EQ(opened.notes().bookmarks().value(), (std::vector<NamedJson>{{"b", "{\"tab\":1}"}}));
    ASSERT_TRUE(opened.notes().removeRecipe("b"));
    EXPECT_EQ(opened.notes().removeRecipe("b").error().kind, ErrorKind::NotFound);
    ASSERT_TRUE(opened.notes().removeBookmark("b"));
    EXPECT_TRUE(opened.notes().bookmarks()->empty());
    ASSERT_TRUE(opened.notes().saveSpectralRecipe({"a \xCE\xB1", "{}"}));
    EXPECT_EQ(opened.notes().recipes()->at(0).json, "[1]") << "those of images are others";
    EXPECT_EQ(opened.notes().spectralRecipes().value(), (std::vector<NamedJson>{{"a \xCE\xB1", "{}"}}));
    ASSERT_TRUE(opened.notes().removeSpectralRecipe("a \xCE\xB1"));
    const auto gone = opened.notes().removeSpectralRecipe("a \xCE\xB1");
    ASSERT_FALSE(gone);
    EXPECT_NE(gone.error().message.find("no spectral recipe 'a"), std::string::npos) << gone.error().message;
}

TEST(SessionAnnotations, GoWithTheirCollectionAndModel)
{
    Opened opened;
    const ModelId model =
        opened.session->saveModel(opened.collection, "m", somOf(3, {}), true, nullptr).value();
    ASSERT_TRUE(opened.notes().setPrototypeLabel(model, {1}, "x", true));
    ASSERT_TRUE(opened.notes().setMarks(opened.collection, {{1, Verdict::Boring, {}}}));
    ASSERT_TRUE(opened.notes().setNotes(opened.collection, {{1, "n"}}));
    ASSERT_TRUE(opened.session->removeCollection(opened.collection));
    Database database(opened.session->path(), Database::Mode::OpenExisting);
    for (const char *table : {"prototype_label", "mark", "note"})
        EXPECT_EQ(database.number("SELECT count(*) FROM " + std::string(table)), 0) << table;
}

TEST(SessionMigration, MakesClassesOfTheNamesOfTheKeys)
{
    const test::TemporaryFolder folder;
    for (const auto &[json, expected] : std::vector<std::pair<std::string, std::vector<LabelClass>>>{
             {R"(["FR I","","FR I","\u00e9\"",4,"f","g","h","i","j"])",
              {{"FR I", "#56B4E9", "1"},
               {"\xC3\xA9\"", "#CC79A7", "4"},
               {"f", "#D55E00", "6"},
               {"g", "#F0E442", "7"},
               {"h", "#999999", "8"},
               {"i", "#DDDDDD", "9"}}},
             {"not JSON", {}},
             {R"({"a":"b"})", {}},
             {"", {}}})
    {
        const auto path = folder / "old.somnium";
        std::filesystem::copy_file(std::filesystem::path(SOMNIUM_GOLDEN_DIR) / "session_v1.somnium", path,
                                   std::filesystem::copy_options::overwrite_existing);
        Database(path, Database::Mode::OpenExisting)
            .prepare("INSERT INTO view(key, json) VALUES ('label names', ?1)")
            .bind(std::string_view(json))
            .run();
        const auto session = Session::open(path);
        ASSERT_TRUE(session) << session.error().message;
        EXPECT_EQ((*session)->annotations().labelClasses().value(), expected) << json;
        EXPECT_EQ((*session)->view("label names").value(), std::nullopt);
    }
}

} // namespace
} // namespace somnium::session
