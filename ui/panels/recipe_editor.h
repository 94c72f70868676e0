// SPDX-License-Identifier: GPL-3.0-or-later
// A recipe to be put together: steps added, removed, switched off, moved; every parameter of the chosen step;
// undo; recipes by name and from files. It knows no images: a preview tells it what each step did.
#pragma once

#include <filesystem>
#include <memory>

#include <QUndoStack>
#include <QWidget>

#include "core/prepare/recipe.h"
#include "core/workflow/recipe_library.h"

class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace somnium::ui
{

class RecipeMenu;
class StepForm;
class StepList;

class RecipeEditor : public QWidget
{
    Q_OBJECT

public:
    explicit RecipeEditor(QWidget *parent = nullptr);

    [[nodiscard]] const prepare::Recipe &recipe() const { return m_recipe; }
    /// Begins anew: undo does not lead back beyond it.
    void setRecipe(const prepare::Recipe &recipe);
    /// The same as an edit, which undo takes back.
    void replaceRecipe(const prepare::Recipe &recipe, const QString &what);
    /// The step whose parameters are shown; -1: none.
    [[nodiscard]] int currentStep() const;
    /// What a preview of `recipe` found; of another recipe than the one shown by now, it is left aside.
    void setEffects(const prepare::Recipe &recipe, const std::vector<prepare::StepEffect> &effects);
    void setNote(const QString &note); ///< one sentence under the list; empty: none
    /// What the menu of recipes offers.
    void setLibrary(std::shared_ptr<const workflow::RecipeList> library);
    [[nodiscard]] QUndoStack &undoStack() { return m_undo; }

Q_SIGNALS:
    void recipeChanged();
    void currentStepChanged(int step);
    void libraryRequested();
    void loadRequested(const std::filesystem::path &file);
    /// An empty file: among the user's own.
    void saveRequested(const std::filesystem::path &file);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    class Edit;
    [[nodiscard]] QWidget *buildHead();
    [[nodiscard]] QWidget *buildButtons();
    [[nodiscard]] QMenu *buildAddMenu();
    void connectParts();
    void push(prepare::Recipe recipe, int current, const QString &what, int mergeId = -1);
    void display(const prepare::Recipe &recipe, int current);
    void showStep();
    void refreshButtons();
    void addStep(const prepare::Operation &operation);
    void moveStep(int from, int to);
    void removeStep(int row);
    void switchStep(int row, bool isOn);
    void editStep(const prepare::Step &step, int parameter);

    prepare::Recipe m_recipe;
    QUndoStack m_undo;
    std::shared_ptr<const workflow::RecipeList> m_library;
    bool m_isShowing = false;
    QLineEdit *m_name = nullptr;
    RecipeMenu *m_recipes = nullptr;
    StepList *m_list = nullptr;
    StepForm *m_form = nullptr;
    QLabel *m_note = nullptr;
    QToolButton *m_remove = nullptr;
    QToolButton *m_up = nullptr;
    QToolButton *m_down = nullptr;
};

} // namespace somnium::ui
