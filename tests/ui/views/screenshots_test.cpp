// SPDX-License-Identifier: GPL-3.0-or-later
// Renders every view, empty and full, dark and light, at 1x and 2x. With SOMNIUM_SCREENSHOTS set the pictures
// are written there to be looked at; in any case none may be of one colour.
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTest>

#include <gtest/gtest.h>

#include "core/search/nearest.h"
#include "tests/ui/support/synthetic_survey.h"
#include "ui/theme.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/project_tree.h"
#include "ui/views/source_table.h"
#include "ui/views/table_view.h"
#include "ui/views/thumbnail_list.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{
namespace
{

struct Scene
{
    QString name;
    QSize size;
    std::function<std::unique_ptr<QWidget>(SurveyPointer, LabelsPointer, SelectionModel *)> make;
};

std::unique_ptr<QWidget> makeMap(const SurveyPointer &survey, const LabelsPointer &labels,
                                 SelectionModel *selection, const OverlayChoice &overlay)
{
    auto view = std::make_unique<MapView>();
    view->setSurvey(survey);
    view->setLabels(labels);
    view->setSelection(selection);
    view->setOverlay(overlay);
    view->setComparisonNeuron(3);
    return view;
}

std::unique_ptr<QWidget> makeTree()
{
    auto tree = std::make_unique<ProjectTree>();
    session::CollectionSummary collection;
    collection.id = session::CollectionId{1};
    collection.name = "FIRST cutouts";
    collection.sourceCount = 900;
    collection.problemCount = 2;
    collection.recipe = prepare::radioRecipe();
    session::ModelSummary model;
    model.id = session::ModelId{4};
    model.collection = collection.id;
    model.name = "map_of_everything_second_try_with_smaller_sigma";
    tree->setProject({{collection,
                       {model},
                       {},
                       {{QStringLiteral("FR I"), 212}, {QStringLiteral("bent"), 41}},
                       {{QStringLiteral("odd ones"), 12}}}});
    tree->setActive(collection.id, model.id);
    return tree;
}

std::vector<Scene> scenes()
{
    return {
        {QStringLiteral("map"),
         {760, 520},
         [](auto survey, auto labels, auto *selection) { return makeMap(survey, labels, selection, {}); }},
        {QStringLiteral("map_hits"),
         {760, 520},
         [](auto survey, auto labels, auto *selection) {
             return makeMap(survey, labels, selection, {OverlayKind::Hits, {}});
         }},
        {QStringLiteral("map_column"),
         {760, 520},
         [](auto survey, auto labels, auto *selection) {
             return makeMap(survey, labels, selection, {OverlayKind::ColumnMean, QStringLiteral("S peak")});
         }},
        {QStringLiteral("map_training"),
         {760, 520},
         [](auto survey, auto, auto *) {
             auto view = std::make_unique<MapView>();
             if (survey)
                 view->setTrainingSnapshot(test::syntheticSnapshot(*survey, 6));
             return view;
         }},
        {QStringLiteral("filmstrip"),
         {900, 150},
         [](auto survey, auto, auto *selection) {
             auto view = std::make_unique<Filmstrip>();
             view->setSurvey(survey);
             view->setSelection(selection);
             if (survey)
                 view->setItems(QStringLiteral("Nearest to prototype (5, 3)"),
                                search::sourcesOfNeuron(survey->map->mapping, 33, 48));
             return view;
         }},
        {QStringLiteral("inspector"),
         {320, 760},
         [](auto survey, auto labels, auto *selection) {
             auto view = std::make_unique<Inspector>();
             view->setSurvey(survey);
             view->setLabels(labels);
             view->setSelection(selection);
             return view;
         }},
        {QStringLiteral("outliers"),
         {760, 520},
         [](auto survey, auto, auto *selection) {
             auto view = std::make_unique<OutliersView>();
             view->setSelection(selection);
             view->setSurvey(survey);
             if (survey)
                 view->setThreshold(3.0);
             return view;
         }},
        {QStringLiteral("table"),
         {760, 420},
         [](auto survey, auto labels, auto *selection) {
             auto view = std::make_unique<TableView>();
             view->setSurvey(survey);
             view->setLabels(labels);
             view->setSelection(selection);
             if (survey)
                 view->setFilter(QStringLiteral("distanc > 2"));
             return view;
         }},
        {QStringLiteral("training"),
         {760, 220},
         [](auto survey, auto, auto *) {
             auto view = std::make_unique<TrainingView>();
             if (survey)
                 view->setTrainingSnapshot(test::syntheticSnapshot(*survey, 9));
             return view;
         }},
        {QStringLiteral("tree"),
         {240, 320},
         [](auto survey, auto, auto *) -> std::unique_ptr<QWidget> {
             return survey ? makeTree() : std::make_unique<ProjectTree>();
         }},
    };
}

QImage rendered(QWidget &widget, double scale)
{
    QImage image(widget.size() * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    widget.render(&image);
    return image;
}

std::size_t colourCount(const QImage &image)
{
    std::set<QRgb> colours;
    for (int y = 0; y < image.height(); y += 3)
        for (int x = 0; x < image.width(); x += 3)
            colours.insert(image.pixel(x, y));
    return colours.size();
}

void shoot(const SurveyPointer &survey, const QString &suffix)
{
    const QString folder = qEnvironmentVariable("SOMNIUM_SCREENSHOTS");
    SelectionModel selection;
    LabelsPointer labels;
    if (survey)
    {
        labels = test::syntheticLabels(*survey);
        selection.reset(survey->collection.sources.size(), survey->map->som.layout.neuronCount());
        selection.setCurrentNeuron(33);
        selection.select({0, 1, 2, 3, 5, 8, 13, 21, 34, 35});
        selection.setCurrentSource(35);
    }
    for (const Scene &scene : scenes())
    {
        const std::unique_ptr<QWidget> widget = scene.make(survey, labels, &selection);
        widget->resize(scene.size);
        widget->show();
        QTest::qWait(scene.name == QLatin1String("outliers") ? 100 : 10); // its gallery comes a little later
        for (const double scale : {1.0, 2.0})
        {
            const QImage image = rendered(*widget, scale);
            EXPECT_GT(colourCount(image), 8U) << qPrintable(scene.name);
            if (folder.isEmpty())
                continue;
            const QString name = QStringLiteral("%1_%2_%3x.png").arg(scene.name, suffix).arg(scale);
            EXPECT_TRUE(image.save(QDir(folder).filePath(name))) << qPrintable(name);
        }
    }
}

class Screenshots : public testing::TestWithParam<ThemeKind>
{
protected:
    Screenshots() { applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), GetParam()); }
    [[nodiscard]] static QString suffix(const char *kind)
    {
        return QStringLiteral("%1_%2").arg(QLatin1String(kind), GetParam() == ThemeKind::Dark
                                                                    ? QLatin1String("dark")
                                                                    : QLatin1String("light"));
    }
};

TEST_P(Screenshots, OfFullViews)
{
    shoot(test::syntheticSurvey({}), suffix("full"));
}

TEST_P(Screenshots, OfEmptyViews)
{
    shoot(nullptr, suffix("empty"));
}

TEST_P(Screenshots, WithLongNames)
{
    shoot(test::syntheticSurvey({.hasLongNames = true}), suffix("long"));
}

INSTANTIATE_TEST_SUITE_P(Themes, Screenshots, testing::Values(ThemeKind::Dark, ThemeKind::Light));

} // namespace
} // namespace somnium::ui
