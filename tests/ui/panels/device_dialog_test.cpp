// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/device_dialog.h"

#include <memory>
#include <vector>

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "ui/theme.h"

namespace somnium::ui
{
namespace
{

using Devices = std::vector<compute::DeviceChoice>;

const std::string kLongReason =
    "the GPU library cannot be loaded: /usr/lib/x86_64-linux-gnu/somnium/libsomnium_cuda.so: "
    "libcudart.so.13: "
    "cannot open shared object file: No such file or directory. It is installed with the package "
    "libcudart13, and needs an NVIDIA driver of version 580 or newer";

Devices someDevices()
{
    return {{"cpu", "AMD EPYC 9V84 96-Core Processor", "AVX-512, 8 threads", true, ""},
            {"cuda:0", "NVIDIA H200", "sm_90, 139.8 GiB, 138.2 GiB free", true, ""},
            {"cuda:1", "NVIDIA RTX 6000 Ada Generation Laptop GPU with a Name that Goes On and On",
             "sm_89, 47.5 GiB, 46.9 GiB free", true, ""},
            {"cuda:2", "NVIDIA Tesla P40", "sm_61, 22.4 GiB", false,
             "it is too old: expected sm_75 or newer, found sm_61"}};
}

Devices noGpu()
{
    return {{"cpu", "AMD EPYC 9V84 96-Core Processor", "AVX-512, 8 threads", true, ""},
            {"cuda", "GPU", "", false, kLongReason}};
}

class DeviceDialogTest : public testing::Test
{
protected:
    DeviceDialogTest()
    {
        dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        dialog->setInUse(QStringLiteral("NVIDIA H200, sm_90, 139.8 GiB"),
                         QStringLiteral("GPU, the only one here"));
        dialog->show();
    }
    [[nodiscard]] QRadioButton *radio(const char *id) const
    {
        return dialog->findChild<QRadioButton *>(QLatin1String(id));
    }
    [[nodiscard]] QPushButton *button(const char *name) const
    {
        return dialog->findChild<QPushButton *>(QLatin1String(name));
    }
    [[nodiscard]] QLabel *label(const QString &part) const
    {
        const auto labels = dialog->findChildren<QLabel *>();
        for (QLabel *one : labels)
            if (one->text().contains(part))
                return one;
        return nullptr;
    }

