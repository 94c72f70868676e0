// SPDX-License-Identifier: GPL-3.0-or-later
// The window fits the screens of laptops, whatever is open in it.
#include <algorithm>
#include <memory>
#include <string>

#include <QApplication>

#include <gtest/gtest.h>

#include "tests/ui/session/stars_test.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/guide_card.h"
#include "ui/panels/job_indicator.h"

namespace somnium::ui
{
namespace
{

constexpr int kSmallScreen = 910; ///< 1366 px of 144 dots per inch, which Qt counts as 1.5 px each
constexpr int kSmallScreenOfLargeFonts = 1366;
constexpr double kLargeFonts = 1.5;
constexpr int kWorthNaming = 100;

/// The least widths of what is inside `widget`, shown or not, to tell what makes the window too wide.
std::string leastWidths(const QWidget &widget, int depth = 1)
{
    QString text;
    const QObjectList children = widget.children();
    for (const QObject *child : children)
    {
        const auto *const inside = qobject_cast<const QWidget *>(child);
        const int width =
            inside == nullptr ? 0 : std::max(inside->minimumSizeHint().width(), inside->minimumWidth());
        if (inside == nullptr || inside->isWindow() || width < kWorthNaming)
            continue;
        text += QStringLiteral("\n%1%2 %3: %4")
                    .arg(QString(2 * depth, QLatin1Char(' ')),
                         QLatin1String(inside->metaObject()->className()), inside->objectName())
                    .arg(width);
        text += QString::fromStdString(leastWidths(*inside, depth + 1));
    }
    return text.toStdString();
}

class WindowWidthTest : public test::StarsTest
{
protected:
    ~WindowWidthTest() override
    {
        window.reset();
        QApplication::setFont(m_font);
    }
    void openWindow(double fontFactor)
    {
        QFont font = m_font;
        font.setPointSizeF(fontFactor * font.pointSizeF());
        QApplication::setFont(font);
        window = std::make_unique<MainWindow>(*bench);
        window->show();
    }
    /// A survey in a latent space of three directions: all controls of the Latent tab are there.
    [[nodiscard]] bool fill() { return importStars() && train(3); }
    void expectFits(int width)
    {
        QCoreApplication::processEvents();
        EXPECT_LE(window->minimumSizeHint().width(), width) << leastWidths(*window);
    }

    std::unique_ptr<MainWindow> window;

private:
    QFont m_font = QApplication::font();
};

TEST_F(WindowWidthTest, FitsASmallScreen)
{
    openWindow(1.0);
    expectFits(kSmallScreen);
    ASSERT_TRUE(fill()) << trouble.toStdString();
    expectFits(kSmallScreen);
    window->findChild<GuideCard *>()->show();
    expectFits(kSmallScreen);
}

TEST_F(WindowWidthTest, FitsASmallScreenInLargeFonts)
{
    openWindow(kLargeFonts);
    ASSERT_TRUE(fill()) << trouble.toStdString();
    expectFits(kSmallScreenOfLargeFonts);
}

TEST_F(WindowWidthTest, IsNoWiderWhileItWorks)
{
    openWindow(kLargeFonts);
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    workflow::LatentTrainRequest request;
    request.params.widths = {16};
    request.params.epochs = 100'000;
    request.params.patience = 0;
    bench->training.trainLatent(request);
    const auto *const indicator = window->findChild<JobIndicator *>();
    ASSERT_TRUE(waitFor([&] { return indicator->isVisible(); }));
    expectFits(kSmallScreenOfLargeFonts);
    window->resize(kSmallScreenOfLargeFonts, 768);
    const auto *const title = indicator->findChild<QWidget *>(QStringLiteral("jobTitle"));
    EXPECT_TRUE(waitFor([&] { return title->width() >= title->sizeHint().width(); }))
        << "the device's long name gives way first";
    bench->training.stopAndKeep();
    ASSERT_TRUE(waitFor([this] { return !bench->training.isTraining(); }));
}

TEST_F(WindowWidthTest, ShowsWholeTextsInTheStatusBarWhereThereIsRoom)
{
    openWindow(1.0);
    ASSERT_TRUE(waitFor([this] { return !bench->runner.deviceName().isEmpty(); }));
    window->resize(1280, 800);
    auto *const status = window->findChild<StatusLine *>();
    status->setDevice(QStringLiteral("Toy GPU, sm_00, 1.0 GiB"), QStringLiteral("cuda:1, as asked for"));
    status->setCounts(1'000, 20'000, 20'000);
    auto *const device = status->findChild<QWidget *>(QStringLiteral("deviceButton"));
    EXPECT_TRUE(waitFor([&] { return device->width() == device->sizeHint().width(); })) << device->width();
    window->resize(700, 600);
    status->resize(420, status->height());
    EXPECT_TRUE(waitFor([&] { return device->width() < device->sizeHint().width(); }));
    const auto *const counts = status->findChild<QWidget *>(QStringLiteral("countsText"));
    EXPECT_EQ(counts->width(), counts->sizeHint().width()) << "the counts are not cut";
}

} // namespace
} // namespace somnium::ui
