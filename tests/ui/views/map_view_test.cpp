// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_view.h"

#include <cmath>

#include <QApplication>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_survey.h"
#include "ui/views/hover_card.h"

namespace somnium::ui
{
namespace
{

class MapViewTest : public testing::Test
{
protected:
    MapViewTest() : survey(test::syntheticSurvey({}))
    {
        selection.reset(survey->collection.sources.size(), survey->map->som.layout.neuronCount());
        view.setSurvey(survey);
        view.setSelection(&selection);
        view.resize(800, 600);
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view));
    }

    [[nodiscard]] std::size_t neuron(std::size_t x, std::size_t y) const
    {
        return survey->map->som.layout.neuron(x, y);
    }
    [[nodiscard]] QPoint centre(std::size_t x, std::size_t y) const
    {
        return view.canvas()->cellRect(neuron(x, y)).center().toPoint();
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers)
    {
        QTest::mousePress(view.canvas(), Qt::LeftButton, modifiers, from);
        for (int step = 1; step <= 10; ++step)
        {
            const QPointF at = QPointF(from) + QPointF(to - from) * step / 10.0;
            QMouseEvent move(QEvent::MouseMove, at, view.canvas()->mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, modifiers);
            QApplication::sendEvent(view.canvas(), &move);
        }
        QTest::mouseRelease(view.canvas(), Qt::LeftButton, modifiers, to);
    }

    SurveyPointer survey;
    SelectionModel selection;
    MapView view;
};

TEST_F(MapViewTest, ClickPicksThePrototypeUnderTheCursor)
{
    QSignalSpy activated(&view, &MapView::neuronActivated);
    for (const auto &[x, y] : {std::pair<std::size_t, std::size_t>{0, 0}, {7, 5}, {5, 3}})
    {
        QTest::mouseClick(view.canvas(), Qt::LeftButton, {}, centre(x, y));
        ASSERT_FALSE(activated.isEmpty());
        EXPECT_EQ(activated.takeLast().at(0).value<std::size_t>(), neuron(x, y));
        EXPECT_EQ(selection.currentNeuron(), neuron(x, y));
    }
}

TEST_F(MapViewTest, ArrowsWalkAndStopAtTheRim)
{
    QTest::keyClick(view.canvas(), Qt::Key_Right);
    EXPECT_EQ(selection.currentNeuron(), neuron(0, 0)) << "the first key picks the first one";
    QTest::keyClick(view.canvas(), Qt::Key_Right);
    QTest::keyClick(view.canvas(), Qt::Key_Down);
    EXPECT_EQ(selection.currentNeuron(), neuron(1, 1));
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(view.canvas(), Qt::Key_Right);
    EXPECT_EQ(selection.currentNeuron(), neuron(7, 1));
}

TEST_F(MapViewTest, ShiftDragSelectsTheSourcesOfTheRectangle)
{
    drag(centre(1, 1), centre(3, 2), Qt::ShiftModifier);
    std::vector<std::size_t> neurons;
    for (std::size_t x = 1; x <= 3; ++x)
        for (std::size_t y = 1; y <= 2; ++y)
            neurons.push_back(neuron(x, y));
    EXPECT_EQ(selection.selected(), sourcesOfNeurons(survey, neurons));
    EXPECT_FALSE(selection.selected().empty());
    EXPECT_FALSE(selection.currentNeuron().has_value()) << "a drag is no click";
}

TEST_F(MapViewTest, ShiftClickExtendsTheSelection)
{
    QTest::mouseClick(view.canvas(), Qt::LeftButton, Qt::ShiftModifier, centre(2, 2));
    QTest::mouseClick(view.canvas(), Qt::LeftButton, Qt::ShiftModifier, centre(4, 4));
    EXPECT_EQ(selection.selected(), sourcesOfNeurons(survey, {neuron(2, 2), neuron(4, 4)}));
}

TEST_F(MapViewTest, LassoStaysArmedUntilEscape)
{
    QSignalSpy toolChanged(&view, &MapView::toolChanged);
    view.setTool(MapTool::Lasso);
    const QRectF cell = view.canvas()->cellRect(neuron(2, 2));
    QTest::mousePress(view.canvas(), Qt::LeftButton, {}, cell.topLeft().toPoint());
    for (const QPointF &corner : {cell.topRight(), cell.bottomRight(), cell.bottomLeft(), cell.topLeft()})
    {
        QMouseEvent move(QEvent::MouseMove, corner, view.canvas()->mapToGlobal(corner), Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view.canvas(), &move);
    }
    QTest::mouseRelease(view.canvas(), Qt::LeftButton, {}, cell.topLeft().toPoint());
    EXPECT_EQ(selection.selected(), sourcesOfNeurons(survey, {neuron(2, 2)}));
    EXPECT_EQ(view.canvas()->tool(), MapTool::Lasso);
    QTest::keyClick(view.canvas(), Qt::Key_Escape);
    EXPECT_EQ(view.canvas()->tool(), MapTool::Pointer);
    EXPECT_EQ(toolChanged.count(), 2);
}

