// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "core/session/database.h"
#include "core/session/schema.h"
#include "tests/core/session/random_session.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

namespace fs = std::filesystem;

std::string contentOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path &path, const std::string &content)
{
    std::ofstream(path, std::ios::binary) << content;
}

std::size_t entriesIn(const fs::path &folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(SessionFile, IsCreatedOnceAndOpenedOften)
{
    const test::TemporaryFolder folder;
    const auto path = folder / "s.somnium";
    EXPECT_EQ(Session::open(path).error().kind, ErrorKind::NotFound);
    EXPECT_TRUE(Session::openOrCreate(path));
    EXPECT_TRUE(Session::openOrCreate(path));
    EXPECT_TRUE(Session::open(path));
    const auto again = Session::create(path);
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("exists already"), std::string::npos);
    EXPECT_EQ(entriesIn(folder.path()), 1U) << "a closed session is one file";
}

TEST(SessionFile, IsMarkedAsOursAndDurable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::create(folder / "s.somnium").value();
    Database database(session->path(), Database::Mode::OpenExisting);
    EXPECT_EQ(database.number("PRAGMA application_id"), 0x536F6D6E);
    EXPECT_EQ(database.number("PRAGMA user_version"), schemaVersion());
    Statement mode = database.prepare("PRAGMA journal_mode");
    ASSERT_TRUE(mode.step());
    EXPECT_EQ(mode.text(0), "wal");
}

TEST(SessionFile, InAMissingFolderSaysSo)
{
    const test::TemporaryFolder folder;
    for (const auto &opened :
         {Session::create(folder / "none/s.somnium"), Session::open(folder / "none/s.somnium"),
          Session::openOrCreate(folder / "none/s.somnium")})
    {
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, ErrorKind::NotFound);
        EXPECT_NE(opened.error().message.find("none"), std::string::npos) << opened.error().message;
    }
    EXPECT_FALSE(Session::create(folder.path() / ""));
    EXPECT_FALSE(Session::open(folder.path()));
}

TEST(SessionFile, OfAnotherKindIsRefusedUntouched)
{
    const test::TemporaryFolder folder;
    const auto other = folder / "other.db";
    Database(other, Database::Mode::Create).execute("CREATE TABLE theirs(x); PRAGMA user_version = 1");
    const auto path = folder / "file.somnium";
    Random random(1);
    std::string noise(5000, ' ');
    for (char &byte : noise)
        byte = static_cast<char>(random.below(256));
    for (const std::string &content :
         {std::string(), std::string("x"), noise, std::string("SQLite format 3\0", 16), contentOf(other),
          std::string("SIMPLE  =                    T"), std::string(4096, '\0')})
    {
        write(path, content);
        const auto opened = Session::open(path);
        ASSERT_FALSE(opened) << content.size();
        EXPECT_EQ(opened.error().kind, ErrorKind::Malformed);
        EXPECT_NE(opened.error().message.find("file.somnium"), std::string::npos);
        EXPECT_EQ(contentOf(path), content);
        EXPECT_EQ(entriesIn(folder.path()), 2U);
    }
    EXPECT_NE(Session::open(other).error().message.find("another program"), std::string::npos);
}

