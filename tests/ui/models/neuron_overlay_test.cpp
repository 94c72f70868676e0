// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/neuron_overlay.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_survey.h"

namespace somnium::ui
{
namespace
{

TEST(NeuronOverlay, OffersWhatTheSurveyHas)
{
    EXPECT_EQ(overlayChoices(nullptr, nullptr).size(), 1U);
    const SurveyPointer survey = test::syntheticSurvey({});
    const auto choices = overlayChoices(survey, test::syntheticLabels(*survey));
    // None, three figures, three numeric columns (the text column cannot be averaged), two labels
    // and how pure they are.
    EXPECT_EQ(choices.size(), 10U);
    EXPECT_EQ(std::ranges::count(choices, OverlayChoice{OverlayKind::LabelPurity, {}}), 1);
    const auto unlabelled = overlayChoices(survey, nullptr);
    EXPECT_EQ(std::ranges::count(unlabelled, OverlayChoice{OverlayKind::LabelPurity, {}}), 0)
        << "no labels, no purity";
    EXPECT_EQ(std::ranges::count(choices, OverlayChoice{OverlayKind::ColumnMean, QStringLiteral("class")}),
              0);
}

TEST(NeuronOverlay, HitsAddUpToTheSources)
{
    const SurveyPointer survey = test::syntheticSurvey({});
    const NeuronOverlay overlay = neuronOverlay(survey, nullptr, {OverlayKind::Hits, {}});
    EXPECT_DOUBLE_EQ(std::accumulate(overlay.values.begin(), overlay.values.end(), 0.0), 300.0);
    EXPECT_EQ(overlay.high, *std::ranges::max_element(overlay.values));
}

TEST(NeuronOverlay, ColumnMeanSkipsMissingValuesAndCarriesTheUnit)
{
    const SurveyPointer survey = test::syntheticSurvey({});
    const data::Column &redshift = survey->collection.catalogue.columns()[2];
    const NeuronOverlay overlay =
        neuronOverlay(survey, nullptr, {OverlayKind::ColumnMean, QStringLiteral("z")});
    for (std::size_t neuron = 0; neuron < overlay.values.size(); ++neuron)
    {
        double sum = 0.0;
        double count = 0.0;
        for (std::size_t i = 0; i < survey->map->mapping.sourceCount(); ++i)
            if (survey->map->mapping.best[i] == neuron && !redshift.isMissing(i))
            {
                sum += redshift.number(i);
                count += 1.0;
            }
        if (count == 0.0)
            EXPECT_TRUE(std::isnan(overlay.values[neuron]));
        else
            EXPECT_NEAR(overlay.values[neuron], sum / count, 1e-9);
    }
    EXPECT_EQ(neuronOverlay(survey, nullptr, {OverlayKind::ColumnMean, QStringLiteral("S peak")}).unit,
              QStringLiteral("mJy/beam"));
}

TEST(NeuronOverlay, LabelShareIsInPercent)
{
    const SurveyPointer survey = test::syntheticSurvey({});
    const LabelsPointer labels = test::syntheticLabels(*survey);
    const NeuronOverlay overlay =
        neuronOverlay(survey, labels, {OverlayKind::LabelFraction, QStringLiteral("bent")});
    double carriers = 0.0;
    for (std::size_t neuron = 0; neuron < overlay.values.size(); ++neuron)
        if (std::isfinite(overlay.values[neuron]))
            carriers +=
                overlay.values[neuron] / 100.0 * static_cast<double>(survey->map->figures.hits[neuron]);
    EXPECT_NEAR(carriers, static_cast<double>(labels->sources(QStringLiteral("bent")).size()), 1e-6);
}

TEST(NeuronOverlay, SourcesOfNeuronsAreTheirBestMatches)
{
    const SurveyPointer survey = test::syntheticSurvey({});
    const auto sources = sourcesOfNeurons(survey, {0, 7, 9999});
    EXPECT_EQ(sources.size(), survey->map->figures.hits[0] + survey->map->figures.hits[7]);
    EXPECT_TRUE(std::ranges::is_sorted(sources));
    EXPECT_TRUE(sourcesOfNeurons(nullptr, {0}).empty());
}

} // namespace
} // namespace somnium::ui
