// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/som_agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace somnium::test
{

som::Mapping bestOf(const som::FullMapping &mapping)
{
    som::Mapping best;
    for (std::size_t i = 0; i < mapping.sources; ++i)
    {
        const float *const distance = mapping.distance.data() + i * mapping.neurons;
        const auto first =
            static_cast<std::size_t>(std::min_element(distance, distance + mapping.neurons) - distance);
        std::size_t second = first;
        float secondDistance = std::numeric_limits<float>::infinity();
        for (std::size_t k = 0; k < mapping.neurons; ++k)
            if (k != first && distance[k] < secondDistance)
            {
                second = k;
                secondDistance = distance[k];
            }
        best.best.push_back(static_cast<std::uint32_t>(first));
        best.second.push_back(static_cast<std::uint32_t>(second));
        best.distance.push_back(distance[first]);
        best.secondDistance.push_back(distance[second]);
        best.transform.push_back(mapping.transform[i * mapping.neurons + first]);
    }
    return best;
}

Agreement agreementOf(const som::Mapping &mapping, const som::FullMapping &full,
                      const som::FullMapping &reference)
{
    const som::Mapping theirs = bestOf(reference);
    Agreement agreement;
    agreement.sources = reference.sources;
    std::vector<double> differences;
    for (std::size_t i = 0; i < reference.sources; ++i)
    {
        const bool isEqual = mapping.best[i] == theirs.best[i];
        const bool isClear = theirs.secondDistance[i] > 1.01F * theirs.distance[i];
        agreement.equal += isEqual ? 1U : 0U;
        agreement.clear += isClear ? 1U : 0U;
        agreement.clearEqual += isClear && isEqual ? 1U : 0U;
        const auto distance = static_cast<double>(full.distance[i * full.neurons + theirs.best[i]]);
        differences.push_back(std::abs(distance / static_cast<double>(theirs.distance[i]) - 1.0));
        agreement.meanDistance += static_cast<double>(mapping.distance[i]);
        agreement.referenceMeanDistance += static_cast<double>(theirs.distance[i]);
    }
    std::sort(differences.begin(), differences.end());
    agreement.medianDifference = differences[differences.size() / 2];
    agreement.meanDistance /= static_cast<double>(reference.sources);
    agreement.referenceMeanDistance /= static_cast<double>(reference.sources);
    return agreement;
}

} // namespace somnium::test
