// SPDX-License-Identifier: GPL-3.0-or-later
// Close calls between a source's best and second best neuron, decided pixel by pixel.
#pragma once

#include <cstddef>

#include "core/base/job.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::som
{

/// Second best neurons whose distance is at most so many times the best one's get a second look.
inline constexpr float kCloseCall = 1.02F;

/// Of the two best neurons of sample first + i, `match` having it at i, the one whose prototype image the
/// turned source resembles more becomes the best where the two are close: turned by the angle found and by up
/// to two degrees about it, over the pixels of the disc. Polar samples blur every turn alike, pixels blur
/// quarter turns less, which decides between neighbours that hold compact sources. Distances stay those of
/// the spectra, so the best may then be up to 2 % further than the second. Returns false if stopped.
[[nodiscard]] bool decideCloseCalls(const Som &som, const data::Samples &samples, std::size_t first,
                                    compute::MatchResult &match, const JobContext &context);

} // namespace somnium::som
