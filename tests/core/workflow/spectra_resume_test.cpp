// SPDX-License-Identifier: GPL-3.0-or-later
// An import of spectra that is stopped or killed, in either of its passes and any number of times, ends in
// the same bits.
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>

#include "core/workflow/import_spectra.h"
#include "core/workflow/spectra_scan.h"
#include "tests/core/io/spectrum_files.h"
#include "tests/core/workflow/interruptions.h"
#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

namespace fs = std::filesystem;
using test::contentOf;
using test::StopAfter;
using ::testing::HasSubstr;

constexpr std::string_view kLooking = "looking at spectra";
constexpr std::string_view kPreparing = "preparing spectra";
constexpr std::string_view kEither = "spectra";
constexpr std::size_t kStars = 14;
constexpr std::size_t kRows = 5;
constexpr std::size_t kGood = kStars + 2 + kRows;

void writeStar(const fs::path &path, std::size_t seed, double firstAngstrom = 4000.0)
{
    fs::create_directories(path.parent_path());
    std::ofstream file(path);
    for (std::size_t i = 0; i < 80; ++i)
        file << firstAngstrom + 10.0 * static_cast<double>(i) << ' '
             << 10.0 + std::sin(0.1 * static_cast<double>(i * (1 + seed))) << " 0.1\n";
}

/// What makes resuming hard: a broken file, one that only the second pass can refuse, names that come twice,
/// a file of several spectra, a table.
struct Stars
{
    Stars()
    {
        std::ofstream table(folder / "table.csv");
        table << "id,z,teff\n";
        for (std::size_t i = 0; i < kStars; ++i)
        {
            const std::string name = "s" + std::to_string(10 + i);
            writeStar(folder / "spectra" / (name + ".txt"), i);
            table << name << ",0.001," << 4000 + 100 * i << '\n';
        }
        std::ofstream(folder / "spectra/a_broken.txt") << "these are no numbers\nat all\n";
        writeStar(folder / "spectra/s12_elsewhere.txt", 3, 90000.0);
        writeStar(folder / "spectra/again/twice.txt", 21);
        writeStar(folder / "spectra/more/twice.txt", 22);
        std::vector<std::vector<double>> wave;
        std::vector<std::vector<double>> flux;
        for (std::size_t row = 0; row < kRows; ++row)
        {
            wave.push_back(io::ramp(80, 4000.0, 10.0));
            flux.push_back(io::bumps(80, row));
        }
        std::ofstream(folder / "spectra/many.fits", std::ios::binary)
            << io::FitsText()
                   .header()
                   .table({{"WAVE", "80D", "Angstrom", wave, {}}, {"FLUX", "80D", "", flux, {}}})
                   .bytes();
        request.paths = {folder / "spectra"};
        request.catalogue = folder / "table.csv";
        request.recipe.medium.isEnabled = false;
        request.recipe.mask.skyLines = false;
        request.keepEvery = std::chrono::milliseconds(0);
    }

    test::TemporaryFolder folder;
    SpectraImportRequest request;
};

/// Everything an import leaves behind.
struct Imported
{
    data::Collection collection;
    session::SpectralPreparation preparation;
    std::string store; ///< the file
};

Imported importedInto(const session::Session &session, session::CollectionId id)
{
    const auto summary = session.collectionSummary(id).value();
    return {session.collection(id).value(), summary.spectral,
            contentOf(session.spectraStorePath(summary.fingerprint, summary.spectral).value())};
}

Imported uninterrupted(const Stars &stars)
{
    const auto whole = session::Session::create(stars.folder / "whole.somnium").value();
    const auto outcome = importSpectra(*whole, stars.request, {});
    EXPECT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, kGood);
    EXPECT_EQ(outcome->problems.size(), 2U);
    EXPECT_EQ(outcome->resumedFiles + outcome->resumedSpectra, 0U);
    return importedInto(*whole, outcome->collection);
}

