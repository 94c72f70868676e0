// SPDX-License-Identifier: GPL-3.0-or-later
// "Change the recipe": a recipe put together beside a preview on the sources of a collection, which is then
// prepared once more.
#pragma once

#include <memory>

#include <QDialog>

#include "core/prepare/recipe.h"
#include "core/session/session.h"
#include "ui/models/display_settings.h"

class QLayout;
class QLineEdit;
class QPushButton;

namespace somnium::ui
{

class ImportScout;
class JobRunner;
class RecipeEditor;
class RecipePreviewPanel;

/// Keeps editor and preview together: each change of the recipe is previewed, each preview tells the editor
/// what the steps did; recipes are loaded and saved by the scout.
void connectRecipe(RecipeEditor &editor, RecipePreviewPanel &preview, ImportScout &scout);

/// What dialogs that prepare a collection once more have in common: a sentence, the columns, the name of the
/// new collection, the buttons. Returns the one that accepts.
QPushButton *layOutPrepareAgain(QDialog &dialog, const data::Collection &collection, QLayout &columns,
                                QLineEdit &name);

class RecipeDialog : public QDialog
{
    Q_OBJECT

public:
    RecipeDialog(JobRunner &runner, std::shared_ptr<const session::Session> session,
                 const data::Collection &collection, const prepare::Recipe &recipe,
                 const DisplaySettings &display, QWidget *parent = nullptr);

    [[nodiscard]] const prepare::Recipe &recipe() const;
    /// Of the new collection.
    [[nodiscard]] std::string name() const;

private:
    ImportScout *m_scout = nullptr;
    RecipeEditor *m_editor = nullptr;
    RecipePreviewPanel *m_preview = nullptr;
    QLineEdit *m_name = nullptr;
};

} // namespace somnium::ui
