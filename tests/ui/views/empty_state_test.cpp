// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/empty_state.h"

#include <QCoreApplication>
#include <QLabel>
#include <QPushButton>

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

constexpr int kWidth = 300;

class EmptyStateTest : public testing::Test
{
protected:
    EmptyStateTest()
        : state(QStringLiteral("map"), QStringLiteral("Nothing"),
                QStringLiteral("What will be here is told in a sentence that takes more than one line."),
                QStringLiteral("Do it"), &pane)
    {
        pane.resize(kWidth, 400);
        pane.show();
    }
    [[nodiscard]] QLabel *labelOf(const QString &text) const
    {
        for (auto *label : state.findChildren<QLabel *>())
            if (label->text().startsWith(text))
                return label;
        return nullptr;
    }
    /// The one label without a text.
    [[nodiscard]] QLabel *icon() const
    {
        for (auto *label : state.findChildren<QLabel *>())
            if (label->text().isEmpty())
                return label;
        return nullptr;
    }
    void setHeight(int height)
    {
        state.resize(kWidth, height);
        QCoreApplication::processEvents();
    }
    /// Whether all that is visible is whole and below what is above it.
    void expectNothingIsCut() const
    {
        int free = 0;
        for (const auto *widget : state.findChildren<QWidget *>())
            if (widget->isVisible())
            {
                const int least = widget->hasHeightForWidth() ? widget->heightForWidth(widget->width())
                                                              : widget->sizeHint().height();
                EXPECT_GE(widget->height(), least) << state.height();
                EXPECT_TRUE(state.rect().contains(widget->geometry())) << state.height();
                free += widget->height();
            }
        EXPECT_LE(free, state.height());
    }

    QWidget pane; ///< a window would not be made lower than what it shows
    EmptyState state;
};

TEST_F(EmptyStateTest, GivesUpItsIconFirstAndThenItsText)
{
    const QLabel *const text = labelOf(QStringLiteral("What"));
    const QLabel *const title = labelOf(QStringLiteral("Nothing"));
    const auto *const button = state.findChild<QPushButton *>();
    bool hadText = false;
    bool hadIcon = false;
    bool hadTextAlone = false;
    for (int height = state.minimumSizeHint().height(); height <= 400; height += 3)
    {
        setHeight(height);
        expectNothingIsCut();
        EXPECT_TRUE(title->isVisible() && button->isVisible()) << height;
        EXPECT_TRUE(text->isVisible() || !icon()->isVisible()) << height;
        EXPECT_TRUE(text->isVisible() || !hadText) << "more room shows more, at " << height;
        EXPECT_TRUE(icon()->isVisible() || !hadIcon) << height;
        EXPECT_EQ(state.toolTip().isEmpty(), text->isVisible()) << "the text is not lost";
        hadText = text->isVisible();
        hadIcon = icon()->isVisible();
        hadTextAlone = hadTextAlone || (hadText && !hadIcon);
    }
    EXPECT_TRUE(hadIcon && hadTextAlone);
}

} // namespace
} // namespace somnium::ui
