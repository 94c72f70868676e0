// SPDX-License-Identifier: GPL-3.0-or-later
// The Outliers tab and the Inspector of a survey of spectra.
#include <algorithm>
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_spectra.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/models/wording.h"
#include "ui/views/inspector.h"
#include "ui/views/outliers_view.h"
#include "ui/views/thumbnail_list.h"

namespace somnium::ui
{
namespace
{

using search::SpectralOutlierScore;

constexpr std::size_t kCount = 100;

OddityRankingPointer fallingRanking(const AnyOddityScore &score, std::size_t marks = 0)
{
    auto ranking = std::make_shared<OddityRanking>();
    ranking->score = score;
    ranking->marks = marks;
    for (std::size_t i = 0; i < kCount; ++i)
        ranking->values.push_back(5.0F - 0.1F * static_cast<float>(i));
    ranking->values[3] = std::numeric_limits<float>::quiet_NaN();
    return ranking;
}

class OutliersOfSpectraTest : public testing::Test
{
protected:
    OutliersOfSpectraTest() : survey(test::syntheticSpectra(kCount))
    {
        selection.reset(kCount, 0);
        view.setSelection(&selection);
        view.setSurvey(survey);
        view.resize(800, 600);
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view));
        scores = view.findChild<QComboBox *>(QStringLiteral("oddityScore"));
    }
    [[nodiscard]] bool galleryShows(std::size_t count) const
    {
        return QTest::qWaitFor([&] { return view.gallery()->model()->rowCount() == static_cast<int>(count); },
                               2000);
    }
    SurveyPointer survey;
    SelectionModel selection;
    OutliersView view;
    QComboBox *scores = nullptr;
};

TEST_F(OutliersOfSpectraTest, StartWithTheReconstructionErrorAndOfferTheScoresOfSpectra)
{
    ASSERT_NE(scores, nullptr);
    EXPECT_TRUE(scores->isEnabled());
    EXPECT_TRUE(view.findChild<QCheckBox *>(QStringLiteral("learnFromMarks"))->isEnabled());
    EXPECT_EQ(static_cast<std::size_t>(scores->count()), search::kSpectralOutlierScores.size());
    EXPECT_EQ(view.score(), AnyOddityScore(SpectralOutlierScore::Combined));
    EXPECT_EQ(view.outliers().front(), kCount - 1) << "the worst rebuilt";
    EXPECT_TRUE(galleryShows(view.outlierCount()));
}

TEST_F(OutliersOfSpectraTest, AThresholdCutsTheRankingAndTheGallery)
{
    view.setRanking(fallingRanking(SpectralOutlierScore::Combined));
    EXPECT_EQ(view.outliers().front(), 0U);
    view.setThreshold(4.05);
    EXPECT_EQ(view.outliers(), (std::vector<std::size_t>{0, 1, 2, 4, 5, 6, 7, 8, 9}));
    EXPECT_TRUE(galleryShows(9));
    EXPECT_EQ(view.order().size(), kCount - 1) << "what cannot be judged is no outlier";
    const auto pixmap = view.gallery()->model()->data(view.gallery()->model()->index(0, 0), Qt::ToolTipRole);
    EXPECT_TRUE(pixmap.toString().contains(QStringLiteral("star 0, Combined 5.00")));
}

TEST_F(OutliersOfSpectraTest, TellOfTheUsersChoiceAndTakeNoRankingOfImages)
{
    std::vector<AnyOddityScore> told;
    QObject::connect(&view, &OutliersView::choiceChanged, &view,
                     [&](const AnyOddityScore &score, bool) { told.push_back(score); });
    scores->setFocus();
    QTest::keyClick(scores, Qt::Key_Down);
    EXPECT_EQ(told, (std::vector<AnyOddityScore>{SpectralOutlierScore::Unexplained}));
    view.setRanking(fallingRanking(search::OddityScore::Combined));
    EXPECT_EQ(view.outliers().front(), kCount - 1);
}

