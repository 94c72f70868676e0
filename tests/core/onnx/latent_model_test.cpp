// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "core/base/bytes.h"
#include "core/onnx/writer.h"
#include "tests/core/onnx/models.h"

namespace somnium::onnx
{
namespace
{

/// Rows with weights, in memory.
class Rows final : public latent::TrainingData
{
public:
    Rows(data::ImageShape shape, std::vector<float> values, std::vector<float> weights)
        : m_shape(shape), m_values(std::move(values)), m_weights(std::move(weights))
    {}
    [[nodiscard]] std::size_t count() const override { return m_values.size() / m_shape.size(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_shape; }
    [[nodiscard]] bool hasWeights() const override { return !m_weights.empty(); }
    void read(std::size_t index, std::span<float> values, std::span<float> weights) const override
    {
        for (std::size_t i = 0; i < m_shape.size(); ++i)
        {
            values[i] = m_values[index * m_shape.size() + i];
            if (!weights.empty())
                weights[i] = hasWeights() ? m_weights[index * m_shape.size() + i] : 1.0F;
        }
    }

private:
    data::ImageShape m_shape;
    std::vector<float> m_values;
    std::vector<float> m_weights;
};

ForeignModel::Files filesOf(const latent::Autoencoder &model)
{
    ForeignModel::Files files;
    files.encoder = encoderToOnnx(model, {}).value();
    files.decoder = decoderToOnnx(model, {}).value();
    files.encoderName = "encoder.onnx";
    files.decoderName = "decoder.onnx";
    return files;
}

latent::Autoencoder dense()
{
    return test::makeModel(test::modelCases().front());
}

TEST(ForeignModel, PlacesManyRowsAsItPlacesOne)
{
    const latent::Autoencoder model = dense();
    const ForeignModel read = ForeignModel::create(filesOf(model), model.shape(), {}).value();
    constexpr std::size_t kCount = 150;
    const std::vector<float> values = test::randomRows(kCount, model.pixels(), model.scaling().mean);
    std::vector<float> weights(values.size(), 4.0F);
    for (std::size_t i = 0; i < weights.size(); i += 7)
        weights[i] = 0.0F;
    std::fill_n(weights.begin(), model.pixels(), 0.0F); // nothing is known of the first
    const auto mapped = read.map(Rows(model.shape(), values, weights), {});
    ASSERT_TRUE(mapped.has_value()) << mapped.error().message;
    EXPECT_EQ(mapped->validCounts.front(), 0U);
    EXPECT_TRUE(std::isnan(mapped->places.reconstructionError.front()));
    std::vector<float> place(2);
    std::vector<float> rebuilt(model.pixels());
    for (const std::size_t i : {1U, 77U, 149U})
    {
        const auto row = std::span(values).subspan(i * model.pixels(), model.pixels());
        const auto weight = std::span(weights).subspan(i * model.pixels(), model.pixels());
        model.encode(row, weight, place);
        EXPECT_LT(test::relativeDifference(std::span(mapped->places.latent).subspan(2 * i, 2), place), 1e-5);
        model.decode(place, rebuilt);
        double sum = 0.0;
        std::uint32_t valid = 0;
        for (std::size_t p = 0; p < rebuilt.size(); ++p)
        {
            sum += double{weight[p]} * std::pow(double{row[p]} - double{rebuilt[p]}, 2.0);
            valid += weight[p] > 0.0F ? 1U : 0U;
        }
        EXPECT_EQ(mapped->validCounts[i], valid);
        EXPECT_NEAR(double{mapped->places.reconstructionError[i]} * valid, sum, 1e-4 * sum);
    }
}

TEST(ForeignModel, WithoutADecoderItPlacesAndDrawsNothing)
{
    const latent::Autoencoder model = dense();
    ForeignModel::Files files = filesOf(model);
    files.decoder.clear();
    const ForeignModel read = ForeignModel::create(files, model.shape(), {}).value();
    EXPECT_FALSE(LatentModel(read).canDecode());
    std::vector<float> rebuilt(model.pixels(), 1.0F);
    read.decode(std::vector<float>{0.1F, 0.2F}, rebuilt);
    EXPECT_TRUE(std::isnan(rebuilt.front()));
    const auto mapped = read.map(Rows(model.shape(), test::randomRows(3, model.pixels()), {}), {});
    ASSERT_TRUE(mapped.has_value());
    EXPECT_TRUE(std::isfinite(mapped->places.latent.front()));
    EXPECT_TRUE(std::isnan(mapped->places.reconstructionError.front()));
}

TEST(ForeignModel, SizesThatDoNotFitAreToldWithBothNumbers)
{
    const latent::Autoencoder model = dense();
    const ForeignModel::Files files = filesOf(model);
    const auto other = ForeignModel::create(files, {1, 1, 60}, {});
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().kind, ErrorKind::Mismatch);
    EXPECT_NE(other.error().message.find("encoder.onnx"), std::string::npos) << other.error().message;
    EXPECT_NE(other.error().message.find("61"), std::string::npos) << other.error().message;
    EXPECT_NE(other.error().message.find("60"), std::string::npos) << other.error().message;

