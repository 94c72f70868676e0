// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps how far an import of images has come, in the session and beside its samples, and finds it again when
// the same is asked for once more. Used by importImages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/workflow/collection_builder.h"
#include "core/workflow/import.h"
#include "core/workflow/import_hold.h"

namespace somnium::workflow
{

class ImportProgress
{
public:
    /// Holds the import of these paths by this recipe against other programs: Unreadable if one is at it.
    [[nodiscard]] static Result<ImportProgress> begin(session::Session &session,
                                                      const ImportRequest &request);

    /// Where the samples are written.
    [[nodiscard]] const std::filesystem::path &samplesPath() const { return m_hold.samplesPath(); }
    [[nodiscard]] std::uint64_t key() const { return m_hold.import().key; }

    /// Brings collection and builder to where an earlier run was kept, and returns the number of files that
    /// it had done: 0, and nothing left of it, if there is none, if a file has changed since, if what was
    /// kept is damaged, or if the request says so.
    [[nodiscard]] Result<std::size_t> resume(const std::vector<io::FoundFile> &files,
                                             data::Collection &collection, CollectionBuilder &builder,
                                             const JobContext &context);
    /// Notes that a file has been taken, and keeps if it is time to.
    [[nodiscard]] Result<void> fileDone(const io::FoundFile &file, const data::Collection &collection,
                                        CollectionBuilder &builder);
    [[nodiscard]] Result<void> keep(const data::Collection &collection, CollectionBuilder &builder);
    /// Nothing of it is kept any more.
    [[nodiscard]] Result<void> forget() { return m_hold.forget(); }
    [[nodiscard]] std::size_t filesDone() const { return m_hold.import().filesDone; }

private:
    ImportProgress(ImportHold hold, prepare::Recipe recipe)
        : m_hold(std::move(hold)), m_recipe(std::move(recipe))
    {}

    ImportHold m_hold;
    prepare::Recipe m_recipe;
    std::size_t m_keptSources = 0;
    std::size_t m_keptProblems = 0;
};

} // namespace somnium::workflow
