// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/wrapping_row.h"

#include <array>

#include <QWidget>

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

/// A control of a least and a wished width.
class Control : public QWidget
{
public:
    Control(int least, int wished) : m_least(least), m_wished(wished)
    {
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    }
    [[nodiscard]] QSize sizeHint() const override { return {m_wished, 20}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {m_least, 20}; }

private:
    int m_least;
    int m_wished;
};

/// Two parts of two controls: 40..60, growing 50..50 to 120 | 40..60, 50..50.
class WrappingRowTest : public testing::Test
{
protected:
    WrappingRowTest()
    {
        auto *row = new WrappingRow(&widget);
        row->setContentsMargins(5, 2, 5, 2);
        row->setSpacing(10);
        controls[1]->setMaximumWidth(120);
        row->addWidget(controls[0]);
        row->addGrowing(controls[1]);
        row->mayBreak();
        row->addWidget(controls[2]);
        row->addStretch();
        row->addWidget(controls[3]);
    }
    void layOut(int width)
    {
        widget.resize(width, widget.heightForWidth(width));
        widget.show();
        widget.layout()->activate();
    }

    QWidget widget;
    std::array<Control *, 4> controls{new Control(40, 60), new Control(50, 50), new Control(40, 60),
                                      new Control(50, 50)};
};

TEST_F(WrappingRowTest, IsOneLineWhereTheLeastWidthsFit)
{
    const int least = 2 * 5 + 40 + 50 + 40 + 0 + 50 + 4 * 10;
    EXPECT_EQ(widget.heightForWidth(least), 24);
    EXPECT_EQ(widget.heightForWidth(least - 1), 2 + 20 + 10 + 20 + 2);
    layOut(least);
    for (const Control *control : controls)
        EXPECT_EQ(control->y(), 2);
    EXPECT_EQ(controls[0]->width(), 40);
    EXPECT_EQ(controls[3]->geometry().right(), least - 5 - 1);
}

TEST_F(WrappingRowTest, GoesOnInTheNextLineWhereTheyDoNot)
{
    layOut(160);
    EXPECT_EQ(controls[0]->y(), 2);
    EXPECT_EQ(controls[1]->y(), 2);
    EXPECT_EQ(controls[2]->y(), 2 + 20 + 10);
    EXPECT_EQ(controls[3]->y(), 2 + 20 + 10);
    EXPECT_EQ(controls[2]->x(), 5);
    EXPECT_EQ(controls[3]->geometry().right(), 160 - 5 - 1) << "what is left is the stretch's";
}

TEST_F(WrappingRowTest, AsksForNoMoreThanItsWidestPart)
{
    EXPECT_EQ(widget.minimumSizeHint().width(), 2 * 5 + 40 + 50 + 2 * 10);
    controls[3]->hide();
    EXPECT_EQ(widget.minimumSizeHint().width(), 2 * 5 + 40 + 50 + 10) << "the hidden need no room";
    EXPECT_EQ(widget.sizeHint().width(), 2 * 5 + 60 + 50 + 60 + 3 * 10);
}

TEST_F(WrappingRowTest, GivesFirstWhatIsWishedThenToThoseThatGrow)
{
    layOut(2 * 5 + 60 + 50 + 60 + 50 + 4 * 10);
    EXPECT_EQ(controls[0]->width(), 60);
    EXPECT_EQ(controls[1]->width(), 50);
    layOut(400);
    EXPECT_EQ(controls[0]->width(), 60);
    EXPECT_EQ(controls[1]->width(), 120) << "no wider than it may be";
    EXPECT_EQ(controls[2]->width(), 60);
    EXPECT_EQ(controls[3]->geometry().right(), 400 - 5 - 1);
}

TEST_F(WrappingRowTest, GivesUpWhatIsTaken)
{
    const std::unique_ptr<QLayoutItem> taken(widget.layout()->takeAt(0));
    EXPECT_EQ(taken->widget(), controls[0]);
    EXPECT_EQ(widget.layout()->count(), 4);
    EXPECT_EQ(widget.layout()->takeAt(4), nullptr);
    EXPECT_EQ(widget.layout()->itemAt(-1), nullptr);
}

} // namespace
} // namespace somnium::ui
