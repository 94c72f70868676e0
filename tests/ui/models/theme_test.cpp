// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <QIcon>
#include <QImage>
#include <QtGlobal>

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

int warnings = 0;

void countWarning(QtMsgType /*type*/, const QMessageLogContext & /*context*/, const QString & /*message*/)
{
    ++warnings;
}

TEST(ThemeIcon, OfNoSizeIsNoPictureAndNoWarning)
{
    const QIcon icon = themeIcon(QStringLiteral("copy"));
    warnings = 0;
    const QtMessageHandler before = qInstallMessageHandler(countWarning);
    EXPECT_TRUE(icon.pixmap(QSize(0, 0)).isNull());
    EXPECT_TRUE(icon.pixmap(QSize(16, 0)).isNull());
    EXPECT_FALSE(icon.pixmap(QSize(16, 16)).isNull());
    qInstallMessageHandler(before);
    EXPECT_EQ(warnings, 0);
}

} // namespace
} // namespace somnium::ui
