// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"

#include <set>

#include <QAction>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>
#include <QUrl>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/ui/support/small_survey.h"
#include "ui/panels/import_page.h"
#include "ui/panels/message_bar.h"

namespace somnium::ui
{
namespace
{

constexpr int kWaitMs = 20000;

class MainWindowTest : public testing::Test
{
protected:
    MainWindowTest() { window.show(); }

    [[nodiscard]] QAction *action(const char *name)
    {
        return window.findChild<QAction *>(QLatin1String(name));
    }
    [[nodiscard]] bool openSmallSurvey()
    {
        const auto request = test::writeSmallSurvey(folder / "images");
        bench.session.importImages(request, folder / "s.somnium");
        return QTest::qWaitFor([this] { return bench.session.survey() != nullptr; }, kWaitMs);
    }

    test::TemporaryFolder folder;
    Workbench bench{[] { return compute::chooseBackend("cpu"); }};
    MainWindow window{bench};
};

TEST_F(MainWindowTest, EveryShortcutOccursOnce)
{
    std::set<QString> seen;
    const auto actions = window.findChildren<QAction *>();
    for (const QAction *action : actions)
    {
        const QString keys = action->shortcut().toString();
        EXPECT_TRUE(keys.isEmpty() || seen.insert(keys).second)
            << keys.toStdString() << " of " << action->objectName().toStdString();
    }
    EXPECT_GT(seen.size(), 30U);
}

TEST_F(MainWindowTest, WithoutASurveyNothingThatNeedsOneIsOffered)
{
    for (const char *name :
         {"trainAction", "pauseAction", "keepAction", "exportAction", "undoAction", "mapTabAction"})
        EXPECT_FALSE(action(name)->isEnabled()) << name;
    EXPECT_TRUE(action("openAction")->isEnabled());
    EXPECT_TRUE(action("importAction")->isEnabled());
}

TEST_F(MainWindowTest, DroppedFilesOpenTheImportPage)
{
    const auto request = test::writeSmallSurvey(folder / "images");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString((folder / "images/images.tar").string()))});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &drop);
    auto *page = window.findChild<ImportPage *>();
    EXPECT_TRUE(page->isVisible());
    const auto *button = page->findChild<QPushButton *>(QStringLiteral("importButton"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return button->isEnabled(); }, kWaitMs));
    EXPECT_EQ(page->request().paths, request.paths);
}

TEST_F(MainWindowTest, AKeyLabelsTheSourceThatIsSelected)
{
    ASSERT_TRUE(openSmallSurvey());
    bench.session.selection().select({4});
    QTest::keyClick(&window, Qt::Key_2);
    ASSERT_TRUE(QTest::qWaitFor([this] { return !bench.session.labels().labels()->isEmpty(); }, kWaitMs));
    EXPECT_EQ(bench.session.labels().labels()->of(4), (QStringList{bench.session.labelNames().at(1)}));
    action("undoAction")->trigger();
    EXPECT_TRUE(QTest::qWaitFor([this] { return bench.session.labels().labels()->isEmpty(); }, kWaitMs));
}

TEST_F(MainWindowTest, TroubleIsSaidInPlace)
{
    window.openPaths({folder / "gone.somnium"});
    auto *bar = window.findChild<MessageBar *>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !bar->text().isEmpty(); }, kWaitMs));
    EXPECT_TRUE(bar->text().contains(QStringLiteral("gone.somnium")));
}

TEST_F(MainWindowTest, EveryControlHasANameForScreenReaders)
{
    ASSERT_TRUE(openSmallSurvey());
    const auto buttons = window.findChildren<QAbstractButton *>();
    for (const QAbstractButton *button : buttons)
    {
        const bool isReached = button->isVisible() && button->focusPolicy() != Qt::NoFocus;
        const bool hasName =
            !button->text().isEmpty() || !button->accessibleName().isEmpty() || !button->toolTip().isEmpty();
        EXPECT_TRUE(hasName || !isReached) << button->objectName().toStdString() << " in "
                                           << button->parentWidget()->metaObject()->className();
    }
}

} // namespace
} // namespace somnium::ui
