// SPDX-License-Identifier: GPL-3.0-or-later
// Several images of one source as channels, recipes by name, and collections prepared once more.
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "core/io/fits_writer.h"
#include "core/workflow/aligned_reader.h"
#include "core/workflow/originals.h"
#include "core/workflow/recipe_library.h"
#include "core/workflow/reprepare.h"
#include "tests/core/workflow/small_survey.h"
#include "tests/support/wcs_cards.h"

namespace somnium::workflow
{
namespace
{

namespace fs = std::filesystem;
using test::SmallSurvey;

/// An image of one source, a Gaussian of 8 arcsec, `offsetArcsec` north of its centre.
void writeImage(const fs::path &path, double raDeg, double decDeg, double scaleArcsec, std::size_t side,
                double offsetArcsec)
{
    const double scale = scaleArcsec / 3600.0;
    const double centre = (static_cast<double>(side) + 1.0) / 2.0;
    data::Image image({1, side, side});
    for (std::size_t row = 0; row < side; ++row)
        for (std::size_t column = 0; column < side; ++column)
        {
            const double north = (static_cast<double>(row) + 1.0 - centre) * scaleArcsec - offsetArcsec;
            const double west = (static_cast<double>(column) + 1.0 - centre) * scaleArcsec;
            image.at(row, column) = static_cast<float>(std::exp(-(north * north + west * west) / 128.0));
        }
    io::FitsHeader header;
    header.wcsCards = test::wcsCard("CTYPE1", "'RA---TAN'") + test::wcsCard("CTYPE2", "'DEC--TAN'") +
                      test::wcsCard("CRVAL1", raDeg) + test::wcsCard("CRVAL2", decDeg) +
                      test::wcsCard("CRPIX1", centre) + test::wcsCard("CRPIX2", centre) +
                      test::wcsCard("CDELT1", -scale) + test::wcsCard("CDELT2", scale);
    fs::create_directories(path.parent_path());
    const auto written = io::writeFitsImage(path, image.view(), header);
    ASSERT_TRUE(written) << written.error().message;
}

/// Six sources in two surveys: fine ones of 60 x 60, coarse ones of 25 x 25 whose source is 10 arcsec north.
struct TwoSurveys
{
    test::TemporaryFolder folder;
    std::shared_ptr<session::Session> session;

