// SPDX-License-Identifier: GPL-3.0-or-later
// Two labelings of the same sources side by side: who calls what by which name, and how far they agree.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/som/som.h"

namespace somnium::search
{

/// Sources that both labelings name, counted by the two names. Names are sorted; a name that only one of the
/// two uses has a row (or column) but no diagonal.
struct Confusion
{
    std::vector<std::string> rows;    ///< names of the first labeling
    std::vector<std::string> columns; ///< names of the second
    std::vector<std::size_t> counts;  ///< [row][column]
    std::size_t compared = 0;         ///< sources with both
    std::size_t onlyFirst = 0;        ///< sources that only the first labeling names
    std::size_t onlySecond = 0;
    double accuracy = 0.0; ///< share of the compared that have the same name in both; NaN if none
    /// Agreement beyond chance, 1 = perfect, 0 = chance. cite: Cohen 1960, Educ. Psychol. Meas. 20, 37.
    double kappa = 0.0;
    /// Share of the compared in the commonest row of their column, and in the commonest column of their row:
    /// agreement where the two use different names.
    double columnPurity = 0.0;
    double rowPurity = 0.0;

    [[nodiscard]] std::size_t count(std::size_t row, std::size_t column) const
    {
        return counts[row * columns.size() + column];
    }
};
/// One label a source, "" = none. Fails (Mismatch) if the numbers of sources differ.
[[nodiscard]] Result<Confusion> confusionOf(std::span<const std::string> first,
                                            std::span<const std::string> second);
/// Sources [ascending] that the first labeling calls `row` and the second `column`.
[[nodiscard]] std::vector<std::size_t> sourcesOfCell(std::span<const std::string> first,
                                                     std::span<const std::string> second,
                                                     const std::string &row, const std::string &column);

/// Per source, the commonest of the given labels among the other sources of its neuron (first by name in a
/// tie), "" where there is none: what the map would say of a source whose label it does not know.
[[nodiscard]] std::vector<std::string> neuronMajority(const som::Mapping &mapping, std::size_t neurons,
                                                      std::span<const std::string> labels);

/// The table as a catalogue: a row for each name of the first labeling, a column for each of the second.
[[nodiscard]] data::Catalogue confusionCatalogue(const Confusion &confusion, const std::string &first,
                                                 const std::string &second);

} // namespace somnium::search