void expectSame(const Imported &a, const Imported &b)
{
    EXPECT_EQ(a.store == b.store, true) << a.store.size() << " and " << b.store.size() << " bytes";
    EXPECT_EQ(a.preparation.grid, b.preparation.grid);
    EXPECT_EQ(a.collection.fingerprint, b.collection.fingerprint);
    EXPECT_EQ(a.collection.problems, b.collection.problems);
    EXPECT_EQ(test::difference(a.collection.catalogue, b.collection.catalogue), "");
    ASSERT_EQ(a.collection.sources.size(), b.collection.sources.size());
    for (std::size_t i = 0; i < a.collection.sources.size(); ++i)
    {
        EXPECT_EQ(a.collection.sources[i].id, b.collection.sources[i].id);
        EXPECT_EQ(a.collection.sources[i].origin, b.collection.sources[i].origin);
    }
}

void expectNothingLeft(const session::Session &session)
{
    EXPECT_TRUE(session.pendingImports().all()->empty());
    EXPECT_EQ(std::distance(fs::directory_iterator(*session.cacheFolder()), {}), 1)
        << "only the store is left";
}

/// A session that holds an import stopped at that report of a stage.
std::shared_ptr<session::Session> halfImported(const Stars &stars, const std::string &name,
                                               std::string_view stage, std::size_t report)
{
    auto session = session::Session::create(stars.folder / name).value();
    StopAfter stop(stage, report, 1);
    const auto stopped = importSpectra(*session, stars.request, stop.context);
    EXPECT_TRUE(!stopped && stopped.error().kind == ErrorKind::Cancelled)
        << (stopped ? "finished" : stopped.error().message);
    EXPECT_TRUE(session->collections()->empty());
    EXPECT_EQ(session->pendingImports().all()->size(), 1U);
    return session;
}

} // namespace

TEST(SpectraResume, WhatWasFoundIsReadBackFromItsBytesToTheBit)
{
    std::vector<ScannedSpectrum> all(2);
    all[0].origin = {"/a b/\xC3\xA9.fits", "in \xFF", 2, 70000};
    all[0].name = "star";
    all[0].note = "um guessed";
    all[0].redshift = std::numeric_limits<double>::quiet_NaN();
    all[0].snr = 0.1;
    all[0].pixels = 4000;
    all[0].isWhole = false;
    all[0].isOneOfMany = true;
    all[0].hash = 0xFEDCBA9876543210U;
    all[0].range = {3800.123456789, 9200.1, 1e-4, 3999};
    const auto back = scannedFromBytes(toBytes(all));
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->size(), 2U);
    EXPECT_EQ(toBytes(*back), toBytes(all));
    EXPECT_EQ(back->at(0).origin, all[0].origin);
    EXPECT_TRUE(std::isnan(back->at(0).redshift));
    EXPECT_EQ(back->at(0).snr, 0.1);
    EXPECT_EQ(back->at(0).hash, all[0].hash);
    EXPECT_EQ(back->at(0).range.firstAngstrom, 3800.123456789);
    std::vector<std::byte> broken = toBytes(all);
    broken.resize(broken.size() - 3);
    EXPECT_EQ(scannedFromBytes(broken).error().kind, ErrorKind::Malformed);
}

TEST(SpectraResume, StoppedAnyNumberOfTimesGivesTheSameBits)
{
    const Stars stars;
    const Imported expected = uninterrupted(stars);
    test::forAll(3, [&](Random &random) {
        const auto session =
            session::Session::create(stars.folder / ("s" + std::to_string(random.next()) + ".somnium"))
                .value();
        const auto [outcome, stops] = test::askUntilDone<SpectraImportOutcome>(
            *session, kEither, 9, random,
            [&](const JobContext &context) { return importSpectra(*session, stars.request, context); });
        ASSERT_TRUE(outcome);
        EXPECT_GT(stops, 2U);
        EXPECT_GT(outcome->resumedFiles, 0U);
        expectSame(importedInto(*session, outcome->collection), expected);
        expectNothingLeft(*session);
    });
}

TEST(SpectraResume, KilledAnyNumberOfTimesGivesTheSameBits)
{
    const Stars stars;
    const Imported expected = uninterrupted(stars);
    test::forAll(2, [&](Random &random) {
        const auto path = stars.folder / ("k" + std::to_string(random.next()) + ".somnium");
        ASSERT_TRUE(session::Session::create(path));
        const auto import = [&](const JobContext &context) {
            const auto opened = session::Session::open(path);
            return opened && importSpectra(**opened, stars.request, context);
        };
        std::size_t kills = 0;
        while (!test::runAndKill(kEither, 2 + random.below(12), import))
            ASSERT_LT(++kills, 100U);
        EXPECT_GT(kills, 2U);
        const auto session = session::Session::open(path).value();
        const auto collections = session->collections().value();
        ASSERT_EQ(collections.size(), 1U);
        expectSame(importedInto(*session, collections[0].id), expected);
        EXPECT_TRUE(session->pendingImports().all()->empty());
    });
}

