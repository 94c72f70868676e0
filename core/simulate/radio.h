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
    // Odd ones: only where RadioSurveyParams::odd asks for them.
    DoubleDouble, ///< two pairs of lobes on one axis, the inner one younger
    Spiral,       ///< jets of a core that precesses: an S that turns by more than a quarter
    Arc,          ///< a relic: part of a shell beside the centre
    Quad,         ///< four images of one compact source about a faint lens
};
[[nodiscard]] std::string_view toString(RadioClass radioClass);
[[nodiscard]] bool isOdd(RadioClass radioClass);

struct RadioSurveyParams
{
    std::size_t count = 600;
    std::size_t side = 64; ///< pixels
    std::uint64_t seed = 1;
    double pixelArcsec = 1.8; ///< as FIRST
    double beamArcsec = 5.4;  ///< FWHM of the circular beam
    double noiseMjyBeam = 0.15;
    std::size_t odd = 0; ///< so many of `count` are of an odd class, as bright as the others, spread evenly
};

/// Fails naming the first parameter that makes no sense.
[[nodiscard]] Result<void> validate(const RadioSurveyParams &params);

/// One simulated source with its truth. Its core lies at the centre of the image and at (raDeg, decDeg).
struct RadioSource
{
    data::Image image; ///< mJy/beam
    std::string name;  ///< IAU-style from the position
    double raDeg = 0.0;
    double decDeg = 0.0;
    RadioClass radioClass = RadioClass::FRI;
    double sizeArcsec = 0.0; ///< largest distance between two of its parts; of a compact source its width
    double fluxMjy = 0.0;    ///< integrated
    double positionAngleDeg = 0.0; ///< of the jet axis, north through east
    double bendDeg = 0.0;          ///< 180 degrees less the angle between the directions to its two ends
    double redshift = 0.0;
};

/// Source `index` of the survey: depends on params (valid ones) and index only, not on params.count unless
/// there are odd ones. Odd ones stand in the place of others, which stay as they are.
[[nodiscard]] RadioSource simulateRadioSource(const RadioSurveyParams &params, std::size_t index);

/// TAN projection about the source, north up, ICRS: FITS cards as in data::Source::wcsCards.
[[nodiscard]] std::string wcsCards(const RadioSurveyParams &params, const RadioSource &source);

/// Writes images as FITS (WCS, BUNIT, beam, checksum; named by position) into `folder`, or into images.tar
/// there if `asTar`, then the truth as truth.fits: where that is, all images are. Same params, same bytes.
/// When stopped: Cancelled, no tar, or those files that were finished.
[[nodiscard]] Result<void> writeRadioSurvey(const RadioSurveyParams &params,
                                            const std::filesystem::path &folder, bool asTar,
                                            const JobContext &context);

/// The survey behind the window's sample button.
struct SampleSurvey
{
    std::filesystem::path images; ///< a tar
    std::filesystem::path truth;  ///< its catalogue
};
/// In the user's cache folder; simulated the first time (seconds), then only found.
[[nodiscard]] Result<SampleSurvey> sampleSurvey(const JobContext &context);

} // namespace somnium::simulate