TEST(SessionFile, OfANewerVersionIsRefusedByNumberUntouched)
{
    const test::TemporaryFolder folder;
    const auto path = folder / "s.somnium";
    ASSERT_TRUE(Session::create(path));
    Database(path, Database::Mode::OpenExisting).execute("PRAGMA user_version = 41");
    const std::string content = contentOf(path);
    const auto opened = Session::open(path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(opened.error().message.find("41"), std::string::npos) << opened.error().message;
    EXPECT_EQ(contentOf(path), content);
}

TEST(SessionFile, CutShortOrOverwrittenGivesErrorsOnly)
{
    const test::TemporaryFolder folder;
    const auto whole = folder / "whole.somnium";
    CollectionId id{};
    {
        const auto session = Session::create(whole).value();
        Random random(2);
        id = session->addCollection(randomCollection(random, 3000), {}, {1, 4, 4}).value();
        const som::Som som = randomSom(random);
        ASSERT_TRUE(session->saveModel(id, "m", som, true, nullptr));
        ASSERT_TRUE(session->setLabel(id, {1, 2, 3}, "x", true));
    }
    const std::string content = contentOf(whole);
    const auto path = folder / "damaged.somnium";
    const auto readAll = [&] {
        const auto session = Session::open(path);
        if (!session)
            return false;
        bool isWhole = (*session)->collections().has_value();
        isWhole = (*session)->collection(id).has_value() && isWhole;
        isWhole = (*session)->models().has_value() && isWhole;
        isWhole = (*session)->model(ModelId{1}).has_value() && isWhole;
        return (*session)->labels(id).has_value() && isWhole;
    };
    const auto forget = [&] {
        fs::remove(path.string() + "-wal");
        fs::remove(path.string() + "-shm");
    };
    write(path, content);
    EXPECT_TRUE(readAll());
    for (std::size_t part = 1; part < 24; ++part)
    {
        forget();
        write(path, content.substr(0, content.size() * part / 24));
        EXPECT_FALSE(readAll()) << part << " of 24 parts";
    }
    for (std::size_t offset = 100; offset + 64 < content.size(); offset += content.size() / 40)
    {
        forget();
        std::string damaged = content;
        damaged.replace(offset, 64, std::string(64, '\xA5'));
        write(path, damaged);
        static_cast<void>(readAll()); // an error or, in unused room, nothing; no crash
    }
}

// Permissions do not bind root, so that the test becomes somebody else for a moment.
TEST(SessionFile, WriteProtectedSaysSo)
{
    const test::TemporaryFolder folder;
    const auto path = folder / "s.somnium";
    ASSERT_TRUE(Session::create(path));
    fs::permissions(path, fs::perms(0444));
    fs::permissions(folder.path(), fs::perms(0755));
    const pid_t child = fork();
    if (child == 0)
    {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(9);
        const auto opened = Session::open(path);
        const bool isClear = !opened && opened.error().message.find("write-protected") != std::string::npos &&
                             opened.error().kind == ErrorKind::Unreadable;
        if (!isClear)
            std::fprintf(stderr, "%s\n", opened ? "opened" : opened.error().message.c_str());
        _exit(isClear ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// What is in tests/golden/session_v*.somnium.
struct Golden
{
    data::Collection collection;
    som::Som som;
    som::Mapping mapping;
    // Since version 2.
    std::vector<LabelClass> classes = {{"bent", "#009E73", "3"}, {"ring \xE2\x98\x85", "#f0e442", "r"}};
    std::vector<PrototypeLabel> prototypeLabels = {{1, "bent"}};
    std::vector<Mark> marks = {
        {0, Verdict::None, 4}, {1, Verdict::Interesting, {}}, {2, Verdict::Artefact, 0}};
    std::vector<SourceNote> notes = {{2, "also in \"NVSS\""}};
    std::vector<NamedJson> recipes = {{"mine", prepare::toJson(prepare::radioRecipe(32))}};
    std::vector<NamedJson> bookmarks = {{"the bent ones", "{\"tab\":\"map\"}"}};
    // Since version 3.
    PendingImport pending = {
        0xFEDCBA9876543210U, "{\"paths\":[\"/survey\"]}", 5, 9, 1, 2, {{1, 32, 32}, 3, 4}, {}};
    // With the origins that version 4 keeps; of older files they are not known.
    std::vector<Label> labels = {{1, "bent", LabelOrigin::Hand}, {3, "bent", LabelOrigin::Prototype}};
    // Since version 5: a second collection, of spectra, with a latent space.
    data::Collection stars = plainCollection(2);
    SpectralPreparation spectral = {
        prepare::SpectralRecipe{}, {data::SpectralGrid::Scale::Log, 3800.0, 1e-4, 4000}, false, "{}"};
    LatentRecord latent = {"{\"method\":\"pca\"}", 2,     true, {std::byte{1}, std::byte{2}}, {std::byte{3}},
                           {1, 2, 3, 4},           {5, 6}};
    // Since version 6: an import of spectra under way, a recipe of spectra by the name of one of images.
    PendingImport pendingSpectra = {7, "{\"kind\":\"spectra\"}", 9, 9, 1, 2, {{1, 1, 4000}, 3, 4}, {}, true};
    std::vector<std::vector<std::byte>> parts = {{std::byte{1}}, {std::byte{2}, std::byte{3}}};
    std::vector<NamedJson> spectralRecipes = {{"mine", prepare::toJson(prepare::SpectralRecipe{})}};
};

Golden golden()
{
    Golden made;
    made.collection = plainCollection(4);
    made.collection.sources[1].raDeg = 160.5;
    made.collection.sources[1].decDeg = -9.25;
    made.collection.sources[1].wcsCards = std::string("CTYPE1  = 'RA---TAN'") + std::string(60, ' ');
    made.collection.sources[2].origin = {"/survey/b.tar", "b/\xC3\xA9.fits", 2, 0};
    EXPECT_TRUE(made.collection.catalogue.addColumn(
        data::makeColumn("flux", std::vector<double>{1.5, 2.5, 3.5, 4.5}, "mJy", "phot.flux", "peak")));
    made.collection.problems = {{{"/survey/broken.fits", "", 1, 0}, "an image", "NAXIS = 0"}};
    made.collection.fingerprint = 0xFEDCBA9876543210U;
    made.som.layout = som::MapLayout::rectangular(2, 1).value();
    made.som.shape = {1, 2, 2};
    made.som.prototypes = {0, 1, 2, 3, 4, 5, 6, 7};
    made.som.params.layout = made.som.layout;
    // As a file says that does not know of them.
    made.som.params.coarseSources = 0;
    made.som.params.coefficients = som::Coefficients::Full;
    made.som.history = {{1, 5.0, 2.5, 0.25, 0, 100.0}};
    made.mapping = {{0, 1, 0, 1}, {1, 0, 1, 0}, {1, 2, 3, 4}, {2, 3, 4, 5}, {{0.5F, true}, {}, {}, {}}};
    return made;
}

/// As files before version 4 have it.
Golden goldenWithoutOrigins()
{
    Golden made = golden();
    for (Label &label : made.labels)
        label.origin = LabelOrigin::Unknown;
    return made;
}

void writeGolden(const fs::path &path)
{
    fs::remove(path);
    const Golden made = golden();
    {
        const auto session = Session::create(path).value();
        const CollectionId id =
            session->addCollection(made.collection, prepare::radioRecipe(32), {1, 32, 32}).value();
        const auto model = session->saveModel(id, "map", made.som, true, &made.mapping);
        ASSERT_TRUE(model);
        ASSERT_TRUE(session->setLabels(id, made.labels, true));
        ASSERT_TRUE(session->saveSelection(id, {"odd", {1, 3}}));
        ASSERT_TRUE(session->setView("window", "{\"tab\":\"map\"}"));
        ASSERT_TRUE(session->saveJournal(id, {{"{\"label\":\"bent\"}"}, 1}));
        Annotations &annotations = session->annotations();
        ASSERT_TRUE(annotations.saveLabelClasses(made.classes));
        ASSERT_TRUE(annotations.setPrototypeLabel(*model, {1}, "bent", true));
        ASSERT_TRUE(annotations.setMarks(id, made.marks));
        ASSERT_TRUE(annotations.setNotes(id, made.notes));
        ASSERT_TRUE(annotations.saveRecipe(made.recipes[0]));
        ASSERT_TRUE(annotations.saveBookmark(made.bookmarks[0]));
        const std::span sources(made.collection.sources);
        ASSERT_TRUE(session->pendingImports().keep(made.pending, sources.first(3), made.collection.problems));
        const auto stars = session->addSpectra(made.stars, made.spectral);
        ASSERT_TRUE(stars);
        ASSERT_TRUE(session->latentModels().save(*stars, "plane", made.latent));
        ASSERT_TRUE(annotations.saveSpectralRecipe(made.spectralRecipes[0]));
        PendingImports &pending = session->pendingImports();
        ASSERT_TRUE(pending.keepSpectra(made.pendingSpectra, made.parts[0], {}));
        ASSERT_TRUE(pending.keepSpectra(made.pendingSpectra, made.parts[1], made.collection.problems));
        ASSERT_TRUE(pending.keepSpectra(made.pendingSpectra, {}, {}));
    }
    Database(path, Database::Mode::OpenExisting)
        .execute("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM");
}

void expectVersion1(const Session &session, const Golden &expected)
{
    const auto summaries = session.collections().value();
    ASSERT_GE(summaries.size(), 1U);
    const CollectionId id = summaries[0].id;
    EXPECT_EQ(summaries[0].kind, CollectionKind::Images);
    EXPECT_EQ(summaries[0].recipe, prepare::radioRecipe(32));
    EXPECT_TRUE(isSame(session.collection(id).value(), expected.collection));
    const ModelSummary model = session.findModel("map").value();
    EXPECT_EQ(session.model(model.id).value(), expected.som);
    EXPECT_EQ(session.mapping(model.id).value(), expected.mapping);
    EXPECT_EQ(session.labels(id).value(), expected.labels);
    EXPECT_EQ(session.selections(id).value(), (std::vector<Selection>{{"odd", {1, 3}}}));
    EXPECT_EQ(session.view("window").value(), "{\"tab\":\"map\"}");
    EXPECT_EQ(session.journal(id)->position, 1U);
}

/// A copy of the file of that version, which opening may migrate. SOMNIUM_UPDATE_GOLDEN=1 writes it anew:
/// only while that version is the newest.
fs::path goldenCopy(int version, const test::TemporaryFolder &folder)
{
    const std::string name = "session_v" + std::to_string(version) + ".somnium";
    const fs::path kept = fs::path(SOMNIUM_GOLDEN_DIR) / name;
    if (std::getenv("SOMNIUM_UPDATE_GOLDEN") != nullptr && schemaVersion() == version) // NOLINT: one thread
        writeGolden(kept);
    fs::copy_file(kept, folder / name);
    return folder / name;
}

TEST(SessionFile, OfVersion1IsReadable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::open(goldenCopy(1, folder));
    ASSERT_TRUE(session) << session.error().message;
    expectVersion1(**session, goldenWithoutOrigins());
    EXPECT_TRUE((*session)->annotations().labelClasses()->empty());
    EXPECT_TRUE((*session)->annotations().saveLabelClasses(defaultLabelClasses())) << "and can be written";
}

void expectVersion2(const Session &session, const Golden &expected)
{
    expectVersion1(session, expected);
    const Annotations &annotations = session.annotations();
    const CollectionId id = session.collections().value().at(0).id;
    EXPECT_EQ(annotations.labelClasses().value(), expected.classes);
    EXPECT_EQ(annotations.prototypeLabels(session.findModel("map").value().id).value(),
              expected.prototypeLabels);
    EXPECT_EQ(annotations.marks(id).value(), expected.marks);
    EXPECT_EQ(annotations.notes(id).value(), expected.notes);
    EXPECT_EQ(annotations.recipes().value(), expected.recipes);
    EXPECT_EQ(annotations.bookmarks().value(), expected.bookmarks);
}

TEST(SessionFile, OfVersion2IsReadable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::open(goldenCopy(2, folder));
    ASSERT_TRUE(session) << session.error().message;
    expectVersion2(**session, goldenWithoutOrigins());
    EXPECT_TRUE((*session)->pendingImports().all()->empty());
}

void expectVersion3(const Session &session, const Golden &expected)
{
    expectVersion2(session, expected);
    const auto pending = session.pendingImports().find(expected.pending.key).value();
    ASSERT_TRUE(pending);
    EXPECT_EQ(pending->request, expected.pending.request);
    EXPECT_EQ(pending->filesDone, 5U);
    EXPECT_EQ(pending->filesTotal, 9U);
    EXPECT_EQ(pending->filesHash, 1U);
    EXPECT_EQ(pending->contentHash, 2U);
    EXPECT_EQ(pending->samples, expected.pending.samples);
    const auto content = session.pendingImports().content(expected.pending.key).value();
    EXPECT_EQ(content.problems, expected.collection.problems);
    ASSERT_EQ(content.sources.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_TRUE(isSame(content.sources[i], expected.collection.sources[i]));
}

TEST(SessionFile, OfVersion3IsReadable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::open(goldenCopy(3, folder));
    ASSERT_TRUE(session) << session.error().message;
    expectVersion3(**session, goldenWithoutOrigins());
    const CollectionId id = (*session)->collections().value().at(0).id;
    ASSERT_TRUE((*session)->setLabel(id, {1}, "bent", true));
    EXPECT_EQ((*session)->labels(id)->at(0).origin, LabelOrigin::Hand) << "now a person said so";
}

TEST(SessionFile, OfVersion4IsReadable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::open(goldenCopy(4, folder));
    ASSERT_TRUE(session) << session.error().message;
    expectVersion3(**session, golden());
    EXPECT_TRUE((*session)->latentModels().summaries()->empty());
}

void expectVersion5(const Session &session, const Golden &expected)
{
    expectVersion3(session, expected);
    const auto summaries = session.collections().value();
    ASSERT_EQ(summaries.size(), 2U);
    EXPECT_EQ(summaries[1].kind, CollectionKind::Spectra);
    EXPECT_EQ(summaries[1].spectral.recipe, expected.spectral.recipe);
    EXPECT_EQ(summaries[1].spectral.grid, expected.spectral.grid);
    EXPECT_FALSE(summaries[1].spectral.hasWeights);
    const auto latent = session.latentModels().find("plane");
    ASSERT_TRUE(latent) << latent.error().message;
    EXPECT_EQ(latent->collection, summaries[1].id);
    const auto record = session.latentModels().load(latent->id);
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->metadata, expected.latent.metadata);
    EXPECT_EQ(record->model, expected.latent.model);
    EXPECT_EQ(record->checkpoint, expected.latent.checkpoint);
    EXPECT_EQ(record->places, expected.latent.places);
    EXPECT_EQ(record->errors, expected.latent.errors);
}

TEST(SessionFile, OfVersion5IsReadable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::open(goldenCopy(5, folder));
    ASSERT_TRUE(session) << session.error().message;
    expectVersion5(**session, golden());
    EXPECT_FALSE((*session)->pendingImports().all()->at(0).areSpectra);
    EXPECT_TRUE((*session)->annotations().spectralRecipes()->empty());
}

TEST(SessionFile, OfVersion6IsReadable)
{
    const test::TemporaryFolder folder;
    const auto session = Session::open(goldenCopy(6, folder));
    ASSERT_TRUE(session) << session.error().message;
    const Golden expected = golden();
    expectVersion5(**session, expected);
    EXPECT_EQ((*session)->annotations().spectralRecipes().value(), expected.spectralRecipes);
    EXPECT_EQ((*session)->annotations().recipes().value(), expected.recipes);
    PendingImports &imports = (*session)->pendingImports();
    const auto pending = imports.find(expected.pendingSpectra.key).value();
    ASSERT_TRUE(pending);
    EXPECT_TRUE(pending->areSpectra);
    EXPECT_EQ(pending->samples, expected.pendingSpectra.samples);
    const auto content = imports.content(expected.pendingSpectra.key);
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_TRUE(content->sources.empty());
    EXPECT_EQ(content->problems, expected.collection.problems);
    EXPECT_EQ(content->parts, expected.parts);
    ASSERT_TRUE(imports.remove(expected.pendingSpectra.key));
    EXPECT_EQ(imports.all()->size(), 1U);
    EXPECT_FALSE(imports.content(expected.pendingSpectra.key));
}

} // namespace
} // namespace somnium::session
