// SPDX-License-Identifier: GPL-3.0-or-later
// An import that is stopped or killed, at any moment and any number of times, ends in the same bits.
#include <algorithm>
#include <fstream>

#include "core/workflow/originals.h"
#include "tests/core/workflow/interruptions.h"
#include "tests/core/workflow/small_survey.h"
#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"

namespace somnium::workflow
{
namespace
{

namespace fs = std::filesystem;
using test::contentOf;
using test::kSurveyCount;
using test::SmallSurvey;
using test::StopAfter;

/// Everything an import leaves behind.
struct Imported
{
    data::Collection collection;
    std::string samples; ///< the file
};

Imported importedInto(const session::Session &session, session::CollectionId id)
{
    Imported imported;
    imported.collection = session.collection(id).value();
    const auto summary = session.collectionSummary(id).value();
    imported.samples = contentOf(session.samplesPath(summary.fingerprint, summary.recipe).value());
    return imported;
}

void expectSame(const Imported &a, const Imported &b)
{
    EXPECT_EQ(a.samples == b.samples, true) << a.samples.size() << " and " << b.samples.size() << " bytes";
    EXPECT_EQ(a.collection.fingerprint, b.collection.fingerprint);
    EXPECT_EQ(a.collection.problems, b.collection.problems);
    EXPECT_EQ(test::difference(a.collection.catalogue, b.collection.catalogue), "");
    ASSERT_EQ(a.collection.sources.size(), b.collection.sources.size());
    for (std::size_t i = 0; i < a.collection.sources.size(); ++i)
    {
        EXPECT_EQ(a.collection.sources[i].id, b.collection.sources[i].id);
        EXPECT_EQ(a.collection.sources[i].origin, b.collection.sources[i].origin);
        EXPECT_EQ(a.collection.sources[i].wcsCards, b.collection.sources[i].wcsCards);
    }
}

/// A survey with what makes resuming hard: a broken file, names that come twice, a file of several images.
struct AwkwardSurvey : SmallSurvey
{
    explicit AwkwardSurvey(bool asTar) : SmallSurvey(asTar)
    {
        std::ofstream(images / "a_broken.fits") << "SIMPLE  =                    T";
        for (const char *name : {"again", "more"})
        {
            fs::create_directories(images / name);
            std::ofstream file(images / name / "twice.npy", std::ios::binary);
            std::string dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 40, 40), }";
            dict.resize(117, ' ');
            file << std::string("\x93NUMPY\x01\x00\x76\x00", 10) << dict << '\n';
            for (int i = 0; i < 3 * 40 * 40; ++i)
            {
                const float value = static_cast<float>(i % 41) * (name[0] == 'a' ? 1.0F : 0.5F);
                file.write(reinterpret_cast<const char *>(&value), sizeof value); // NOLINT
            }
        }
    }

    [[nodiscard]] ImportRequest slowRequest() const
    {
        ImportRequest slow = request();
        slow.keepEvery = std::chrono::milliseconds(0); // after every file
        return slow;
    }

    /// The same import without an interruption, in a session of its own.
    [[nodiscard]] Imported uninterrupted() const
    {
        const auto path = folder / "whole.somnium";
        const auto whole = session::Session::create(path).value();
        const auto outcome = importImages(*whole, request(), {});
        EXPECT_TRUE(outcome);
        return importedInto(*whole, outcome.value().collection);
    }
};

constexpr std::string_view kReading = "reading images";

