// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/neighbourhood.h"

#include <algorithm>
#include <cmath>

namespace somnium::som
{

double startSigma(const TrainingParams &params)
{
    if (params.sigmaStart > 0.0)
        return params.sigmaStart;
    const auto longerSide = static_cast<double>(std::max(params.layout.width(), params.layout.height()));
    return std::max(longerSide / 2.0, params.sigmaEnd);
}

double sigmaOf(const TrainingParams &params, std::size_t epoch)
{
    const double start = startSigma(params);
    if (params.epochs < 2 || params.schedule == SigmaSchedule::Constant)
        return start;
    const double progress = static_cast<double>(epoch) / static_cast<double>(params.epochs - 1);
    if (params.schedule == SigmaSchedule::Linear)
        return start + (params.sigmaEnd - start) * progress;
    return start * std::pow(params.sigmaEnd / start, progress);
}

std::vector<float> neighbourhoodWeights(const MapLayout &layout, Neighbourhood neighbourhood, double sigma)
{
    const std::size_t neurons = layout.neuronCount();
    std::vector<float> weights(neurons * neurons);
    for (std::size_t best = 0; best < neurons; ++best)
        for (std::size_t k = 0; k < neurons; ++k)
        {
            const double distance = layout.distance(best, k);
            const double weight = neighbourhood == Neighbourhood::Gaussian
                                      ? std::exp(-0.5 * (distance / sigma) * (distance / sigma))
                                      : (distance <= sigma ? 1.0 : 0.0);
            weights[best * neurons + k] = static_cast<float>(weight);
        }
    return weights;
}

} // namespace somnium::som
