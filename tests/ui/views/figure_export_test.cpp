// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/figure_export.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTest>
#include <QXmlStreamReader>

#include <gtest/gtest.h>

#include "core/search/nearest.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/theme.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/map_figure.h"
#include "ui/views/map_poster.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/scale_bar.h"
#include "ui/views/table_view.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{
namespace
{

/// What an SVG says, with single spaces where its lines are broken.
QString textOf(const QByteArray &svg)
{
    QXmlStreamReader reader(svg);
    QStringList pieces;
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::Characters)
            pieces << reader.text().toString();
    return pieces.join(u' ').simplified();
}

/// Width and height of a PDF's page in points, empty without one.
QSizeF pageOf(const QByteArray &pdf)
{
    static const QRegularExpression box(QStringLiteral(R"(/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\])"));
    const auto match = box.match(QString::fromLatin1(pdf));
    return {match.captured(1).toDouble(), match.captured(2).toDouble()};
}

/// All views that make figures, filled.
struct Views
{
    SurveyPointer survey = test::syntheticSurvey({.arcsecPerPixel = 1.8});
    SelectionModel selection;
    Inspector inspector;
    TableView table;
    MapView map;
    Filmstrip strip;
    OutliersView outliers;
    TrainingView training;

    Views()
    {
        applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ThemeKind::Dark);
        map.setSurvey(survey);
        map.setOverlay({OverlayKind::ColumnMean, QStringLiteral("S peak")});
        strip.setSurvey(survey);
        strip.setItems(QStringLiteral("Nearest to prototype (5, 3)"),
                       search::sourcesOfNeuron(survey->map->mapping, 8, 48));
        outliers.setSurvey(survey);
        training.setHistory(survey->map->som.history, 12);
        selection.reset(survey->collection.sources.size(), survey->map->som.layout.neuronCount());
        inspector.setSurvey(survey);
        inspector.setSelection(&selection);
        selection.setCurrentSource(35);
        table.setSurvey(survey);
    }
    [[nodiscard]] std::vector<const FigureSource *> all() const
    {
        return {&map, &strip, &outliers, &training, &inspector, &table};
    }
};

TEST(FigureExport, GivesPngOfTheSizeAskedForOnWhitePaper)
{
    const Views views;
    for (const FigureSource *source : views.all())
    {
        const auto bytes = renderFigure(*source, {.widthMm = 127.0, .heightMm = 101.6, .dpi = 200.0});
        ASSERT_TRUE(bytes) << bytes.error().message;
        const QImage image = QImage::fromData(*bytes, "PNG");
        EXPECT_EQ(image.size(), QSize(1000, 800));
        EXPECT_EQ(image.pixel(2, 2), qRgb(255, 255, 255)) << qPrintable(source->figureName());
        EXPECT_NEAR(image.dotsPerMeterX(), 7874, 1);
        std::size_t inked = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                inked += image.pixel(x, y) != qRgb(255, 255, 255) ? 1U : 0U;
        EXPECT_GT(inked, 5000U) << qPrintable(source->figureName());
    }
}

TEST(FigureExport, GivesSvgThatQtReadsAndPdfOfThePageSize)
{
    const Views views;
    for (const FigureSource *source : views.all())
    {
        const auto svg =
            renderFigure(*source, {.format = FigureFormat::Svg, .widthMm = 90.0, .heightMm = 80.0});
        ASSERT_TRUE(svg);
        EXPECT_TRUE(QSvgRenderer(*svg).isValid());
        EXPECT_TRUE(svg->contains("<text")) << "text stays text";
        const auto pdf =
            renderFigure(*source, {.format = FigureFormat::Pdf, .widthMm = 90.0, .heightMm = 80.0});
        ASSERT_TRUE(pdf);
        EXPECT_TRUE(pdf->startsWith("%PDF-"));
        EXPECT_NEAR(pageOf(*pdf).width(), 90.0 / 25.4 * 72.0, 0.51);
        EXPECT_NEAR(pageOf(*pdf).height(), 80.0 / 25.4 * 72.0, 0.51);
    }
}

TEST(FigureExport, WritesWholeFilesByTheirEnding)
{
    const test::TemporaryFolder folder;
    const Views views;
    for (const char *ending : {"png", "svg", "pdf"})
    {
        const std::filesystem::path path = folder.path() / (std::string("figure.") + ending);
        FigureOptions options;
        options.format = figureFormat(path).value();
        ASSERT_TRUE(exportFigure(views.map, options, path));
        EXPECT_GT(std::filesystem::file_size(path), 1000U);
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3)
        << "no temporary is left";
    if (const QString keep = qEnvironmentVariable("SOMNIUM_SCREENSHOTS"); !keep.isEmpty())
        for (const FigureSource *source : views.all())
            for (const char *ending : {"png", "svg", "pdf"})
            {
                const std::filesystem::path path =
                    keep.toStdString() + "/figure_" + source->figureName().toStdString() + "." + ending;
                FigureOptions options;
                options.format = figureFormat(path).value();
                options.dpi = 150.0;
                EXPECT_TRUE(exportFigure(*source, options, path));
            }
}

