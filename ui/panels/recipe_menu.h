// SPDX-License-Identifier: GPL-3.0-or-later
// The button with all recipes there are to take, by where they are kept, and with saving and loading.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <QToolButton>

#include "core/workflow/recipe_library.h"

class QMenu;

namespace somnium::ui
{

class RecipeMenu : public QToolButton
{
    Q_OBJECT

public:
    struct Entry
    {
        workflow::RecipePlace place = workflow::RecipePlace::User;
        QString name;
        QString toolTip;
    };
    explicit RecipeMenu(QWidget *parent = nullptr);

    /// What is offered to be taken, in this order.
    void setEntries(std::vector<Entry> entries);
    /// One for each recipe of a list, in its order.
    template <class Recipe>
    [[nodiscard]] static std::vector<Entry> entriesOf(const workflow::RecipeListOf<Recipe> &list)
    {
        std::vector<Entry> entries;
        for (const workflow::KeptRecipeOf<Recipe> &one : list.recipes)
            entries.push_back(
                {one.place, QString::fromStdString(one.recipe.name),
                 QString::fromStdString(one.purpose.empty() ? prepare::describe(one.recipe) : one.purpose)});
        return entries;
    }
    /// Of the recipe that would be saved.
    void setRecipeName(const QString &name) { m_name = name; }

Q_SIGNALS:
    /// The menu opens: the list may be old.
    void libraryRequested();
    void taken(int entry);
    void loadRequested(const std::filesystem::path &file);
    /// An empty file: among the user's own.
    void saveRequested(const std::filesystem::path &file);

private:
    void fill();
    void chooseFile(bool isForSaving);

    std::vector<Entry> m_entries;
    QString m_name;
    QMenu *m_menu = nullptr;
};

} // namespace somnium::ui
