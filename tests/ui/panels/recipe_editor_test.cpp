// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipe_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "core/prepare/parameters.h"
#include "ui/panels/recipe_preview_panel.h"
#include "ui/panels/step_form.h"
#include "ui/panels/step_list.h"
#include "ui/views/image_pane.h"

namespace somnium::ui
{
namespace
{

using namespace prepare;

template <class Widget> Widget *child(QWidget &parent, const char *name)
{
    auto *found = parent.findChild<Widget *>(QLatin1String(name));
    CHECK(found != nullptr);
    return found;
}

QAction *action(QWidget &parent, const char *name)
{
    auto *found = parent.findChild<QAction *>(QLatin1String(name));
    CHECK(found != nullptr);
    return found;
}

TEST(RecipeEditor, ShowsAnyRecipeAndGivesItBack)
{
    RecipeEditor editor;
    EXPECT_EQ(editor.recipe(), radioRecipe());
    for (const ReadyMade &ready : readyMadeRecipes())
    {
        editor.setRecipe(ready.recipe);
        EXPECT_EQ(editor.recipe(), ready.recipe);
        EXPECT_EQ(child<StepList>(editor, "recipeSteps")->count(),
                  static_cast<int>(ready.recipe.steps.size()));
    }
    editor.setRecipe({"empty", {}});
    EXPECT_EQ(editor.currentStep(), -1);
}

// The form of each step shows what the step is, and showing changes nothing.
TEST(RecipeEditor, HasAFieldForEveryParameter)
{
    RecipeEditor editor;
    for (const Operation &operation : allOperations())
    {
        Step step(operation);
        if (step.as<KeepChannels>() != nullptr)
            step.channels = {0};
        editor.setRecipe({"one", {step}});
        for (const Parameter &one : parametersOf(operation))
        {
            const QString name = QStringLiteral("step.") +
                                 QString::fromUtf8(one.name.data(), static_cast<qsizetype>(one.name.size()));
            auto *field = editor.findChild<QWidget *>(name);
            ASSERT_TRUE(field) << name.toStdString();
            EXPECT_EQ(field->isEnabledTo(&editor), one.isRelevant) << name.toStdString();
            EXPECT_FALSE(field->toolTip().isEmpty());
            if (auto *number = qobject_cast<NumberBox *>(field))
            {
                EXPECT_EQ(number->value(), std::get<double>(one.value));
            }
        }
        EXPECT_EQ(editor.recipe().steps.front(), step);
        EXPECT_FALSE(editor.undoStack().canUndo());
    }
}

TEST(RecipeEditor, EditsOfOneFieldAreOneUndo)
{
    RecipeEditor editor;
    QSignalSpy changed(&editor, &RecipeEditor::recipeChanged);
    auto *side = child<QSpinBox>(editor, "step.side");
    side->setValue(100);
    side->setValue(120);
    EXPECT_EQ(changed.count(), 2);
    EXPECT_EQ(editor.recipe().steps[0].as<Cutout>()->side, 120U);
    EXPECT_EQ(editor.undoStack().count(), 1);
    child<QCheckBox>(editor, "step.pad")->click();
    EXPECT_TRUE(editor.recipe().steps[0].as<Cutout>()->pad);
    EXPECT_EQ(editor.undoStack().count(), 2);
    editor.undoStack().undo();
    editor.undoStack().undo();
    EXPECT_EQ(editor.recipe(), radioRecipe());
    EXPECT_EQ(side->value(), 64);
    editor.undoStack().redo();
    EXPECT_EQ(side->value(), 120);
    child<QToolButton>(editor, "reset.side")->click();
    EXPECT_EQ(editor.recipe().steps[0].as<Cutout>()->side, 64U);
}

TEST(RecipeEditor, AddsRemovesSwitchesAndMovesSteps)
{
    RecipeEditor editor;
    editor.show();
    auto *list = child<StepList>(editor, "recipeSteps");
    list->setCurrentRow(1);
    action(editor, "add.background")->trigger();
    ASSERT_EQ(editor.recipe().steps.size(), 6U);
    EXPECT_NE(editor.recipe().steps[2].as<SubtractBackground>(), nullptr);
    EXPECT_EQ(editor.currentStep(), 2);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    EXPECT_NE(editor.recipe().steps[1].as<SubtractBackground>(), nullptr);
    EXPECT_EQ(editor.currentStep(), 1);
    QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
    EXPECT_EQ(editor.currentStep(), 2);
    list->item(2)->setCheckState(Qt::Unchecked);
    EXPECT_FALSE(editor.recipe().steps[2].isEnabled);
    QTest::keyClick(list, Qt::Key_Delete);
    EXPECT_EQ(editor.recipe(), radioRecipe());
    QTest::keyClick(&editor, Qt::Key_Z, Qt::ControlModifier);
    EXPECT_FALSE(editor.recipe().steps[2].isEnabled);
    while (editor.undoStack().canUndo())
        editor.undoStack().undo();
    EXPECT_EQ(editor.recipe(), radioRecipe());
    for (int i = 0; i < 5; ++i)
        child<QToolButton>(editor, "removeStepButton")->click();
    EXPECT_TRUE(editor.recipe().steps.empty());
    EXPECT_FALSE(child<QToolButton>(editor, "removeStepButton")->isEnabled());
}

TEST(RecipeEditor, RelevanceFollowsTheChoice)
{
    RecipeEditor editor;
    editor.setRecipe({"r", {Stretch{}}});
    EXPECT_FALSE(child<NumberBox>(editor, "step.softening")->isEnabled());
    auto *curve = child<QComboBox>(editor, "step.curve");
    curve->setCurrentIndex(curve->findData(QStringLiteral("asinh")));
    EXPECT_TRUE(child<NumberBox>(editor, "step.softening")->isEnabled());
    EXPECT_EQ(editor.recipe().steps[0].as<Stretch>()->curve, Stretch::Curve::Asinh);
}

TEST(RecipeEditor, TakesChannelsAsText)
{
    RecipeEditor editor;
    editor.setRecipe({"r", {Stretch{}}});
    auto *channels = child<QLineEdit>(editor, "step.channels");
    const auto type = [&](const QString &text) {
        channels->setText(text);
        Q_EMIT channels->editingFinished();
    };
    type(QStringLiteral("3, 1"));
    EXPECT_EQ(editor.recipe().steps[0].channels, (std::vector<std::size_t>{0, 2}));
    type(QStringLiteral("two"));
    EXPECT_EQ(channels->text(), QStringLiteral("1, 3"));
    type({});
    EXPECT_TRUE(editor.recipe().steps[0].channels.empty());
}

TEST(NumberBox, ShowsAndReadsNumbersOfAnySize)
{
    NumberBox box;
    box.setLocale(QLocale::c());
    box.setRange(-1e30, 1e30);
    box.setSuffix(QStringLiteral(" sigma"));
    for (const double value : {3.0, 0.0001, 1e12, -2.5e-7})
    {
        box.setValue(value);
        EXPECT_EQ(box.value(), value);
        EXPECT_EQ(box.valueFromText(box.text()), value) << box.text().toStdString();
    }
    EXPECT_EQ(box.textFromValue(3.0), QStringLiteral("3"));
    QString typed = QStringLiteral("1e-");
    int position = 0;
    EXPECT_EQ(box.validate(typed, position), QValidator::Intermediate);
}

TEST(RecipeEditor, NamesTheStepThatFailsOrDoesNothing)
{
    RecipeEditor editor;
    const Recipe recipe = {"r", {FillNan{}, Cutout{.side = 99}}};
    editor.setRecipe(recipe);
    const data::Image image({1, 8, 8}, 1.0F);
    editor.setEffects(recipe, trace(recipe, image.view()));
    auto *list = child<StepList>(editor, "recipeSteps");
    EXPECT_TRUE(list->item(0)->toolTip().contains(QStringLiteral("changes nothing")));
    EXPECT_TRUE(list->item(1)->toolTip().contains(QStringLiteral("99 x 99")));
    EXPECT_TRUE(child<QLabel>(editor, "recipeNote")->text().contains(QStringLiteral("Step 1")));
    editor.setEffects({"other", {}}, {});
    EXPECT_FALSE(child<QLabel>(editor, "recipeNote")->text().isEmpty()); // of another recipe: stale
}

TEST(RecipeEditor, OffersRecipesByName)
{
    RecipeEditor editor;
    auto library = std::make_shared<workflow::RecipeList>();
    library->recipes = {{readyMadeRecipes()[1].recipe, workflow::RecipePlace::ReadyMade, {}, "for LoTSS"},
                        {{"mine & yours", {Taper{}}}, workflow::RecipePlace::User, {}, {}}};
    editor.setLibrary(library);
    auto *menu = child<QToolButton>(editor, "recipesButton")->menu();
    Q_EMIT menu->aboutToShow();
    action(*menu, "take.mine & yours")->trigger();
    EXPECT_EQ(editor.recipe(), library->recipes[1].recipe);
    editor.undoStack().undo();
    EXPECT_EQ(editor.recipe(), radioRecipe());
}

TEST(RecipePreviewPanel, ShowsTheResultOfTheChosenStep)
{
    RecipePreviewPanel panel;
    panel.setCount(3);
    data::Image image({1, 16, 16}, 2.0F);
    image.at(8, 8) = 10.0F;
    auto preview = std::make_shared<RecipePreview>();
    preview->name = "a source";
    preview->original = image;
    preview->recipe = {"r", {Normalise{}, Cutout{.side = 8}}};
    preview->effects = trace(preview->recipe, image.view());
    preview->prepared = apply(preview->recipe, image.view())->image;
    panel.setPreview(preview);
    const auto *numbers = child<QLabel>(panel, "afterNumbers");
    EXPECT_TRUE(numbers->text().startsWith(QStringLiteral("8 \u00d7 8"))) << numbers->text().toStdString();
    panel.setStep(0);
    child<QCheckBox>(panel, "afterStepBox")->setChecked(true);
    EXPECT_TRUE(numbers->text().startsWith(QStringLiteral("16 \u00d7 16"))) << numbers->text().toStdString();
    QSignalSpy moved(&panel, &RecipePreviewPanel::indexChanged);
    child<QPushButton>(panel, "previousPreviewButton")->click();
    EXPECT_EQ(panel.index(), 2U);
    child<QPushButton>(panel, "nextPreviewButton")->click();
    EXPECT_EQ(panel.index(), 0U);
    EXPECT_EQ(moved.count(), 2);
}

} // namespace
} // namespace somnium::ui
