// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/signed_weights.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::som
{
namespace
{

TEST(SignedWeights, ArePartedAndAddUp)
{
    const SignedWeights parts = splitBySign({1.0F, -0.25F, 0.0F, 0.5F});
    EXPECT_EQ(parts.attracting, (std::vector<float>{1.0F, 0.0F, 0.0F, 0.5F}));
    EXPECT_EQ(parts.repelling, (std::vector<float>{0.0F, 0.25F, 0.0F, 0.0F}));
    EXPECT_TRUE(splitBySign({1.0F, 0.0F}).repelling.empty());
}

/// Random sources of one coefficient, already laid: means by hand.
TEST(SignedWeights, AreTheWeightedMeanAsLongAsRepulsionIsAQuarterOfAttraction)
{
    test::forAll(50, [](Random &random) {
        constexpr std::size_t kNeurons = 3;
        const std::size_t sources = 1 + random.below(20);
        std::vector<float> weights(kNeurons * kNeurons);
        for (float &weight : weights)
            weight = static_cast<float>(random.uniform(-0.6, 1.0));
        std::vector<std::uint32_t> best;
        std::vector<double> value;
        for (std::size_t i = 0; i < sources; ++i)
        {
            best.push_back(random.below(kNeurons));
            value.push_back(random.uniform(-1.0, 1.0));
        }
        const std::vector<float> before = {5.0F, 6.0F, 7.0F};
        std::vector<float> attracted = before;
        std::vector<float> repelled = before;
        std::vector<double> expected(before.begin(), before.end());
        for (std::size_t k = 0; k < kNeurons; ++k)
        {
            double pull = 0.0;
            double push = 0.0;
            double pulled = 0.0;
            double pushed = 0.0;
            for (std::size_t i = 0; i < sources; ++i)
            {
                const auto h = static_cast<double>(weights[best[i] * kNeurons + k]);
                (h > 0.0 ? pull : push) += std::abs(h);
                (h > 0.0 ? pulled : pushed) += std::abs(h) * value[i];
            }
            if (pull > 0.0)
                attracted[k] = static_cast<float>(pulled / pull);
            if (push > 0.0)
                repelled[k] = static_cast<float>(pushed / push);
            if (pull == 0.0)
                continue;
            const double share = push > 0.0 ? std::min(1.0, pull / (4.0 * push)) : 0.0;
            expected[k] = (pulled - share * pushed) / (pull - share * push);
            EXPECT_LE(std::abs(expected[k]), 5.0 / 3.0 + 1e-9);
        }
        const std::vector<float> found =
            withRepulsion(attracted, repelled, splitBySign(weights), best, 0.0, kNeurons);
        for (std::size_t k = 0; k < kNeurons; ++k)
            EXPECT_NEAR(found[k], expected[k], 1e-4);
    });
}

} // namespace
} // namespace somnium::som