TEST(FigureExport, RefusesWhatMakesNoSense)
{
    const Views views;
    EXPECT_FALSE(figureFormat("figure.bmp"));
    EXPECT_EQ(figureFormat("figure.PDF").value(), FigureFormat::Pdf);
    EXPECT_FALSE(renderFigure(views.map, {.widthMm = 0.0}));
    EXPECT_FALSE(renderFigure(views.map, {.widthMm = 1e9}));
    EXPECT_FALSE(renderFigure(views.map, {.widthMm = 1900.0, .heightMm = 1900.0, .dpi = 1200.0}));
    EXPECT_FALSE(renderFigure(views.map, {.dpi = std::nan("")}));
    EXPECT_FALSE(renderFigure(MapView(), {})) << "nothing to draw";
    EXPECT_FALSE(exportFigure(views.map, {}, "/no/such/folder/figure.png"));
}

TEST(FigureExport, AnotherThreadPaintsTheSame)
{
    const Views views;
    for (const FigureSource *source : views.all())
        for (const FigureFormat format : {FigureFormat::Png, FigureFormat::Svg})
        {
            const FigureOptions options{.format = format, .dpi = 120.0};
            const auto here = renderFigure(*source, options);
            auto work = figureWork(*source, options);
            ASSERT_TRUE(work);
            const auto there = std::async(std::launch::async, [&] { return (*work)(); }).get();
            ASSERT_TRUE(here && there);
            EXPECT_EQ(*here, *there) << qPrintable(source->figureName());
        }
}

TEST(FigureExport, OfATableSaysHowManyRowsThereAre)
{
    const Views views;
    const auto svg = renderFigure(views.table, {.format = FigureFormat::Svg});
    ASSERT_TRUE(svg);
    EXPECT_TRUE(svg->contains("of 300"));
    EXPECT_TRUE(svg->contains("S peak"));
}

TEST(ScaleBar, IsRoundAndNoLongerThanAsked)
{
    EXPECT_EQ(scaleBar(64.0, 1.8).text, QStringLiteral("1\u2032"));
    EXPECT_NEAR(scaleBar(64.0, 1.8).pixels, 60.0 / 1.8, 1e-9);
    EXPECT_EQ(scaleBar(24.0, 1.8).text, QStringLiteral("30\u2033"));
    EXPECT_EQ(scaleBar(64.0, 0.01).text, QStringLiteral("0.5\u2033"));
    EXPECT_EQ(scaleBar(100.0, 300.0).text, QStringLiteral("5\u00b0"));
    EXPECT_EQ(scaleBar(64.0, std::nullopt).text, QStringLiteral("50 pixels"));
    EXPECT_EQ(scaleBar(1.0, std::nullopt).text, QStringLiteral("1 pixel"));
    for (const double most : {1.0, 7.3, 64.0, 500.0})
        for (double scale = 1e-4; scale < 1e4; scale *= 1.7)
        {
            const ScaleBar bar = scaleBar(most, scale);
            EXPECT_LE(bar.pixels, most * 1.000001) << scale;
            EXPECT_GE(bar.pixels, 0.39 * most) << scale;
        }
    EXPECT_EQ(scaleBar(std::nan(""), 1.0).pixels, 0.0);
    EXPECT_EQ(scaleBar(10.0, std::nan("")).text, QStringLiteral("10 pixels"));
}

/// The last column of pixels of the cell, and not the one before it, is the line between two cells.
bool hasLineBeside(const QImage &image, const QRectF &cell)
{
    const auto isLine = [&](int x) {
        for (int y = static_cast<int>(cell.top()) + 1; y < static_cast<int>(cell.bottom()) - 1; ++y)
            if (image.pixelColor(x, y) != paperColours().gridLine)
                return false;
        return true;
    };
    const int right = static_cast<int>(std::lround(cell.right())) - 1;
    return isLine(right) && !isLine(right - 1);
}

