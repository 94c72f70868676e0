// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/decoded_field.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "tests/support/property.h"

namespace somnium::latent
{
namespace
{

using ::testing::HasSubstr;

std::unique_ptr<compute::Backend> cpu()
{
    return compute::cpu::CpuBackend::create().value();
}

/// A model that nobody trained: any weights will do.
Autoencoder anyModel(const AutoencoderParams &params, const data::ImageShape &shape, Random &random)
{
    InputScaling scaling{.mean = std::vector<float>(shape.size()), .scale = 0.7F};
    for (float &mean : scaling.mean)
        mean = static_cast<float>(random.uniform(-1.0, 1.0));
    return Autoencoder::create(params, shape, scaling, makeLayers(params, shape)).value();
}

AutoencoderParams denseParams(std::size_t z)
{
    AutoencoderParams params;
    params.widths = {40, 12};
    params.latentSize = z;
    return params;
}

/// One linear layer: value of pixel j = sum_d z_d weights[d][j].
Autoencoder linearModel(std::size_t z, std::size_t pixels, const std::vector<float> &weights)
{
    AutoencoderParams params;
    params.widths = {};
    params.latentSize = z;
    NetworkLayers layers = makeLayers(params, {1, 1, pixels});
    layers.decoder.back().weights = weights;
    return Autoencoder::create(params, {1, 1, pixels}, {std::vector<float>(pixels, 0.0F), 1.0F}, layers)
        .value();
}

std::vector<float> normals(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    return values;
}

/// Sources and how they are seen.
struct Seen
{
    Seen(std::vector<float> all, LatentPlane through)
        : places(std::move(all)), plane(std::move(through)), x(plane.xOf(places)), y(plane.yOf(places))
    {}
    [[nodiscard]] PlaneSources sources() const { return {&plane, places, {x, y}}; }

