// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps how far an import of spectra has come in either of its two passes, and finds it again when the same
// is asked for once more. Used by importSpectra.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/workflow/import_hold.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/prepared_spectra.h"

namespace somnium::workflow
{

class SpectraProgress
{
public:
    /// Holds the import of these paths by this recipe against other programs: Unreadable if one is at it.
    [[nodiscard]] static Result<SpectraProgress> begin(session::Session &session,
                                                       const SpectraImportRequest &request);
    [[nodiscard]] std::uint64_t key() const { return m_hold.import().key; }
    [[nodiscard]] const std::filesystem::path &storePath() const { return m_hold.samplesPath(); }

    // First pass.
    /// Brings `scan` to where an earlier run was kept, and returns the number of files that it had looked at:
    /// 0, and nothing left of it, if there is none, if a file has changed since, if what was kept is damaged,
    /// or if the request says so.
    [[nodiscard]] Result<std::size_t> resumeScan(const std::vector<io::FoundFile> &files,
                                                 ScannedSpectra &scan);
    /// Notes that a file has been looked at, and keeps if it is time to.
    [[nodiscard]] Result<void> fileDone(const io::FoundFile &file, const ScannedSpectra &scan);
    /// Keeps what was found since the last time.
    [[nodiscard]] Result<void> keepScan(const ScannedSpectra &scan);
    [[nodiscard]] std::size_t filesDone() const { return m_hold.import().filesDone; }

    // Second pass.
    /// A store to append to, after the spectra that an earlier run has prepared by the same plan: `isGood`
    /// says of each whether it did, and the collection gets the problems of those that were not. None are
    /// left if they cannot be used.
    [[nodiscard]] Result<std::unique_ptr<data::SpectrumStoreWriter>>
    openStore(const SpectraPlan &plan, const ScannedSpectra &scan, data::Collection &collection,
              std::vector<bool> &isGood, const JobContext &context);
    [[nodiscard]] bool isTimeToKeep() const { return m_hold.isTimeToKeep(); }
    [[nodiscard]] Result<void> keepStore(data::SpectrumStoreWriter &writer,
                                         const data::Collection &collection);
    /// Nothing of it is kept any more.
    [[nodiscard]] Result<void> forget();

private:
    explicit SpectraProgress(ImportHold hold) : m_hold(std::move(hold)) {}
    [[nodiscard]] Result<std::unique_ptr<data::SpectrumStoreWriter>>
    resumeStore(const SpectraPlan &plan, const ScannedSpectra &scan, const data::Collection &collection,
                std::vector<bool> &isGood, const JobContext &context) const;
    /// What was prepared goes; what was found is to be kept again.
    [[nodiscard]] Result<void> dropPrepared();
    [[nodiscard]] Result<void> keep(std::span<const std::byte> part,
                                    const std::vector<data::ImportProblem> &problems);

    ImportHold m_hold;
    std::size_t m_keptSpectra = 0; ///< of the scan
    std::size_t m_keptProblems = 0;
    std::vector<data::ImportProblem> m_rejected; ///< kept: of spectra that the second pass could not prepare
};

} // namespace somnium::workflow
