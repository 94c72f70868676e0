// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/outliers_view.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_survey.h"
#include "ui/models/wording.h"
#include "ui/views/thumbnail_list.h"

namespace somnium::ui
{
namespace
{

class OutliersViewTest : public testing::Test
{
protected:
    OutliersViewTest() : survey(test::syntheticSurvey({}))
    {
        selection.reset(300, 48);
        view.setSelection(&selection);
        view.setSurvey(survey);
        view.resize(800, 600);
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view));
    }
    [[nodiscard]] std::size_t countBeyond(double threshold) const
    {
        std::size_t count = 0;
        for (const float distance : survey->map->mapping.distance)
            count += static_cast<double>(distance) > threshold ? 1 : 0;
        return count;
    }
    SurveyPointer survey;
    SelectionModel selection;
    OutliersView view;
};

TEST_F(OutliersViewTest, StartsAtTheMarkOf99Percent)
{
    EXPECT_NEAR(static_cast<double>(view.outlierCount()), 3.0, 1.0);
    EXPECT_EQ(view.outlierCount(), countBeyond(view.threshold()));
}

TEST_F(OutliersViewTest, DraggingTheLineMovesTheThresholdAndTheGallery)
{
    QSignalSpy changed(&view, &OutliersView::thresholdChanged);
    DistanceHistogram *histogram = view.histogram();
    QWidget *viewport = histogram->viewport();
    const int y = viewport->height() / 2;
    const auto x = [&](double distance) { return static_cast<int>(histogram->positionOf(distance)); };
    QTest::mousePress(viewport, Qt::LeftButton, {}, QPoint(x(view.threshold()), y));
    for (double distance = view.threshold(); distance >= 2.0; distance -= 0.1)
    {
        const QPointF at(x(distance), y);
        QMouseEvent move(QEvent::MouseMove, at, viewport->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QApplication::sendEvent(viewport, &move);
    }
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, QPoint(x(2.0), y));
    EXPECT_GT(changed.count(), 5);
    EXPECT_NEAR(view.threshold(), 2.05, 0.1);
    EXPECT_EQ(view.outlierCount(), countBeyond(view.threshold()));
    EXPECT_TRUE(QTest::qWaitFor(
        [&]() { return view.gallery()->model()->rowCount() == static_cast<int>(view.outlierCount()); },
        2000));
    const std::vector<std::size_t> outliers = view.outliers();
    for (std::size_t i = 1; i < outliers.size(); ++i)
        EXPECT_GE(survey->map->mapping.distance[outliers[i - 1]], survey->map->mapping.distance[outliers[i]]);
}

TEST_F(OutliersViewTest, KeysAndTypedValuesMoveItToo)
{
    const double before = view.threshold();
    QTest::keyClick(view.histogram(), Qt::Key_Left);
    EXPECT_LT(view.threshold(), before);
    QTest::keyClick(view.histogram(), Qt::Key_Home);
    EXPECT_EQ(view.outlierCount(), 299U) << "all but the nearest one";
    auto *box = view.findChild<QDoubleSpinBox *>();
    box->setFocus();
    box->selectAll();
    QTest::keyClicks(box, QStringLiteral("2.500"));
    QTest::keyClick(box, Qt::Key_Return);
    EXPECT_DOUBLE_EQ(view.threshold(), 2.5);
    EXPECT_DOUBLE_EQ(view.histogram()->threshold(), 2.5);
}

TEST_F(OutliersViewTest, ShowsTheOrderOfARankingAndKeepsEachScoresThreshold)
{
    const auto ranking = [](const AnyOddityScore &score, std::size_t marks, float sign) {
        auto made = std::make_shared<OddityRanking>();
        made->score = score;
        made->marks = marks;
        for (int i = 0; i < 300; ++i)
            made->values.push_back(1000.0F + sign * static_cast<float>(i));
        made->values[7] = std::nanf("");
        return OddityRankingPointer(made);
    };
    view.setRanking(ranking(search::OddityScore::Combined, 0, 1.0F));
    EXPECT_EQ(view.outliers(), (std::vector<std::size_t>{299, 298, 297}));
    view.setThreshold(1289.5);
    EXPECT_EQ(view.outlierCount(), 10U);
    view.setRanking(ranking(search::OddityScore::Loneliness, 0, -1.0F));
    EXPECT_EQ(view.outliers().front(), 0U);
    view.setRanking(ranking(search::OddityScore::Combined, 0, 1.0F));
    EXPECT_EQ(view.threshold(), 1289.5);
    // What marks re-ranked keeps the number of sources to look through.
    view.setRanking(ranking(search::OddityScore::Combined, 3, -1.0F));
    EXPECT_EQ(view.outlierCount(), 10U);
    EXPECT_EQ(view.outliers().front(), 0U);
    EXPECT_EQ(view.oddestBut([](std::size_t source) { return source < 10; }), 10U);
    EXPECT_FALSE(view.oddestBut([](std::size_t) { return true; }));
    auto other = std::make_shared<OddityRanking>();
    other->values = {1.0F};
    view.setRanking(other);
    EXPECT_EQ(view.outliers().front(), 0U) << "a ranking of another survey is ignored";
}

