// SPDX-License-Identifier: GPL-3.0-or-later
// What a network has learned: taken from the device, put there, and kept aside.
#include "core/base/check.h"
#include "core/latent/network.h"

namespace somnium::latent
{

Result<NetworkLayers> Network::layers() const
{
    NetworkLayers layers;
    for (const bool isEncoder : {true, false})
        for (const Part &part : isEncoder ? m_encoder : m_decoder)
        {
            Layer layer = part.layer;
            layer.weights.resize(layer.weightCount());
            layer.biases.resize(layer.biasCount());
            const auto weights = m_ops.download(weightsOf(part, *m_parameters), layer.weights);
            const auto biases = m_ops.download(biasesOf(part, *m_parameters), layer.biases);
            if (!weights || !biases)
                return failure(weights ? biases.error() : weights.error());
            (isEncoder ? layers.encoder : layers.decoder).push_back(std::move(layer));
        }
    return layers;
}

Result<Network::Moments> Network::moments() const
{
    Moments moments;
    moments.first.resize(m_parameterCount);
    moments.second.resize(m_parameterCount);
    const auto first = m_ops.download({m_first.get(), 0, 1, m_parameterCount}, moments.first);
    const auto second = m_ops.download({m_second.get(), 0, 1, m_parameterCount}, moments.second);
    if (!first || !second)
        return failure(first ? second.error() : first.error());
    return moments;
}

Result<void> Network::keep(Copy copy)
{
    std::unique_ptr<compute::Tensor> &to = copy == Copy::Border ? m_border : m_best;
    if (to == nullptr)
    {
        auto made = m_ops.allocate(copy == Copy::Border ? 3 * m_parameterCount : m_parameterCount);
        if (!made)
            return failure(made.error());
        to = std::move(*made);
    }
    m_ops.copy(parameters(), {to.get(), 0, 1, m_parameterCount});
    if (copy == Copy::Best)
        return {};
    m_ops.copy({m_first.get(), 0, 1, m_parameterCount}, {to.get(), m_parameterCount, 1, m_parameterCount});
    m_ops.copy({m_second.get(), 0, 1, m_parameterCount},
               {to.get(), 2 * m_parameterCount, 1, m_parameterCount});
    return {};
}

void Network::recall(Copy copy)
{
    const std::unique_ptr<compute::Tensor> &from = copy == Copy::Border ? m_border : m_best;
    CHECK(from != nullptr);
    m_ops.copy({from.get(), 0, 1, m_parameterCount}, parameters());
    if (copy == Copy::Best)
        return;
    m_ops.copy({from.get(), m_parameterCount, 1, m_parameterCount}, {m_first.get(), 0, 1, m_parameterCount});
    m_ops.copy({from.get(), 2 * m_parameterCount, 1, m_parameterCount},
               {m_second.get(), 0, 1, m_parameterCount});
}

void Network::setMoments(const Moments &moments)
{
    m_ops.upload(moments.first, {m_first.get(), 0, 1, m_parameterCount});
    m_ops.upload(moments.second, {m_second.get(), 0, 1, m_parameterCount});
}

} // namespace somnium::latent
