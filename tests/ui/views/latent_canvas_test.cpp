// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_plane.h"
#include "ui/models/iso_layers.h"
#include "ui/views/latent_canvas.h"
#include "ui/views/stroke_picture.h"

namespace somnium::ui
{
namespace
{

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(LatentData, KeepsSourcesThatAreNotOnThePlaneApart)
{
    const LatentPointer data = test::syntheticPlane(500, 20);
    EXPECT_EQ(data->count(), 500U);
    EXPECT_EQ(data->index.placedCount(), 480U);
    EXPECT_FALSE(data->isPlaced(3));
    EXPECT_TRUE(data->isPlaced(20));
    EXPECT_FALSE(data->isPlaced(500));
    EXPECT_GT(data->bounds.width(), 1.0);
}

TEST(LatentData, ColoursReachOverTheMiddleOfTheValuesAndTellWhatIsBeyond)
{
    auto values = std::make_shared<std::vector<double>>();
    for (int i = 0; i < 1000; ++i)
        values->push_back(i);
    values->push_back(1e6);
    values->push_back(-1e6);
    values->push_back(kNan);
    const LatentColour colour =
        colourOf({QStringLiteral("flux"), QStringLiteral("Jy"), values}, QStringLiteral("magma"));
    EXPECT_EQ(colour.title, QStringLiteral("flux [Jy]"));
    EXPECT_EQ(colour.missing, 1U);
    EXPECT_GE(colour.low, 0.0);
    EXPECT_LE(colour.high, 999.0);
    EXPECT_GE(colour.beyond, 2U);
    EXPECT_LE(colour.beyond, 12U);
    values->resize(1000);
    const LatentColour plain = colourOf({QStringLiteral("flux"), {}, values}, QStringLiteral("magma"));
    EXPECT_EQ(plain.low, 0.0);
    EXPECT_EQ(plain.high, 999.0);
    EXPECT_EQ(plain.beyond, 0U);
}

TEST(LatentData, ColoursOfNothingAreNone)
{
    const auto values = std::make_shared<std::vector<double>>(3, kNan);
    const LatentColour colour = colourOf({QStringLiteral("none"), {}, values}, QStringLiteral("viridis"));
    EXPECT_EQ(colour.missing, 3U);
    EXPECT_EQ(colour.beyond, 0U);
}

TEST(LatentData, ArrowsGoToTheNearestSourceInThatDirection)
{
    const LatentPointer data =
        makeLatentData({0.0F, 1.0F, 3.0F, -1.0F, 0.2F}, {0.0F, 0.1F, 0.0F, 0.0F, 2.0F}, {}, {}, nullptr);
    EXPECT_EQ(nextInDirection(*data, 0, 1, 0, {1.0, 1.0}), 1U);
    EXPECT_EQ(nextInDirection(*data, 1, 1, 0, {1.0, 1.0}), 2U);
    EXPECT_EQ(nextInDirection(*data, 0, -1, 0, {1.0, 1.0}), 3U);
    EXPECT_EQ(nextInDirection(*data, 0, 0, 1, {1.0, 1.0}), 4U);
    EXPECT_EQ(nextInDirection(*data, 0, 0, -1, {1.0, 1.0}), std::nullopt);
    // On a screen that is stretched upwards source 1 lies above, not on the right.
    EXPECT_EQ(nextInDirection(*data, 0, 0, 1, {1.0, 0.01}), 1U);
}

TEST(IsoSettings, LevelsAreReadAsPeopleWriteThem)
{
    EXPECT_EQ(parseLevels(QStringLiteral(" 3 1;2 2 ")), (std::vector<double>{1.0, 2.0, 3.0}));
    EXPECT_EQ(parseLevels(QStringLiteral("0.5, 1, -1e3")), (std::vector<double>{-1000.0, 0.5, 1.0}));
    EXPECT_EQ(parseLevels({}), std::vector<double>{});
    EXPECT_EQ(parseLevels(QStringLiteral("1 two")), std::nullopt);
    EXPECT_EQ(parseLevels(QStringLiteral("nan")), std::nullopt);
}

TEST(IsoLayers, NumbersHaveTheDigitsThatTellLevelsApart)
{
    EXPECT_EQ(levelText(5500.0, {5000.0, 5500.0, 6000.0}), QStringLiteral("5500"));
    EXPECT_EQ(levelText(0.25, {0.0, 0.25, 0.5}), QLocale().toString(0.25, 'f', 2));
    EXPECT_EQ(levelText(1.0, {1.0, 1.5}), QLocale().toString(1.0, 'f', 1));
    EXPECT_EQ(levelText(3.0, {3.0}), QStringLiteral("3"));
}

IsoQuestion rampQuestion()
{
    std::mt19937 random(3);
    std::uniform_real_distribution<float> uniform;
    std::vector<float> x(20'000);
    std::vector<float> y(20'000);
    auto values = std::make_shared<std::vector<double>>();
    for (std::size_t i = 0; i < x.size(); ++i)
    {
        x[i] = uniform(random);
        y[i] = uniform(random);
        values->push_back(10.0 * static_cast<double>(x[i]));
    }
    IsoQuestion question;
    question.data = makeLatentData(x, y, {}, {}, nullptr);
    question.columns = {{QStringLiteral("ramp"), QStringLiteral("m"), values}};
    question.settings.fields[0].column = QStringLiteral("ramp");
    return question;
}

TEST(IsoLayers, LinesOfARampStandWhereTheirLevelIs)
{
    IsoQuestion question = rampQuestion();
    question.settings.fields[0].levels = QStringLiteral("3 5 7");
    const IsoAnswer answer = isoLayers(question, {});
    ASSERT_TRUE(answer.layers);
    ASSERT_EQ(answer.layers->size(), 1U);
    const IsoLayer &layer = answer.layers->front();
    EXPECT_EQ(layer.title, QStringLiteral("ramp [m]"));
    ASSERT_GE(layer.lines.size(), 3U);
    for (const latent::IsoLine &line : layer.lines)
        for (const latent::PlanePoint &vertex : line.vertices)
            EXPECT_NEAR(10.0 * vertex.x, line.level, 0.35); // smoothed noise of the points' places
    EXPECT_GT(isoCatalogue(*answer.layers).rowCount(), 100U);
}

/// Decodes the height on the plane as a mass.
DecoderPointer heightDecoder()
{
    auto decoder = std::make_shared<PlaneDecoder>();
    decoder->parameters = {{QStringLiteral("mass"), QStringLiteral("Msun"), QStringLiteral("mass: of all")}};
    decoder->find = [](const QString &text) -> Result<DecodedParameter> {
        if (text != QStringLiteral("mass"))
            return failure(ErrorKind::NotFound, "there is only mass");
        return DecodedParameter{text, QStringLiteral("Msun"), QStringLiteral("mass: of all")};
    };
    decoder->field = [](const QString &, const LatentData &data, const latent::FieldParams &params,
                        const JobContext &context) {
        return latent::fieldOf([](latent::PlanePoint point) { return point.y; }, data.bounds, params.side,
                               context);
    };
    return decoder;
}

TEST(IsoLayers, WhatIsDecodedIsContoured)
{
    IsoQuestion question = rampQuestion();
    question.settings.fields[0].column.clear();
    question.settings.fields[1] = {
        .column = QStringLiteral("mass"), .source = FieldSource::Decoded, .levels = QStringLiteral("0.5")};
    EXPECT_FALSE(isoLayers(question, {}).layers); // nothing decodes
    question.decoder = heightDecoder();
    const IsoAnswer answer = isoLayers(question, {});
    ASSERT_TRUE(answer.layers) << (answer.problem ? answer.problem->message : std::string());
    const IsoLayer &layer = answer.layers->front();
    ASSERT_FALSE(layer.lines.empty());
    EXPECT_EQ(layer.slot, 1U);
    EXPECT_EQ(layer.title, QStringLiteral("mass (decoded) [Msun]"));
    EXPECT_EQ(layer.definition, QStringLiteral("mass: of all"));
    for (const latent::IsoLine &line : layer.lines)
        for (const latent::PlanePoint &vertex : line.vertices)
            EXPECT_NEAR(vertex.y, 0.5, 1e-6);
    question.settings.fields[1].column = QStringLiteral("age");
    const IsoAnswer none = isoLayers(question, {});
    EXPECT_FALSE(none.layers);
    ASSERT_TRUE(none.problem);
    EXPECT_EQ(none.problem->message, "there is only mass");
}

TEST(IsoLayers, TellWhichFieldHasNoLines)
{
    IsoQuestion question = rampQuestion();
    question.settings.fields[0].levels = QStringLiteral("99");
    EXPECT_EQ(isoLayers(question, {}).withoutLines, QStringList{QStringLiteral("ramp [m]")});
    question.settings.fields[0].column = QStringLiteral("gone");
    EXPECT_FALSE(isoLayers(question, {}).layers);
}

double inkOf(const QImage &image)
{
    double ink = 0.0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            ink += qAlpha(image.pixel(x, y)) / 255.0;
    return ink;
}

TEST(StrokePicture, HasTheAreaOfItsLines)
{
    for (const double angle : {0.0, 0.3, 0.8, 1.5})
    {
        StrokePicture picture({200, 200}, {.colour = Qt::white, .rim = Qt::transparent, .width = 4.0});
        const QPointF half(60.0 * std::cos(angle), 60.0 * std::sin(angle));
        picture.add({QPointF(100.3, 99.6) - half, QPointF(100.3, 99.6) + half});
        const double expected = 4.0 * 120.0 + 3.14159 * 2.0 * 2.0; // with its round ends
        EXPECT_NEAR(inkOf(picture.image()), expected, 0.03 * expected) << angle;
    }
}

TEST(StrokePicture, DashesLeaveTheirShareOut)
{
    const StrokeLook solid{.colour = Qt::white, .rim = Qt::transparent, .width = 2.0};
    StrokeLook dashed = solid;
    dashed.dash = 8.0;
    dashed.gap = 4.0;
    QPolygonF line;
    for (int i = 0; i <= 97; ++i)
        line << QPointF(10.0 + 3.7 * i, 50.0 + 20.0 * std::sin(0.2 * i));
    StrokePicture first({400, 100}, solid);
    StrokePicture second({400, 100}, dashed);
    first.add(line);
    second.add(line);
    EXPECT_NEAR(inkOf(second.image()) / inkOf(first.image()), 8.0 / 12.0, 0.06);
}

TEST(StrokePicture, LinesOutsideAndOfNoLengthDoNoHarm)
{
    StrokePicture picture({20, 20}, {.colour = Qt::white, .rim = Qt::black});
    picture.add({QPointF(-1e9, -1e9), QPointF(-1e9, 1e9)});
    picture.add({QPointF(50.0, 50.0), QPointF(60.0, 50.0)});
    EXPECT_EQ(inkOf(picture.image()), 0.0);
    picture.add({QPointF(10.0, 10.0), QPointF(10.0, 10.0)});
    EXPECT_GT(inkOf(picture.image()), 1.0);
    EXPECT_TRUE(StrokePicture({0, 0}, {}).image().isNull());
}

class LatentCanvasTest : public testing::Test
{
protected:
    LatentCanvasTest()
    {
        m_canvas.resize(640, 480);
        m_data = test::syntheticPlane(5'000, 7);
        m_canvas.setData(m_data);
        m_canvas.show();
        settle();
    }
    void settle()
    {
        EXPECT_TRUE(QTest::qWaitFor([this] {
            m_canvas.repaint();
            return m_canvas.isUpToDate();
        }));
    }
    void wheel(const QPointF &at, int notches)
    {
        QWheelEvent event(at, m_canvas.mapToGlobal(at), {}, QPoint(0, 120 * notches), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&m_canvas, &event);
    }
    void drag(const QPoint &from, const QPoint &to, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(&m_canvas, Qt::LeftButton, modifiers, from);
        const QPointF middle = (QPointF(from) + QPointF(to)) / 2.0;
        for (const QPointF &at : {middle, QPointF(to)})
        {
            QMouseEvent event(QEvent::MouseMove, at, m_canvas.mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                              modifiers);
            QApplication::sendEvent(&m_canvas, &event);
        }
        QTest::mouseRelease(&m_canvas, Qt::LeftButton, modifiers, to);
    }
    [[nodiscard]] std::vector<std::size_t> inside(const QRectF &area) const
    {
        std::vector<std::size_t> sources;
        for (std::size_t source = 0; source < m_data->count(); ++source)
            if (m_data->isPlaced(source) && area.contains(m_canvas.toWidget(m_data->place(source))))
                sources.push_back(source);
        return sources;
    }

    LatentCanvas m_canvas;
    LatentPointer m_data;
};

TEST_F(LatentCanvasTest, WidgetAndPlaneAreInverse)
{
    const QPointF at(300.0, 200.0);
    EXPECT_NEAR((m_canvas.toWidget(m_canvas.toPlane(at)) - at).manhattanLength(), 0.0, 1e-9);
    const QRectF plot = m_canvas.plot();
    EXPECT_NEAR(m_canvas.toPlane(plot.topLeft()).y, m_data->bounds.top, 1e-9);
    EXPECT_NEAR(m_canvas.toPlane(plot.bottomRight()).x, m_data->bounds.right, 1e-9);
}

TEST_F(LatentCanvasTest, TellsHowManyPointsAreDrawn)
{
    const QLocale locale;
    EXPECT_TRUE(m_canvas.legendLines().front().contains(locale.toString(4'993)));
    EXPECT_TRUE(m_canvas.legendLines().front().contains(locale.toString(5'000)));
    EXPECT_TRUE(m_canvas.legendLines().at(1).startsWith(QStringLiteral("7 ")));
    wheel(m_canvas.plot().center(), 10);
    settle();
    EXPECT_EQ(m_canvas.frame().drawn, inside(m_canvas.plot()).size());
    EXPECT_LT(m_canvas.frame().drawn, 4'993U);
}

TEST_F(LatentCanvasTest, WheelKeepsThePlaceUnderTheCursor)
{
    const QPointF at(220.0, 310.0);
    const latent::PlanePoint before = m_canvas.toPlane(at);
    wheel(at, 4);
    EXPECT_LT(m_canvas.window().width(), 0.6 * m_data->bounds.width());
    EXPECT_NEAR(m_canvas.toPlane(at).x, before.x, 1e-9);
    EXPECT_NEAR(m_canvas.toPlane(at).y, before.y, 1e-9);
    QTest::mouseDClick(&m_canvas, Qt::LeftButton, {}, at.toPoint());
    EXPECT_EQ(m_canvas.window(), m_data->bounds);
}

TEST_F(LatentCanvasTest, ZoomsNeitherInNorOutForEver)
{
    for (int i = 0; i < 100; ++i)
        wheel(m_canvas.plot().center(), 10);
    EXPECT_GE(m_canvas.window().width(), 0.9e-5 * m_data->bounds.width());
    for (int i = 0; i < 200; ++i)
        wheel(m_canvas.plot().center(), -10);
    EXPECT_LE(m_canvas.window().width(), 4.1 * m_data->bounds.width());
}

TEST_F(LatentCanvasTest, DragMovesThePlaneWithTheHand)
{
    const QPoint from(300, 200);
    const latent::PlanePoint held = m_canvas.toPlane(from);
    QSignalSpy moved(&m_canvas, &LatentCanvas::windowChanged);
    drag(from, {360, 240});
    EXPECT_GE(moved.count(), 1);
    EXPECT_NEAR(m_canvas.toPlane({360.0, 240.0}).x, held.x, 1e-9);
    EXPECT_NEAR(m_canvas.toPlane({360.0, 240.0}).y, held.y, 1e-9);
}

TEST_F(LatentCanvasTest, TheOldFrameIsShownUntilTheNewOneIsThere)
{
    const latent::PlaneRect before = m_canvas.frame().window;
    wheel({300.0, 200.0}, 2);
    QImage image(m_canvas.size(), QImage::Format_RGB32);
    m_canvas.render(&image);
    EXPECT_EQ(m_canvas.frame().window, before);
    EXPECT_FALSE(m_canvas.isUpToDate());
    settle();
    EXPECT_EQ(m_canvas.frame().window, m_canvas.window());
}

TEST_F(LatentCanvasTest, ShiftDragTakesWhatIsInTheRectangle)
{
    std::vector<std::size_t> sources;
    QObject::connect(&m_canvas, &LatentCanvas::sourcesEnclosed, &m_canvas,
                     [&](const std::vector<std::size_t> &enclosed) { sources = enclosed; });
    drag({200, 100}, {400, 300}, Qt::ShiftModifier);
    EXPECT_FALSE(sources.empty());
    EXPECT_EQ(sources, inside(QRectF(200.0, 100.0, 200.0, 200.0)));
}

TEST_F(LatentCanvasTest, TheLassoStaysArmedUntilEscape)
{
    QSignalSpy dropped(&m_canvas, &LatentCanvas::toolDropped);
    int enclosures = 0;
    QObject::connect(&m_canvas, &LatentCanvas::sourcesEnclosed, &m_canvas, [&] { ++enclosures; });
    m_canvas.setTool(MapTool::Lasso);
    drag({200, 100}, {400, 300});
    drag({250, 100}, {420, 310});
    EXPECT_EQ(enclosures, 2);
    EXPECT_EQ(m_canvas.window(), m_data->bounds);
    QTest::keyClick(&m_canvas, Qt::Key_Escape);
    EXPECT_EQ(m_canvas.tool(), MapTool::Pointer);
    EXPECT_EQ(dropped.count(), 1);
}

TEST_F(LatentCanvasTest, HoverFindsTheNearestSource)
{
    std::optional<std::size_t> found;
    std::optional<latent::PlanePoint> place;
    QObject::connect(&m_canvas, &LatentCanvas::hovered, &m_canvas,
                     [&](std::optional<std::size_t> source, std::optional<latent::PlanePoint> at) {
                         found = source;
                         place = at;
                     });
    const QPoint at = m_canvas.toWidget(m_data->place(1234)).toPoint();
    QTest::mouseMove(&m_canvas, at);
    std::size_t nearest = 7;
    double least = 1e9;
    for (std::size_t source = 7; source < m_data->count(); ++source)
    {
        const QPointF from = m_canvas.toWidget(m_data->place(source)) - QPointF(at);
        if (std::hypot(from.x(), from.y()) < least)
        {
            least = std::hypot(from.x(), from.y());
            nearest = source;
        }
    }
    EXPECT_EQ(found, nearest);
    ASSERT_TRUE(place);
    EXPECT_NEAR(place->x, m_canvas.toPlane(at).x, 1e-9);
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&m_canvas, &leave);
    EXPECT_FALSE(found);
    EXPECT_FALSE(place);
}

TEST_F(LatentCanvasTest, ClicksAndArrowsActivateSources)
{
    QSignalSpy activated(&m_canvas, &LatentCanvas::sourceActivated);
    QTest::mouseClick(&m_canvas, Qt::LeftButton, {}, m_canvas.toWidget(m_data->place(77)).toPoint());
    ASSERT_EQ(activated.count(), 1);
    m_canvas.setCurrentSource(77);
    const double x = m_canvas.toWidget(m_data->place(77)).x();
    QTest::keyClick(&m_canvas, Qt::Key_Right);
    ASSERT_EQ(activated.count(), 2);
    const auto next = activated.last().front().value<std::size_t>();
    EXPECT_GT(m_canvas.toWidget(m_data->place(next)).x(), x);
}

TEST_F(LatentCanvasTest, MBookmarksTheView)
{
    QSignalSpy asked(&m_canvas, &LatentCanvas::bookmarkAsked);
    QTest::keyClick(&m_canvas, Qt::Key_M);
    EXPECT_EQ(asked.count(), 1);
}

TEST_F(LatentCanvasTest, SelectedPointsAreOrange)
{
    const QColor orange = m_canvas.scene().colours.selection;
    const auto orangePixels = [&] {
        int count = 0;
        const QImage &picture = m_canvas.frame().picture;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                count += picture.pixelColor(x, y) == orange ? 1 : 0;
        return count;
    };
    EXPECT_EQ(orangePixels(), 0);
    m_canvas.setSelected({100, 200, 300, 400, 99'999});
    settle();
    EXPECT_GE(orangePixels(), 4);
}

TEST_F(LatentCanvasTest, AColourOfOtherSourcesIsNotTaken)
{
    LatentColour colour;
    colour.values = std::make_shared<const std::vector<float>>(3, 1.0F);
    m_canvas.setColour(colour);
    EXPECT_FALSE(m_canvas.scene().colour);
}

TEST_F(LatentCanvasTest, WithoutDataNothingAnswers)
{
    m_canvas.setData(nullptr);
    wheel({300.0, 200.0}, 2);
    drag({200, 100}, {400, 300}, Qt::ShiftModifier);
    QTest::keyClick(&m_canvas, Qt::Key_Right);
    QTest::keyClick(&m_canvas, Qt::Key_M);
    EXPECT_FALSE(m_canvas.grab().isNull());
}

TEST(LatentCanvas, OnePointIsAPlaneToo)
{
    LatentCanvas canvas;
    canvas.resize(400, 300);
    canvas.setData(makeLatentData({2.0F}, {3.0F}, QStringLiteral("a"), QStringLiteral("b"), nullptr));
    canvas.show();
    ASSERT_TRUE(QTest::qWaitFor([&] { return canvas.isUpToDate(); }));
    EXPECT_EQ(canvas.frame().drawn, 1U);
    EXPECT_EQ(canvas.sourceAt(canvas.plot().center()), 0U);
}

} // namespace
} // namespace somnium::ui
