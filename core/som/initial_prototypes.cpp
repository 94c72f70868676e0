// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/initial_prototypes.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/base/random.h"
#include "core/som/picked_samples.h"
#include "core/som/prototypes.h"

namespace somnium::som
{

namespace
{

constexpr std::uint64_t kInitialisationStream = 1;
/// Of the zero start: neurons that are equal to the bit would never part in a batch.
constexpr double kRipple = 1e-4;

std::vector<float> randomImages(std::size_t values, double amplitude, Random &random)
{
    std::vector<float> images(values);
    std::generate(images.begin(), images.end(),
                  [&] { return static_cast<float>(amplitude * random.uniform()); });
    return images;
}

/// Puts a bright line from corner to corner over each image, in all channels.
void drawDiagonals(std::vector<float> &images, const data::ImageShape &shape)
{
    const std::size_t side = std::min(shape.rows, shape.columns);
    for (std::size_t start = 0; start < images.size(); start += shape.channelSize())
        for (std::size_t i = 0; i < side; ++i)
            images[start + i * shape.columns + i] = 1.0F;
}

Result<std::unique_ptr<compute::Spectra>> prototypesOf(const Som &given, const Som &som,
                                                       compute::Backend &backend, const JobContext &context)
{
    const ImagesAsSamples images(given.prototypes, given.shape);
    const std::size_t neurons = som.layout.neuronCount();
    if (images.count() != neurons || given.shape.channels != som.shape.channels)
        return failure(ErrorKind::Mismatch, "the map to start from has " + std::to_string(images.count()) +
                                                " neurons of " + std::to_string(given.shape.channels) +
                                                " channels: expected " + std::to_string(neurons) + " of " +
                                                std::to_string(som.shape.channels));
    return backend.transform(images, 0, neurons, som.grid, context);
}

} // namespace

std::vector<std::size_t> randomPicks(std::size_t samples, std::size_t count, Random &random)
{
    std::vector<std::size_t> order(samples);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(std::span(order));
    std::vector<std::size_t> picks(count);
    for (std::size_t i = 0; i < count; ++i)
        picks[i] = order[i % samples];
    return picks;
}

Result<data::ImageShape> prototypeShape(const TrainingParams &params, const data::ImageShape &samples)
{
    const std::size_t side = params.neuronSide;
    if (side == 0)
        return samples;
    if (side > std::min(samples.rows, samples.columns))
        return failure(ErrorKind::InvalidArgument,
                       "neurons of " + std::to_string(side) + " pixels: expected at most the images' " +
                           std::to_string(samples.rows) + " x " + std::to_string(samples.columns));
    return data::ImageShape{samples.channels, side, side};
}

Result<std::unique_ptr<compute::Spectra>> initialPrototypes(const Som &som, const data::Samples &samples,
                                                            const Som *given, compute::Backend &backend,
                                                            const JobContext &context)
{
    Random random(som.params.seed, kInitialisationStream);
    const std::size_t neurons = som.layout.neuronCount();
    switch (som.params.initialisation)
    {
    case Initialisation::GivenMap:
        if (given == nullptr)
            return failure(ErrorKind::InvalidArgument, "no map given to start the training from");
        return prototypesOf(*given, som, backend, context);
    case Initialisation::RandomSources: {
        const PickedSamples picked(samples, randomPicks(samples.count(), neurons, random));
        return backend.transform(picked, 0, neurons, som.grid, context);
    }
    case Initialisation::PrincipalAxes:
        return failure(ErrorKind::InvalidArgument, "only maps of vectors start from principal axes");
    case Initialisation::Noise:
    case Initialisation::Zero:
    case Initialisation::PreferredDirection: break;
    }
    const double amplitude = som.params.initialisation == Initialisation::Zero ? kRipple : 1.0;
    std::vector<float> images = randomImages(neurons * som.shape.size(), amplitude, random);
    if (som.params.initialisation == Initialisation::PreferredDirection)
        drawDiagonals(images, som.shape);
    return backend.transform(ImagesAsSamples(images, som.shape), 0, neurons, som.grid, context);
}

} // namespace somnium::som