TEST(ImportResume, StoppedAnyNumberOfTimesGivesTheSameBits)
{
    for (const bool asTar : {false, true})
    {
        const AwkwardSurvey survey(asTar);
        const Imported expected = survey.uninterrupted();
        EXPECT_EQ(expected.collection.sources.size(), kSurveyCount + 6);
        test::forAll(2, [&](Random &random) {
            const auto session =
                session::Session::create(survey.folder / ("s" + std::to_string(random.next()) + ".somnium"))
                    .value();
            const auto [outcome, stops] = test::askUntilDone<ImportOutcome>(
                *session, kReading, 12, random, [&](const JobContext &context) {
                    return importImages(*session, survey.slowRequest(), context);
                });
            ASSERT_TRUE(outcome);
            EXPECT_GT(stops, 1U);
            EXPECT_GT(outcome->resumedFiles, 0U);
            expectSame(importedInto(*session, outcome->collection), expected);
            EXPECT_TRUE(session->pendingImports().all()->empty());
            EXPECT_EQ(std::distance(fs::directory_iterator(*session->cacheFolder()), {}), 1)
                << "only the samples are left";
        });
    }
}

bool importInChild(const fs::path &session, const ImportRequest &request, std::size_t killAfter)
{
    return test::runAndKill(kReading, killAfter, [&](const JobContext &context) {
        const auto opened = session::Session::open(session);
        return opened && importImages(**opened, request, context);
    });
}

TEST(ImportResume, KilledAnyNumberOfTimesGivesTheSameBits)
{
    const AwkwardSurvey survey(false);
    const Imported expected = survey.uninterrupted();
    test::forAll(2, [&](Random &random) {
        const auto path = survey.folder / ("k" + std::to_string(random.next()) + ".somnium");
        ASSERT_TRUE(session::Session::create(path));
        std::size_t kills = 0;
        while (!importInChild(path, survey.slowRequest(), 2 + random.below(15)))
            ASSERT_LT(++kills, 100U);
        EXPECT_GT(kills, 1U);
        const auto session = session::Session::open(path).value();
        const auto collections = session->collections().value();
        ASSERT_EQ(collections.size(), 1U);
        expectSame(importedInto(*session, collections[0].id), expected);
    });
}

/// A session that holds an import stopped half-way.
std::shared_ptr<session::Session> halfImported(const AwkwardSurvey &survey, const char *name)
{
    auto session = session::Session::create(survey.folder / name).value();
    StopAfter stop(kReading, 20, 1);
    const auto stopped = importImages(*session, survey.slowRequest(), stop.context);
    EXPECT_TRUE(!stopped && stopped.error().kind == ErrorKind::Cancelled)
        << (stopped ? "finished" : stopped.error().message);
    const auto pending = session->pendingImports().all().value();
    EXPECT_EQ(pending.size(), 1U);
    EXPECT_GT(pending.at(0).filesDone, 0U);
    EXPECT_LT(pending.at(0).filesDone, pending.at(0).filesTotal);
    const auto again = importRequestFromJson(pending.at(0).request);
    EXPECT_TRUE(again);
    EXPECT_EQ(again->paths, survey.request().paths);
    EXPECT_EQ(again->recipe, survey.request().recipe);
    EXPECT_EQ(again->catalogue, survey.request().catalogue);
    return session;
}

