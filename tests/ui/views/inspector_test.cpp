// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/inspector.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/views/image_pane.h"
#include "ui/views/label_chips.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{
namespace
{

class InspectorTest : public testing::Test
{
protected:
    InspectorTest() : survey(test::syntheticSurvey({}))
    {
        selection.reset(300, 48);
        inspector.setSurvey(survey);
        inspector.setLabels(test::syntheticLabels(*survey));
        inspector.setSelection(&selection);
        inspector.resize(320, 760);
        inspector.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&inspector));
    }
    [[nodiscard]] QToolButton *button(const QString &name) const
    {
        for (QToolButton *found : inspector.findChildren<QToolButton *>())
            if (found->accessibleName() == name)
                return found;
        return nullptr;
    }
    SurveyPointer survey;
    SelectionModel selection;
    Inspector inspector;
};

TEST_F(InspectorTest, CopiesThePosition)
{
    selection.setCurrentSource(10);
    const data::Source &source = survey->collection.sources[10];
    QTest::mouseClick(button(QStringLiteral("Copy the position, sexagesimal")), Qt::LeftButton);
    EXPECT_EQ(QGuiApplication::clipboard()->text().toStdString(),
              sky::sexagesimal({source.raDeg, source.decDeg}));
    QTest::mouseClick(button(QStringLiteral("Copy the position in degrees")), Qt::LeftButton);
    EXPECT_EQ(QGuiApplication::clipboard()->text().toStdString(),
              sky::decimalDegrees({source.raDeg, source.decDeg}));
}

TEST_F(InspectorTest, SpaceAsksForTheRawDataOnceAndDropsLateAnswers)
{
    selection.setCurrentSource(10);
    QSignalSpy asked(&inspector, &Inspector::rawRequested);
    QTest::keyClick(&inspector, Qt::Key_Space);
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked.at(0).at(0).value<std::size_t>(), 10U);
    const auto *pane = inspector.findChild<ImagePane *>();
    selection.setCurrentSource(11);
    EXPECT_EQ(asked.count(), 2) << "raw stays on for the next source";
    inspector.setRaw(10, data::Image({1, 150, 150}));
    EXPECT_EQ(pane->picture().width(), 48) << "an answer for another source";
    inspector.setRaw(11, data::Image({1, 150, 150}));
    EXPECT_EQ(pane->picture().width(), 150);
    QTest::keyClick(&inspector, Qt::Key_Space);
    EXPECT_EQ(pane->picture().width(), 48);
}

TEST_F(InspectorTest, ChipsAskForRemovalOfTheirLabel)
{
    selection.setCurrentSource(35);
    QSignalSpy removal(&inspector, &Inspector::labelRemovalRequested);
    QTest::mouseClick(button(QStringLiteral("Label bent")), Qt::LeftButton);
    ASSERT_EQ(removal.count(), 1);
    EXPECT_EQ(removal.at(0).at(0).value<std::size_t>(), 35U);
    EXPECT_EQ(removal.at(0).at(1).toString(), QStringLiteral("bent"));
}

TEST_F(InspectorTest, PrototypeAndNeighboursCanBeAskedFor)
{
    selection.setCurrentSource(12);
    QSignalSpy neuron(&inspector, &Inspector::neuronActivated);
    QSignalSpy nearest(&inspector, &Inspector::nearestRequested);
    QTest::mouseClick(inspector.findChildren<ImagePane *>().at(1), Qt::LeftButton);
    ASSERT_EQ(neuron.count(), 1);
    EXPECT_EQ(neuron.at(0).at(0).value<std::size_t>(), survey->map->mapping.best[12]);
    QTest::mouseClick(button(QStringLiteral("Find sources like this")), Qt::LeftButton);
    EXPECT_EQ(nearest.count(), 1);
}

TEST_F(InspectorTest, LivesWithoutMapAndWithoutSurvey)
{
    selection.setCurrentSource(2);
    inspector.setSurvey(test::syntheticSurvey({.sources = 5, .hasMap = false, .hasCatalogue = false}));
    EXPECT_FALSE(inspector.grab().isNull());
    inspector.setSurvey(nullptr);
    QTest::keyClick(&inspector, Qt::Key_Space);
    EXPECT_FALSE(inspector.grab().isNull());
}

TEST(TrainingView, ShowsFiguresAndLog)
{
    const SurveyPointer survey = test::syntheticSurvey({.sources = 2});
    TrainingView view;
    view.resize(600, 200);
    view.show();
    EXPECT_TRUE(view.figuresText().isEmpty());
    view.setTrainingSnapshot(test::syntheticSnapshot(*survey, 1));
    view.setTrainingSnapshot(test::syntheticSnapshot(*survey, 9));
    EXPECT_TRUE(view.figuresText().startsWith(QStringLiteral("epoch 9 of 12   sigma 1.07")))
        << qPrintable(view.figuresText());
    view.appendLog(QStringLiteral("started"));
    EXPECT_TRUE(view.logText().endsWith(QStringLiteral("  started")));
    view.clear();
    EXPECT_FALSE(view.hasFigure());
}

} // namespace
} // namespace somnium::ui