TEST(MapFigure, ItsScaleBarIsAsLongAsTheSkySays)
{
    for (const char *layout : {"8x6", "5x5 hexagonal", "4x4x3", "30", "5x5 periodic"})
    {
        const SurveyPointer survey =
            test::syntheticSurvey({.sources = 20, .layout = layout, .arcsecPerPixel = 1.8});
        MapFigure figure;
        figure.survey = survey;
        figure.scene.som = std::shared_ptr<const som::Som>(survey->map, &survey->map->som);
        figure.scene.colours = paperColours();
        figure.caption = QStringLiteral("caption");
        const QRectF area(0, 0, 640, 480);
        QImage image(area.size().toSize(), QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        const QFont font = painter.font();
        const MapFigurePlaces places = paintMapFigure(painter, area, figure);
        painter.end();
        ASSERT_TRUE(places.scaleText.endsWith(QChar(0x2033)) || places.scaleText.endsWith(QChar(0x2032)))
            << layout;
        const double arcsec =
            places.scaleText.chopped(1).toDouble() * (places.scaleText.endsWith(QChar(0x2032)) ? 60.0 : 1.0);
        // A cell, less the line beside it, is the 48 pixels of a prototype, 1.8 arcsec each. Laid out once
        // more in just the room that the drawing takes, it is the same drawing.
        const MapGeometry geometry =
            geometryOf(figure.scene, places.drawing.size(), 1.2 * QFontMetricsF(font).height());
        const double cell = geometry.cellRect(places.drawing, 0).width();
        EXPECT_NEAR(places.scaleBar.width(), arcsec / 1.8 / 48.0 * (cell - 1.0), 0.03 * cell) << layout;
        EXPECT_TRUE(geometry.isHexagonal() || hasLineBeside(image, geometry.cellRect(places.drawing, 0)))
            << layout << ": the picture has its first cell elsewhere";
        // It is painted where it is said to be, black from end to end.
        const int y = static_cast<int>(places.scaleBar.center().y());
        for (const double share : {0.1, 0.5, 0.9})
            EXPECT_EQ(image.pixelColor(
                          static_cast<int>(places.scaleBar.left() + share * places.scaleBar.width()), y),
                      QColor(Qt::black))
                << layout;
        EXPECT_EQ(image.pixelColor(static_cast<int>(places.scaleBar.right() + 2.0), y), QColor(Qt::white))
            << layout;
    }
}

TEST(MapFigure, HoldsColourBarWithUnitScaleAndRecipe)
{
    const Views views;
    const auto svg = renderFigure(views.map, {.format = FigureFormat::Svg});
    ASSERT_TRUE(svg);
    for (const char *text : {"Mean of S peak [mJy/beam]", "recipe \"radio\"", "AQE", "1\u2032"})
        EXPECT_TRUE(QString::fromUtf8(*svg).contains(QString::fromUtf8(text).toHtmlEscaped()) ||
                    QString::fromUtf8(*svg).contains(QString::fromUtf8(text)))
            << text;
}

TEST(MapPoster, ShowsEveryPrototypeWithItsSourcesAndHowItWasMade)
{
    for (const char *layout : {"8x6", "9x9 hexagonal", "4x4x3", "30 periodic"})
    {
        const SurveyPointer survey =
            test::syntheticSurvey({.sources = 90, .side = 16, .layout = layout, .arcsecPerPixel = 1.8});
        const FigurePainter paint = mapPoster(survey, {});
        ASSERT_TRUE(paint);
        const FigureOptions paper{.format = FigureFormat::Svg, .widthMm = 297.0, .heightMm = 420.0};
        const auto svg = renderFigure(paint, posterName(*survey), paper);
        ASSERT_TRUE(svg);
        EXPECT_TRUE(QSvgRenderer(*svg).isValid());
        EXPECT_GE(svg->count("<image"), static_cast<qsizetype>(survey->map->som.layout.neuronCount()))
            << layout;
        const QString text = textOf(*svg);
        for (const QString &wanted :
             {QStringLiteral("FIRST cutouts"), QString::fromLatin1(layout), QStringLiteral("seed 1"),
              QStringLiteral("Made by Somnium"), QStringLiteral("topographic error"), QString(QChar(0x2033))})
            EXPECT_TRUE(text.contains(wanted)) << layout << ": " << qPrintable(wanted);
        FigureOptions pdf = paper;
        pdf.format = FigureFormat::Pdf;
        const auto page = renderFigure(paint, posterName(*survey), pdf);
        ASSERT_TRUE(page);
        // A3, to the whole points that the page is given in.
        EXPECT_NEAR(pageOf(*page).width(), 297.0 / 25.4 * 72.0, 0.51);
        EXPECT_NEAR(pageOf(*page).height(), 420.0 / 25.4 * 72.0, 0.51);
        if (const QString keep = qEnvironmentVariable("SOMNIUM_SCREENSHOTS"); !keep.isEmpty())
        {
            FigureOptions png = paper;
            png.format = FigureFormat::Png;
            png.dpi = 80.0;
            const auto bytes = renderFigure(paint, posterName(*survey), png);
            QFile file(keep +
                       QStringLiteral("/poster_%1.png").arg(QString::fromLatin1(layout).replace(u' ', u'_')));
            ASSERT_TRUE(file.open(QIODevice::WriteOnly));
            file.write(*bytes);
        }
    }
    EXPECT_FALSE(mapPoster(test::syntheticSurvey({.hasMap = false}), {}));
    EXPECT_EQ(paperSize(QStringLiteral("a0")).value().heightMm, 1189.0);
    EXPECT_FALSE(paperSize(QStringLiteral("letter")));
}

} // namespace
} // namespace somnium::ui