TEST_F(MapViewTest, WheelZoomsAtTheCursorAndHomeComesBack)
{
    const QRectF before = view.canvas()->cellRect(neuron(5, 3));
    const QPointF at = before.center();
    QWheelEvent wheel(at, view.canvas()->mapToGlobal(at), {}, {0, 480}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(view.canvas(), &wheel);
    const QRectF zoomed = view.canvas()->cellRect(neuron(5, 3));
    EXPECT_GT(zoomed.width(), 1.5 * before.width());
    EXPECT_EQ(view.canvas()->neuronAt(at), neuron(5, 3));
    EXPECT_LT(std::abs(zoomed.center().x() - at.x()), 2.0);
    drag(at.toPoint(), at.toPoint() + QPoint(40, 10), Qt::NoModifier);
    EXPECT_NEAR(view.canvas()->cellRect(neuron(5, 3)).center().x(), zoomed.center().x() + 40.0, 2.0);
    QTest::keyClick(view.canvas(), Qt::Key_Home);
    EXPECT_EQ(view.canvas()->cellRect(neuron(5, 3)), before);
}

TEST_F(MapViewTest, RightDragAsksForContrastAndBias)
{
    QSignalSpy changed(&view, &MapView::displayChanged);
    const QPoint from = view.canvas()->rect().center();
    QTest::mousePress(view.canvas(), Qt::RightButton, {}, from);
    const QPointF to = QPointF(from) + QPointF(100.0, -100.0);
    QMouseEvent move(QEvent::MouseMove, to, view.canvas()->mapToGlobal(to), Qt::NoButton, Qt::RightButton,
                     Qt::NoModifier);
    QApplication::sendEvent(view.canvas(), &move);
    QTest::mouseRelease(view.canvas(), Qt::RightButton, {}, to.toPoint());
    ASSERT_EQ(changed.count(), 1);
    const auto display = changed.at(0).at(0).value<DisplaySettings>();
    EXPECT_GT(display.bias, 0.5);
    EXPECT_GT(display.contrast, 1.0);
    EXPECT_FALSE(selection.currentNeuron().has_value());
}

TEST_F(MapViewTest, HoverShowsACardThatTellsOfTheNeuron)
{
    QSignalSpy hovered(&view, &MapView::hoverTextChanged);
    QTest::mouseMove(view.canvas(), centre(4, 2));
    QMouseEvent move(QEvent::MouseMove, centre(4, 2), view.canvas()->mapToGlobal(QPointF(centre(4, 2))),
                     Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(view.canvas(), &move);
    const auto *card = view.findChild<HoverCard *>();
    ASSERT_NE(card, nullptr);
    EXPECT_TRUE(card->isVisible());
    EXPECT_FALSE(card->geometry().contains(centre(4, 2)));
    ASSERT_FALSE(hovered.isEmpty());
    EXPECT_TRUE(hovered.last().at(0).toString().contains(QStringLiteral("(4, 2)")));
}

TEST_F(MapViewTest, CtrlClickAsksForComparison)
{
    QSignalSpy compared(&view, &MapView::comparisonRequested);
    QTest::mouseClick(view.canvas(), Qt::LeftButton, Qt::ControlModifier, centre(6, 1));
    ASSERT_EQ(compared.count(), 1);
    EXPECT_FALSE(selection.currentNeuron().has_value());
}

TEST_F(MapViewTest, OverlayChosenInTheBoxIsTold)
{
    QSignalSpy changed(&view, &MapView::overlayChanged);
    auto *box = view.findChild<QComboBox *>();
    QTest::keyClick(box, Qt::Key_Down);
    ASSERT_EQ(changed.count(), 1);
    EXPECT_EQ(view.overlay().kind, OverlayKind::Hits);
}

TEST_F(MapViewTest, TrainingShowsEpochAndLeavesTheMapUntilItEnds)
{
    const QString before = view.statusText();
    view.setTrainingSnapshot(test::syntheticSnapshot(*survey, 6));
    EXPECT_TRUE(view.statusText().startsWith(QStringLiteral("epoch 7 of 12   AQE 3.31   TE 0.02   empty 0")))
        << qPrintable(view.statusText());
    view.endTraining();
    EXPECT_EQ(view.statusText(), before);
}

TEST(MapView, EmptyStatesOfferTheirOneAction)
{
    MapView view;
    view.resize(600, 400);
    view.show();
    QSignalSpy open(&view, &MapView::openRequested);
    QSignalSpy train(&view, &MapView::trainRequested);
    auto *button = view.findChild<QPushButton *>();
    QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_EQ(open.count(), 1);
    view.setSurvey(test::syntheticSurvey({.sources = 3, .hasMap = false}));
    QTest::mouseClick(button, Qt::LeftButton);
    EXPECT_EQ(train.count(), 1);
    EXPECT_FALSE(view.hasFigure());
}

TEST(MapView, LivesWithAMapOfOneNeuronAndNoSources)
{
    MapView view;
    view.setSurvey(test::syntheticSurvey({.sources = 0, .width = 1, .height = 1}));
    view.setOverlay({OverlayKind::MeanDistance, {}});
    view.resize(300, 300);
    view.show();
    QTest::mouseClick(view.canvas(), Qt::LeftButton, {}, view.canvas()->rect().center());
    EXPECT_FALSE(view.grab().isNull());
}

} // namespace
} // namespace somnium::ui
