// SPDX-License-Identifier: GPL-3.0-or-later
// What the recipes of images and of spectra share in the window.
#pragma once

#include <filesystem>
#include <functional>

#include <QCoreApplication>
#include <QObject>

#include "core/workflow/recipe_library.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"

namespace somnium::ui
{

/// Writes a recipe into a file, or among the user's own if there is none; `done` gets the file.
template <class Recipe> Job *startSaving(JobRunner &runner, QObject *context, const Recipe &recipe,
                                         const std::filesystem::path &file,
                                         std::function<void(const QString &)> done)
{
    return runner.start<std::filesystem::path>(
        {QCoreApplication::translate("recipes", "Saving a recipe"), JobLane::Write}, context,
        [recipe, file](const JobContext &) -> Result<std::filesystem::path> {
            if (file.empty())
                return workflow::saveToLibrary(recipe);
            if (auto written = workflow::writeRecipe(recipe, file); !written)
                return failure(written.error());
            return file;
        },
        [done = std::move(done)](std::filesystem::path &&written) {
            done(QString::fromStdU16String(written.u16string()));
        });
}

} // namespace somnium::ui
