// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/oddity_data.h"

#include <algorithm>

namespace somnium::ui
{

namespace
{

bool hasErrors(const SurveyData &survey)
{
    return survey.latent && survey.latent->errors.size() == survey.collection.sources.size() &&
           !survey.latent->errors.empty();
}

} // namespace

std::string_view toString(const AnyOddityScore &score)
{
    return std::visit([](auto one) { return search::toString(one); }, score);
}

std::optional<AnyOddityScore> oddityScoreFromName(std::string_view name, bool isOfSpectra)
{
    if (!isOfSpectra)
    {
        const auto score = search::oddityScoreFromName(name);
        return score ? std::optional<AnyOddityScore>(*score) : std::nullopt;
    }
    const auto score = search::spectralOutlierScoreFromName(name);
    return score ? std::optional<AnyOddityScore>(*score) : std::nullopt;
}

bool ranksSpectra(const SurveyData &survey)
{
    return survey.spectra && survey.spectra->count() == survey.collection.sources.size() &&
           (hasErrors(survey) || survey.map);
}

std::vector<AnyOddityScore> oddityScoresOf(const SurveyData &survey)
{
    using Score = search::SpectralOutlierScore;
    if (ranksSpectra(survey) && hasErrors(survey))
        return {search::kSpectralOutlierScores.begin(), search::kSpectralOutlierScores.end()};
    if (ranksSpectra(survey))
        return {Score::Isolation, Score::NeighbourDistance};
    if (survey.map && survey.samples)
        return {search::kOddityScores.begin(), search::kOddityScores.end()};
    return {};
}

bool haveSameOddities(const SurveyPointer &a, const SurveyPointer &b)
{
    return a && b && ranksSpectra(*a) && ranksSpectra(*b) && a->spectra == b->spectra &&
           a->latent == b->latent && a->shared == b->shared;
}

const std::vector<float> &OddityData::of(const AnyOddityScore &score) const
{
    const auto found =
        std::find_if(scores.begin(), scores.end(), [&](const auto &one) { return one.first == score; });
    return found == scores.end() ? scores.front().second : found->second;
}

} // namespace somnium::ui
