// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/figure_export.h"

#include <cmath>
#include <filesystem>
#include <fstream>

#include <QApplication>
#include <QImage>
#include <QSvgRenderer>
#include <QTest>

#include <gtest/gtest.h>

#include "core/search/nearest.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/theme.h"
#include "ui/views/filmstrip.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{
namespace
{

/// All views that make figures, filled.
struct Views
{
    SurveyPointer survey = test::syntheticSurvey({});
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
    }
    [[nodiscard]] std::vector<const FigureSource *> all() const
    {
        return {&map, &strip, &outliers, &training};
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
        // 90 mm are 255.1 points.
        EXPECT_TRUE(pdf->contains("/MediaBox [0 0 255"))
            << pdf->mid(pdf->indexOf("/MediaBox"), 60).toStdString();
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

} // namespace
} // namespace somnium::ui
