// SPDX-License-Identifier: GPL-3.0-or-later
// How well a map sorts sources by a label it never saw (FR I, FR II, compact, bent), beside what chance
// gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/som/som.h"

namespace somnium::som
{

/// Purity: the share of labelled sources that carry the commonest label of their neuron (in 1/classes..1).
/// Small neurons are pure by chance, so it is read beside the purity of the same labels shuffled.
struct Purity
{
    std::size_t labelledSources = 0;
    double purity = 0.0;
    double shuffledMean = 0.0;   ///< over `shuffles` seeded permutations of the labels
    double shuffledSpread = 0.0; ///< their standard deviation
    /// Standard deviations above chance; 0 if there is no spread.
    [[nodiscard]] double significance() const;

    struct ClassFigure
    {
        std::string label;
        std::size_t sources = 0;
        /// Of the sources with this label, how many sit in neurons where it is the commonest; and by chance.
        double recall = 0.0;
        double shuffledRecall = 0.0;
    };
    std::vector<ClassFigure> classes;     ///< by label
    std::vector<std::string> neuronLabel; ///< [neurons] commonest label (first by name in a tie), "" if none
    std::vector<double> neuronPurity;     ///< [neurons] share of it; NaN where no labelled source is
};

struct PurityParams
{
    std::size_t shuffles = 20;
    std::uint64_t seed = 1;
};

/// `labels`: one per source of the mapping, "" = not labelled. Fails (Mismatch) if the numbers differ.
[[nodiscard]] Result<Purity> purityOf(const Mapping &mapping, std::size_t neurons,
                                      std::span<const std::string> labels, const PurityParams &params = {});

} // namespace somnium::som