    TwoSurveys()
    {
        for (int i = 0; i < 6; ++i)
        {
            const double dec = -40.0 + 10.0 * i;
            const std::string name = "src " + std::to_string(i);
            writeImage(folder / "fine" / (name + ".fits"), 100.0 + i, dec, 2.0, 60, 0.0);
            if (i != 4)
                writeImage(folder / "coarse" / ("coarse_" + name + ".fits"), 100.0 + i, dec, 5.0, 25, 10.0);
        }
        session = *session::Session::create(folder / "two.somnium");
    }
    [[nodiscard]] ImportRequest request() const
    {
        ImportRequest request;
        request.channels = {{"fine", {folder / "fine"}}, {"coarse", {folder / "coarse"}}};
        request.recipe = {"plain", {prepare::FillNan{}}};
        return request;
    }
};

/// The place of the brightest pixel of a channel.
std::pair<double, double> peak(const data::ImageView &image, std::size_t channel)
{
    const auto pixels = image.channel(channel);
    const auto brightest = std::max_element(pixels.begin(), pixels.end()) - pixels.begin();
    const auto columns = static_cast<std::ptrdiff_t>(image.columns());
    return {static_cast<double>(brightest / columns), static_cast<double>(brightest % columns)};
}

TEST(Channels, BecomeOneSampleOnTheGridOfTheReference)
{
    const TwoSurveys surveys;
    const auto outcome = importImages(*surveys.session, surveys.request(), {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, 5U);
    ASSERT_EQ(outcome->problems.size(), 1U); // source 4 has no coarse image
    EXPECT_NE(data::toString(outcome->problems[0]).find("'coarse'"), std::string::npos);
    const auto samples = samplesOf(*surveys.session, outcome->collection, {});
    ASSERT_TRUE(samples) << samples.error().message;
    EXPECT_EQ((*samples)->shape(), (data::ImageShape{2, 60, 60}));
    for (std::size_t i = 0; i < 5; ++i)
    {
        const auto [fineRow, fineColumn] = peak((*samples)->sample(i), 0);
        const auto [coarseRow, coarseColumn] = peak((*samples)->sample(i), 1);
        EXPECT_NEAR(coarseRow - fineRow, 5.0, 1.3); // 10 arcsec north
        EXPECT_NEAR(coarseColumn, fineColumn, 1.3);
    }
    const auto collection = surveys.session->collection(outcome->collection);
    ASSERT_TRUE(collection);
    const data::Source &first = collection->sources[0];
    EXPECT_EQ(first.id, "src 0");
    EXPECT_NEAR(first.raDeg, 100.0, 1e-3);
    EXPECT_NEAR(first.decDeg, -40.0, 1e-3);
    ASSERT_EQ(first.channelOrigins.size(), 2U);
    EXPECT_EQ(first.origin, first.channelOrigins[0]);
    EXPECT_EQ(surveys.session->collectionSummary(outcome->collection)->recipe.alignment.channels,
              (std::vector<std::string>{"fine", "coarse"}));

    // The cache can be made again, and the original read.
    const data::Image before((*samples)->sample(2));
    fs::remove_all(*surveys.session->cacheFolder());
    const auto again = samplesOf(*surveys.session, outcome->collection, {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(data::Image((*again)->sample(2)), before);
    const auto original =
        readOriginal(first, surveys.session->collectionSummary(outcome->collection)->recipe.alignment);
    ASSERT_TRUE(original) << original.error().message;
    EXPECT_EQ(original->shape(), (data::ImageShape{2, 60, 60}));
}

TEST(Channels, OnAStatedScaleOrAnotherReference)
{
    const TwoSurveys surveys;
    ImportRequest request = surveys.request();
    request.recipe.alignment.pixelScaleArcsec = 4.0;
    const auto coarser = importImages(*surveys.session, request, {});
    ASSERT_TRUE(coarser) << coarser.error().message;
    EXPECT_EQ(surveys.session->collectionSummary(coarser->collection)->preparedShape,
              (data::ImageShape{2, 30, 30}));
    request = surveys.request();
    request.recipe.alignment.reference = 1;
    request.recipe.alignment.values = prepare::Alignment::Values::Flux;
    const auto other = importImages(*surveys.session, request, {});
    ASSERT_TRUE(other) << other.error().message;
    EXPECT_EQ(surveys.session->collectionSummary(other->collection)->preparedShape,
              (data::ImageShape{2, 25, 25}));
    EXPECT_EQ(other->problems.size(), 1U); // nobody misses a coarse partner now, but source 4 is left over
}

TEST(Channels, PairByPositionOrByPattern)
{
    const TwoSurveys surveys;
    ImportRequest request = surveys.request();
    request.pairing = {PairBy::Position, 5.0};
    const auto byPosition = importImages(*surveys.session, request, {});
    ASSERT_TRUE(byPosition) << byPosition.error().message;
    EXPECT_EQ(byPosition->imported, 5U);
    request.channels[1].paths = {surveys.folder / "coarse" / "coarse_*.fits"};
    request.channels[1].name = "c";
    request.pairing.by = PairBy::Name;
    const auto byPattern = importImages(*surveys.session, request, {});
    EXPECT_TRUE(byPattern) << byPattern.error().message;
    request.channels[1].paths = {surveys.folder / "coarse"};
    const auto unpaired = importImages(*surveys.session, request, {});
    ASSERT_FALSE(unpaired); // "coarse_src 0" of channel "c" is not "src 0"
    EXPECT_NE(unpaired.error().message.find("in channel 'c'"), std::string::npos) << unpaired.error().message;
}

TEST(Channels, PairingIdsLeaveOutTheChannel)
{
    const auto id = [](const char *file, const char *channel) {
        return pairingId({file, "", 0, 0}, channel, "");
    };
    EXPECT_EQ(id("/a/3C 205_II.fits.fz", "first"), "3C 205_II");
    EXPECT_EQ(id("/a/nvss_3C 205_II.fits", "NVSS"), "3C 205_II");
    EXPECT_EQ(id("/a/J1041-0917.First.fits", "first"), "J1041-0917");
    EXPECT_EQ(id("/a/firsts.fits", "first"), "firsts");
    EXPECT_EQ(pairingId({"/a/x_7_nv.fits", "", 0, 0}, "n", "x_*_nv.fits"), "7");
}

TEST(Channels, RefusesWhatMakesNoSense)
{
    const TwoSurveys surveys;
    ImportRequest one = surveys.request();
    one.channels.resize(1);
    EXPECT_FALSE(importImages(*surveys.session, one, {}));
    ImportRequest both = surveys.request();
    both.paths = {surveys.folder / "fine"};
    EXPECT_FALSE(importImages(*surveys.session, both, {}));
    ImportRequest twins = surveys.request();
    twins.channels[1].name = "fine";
    EXPECT_FALSE(importImages(*surveys.session, twins, {}));
    ImportRequest files;
    files.paths = {surveys.folder / "fine"};
    files.recipe.alignment.channels = {"a", "b"};
    const auto refused = importImages(*surveys.session, files, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("channels"), std::string::npos);
    // An image without a WCS is a problem, not the end.
    const auto written =
        io::writeFitsImage(surveys.folder / "coarse/coarse_src 4.fits", data::Image({1, 9, 9}, 1.0F).view());
    ASSERT_TRUE(written);
    const auto outcome = importImages(*surveys.session, surveys.request(), {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->imported, 5U);
    EXPECT_NE(data::toString(outcome->problems.at(0)).find("cannot be aligned"), std::string::npos);
}

TEST(PrepareAgain, KeepsSourcesCatalogueAndLabels)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    ASSERT_TRUE(survey.session->setLabel(imported->collection, {3, 7}, "bent", true));
    ASSERT_TRUE(survey.session->saveSelection(imported->collection, {"mine", {7, 9}}));
    prepare::Recipe recipe = {"small", {prepare::Cutout{.side = 16}, prepare::Normalise{}}};
    const auto again = prepareAgain(*survey.session, {imported->collection, recipe, ""}, {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->prepared, test::kSurveyCount);
    EXPECT_EQ(again->labels, 2U);
    EXPECT_EQ(again->name, "survey (small)");
    const auto old = survey.session->collection(imported->collection);
    const auto fresh = survey.session->collection(again->collection);
    ASSERT_TRUE(old && fresh);
    EXPECT_EQ(fresh->catalogue, old->catalogue);
    EXPECT_EQ(fresh->sources[5].id, old->sources[5].id);
    EXPECT_EQ(survey.session->labels(again->collection).value(),
              survey.session->labels(imported->collection).value());
    EXPECT_EQ(survey.session->selections(again->collection).value(),
              survey.session->selections(imported->collection).value());
    // The same as importing by that recipe, to the bit.
    ImportRequest direct = survey.request();
    direct.recipe = recipe;
    const auto imported2 = importImages(*survey.session, direct, {});
    ASSERT_TRUE(imported2);
    const auto a = samplesOf(*survey.session, again->collection, {}).value();
    const auto b = samplesOf(*survey.session, imported2->collection, {}).value();
    for (std::size_t i = 0; i < a->count(); ++i)
        EXPECT_EQ(data::Image(a->sample(i)), data::Image(b->sample(i)));
}

TEST(PrepareAgain, LeavesTheSessionAsItWasWhenItFails)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    const auto tooLarge =
        prepareAgain(*survey.session, {imported->collection, prepare::radioRecipe(512), ""}, {});
    ASSERT_FALSE(tooLarge);
    EXPECT_NE(tooLarge.error().message.find("512"), std::string::npos) << tooLarge.error().message;
    const std::stop_source stop = [] {
        std::stop_source source;
        source.request_stop();
        return source;
    }();
    JobContext context;
    context.stop = stop.get_token();
    const auto stopped =
        prepareAgain(*survey.session, {imported->collection, prepare::radioRecipe(16), ""}, context);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(survey.session->collections()->size(), 1U);
    EXPECT_TRUE(survey.session->samples(imported->collection));
}

TEST(PrepareAgain, OfAlignedChannelsKeepsTheAlignment)
{
    const TwoSurveys surveys;
    const auto outcome = importImages(*surveys.session, surveys.request(), {});
    ASSERT_TRUE(outcome);
    const prepare::Recipe recipe = {"cut", {prepare::Cutout{.side = 20}}};
    const auto again = prepareAgain(*surveys.session, {outcome->collection, recipe, "cut"}, {});
    ASSERT_TRUE(again) << again.error().message;
    const auto summary = surveys.session->collectionSummary(again->collection);
    EXPECT_EQ(summary->preparedShape, (data::ImageShape{2, 20, 20}));
    EXPECT_EQ(summary->recipe.alignment.channels.size(), 2U);
}

TEST(RecipeLibrary, FindsFilesUsersSessionsAndReadyMade)
{
    const test::TemporaryFolder folder;
    const auto session = *session::Session::create(folder / "s.somnium");
    const prepare::Recipe mine = {"my / recipe", {prepare::Taper{.inner = 0.5}}};
    EXPECT_EQ(findRecipe("LoTSS", nullptr, folder.path())->name, "LoTSS");
    const auto missing = findRecipe("my / recipe", nullptr, folder.path());
    ASSERT_FALSE(missing); // a '/' means a file
    const prepare::Recipe plain = {"mine", {prepare::Taper{.inner = 0.5}}};
    EXPECT_NE(findRecipe("mine", nullptr, folder / "lib").error().message.find("'LoTSS'"), std::string::npos);
    ASSERT_TRUE(saveToLibrary(plain, folder / "lib"));
    const auto oddName = saveToLibrary(mine, folder / "lib");
    ASSERT_TRUE(oddName);
    EXPECT_EQ(*readRecipe(*oddName), mine);
    EXPECT_EQ(*findRecipe("mine", nullptr, folder / "lib"), plain);
    prepare::Recipe newer = plain;
    newer.steps.push_back(prepare::Stretch{});
    ASSERT_TRUE(saveToSession(newer, *session));
    EXPECT_EQ(*findRecipe("mine", session.get(), folder / "lib"), newer);
    std::ofstream(folder / "lib/broken.json") << "{";
    const RecipeList list = listRecipes(session.get(), folder / "lib");
    EXPECT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.recipes.size(), prepare::readyMadeRecipes().size() + 3);
    ASSERT_TRUE(writeRecipe(plain, folder / "shared.json"));
    EXPECT_EQ(*findRecipe((folder / "shared.json").string(), nullptr, folder / "lib"), plain);
    EXPECT_FALSE(saveToLibrary({"bad", {prepare::Cutout{.side = 0}}}, folder / "lib"));
}

TEST(RecipeLibrary, RecipesOfSpectraHaveNamesOfTheirOwn)
{
    const test::TemporaryFolder folder;
    const auto session = *session::Session::create(folder / "s.somnium");
    const prepare::Recipe images = {"mine", {prepare::Taper{.inner = 0.5}}};
    prepare::SpectralRecipe mine;
    mine.name = "mine";
    mine.grid.pixels = 123;
    prepare::SpectralRecipe newer = mine;
    newer.continuum.isEnabled = true;
    EXPECT_EQ(findSpectralRecipe("galaxies", nullptr, folder.path())->name, "galaxies");
    const auto missing = findSpectralRecipe("mine", nullptr, folder / "lib");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("'stars'"), std::string::npos) << missing.error().message;
    ASSERT_TRUE(saveToLibrary(mine, folder / "lib"));
    EXPECT_EQ(*findSpectralRecipe("mine", nullptr, folder / "lib"), mine);
    ASSERT_TRUE(saveToSession(newer, *session));
    ASSERT_TRUE(saveToSession(images, *session));
    EXPECT_EQ(*findSpectralRecipe("mine", session.get(), folder / "lib"), newer)
        << "the session's comes first";
    EXPECT_EQ(*findRecipe("mine", session.get(), folder / "none"), images);
    std::ofstream(folder / "lib/of_images.json") << prepare::toJson(images);
    const SpectralRecipeList list = listSpectralRecipes(session.get(), folder / "lib");
    EXPECT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.recipes.size(), prepare::readyMadeSpectralRecipes().size() + 2);
    ASSERT_TRUE(writeRecipe(mine, folder / "shared.json"));
    EXPECT_EQ(*findSpectralRecipe((folder / "shared.json").string(), nullptr, folder / "lib"), mine);
    mine.grid.coverage = -1.0;
    EXPECT_FALSE(saveToLibrary(mine, folder / "lib"));
    EXPECT_TRUE(listRecipes(nullptr, folder / "none").problems.empty());
}

} // namespace
} // namespace somnium::workflow
