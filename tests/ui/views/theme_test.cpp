// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QImage>
#include <QPushButton>
#include <QStyleOptionButton>

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

/// cite: WCAG 2.1, relative luminance and contrast ratio.
double luminanceOf(const QColor &colour)
{
    const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const auto [darker, lighter] = std::minmax({luminanceOf(a), luminanceOf(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

class ThemeTest : public testing::TestWithParam<ThemeKind>
{
protected:
    ThemeTest() { applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), GetParam()); }
};

TEST_P(ThemeTest, ATickBoxStandsOutFromTheWindowTickedOrNot)
{
    constexpr double kLeastContrast = 3.0; // cite: WCAG 2.1, 1.4.11
    for (const bool isTicked : {false, true})
    {
        QCheckBox box(QStringLiteral("variational"));
        box.setChecked(isTicked);
        box.resize(box.sizeHint());
        QStyleOptionButton option;
        option.initFrom(&box);
        const QRect frame = box.style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, &box);
        const QImage picture = box.grab().toImage();
        const QColor window = box.palette().color(QPalette::Window);
        for (const QPoint &at :
             {QPoint(frame.left(), frame.center().y()), QPoint(frame.right(), frame.center().y()),
              QPoint(frame.center().x(), frame.top()), QPoint(frame.center().x(), frame.bottom())})
            EXPECT_GE(contrast(picture.pixelColor(at), window), kLeastContrast)
                << "at " << at.x() << ", " << at.y() << (isTicked ? ", ticked" : "");
    }
}

TEST_P(ThemeTest, NoButtonOfADialogHasAnIconThatItsNeighboursLack)
{
    const QDialogButtonBox buttons(QDialogButtonBox::Cancel | QDialogButtonBox::Close);
    const QList<QAbstractButton *> all = buttons.buttons();
    ASSERT_EQ(all.size(), 2);
    for (const QAbstractButton *button : all)
        EXPECT_TRUE(button->icon().isNull()) << button->text().toStdString();
}

INSTANTIATE_TEST_SUITE_P(Themes, ThemeTest, testing::Values(ThemeKind::Dark, ThemeKind::Light));

} // namespace
} // namespace somnium::ui
