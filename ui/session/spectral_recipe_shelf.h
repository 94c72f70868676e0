// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes of spectra by name: listed, loaded and saved on other threads.
#pragma once

#include <filesystem>
#include <memory>

#include <QObject>

#include "core/session/session.h"
#include "core/workflow/recipe_library.h"

namespace somnium::ui
{

class JobRunner;

class SpectralRecipeShelf : public QObject
{
    Q_OBJECT

public:
    explicit SpectralRecipeShelf(JobRunner &runner, QObject *parent = nullptr)
        : QObject(parent), m_runner(runner)
    {}

    /// Answers by `listed`. The session may be null.
    void list(std::shared_ptr<const session::Session> session);
    /// Answers by `loaded` or `troubled`.
    void load(const std::filesystem::path &file);
    /// Into a file; an empty one: among the user's own. Answers by `saved` or `troubled`.
    void save(const prepare::SpectralRecipe &recipe, const std::filesystem::path &file);

Q_SIGNALS:
    void listed(const std::shared_ptr<const somnium::workflow::SpectralRecipeList> &recipes);
    void loaded(const somnium::prepare::SpectralRecipe &recipe);
    void saved(const QString &file);
    void troubled(const QString &message);

private:
    JobRunner &m_runner;
};

} // namespace somnium::ui
