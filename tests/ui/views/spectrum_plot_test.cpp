// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <QApplication>
#include <QBuffer>
#include <QDir>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTest>
#include <QWheelEvent>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_plane.h"
#include "ui/models/min_max_series.h"
#include "ui/models/spectral_lines.h"
#include "ui/models/spectrum_thumbnail.h"
#include "ui/theme.h"
#include "ui/views/plane_axes.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{
namespace
{

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> randomValues(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float &value : values)
        value = random() % 17U == 0U ? kNan : normal(random);
    return values;
}

data::SpectralGrid sdssGrid(std::size_t pixels = 3800)
{
    return {.scale = data::SpectralGrid::Scale::Log, .first = 3800.0, .step = 1e-4, .pixels = pixels};
}

SpectrumSet starLikeSet(std::size_t pixels = 3800)
{
    return test::syntheticSpectra(pixels);
}

TEST(MinMaxSeries, GivesTheSmallestAndLargestOfAnyStretch)
{
    for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 257U, 5000U})
    {
        const std::vector<float> values = randomValues(count, 7);
        const MinMaxSeries series(values);
        std::mt19937 random(3);
        for (int trial = 0; trial < 300; ++trial)
        {
            const std::size_t first = random() % (count + 2);
            const std::size_t last = random() % (count + 70);
            MinMax naive;
            for (std::size_t i = first; i < std::min(last, count); ++i)
                if (!std::isnan(values[i]))
                {
                    naive.low = std::min(naive.low, values[i]);
                    naive.high = std::max(naive.high, values[i]);
                }
            EXPECT_EQ(series.range(first, last), naive) << count << ' ' << first << ' ' << last;
        }
    }
}

TEST(MinMaxSeries, InfinitiesCountAsNoValue)
{
    const MinMaxSeries series({1.0F, std::numeric_limits<float>::infinity(), 2.0F});
    EXPECT_EQ(series.range(0, 3), (MinMax{1.0F, 2.0F}));
    EXPECT_TRUE(series.range(1, 2).isEmpty());
}

