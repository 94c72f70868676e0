// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/neighbourhood.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace somnium::som
{

namespace
{

double valueOf(Schedule schedule, double start, double end, std::size_t epoch, std::size_t epochs)
{
    if (epochs < 2 || schedule == Schedule::Constant)
        return start;
    const double progress = static_cast<double>(epoch) / static_cast<double>(epochs - 1);
    if (schedule == Schedule::Linear)
        return start + (end - start) * progress;
    return start * std::pow(end / start, progress);
}

} // namespace

double startSigma(const TrainingParams &params)
{
    if (params.sigmaStart > 0.0)
        return params.sigmaStart;
    return std::max(static_cast<double>(params.layout.longestSide()) / 2.0, params.sigmaEnd);
}

double sigmaOf(const TrainingParams &params, std::size_t epoch)
{
    return valueOf(params.schedule, startSigma(params), params.sigmaEnd, epoch, params.epochs);
}

double learningRateOf(const TrainingParams &params, std::size_t epoch)
{
    return valueOf(params.learningRateSchedule, params.learningRateStart, params.learningRateEnd, epoch,
                   params.epochs);
}

double neighbourhoodPeak(Neighbourhood neighbourhood, double sigma)
{
    switch (neighbourhood)
    {
    case Neighbourhood::Gaussian:
    case Neighbourhood::Bubble: return 1.0;
    case Neighbourhood::PinkGaussian: return 1.0 / (sigma * std::sqrt(2.0 * std::numbers::pi));
    case Neighbourhood::MexicanHat: return 2.0 / (std::sqrt(3.0 * sigma) * std::pow(std::numbers::pi, 0.25));
    }
    return 1.0;
}

double neighbourhoodWeight(Neighbourhood neighbourhood, double distance, double sigma)
{
    const double square = (distance / sigma) * (distance / sigma);
    const double peak = neighbourhoodPeak(neighbourhood, sigma);
    switch (neighbourhood)
    {
    case Neighbourhood::Gaussian:
    case Neighbourhood::PinkGaussian: return peak * std::exp(-0.5 * square);
    case Neighbourhood::Bubble: return distance <= sigma ? 1.0 : 0.0;
    case Neighbourhood::MexicanHat: return peak * (1.0 - square) * std::exp(-0.5 * square);
    }
    return 0.0;
}

std::vector<float> neighbourhoodWeights(const MapLayout &layout, Neighbourhood neighbourhood, double sigma,
                                        double maxDistance)
{
    const std::size_t neurons = layout.neuronCount();
    std::vector<MapLayout::Cell> cells;
    cells.reserve(neurons);
    for (std::size_t k = 0; k < neurons; ++k)
        cells.push_back(layout.cell(k));
    std::vector<float> weights(neurons * neurons);
    for (std::size_t best = 0; best < neurons; ++best)
        for (std::size_t k = 0; k < neurons; ++k)
        {
            const double distance = layout.distance(cells[best], cells[k]);
            const bool isTooFar = maxDistance > 0.0 && distance > maxDistance;
            const double weight = isTooFar ? 0.0 : neighbourhoodWeight(neighbourhood, distance, sigma);
            weights[best * neurons + k] = static_cast<float>(weight);
        }
    return weights;
}

} // namespace somnium::som