TEST_F(OutliersViewTest, AScoreThatComesLateKeepsTheNumberThatTheUserChose)
{
    auto late = std::make_shared<OddityRanking>();
    late->score = search::kDefaultOddityScore;
    for (int i = 0; i < 300; ++i)
        late->values.push_back(1000.0F + static_cast<float>(i));
    const auto &distances = survey->map->mapping.distance;
    auto sorted = distances;
    std::ranges::sort(sorted, std::greater());
    auto *box = view.findChild<QDoubleSpinBox *>();
    ASSERT_NE(box, nullptr);
    EXPECT_FALSE(view.thresholdOf(late->score)) << "what is shown are distances";
    box->setValue(static_cast<double>(sorted[24] + sorted[25]) / 2.0);
    const std::size_t chosen = view.outlierCount();
    ASSERT_GT(chosen, 20U);
    EXPECT_FALSE(view.thresholdOf(late->score)) << "a distance is no threshold of another score";
    view.setRanking(late);
    EXPECT_EQ(view.outlierCount(), chosen);
    EXPECT_EQ(view.outliers().front(), 299U);
    EXPECT_EQ(view.thresholdOf(late->score), view.threshold());
    view.setSurvey(survey);
    view.setRanking(late);
    EXPECT_LT(view.outlierCount(), 10U) << "untouched, it starts at its own 99 %";
}

TEST_F(OutliersViewTest, TellsOfTheUsersChoiceOfAScore)
{
    auto *scores = view.findChild<QComboBox *>(QStringLiteral("oddityScore"));
    ASSERT_NE(scores, nullptr);
    EXPECT_EQ(static_cast<std::size_t>(scores->count()), search::kOddityScores.size());
    EXPECT_EQ(view.score(), AnyOddityScore(search::kDefaultOddityScore));
    int told = 0;
    QObject::connect(&view, &OutliersView::choiceChanged, &view,
                     [&](const AnyOddityScore &score, bool isLearning) {
                         ++told;
                         EXPECT_EQ(score, AnyOddityScore(search::OddityScore::Distance));
                         EXPECT_TRUE(isLearning);
                     });
    scores->setCurrentText(oddityName(search::OddityScore::Distance));
    EXPECT_EQ(told, 1);
    for (int i = 0; i < scores->count(); ++i)
        EXPECT_FALSE(scores->itemData(i, Qt::ToolTipRole).toString().isEmpty());
}

TEST_F(OutliersViewTest, ButtonsHandTheOutliersOut)
{
    QSignalSpy exported(&view, &OutliersView::exportRequested);
    QSignalSpy selected(&view, &OutliersView::selectOutliersRequested);
    for (QPushButton *button : view.findChildren<QPushButton *>())
        if (button->isVisible())
            QTest::mouseClick(button, Qt::LeftButton);
    ASSERT_EQ(exported.count(), 1);
    EXPECT_EQ(exported.at(0).at(0).value<std::vector<std::size_t>>(), view.outliers());
    EXPECT_EQ(selected.count(), 1);
    EXPECT_EQ(selection.selected().size(), view.outlierCount());
}

TEST(OutliersView, LivesWithNoneAndOneSource)
{
    OutliersView view;
    view.resize(500, 400);
    view.show();
    QSignalSpy train(&view, &OutliersView::trainRequested);
    for (QPushButton *button : view.findChildren<QPushButton *>())
        if (button->isVisible())
            QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_EQ(train.count(), 1) << "the empty state's one action";
    for (const std::size_t sources : {0U, 1U})
    {
        view.setSurvey(test::syntheticSurvey({.sources = sources}));
        EXPECT_EQ(view.outlierCount(), 0U);
        EXPECT_EQ(view.hasFigure(), sources == 1);
        QTest::keyClick(view.histogram(), Qt::Key_Left);
        EXPECT_FALSE(view.grab().isNull());
    }
}

TEST(OutliersView, LeavesDistancesThatAreNoNumbersOut)
{
    auto survey = std::make_shared<SurveyData>(*test::syntheticSurvey({.sources = 20}));
    auto map = std::make_shared<MapData>(*survey->map);
    map->mapping.distance[4] = std::nanf("");
    survey->map = map;
    OutliersView view;
    view.setSurvey(survey);
    view.setThreshold(0.0);
    EXPECT_EQ(view.outlierCount(), 19U);
}

TEST(OutliersView, RanksLargeSurveysLater)
{
    OutliersView view;
    view.setSurvey(
        test::syntheticSurvey({.sources = kQuickSourceCount + 1, .side = 2, .hasCatalogue = false}));
    EXPECT_TRUE(QTest::qWaitFor([&view]() { return view.outlierCount() > 0; }, 5000));
}

} // namespace
} // namespace somnium::ui
