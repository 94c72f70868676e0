// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/source_table_model.h"

#include <cmath>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_survey.h"

namespace somnium::ui
{
namespace
{

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

TEST(SourceTableModel, IsAModelWithNoOneAndManyRows)
{
    SourceTableModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    EXPECT_EQ(model.rowCount(), 0);
    EXPECT_EQ(model.columnCount(), 0);
    for (const std::size_t sources : {1U, 100U, 0U})
    {
        model.setSurvey(test::syntheticSurvey({.sources = sources}));
        EXPECT_EQ(model.rowCount(), static_cast<int>(sources));
        EXPECT_EQ(model.columnCount(), kFirstCatalogueColumn + 4);
        model.sort(kDistanceColumn, Qt::DescendingOrder);
        (void)model.setFilter(QStringLiteral("J10"));
    }
    model.setSurvey(nullptr);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(SourceTableModel, SortsNumbersAsNumbersWithMissingOnesLast)
{
    SourceTableModel model;
    model.setSurvey(test::syntheticSurvey({.sources = 100}));
    const int z = model.columns().find(QStringLiteral("z"));
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder})
    {
        model.sort(z, order);
        bool hasEnded = false;
        double last = order == Qt::AscendingOrder ? -1.0 : 1e9;
        for (int row = 0; row < model.rowCount(); ++row)
        {
            const double value = model.columns().number(model.sourceOfRow(row), z);
            if (std::isnan(value))
            {
                hasEnded = true;
                continue;
            }
            ASSERT_FALSE(hasEnded) << "a value after a missing one";
            ASSERT_TRUE(order == Qt::AscendingOrder ? value >= last : value <= last);
            last = value;
        }
        EXPECT_TRUE(hasEnded);
    }
}

TEST(SourceTableModel, KnowsRowsOfSourcesThroughSortAndFilter)
{
    SourceTableModel model;
    model.setSurvey(test::syntheticSurvey({.sources = 100}));
    model.sort(kDistanceColumn, Qt::DescendingOrder);
    EXPECT_TRUE(model.setFilter(QStringLiteral("class = FR1 distance > 1.5")).isEmpty());
    ASSERT_GT(model.rowCount(), 0);
    ASSERT_LT(model.rowCount(), 100);
    int hidden = 0;
    for (std::size_t source = 0; source < 100; ++source)
    {
        const int row = model.rowOfSource(source);
        if (row < 0)
            ++hidden;
        else
            EXPECT_EQ(model.sourceOfRow(row), source);
    }
    EXPECT_EQ(hidden, 100 - model.rowCount());
    EXPECT_EQ(model.rowOfSource(100), -1);
}

TEST(SourceFilter, ComparesAndSearchesWords)
{
    const SurveyPointer survey = test::syntheticSurvey({.sources = 200});
    const SourceColumns columns(survey, test::syntheticLabels(*survey));
    const auto passing = [&columns](const QString &line) {
        QString problem;
        const SourceFilter filter = SourceFilter::parse(line, columns, &problem);
        EXPECT_TRUE(problem.isEmpty()) << qPrintable(problem);
        return arrangedRows(columns, filter, -1, false).size();
    };
    EXPECT_EQ(passing({}), 200U);
    EXPECT_EQ(passing(QStringLiteral("bent")), 29U); // 0, 7, ..., 196
    EXPECT_EQ(passing(QStringLiteral("BENT \"FR I\"")), passing(QStringLiteral("bent fr i")));
    EXPECT_EQ(passing(QStringLiteral("\"S peak\" > 10")) + passing(QStringLiteral("\"s peak\" <= 10")), 200U);
    EXPECT_EQ(passing(QStringLiteral("components=3")), 40U);
    EXPECT_EQ(passing(QStringLiteral("components != 3")), 160U);
    EXPECT_EQ(passing(QStringLiteral("id = J1041-01007")), 1U);
    EXPECT_EQ(passing(QStringLiteral("nothing-like-this")), 0U);
}

TEST(SourceFilter, SaysWhatIsWrong)
{
    const SourceColumns columns(test::syntheticSurvey({.sources = 3}), nullptr);
    for (const auto *line : {"flux > 3", "distance > far", "distance >", "> 3"})
    {
        QString problem;
        const SourceFilter filter = SourceFilter::parse(QLatin1String(line), columns, &problem);
        EXPECT_FALSE(problem.isEmpty()) << line;
        EXPECT_TRUE(filter.isEmpty()) << line;
    }
}

TEST(SourceTableModel, RanksAreSharesInPercent)
{
    SourceTableModel model;
    model.setSurvey(test::syntheticSurvey({.sources = 50}));
    model.sort(kDistanceColumn, Qt::DescendingOrder);
    EXPECT_DOUBLE_EQ(model.columns().number(model.sourceOfRow(0), kRankColumn), 100.0);
    EXPECT_DOUBLE_EQ(model.columns().number(model.sourceOfRow(49), kRankColumn), 2.0);
}

TEST(SourceTableModel, ArrangesLargeSurveysLaterAndKeepsTheNewestAnswer)
{
    SourceTableModel model;
    model.setSurvey(
        test::syntheticSurvey({.sources = kQuickSourceCount + 1, .side = 2, .hasCatalogue = false}));
    EXPECT_EQ(model.rowCount(), static_cast<int>(kQuickSourceCount + 1)) << "all rows are there at once";
    model.sort(kDistanceColumn, Qt::AscendingOrder);
    model.sort(kDistanceColumn, Qt::DescendingOrder);
    const auto isFalling = [&model]() {
        return model.columns().number(model.sourceOfRow(0), kDistanceColumn) >
               model.columns().number(model.sourceOfRow(model.rowCount() - 1), kDistanceColumn);
    };
    EXPECT_TRUE(
        QTest::qWaitFor([&]() { return isFalling() && model.columns().number(0, kRankColumn) > 0.0; }, 5000));
}

} // namespace
} // namespace somnium::ui
