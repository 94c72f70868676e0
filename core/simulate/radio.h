// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated radio galaxies: the built-in sample survey, test inputs and benchmarks. Marked as simulated in
// every header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::simulate
{

enum class RadioClass
{
    FRI,
    FRII,
    Bent,
    XShaped,
    Compact,
    OneSided,
    Ring,
};
[[nodiscard]] std::string_view toString(RadioClass radioClass);

struct RadioSurveyParams
{
    std::size_t count = 600;
    std::size_t side = 64; ///< pixels
    std::uint64_t seed = 1;
    double pixelArcsec = 1.8; ///< as FIRST
    double beamArcsec = 5.4;  ///< FWHM of the circular beam
    double noiseMjyBeam = 0.15;
};

/// One simulated source with its truth.
struct RadioSource
{
    data::Image image; ///< mJy/beam
    std::string name;  ///< IAU-style from the position
    double raDeg = 0.0;
    double decDeg = 0.0;
    RadioClass radioClass = RadioClass::FRI;
    double sizeArcsec = 0.0;
    double fluxMjy = 0.0;
    double positionAngleDeg = 0.0; ///< of the jet axis, north through east
    double bendDeg = 0.0;
    double redshift = 0.0;
};

/// Source `index` of the survey: depends on params.seed and index only.
[[nodiscard]] RadioSource simulateRadioSource(const RadioSurveyParams &params, std::size_t index);

/// Writes images as FITS (WCS, BUNIT, BEAM, checksum) into `folder`, in one tar if `asTar`, and the truth as
/// `truth.fits`.
[[nodiscard]] Result<void> writeRadioSurvey(const RadioSurveyParams &params,
                                            const std::filesystem::path &folder, bool asTar,
                                            const JobContext &context);

} // namespace somnium::simulate
