// SPDX-License-Identifier: GPL-3.0-or-later
// The two passes over the originals of spectra: what there is, and preparing it. Used by importSpectra.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
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

/// What a recipe expects of a spectrum: ImportProblem::expected of those that it rejects.
inline constexpr std::string_view kPreparable = "a spectrum that the recipe can prepare";

/// Reads all files on all threads and hands what each holds to `take`, in the order of the files and from one
/// thread at a time. A spectrum that the recipe rejects is a problem. `take` returning an error ends it;
/// Cancelled if stopped.
using ScanReceiver = std::function<Result<void>(ScannedSpectra file)>;
[[nodiscard]] Result<void> scanSpectra(const std::vector<io::FoundFile> &files,
                                       const io::SpectrumReadOptions &reading,
                                       const prepare::SpectralRecipe &recipe, const JobContext &context,
                                       const ScanReceiver &take);

/// For a session to keep: what the first pass has found, exactly.
[[nodiscard]] std::vector<std::byte> toBytes(std::span<const ScannedSpectrum> scanned);
[[nodiscard]] Result<std::vector<ScannedSpectrum>> scannedFromBytes(std::span<const std::byte> bytes);

/// What the second pass needs; the vectors must outlive it.
struct SpectraToPrepare
{
    const std::vector<io::FoundFile> &files; ///< in the order of the origins
    const std::vector<data::SourceOrigin> &origins;
    const io::SpectrumReadOptions &reading;
    const prepare::SpectralRecipe &recipe;
    const data::SpectralGrid &grid;
    const std::vector<prepare::SpectrumFacts> &facts; ///< of the origins
    std::size_t first = 0;                            ///< origins before this one are left out
};

/// Reads the spectra at the origins again, prepares them on all threads and hands them to `take` in the order
/// of the origins, from one thread: with their place among them, and why it failed where it did. `take`
/// returning an error ends it.
using PreparedReceiver =
    std::function<Result<void>(std::size_t index, Result<data::PreparedSpectrum> prepared)>;
[[nodiscard]] Result<void> prepareSpectra(const SpectraToPrepare &what, const JobContext &context,
                                          const PreparedReceiver &take);

/// The files that originals are in, each once, in the order of the originals.
[[nodiscard]] Result<std::vector<io::FoundFile>> filesOf(const std::vector<data::SourceOrigin> &origins,
                                                         const JobContext &context);

} // namespace somnium::workflow