TEST(SpectraResume, GoesOnInEitherPassWhereItWas)
{
    const Stars stars;
    const auto looking = halfImported(stars, "looking.somnium", kLooking, 7);
    session::PendingImport pending = looking->pendingImports().all()->at(0);
    EXPECT_TRUE(pending.areSpectra);
    EXPECT_EQ(pending.filesDone, 7U);
    EXPECT_EQ(pending.filesTotal, kStars + 5);
    EXPECT_EQ(pending.samples.count, 0U);
    const auto again = spectraImportRequestFromJson(pending.request);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->paths, stars.request.paths);
    EXPECT_EQ(again->catalogue, stars.request.catalogue);
    EXPECT_EQ(again->recipe, stars.request.recipe);
    EXPECT_EQ(again->reading, stars.request.reading);
    std::vector<std::string> stages;
    JobContext context;
    context.onProgress = [&](const Progress &report) {
        if (report.stage == kLooking && stages.empty())
        {
            EXPECT_EQ(report.done, 8U);
            stages.emplace_back(report.stage);
        }
    };
    const auto outcome = importSpectra(*looking, *again, context);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->resumedFiles, 7U);
    EXPECT_EQ(outcome->resumedSpectra, 0U);

    const auto preparing = halfImported(stars, "preparing.somnium", kPreparing, 11);
    pending = preparing->pendingImports().all()->at(0);
    EXPECT_EQ(pending.filesDone, pending.filesTotal);
    EXPECT_EQ(pending.samples.count, 10U) << "one was rejected";
    const auto rest = importSpectra(*preparing, stars.request, {});
    ASSERT_TRUE(rest) << rest.error().message;
    EXPECT_EQ(rest->resumedFiles, pending.filesTotal);
    EXPECT_GE(rest->resumedSpectra, 11U);
}

