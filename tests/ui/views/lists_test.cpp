// SPDX-License-Identifier: GPL-3.0-or-later
// Filmstrip, table and project tree: clicks and keys act on the one shared selection.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTreeWidget>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/search/nearest.h"
#include "tests/ui/support/synthetic_spectra.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/views/filmstrip.h"
#include "ui/views/project_tree.h"
#include "ui/views/source_table.h"
#include "ui/views/table_view.h"
#include "ui/views/thumbnail_list.h"

namespace somnium::ui
{
namespace
{

using testing::ElementsAre;

TEST(Filmstrip, ClicksPickAndExtend)
{
    const SurveyPointer survey = test::syntheticSurvey({});
    SelectionModel selection;
    selection.reset(300, 48);
    Filmstrip strip;
    strip.setSurvey(survey);
    strip.setSelection(&selection);
    strip.setItems(QStringLiteral("Nearest to prototype (5, 3)"),
                   {{9, 3.0F, {}}, {4, 1.0F, {}}, {7, 2.0F, {}}});
    EXPECT_EQ(strip.titleText(), QStringLiteral("Nearest to prototype (5, 3), 3 sources"));
    strip.resize(700, 150);
    strip.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&strip));
    QSignalSpy activated(&strip, &Filmstrip::sourceActivated);
    const auto click = [&strip](int row, Qt::KeyboardModifiers modifiers) {
        const QModelIndex index = strip.list()->model()->index(row, 0);
        QTest::mouseClick(strip.list()->viewport(), Qt::LeftButton, modifiers,
                          strip.list()->visualRect(index).center());
    };
    click(0, {});
    EXPECT_EQ(selection.currentSource(), 4U);
    EXPECT_EQ(activated.count(), 1);
    click(2, Qt::ShiftModifier);
    EXPECT_THAT(selection.selected(), ElementsAre(4, 7, 9));
    click(1, Qt::ControlModifier);
    EXPECT_THAT(selection.selected(), ElementsAre(4, 9));
    QTest::keyClick(strip.list(), Qt::Key_Home);
    QTest::keyClick(strip.list(), Qt::Key_Right);
    EXPECT_EQ(selection.currentSource(), 7U);
}

TEST(Filmstrip, ShowsWholePicturesHoweverLowItIs)
{
    Filmstrip strip;
    strip.setSurvey(test::syntheticSurvey({}));
    std::vector<search::Neighbour> many;
    for (std::size_t source = 0; source < 40; ++source)
        many.push_back({source, 1.0F, {}});
    strip.setItems(QStringLiteral("Many"), many);
    strip.show();
    const auto widthOfPictures = [&strip](int height) {
        strip.resize(400, height);
        QCoreApplication::processEvents();
        const int width = strip.list()->visualRect(strip.list()->model()->index(0, 0)).width();
        EXPECT_LE(width, strip.list()->viewport()->height()) << "pictures are square, at " << height;
        return width;
    };
    const int least = strip.minimumSizeHint().height();
    const int wanted = strip.sizeHint().height();
    int last = 0;
    for (int height = least; height <= wanted; height += 4)
        EXPECT_LE(std::exchange(last, widthOfPictures(height)), last) << height;
    const int whole = widthOfPictures(wanted);
    EXPECT_LT(widthOfPictures(least), whole);
    EXPECT_EQ(widthOfPictures(2 * wanted), whole) << "they grow no further";
}

/// Samples that count which of them were looked at.
class CountedSamples final : public data::Samples
{
public:
    explicit CountedSamples(std::shared_ptr<const data::Samples> samples) : m_samples(std::move(samples)) {}
    [[nodiscard]] std::size_t count() const override { return m_samples->count(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_samples->shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        m_seen.insert(index);
        return m_samples->sample(index);
    }
    [[nodiscard]] std::size_t seenCount() const { return m_seen.size(); }

private:
    std::shared_ptr<const data::Samples> m_samples;
    mutable std::set<std::size_t> m_seen; ///< in the window's thread only
};

TEST(Filmstrip, SaysHowItIsFilledFromImagesAndFromSpectra)
{
    Filmstrip strip;
    const auto says = [&strip](const QString &words) {
        const auto labels = strip.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&words](const QLabel *label) { return label->text().contains(words); });
    };
    strip.setSurvey(test::syntheticSurvey({}));
    EXPECT_TRUE(says(QStringLiteral("turned to match")));
    strip.setSurvey(test::syntheticSpectra(5));
    EXPECT_TRUE(says(QStringLiteral("press N")));
    EXPECT_FALSE(says(QStringLiteral("turned to match")));
}

