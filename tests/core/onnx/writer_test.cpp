// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>
#include <map>

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "core/onnx/writer.h"
#include "tests/core/onnx/models.h"
#include "tests/support/temporary_folder.h"

namespace somnium::onnx
{
namespace
{

using test::ModelCase;

/// A model that has been written and read.
ForeignModel readBack(const latent::Autoencoder &model)
{
    ForeignModel::Files files;
    files.encoder = encoderToOnnx(model, {}).value();
    files.decoder = decoderToOnnx(model, {}).value();
    files.encoderName = "encoder.onnx";
    files.decoderName = "decoder.onnx";
    return ForeignModel::create(files, model.shape(), {}).value();
}

TEST(OnnxWriter, WhatIsWrittenReadsBackAsTheSameModel)
{
    for (const ModelCase &one : test::modelCases())
    {
        SCOPED_TRACE(one.name);
        const latent::Autoencoder model = test::makeModel(one);
        const ForeignModel read = readBack(model);
        EXPECT_EQ(read.latentSize(), model.latentSize());
        EXPECT_TRUE(read.canDecode());
        EXPECT_EQ(read.fill(), model.scaling().mean);
        const std::vector<float> rows = test::randomRows(40, model.pixels(), model.scaling().mean);
        const std::vector<float> places = test::encoded(model, rows);
        EXPECT_LT(test::relativeDifference(read.encoder().run(rows).value(), places), 1e-5);
        EXPECT_LT(test::relativeDifference(read.decoder()->run(places).value(), test::decoded(model, places)),
                  1e-5);
    }
}

TEST(OnnxWriter, PixelsThatAreNotThereAreLeftOutAsInTheModelItself)
{
    const latent::Autoencoder model = test::makeModel(test::modelCases().front());
    const ForeignModel read = readBack(model);
    std::vector<float> values = test::randomRows(1, model.pixels(), model.scaling().mean);
    std::vector<float> weights(model.pixels(), 1.0F);
    values[3] = std::numeric_limits<float>::quiet_NaN();
    weights[7] = 0.0F;
    std::vector<float> expected(model.latentSize());
    std::vector<float> found(model.latentSize());
    model.encode(values, weights, expected);
    read.encode(values, weights, found);
    EXPECT_LT(test::relativeDifference(found, expected), 1e-5);
    values[7] = 1e6F;
    std::vector<float> again(model.latentSize());
    read.encode(values, weights, again);
    EXPECT_EQ(again, found);
}

::onnx::ModelProto parsed(const std::vector<std::byte> &bytes)
{
    ::onnx::ModelProto proto;
    EXPECT_TRUE(proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return proto;
}

TEST(OnnxWriter, TheFileSaysWhatItIs)
{
    const latent::Autoencoder model = test::makeModel(test::modelCases().front());
    const ::onnx::ModelProto proto = parsed(encoderToOnnx(model, {{"Map", "my stars"}}).value());
    EXPECT_EQ(proto.producer_name(), "Somnium");
    EXPECT_EQ(proto.graph().input(0).name(), "flux");
    EXPECT_EQ(proto.graph().output(0).name(), "latent");
    EXPECT_EQ(proto.graph().input(0).type().tensor_type().shape().dim(0).dim_param(), "N");
    EXPECT_EQ(proto.graph().input(0).type().tensor_type().shape().dim(1).dim_value(), 61);
    std::map<std::string, std::string> notes;
    for (const auto &entry : proto.metadata_props())
        notes[entry.key()] = entry.value();
    EXPECT_EQ(notes.at("Map"), "my stars");
    EXPECT_EQ(notes.at("pixels"), "61");
    EXPECT_EQ(notes.at("latent_size"), "2");
    EXPECT_EQ(notes.at("variational"), "false");
}

TEST(OnnxWriter, FilesAreWrittenWholeBesideEachOther)
{
    const somnium::test::TemporaryFolder folder;
    const latent::Autoencoder model = test::makeModel(test::modelCases().front());
    const auto files = writeOnnx(model, folder / "stars", {});
    ASSERT_TRUE(files.has_value()) << files.error().message;
    EXPECT_EQ(files->encoder, folder / "stars_encoder.onnx");
    EXPECT_EQ(files->decoder, folder / "stars_decoder.onnx");
    EXPECT_EQ(readModelFile(files->encoder).value(), encoderToOnnx(model, {}).value());
    EXPECT_EQ(readModelFile(files->decoder).value(), decoderToOnnx(model, {}).value());
    EXPECT_EQ(writeOnnx(model, folder / "no folder" / "stars", {}).error().kind, ErrorKind::WriteFailed);
}

} // namespace
} // namespace somnium::onnx
