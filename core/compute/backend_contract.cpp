// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend_contract.h"

#include <numbers>
#include <string>

namespace somnium::compute
{

Result<void> checkRange(const data::Samples &samples, std::size_t first, std::size_t count)
{
    if (first > samples.count() || count > samples.count() - first)
        return failure(ErrorKind::InvalidArgument,
                       "samples " + std::to_string(first) + " to " + std::to_string(first + count) +
                           " asked for, there are " + std::to_string(samples.count()));
    return {};
}

Result<void> checkSpectra(std::span<const float> spectra, std::size_t count, const PolarGrid &grid)
{
    if (auto valid = validate(grid); !valid)
        return valid;
    if (spectra.size() != count * grid.coefficientCount())
        return failure(ErrorKind::Mismatch, "spectra hold " + std::to_string(spectra.size()) +
                                                " values: expected " + std::to_string(count) + " times " +
                                                std::to_string(grid.coefficientCount()));
    return {};
}

Result<void> checkSpectra(const HalfSpectra &spectra)
{
    if (auto valid = validate(spectra.grid); !valid)
        return valid;
    const std::size_t count = spectra.count();
    if (spectra.rowSize != halfRowSize(spectra.grid) || spectra.values.size() != count * spectra.rowSize ||
        spectra.energies.size() != count)
        return failure(ErrorKind::Mismatch, "half-precision spectra do not have the size of their grid's");
    return {};
}

Result<void> checkPair(const Spectra &images, const Spectra &prototypes)
{
    if (!(images.grid() == prototypes.grid()))
        return failure(ErrorKind::Mismatch, "images and prototypes lie on different polar grids");
    if (prototypes.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no prototypes to compare with");
    return {};
}

Result<void> checkUpdate(const Spectra &prototypes, const UpdateOptions &options)
{
    const std::size_t neurons = prototypes.count();
    if (neurons == 0)
        return failure(ErrorKind::InvalidArgument, "no prototypes to compare with");
    if (options.neighbourhood.size() != neurons * neurons)
        return failure(ErrorKind::Mismatch, "neighbourhood has " +
                                                std::to_string(options.neighbourhood.size()) +
                                                " weights: expected " + std::to_string(neurons) + " squared");
    return {};
}

std::vector<double> weightSums(const UpdateOptions &options, std::span<const std::size_t> hits)
{
    const std::size_t neurons = hits.size();
    std::vector<double> sums(neurons);
    for (std::size_t k = 0; k < neurons; ++k)
        for (std::size_t b = 0; b < neurons; ++b)
        {
            const float h = options.neighbourhood[b * neurons + k];
            if (h >= static_cast<float>(options.minimumWeight))
                sums[k] += static_cast<double>(h) * static_cast<double>(hits[b]);
        }
    return sums;
}

float angleRadFromSteps(float steps, const PolarGrid &grid)
{
    constexpr auto kTurn = static_cast<float>(2.0 * std::numbers::pi);
    const float angleRad = steps * (kTurn / static_cast<float>(grid.angles));
    return angleRad < kTurn ? angleRad : 0.0F;
}

} // namespace somnium::compute
