// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_spectra.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/workflow/import_files.h"
#include "core/workflow/reprepare.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::HasSubstr;

constexpr std::size_t kPixels = 400;

/// A slope with a Gaussian line at `line` Angstrom at rest, redshifted, on a grid of its own.
void writeStar(const fs::path &path, double slope, double redshift, double firstAngstrom = 4000.0)
{
    fs::create_directories(path.parent_path());
    std::ofstream file(path);
    file << "# wavelength flux error\n";
    for (std::size_t i = 0; i < kPixels; ++i)
    {
        const double observed = firstAngstrom + 5.0 * static_cast<double>(i);
        const double rest = observed / (1.0 + redshift);
        const double depth = std::exp(-0.5 * std::pow((rest - 5000.0) / 12.0, 2));
        file << observed << ' ' << 10.0 + slope * (rest - 5000.0) / 1000.0 - 4.0 * depth << " 0.1\n";
    }
}

/// Files a0 ... a5 and a table of their redshifts.
struct Survey
{
    explicit Survey(double redshiftStep = 0.0)
    {
        std::ofstream table(folder / "table.csv");
        table << "id,z,teff\n";
        for (int i = 0; i < 6; ++i)
        {
            const double redshift = redshiftStep * i;
            writeStar(folder / ("spectra/a" + std::to_string(i) + ".txt"), 0.2 * (1.0 + i), redshift);
            table << 'a' << i << ',' << redshift << ',' << 4000 + 100 * i << '\n';
        }
        request.paths = {folder / "spectra"};
        request.catalogue = folder / "table.csv";
        request.recipe.medium.isEnabled = false;
        request.recipe.mask.skyLines = false;
        session = session::Session::create(folder / "s.somnium").value();
    }

    TemporaryFolder folder;
    SpectraImportRequest request;
    std::shared_ptr<session::Session> session;
};

std::size_t lowestPixel(const data::PreparedSpectrum &spectrum)
{
    return static_cast<std::size_t>(std::min_element(spectrum.flux.begin(), spectrum.flux.end()) -
                                    spectrum.flux.begin());
}

} // namespace

TEST(ImportSpectra, PutsAFolderWithItsTableOnOneGrid)
{
    Survey survey;
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, 6U);
    EXPECT_EQ(outcome->joinedRows, 6U);
    EXPECT_TRUE(outcome->problems.empty());
    const auto collection = survey.session->collection(outcome->collection).value();
    EXPECT_EQ(collection.sources[3].id, "a3");
    EXPECT_EQ(collection.sources[3].originalShape, (data::ImageShape{1, 1, kPixels}));
    const auto teff = collection.catalogue.find("teff");
    ASSERT_TRUE(teff);
    EXPECT_EQ(collection.catalogue.columns()[*teff].number(3), 4300.0);
    const auto snr = collection.catalogue.find("spectrum_snr");
    ASSERT_TRUE(snr);
    EXPECT_NEAR(collection.catalogue.columns()[*snr].number(3), 100.0, 5.0);
    const auto spectra = survey.session->spectra(outcome->collection);
    ASSERT_TRUE(spectra) << spectra.error().message;
    EXPECT_EQ((*spectra)->count(), 6U);
    EXPECT_TRUE((*spectra)->hasWeights());
    EXPECT_NEAR((*spectra)->grid().at(0.0), 4000.0, 5.0);
    for (std::size_t i = 0; i < 6; ++i)
    {
        const data::PreparedSpectrum spectrum = (*spectra)->spectrum(i);
        EXPECT_NEAR((*spectra)->grid().at(static_cast<double>(lowestPixel(spectrum))), 5000.0, 5.0);
    }
}

