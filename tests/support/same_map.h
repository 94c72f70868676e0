// SPDX-License-Identifier: GPL-3.0-or-later
// Whether two trainings have made the same map, to the bit.
#pragma once

#include <gtest/gtest.h>

#include "core/som/som.h"

namespace somnium::test
{

/// Everything but the speed, which no two runs share, and what the user was told.
inline void expectSameMap(const som::Som &map, const som::Som &expected)
{
    EXPECT_EQ(map.spectra, expected.spectra);
    EXPECT_EQ(map.prototypes, expected.prototypes);
    ASSERT_EQ(map.history.size(), expected.history.size());
    for (std::size_t i = 0; i < expected.history.size(); ++i)
    {
        EXPECT_EQ(map.history[i].epoch, expected.history[i].epoch);
        EXPECT_EQ(map.history[i].sigma, expected.history[i].sigma);
        EXPECT_EQ(map.history[i].meanDistance, expected.history[i].meanDistance);
        EXPECT_EQ(map.history[i].topographicError, expected.history[i].topographicError);
        EXPECT_EQ(map.history[i].emptyNeurons, expected.history[i].emptyNeurons);
        EXPECT_EQ(map.history[i].images, expected.history[i].images);
    }
}

} // namespace somnium::test
