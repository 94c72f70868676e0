// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/selection_model.h"

#include <vector>

#include <QSignalSpy>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ui/models/selection_gesture.h"

namespace somnium::ui
{
namespace
{

using testing::ElementsAre;

TEST(SelectionModel, CombinesAsSets)
{
    SelectionModel model;
    model.reset(10, 4);
    model.select({5, 3, 3, 1});
    EXPECT_THAT(model.selected(), ElementsAre(1, 3, 5));
    model.select({5, 6}, SelectionMode::Add);
    EXPECT_THAT(model.selected(), ElementsAre(1, 3, 5, 6));
    model.select({3, 9}, SelectionMode::Remove);
    EXPECT_THAT(model.selected(), ElementsAre(1, 5, 6));
    model.select({6, 7, 1}, SelectionMode::Intersect);
    EXPECT_THAT(model.selected(), ElementsAre(1, 6));
    EXPECT_TRUE(model.isSelected(6));
    EXPECT_FALSE(model.isSelected(5));
}

TEST(SelectionModel, IgnoresWhatIsOutOfRange)
{
    SelectionModel model;
    model.reset(3, 2);
    model.select({2, 3, 99});
    EXPECT_THAT(model.selected(), ElementsAre(2));
    model.setCurrentSource(3);
    EXPECT_FALSE(model.currentSource().has_value());
    model.setCurrentNeuron(2);
    EXPECT_FALSE(model.currentNeuron().has_value());
    EXPECT_FALSE(model.isSelected(1000));
}

TEST(SelectionModel, TellsOnlyOfChanges)
{
    SelectionModel model;
    model.reset(5, 1);
    QSignalSpy changed(&model, &SelectionModel::selectionChanged);
    model.select({1, 2});
    model.select({2, 1});
    model.select({}, SelectionMode::Add);
    EXPECT_EQ(changed.count(), 1);
    model.clearSelection();
    EXPECT_EQ(changed.count(), 2);
}

TEST(SelectionGesture, ShiftTakesTheRangeInTheOrderShown)
{
    SelectionModel model;
    model.reset(6, 1);
    SelectionGesture gesture;
    const std::vector<std::size_t> shown = {5, 0, 4, 1, 3, 2};
    const auto sourceOfRow = [&shown](int row) { return shown[static_cast<std::size_t>(row)]; };
    gesture.apply(model, 1, Qt::NoModifier, sourceOfRow);
    gesture.apply(model, 3, Qt::ShiftModifier, sourceOfRow);
    EXPECT_THAT(model.selected(), ElementsAre(0, 1, 4));
    gesture.apply(model, 0, Qt::ShiftModifier, sourceOfRow);
    EXPECT_THAT(model.selected(), ElementsAre(0, 5));
    gesture.apply(model, 5, Qt::ControlModifier, sourceOfRow);
    EXPECT_THAT(model.selected(), ElementsAre(0, 2, 5));
    gesture.apply(model, 5, Qt::ControlModifier, sourceOfRow);
    EXPECT_THAT(model.selected(), ElementsAre(0, 5));
    EXPECT_EQ(model.currentSource(), 2U);
}

} // namespace
} // namespace somnium::ui
