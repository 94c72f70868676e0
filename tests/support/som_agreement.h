// SPDX-License-Identifier: GPL-3.0-or-later
// How well a mapping agrees with the reference metric's (SOM.md section 5).
#pragma once

#include <cstddef>
#include <vector>

#include "core/som/mapper.h"

namespace somnium::test
{

struct Agreement
{
    std::size_t sources = 0;
    std::size_t equal = 0;      ///< best match the same
    std::size_t clear = 0;      ///< sources whose two best reference distances differ by more than 1 %
    std::size_t clearEqual = 0; ///< of those, best match the same
    double medianDifference =
        0.0;                   ///< median |distance / reference distance - 1| to the reference's best match
    double meanDistance = 0.0; ///< AQE
    double referenceMeanDistance = 0.0;

    [[nodiscard]] double clearShare() const
    {
        return clear == 0 ? 1.0 : static_cast<double>(clearEqual) / static_cast<double>(clear);
    }
};

/// `full` holds the distances of every pair that go with `mapping`.
[[nodiscard]] Agreement agreementOf(const som::Mapping &mapping, const som::FullMapping &full,
                                    const som::FullMapping &reference);

/// Best and second best of every source, as mapSamples gives them.
[[nodiscard]] som::Mapping bestOf(const som::FullMapping &mapping);

} // namespace somnium::test