TEST(ImportSpectra, NumbersThatMeanNotKnownAreMissing)
{
    Survey survey;
    std::ofstream(survey.folder / "table.csv") << "id,teff,logg\na0,5000,4.5\na1,99999,4.0\na2,6000,99999\n";
    survey.request.missingValues = {99999.0};
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    const auto catalogue = survey.session->collection(outcome->collection)->catalogue;
    const data::Column &teff = catalogue.columns()[*catalogue.find("teff")];
    const data::Column &logg = catalogue.columns()[*catalogue.find("logg")];
    EXPECT_EQ(teff.number(0), 5000.0);
    EXPECT_TRUE(teff.isMissing(1));
    EXPECT_TRUE(logg.isMissing(2));
    EXPECT_EQ(logg.number(1), 4.0);
}

TEST(ImportSpectra, NinesFarFromAllOthersAreTakenForNotKnownAndThatIsTold)
{
    Survey survey;
    std::ofstream(survey.folder / "table.csv")
        << "id,teff,feh,counts\na0,5000,99.99,999\na1,99999,-0.5,998\na2,6000,0.1,1000\n";
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_THAT(outcome->notes, ::testing::IsSupersetOf({"teff: 99999 is taken for \"not known\" (1 row)",
                                                         "feh: 99.99 is taken for \"not known\" (1 row)"}));
    const auto catalogue = survey.session->collection(outcome->collection)->catalogue;
    EXPECT_TRUE(catalogue.columns()[*catalogue.find("teff")].isMissing(1));
    EXPECT_TRUE(catalogue.columns()[*catalogue.find("feh")].isMissing(0));
    EXPECT_EQ(catalogue.columns()[*catalogue.find("counts")].number(0), 999.0) << "among its like";
}

TEST(ImportSpectra, ValuesThatMeanNotKnownAreReadAsPeopleTypeThem)
{
    EXPECT_TRUE(missingValuesFromText("")->empty());
    EXPECT_TRUE(missingValuesFromText(" , ;")->empty());
    EXPECT_EQ(missingValuesFromText("99999,-999.0; 1e5\t7").value(),
              (std::vector<double>{99999.0, -999.0, 1e5, 7.0}));
    for (const char *bad : {"9999 none", "1,2x", "nan", "inf", "--5"})
        EXPECT_EQ(missingValuesFromText(bad).error().kind, ErrorKind::Malformed) << bad;
    EXPECT_THAT(missingValuesFromText("9999 none").error().message, HasSubstr("'none'"));
}

TEST(ImportSpectra, TakesRedshiftsFromTheTableToTheRestFrame)
{
    Survey survey(0.02);
    survey.request.recipe.restFrame = {true, prepare::RestFrame::From::Redshift, "z", true};
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    const auto spectra = survey.session->spectra(outcome->collection).value();
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_NEAR(spectra->grid().at(static_cast<double>(lowestPixel(spectra->spectrum(i)))), 5000.0, 5.0)
            << i;
    survey.request.recipe.restFrame.column = "redshift_of_others";
    const auto failed = importSpectra(*survey.session, survey.request, {});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("redshift_of_others"));
    EXPECT_THAT(failed.error().message, HasSubstr("teff"));
}

TEST(ImportSpectra, WhatCannotBeReadIsAProblemAndTheRestGoesOn)
{
    Survey survey;
    std::ofstream(survey.folder / "spectra/b0.txt") << "";
    std::ofstream(survey.folder / "spectra/b1.txt") << "these are no numbers\nat all\n";
    {
        std::ofstream file(survey.folder / "spectra/b2.txt");
        for (int i = 0; i < 400; ++i)
            file << 4000 + 5 * i << " nan 0.1\n";
    }
    writeStar(survey.folder / "spectra/b3.txt", 1.0, 0.0, 90000.0); // another part of the spectrum
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, 6U);
    EXPECT_EQ(outcome->problems.size(), 4U);
    for (const data::ImportProblem &problem : outcome->problems)
    {
        EXPECT_THAT(problem.origin.file, HasSubstr("/b"));
        EXPECT_FALSE(problem.expected.empty());
        EXPECT_FALSE(problem.found.empty());
    }
    const auto collection = survey.session->collection(outcome->collection).value();
    EXPECT_EQ(collection.sources.size(), 6U);
    EXPECT_EQ(collection.catalogue.rowCount(), 6U);
}

