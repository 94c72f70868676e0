// SPDX-License-Identifier: GPL-3.0-or-later
// The window fits the screens of laptops, whatever is open in it.
#include <algorithm>
#include <memory>
#include <string>

#include <QApplication>
#include <QDockWidget>
#include <QTabWidget>

#include <gtest/gtest.h>

#include "tests/ui/session/stars_test.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/guide_card.h"
#include "ui/panels/job_indicator.h"
#include "ui/panels/message_bar.h"
#include "ui/theme.h"
#include "ui/views/latent_view.h"
#include "ui/views/spectrum_pane.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{
namespace
{

constexpr int kSmallScreen = 910; ///< 1366 px of 144 dots per inch, which Qt counts as 1.5 px each
constexpr int kLowScreen = 480;   ///< of their 768 px, 512, less the frame of the window
constexpr int kSmallScreenOfLargeFonts = 1366;
constexpr double kLargeFonts = 1.5;
constexpr int kWorthNaming = 100;

/// The least sizes of what is inside `widget`, shown or not, to tell what makes the window too large.
std::string leastSizes(const QWidget &widget, int depth = 1)
{
    QString text;
    const QObjectList children = widget.children();
    for (const QObject *child : children)
    {
        const auto *const inside = qobject_cast<const QWidget *>(child);
        const QSize least =
            inside == nullptr ? QSize() : inside->minimumSizeHint().expandedTo(inside->minimumSize());
        if (inside == nullptr || inside->isWindow() || std::max(least.width(), least.height()) < kWorthNaming)
            continue;
        text += QStringLiteral("\n%1%2 %3: %4 x %5")
                    .arg(QString(2 * depth, QLatin1Char(' ')),
                         QLatin1String(inside->metaObject()->className()), inside->objectName())
                    .arg(least.width())
                    .arg(least.height());
        text += QString::fromStdString(leastSizes(*inside, depth + 1));
    }
    return text.toStdString();
}

class WindowSizeTest : public test::StarsTest
{
protected:
    WindowSizeTest()
    {
        applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), ThemeKind::Dark);
    }
    ~WindowSizeTest() override
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
    [[nodiscard]] bool trainMap()
    {
        som::TrainingParams params;
        params.metric = som::Metric::Vector;
        params.epochs = 2;
        bench->training.train(QStringLiteral("map"), params);
        return waitFor([this] { return !bench->training.isTraining() && bench->session.survey()->map; });
    }
    template <class Widget> [[nodiscard]] Widget *find(const char *name) const
    {
        return window->findChild<Widget *>(QLatin1String(name));
    }
    /// In every tab, above the filmstrip and above the curves.
    template <class Look> void inEveryTab(Look look)
    {
        auto *const tabs = find<QTabWidget>("tabs");
        for (const char *dock : {"filmstripDock", "curvesDock"})
            for (int tab = 0; tab < tabs->count(); ++tab)
            {
                SCOPED_TRACE(tabs->tabText(tab).toStdString() + ' ' + dock);
                tabs->setCurrentIndex(tab);
                find<QDockWidget>(dock)->raise();
                QCoreApplication::processEvents();
                look();
            }
    }
    void expectLow()
    {
        inEveryTab(
            [this] { EXPECT_LE(window->minimumSizeHint().height(), kLowScreen) << leastSizes(*window); });
    }
    void expectFits(int width)
    {
        QCoreApplication::processEvents();
        EXPECT_LE(window->minimumSizeHint().width(), width) << leastSizes(*window);
    }

    std::unique_ptr<MainWindow> window;

private:
    QFont m_font = QApplication::font();
};

TEST_F(WindowSizeTest, FitsASmallScreen)
{
    openWindow(1.0);
    expectFits(kSmallScreen);
    ASSERT_TRUE(fill()) << trouble.toStdString();
    expectFits(kSmallScreen);
    window->findChild<GuideCard *>()->show();
    expectFits(kSmallScreen);
}

TEST_F(WindowSizeTest, FitsASmallScreenInLargeFonts)
{
    openWindow(kLargeFonts);
    ASSERT_TRUE(fill()) << trouble.toStdString();
    expectFits(kSmallScreenOfLargeFonts);
}

TEST_F(WindowSizeTest, FitsALowScreenInEveryTab)
{
    openWindow(1.0);
    EXPECT_LE(window->minimumSizeHint().height(), kLowScreen) << "the start page";
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    expectLow();
    ASSERT_TRUE(train(3) && trainMap()) << trouble.toStdString();
    bench->session.selection().setCurrentSource(3);
    expectLow();
}

TEST_F(WindowSizeTest, ShowsItsStatusBarAndThePlaneOnALowScreen)
{
    openWindow(1.0);
    ASSERT_TRUE(fill()) << trouble.toStdString();
    window->findChild<MessageBar *>()->hide(); // news that go by themselves
    inEveryTab([this] {
        window->resize(kSmallScreen, kLowScreen);
        QCoreApplication::processEvents();
        EXPECT_EQ(window->size(), QSize(kSmallScreen, kLowScreen));
        EXPECT_LE(window->findChild<StatusLine *>()->geometry().bottom(), kLowScreen);
    });
    find<QTabWidget>("tabs")->setCurrentIndex(1);
    QCoreApplication::processEvents();
    const auto *const canvas = find<QWidget>("latentCanvas");
    EXPECT_GE(canvas->height(), canvas->minimumSizeHint().height());
}

TEST_F(WindowSizeTest, ShowsPicturesAndSpectraInFullWhereThereIsRoom)
{
    openWindow(1.0);
    ASSERT_TRUE(fill()) << trouble.toStdString();
    window->resize(1280, 800);
    find<QTabWidget>("tabs")->setCurrentIndex(1);
    const auto *const strip = find<QWidget>("filmstrip");
    EXPECT_TRUE(waitFor([&] { return strip->height() >= strip->sizeHint().height(); })) << strip->height();
    const auto *const plot = window->findChild<LatentView *>()->spectrumPane()->plot();
    EXPECT_TRUE(waitFor([&] { return plot->isVisible() && plot->height() >= 120; })) << plot->height();
}

TEST_F(WindowSizeTest, IsNoWiderWhileItWorks)
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

TEST_F(WindowSizeTest, ShowsWholeTextsInTheStatusBarWhereThereIsRoom)
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
