// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/oddity_data.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_spectra.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/models/wording.h"

namespace somnium::ui
{
namespace
{

using search::OddityScore;
using search::SpectralOutlierScore;

TEST(OddityData, ImagesAndSpectraHaveScoresOfTheirOwn)
{
    const auto ofImages = oddityScoresOf(*test::syntheticSurvey({.sources = 5}));
    EXPECT_EQ(ofImages.size(), search::kOddityScores.size());
    EXPECT_EQ(ofImages.front(), AnyOddityScore(search::kDefaultOddityScore));
    EXPECT_TRUE(oddityScoresOf(*test::syntheticSurvey({.sources = 5, .hasMap = false})).empty());
    const SurveyPointer spectra = test::syntheticSpectra(5);
    const auto ofSpectra = oddityScoresOf(*spectra);
    EXPECT_EQ(ofSpectra.size(), search::kSpectralOutlierScores.size());
    EXPECT_EQ(ofSpectra.front(), AnyOddityScore(SpectralOutlierScore::Combined));
    auto untrained = std::make_shared<SurveyData>(*spectra);
    untrained->latent = nullptr;
    EXPECT_TRUE(oddityScoresOf(*untrained).empty());
    // On a map only, there is nothing that was rebuilt.
    untrained->map = test::syntheticSurvey({.sources = 5})->map;
    EXPECT_EQ(oddityScoresOf(*untrained),
              (std::vector<AnyOddityScore>{SpectralOutlierScore::Isolation,
                                           SpectralOutlierScore::NeighbourDistance}));
}

TEST(OddityData, EveryScoreIsNamedLikeOnTheCommandLineAndFoundAgain)
{
    for (const SurveyPointer &survey : {test::syntheticSurvey({.sources = 5}), test::syntheticSpectra(5)})
    {
        std::set<QString> names;
        for (const AnyOddityScore &score : oddityScoresOf(*survey))
        {
            EXPECT_EQ(oddityScoreFromName(toString(score), ranksSpectra(*survey)), score);
            EXPECT_FALSE(oddityDescription(score).isEmpty());
            EXPECT_TRUE(names.insert(oddityName(score)).second) << oddityName(score).toStdString();
        }
    }
    EXPECT_FALSE(oddityScoreFromName("neuron", true));
    EXPECT_FALSE(oddityScoreFromName("latent", false));
}

TEST(OddityData, AMapBesideALatentSpaceChangesNoScoreOfSpectra)
{
    const SurveyPointer spectra = test::syntheticSpectra(5);
    auto mapped = std::make_shared<SurveyData>(*spectra);
    mapped->map = test::syntheticSurvey({.sources = 5})->map;
    EXPECT_TRUE(haveSameOddities(spectra, mapped));
    auto other = std::make_shared<SurveyData>(*spectra);
    other->latent = test::syntheticSpectra(5)->latent;
    EXPECT_FALSE(haveSameOddities(spectra, other));
    EXPECT_FALSE(haveSameOddities(spectra, nullptr));
    const SurveyPointer images = test::syntheticSurvey({.sources = 5});
    EXPECT_FALSE(haveSameOddities(images, images)) << "their scores are of their map";
}

TEST(OddityData, ReasonsAreTimesWhatIsUsualOrSayThatThereAreNone)
{
    search::SpectralOutlierFigures figures;
    figures.signalToNoise = {10.0F, std::numeric_limits<float>::quiet_NaN()};
    figures.reconstruction.values = {3.0F, 3.0F};
    figures.reconstruction.expected.signalToNoise = {1.0F};
    figures.reconstruction.expected.distance = {2.0F};
    EXPECT_EQ(reasonsText(0, figures).toStdString(),
              "its reconstruction error is 1.5 x what is usual at its S/N of 10");
    EXPECT_TRUE(reasonsText(1, figures).contains(QStringLiteral("cannot be judged")));
}

} // namespace
} // namespace somnium::ui
