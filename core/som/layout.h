// SPDX-License-Identifier: GPL-3.0-or-later
// Where the neurons of a map sit: positions, distances and who is next to whom.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace somnium::som
{

/// A plain rectangular grid of neurons, width x height. Neuron k sits at column k / height, row k % height:
/// the width is the slow axis, as in PINK's files.
class MapLayout
{
public:
    MapLayout() = default;
    /// Both sides in [1, 1000].
    [[nodiscard]] static Result<MapLayout> rectangular(std::size_t width, std::size_t height);
    /// "10x10".
    [[nodiscard]] static Result<MapLayout> parse(std::string_view text);

    [[nodiscard]] std::size_t width() const { return m_width; }
    [[nodiscard]] std::size_t height() const { return m_height; }
    [[nodiscard]] std::size_t neuronCount() const { return m_width * m_height; }
    [[nodiscard]] std::size_t x(std::size_t neuron) const { return neuron / m_height; }
    [[nodiscard]] std::size_t y(std::size_t neuron) const { return neuron % m_height; }
    [[nodiscard]] std::size_t neuron(std::size_t x, std::size_t y) const { return x * m_height + y; }
    /// Euclidean distance between two neurons in units of the grid's step.
    [[nodiscard]] double distance(std::size_t a, std::size_t b) const;
    /// Neighbours for the topographic error: the eight around.
    [[nodiscard]] bool areAdjacent(std::size_t a, std::size_t b) const;
    [[nodiscard]] std::string toString() const;

    friend bool operator==(const MapLayout &, const MapLayout &) = default;

private:
    std::size_t m_width = 1;
    std::size_t m_height = 1;
};

} // namespace somnium::som
