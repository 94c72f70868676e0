// SPDX-License-Identifier: GPL-3.0-or-later
// Tests of widgets run without a display, and never touch the user's settings.
#include <QApplication>
#include <QStandardPaths>

#include <gtest/gtest.h>

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    const QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("somnium-test"));
    QApplication::setApplicationName(QStringLiteral("somnium-test"));
    return RUN_ALL_TESTS();
}
