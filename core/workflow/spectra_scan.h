// SPDX-License-Identifier: GPL-3.0-or-later
// The two passes over the originals of spectra: what there is, and preparing it. Used by importSpectra.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/spectrum.h"
#include "core/io/file_walker.h"
#include "core/io/spectrum_reader.h"
#include "core/prepare/spectral_recipe.h"

namespace somnium::workflow
{

/// What the first pass remembers of one spectrum.
struct ScannedSpectrum
{
    data::SourceOrigin origin;
    std::string name;        ///< of the object, as the file has it
    std::string objectClass; ///< as the file has it
    std::string note;
    double redshift = 0.0; ///< NaN: the file does not say
    double raDeg = 0.0;
    double decDeg = 0.0;
    double snr = 0.0; ///< median per usable pixel; NaN without errors
    std::size_t pixels = 0;
    bool isWhole = true; ///< every pixel is usable and none has an error
    bool isOneOfMany = false;
    std::uint64_t hash = 0;       ///< of what the file holds
    prepare::SpectralRange range; ///< in vacuum, as observed
};

struct ScannedSpectra
{
    std::vector<ScannedSpectrum> spectra; ///< in the order of the files, and in each file
    std::vector<data::ImportProblem> problems;
};

/// Reads all files on all threads. A spectrum that the recipe rejects is a problem. Cancelled if stopped.
[[nodiscard]] Result<ScannedSpectra> scanSpectra(const std::vector<io::FoundFile> &files,
                                                 const io::SpectrumReadOptions &reading,
                                                 const prepare::SpectralRecipe &recipe,
                                                 const JobContext &context);

/// Reads the spectra at `origins` (of those files, in the order of the files) again, prepares them on all
/// threads and hands them to `take` in the order of `origins`, from one thread: with their place among them,
/// and why it failed where it did. `take` returning an error ends it.
using PreparedReceiver =
    std::function<Result<void>(std::size_t index, Result<data::PreparedSpectrum> prepared)>;
[[nodiscard]] Result<void>
prepareSpectra(const std::vector<io::FoundFile> &files, const std::vector<data::SourceOrigin> &origins,
               const io::SpectrumReadOptions &reading, const prepare::SpectralRecipe &recipe,
               const data::SpectralGrid &grid, const std::vector<prepare::SpectrumFacts> &facts,
               const JobContext &context, const PreparedReceiver &take);

/// The files that originals are in, each once, in the order of the originals.
[[nodiscard]] Result<std::vector<io::FoundFile>> filesOf(const std::vector<data::SourceOrigin> &origins,
                                                         const JobContext &context);

} // namespace somnium::workflow
