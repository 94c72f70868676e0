// SPDX-License-Identifier: GPL-3.0-or-later
// Hexagons, lines, boxes and maps that are closed on themselves under the mouse and the keys, and large maps
// that are painted beside the window's thread.
#include <QApplication>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_survey.h"
#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/map_view.h"

namespace somnium::ui
{
namespace
{

struct Shown
{
    SurveyPointer survey;
    SelectionModel selection;
    MapView view;

    explicit Shown(const test::SurveyPlan &plan, QSize size = {800, 640})
        : survey(test::syntheticSurvey(plan))
    {
        selection.reset(survey->collection.sources.size(), layout().neuronCount());
        view.setSurvey(survey);
        view.setSelection(&selection);
        view.resize(size);
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view));
    }
    [[nodiscard]] const som::MapLayout &layout() const { return survey->map->som.layout; }
    [[nodiscard]] MapCanvas &canvas() const { return *view.canvas(); }
    [[nodiscard]] QPoint centre(std::size_t neuron) const
    {
        return canvas().cellRect(neuron).center().toPoint();
    }
    void key(Qt::Key one) { QTest::keyClick(view.canvas(), one); }
};

class MapLayouts : public testing::TestWithParam<const char *>
{};

TEST_P(MapLayouts, EveryNeuronIsPickedInItsCellAndNamed)
{
    Shown shown({.sources = 40, .side = 16, .layout = GetParam()});
    QSignalSpy hovered(&shown.view, &MapView::hoverTextChanged);
    for (std::size_t neuron = 0; neuron < shown.layout().neuronCount(); ++neuron)
    {
        QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, shown.centre(neuron));
        ASSERT_EQ(shown.selection.currentNeuron(), neuron);
        QMouseEvent move(QEvent::MouseMove, shown.centre(neuron),
                         shown.canvas().mapToGlobal(QPointF(shown.centre(neuron))), Qt::NoButton,
                         Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(&shown.canvas(), &move);
        const QString name = neuronName(shown.layout(), neuron);
        ASSERT_TRUE(hovered.last().at(0).toString().contains(name))
            << qPrintable(hovered.last().at(0).toString());
        ASSERT_TRUE(shown.canvas().accessibleDescription().contains(name));
    }
}

TEST_P(MapLayouts, ArrowsReachEveryNeuron)
{
    Shown shown({.sources = 10, .side = 8, .layout = GetParam()});
    const MapGeometry geometry(shown.layout(), 1.0, {.size = shown.canvas().size()});
    std::vector<bool> isReached(shown.layout().neuronCount(), false);
    std::vector<std::size_t> toDo = {0};
    isReached[0] = true;
    while (!toDo.empty())
    {
        const std::size_t at = toDo.back();
        toDo.pop_back();
        for (const MapDirection direction :
             {MapDirection::Left, MapDirection::Right, MapDirection::Up, MapDirection::Down,
              MapDirection::SliceBack, MapDirection::SliceOn})
            if (const auto next = geometry.next(at, direction); next && !isReached[*next])
            {
                isReached[*next] = true;
                toDo.push_back(*next);
            }
    }
    EXPECT_EQ(std::ranges::count(isReached, true), static_cast<std::ptrdiff_t>(isReached.size()));
}

INSTANTIATE_TEST_SUITE_P(All, MapLayouts,
                         testing::Values("8x6", "24", "5x5 hexagonal", "6x4 periodic",
                                         "7x7 hexagonal periodic", "3x4x5", "3x3x3 periodic", "20 periodic"));

TEST(MapSlices, OneIsChosenBySliderAndKeysAndComesWithItsNeuron)
{
    Shown shown({.sources = 40, .side = 16, .layout = "4x4x3"});
    auto *slider = shown.view.findChild<QSlider *>(QStringLiteral("sliceSlider"));
    auto *all = shown.view.findChild<QToolButton *>(QStringLiteral("allSlices"));
    ASSERT_TRUE(slider->isVisible());
    EXPECT_FALSE(shown.canvas().slice()) << "all side by side at first";
    slider->setValue(2);
    EXPECT_EQ(shown.canvas().slice(), 2U);
    EXPECT_FALSE(all->isChecked());
    EXPECT_TRUE(shown.canvas().cellRect(shown.layout().neuron(1, 1, 0)).isEmpty());
    EXPECT_FALSE(shown.canvas().cellRect(shown.layout().neuron(1, 1, 2)).isEmpty());
    shown.key(Qt::Key_PageUp);
    EXPECT_EQ(shown.canvas().slice(), 1U);
    EXPECT_EQ(slider->value(), 1);
    QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, shown.centre(shown.layout().neuron(3, 2, 1)));
    shown.key(Qt::Key_PageDown);
    EXPECT_EQ(shown.selection.currentNeuron(), shown.layout().neuron(3, 2, 2));
    EXPECT_EQ(shown.canvas().slice(), 2U);
    shown.selection.setCurrentNeuron(shown.layout().neuron(0, 0, 0));
    EXPECT_EQ(shown.canvas().slice(), 0U);
    QTest::mouseClick(all, Qt::LeftButton);
    EXPECT_FALSE(shown.canvas().slice());
    shown.view.setSurvey(test::syntheticSurvey({.sources = 5, .side = 16}));
    EXPECT_FALSE(slider->isVisible()) << "a sheet has no slices";
}

