// SPDX-License-Identifier: GPL-3.0-or-later
// The compute device in the window: named in the status bar, chosen from there, and its loss told in place.
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <QAction>
#include <QDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "tests/support/faulty_backend.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/support/small_survey.h"
#include "ui/main_window/main_window.h"
#include "ui/panels/message_bar.h"
#include "ui/views/elided_button.h"

namespace somnium::ui
{
namespace
{

constexpr int kWaitMs = 60000;

class ComputeDeviceWindowTest : public testing::Test
{
protected:
    ComputeDeviceWindowTest() { QSettings().remove(QStringLiteral("device")); }
    ~ComputeDeviceWindowTest() override { QSettings().remove(QStringLiteral("device")); }

    /// With a GPU that fails as told, and the processor.
    void open(const test::Faults &faults)
    {
        DeviceSource source;
        source.list = [] {
            return std::vector<compute::DeviceChoice>{{"cpu", "Toy processor", "2 threads", true, ""},
                                                      {"cuda:0", "Faulty GPU", "sm_00", true, ""},
                                                      {"cuda:1", "Old GPU", "sm_10", false, "it is too old"}};
        };
        source.make = [this, faults](const std::string &id) -> Result<compute::ChosenBackend> {
            if (id == "cpu")
                return compute::chooseBackend(id);
            if (id == "cuda:1")
                return failure(ErrorKind::Unsupported, "device cuda:1: it is too old");
            return compute::ChosenBackend{std::make_unique<test::FaultyBackend>(*m_processor, faults),
                                          "GPU, the only one here"};
        };
        bench = std::make_unique<Workbench>(source);
        window = std::make_unique<MainWindow>(*bench);
        window->resize(1280, 800);
        window->show();
        EXPECT_TRUE(QTest::qWaitFor([this] { return !deviceButton()->text().isEmpty(); }, kWaitMs));
    }
    [[nodiscard]] ElidedButton *deviceButton() const { return window->findChild<ElidedButton *>(); }
    [[nodiscard]] QDialog *chooser() const
    {
        return window->findChild<QDialog *>(QStringLiteral("deviceDialog"));
    }
    [[nodiscard]] QRadioButton *choice(const char *id) const
    {
        return chooser()->findChild<QRadioButton *>(QLatin1String(id));
    }
    void openChooser()
    {
        QTest::mouseClick(deviceButton(), Qt::LeftButton);
        ASSERT_NE(chooser(), nullptr);
        ASSERT_TRUE(QTest::qWaitFor([this] { return choice("auto") != nullptr; }, kWaitMs));
    }
    void use(const char *id)
    {
        choice(id)->click();
        QTest::mouseClick(chooser()->findChild<QPushButton *>(QStringLiteral("useDevice")), Qt::LeftButton);
    }

private:
    std::unique_ptr<compute::Backend> m_processor = std::move(compute::chooseBackend("cpu").value().backend);

protected:
    std::unique_ptr<Workbench> bench;
    std::unique_ptr<MainWindow> window;
};

TEST_F(ComputeDeviceWindowTest, TheStatusBarNamesTheDeviceAndWhy)
{
    open({});
    EXPECT_EQ(deviceButton()->text(), QStringLiteral("Faulty GPU, sm_00, 1.0 GiB (GPU, the only one here)"));
    EXPECT_EQ(deviceButton()->accessibleName(),
              QStringLiteral("Compute device: Faulty GPU, sm_00, 1.0 GiB (GPU, the only one here)"));
    EXPECT_NE(deviceButton()->focusPolicy() & Qt::TabFocus, 0);
}

TEST_F(ComputeDeviceWindowTest, TheDialogIsOpenOnce)
{
    open({});
    openChooser();
    QTest::mouseClick(deviceButton(), Qt::LeftButton);
    const auto all = [this] { return window->findChildren<QDialog *>(QStringLiteral("deviceDialog")); };
    EXPECT_EQ(all().size(), 1);
    chooser()->reject();
    EXPECT_TRUE(QTest::qWaitFor([&] { return all().isEmpty(); }, kWaitMs));
    openChooser();
    EXPECT_EQ(all().size(), 1) << "it can be opened again";
}

TEST_F(ComputeDeviceWindowTest, ADeviceIsChosenAndKept)
{
    open({});
    openChooser();
    EXPECT_TRUE(choice("auto")->isChecked());
    EXPECT_FALSE(choice("cuda:1")->isEnabled());
    use("cpu");
    EXPECT_TRUE(QTest::qWaitFor(
        [this] { return deviceButton()->text().contains(QStringLiteral("(CPU, as asked for)")); }, kWaitMs))
        << deviceButton()->text().toStdString();
    EXPECT_TRUE(QTest::qWaitFor([this] { return chooser() == nullptr; }, kWaitMs));
    window->findChild<QAction *>(QStringLiteral("deviceAction"))->trigger();
    ASSERT_TRUE(
        QTest::qWaitFor([this] { return chooser() != nullptr && choice("cpu") != nullptr; }, kWaitMs));
    EXPECT_TRUE(choice("cpu")->isChecked());
}

TEST_F(ComputeDeviceWindowTest, EveryControlOfTheChooserHasANameForScreenReaders)
{
    open({});
    openChooser();
    const auto buttons = chooser()->findChildren<QAbstractButton *>();
    EXPECT_GE(buttons.size(), 7);
    for (const QAbstractButton *button : buttons)
        EXPECT_FALSE(button->text().isEmpty() && button->accessibleName().isEmpty())
            << button->objectName().toStdString();
}

TEST_F(ComputeDeviceWindowTest, ATrainingSurvivesTheLossAndTheWindowSaysSo)
{
    const test::TemporaryFolder folder;
    open({.atCall = 6});
    bench->session.importImages(test::writeSmallSurvey(folder / "images"), folder / "s.somnium");
    ASSERT_TRUE(QTest::qWaitFor([this] { return bench->session.survey() != nullptr; }, kWaitMs));
    som::TrainingParams params;
    params.layout = som::MapLayout::rectangular(3, 3).value();
    params.epochs = 4;
    bench->training.train(QStringLiteral("m"), params);
    ASSERT_TRUE(QTest::qWaitFor([this] { return bench->session.survey()->map != nullptr; }, kWaitMs));
    EXPECT_EQ(bench->session.survey()->map->summary.history.size(), 4U);
    EXPECT_TRUE(bench->session.survey()->map->summary.isComplete);
    const QString told = window->findChild<MessageBar *>()->text();
    EXPECT_TRUE(told.contains(QStringLiteral("Faulty GPU"))) << told.toStdString();
    EXPECT_TRUE(QTest::qWaitFor(
        [this] {
            return deviceButton()->text().contains(QStringLiteral("(CPU, since Faulty GPU was lost)"));
        },
        kWaitMs))
        << deviceButton()->text().toStdString();
}

TEST_F(ComputeDeviceWindowTest, ADeviceThatIsGoneMeanwhileIsSaidInPlace)
{
    open({});
    bench->devices.use(QStringLiteral("cuda:1"));
    auto *bar = window->findChild<MessageBar *>();
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return bar->text().contains(QStringLiteral("it is too old")); }, kWaitMs))
        << bar->text().toStdString();
    EXPECT_TRUE(deviceButton()->text().contains(QStringLiteral("Faulty GPU")));
}

