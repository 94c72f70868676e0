// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a PINK file of either version: what it holds, in which shape, where the values begin.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/io/pink.h"

namespace somnium::io
{

struct PinkLayout
{
    PinkKind kind = PinkKind::Images;
    int version = 2;
    std::size_t count = 1;               ///< images or sources; 1 for a map
    std::vector<std::size_t> dimensions; ///< of the map; empty for images
    bool isHexagonal = false;
    data::ImageShape shape; ///< of an image or a neuron; empty for mappings and transforms
    std::span<const std::byte> values;

    [[nodiscard]] std::size_t neuronCount() const;
    /// Fails (Unsupported) if the map is larger than MapLayout allows; one neuron for images.
    [[nodiscard]] Result<som::MapLayout> mapLayout(const std::string &name) const;
};

/// Neurons of a hexagonal map within a square of side `dimension`: d^2 - r (r + 1), r = (d - 1) / 2.
[[nodiscard]] std::size_t hexagonalNeurons(std::size_t dimension);

/// Checks the header against the length of the file.
[[nodiscard]] Result<PinkLayout> readPinkLayout(std::span<const std::byte> bytes, const std::string &name);

} // namespace somnium::io
