// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/spectra_scout.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <QSignalSpy>

#include <gtest/gtest.h>

#include "core/io/fits_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/support/idle_backend.h"
#include "tests/ui/support/small_survey.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/import_scout.h"

namespace somnium::ui
{
namespace
{

namespace fs = std::filesystem;
constexpr int kWaitMs = 10000;
constexpr std::size_t kPixels = 300;

/// A row each pixel: wavelength, flux, error.
void writeSpectrum(const fs::path &path, double level)
{
    std::ofstream file(path);
    file << "# wavelength flux error\n";
    for (std::size_t i = 0; i < kPixels; ++i)
        file << 4000.0 + 2.0 * static_cast<double>(i) << ' '
             << level * (1.0 + 0.1 * std::sin(0.1 * static_cast<double>(i))) << ' ' << 0.01 * level << '\n';
}

std::vector<io::FoundFile> writeSpectra(const fs::path &folder, std::size_t count)
{
    fs::create_directories(folder);
    for (std::size_t i = 0; i < count; ++i)
        writeSpectrum(folder / ("star" + std::to_string(100 + i) + ".txt"), 1.0 + static_cast<double>(i));
    return scout({folder}, {}).spectra;
}

io::LoadedSpectrum loaded(bool hasErrors)
{
    io::LoadedSpectrum one;
    one.origin.file = "/a/star.txt";
    data::Spectrum &spectrum = one.spectrum;
    for (std::size_t i = 0; i < kPixels; ++i)
    {
        spectrum.wavelengthAngstrom.push_back(6000.0 + 2.0 * static_cast<double>(i));
        spectrum.flux.push_back(5.0F + std::sin(0.1F * static_cast<float>(i)));
    }
    if (hasErrors)
        spectrum.error.assign(kPixels, 0.1F);
    spectrum.fluxUnit = "Jy";
    spectrum.medium = data::WavelengthMedium::Air;
    return one;
}

TEST(ImportScout, TellsSpectraFromImagesAndFromCatalogues)
{
    const test::TemporaryFolder folder;
    writeSpectra(folder / "spectra", 3);
    std::ofstream(folder / "table.csv") << "id,ra,dec,z\nstar100,10.5,-3,0.1\nstar101,11,-3,0.2\n";
    const ScoutReport report = scout({folder / "spectra", folder / "table.csv"}, {});
    EXPECT_EQ(report.kind, ImportKind::Spectra);
    EXPECT_EQ(report.catalogue, folder / "table.csv");
    ASSERT_EQ(report.paths.size(), 1U);
    EXPECT_EQ(report.paths[0].spectra, 3U);
    EXPECT_EQ(report.paths[0].images, 0U);
    EXPECT_EQ(report.paths[0].others(ImportKind::Spectra), 0U);
    EXPECT_EQ(report.paths[0].others(ImportKind::Images), 3U);

    // A single dropped file of spectra is no catalogue, though it is a table.
    std::ofstream csv(folder / "star.csv");
    csv << "wavelength,flux\n";
    for (int i = 0; i < 50; ++i)
        csv << 4000 + i << ',' << 1.0 + 0.01 * i << '\n';
    csv.close();
    const ScoutReport single = scout({folder / "star.csv"}, {});
    EXPECT_EQ(single.kind, ImportKind::Spectra);
    EXPECT_TRUE(single.catalogue.empty());
    EXPECT_EQ(single.spectra.size(), 1U);
}

// FITS with an array [rows, columns], as SpeX spectra (wavelength, flux, error) and as a picture.
TEST(ImportScout, AFewLongRowsAreASpectrumAndManyAreAnImage)
{
    const test::TemporaryFolder folder;
    const auto kindOfRows = [&](std::size_t rows) {
        data::Image image({1, rows, 400});
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < 400; ++column)
                image.at(row, column) = row == 0 ? 0.8F + 0.004F * static_cast<float>(column) : 1.0F;
        const fs::path path = folder / ("rows" + std::to_string(rows) + ".fits");
        EXPECT_TRUE(io::writeFitsImage(path, image.view(), {}));
        return scout({path}, {}).kind;
    };
    EXPECT_EQ(kindOfRows(3), ImportKind::Spectra);
    EXPECT_EQ(kindOfRows(400), ImportKind::Images);
}

TEST(ImportScout, MoreImagesThanSpectraAreImages)
{
    const test::TemporaryFolder folder;
    (void)test::writeSmallSurvey(folder / "survey");
    writeSpectra(folder / "survey/notes", 2);
    const ScoutReport report = scout({folder / "survey/images.tar", folder / "survey/notes"}, {});
    EXPECT_EQ(report.kind, ImportKind::Images);
    EXPECT_EQ(report.images.size(), test::kSmallSurveyCount);
}

TEST(SpectraScout, CountsWhatFilesHoldAndSaysWhatWasGuessed)
{
    const test::TemporaryFolder folder;
    auto files = writeSpectra(folder / "s", 20);
    std::ofstream(folder / "s/broken.txt") << "nothing here\nat all\n";
    files = scout({folder / "s"}, {}).spectra;
    ASSERT_EQ(files.size(), 21U);
    const SpectraReport report = lookAtSpectra(files, {}, {});
    EXPECT_TRUE(report.isComplete());
    EXPECT_EQ(report.filesRead, 21U);
    ASSERT_EQ(report.places.size(), 20U);
    EXPECT_EQ(report.places.front().file, 1U) << "the broken one is first";
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_NE(report.problems[0].origin.file.find("broken.txt"), std::string::npos);
    ASSERT_FALSE(report.notes.empty());
    EXPECT_NE(report.notes.front().find("20 spectra"), std::string::npos) << report.notes.front();
    // The samples are those of the first places.
    ASSERT_FALSE(report.samples.empty());
    ASSERT_LT(report.samples.size(), 20U);
    for (std::size_t i = 0; i < report.samples.size(); ++i)
        EXPECT_EQ(report.samples[i]->origin.file, files[report.places[i].file].file);
}

TEST(SpectraScout, DoesNotReadEverythingOfALargeFolder)
{
    const test::TemporaryFolder folder;
    const auto one = writeSpectra(folder / "s", 1);
    const std::vector<io::FoundFile> many(1000, one.front());
    const SpectraReport report = lookAtSpectra(many, {}, {});
    EXPECT_FALSE(report.isComplete());
    EXPECT_LT(report.filesRead, 1000U);
    EXPECT_EQ(report.places.size(), report.filesRead);
    EXPECT_EQ(report.files.size(), 1000U);
}

TEST(SpectraScout, ReadsAsItIsTold)
{
    const test::TemporaryFolder folder;
    const auto files = writeSpectra(folder / "s", 1);
    io::SpectrumReadOptions nanometres;
    nanometres.wavelengthUnit = "nm";
    const SpectraReport report = lookAtSpectra(files, nanometres, {});
    ASSERT_EQ(report.samples.size(), 1U);
    EXPECT_DOUBLE_EQ(report.samples[0]->spectrum.wavelengthAngstrom.front(), 40000.0);
    EXPECT_EQ(report.reading, nanometres);
}

// The sky windows mask pixels, the fill shows something there, and its curve says where.
TEST(SpectralPreview, ShowsEveryStepAndWhatIsFilled)
{
    for (const bool hasErrors : {false, true})
    {
        const prepare::SpectralRecipe recipe = prepare::readyMadeSpectralRecipes().front().recipe;
        const SpectralPreview preview = previewOf(recipe, loaded(hasErrors));
        EXPECT_TRUE(preview.fault.empty()) << preview.fault;
        ASSERT_EQ(preview.after.size(), 8U);
        for (const SpectraPointer &picture : preview.after)
            ASSERT_TRUE(picture);
        EXPECT_EQ(preview.name, "star.txt");
        EXPECT_EQ(preview.before->medium, data::WavelengthMedium::Air);
        EXPECT_EQ(preview.after[1]->medium, data::WavelengthMedium::Air);
        EXPECT_EQ(preview.after[2]->medium, data::WavelengthMedium::Vacuum);
        EXPECT_EQ(preview.after[5]->fluxUnit, QStringLiteral("Jy"));
        EXPECT_TRUE(preview.after[6]->fluxUnit.isEmpty()) << "the median is 1 now";
        EXPECT_GT(preview.filledPixels, 0U);
        EXPECT_LT(preview.filledPixels, kPixels / 4);
        ASSERT_EQ(preview.after[7]->curves.size(), 2U);
        EXPECT_EQ(preview.after[7]->curves[0].low.size() > 0, hasErrors);
        EXPECT_EQ(preview.after[7]->grid.pixels, preview.grid.pixels);
        // As the recipe prepares it.
        const auto prepared = prepare::apply(recipe, preview.grid, loaded(hasErrors).spectrum, {});
        ASSERT_TRUE(prepared);
        EXPECT_EQ(preview.effects.back().flux, prepared->flux);
    }
}

TEST(SpectralPreview, ShowsTheStepsBeforeOneThatFails)
{
    prepare::SpectralRecipe recipe = prepare::readyMadeSpectralRecipes().front().recipe;
    recipe.grid.firstAngstrom = 9000.0;
    recipe.grid.lastAngstrom = 9500.0;
    const SpectralPreview preview = previewOf(recipe, loaded(true));
    EXPECT_NE(preview.fault.find("grid"), std::string::npos);
    EXPECT_TRUE(preview.before);
    EXPECT_TRUE(preview.after[4]);
    EXPECT_FALSE(preview.after[5]);
    EXPECT_FALSE(preview.after[7]);

    recipe = {};
    recipe.snr = {.isEnabled = true, .minimum = 1e5};
    EXPECT_NE(previewOf(recipe, loaded(true)).fault.find("100000"), std::string::npos);

    recipe = {};
    recipe.grid.pixels = 1;
    EXPECT_NE(previewOf(recipe, loaded(true)).fault.find("at least 2"), std::string::npos);
}

TEST(SpectralPreview, ARedshiftOfTheCatalogueIsNotKnownYet)
{
    prepare::SpectralRecipe recipe;
    recipe.restFrame = {.isEnabled = true, .from = prepare::RestFrame::From::Redshift};
    const SpectralPreview preview = previewOf(recipe, loaded(true));
    EXPECT_TRUE(preview.isAsObserved);
    EXPECT_TRUE(preview.fault.empty()) << preview.fault;
    recipe.restFrame.from = prepare::RestFrame::From::File;
    EXPECT_FALSE(previewOf(recipe, loaded(true)).fault.empty()) << "this file has none";
}

TEST(SpectraScout, PreviewsAnySpectrumAndTheNewestQuestionWins)
{
    const test::TemporaryFolder folder;
    const auto files = writeSpectra(folder / "s", 12);
    JobRunner runner(test::idleBackend);
    SpectraScout spectra(runner);
    QSignalSpy looked(&spectra, &SpectraScout::looked);
    spectra.preview({}, 0);
    spectra.look(files, {});
    spectra.look(files, {});
    ASSERT_TRUE(looked.wait(kWaitMs));
    EXPECT_EQ(looked.count(), 1) << "the first question was overtaken";
    std::shared_ptr<const SpectralPreview> shown;
    QSignalSpy previewed(&spectra, &SpectraScout::previewed);
    QObject::connect(&spectra, &SpectraScout::previewed, &spectra,
                     [&](const std::shared_ptr<const SpectralPreview> &preview) { shown = preview; });
    spectra.preview({}, 2);
    spectra.preview({}, 11); // not among the samples
    ASSERT_TRUE(previewed.wait(kWaitMs));
    EXPECT_EQ(previewed.count(), 1);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->index, 11U);
    EXPECT_EQ(shown->name, "star111.txt");
    EXPECT_TRUE(shown->fault.empty()) << shown->fault;

    fs::remove(folder / "s/star110.txt");
    QSignalSpy failed(&spectra, &SpectraScout::previewFailed);
    spectra.preview({}, 10);
    ASSERT_TRUE(failed.wait(kWaitMs));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("star110.txt")));
}

} // namespace
} // namespace somnium::ui
