// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/scrolling_page.h"

#include <QCoreApplication>
#include <QLabel>
#include <QVBoxLayout>

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

constexpr int kWidth = 200;

/// A text that wraps over a block of 100 px that would like to have 300.
class ScrollingPageTest : public testing::Test
{
protected:
    ScrollingPageTest() : page(new QWidget), scroller(page)
    {
        class Block : public QWidget
        {
        public:
            [[nodiscard]] QSize sizeHint() const override { return {100, 300}; }
            [[nodiscard]] QSize minimumSizeHint() const override { return {100, 100}; }
        };
        text = new QLabel(QStringLiteral("Several words that take more than one line of this page."));
        text->setWordWrap(true);
        auto *layout = new QVBoxLayout(page);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        layout->addWidget(text);
        block = new Block;
        layout->addWidget(block, 1);
        scroller.resize(kWidth, 500);
        scroller.show();
    }
    void setHeight(int height)
    {
        scroller.resize(kWidth, height);
        QCoreApplication::processEvents();
    }

    QWidget *page;
    ScrollingPage scroller;
    QLabel *text = nullptr;
    QWidget *block = nullptr;
};

TEST_F(ScrollingPageTest, FillsItsPlaceAsLongAsThePageFits)
{
    const int least = 100 + text->heightForWidth(kWidth);
    for (const int height : {least, 250, 400, 900})
    {
        setHeight(height);
        EXPECT_EQ(page->size(), QSize(kWidth, height));
    }
}

TEST_F(ScrollingPageTest, ScrollsWhereThePageWouldBeSqueezed)
{
    for (const int height : {40, 80, 100 + text->heightForWidth(kWidth) - 1})
    {
        setHeight(height);
        EXPECT_GT(page->height(), scroller.height());
        EXPECT_EQ(page->width(), scroller.viewport()->width());
        EXPECT_GE(block->height(), 100);
        EXPECT_GE(text->height(), text->heightForWidth(text->width()));
    }
    EXPECT_LT(scroller.minimumSizeHint().height(), 100);
}

TEST_F(ScrollingPageTest, FollowsAPageThatGrows)
{
    setHeight(100 + text->heightForWidth(kWidth));
    ASSERT_EQ(page->height(), scroller.height());
    text->setText(text->text().repeated(5));
    QCoreApplication::processEvents();
    EXPECT_GT(page->height(), scroller.height());
    text->hide();
    QCoreApplication::processEvents();
    EXPECT_EQ(page->size(), scroller.size());
}

} // namespace
} // namespace somnium::ui
