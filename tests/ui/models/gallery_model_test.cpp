// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gallery_model.h"

#include <limits>

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_survey.h"

namespace somnium::ui
{
namespace
{

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

TEST(GalleryModel, IsAModelWithNoOneAndManyRows)
{
    GalleryModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    EXPECT_EQ(model.rowCount(), 0);
    const SurveyPointer survey = test::syntheticSurvey({.sources = 50});
    model.setItems(survey, {{3, 1.0F, {}}});
    EXPECT_EQ(model.rowCount(), 1);
    std::vector<search::Neighbour> all;
    for (std::size_t i = 0; i < 60; ++i)
        all.push_back({i, survey->map->mapping.distance[i % 50], {}});
    model.setItems(survey, all);
    EXPECT_EQ(model.rowCount(), 50) << "sources beyond the survey are left out";
    EXPECT_FALSE(model.data(model.index(50), Qt::DisplayRole).isValid());
    model.setItems(nullptr, all);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(GalleryModel, SortsAndPutsUnknownDistancesLast)
{
    GalleryModel model;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    model.setItems(test::syntheticSurvey({.sources = 10}),
                   {{4, 2.0F, {}}, {1, nan, {}}, {7, 1.0F, {}}, {2, 2.0F, {}}});
    const auto order = [&model]() {
        std::vector<std::size_t> sources;
        for (int row = 0; row < model.rowCount(); ++row)
            sources.push_back(model.item(row).source);
        return sources;
    };
    EXPECT_EQ(order(), (std::vector<std::size_t>{7, 2, 4, 1}));
    model.setOrder(GalleryOrder::DistanceFalling);
    EXPECT_EQ(order(), (std::vector<std::size_t>{2, 4, 7, 1}));
    model.setOrder(GalleryOrder::SurveyOrder);
    EXPECT_EQ(order(), (std::vector<std::size_t>{1, 2, 4, 7}));
    EXPECT_EQ(model.rowOfSource(4), 2);
    EXPECT_EQ(model.rowOfSource(5), -1);
}

TEST(GalleryModel, ThumbnailsAreTurnedOnlyWhenAsked)
{
    GalleryModel model;
    const SurveyPointer survey = test::syntheticSurvey({.sources = 5});
    model.setItems(survey, {{2, 1.0F, survey->map->mapping.transform[2]}});
    const QImage turned = model.thumbnail(0, 64).toImage();
    model.setTurned(false);
    const QImage asOnSky = model.thumbnail(0, 64).toImage();
    EXPECT_EQ(turned.size(), QSize(64, 64));
    EXPECT_NE(turned, asOnSky);
    EXPECT_TRUE(model.thumbnail(1, 64).isNull());
}

} // namespace
} // namespace somnium::ui