TEST(SpectraResume, BeginsAnewWhereWhatWasKeptIsOfNoUse)
{
    const Stars stars;
    const Imported expected = uninterrupted(stars);
    const std::vector<std::pair<const char *, std::function<void(const fs::path &part)>>> accidents = {
        {"removed.somnium", [](const fs::path &part) { fs::remove(part); }},
        {"short.somnium", [](const fs::path &part) { fs::resize_file(part, fs::file_size(part) / 2); }},
        {"changed.somnium", [](const fs::path &part) {
             std::fstream file(part, std::ios::binary | std::ios::in | std::ios::out);
             file.seekp(200);
             file.put('\x55');
         }}};
    for (const auto &[name, accident] : accidents)
    {
        const auto session = halfImported(stars, name, kPreparing, 9);
        const auto key = session->pendingImports().all()->at(0).key;
        accident(data::SampleStoreWriter::partOf(session->pendingImports().samplesPath(key).value()));
        const auto outcome = importSpectra(*session, stars.request, {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_GT(outcome->resumedFiles, 0U) << "what was found is of use";
        EXPECT_EQ(outcome->resumedSpectra, 0U) << name;
        expectSame(importedInto(*session, outcome->collection), expected);
        expectNothingLeft(*session);
    }
    const auto session = halfImported(stars, "touched.somnium", kPreparing, 9);
    const fs::path first = stars.folder / "spectra/a_broken.txt";
    fs::last_write_time(first, fs::last_write_time(first) - std::chrono::seconds(5));
    const auto outcome = importSpectra(*session, stars.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->resumedFiles + outcome->resumedSpectra, 0U);
    expectSame(importedInto(*session, outcome->collection), expected);
}

TEST(SpectraResume, FilesThatCameSinceAndAnotherCatalogueAreSeen)
{
    Stars stars;
    stars.request.recipe.restFrame = {true, prepare::RestFrame::From::Redshift, "z", true};
    std::ofstream(stars.folder / "table.csv", std::ios::app)
        << "many#1,0,1\nmany#2,0,1\nmany#3,0,1\nmany#4,0,1\nmany#5,0,1\ntwice,0,1\ntwice_2,0,1\n";
    for (const bool isFile : {true, false})
    {
        const auto session = halfImported(stars, isFile ? "file.somnium" : "z.somnium", kPreparing, 9);
        if (isFile)
            writeStar(stars.folder / "spectra/z_last.txt", 5);
        else
        {
            std::string table = contentOf(stars.folder / "table.csv");
            table.replace(table.find("0.001"), 5, "0.004");
            std::ofstream(stars.folder / "table.csv") << table;
        }
        const auto outcome = importSpectra(*session, stars.request, {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_GT(outcome->resumedFiles, 0U);
        EXPECT_EQ(outcome->resumedSpectra, 0U) << "they are another collection now";
        const auto whole =
            session::Session::create(stars.folder / (isFile ? "w1.somnium" : "w2.somnium")).value();
        const auto expected = importSpectra(*whole, stars.request, {});
        ASSERT_TRUE(expected) << expected.error().message;
        expectSame(importedInto(*session, outcome->collection), importedInto(*whole, expected->collection));
    }
}

TEST(SpectraResume, IsOfTheSameFilesAndRecipeOnlyAndCanBeRefused)
{
    const Stars stars;
    const auto session = halfImported(stars, "s.somnium", kPreparing, 9);
    SpectraImportRequest other = stars.request;
    other.recipe.grid.pixels = 50;
    EXPECT_EQ(importSpectra(*session, other, {}).value().resumedFiles, 0U);
    other = stars.request;
    other.reading.medium = data::WavelengthMedium::Air;
    EXPECT_EQ(importSpectra(*session, other, {}).value().resumedFiles, 0U);
    EXPECT_EQ(session->pendingImports().all()->size(), 1U) << "the first one is still there";
    SpectraImportRequest anew = stars.request;
    anew.startsAnew = true;
    EXPECT_EQ(importSpectra(*session, anew, {}).value().resumedFiles, 0U);
    EXPECT_TRUE(session->pendingImports().all()->empty());
}

TEST(SpectraResume, ARequestThatCannotSucceedLeavesNothing)
{
    Stars stars;
    stars.request.recipe.restFrame = {true, prepare::RestFrame::From::Redshift, "no such column", true};
    const auto session = session::Session::create(stars.folder / "s.somnium").value();
    const auto outcome = importSpectra(*session, stars.request, {});
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message, HasSubstr("no such column"));
    EXPECT_TRUE(session->pendingImports().all()->empty());
    EXPECT_TRUE(fs::is_empty(*session->cacheFolder()));
}

TEST(SpectraResume, GoesOnWhereAKillCameBetweenStoreAndSession)
{
    const Stars stars;
    const Imported expected = uninterrupted(stars);
    for (const bool isPublished : {false, true})
    {
        const fs::path file = stars.folder / (isPublished ? "published.somnium" : "finished.somnium");
        ASSERT_TRUE(session::Session::create(file));
        ASSERT_FALSE(test::runAndKill(kPreparing, kGood + 1, [&](const JobContext &context) {
            return importSpectra(*session::Session::open(file).value(), stars.request, context).has_value();
        }));
        const auto session = session::Session::open(file).value();
        const session::PendingImport pending = session->pendingImports().all()->at(0);
        ASSERT_EQ(pending.samples.count, kGood);
        const fs::path path = session->pendingImports().samplesPath(pending.key).value();
        auto writer = data::SpectrumStoreWriter::resume(path, expected.preparation.grid,
                                                        expected.preparation.hasWeights, pending.samples, {});
        ASSERT_TRUE(writer) << writer.error().message;
        ASSERT_TRUE((*writer)->finish(expected.collection.fingerprint));
        writer->reset();
        if (isPublished)
            fs::rename(
                path,
                session->spectraStorePath(expected.collection.fingerprint, expected.preparation).value());
        const auto outcome = importSpectra(*session, stars.request, {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(outcome->resumedSpectra, kGood + 1);
        expectSame(importedInto(*session, outcome->collection), expected);
        expectNothingLeft(*session);
    }
}

} // namespace somnium::workflow
