// SPDX-License-Identifier: GPL-3.0-or-later
// Files, folders and archives of spectra -> a collection with prepared spectra in a session. One of the verbs
// that window and command line share.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/spectrum.h"
#include "core/data/spectrum_store.h"
#include "core/io/spectrum_reader.h"
#include "core/prepare/spectral_recipe.h"
#include "core/session/session.h"

namespace somnium::workflow
{

struct SpectraImportRequest
{
    std::vector<std::filesystem::path> paths; ///< files, folders (recursive), archives
    std::filesystem::path catalogue;          ///< FITS table, VOTable, CSV of parameters; empty: none
    std::vector<double> missingValues;        ///< numbers of the catalogue that mean "not known", as 99999
    std::string name;                         ///< of the collection; empty: from the first path
    prepare::SpectralRecipe recipe;
    io::SpectrumReadOptions reading;
    /// As those of ImportRequest.
    bool startsAnew = false;
    std::chrono::milliseconds keepEvery{2000};
};

/// What a pending import of the session remembers (PendingImport::request): all but the last two.
[[nodiscard]] std::string toJson(const SpectraImportRequest &request);
[[nodiscard]] Result<SpectraImportRequest> spectraImportRequestFromJson(std::string_view json);

struct SpectraImportOutcome
{
    session::CollectionId collection{};
    std::size_t imported = 0;
    std::size_t resumedFiles = 0;   ///< files that an interrupted import had looked at
    std::size_t resumedSpectra = 0; ///< spectra that it had prepared, or could not
    data::SpectralGrid grid;
    std::size_t joinedRows = 0;     ///< sources that found a row of the catalogue
    std::string joinMessage;        ///< how, or why not; empty: no catalogue
    std::vector<std::string> notes; ///< what was taken for granted, of spectra each once with how often
    std::vector<data::ImportProblem> problems;
};

/// Reads the files twice: first for what there is and which grid fits, then to prepare. A broken file or
/// spectrum becomes a problem, never the end. The catalogue of the collection has, before the columns of the
/// given one, what the files themselves say: redshift and class where there are any, and the median
/// signal-to-noise. Same files, same order of sources for any number of threads, and however often it was
/// interrupted. Fails if nothing could be read (the session is as it was then), or on Cancelled: then the
/// session holds a pending import, with which the same request goes on.
[[nodiscard]] Result<SpectraImportOutcome>
importSpectra(session::Session &session, const SpectraImportRequest &request, const JobContext &context);

/// Makes the prepared spectra of a collection again from its originals (a removed cache). Fails naming the
/// first original that is missing or has changed; the session stays as it is.
[[nodiscard]] Result<void> rebuildSpectra(const session::Session &session, session::CollectionId collection,
                                          const JobContext &context);

/// The prepared spectra of a collection, rebuilt first if their cache was removed.
[[nodiscard]] Result<std::shared_ptr<const data::SpectrumStore>>
spectraOf(const session::Session &session, session::CollectionId collection, const JobContext &context);

/// The original of a source, unprepared.
[[nodiscard]] Result<data::Spectrum> readOriginalSpectrum(const data::SourceOrigin &origin,
                                                          const io::SpectrumReadOptions &reading);

/// Redshift or velocity of each source as the recipe asks for it, out of the collection's catalogue.
/// NotFound, naming the columns there are, if it has no such column.
[[nodiscard]] Result<std::vector<prepare::SpectrumFacts>> factsOf(const prepare::SpectralRecipe &recipe,
                                                                  const data::Collection &collection);

/// What a session keeps of how spectra were read.
[[nodiscard]] std::string toJson(const io::SpectrumReadOptions &options);
[[nodiscard]] Result<io::SpectrumReadOptions> readOptionsFromJson(std::string_view json);

} // namespace somnium::workflow