TEST(ElidedButton, GivesWayInTheMiddleAndAsksForNoMoreThanItMay)
{
    ElidedButton button;
    button.setText(QStringLiteral("short"));
    button.setMostWidth(200);
    button.resize(button.sizeHint());
    EXPECT_LT(button.width(), 200);
    EXPECT_EQ(button.shownText(), QStringLiteral("short"));
    button.setMostWidth(0);
    const QString longer = QStringLiteral("Toy processor, 2 threads (CPU, since no driver is installed)");
    for (qsizetype letters = 1; letters <= longer.size(); ++letters)
    {
        button.setText(longer.left(letters));
        button.resize(button.sizeHint());
        EXPECT_EQ(button.shownText(), button.text()) << "there is the room that it asked for";
    }
    button.setMostWidth(200);
    button.setText(QStringLiteral("the first words of a text that is far too long, and its last words"));
    button.resize(button.sizeHint());
    EXPECT_EQ(button.width(), 200);
    EXPECT_TRUE(button.shownText().startsWith(QStringLiteral("the")));
    EXPECT_TRUE(button.shownText().endsWith(QStringLiteral("words")));
    EXPECT_TRUE(button.shownText().contains(QChar(0x2026)));
    EXPECT_LT(button.minimumSizeHint().width(), 100);
}

} // namespace
} // namespace somnium::ui