TEST(ImportSpectra, GivesTheSameForAnyNumberOfThreads)
{
    std::vector<std::vector<float>> fluxes;
    for (const unsigned threads : {1U, 5U})
    {
        Survey survey;
        JobContext context;
        context.threads = threads;
        const auto outcome = importSpectra(*survey.session, survey.request, context);
        ASSERT_TRUE(outcome) << outcome.error().message;
        const auto spectra = survey.session->spectra(outcome->collection).value();
        std::vector<float> all;
        for (std::size_t i = 0; i < spectra->count(); ++i)
        {
            const auto flux = spectra->spectrum(i).flux;
            all.insert(all.end(), flux.begin(), flux.end());
        }
        fluxes.push_back(std::move(all));
    }
    EXPECT_EQ(fluxes[0], fluxes[1]);
}

TEST(ImportSpectra, ARemovedCacheIsMadeAgain)
{
    Survey survey;
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    const auto before = survey.session->spectra(outcome->collection).value()->spectrum(4);
    fs::remove_all(survey.folder / "s.somnium.cache");
    EXPECT_EQ(survey.session->spectra(outcome->collection).error().kind, ErrorKind::NotFound);
    const auto again = spectraOf(*survey.session, outcome->collection, {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ((*again)->spectrum(4).flux, before.flux);
    EXPECT_EQ((*again)->spectrum(4).weight, before.weight);

    fs::remove_all(survey.folder / "s.somnium.cache");
    fs::remove(survey.folder / "spectra/a2.txt");
    const auto gone = spectraOf(*survey.session, outcome->collection, {});
    ASSERT_FALSE(gone);
    EXPECT_THAT(gone.error().message, HasSubstr("a2.txt"));
}

TEST(ImportSpectra, PreparedOnceMoreByAnotherRecipeTheyKeepWhatWasSaidOfThem)
{
    Survey survey(0.02);
    writeStar(survey.folder / "spectra/a3_noisy.txt", 1.0, 0.0); // has no redshift in the table
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    ASSERT_EQ(outcome->imported, 7U);
    ASSERT_TRUE(survey.session->setLabel(outcome->collection, {2, 4, 5, 6}, "odd", true));
    prepare::SpectralRecipe atRest = survey.request.recipe;
    atRest.name = "at rest";
    atRest.grid.pixels = 200;
    atRest.restFrame = {true, prepare::RestFrame::From::Redshift, "z", true};
    const auto again =
        prepareAgain(*survey.session, SpectraReprepareRequest{outcome->collection, atRest, ""}, {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->prepared, 6U);
    EXPECT_EQ(again->labels, 3U);
    EXPECT_THAT(again->name, HasSubstr("(at rest)"));
    ASSERT_EQ(again->problems.size(), 1U);
    EXPECT_THAT(again->problems[0].origin.file, HasSubstr("a3_noisy"));
    const auto collection = survey.session->collection(again->collection).value();
    const auto teff = collection.catalogue.find("teff");
    ASSERT_TRUE(teff);
    const auto spectra = survey.session->spectra(again->collection);
    ASSERT_TRUE(spectra) << spectra.error().message;
    EXPECT_EQ((*spectra)->pixels(), 200U);
    for (std::size_t i = 0; i < 6; ++i)
    {
        EXPECT_EQ(collection.sources[i].id, "a" + std::to_string(i));
        EXPECT_EQ(collection.catalogue.columns()[*teff].number(i), 4000.0 + 100.0 * static_cast<double>(i));
        EXPECT_NEAR((*spectra)->grid().at(static_cast<double>(lowestPixel((*spectra)->spectrum(i)))), 5000.0,
                    12.0);
    }
    std::vector<std::size_t> labelled;
    const auto kept = survey.session->labels(again->collection);
    ASSERT_TRUE(kept);
    for (const session::Label &label : *kept)
        labelled.push_back(label.source);
    EXPECT_EQ(labelled, (std::vector<std::size_t>{2, 4, 5})) << "source 4 is gone";
    EXPECT_EQ(survey.session->spectra(outcome->collection).value()->count(), 7U) << "the old one stays";
    EXPECT_TRUE(prepareAgain(*survey.session,
                             SpectraReprepareRequest{again->collection, survey.request.recipe, ""}, {}));
}

TEST(ImportSpectra, PreparingOnceMoreNamesWhatIsMissingOrChangedAndLeavesTheSession)
{
    Survey survey;
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    const SpectraReprepareRequest request{outcome->collection, survey.request.recipe, "again"};
    const auto expectFault = [&](const SpectraReprepareRequest &asked, const char *text) {
        const auto failed = prepareAgain(*survey.session, asked, {});
        ASSERT_FALSE(failed);
        EXPECT_THAT(failed.error().message, HasSubstr(text));
        EXPECT_EQ(survey.session->collections()->size(), 1U);
    };
    SpectraReprepareRequest choosy = request;
    choosy.recipe.snr = {true, 1e6};
    expectFault(choosy, "prepares none");
    SpectraReprepareRequest lost = request;
    lost.recipe.restFrame = {true, prepare::RestFrame::From::Redshift, "nowhere", true};
    expectFault(lost, "nowhere");
    EXPECT_THAT(
        prepareAgain(*survey.session, ReprepareRequest{outcome->collection, prepare::radioRecipe(), ""}, {})
            .error()
            .message,
        HasSubstr("holds spectra"));
    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    EXPECT_EQ(prepareAgain(*survey.session, request, context).error().kind, ErrorKind::Cancelled);
    writeStar(survey.folder / "spectra/a3.txt", 7.0, 0.1);
    expectFault(request, "changed");
    fs::remove(survey.folder / "spectra/a3.txt");
    expectFault(request, "a3.txt");
}

TEST(ImportSpectra, StoppedLeavesTheSessionAsItWas)
{
    Survey survey;
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    context.onProgress = [&source](const Progress &progress) {
        if (progress.stage == "looking at spectra" && progress.done == 3)
            source.request_stop();
    };
    const auto outcome = importSpectra(*survey.session, survey.request, context);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::Cancelled);
    EXPECT_TRUE(survey.session->collections()->empty());
}

TEST(ImportSpectra, NothingReadableSaysWhy)
{
    Survey survey;
    survey.request.paths = {survey.folder / "table.csv"};
    survey.request.catalogue.clear();
    const auto outcome = importSpectra(*survey.session, survey.request, {});
    EXPECT_FALSE(outcome);
    survey.request.paths = {survey.folder / "nowhere"};
    const auto nowhere = importSpectra(*survey.session, survey.request, {});
    ASSERT_FALSE(nowhere);
    EXPECT_THAT(nowhere.error().message, HasSubstr("nowhere"));
}

TEST(SpectrumReading, IsReadBackFromItsJson)
{
    io::SpectrumReadOptions options;
    EXPECT_EQ(readOptionsFromJson(toJson(options)).value(), options);
    options.layout = io::SpectrumLayout::Bands;
    options.medium = data::WavelengthMedium::Air;
    options.wavelengthUnit = "um";
    options.fluxColumn = "F\xCE\xBB";
    options.wavelengths = {1.0, 2.5};
    options.rule = io::WavelengthRule{3.5, 1e-4, true};
    EXPECT_EQ(readOptionsFromJson(toJson(options)).value(), options);
    EXPECT_FALSE(readOptionsFromJson("{"));
}

} // namespace somnium::workflow