    std::unique_ptr<DeviceDialog> dialog = std::make_unique<DeviceDialog>();
};

TEST_F(DeviceDialogTest, UntilDevicesAreFoundNothingCanBeChosen)
{
    EXPECT_NE(label(QStringLiteral("Looking for devices")), nullptr);
    EXPECT_FALSE(button("useDevice")->isEnabled());
    EXPECT_FALSE(button("lookAgain")->isEnabled());
    dialog->setDevices(someDevices());
    EXPECT_EQ(label(QStringLiteral("Looking for devices")), nullptr);
    EXPECT_TRUE(button("useDevice")->isEnabled());
    QSignalSpy asked(dialog.get(), &DeviceDialog::listRequested);
    QTest::mouseClick(button("lookAgain"), Qt::LeftButton);
    EXPECT_EQ(asked.count(), 1);
    EXPECT_NE(label(QStringLiteral("Looking for devices")), nullptr);
    EXPECT_EQ(radio("cpu"), nullptr);
}

TEST_F(DeviceDialogTest, TheOneThatWasChosenIsChecked)
{
    dialog->setChosen(QStringLiteral("cuda:1"));
    dialog->setDevices(someDevices());
    EXPECT_TRUE(radio("cuda:1")->isChecked());
    dialog->setDevices(noGpu());
    EXPECT_TRUE(radio("auto")->isChecked()) << "it is gone";
}

TEST_F(DeviceDialogTest, OneThatCannotBeUsedIsGreyAndSaysWhyInFull)
{
    dialog->setDevices(noGpu());
    EXPECT_FALSE(radio("cuda")->isEnabled());
    const QLabel *reason = label(QString::fromStdString(kLongReason));
    ASSERT_NE(reason, nullptr);
    EXPECT_TRUE(reason->isVisible());
    EXPECT_TRUE(reason->isEnabled()) << "the reason itself is to be read";
    EXPECT_TRUE(reason->textInteractionFlags().testFlag(Qt::TextSelectableByKeyboard));
    EXPECT_NE(reason->focusPolicy() & Qt::TabFocus, 0);
    dialog->setChosen(QStringLiteral("cuda"));
    EXPECT_FALSE(radio("cuda")->isChecked());
}

TEST_F(DeviceDialogTest, AClickOnANameAndAKeyChoose)
{
    dialog->setDevices(someDevices());
    QTest::mouseClick(label(QStringLiteral("NVIDIA H200")), Qt::LeftButton); // in use, above
    EXPECT_TRUE(radio("auto")->isChecked()) << "what is in use is no choice";
    QTest::mouseClick(label(QStringLiteral("sm_89")), Qt::LeftButton);
    EXPECT_TRUE(radio("cuda:1")->isChecked());
    QTest::mouseClick(label(QStringLiteral("Tesla P40")), Qt::LeftButton);
    EXPECT_TRUE(radio("cuda:1")->isChecked()) << "it is off";
    dialog->activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(dialog.get()));
    radio("cuda:1")->setFocus();
    QTest::keyClick(radio("cuda:1"), Qt::Key_Up);
    EXPECT_TRUE(radio("cuda:0")->isChecked());
    QSignalSpy used(dialog.get(), &DeviceDialog::useRequested);
    QTest::keyClick(dialog.get(), Qt::Key_Return);
    ASSERT_EQ(used.count(), 1);
    EXPECT_EQ(used.front().front().toString(), QStringLiteral("cuda:0"));
    EXPECT_FALSE(dialog->isVisible());
}

TEST_F(DeviceDialogTest, WhatCountedMoreThanTheKeptChoiceIsSaid)
{
    const auto *note = dialog->findChild<QLabel *>(QStringLiteral("deviceNote"));
    EXPECT_FALSE(note->isVisible());
    dialog->setStartedWith(QStringLiteral("SOMNIUM_BACKEND=cpu"));
    EXPECT_TRUE(note->isVisible());
    EXPECT_TRUE(note->text().contains(QStringLiteral("SOMNIUM_BACKEND=cpu")));
    dialog->setStartedWith({});
    EXPECT_FALSE(note->isVisible());
}

TEST_F(DeviceDialogTest, EveryChoiceHasANameForScreenReaders)
{
    dialog->setDevices(someDevices());
    EXPECT_EQ(radio("cuda:0")->accessibleName(), QStringLiteral("NVIDIA H200"));
    EXPECT_TRUE(radio("cuda:0")->accessibleDescription().contains(QStringLiteral("139.8 GiB")));
    EXPECT_TRUE(radio("cuda:2")->accessibleDescription().contains(QStringLiteral("it is too old")));
    for (const char *name : {"useDevice", "lookAgain"})
        EXPECT_FALSE(button(name)->text().isEmpty());
}

class DeviceDialogLook : public DeviceDialogTest, public testing::WithParamInterface<ThemeKind>
{
protected:
    DeviceDialogLook()
    {
        applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), GetParam());
    }
    void look(const QString &name)
    {
        dialog->setStartedWith(QStringLiteral("SOMNIUM_BACKEND=cpu"));
        QTest::qWait(20);
        const auto labels = dialog->findChildren<QLabel *>();
        for (const QLabel *one : labels)
        {
            EXPECT_GE(one->height(), one->heightForWidth(one->width())) << one->text().toStdString();
            EXPECT_GE(one->width(), one->minimumSizeHint().width()) << one->text().toStdString();
        }
        const auto *area = dialog->findChild<QScrollArea *>();
        EXPECT_EQ(area->horizontalScrollBar()->maximum(), 0) << "nothing is cut off at the right";
        const QString folder = qEnvironmentVariable("SOMNIUM_SCREENSHOTS");
        const QString theme =
            GetParam() == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light");
        const QString file = QDir(folder).filePath(QStringLiteral("device_%1_%2.png").arg(name, theme));
        EXPECT_TRUE(folder.isEmpty() || dialog->grab().save(file)) << file.toStdString();
    }
};

TEST_P(DeviceDialogLook, LongNamesAreNotClipped)
{
    dialog->setDevices(someDevices());
    look(QStringLiteral("several"));
}

TEST_P(DeviceDialogLook, LongReasonsAreNotClipped)
{
    dialog->setInUse(QStringLiteral("AMD EPYC 9V84 96-Core Processor, AVX-512, 8 threads"),
                     QStringLiteral("CPU, since the GPU library cannot be loaded"));
    dialog->setDevices(noGpu());
    look(QStringLiteral("none"));
}

INSTANTIATE_TEST_SUITE_P(Themes, DeviceDialogLook, testing::Values(ThemeKind::Dark, ThemeKind::Light));

} // namespace
} // namespace somnium::ui
