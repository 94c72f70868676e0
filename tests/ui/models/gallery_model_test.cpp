// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gallery_model.h"

#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

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

/// Samples of which none is at hand until another thread has brought it in.
class SlowSamples final : public data::Samples
{
public:
    explicit SlowSamples(std::shared_ptr<const data::Samples> samples) : m_samples(std::move(samples)) {}
    [[nodiscard]] std::size_t count() const override { return m_samples->count(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_samples->shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        const std::lock_guard lock(m_mutex);
        EXPECT_TRUE(m_there.contains(index)) << "the window's thread would have waited for a disk";
        return m_samples->sample(index);
    }
    [[nodiscard]] bool isAtHand(std::size_t index) const override
    {
        const std::lock_guard lock(m_mutex);
        return m_there.contains(index) && !isForgetful;
    }
    void bringIn(std::size_t index) const override
    {
        EXPECT_NE(std::this_thread::get_id(), m_window);
        const std::lock_guard lock(m_mutex);
        m_there.insert(index);
    }
    bool isForgetful = false; ///< as on a file system that cannot tell

private:
    std::shared_ptr<const data::Samples> m_samples;
    mutable std::mutex m_mutex;
    mutable std::set<std::size_t> m_there;
    std::thread::id m_window = std::this_thread::get_id();
};

TEST(GalleryModel, SamplesThatAreNotInMemoryAreBroughtInByAnotherThread)
{
    const SurveyPointer fast = test::syntheticSurvey({.sources = 5});
    for (const bool isForgetful : {false, true})
    {
        auto survey = std::make_shared<SurveyData>(*fast);
        auto slow = std::make_shared<SlowSamples>(fast->samples);
        slow->isForgetful = isForgetful;
        survey->samples = slow;
        GalleryModel model;
        model.setItems(survey, {{2, 1.0F, {}}, {4, 2.0F, {}}});
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        EXPECT_TRUE(model.thumbnail(0, 64).isNull());
        EXPECT_TRUE(model.thumbnail(1, 64).isNull());
        ASSERT_TRUE(changed.wait(5000));
        EXPECT_FALSE(model.thumbnail(0, 64).isNull());
        EXPECT_FALSE(model.thumbnail(1, 64).isNull());
        EXPECT_EQ(changed.count(), 1) << "both in one go";
    }
}

} // namespace
} // namespace somnium::ui