TEST(Filmstrip, MakesPicturesOnlyOfWhatIsSeen)
{
    const auto survey = std::make_shared<SurveyData>(*test::syntheticSurvey({.sources = 3000, .side = 8}));
    const auto samples = std::make_shared<CountedSamples>(survey->samples);
    survey->samples = samples;
    std::vector<search::Neighbour> all;
    for (std::size_t i = 0; i < 3000; ++i)
        all.push_back({i, static_cast<float>(i), {}});
    Filmstrip strip;
    strip.setSurvey(survey);
    strip.setItems(QStringLiteral("All"), all);
    strip.resize(900, 150);
    strip.show();
    EXPECT_FALSE(strip.grab().isNull());
    EXPECT_GT(samples->seenCount(), 3U);
    EXPECT_LT(samples->seenCount(), 50U) << "of 3000";
}

TEST(TableView, IsLinkedBothWays)
{
    const SurveyPointer survey = test::syntheticSurvey({});
    SelectionModel selection;
    selection.reset(300, 48);
    TableView view;
    view.setSurvey(survey);
    view.setSelection(&selection);
    view.resize(800, 400);
    view.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&view));
    view.model()->sort(kDistanceColumn, Qt::DescendingOrder);
    const auto click = [&view](int row, Qt::KeyboardModifiers modifiers) {
        QTest::mouseClick(view.table()->viewport(), Qt::LeftButton, modifiers,
                          view.table()->visualRect(view.model()->index(row, 0)).center());
    };
    click(0, {});
    EXPECT_EQ(selection.currentSource(), view.model()->sourceOfRow(0));
    click(3, Qt::ShiftModifier);
    EXPECT_EQ(selection.selected().size(), 4U);
    QTest::keyClick(view.table(), Qt::Key_Down);
    EXPECT_EQ(selection.currentSource(), view.model()->sourceOfRow(4));
    const std::size_t last = view.model()->sourceOfRow(299);
    selection.setCurrentSource(last);
    EXPECT_EQ(view.table()->currentIndex().row(), 299);
    EXPECT_TRUE(
        view.table()->viewport()->rect().intersects(view.table()->visualRect(view.model()->index(299, 0))));
}

TEST(TableView, TypedFilterIsAppliedAndCounted)
{
    TableView view;
    view.setSurvey(test::syntheticSurvey({}));
    view.show();
    QSignalSpy counted(&view, &TableView::shownCountChanged);
    auto *line = view.findChild<QLineEdit *>();
    QTest::keyClicks(line, QStringLiteral("distance > 4"));
    QTest::keyClick(line, Qt::Key_Return);
    ASSERT_FALSE(counted.isEmpty());
    const auto shown = counted.last().at(0).value<std::size_t>();
    EXPECT_GT(shown, 0U);
    EXPECT_LT(shown, 30U);
    EXPECT_EQ(counted.last().at(1).value<std::size_t>(), 300U);
}

TEST(ProjectTree, ClicksNameWhatWasClicked)
{
    ProjectEntry entry;
    entry.collection.id = session::CollectionId{7};
    entry.collection.name = "FIRST";
    session::ModelSummary model;
    model.id = session::ModelId{11};
    model.name = "map";
    entry.models = {model};
    entry.labels = {{QStringLiteral("bent"), 41}};
    entry.selections = {{QStringLiteral("odd"), 3}};
    ProjectTree tree;
    tree.setProject({entry});
    tree.resize(300, 300);
    tree.show();
    QSignalSpy collections(&tree, &ProjectTree::collectionActivated);
    QSignalSpy models(&tree, &ProjectTree::modelActivated);
    QSignalSpy labels(&tree, &ProjectTree::labelActivated);
    QSignalSpy selections(&tree, &ProjectTree::selectionActivated);
    for (QTreeWidgetItemIterator it(tree.tree()); *it != nullptr; ++it)
        QTest::mouseClick(tree.tree()->viewport(), Qt::LeftButton, {},
                          tree.tree()->visualItemRect(*it).center());
    EXPECT_EQ(collections.count(), 1);
    ASSERT_EQ(models.count(), 1);
    EXPECT_EQ(models.at(0).at(0).value<session::ModelId>(), session::ModelId{11});
    ASSERT_EQ(labels.count(), 1);
    EXPECT_EQ(labels.at(0).at(1).toString(), QStringLiteral("bent"));
    EXPECT_EQ(selections.count(), 1);
}

TEST(ProjectTree, WhatIsCollapsedStaysCollapsed)
{
    ProjectEntry entry;
    entry.labels = {{QStringLiteral("bent"), 41}};
    ProjectTree tree;
    tree.setProject({entry});
    tree.tree()->topLevelItem(0)->setExpanded(false);
    tree.setProject({entry});
    EXPECT_FALSE(tree.tree()->topLevelItem(0)->isExpanded());
}

} // namespace
} // namespace somnium::ui
