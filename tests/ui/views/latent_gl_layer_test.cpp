// SPDX-License-Identifier: GPL-3.0-or-later
// Points by OpenGL against points by the processor. Skips with a reason where there is no screen; under Xvfb
// Mesa's renderer in software draws.
#include <cmath>
#include <cstdlib>

#include <QApplication>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_plane.h"
#include "ui/theme.h"
#include "ui/views/latent_gl_layer.h"

namespace somnium::ui
{
namespace
{

/// Mean difference of the channels, 0 to 255.
double meanDifference(const QImage &a, const QImage &b)
{
    double sum = 0.0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
        {
            const QRgb p = a.pixel(x, y);
            const QRgb q = b.pixel(x, y);
            sum +=
                std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) + std::abs(qBlue(p) - qBlue(q));
        }
    return sum / (3.0 * a.width() * a.height());
}

LatentScene pointScene(std::size_t count)
{
    LatentScene scene;
    scene.data = test::syntheticPlane(count, 5);
    scene.colour = colourOf(test::syntheticColumns(*scene.data)[1], QStringLiteral("viridis"));
    scene.form = PointForm::Points;
    scene.colours = themeColours(QApplication::palette());
    std::vector<std::uint8_t> flags(count, 0);
    for (std::size_t source = 0; source < count; source += 40)
        flags[source] = latent::kSelected;
    flags[77] = latent::kHidden;
    scene.flags = std::make_shared<const std::vector<std::uint8_t>>(std::move(flags));
    return scene;
}

TEST(LatentGlLayer, IsNotThereWithoutAScreenOrAgainstTheUsersWish)
{
    qputenv("SOMNIUM_POINTS", "raster");
    EXPECT_EQ(LatentGlLayer::create(), nullptr);
    qputenv("SOMNIUM_POINTS", "gl");
    const bool isOffscreen = QGuiApplication::platformName() == QLatin1String("offscreen");
    EXPECT_TRUE(!isOffscreen || LatentGlLayer::create() == nullptr);
    qunsetenv("SOMNIUM_POINTS");
}

TEST(LatentGlLayer, DrawsThePictureThatTheProcessorDraws)
{
    qputenv("SOMNIUM_POINTS", "gl");
    const auto layer = LatentGlLayer::create();
    qunsetenv("SOMNIUM_POINTS");
    if (!layer)
        GTEST_SKIP() << "no OpenGL 3.3 on platform " << qPrintable(QGuiApplication::platformName());
    const LatentScene scene = pointScene(4'000);
    const latent::PlaneRect &all = scene.data->bounds;
    // So close that floats alone would put the window elsewhere.
    const latent::PlanePoint at = scene.data->place(1'000);
    const latent::PlaneRect close{
        .left = at.x - 3e-5, .right = at.x + 5e-5, .bottom = at.y - 2e-5, .top = at.y + 4e-5};
    for (const latent::PlaneRect &window : {all, close})
    {
        const QSizeF size(600.0, 400.0);
        const auto plan = discPlan(scene, window, size);
        ASSERT_TRUE(plan);
        const QImage discs = layer->render(scene, window, size.toSize(), plan->radius);
        ASSERT_FALSE(discs.isNull());
        const LatentFrame raster = renderLatentFrame(size, 1.0, window, scene);
        const LatentFrame withCard = renderLatentFrame(size, 1.0, window, scene, discs);
        EXPECT_EQ(raster.drawn, withCard.drawn);
        QImage empty(size.toSize(), QImage::Format_RGB32);
        empty.fill(scene.colours.canvas);
        const double ink = meanDifference(raster.picture, empty);
        EXPECT_GT(ink, 0.001);
        EXPECT_LT(meanDifference(raster.picture, withCard.picture), 0.06 * ink)
            << layer->rendererName().toStdString();
    }
}

TEST(LatentGlLayer, FollowsOtherColoursAndFlags)
{
    qputenv("SOMNIUM_POINTS", "gl");
    const auto layer = LatentGlLayer::create();
    qunsetenv("SOMNIUM_POINTS");
    if (!layer)
        GTEST_SKIP() << "no OpenGL 3.3 on platform " << qPrintable(QGuiApplication::platformName());
    LatentScene scene = pointScene(2'000);
    const QImage before = layer->render(scene, scene.data->bounds, {300, 200}, 2.0);
    EXPECT_EQ(meanDifference(before, layer->render(scene, scene.data->bounds, {300, 200}, 2.0)), 0.0);
    scene.flags.reset();
    EXPECT_GT(meanDifference(before, layer->render(scene, scene.data->bounds, {300, 200}, 2.0)), 0.01);
    scene.colour.reset();
    EXPECT_GT(meanDifference(before, layer->render(scene, scene.data->bounds, {300, 200}, 2.0)), 0.1);
}

} // namespace
} // namespace somnium::ui

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    if (qEnvironmentVariableIsEmpty("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    return RUN_ALL_TESTS();
}
