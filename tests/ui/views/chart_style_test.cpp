// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/chart_style.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QLocale>
#include <QtCharts/QCategoryAxis>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/property.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{
namespace
{

using testing::DoubleEq;
using testing::ElementsAre;

/// The axis of losses of a training that went through them.
QCategoryAxis *lossAxis(TrainingView &view, const std::vector<double> &losses)
{
    std::vector<latent::EpochRecord> history;
    for (const double loss : losses)
        history.push_back({.epoch = history.size() + 1, .trainingLoss = loss, .validationLoss = 1.05 * loss});
    view.setLatentHistory(history, losses.size());
    const auto axes = view.findChild<QChartView *>()->chart()->axes(Qt::Vertical);
    return axes.isEmpty() ? nullptr : qobject_cast<QCategoryAxis *>(axes.front());
}

TEST(LogTicks, ArePowersOfTenWhereThereAreTwo)
{
    EXPECT_THAT(logTicks(0.05, 20.0), ElementsAre(DoubleEq(0.1), DoubleEq(1.0), DoubleEq(10.0)));
}

TEST(LogTicks, AreTwosAndFivesWithinADecadeOrTwo)
{
    EXPECT_THAT(logTicks(0.011, 0.06), ElementsAre(DoubleEq(0.02), DoubleEq(0.05)));
    EXPECT_THAT(logTicks(0.3, 4.0), ElementsAre(DoubleEq(0.5), DoubleEq(1.0), DoubleEq(2.0)));
}

TEST(LogTicks, AreEqualStepsWithinLess)
{
    const auto ticks = logTicks(0.021, 0.034);
    ASSERT_GE(ticks.size(), 2U);
    for (std::size_t i = 2; i < ticks.size(); ++i)
        EXPECT_NEAR(ticks[i] - ticks[i - 1], ticks[1] - ticks[0], 1e-12);
}

TEST(LogTicks, AreAFewThatRiseWithinAnyRange)
{
    test::forAll(2000, [](Random &random) {
        const double low = std::pow(10.0, -12.0 + 20.0 * random.uniform());
        const double high = low * std::pow(10.0, 0.01 + 12.0 * std::pow(random.uniform(), 4.0));
        const auto ticks = logTicks(low, high);
        EXPECT_GE(ticks.size(), 2U) << low << " to " << high;
        EXPECT_LE(ticks.size(), 9U) << low << " to " << high;
        EXPECT_TRUE(std::ranges::is_sorted(ticks, std::less_equal<>{})) << low << " to " << high;
        EXPECT_GE(ticks.front(), low * (1.0 - 1e-9));
        EXPECT_LE(ticks.back(), high * (1.0 + 1e-9));
    });
}

TEST(LossChart, HasTwoNumbersAtLeastWhateverTheLosses)
{
    TrainingView view;
    test::forAll(100, [&view](Random &random) {
        const double first = std::pow(10.0, -6.0 + 9.0 * random.uniform());
        QCategoryAxis *const axis = lossAxis(view, {first, first * (0.1 + 0.9 * random.uniform())});
        ASSERT_NE(axis, nullptr);
        const QStringList labels = axis->categoriesLabels();
        ASSERT_GE(labels.size(), 2) << first;
        for (const QString &label : labels)
        {
            bool isNumber = false;
            const double value = QLocale().toDouble(label, &isNumber);
            EXPECT_TRUE(isNumber) << label.toStdString();
            EXPECT_NEAR(axis->endValue(label), std::log10(value), 1e-6) << label.toStdString();
            EXPECT_GE(axis->endValue(label), axis->min() - 1e-9);
            EXPECT_LE(axis->endValue(label), axis->max() + 1e-9);
        }
    });
}

TEST(LossChart, DrawsEveryLossWhereItsNumberIs)
{
    TrainingView view;
    const std::vector<double> losses = {0.04, 0.03, 0.02};
    ASSERT_NE(lossAxis(view, losses), nullptr);
    const auto series = view.findChild<QChartView *>()->chart()->series();
    const auto points = qobject_cast<const QLineSeries *>(series.front())->points();
    ASSERT_EQ(points.size(), 3);
    for (int i = 0; i < 3; ++i)
        EXPECT_NEAR(points[i].y(), std::log10(losses[static_cast<std::size_t>(i)]), 1e-12);
}

TEST(LossChart, LeavesOutWhatIsNoNumber)
{
    TrainingView view;
    QCategoryAxis *axis = lossAxis(view, {0.5, std::numeric_limits<double>::infinity(), 0.1});
    ASSERT_NE(axis, nullptr);
    EXPECT_LT(axis->max(), 0.0);
    axis = lossAxis(view, {std::numeric_limits<double>::quiet_NaN()});
    ASSERT_NE(axis, nullptr);
    EXPECT_GE(axis->categoriesLabels().size(), 2);
}

} // namespace
} // namespace somnium::ui
