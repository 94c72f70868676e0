// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipe_dialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/panels/recipe_editor.h"
#include "ui/panels/recipe_preview_panel.h"
#include "ui/session/import_scout.h"
#include "ui/theme.h"

namespace somnium::ui
{

void connectRecipe(RecipeEditor &editor, RecipePreviewPanel &preview, ImportScout &scout)
{
    const auto refresh = [&editor, &preview, &scout] { scout.preview(editor.recipe(), preview.index()); };
    QObject::connect(&editor, &RecipeEditor::recipeChanged, &preview, refresh);
    QObject::connect(&preview, &RecipePreviewPanel::indexChanged, &editor, refresh);
    QObject::connect(&editor, &RecipeEditor::currentStepChanged, &preview, &RecipePreviewPanel::setStep);
    QObject::connect(&scout, &ImportScout::previewed, &preview, &RecipePreviewPanel::setPreview);
    QObject::connect(&scout, &ImportScout::previewFailed, &preview, &RecipePreviewPanel::setTrouble);
    QObject::connect(&scout, &ImportScout::previewed, &editor,
                     [&editor](const std::shared_ptr<const RecipePreview> &one) {
                         editor.setEffects(one->recipe, one->effects);
                     });
    QObject::connect(&editor, &RecipeEditor::loadRequested, &scout, &ImportScout::loadRecipe);
    QObject::connect(
        &editor, &RecipeEditor::saveRequested, &scout,
        [&editor, &scout](const std::filesystem::path &file) { scout.saveRecipe(editor.recipe(), file); });
    QObject::connect(&scout, &ImportScout::recipesListed, &editor, &RecipeEditor::setLibrary);
    QObject::connect(&scout, &ImportScout::recipeLoaded, &editor, [&editor](const prepare::Recipe &recipe) {
        editor.replaceRecipe(recipe, RecipeEditor::tr("Load a recipe"));
    });
    QObject::connect(&scout, &ImportScout::recipeTroubled, &preview, &RecipePreviewPanel::setTrouble);
    QObject::connect(&scout, &ImportScout::recipeSaved, &editor, [&editor](const QString &file) {
        editor.setNote(RecipeEditor::tr("Saved as %1").arg(file));
    });
    preview.setStep(editor.currentStep());
}

QPushButton *layOutPrepareAgain(QDialog &dialog, const data::Collection &collection, QLayout &columns,
                                QLineEdit &name)
{
    dialog.setWindowTitle(
        RecipeDialog::tr("Change the recipe of %1").arg(QString::fromStdString(collection.name)));
    name.setObjectName(QStringLiteral("newCollectionName"));
    name.setAccessibleName(RecipeDialog::tr("Name of the new collection"));
    name.setPlaceholderText(
        RecipeDialog::tr("name of the new collection; empty: this one's and the recipe's"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto *accept = buttons->addButton(RecipeDialog::tr("Prepare"), QDialogButtonBox::AcceptRole);
    accept->setObjectName(QStringLiteral("prepareButton"));
    QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    auto *layout = new QVBoxLayout(&dialog);
    layout->addWidget(quietLabel(
        RecipeDialog::tr("The sources are prepared once more from their originals, as a new collection "
                         "with the same labels; this one and its maps stay as they are.")));
    layout->addLayout(&columns, 1);
    layout->addWidget(&name);
    layout->addWidget(buttons);
    dialog.resize(110 * kGridStep, 84 * kGridStep);
    return accept;
}

RecipeDialog::RecipeDialog(JobRunner &runner, std::shared_ptr<const session::Session> session,
                           const data::Collection &collection, const prepare::Recipe &recipe,
                           const DisplaySettings &display, QWidget *parent)
    : QDialog(parent), m_scout(new ImportScout(runner, this)), m_editor(new RecipeEditor),
      m_preview(new RecipePreviewPanel), m_name(new QLineEdit)
{
    setObjectName(QStringLiteral("recipeDialog"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(3 * kGridStep);
    columns->addWidget(m_editor, 1);
    columns->addWidget(m_preview, 1);
    layOutPrepareAgain(*this, collection, *columns, *m_name);
    m_scout->browse(collection.sources, recipe.alignment);
    m_preview->setDisplay(display);
    m_preview->setCount(collection.sources.size());
    connectRecipe(*m_editor, *m_preview, *m_scout);
    const auto list = [this, session = std::move(session)] { m_scout->listRecipes(session); };
    connect(m_editor, &RecipeEditor::libraryRequested, this, list);
    list();
    m_editor->setRecipe(recipe);
}

const prepare::Recipe &RecipeDialog::recipe() const
{
    return m_editor->recipe();
}

std::string RecipeDialog::name() const
{
    return m_name->text().trimmed().toStdString();
}

} // namespace somnium::ui