    ForeignModel::Files swapped = files;
    std::swap(swapped.encoder, swapped.decoder);
    EXPECT_EQ(ForeignModel::create(swapped, model.shape(), {}).error().kind, ErrorKind::Mismatch);

    ForeignModel::Files mixed = files;
    mixed.decoder = filesOf(test::makeModel(test::modelCases()[1])).decoder;
    EXPECT_EQ(ForeignModel::create(mixed, model.shape(), {}).error().kind, ErrorKind::Mismatch);

    EXPECT_EQ(ForeignModel::create(files, model.shape(), {1.0F, 2.0F}).error().kind, ErrorKind::Mismatch);

    ForeignModel::Files named = files;
    named.output = "mean";
    const auto unnamed = ForeignModel::create(named, model.shape(), {});
    EXPECT_EQ(unnamed.error().kind, ErrorKind::NotFound);
    EXPECT_NE(unnamed.error().message.find("'latent'"), std::string::npos) << unnamed.error().message;

    const ForeignModel read = ForeignModel::create(files, model.shape(), {}).value();
    EXPECT_EQ(read.map(Rows({1, 1, 60}, test::randomRows(3, 60), {}), {}).error().kind, ErrorKind::Mismatch);
}

TEST(ForeignModel, StopsWhenAsked)
{
    const latent::Autoencoder model = dense();
    const ForeignModel read = ForeignModel::create(filesOf(model), model.shape(), {}).value();
    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    const auto mapped = read.map(Rows(model.shape(), test::randomRows(200, model.pixels()), {}), context);
    EXPECT_EQ(mapped.error().kind, ErrorKind::Cancelled);
}

TEST(LatentModel, OfBothKindsComesBackFromItsBytes)
{
    const latent::Autoencoder model = dense();
    const auto ours = deserialiseLatentModel(serialise(LatentModel(model)));
    ASSERT_TRUE(ours.has_value()) << ours.error().message;
    ASSERT_NE(ours->autoencoder(), nullptr);
    EXPECT_TRUE(*ours->autoencoder() == model);

    for (const bool hasDecoder : {true, false})
    {
        ForeignModel::Files files = filesOf(model);
        if (!hasDecoder)
            files.decoder.clear();
        std::vector<float> fill(model.pixels(), 3.0F);
        const ForeignModel foreign = ForeignModel::create(files, model.shape(), fill).value();
        const auto read = deserialiseLatentModel(serialise(LatentModel(foreign)));
        ASSERT_TRUE(read.has_value()) << read.error().message;
        ASSERT_NE(read->foreign(), nullptr);
        EXPECT_EQ(read->canDecode(), hasDecoder);
        EXPECT_EQ(read->foreign()->fill(), fill);
        EXPECT_TRUE(read->shape() == model.shape());
        const std::vector<float> rows = test::randomRows(5, model.pixels());
        EXPECT_EQ(read->foreign()->encoder().run(rows).value(), foreign.encoder().run(rows).value());
    }
}

TEST(LatentModel, DamagedBytesAreErrors)
{
    const latent::Autoencoder model = test::makeModel(test::modelCases()[1]);
    const ForeignModel foreign = ForeignModel::create(filesOf(model), model.shape(), {}).value();
    const std::vector<std::byte> whole = serialise(LatentModel(foreign));
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 50)
        EXPECT_FALSE(deserialiseLatentModel(std::span(whole).first(size)).has_value()) << size;
    // With a checksum that fits, too: what is inside is looked at all the same.
    for (std::size_t at = 8; at + 8 < whole.size(); at += 1 + at / 40)
    {
        std::vector<std::byte> bytes = whole;
        bytes[at] ^= std::byte{0xFF};
        const std::uint64_t sum = fnv1a(std::span(bytes).first(bytes.size() - 8));
        std::memcpy(bytes.data() + bytes.size() - 8, &sum, sizeof(sum));
        const auto read = deserialiseLatentModel(bytes);
        EXPECT_LE(read ? read->latentSize() : 0, 64U);
    }
}

} // namespace
} // namespace somnium::onnx