TEST(MapPeriodic, ARepeatedCellStandsForTheNeuronBeyondTheEdge)
{
    Shown shown({.sources = 40, .side = 16, .layout = "6x4 periodic"});
    const QRectF corner = shown.canvas().cellRect(shown.layout().neuron(0, 2));
    QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {},
                      (corner.center() - QPointF(corner.width(), 0.0)).toPoint());
    EXPECT_EQ(shown.selection.currentNeuron(), shown.layout().neuron(5, 2));
    shown.key(Qt::Key_Right);
    EXPECT_EQ(shown.selection.currentNeuron(), shown.layout().neuron(0, 2));
    EXPECT_TRUE(shown.view.statusText().contains(QStringLiteral("opposite edge")))
        << qPrintable(shown.view.statusText());
}

TEST(MapHexagonal, ARectangleTakesTheHexagonsWhoseMiddleItTouches)
{
    Shown shown({.sources = 200, .side = 16, .layout = "7x7 hexagonal"});
    QSignalSpy enclosed(&shown.canvas(), &MapCanvas::neuronsEnclosed);
    const std::size_t a = shown.layout().neuron(2, 2);
    const std::size_t b = shown.layout().neuron(4, 2);
    QTest::mousePress(&shown.canvas(), Qt::LeftButton, Qt::ShiftModifier, shown.centre(a));
    for (const QPointF &at : {QPointF(shown.centre(a)) + QPointF(30, 0), QPointF(shown.centre(b))})
    {
        QMouseEvent move(QEvent::MouseMove, at, shown.canvas().mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                         Qt::ShiftModifier);
        QApplication::sendEvent(&shown.canvas(), &move);
    }
    QTest::mouseRelease(&shown.canvas(), Qt::LeftButton, Qt::ShiftModifier, shown.centre(b));
    ASSERT_EQ(enclosed.count(), 1);
    EXPECT_EQ(enclosed.at(0).at(0).value<std::vector<std::size_t>>(),
              (std::vector<std::size_t>{a, shown.layout().neuron(3, 2), b}));
}

TEST(MapCanvas, ALargeMapIsPaintedBesideTheWindowsThread)
{
    Shown shown({.sources = 20, .side = 32, .layout = "40x40"});
    ASSERT_TRUE(QTest::qWaitFor([&] { return shown.canvas().isUpToDate(); }, 20'000));
    DisplaySettings display;
    display.colourMap = QStringLiteral("viridis");
    const QImage before = shown.canvas().grab().toImage();
    shown.view.setDisplay(display);
    const QImage meanwhile = shown.canvas().grab().toImage();
    EXPECT_FALSE(shown.canvas().isUpToDate()) << "painted while the window waited";
    EXPECT_EQ(meanwhile, before) << "the old picture stays until the new one is there";
    ASSERT_TRUE(QTest::qWaitFor([&] { return shown.canvas().isUpToDate(); }, 20'000));
    EXPECT_NE(shown.canvas().grab().toImage(), before);
}

TEST(MapCanvas, TheWindowMayCloseWhileItPaints)
{
    for (int i = 0; i < 5; ++i)
    {
        Shown shown({.sources = 5, .side = 32, .layout = "40x40 periodic"});
        shown.canvas().repaint();
    }
    QTest::qWait(50);
}

TEST(MapCanvas, ShowsOneChannelOrAllInColour)
{
    Shown shown({.sources = 20, .side = 24, .layout = "4x4", .channels = 2});
    const auto hasColour = [&] {
        // Without the frame around a map that has the keys.
        const QImage image = shown.canvas().grab(shown.canvas().rect().adjusted(2, 2, -2, -2)).toImage();
        for (int y = 0; y < image.height(); y += 2)
            for (int x = 0; x < image.width(); x += 2)
                if (const QColor colour = image.pixelColor(x, y); std::abs(colour.red() - colour.blue()) > 20)
                    return true;
        return false;
    };
    EXPECT_TRUE(hasColour()) << "the blobs of the channels differ";
    DisplaySettings display;
    display.channel = 1;
    shown.view.setDisplay(display);
    EXPECT_FALSE(hasColour());
    const QImage second = shown.canvas().grab().toImage();
    display.channel = 0;
    shown.view.setDisplay(display);
    EXPECT_NE(shown.canvas().grab().toImage(), second);
}

} // namespace
} // namespace somnium::ui