TEST(MinMaxSeries, ColumnsLoseNoExtreme)
{
    std::vector<float> values(100'000, 0.0F);
    values[51'234] = 9.0F;
    values[77] = -4.0F;
    const std::vector<MinMax> columns = minMaxColumns(MinMaxSeries(values), 640);
    ASSERT_EQ(columns.size(), 640U);
    MinMax all;
    for (const MinMax &column : columns)
    {
        EXPECT_FALSE(column.isEmpty());
        all.include(column);
    }
    EXPECT_EQ(all, (MinMax{-4.0F, 9.0F}));
    EXPECT_EQ(columns[51'234 * 640 / 100'000].high, 9.0F);
}

TEST(MinMaxSeries, ColumnsNarrowerThanPixelsRepeatThem)
{
    const std::vector<MinMax> columns = minMaxColumns(MinMaxSeries({1.0F, kNan, 3.0F}), 9);
    for (std::size_t column = 0; column < 9; ++column)
        EXPECT_EQ(columns[column].isEmpty(), column / 3 == 1) << column;
    EXPECT_EQ(columns[8].low, 3.0F);
}

TEST(PlaneAxes, TicksAreRoundAndWithinTheRange)
{
    EXPECT_EQ(axisTicks({.low = 3800.0, .high = 9200.0, .isLog = true, .title = {}}, 5),
              (std::vector<double>{4000.0, 6000.0, 8000.0}));
    const auto decades = axisTicks({.low = 0.9, .high = 120.0, .isLog = true, .title = {}}, 5);
    ASSERT_EQ(decades.size(), 7U);
    EXPECT_NEAR(decades.front(), 1.0, 1e-12);
    EXPECT_NEAR(decades.back(), 100.0, 1e-9);
}

TEST(SpectralLines, RiseInWavelengthAndAreInVacuum)
{
    const auto lines = knownSpectralLines();
    EXPECT_TRUE(std::ranges::is_sorted(lines, {}, &SpectralLine::wavelengthAngstrom));
    const auto hAlpha = std::ranges::find_if(
        lines, [](const SpectralLine &line) { return std::string_view(line.name) == "H\u03b1"; });
    ASSERT_NE(hAlpha, lines.end());
    EXPECT_NEAR(hAlpha->wavelengthAngstrom, 6562.8 * 1.000276, 0.05); // air, and the index of refraction
}

TEST(PreparedSpectra, LeavesOutWhatDoesNotFitTheGrid)
{
    SpectrumSet set = starLikeSet();
    set.curves[1].flux.pop_back();
    const SpectraPointer prepared = prepareSpectra(set);
    ASSERT_TRUE(prepared);
    EXPECT_EQ(prepared->curves.size(), 2U);
    set.curves.clear();
    EXPECT_FALSE(prepareSpectra(set));
}

TEST(PreparedSpectra, ResidualsAreInSigmaAndSkipMaskedPixels)
{
    SpectrumSet set{.grid = sdssGrid(3), .title = {}, .fluxUnit = {}, .curves = {}};
    set.curves.push_back({.name = QStringLiteral("o"),
                          .role = CurveRole::Observed,
                          .flux = {3.0F, 5.0F, 7.0F},
                          .weight = {4.0F, 0.0F, 1.0F}});
    set.curves.push_back({.name = QStringLiteral("m"),
                          .role = CurveRole::Reconstruction,
                          .flux = {2.0F, 2.0F, 8.0F},
                          .weight = {}});
    const SpectraPointer prepared = prepareSpectra(set);
    ASSERT_TRUE(prepared);
    EXPECT_TRUE(prepared->isResidualInSigma);
    EXPECT_FLOAT_EQ(prepared->residual.values()[0], 2.0F);
    EXPECT_TRUE(std::isnan(prepared->residual.values()[1]));
    EXPECT_FLOAT_EQ(prepared->residual.values()[2], -1.0F);
}

class SpectrumPlotTest : public testing::TestWithParam<bool>
{
protected:
    SpectrumPlotTest()
    {
        m_plot.resize(700, 320);
        m_plot.setSpectra(starLikeSet());
        m_plot.setLogAxis(GetParam());
        m_plot.show();
    }
    void wheel(double x, int notches)
    {
        const QPointF at(x, m_plot.places().plot.center().y());
        QWheelEvent event(at, m_plot.mapToGlobal(at), {}, QPoint(0, 120 * notches), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&m_plot, &event);
    }
    SpectrumPlot m_plot;
};

TEST_P(SpectrumPlotTest, WheelKeepsTheWavelengthUnderTheCursor)
{
    const double x = m_plot.places().plot.left() + 0.3 * m_plot.places().plot.width();
    const double before = wavelengthAt(m_plot.scene(), m_plot.places().plot, x);
    wheel(x, 5);
    const auto [low, high] = m_plot.range();
    EXPECT_LT(high - low, 0.6 * (m_plot.spectra()->lastWavelength() - m_plot.spectra()->firstWavelength()));
    EXPECT_NEAR(wavelengthAt(m_plot.scene(), m_plot.places().plot, x), before, 1e-6);
    wheel(x, -20);
    EXPECT_NEAR(m_plot.range().first, m_plot.spectra()->firstWavelength(), 1e-9);
    EXPECT_NEAR(m_plot.range().second, m_plot.spectra()->lastWavelength(), 1e-9);
}

TEST_P(SpectrumPlotTest, NeverZoomsCloserThanAFewPixels)
{
    for (int i = 0; i < 40; ++i)
        wheel(m_plot.places().plot.center().x(), 5);
    const auto [low, high] = m_plot.range();
    EXPECT_GE(m_plot.spectra()->grid.pixelOf(high) - m_plot.spectra()->grid.pixelOf(low), 3.9);
}

TEST_P(SpectrumPlotTest, DragMovesAndDoubleClickShowsAll)
{
    m_plot.setRange(5000.0, 6000.0);
    const QPoint start = m_plot.places().plot.center().toPoint();
    QTest::mousePress(&m_plot, Qt::LeftButton, {}, start);
    QTest::mouseMove(&m_plot, start - QPoint(50, 0));
    QTest::mouseRelease(&m_plot, Qt::LeftButton, {}, start - QPoint(50, 0));
    EXPECT_GT(m_plot.range().first, 5000.0);
    EXPECT_GT(m_plot.range().second, 6000.0);
    QTest::mouseDClick(&m_plot, Qt::LeftButton, {}, start);
    EXPECT_DOUBLE_EQ(m_plot.range().first, m_plot.spectra()->firstWavelength());
}

TEST_P(SpectrumPlotTest, ReadsOutEveryCurveUnderTheCursor)
{
    QSignalSpy hovered(&m_plot, &SpectrumPlot::wavelengthHovered);
    QTest::mouseMove(&m_plot, m_plot.places().plot.center().toPoint());
    ASSERT_EQ(hovered.count(), 1);
    const QString observed = legendText(m_plot.scene(), 0);
    EXPECT_TRUE(observed.startsWith(QStringLiteral("observed "))) << qPrintable(observed);
    EXPECT_TRUE(observed.contains(QStringLiteral("\u00b1"))) << qPrintable(observed);
    EXPECT_FALSE(legendText(m_plot.scene(), 1).contains(QStringLiteral("\u00b1")));
    // The masked stretch says so.
    const auto &grid = m_plot.spectra()->grid;
    const double masked =
        positionOf(m_plot.scene(), m_plot.places().plot, grid.at(0.56 * static_cast<double>(grid.pixels)));
    QTest::mouseMove(&m_plot, QPointF(masked, 100.0).toPoint());
    EXPECT_TRUE(legendText(m_plot.scene(), 0).contains(QStringLiteral("masked")));
}

TEST_P(SpectrumPlotTest, KeepsItsZoomOnTheSameGridOnly)
{
    m_plot.setRange(5000.0, 6000.0);
    m_plot.setSpectra(starLikeSet());
    EXPECT_DOUBLE_EQ(m_plot.range().first, 5000.0);
    m_plot.setSpectra(starLikeSet(1000));
    EXPECT_DOUBLE_EQ(m_plot.range().first, m_plot.spectra()->firstWavelength());
}

INSTANTIATE_TEST_SUITE_P(Axes, SpectrumPlotTest, testing::Bool());

TEST(SpectrumPlot, VectorsWithoutWavelengthsHaveNoLogarithmicAxis)
{
    SpectrumPlot plot;
    SpectrumSet set{
        .grid = {.scale = data::SpectralGrid::Scale::Index, .first = 0.0, .step = 1.0, .pixels = 4},
        .title = {},
        .fluxUnit = {},
        .curves = {}};
    set.curves.push_back({.name = QStringLiteral("v"),
                          .role = CurveRole::Observed,
                          .flux = {1.0F, 2.0F, 3.0F, 4.0F},
                          .weight = {}});
    plot.setLogAxis(true);
    plot.setSpectra(set);
    EXPECT_FALSE(plot.isLogAxis());
    plot.setLogAxis(true);
    EXPECT_FALSE(plot.isLogAxis());
    EXPECT_FALSE(plot.grab().isNull());
}

TEST(SpectrumPlot, FiguresAreVectorsInPdfAndSvg)
{
    SpectrumPlot plot;
    EXPECT_FALSE(plot.hasFigure());
    plot.setSpectra(starLikeSet());
    for (const FigureFormat format : {FigureFormat::Svg, FigureFormat::Pdf, FigureFormat::Png})
    {
        const auto bytes = renderFigure(plot, {.format = format});
        ASSERT_TRUE(bytes) << bytes.error().message;
        EXPECT_GT(bytes->size(), 1000);
        if (format == FigureFormat::Svg)
        {
            EXPECT_TRUE(bytes->contains("reconstruction"));
            EXPECT_FALSE(bytes->contains("<image"));
        }
    }
}

/// What the plot would draw on the screen, with its texts as texts.
QByteArray drawingOf(SpectrumPlot &plot)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(plot.size());
    plot.render(&generator);
    return buffer.data();
}

TEST(SpectrumPlot, HasNoNumbersWhileItShowsNoSpectrum)
{
    SpectrumPlot plot;
    plot.resize(480, 280);
    EXPECT_FALSE(drawingOf(plot).contains("<text"));
    plot.setSpectra(starLikeSet());
    EXPECT_TRUE(drawingOf(plot).contains(">6000<"));
    plot.setSpectra(SpectraPointer());
    const QByteArray empty = drawingOf(plot);
    EXPECT_FALSE(empty.contains("<text"));
    EXPECT_GE(empty.count("<polyline"), 2) << "the frame stays\n" << empty.toStdString();
}

int inkedColumns(const QImage &image, QRgb background)
{
    int inked = 0;
    for (int x = 0; x < image.width(); ++x)
    {
        bool isInked = false;
        for (int y = 0; y < image.height(); ++y)
            isInked = isInked || image.pixel(x, y) != background;
        inked += isInked ? 1 : 0;
    }
    return inked;
}

TEST(SpectrumThumbnail, CrossesEveryColumnBesidesTheMaskedOnes)
{
    const SpectrumSet set = starLikeSet();
    const QPalette palette = QApplication::palette();
    const QRgb background = themeColours(palette).canvas.rgb();
    const QImage whole = renderSpectrumThumbnail(set.curves[0].flux, {}, {100, 60}, palette);
    EXPECT_EQ(whole.size(), QSize(100, 60));
    EXPECT_EQ(inkedColumns(whole, background), 100);
    const QImage masked =
        renderSpectrumThumbnail(set.curves[0].flux, set.curves[0].weight, {100, 60}, palette);
    EXPECT_LT(inkedColumns(masked, background), 100);
    EXPECT_GE(inkedColumns(masked, background), 97);
}

TEST(SpectrumThumbnail, OfNothingIsEmptyPaper)
{
    const QPalette palette = QApplication::palette();
    const QImage none = renderSpectrumThumbnail({}, {}, {40, 20}, palette);
    EXPECT_EQ(inkedColumns(none, themeColours(palette).canvas.rgb()), 0);
    EXPECT_TRUE(renderSpectrumThumbnail({}, {}, {}, palette).isNull());
}

TEST(SpectrumThumbnail, AConstantSpectrumIsALineInTheMiddle)
{
    const std::vector<float> flux(500, 3.0F);
    const QPalette palette = QApplication::palette();
    const QImage image = renderSpectrumThumbnail(flux, {}, {50, 40}, palette);
    const QRgb background = themeColours(palette).canvas.rgb();
    int inked = 0;
    for (int y = 0; y < 40; ++y)
        if (image.pixel(25, y) != background)
        {
            ++inked;
            EXPECT_NEAR(y, 19.5, 1.0);
        }
    EXPECT_GE(inked, 1);
}

class SpectrumScreenshots : public testing::TestWithParam<ThemeKind>
{};

TEST_P(SpectrumScreenshots, OfPlotsAndThumbnails)
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), GetParam());
    const QString theme = GetParam() == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light");
    const QString folder = qEnvironmentVariable("SOMNIUM_SCREENSHOTS");
    const auto shoot = [&](QWidget &widget, const QString &name) {
        for (const double scale : {1.0, 2.0})
        {
            QImage image(widget.size() * scale, QImage::Format_RGB32);
            image.setDevicePixelRatio(scale);
            widget.render(&image);
            const QString path =
                QDir(folder).filePath(QStringLiteral("%1_%2_%3x.png").arg(name, theme).arg(scale));
            EXPECT_TRUE(folder.isEmpty() || image.save(path)) << qPrintable(path);
        }
    };
    SpectrumPlot plot;
    plot.resize(760, 380);
    plot.setSpectra(starLikeSet());
    plot.setLinesShown(true);
    plot.show();
    QTest::mouseMove(&plot, QPoint(300, 150));
    shoot(plot, QStringLiteral("spectrum"));
    plot.setRange(6500.0, 6650.0);
    shoot(plot, QStringLiteral("spectrum_zoom"));
    plot.resetZoom();
    plot.resize(330, 260);
    shoot(plot, QStringLiteral("spectrum_small"));
    if (folder.isEmpty())
        return;
    const SpectrumSet set = starLikeSet();
    renderSpectrumThumbnail(set.curves[0].flux, set.curves[0].weight, {192, 128}, QApplication::palette())
        .save(QDir(folder).filePath(QStringLiteral("thumbnail_%1.png").arg(theme)));
}

INSTANTIATE_TEST_SUITE_P(Themes, SpectrumScreenshots, testing::Values(ThemeKind::Dark, ThemeKind::Light));

} // namespace
} // namespace somnium::ui
