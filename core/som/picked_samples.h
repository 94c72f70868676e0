// SPDX-License-Identifier: GPL-3.0-or-later
// Samples picked out of others.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/data/sample_store.h"

namespace somnium::som
{

/// Samples of others in the order of the picks. Borrows them.
class PickedSamples final : public data::Samples
{
public:
    PickedSamples(const data::Samples &all, std::vector<std::size_t> picks)
        : m_all(all), m_picks(std::move(picks))
    {}
    [[nodiscard]] std::size_t count() const override { return m_picks.size(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_all.shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        return m_all.sample(m_picks[index]);
    }
    void letGo(std::size_t /*first*/, std::size_t /*count*/) const override { m_all.letGo(0, m_all.count()); }

private:
    const data::Samples &m_all;
    std::vector<std::size_t> m_picks;
};

/// `count` of `samples` samples: distinct ones as long as there are any, then again from the first.
[[nodiscard]] std::vector<std::size_t> randomPicks(std::size_t samples, std::size_t count, Random &random);

} // namespace somnium::som