TEST_F(OutliersOfSpectraTest, StayWhenAMapIsOpenedAndGoWithTheLatentSpace)
{
    view.setRanking(fallingRanking(SpectralOutlierScore::Combined));
    view.setThreshold(4.05);
    auto mapped = std::make_shared<SurveyData>(*survey);
    mapped->map = test::syntheticSurvey({.sources = kCount})->map;
    view.setSurvey(mapped);
    EXPECT_EQ(view.outlierCount(), 9U);
    EXPECT_EQ(view.thresholdOf(SpectralOutlierScore::Combined), 4.05);
    auto other = std::make_shared<SurveyData>(*survey);
    other->latent = test::syntheticSpectra(kCount)->latent;
    view.setSurvey(other);
    EXPECT_EQ(view.outliers().front(), kCount - 1);
    EXPECT_FALSE(view.thresholdOf(SpectralOutlierScore::Combined));
}

TEST_F(OutliersOfSpectraTest, TheChoiceIsOfWhatThereIsToChooseFrom)
{
    view.setChoice(SpectralOutlierScore::NeighbourDistance, true);
    auto mapped = std::make_shared<SurveyData>(*survey);
    mapped->map = test::syntheticSurvey({.sources = kCount})->map;
    mapped->latent = nullptr;
    int told = 0;
    QObject::connect(&view, &OutliersView::choiceChanged, &view, [&] { ++told; });
    view.setSurvey(mapped);
    EXPECT_EQ(view.score(), AnyOddityScore(SpectralOutlierScore::NeighbourDistance));
    EXPECT_EQ(scores->count(), 2);
    view.setSurvey(test::syntheticSurvey({.sources = 50}));
    EXPECT_EQ(view.score(), AnyOddityScore(search::kDefaultOddityScore));
    EXPECT_EQ(told, 0) << "by the user only";
}

TEST_F(OutliersOfSpectraTest, WhatWasRecalledIsShownOnceThatScoreIs)
{
    view.setChoice(SpectralOutlierScore::Isolation, true);
    view.recallThreshold(SpectralOutlierScore::Isolation, 3.05);
    view.setRanking(fallingRanking(SpectralOutlierScore::Isolation));
    EXPECT_EQ(view.threshold(), 3.05);
    view.setRanking(fallingRanking(SpectralOutlierScore::Isolation, 2));
    EXPECT_EQ(view.outlierCount(), 19U) << "what was learned keeps the number";
}

TEST(InspectorOfSpectra, SaysWhyASpectrumIsOdd)
{
    const SurveyPointer survey = test::syntheticSpectra(3);
    auto figures = std::make_shared<search::SpectralOutlierFigures>();
    figures->signalToNoise = {10.0F, 10.0F, 10.0F};
    figures->reconstruction.values = {1.0F, 3.0F, 2.0F};
    figures->reconstruction.expected.signalToNoise = {1.0F};
    figures->reconstruction.expected.distance = {2.0F};
    auto oddities = std::make_shared<OddityData>();
    oddities->scores.emplace_back(SpectralOutlierScore::Combined, std::vector<float>{0.0F, 2.0F, 1.0F});
    oddities->spectral = figures;
    SelectionModel selection;
    selection.reset(3, 0);
    Inspector inspector;
    inspector.setSurvey(survey);
    inspector.setSelection(&selection);
    selection.setCurrentSource(1);
    const auto *reasons = inspector.findChild<QLabel *>(QStringLiteral("oddityReasons"));
    ASSERT_NE(reasons, nullptr);
    EXPECT_TRUE(reasons->text().isEmpty());
    inspector.setOddities(oddities);
    EXPECT_EQ(reasons->text().toStdString(),
              "odder than 100.0 % of all: its reconstruction error is 1.5 x what is usual at its S/N of 10");
    inspector.setOddities(nullptr);
    EXPECT_TRUE(reasons->text().isEmpty());
}

} // namespace
} // namespace somnium::ui