    std::vector<float> places;
    LatentPlane plane;
    std::vector<float> x;
    std::vector<float> y;
};

SampleMeasure pixelItself(std::size_t pixel)
{
    return {{pixel}, [](std::span<const float> values) { return static_cast<double>(values[0]); }};
}

TEST(DecodePixels, GiveWhatTheWholeDecoderGivesThere)
{
    AutoencoderParams convolution = defaultParams(AutoencoderKind::Convolution1d);
    convolution.channels = {3, 4};
    convolution.widths = {6};
    AutoencoderParams images = defaultParams(AutoencoderKind::Convolution2d);
    images.channels = {3, 2};
    images.widths = {5};
    AutoencoderParams variational = denseParams(3);
    variational.isVariational = true;
    const std::vector<std::pair<AutoencoderParams, data::ImageShape>> models = {
        {denseParams(2), {1, 1, 90}}, {variational, {1, 1, 31}}, {denseParams(1), {2, 4, 5}},
        {convolution, {1, 1, 64}},    {images, {3, 6, 5}},
    };
    const auto backend = cpu();
    for (const auto &one : models)
        test::forAll(3, [&](Random &random) {
            const Autoencoder model = anyModel(one.first, one.second, random);
            const std::size_t count = 1 + random.below(2500); // more than a batch, or less
            const std::vector<float> latent = normals(count * model.latentSize(), random);
            std::vector<std::size_t> pixels(1 + random.below(12));
            for (std::size_t &pixel : pixels)
                pixel = random.below(static_cast<std::uint32_t>(model.pixels()));
            const auto whole = model.decode(latent, *backend, {});
            ASSERT_TRUE(whole);
            std::vector<float> part;
            const auto done = decodePixels(model, latent, pixels, *backend, {},
                                           [&](std::size_t first, std::span<const float> values) {
                                               EXPECT_EQ(first * pixels.size(), part.size());
                                               part.insert(part.end(), values.begin(), values.end());
                                           });
            ASSERT_TRUE(done) << done.error().message;
            ASSERT_EQ(part.size(), count * pixels.size());
            for (std::size_t i = 0; i < part.size(); ++i)
                EXPECT_NEAR(part[i], (*whole)[i / pixels.size() * model.pixels() + pixels[i % pixels.size()]],
                            2e-5);
        });
}

TEST(DecodePixels, RefuseWhatIsNotThereAndStop)
{
    Random random(3);
    const Autoencoder model = anyModel(denseParams(2), {1, 1, 20}, random);
    const auto backend = cpu();
    const auto none = [](std::size_t, std::span<const float>) {
        ADD_FAILURE() << "nothing is to be decoded";
    };
    const std::vector<std::size_t> beyond = {3, 20};
    const std::vector<std::size_t> good = {3};
    const std::vector<float> latent(6, 0.0F);
    const auto wrongPixel = decodePixels(model, latent, beyond, *backend, {}, none);
    ASSERT_FALSE(wrongPixel);
    EXPECT_EQ(wrongPixel.error().kind, ErrorKind::Mismatch);
    EXPECT_THAT(wrongPixel.error().message, HasSubstr("pixel 20"));
    EXPECT_EQ(decodePixels(model, std::span(latent).first(5), good, *backend, {}, none).error().kind,
              ErrorKind::Mismatch);
    EXPECT_TRUE(decodePixels(model, {}, good, *backend, {}, none));
    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    EXPECT_EQ(decodePixels(model, latent, good, *backend, context, none).error().kind, ErrorKind::Cancelled);
}

TEST(DecodedField, IsTheMeasureOfWhatIsDecodedAtTheCentreOfEachCell)
{
    Random random(11);
    const Autoencoder model = anyModel(denseParams(2), {1, 1, 50}, random);
    const std::vector<float> places = normals(4000, random);
    const Seen seen(places, coordinatePlane(places, 2, 0, 1));
    const SampleMeasure measure{{7, 30}, [](std::span<const float> values) {
                                    return static_cast<double>(values[0]) -
                                           2.0 * static_cast<double>(values[1]);
                                }};
    FieldParams params;
    params.side = 40;
    params.minimumPoints = 4.0;
    const PlaneRect rect = boundsOf(seen.sources().points);
    const auto field = decodedField(model, measure, seen.sources(), rect, params, *cpu(), {});
    ASSERT_TRUE(field) << field.error().message;
    std::vector<float> values(50);
    std::size_t there = 0;
    for (std::size_t cell = 0; cell < field->value.size(); ++cell)
    {
        const bool isSupported = static_cast<double>(field->support[cell]) >= params.minimumPoints;
        EXPECT_EQ(std::isfinite(field->value[cell]), isSupported);
        if (!isSupported)
            continue;
        const PlanePoint at = field->centre(cell / 40, cell % 40);
        const std::vector<float> latent = {static_cast<float>(at.x), static_cast<float>(at.y)};
        model.decode(latent, values);
        EXPECT_NEAR(field->value[cell], values[7] - 2.0F * values[30], 2e-5);
        ++there;
    }
    EXPECT_GT(there, 200U);
    EXPECT_LT(there, 1500U); // the corners have no sources
    EXPECT_TRUE(field->error.empty());
}

TEST(DecodedField, WhatCannotBeMeasuredHasNoValue)
{
    const Autoencoder model = linearModel(2, 3, {1.0F, 0.0F, 0.0F, 0.0F, 1.0F, 0.0F});
    Random random(5);
    const std::vector<float> places = normals(2000, random);
    const Seen seen(places, coordinatePlane(places, 2, 0, 1));
    const SampleMeasure measure{{0}, [](std::span<const float> values) {
                                    return values[0] > 0.0F ? std::log(static_cast<double>(values[0]))
                                                            : std::numeric_limits<double>::quiet_NaN();
                                }};
    FieldParams params;
    params.side = 20;
    const auto field =
        decodedField(model, measure, seen.sources(), boundsOf(seen.sources().points), params, *cpu(), {});
    ASSERT_TRUE(field);
    for (std::size_t cell = 0; cell < field->value.size(); ++cell)
    {
        if (static_cast<double>(field->support[cell]) < params.minimumPoints)
            continue;
        EXPECT_EQ(std::isfinite(field->value[cell]), field->centre(cell / 20, cell % 20).x > 0.0);
    }
}

// The third coordinate is not on the plane; it depends on the place there, and the decoder shows it.
TEST(DecodedField, TakesWhatThePlaneDoesNotShowFromTheSourcesNearby)
{
    Random random(7);
    std::vector<float> places;
    for (std::size_t i = 0; i < 6000; ++i)
    {
        const double x = random.uniform(-1.0, 1.0);
        const double y = random.uniform(-1.0, 1.0);
        places.insert(places.end(),
                      {static_cast<float>(x), static_cast<float>(3.0 + x * y + 0.2 * random.normal()),
                       static_cast<float>(y)});
    }
    const Autoencoder model = linearModel(3, 1, {0.0F, 1.0F, 0.0F});
    const Seen seen(places, coordinatePlane(places, 3, 0, 2));
    FieldParams params;
    params.side = 32;
    const auto field =
        decodedField(model, pixelItself(0), seen.sources(), {-0.9, 0.9, -0.9, 0.9}, params, *cpu(), {});
    ASSERT_TRUE(field) << field.error().message;
    double squares = 0.0;
    for (std::size_t cell = 0; cell < field->value.size(); ++cell)
    {
        const PlanePoint at = field->centre(cell / 32, cell % 32);
        const double off = static_cast<double>(field->value[cell]) - (3.0 + at.x * at.y);
        squares += off * off;
    }
    // Noise of 0.2 over some 2 pi 3^2 sources; the global mean would be off by 0.27.
    EXPECT_LT(std::sqrt(squares / static_cast<double>(field->value.size())), 0.05);
}

// Principal axes lie askew in the space: what is off the plane has all coordinates.
TEST(DecodedField, OfAPrincipalPlaneComesFromWhereTheSourcesAre)
{
    Random random(9);
    std::vector<float> places;
    for (std::size_t i = 0; i < 6000; ++i)
    {
        const double a = random.uniform(-2.0, 2.0);
        const double b = random.uniform(-1.0, 1.0);
        const double off = 0.3 * std::cos(2.0 * a); // a sheet that is bent
        places.insert(places.end(), {static_cast<float>(0.8 * a - 0.6 * off),
                                     static_cast<float>(0.6 * a + 0.8 * off), static_cast<float>(b)});
    }
    const Seen seen(places, principalPlane(places, 3));
    FieldParams params;
    params.side = 64;
    params.bandwidth = 1.5;
    const PlaneRect rect{-1.7, 1.7, -0.8, 0.8};
    for (const std::size_t pixel : {0U, 1U, 2U})
    {
        const Autoencoder model = linearModel(3, 3, {1.0F, 0.0F, 0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F, 1.0F});
        const auto field = decodedField(model, pixelItself(pixel), seen.sources(), rect, params, *cpu(), {});
        const auto observed = [&] {
            std::vector<double> column;
            for (std::size_t i = pixel; i < places.size(); i += 3)
                column.push_back(static_cast<double>(places[i]));
            return observedField(seen.sources().points, column, rect, params, {});
        }();
        ASSERT_TRUE(field && observed);
        for (std::size_t cell = 0; cell < field->value.size(); ++cell)
            EXPECT_NEAR(field->value[cell], observed->value[cell], 0.06);
    }
}

TEST(DecodedField, RefusesWhatDoesNotFit)
{
    Random random(2);
    const Autoencoder model = anyModel(denseParams(2), {1, 1, 10}, random);
    const std::vector<float> places = normals(300, random);
    const Seen three(places, coordinatePlane(places, 3, 0, 1));
    const auto wrong = decodedField(model, pixelItself(0), three.sources(), {}, {}, *cpu(), {});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, ErrorKind::Mismatch);
    const Seen two(places, coordinatePlane(places, 2, 0, 1));
    EXPECT_EQ(decodedField(model, pixelItself(10), two.sources(), {-3.0, 3.0, -3.0, 3.0}, {}, *cpu(), {})
                  .error()
                  .kind,
              ErrorKind::Mismatch);
    EXPECT_EQ(
        decodedField(model, pixelItself(0), two.sources(), {0.0, 0.0, 0.0, 1.0}, {}, *cpu(), {}).error().kind,
        ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::latent
