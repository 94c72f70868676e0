// SPDX-License-Identifier: GPL-3.0-or-later
// Strengths of lines, fluxes and colours of the spectra of a collection: of each observed one, as a column,
// and of what a decoder gives for places of a latent plane, as a field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/spectrum_store.h"
#include "core/latent/decoded_field.h"
#include "core/prepare/spectral_measure.h"
#include "core/session/session.h"
#include "core/workflow/export_latent.h"

namespace somnium::workflow
{

/// What can be measured of prepared spectra, whether observed or decoded.
struct MeasurableSpectra
{
    prepare::SpectralRecipe recipe;
    data::SpectralGrid grid;
    std::vector<std::uint32_t> unobserved; ///< data::unobservedPixels: decoded values there mean nothing

    /// Published measures whose bands are in the grid, suit the recipe, and were observed.
    [[nodiscard]] std::vector<prepare::SpectralMeasure> measures() const;
    /// By name, or a band as prepare::measureFromString has it. NotFound lists the names there are; Mismatch
    /// says what a measure that is known lacks here.
    [[nodiscard]] Result<prepare::SpectralMeasure> find(std::string_view text) const;
    /// As it is taken of decoded samples. Fails as `find`.
    [[nodiscard]] Result<latent::SampleMeasure> decoded(const prepare::SpectralMeasure &measure) const;
};

/// Of a collection of spectra (Mismatch: of images). Reads some of them.
[[nodiscard]] Result<MeasurableSpectra> measurableSpectra(const session::Session &session,
                                                          const session::CollectionSummary &collection);

/// Each measure of every spectrum [measure][spectrum], NaN where too little of its bands is there. Reads the
/// store once. Mismatch as SpectralMeter; Cancelled.
[[nodiscard]] Result<std::vector<std::vector<double>>>
measureSpectra(const data::Spectra &spectra, const MeasurableSpectra &measurable,
               const std::vector<prepare::SpectralMeasure> &measures, const JobContext &context);

/// These as columns of a catalogue: "EW_Mg_b" in Angstrom, described. Fails as `find`.
[[nodiscard]] Result<std::vector<data::Column>> measuredColumns(const session::Session &session,
                                                                session::CollectionId collection,
                                                                const std::vector<std::string> &measures,
                                                                const JobContext &context);

/// Iso-lines of a measure (`request.column`) of what the latent space decodes, on the plane of the two axes
/// of the request. Named "EW Mg b (decoded)".
[[nodiscard]] Result<ColumnIsoLines> decodedIsoLinesOf(const session::Session &session,
                                                       const session::LatentSummary &latent,
                                                       const session::LatentRecord &places,
                                                       const IsoLinesRequest &request,
                                                       compute::Backend &backend, const JobContext &context);

} // namespace somnium::workflow
