// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of how odd the sources of a survey are: images by their map, spectra by their latent space.
// Immutable; a change makes a new one.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/search/oddity.h"
#include "core/search/spectral_outliers.h"
#include "core/session/annotations.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

/// Of images on a map, or of spectra.
using AnyOddityScore = std::variant<search::OddityScore, search::SpectralOutlierScore>;

/// As the command line names it, "combined", and back; the kind is that of the score that is known.
[[nodiscard]] std::string_view toString(const AnyOddityScore &score);
[[nodiscard]] std::optional<AnyOddityScore> oddityScoreFromName(std::string_view name, bool isOfSpectra);

/// Whether its sources are ranked as spectra: by a latent space or, without one, by their neighbours alone.
[[nodiscard]] bool ranksSpectra(const SurveyData &survey);
/// What the sources of a survey can be ranked by, the best first; empty: by nothing but how well they fit
/// their model.
[[nodiscard]] std::vector<AnyOddityScore> oddityScoresOf(const SurveyData &survey);
/// Whether both are ranked by the same figures: a map that is opened beside a latent space changes no score.
[[nodiscard]] bool haveSameOddities(const SurveyPointer &a, const SurveyPointer &b);

struct OddityData
{
    /// Of images, else null.
    std::shared_ptr<const search::OddityFigures> figures;
    /// Of spectra, else null.
    std::shared_ptr<const search::SpectralOutlierFigures> spectral;
    /// What a ranking that learns from marks compares.
    std::shared_ptr<const search::ShapeFeatures> features;
    /// [score, as oddityScoresOf][source], never empty
    std::vector<std::pair<AnyOddityScore, std::vector<float>>> scores;

    [[nodiscard]] std::size_t sourceCount() const { return scores.front().second.size(); }
    /// Those of the first score, if there is none of this one.
    [[nodiscard]] const std::vector<float> &of(const AnyOddityScore &score) const;
};
using OdditiesPointer = std::shared_ptr<const OddityData>;

/// The order to look in: a score, or what marks made of it.
struct OddityRanking
{
    AnyOddityScore score = search::kDefaultOddityScore;
    std::size_t marks = 0; ///< learned from; 0: the score itself
    std::vector<float> values;
};
using OddityRankingPointer = std::shared_ptr<const OddityRanking>;

/// By source.
using Marks = std::map<std::size_t, session::Mark>;
using MarksPointer = std::shared_ptr<const Marks>;

} // namespace somnium::ui
