// SPDX-License-Identifier: GPL-3.0-or-later
// Somnium's own maps in FITS, both ways. The image PROTOTYPES [neuron][channel][row][column] has the layout,
// how images are compared with it and how they were prepared as keywords (SOM...). The image SPECTRA has the
// prototypes as the training left them, from which the images are made: with it a map read back matches to
// the bit as it did. A map of vectors says SOMMETRI = 'vector', and its prototypes, of one row, are all there
// is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_writer.h"
#include "core/som/som.h"

namespace somnium::io
{

/// A map as a file has it. What files of before there were keywords for it do not say has no value.
struct FitsMap
{
    som::MapLayout layout;
    som::Metric metric = som::Metric::Invariant;
    data::ImageShape shape;
    std::vector<float> prototypes;
    std::optional<compute::PolarGrid> grid;
    std::vector<float> spectra; ///< on `grid`; empty: there are none, or of other prototypes
    std::optional<bool> useFlips;
    std::optional<std::size_t> rotations; ///< as in som::TrainingParams, likewise the others
    std::optional<compute::MatchPrecision> precision;
    std::optional<std::vector<float>> channelWeights;
    std::size_t neuronSide = 0;
    std::uint64_t seed = 1;
    double sigmaEnd = 0.6;
    std::string recipe; ///< JSON of what prepared the images it was trained on; empty: not known
};

/// Errors name file, HDU, expected, found. Data that do not add up to their DATASUM are damaged (Malformed).
[[nodiscard]] Result<FitsMap> readFitsMap(std::span<const std::byte> bytes, const std::string &name);

/// Adds the keywords of a map. `recipe`: JSON in ASCII, or empty.
void addMapCards(FitsHeader &header, const som::Som &som, const std::string &recipe = {});

/// The HDU SPECTRA of a map that has spectra, which it borrows.
[[nodiscard]] FitsImageHdu spectraHdu(const som::Som &som);

/// DATASUM of unscaled floats (FITS standard 4.0, section 4.4.2.7 and appendix J).
[[nodiscard]] std::uint32_t fitsDataSum(std::span<const float> values);

} // namespace somnium::io