TEST(ImportResume, BeginsAnewWhereWhatWasKeptIsOfNoUse)
{
    const AwkwardSurvey survey(false);
    const Imported expected = survey.uninterrupted();
    const std::vector<std::pair<const char *, std::function<void(const fs::path &part)>>> accidents = {
        {"removed.somnium", [](const fs::path &part) { fs::remove(part); }},
        {"short.somnium", [](const fs::path &part) { fs::resize_file(part, fs::file_size(part) / 2); }},
        {"changed.somnium",
         [](const fs::path &part) {
             std::fstream file(part, std::ios::binary | std::ios::in | std::ios::out);
             file.seekp(200);
             file.put('\x55');
         }},
        {"touched.somnium", [&](const fs::path &) {
             fs::path first = survey.images / "~";
             for (const auto &entry : fs::directory_iterator(survey.images))
                 first = std::min(first, entry.path());
             fs::last_write_time(first, fs::last_write_time(first) - std::chrono::seconds(5));
         }}};
    for (const auto &[name, accident] : accidents)
    {
        const auto session = halfImported(survey, name);
        const auto key = session->pendingImports().all()->at(0).key;
        accident(data::SampleStoreWriter::partOf(session->pendingImports().samplesPath(key).value()));
        const auto outcome = importImages(*session, survey.slowRequest(), {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(outcome->resumedFiles, 0U) << name;
        expectSame(importedInto(*session, outcome->collection), expected);
    }
}

TEST(ImportResume, IsOfTheSameFilesAndRecipeOnlyAndCanBeRefused)
{
    const AwkwardSurvey survey(false);
    const auto session = halfImported(survey, "s.somnium");
    ImportRequest other = survey.slowRequest();
    other.recipe = prepare::radioRecipe(24);
    EXPECT_EQ(importImages(*session, other, {}).value().resumedFiles, 0U);
    EXPECT_EQ(session->pendingImports().all()->size(), 1U) << "the other one is still there";
    ImportRequest anew = survey.slowRequest();
    anew.startsAnew = true;
    EXPECT_EQ(importImages(*session, anew, {}).value().resumedFiles, 0U);
    EXPECT_TRUE(session->pendingImports().all()->empty());
}

TEST(ImportResume, RenamedOrWithAnotherCatalogueItIsTheSame)
{
    const AwkwardSurvey survey(false);
    const auto session = halfImported(survey, "s.somnium");
    ImportRequest renamed = survey.slowRequest();
    renamed.name = "another name";
    const auto outcome = importImages(*session, renamed, {});
    ASSERT_TRUE(outcome);
    EXPECT_GT(outcome->resumedFiles, 0U);
    EXPECT_EQ(session->collectionSummary(outcome->collection)->name, "another name");
}

TEST(ImportResume, DiscardedLeavesNothing)
{
    const AwkwardSurvey survey(false);
    const auto session = halfImported(survey, "s.somnium");
    ASSERT_TRUE(session->pendingImports().remove(session->pendingImports().all()->at(0).key));
    EXPECT_TRUE(session->pendingImports().all()->empty());
    EXPECT_TRUE(fs::is_empty(*session->cacheFolder()));
}

TEST(ImportResume, TwoProgramsDoNotMeet)
{
    const AwkwardSurvey survey(false);
    const auto session = session::Session::create(survey.folder / "s.somnium").value();
    JobContext context;
    bool hasTried = false;
    context.onProgress = [&](const Progress &) {
        if (std::exchange(hasTried, true))
            return;
        const auto second = importImages(*session, survey.slowRequest(), {});
        ASSERT_FALSE(second);
        EXPECT_NE(second.error().message.find("another program"), std::string::npos)
            << second.error().message;
    };
    EXPECT_TRUE(importImages(*session, survey.slowRequest(), context));
    EXPECT_TRUE(hasTried);
}

TEST(ImportResume, GoesOnWhereAKillCameBetweenSamplesAndSession)
{
    const AwkwardSurvey survey(false);
    const Imported expected = survey.uninterrupted();
    for (const bool isPublished : {false, true})
    {
        const auto session = halfImported(survey, isPublished ? "published.somnium" : "finished.somnium");
        const session::PendingImport pending = session->pendingImports().all()->at(0);
        const fs::path path = session->pendingImports().samplesPath(pending.key).value();
        auto writer = data::SampleStoreWriter::resume(path, pending.samples, {});
        ASSERT_TRUE(writer) << writer.error().message;
        ASSERT_TRUE((*writer)->finish(pending.contentHash));
        writer->reset();
        if (isPublished)
            fs::rename(path, session->samplesPath(pending.contentHash, survey.request().recipe).value());
        const auto outcome = importImages(*session, survey.slowRequest(), {});
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(outcome->resumedFiles, pending.filesDone);
        expectSame(importedInto(*session, outcome->collection), expected);
    }
}

} // namespace
} // namespace somnium::workflow
