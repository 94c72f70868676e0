// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are cut, damaged, or made to do harm: a clear error, in no time and no memory.
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "core/base/random.h"
#include "core/onnx/network.h"
#include "core/onnx/writer.h"
#include "tests/core/onnx/models.h"
#include "tests/support/temporary_folder.h"

namespace somnium::onnx
{
namespace
{

using Proto = ::onnx::ModelProto;
using Sizes = std::vector<std::int64_t>;

constexpr std::size_t kPixels = 6;

std::vector<std::byte> toBytes(const Proto &proto)
{
    std::vector<std::byte> bytes(proto.ByteSizeLong());
    EXPECT_TRUE(proto.SerializePartialToArray(bytes.data(), static_cast<int>(bytes.size())));
    return bytes;
}

Result<Network> read(const std::vector<std::byte> &bytes, const std::filesystem::path &folder = {})
{
    return Network::create(bytes, {"file.onnx", folder, "", {1, 1, kPixels}, "a spectrum"});
}

::onnx::NodeProto &addNode(Proto &proto, const char *operation, const std::vector<std::string> &inputs,
                           const char *output)
{
    auto *const node = proto.mutable_graph()->add_node();
    node->set_op_type(operation);
    for (const std::string &input : inputs)
        node->add_input(input);
    node->add_output(output);
    return *node;
}

void addSizes(::onnx::NodeProto &node, const char *name, const Sizes &sizes)
{
    auto *const attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(::onnx::AttributeProto::INTS);
    for (const std::int64_t size : sizes)
        attribute->add_ints(size);
}

void addNumber(::onnx::NodeProto &node, const char *name, std::int64_t number)
{
    auto *const attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(::onnx::AttributeProto::INT);
    attribute->set_i(number);
}

::onnx::TensorProto &addFloats(Proto &proto, const char *name, const Sizes &shape, std::size_t count)
{
    auto *const tensor = proto.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(::onnx::TensorProto::FLOAT);
    for (const std::int64_t size : shape)
        tensor->add_dims(size);
    for (std::size_t i = 0; i < count; ++i)
        tensor->add_float_data(0.5F);
    return *tensor;
}

void addIntegers(Proto &proto, const char *name, const Sizes &values)
{
    auto *const tensor = proto.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(::onnx::TensorProto::INT64);
    tensor->add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values)
        tensor->add_int64_data(value);
}

/// "x" [N, 6] to "y", nothing between.
Proto emptyModel()
{
    Proto proto;
    proto.set_ir_version(7);
    proto.add_opset_import()->set_version(13);
    auto *const input = proto.mutable_graph()->add_input();
    input->set_name("x");
    auto *const type = input->mutable_type()->mutable_tensor_type();
    type->set_elem_type(::onnx::TensorProto::FLOAT);
    type->mutable_shape()->add_dim()->set_dim_param("N");
    type->mutable_shape()->add_dim()->set_dim_value(kPixels);
    proto.mutable_graph()->add_output()->set_name("y");
    return proto;
}

Proto denseModel()
{
    Proto proto = emptyModel();
    addFloats(proto, "w", {kPixels, 2}, 2 * kPixels);
    addNode(proto, "MatMul", {"x", "w"}, "y");
    return proto;
}

/// The rows of "x" as maps [N, 1, 6].
Proto mapModel()
{
    Proto proto = emptyModel();
    addIntegers(proto, "axes", {1});
    addNode(proto, "Unsqueeze", {"x", "axes"}, "m");
    return proto;
}

void expectRefused(const Proto &proto, const std::string &words, ErrorKind kind)
{
    const auto network = read(toBytes(proto));
    ASSERT_FALSE(network.has_value()) << "expected an error with '" << words << "'";
    EXPECT_EQ(network.error().kind, kind) << network.error().message;
    EXPECT_NE(network.error().message.find(words), std::string::npos) << network.error().message;
    EXPECT_TRUE(network.error().message.starts_with("file.onnx: ")) << network.error().message;
    EXPECT_LT(network.error().message.size(), 500U);
}

TEST(OnnxHostile, EveryTruncationIsAnErrorOrStillTheSameNetwork)
{
    test::ModelCase one = test::modelCases().front();
    one.params.widths = {3};
    one.shape = {1, 1, kPixels};
    const std::vector<std::byte> whole = encoderToOnnx(test::makeModel(one), {}).value();
    const std::vector<float> rows = test::randomRows(2, kPixels);
    const std::vector<float> expected = read(whole).value().run(rows).value();
    std::size_t good = 0;
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const auto network = read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        if (!network)
            continue;
        // Cut behind all that counts, between two notes.
        ++good;
        EXPECT_EQ(network->run(rows).value(), expected) << size;
    }
    EXPECT_LT(good, 20U);
}

TEST(OnnxHostile, DamageIsAnErrorOrGivesNumbers)
{
    test::ModelCase one = test::modelCases()[5];
    one.params.widths = {3};
    one.shape = {1, 1, kPixels};
    const std::vector<std::byte> whole = encoderToOnnx(test::makeModel(one), {}).value();
    const std::vector<float> rows = test::randomRows(2, kPixels);
    Random random(7);
    for (int i = 0; i < 4000; ++i)
    {
        std::vector<std::byte> bytes = whole;
        for (std::uint32_t changes = 1 + random.below(3); changes > 0; --changes)
            bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] =
                static_cast<std::byte>(random.below(256));
        const auto network = read(bytes);
        if (!network)
            continue;
        EXPECT_EQ(network->run(rows).value().size(), 2 * network->outputSize());
    }
}

TEST(OnnxHostile, WhatIsNoModelIsToldToBeNone)
{
    EXPECT_EQ(read({}).error().kind, ErrorKind::Malformed);
    EXPECT_EQ(read(std::vector<std::byte>(100)).error().kind, ErrorKind::Malformed);
    EXPECT_EQ(read(std::vector<std::byte>(100, std::byte{'a'})).error().kind, ErrorKind::Malformed);
    expectRefused(emptyModel(), "no graph", ErrorKind::Malformed);
    Proto proto = denseModel();
    proto.clear_opset_import();
    expectRefused(proto, "which operations", ErrorKind::Malformed);
    proto.add_opset_import()->set_version(3);
    expectRefused(proto, "version 3", ErrorKind::Unsupported);
    EXPECT_EQ(readModelFile("/no/such/file.onnx").error().kind, ErrorKind::NotFound);
}

TEST(OnnxHostile, GraphsThatDoNotHangTogether)
{
    Proto circle = emptyModel();
    addNode(circle, "Add", {"x", "b"}, "a");
    addNode(circle, "Relu", {"a"}, "b");
    addNode(circle, "Relu", {"b"}, "y");
    expectRefused(circle, "nothing before it makes its input 2", ErrorKind::Malformed);

    Proto itself = emptyModel();
    addNode(itself, "Add", {"x", "y"}, "y");
    expectRefused(itself, "nothing before it makes", ErrorKind::Malformed);

    Proto twice = denseModel();
    addNode(twice, "Relu", {"x"}, "y");
    expectRefused(twice, "writes what is there already", ErrorKind::Malformed);

    Proto overInput = denseModel();
    addNode(overInput, "Relu", {"y"}, "x");
    expectRefused(overInput, "writes what is there already", ErrorKind::Malformed);

    Proto nowhere = denseModel();
    nowhere.mutable_graph()->mutable_output(0)->set_name("z");
    expectRefused(nowhere, "needs 0 inputs", ErrorKind::Unsupported);

    Proto constant = emptyModel();
    addFloats(constant, "w", {1, 2}, 2);
    addNode(constant, "Relu", {"w"}, "y");
    expectRefused(constant, "needs 0 inputs", ErrorKind::Unsupported);
}

TEST(OnnxHostile, OperationsThatAreNotComputedAreNamed)
{
    Proto proto = emptyModel();
    addNode(proto, "Loop", {"x"}, "y").set_name("the loop");
    expectRefused(proto, "Loop 'the loop'", ErrorKind::Unsupported);
    proto.mutable_graph()->mutable_node(0)->set_op_type("Relu");
    proto.mutable_graph()->mutable_node(0)->set_domain("evil");
    expectRefused(proto, "evil.Relu", ErrorKind::Unsupported);
    proto.mutable_graph()->mutable_node(0)->set_op_type(std::string(100000, 'a'));
    expectRefused(proto, "...", ErrorKind::Unsupported);
}

TEST(OnnxHostile, WrongTypesAndCounts)
{
    Proto few = denseModel();
    few.mutable_graph()->mutable_initializer(0)->mutable_float_data()->RemoveLast();
    expectRefused(few, "array 'w' holds 11 numbers", ErrorKind::Malformed);

    Proto negative = denseModel();
    negative.mutable_graph()->mutable_initializer(0)->set_dims(0, -6);
    expectRefused(negative, "axis of -6", ErrorKind::Malformed);

    Proto text = denseModel();
    text.mutable_graph()->mutable_initializer(0)->set_data_type(::onnx::TensorProto::STRING);
    expectRefused(text, "type 8", ErrorKind::Unsupported);

    Proto integers = emptyModel();
    addIntegers(integers, "w", {1, 2, 3});
    addNode(integers, "MatMul", {"x", "w"}, "y");
    expectRefused(integers, "holds integers", ErrorKind::Unsupported);

    Proto odd = denseModel();
    odd.mutable_graph()->mutable_initializer(0)->clear_float_data();
    odd.mutable_graph()->mutable_initializer(0)->set_raw_data(std::string(49, 'x'));
    expectRefused(odd, "ends within a number", ErrorKind::Malformed);

    Proto missing = emptyModel();
    addNode(missing, "MatMul", {"x"}, "y");
    expectRefused(missing, "input 2 is missing", ErrorKind::Malformed);

    Proto unsuitable = denseModel();
    unsuitable.mutable_graph()->mutable_initializer(0)->set_dims(0, 4);
    unsuitable.mutable_graph()->mutable_initializer(0)->set_dims(1, 3);
    expectRefused(unsuitable, "does not go with", ErrorKind::Mismatch);
}

TEST(OnnxHostile, SizesThatNobodyHas)
{
    constexpr std::int64_t kHuge = std::int64_t{1} << 62U;
    const std::vector<Sizes> all = {{kHuge, 4}, {kHuge, kHuge}, {1 << 20U, 1 << 20U}, {0, kHuge, kHuge}};
    for (const Sizes &shape : all)
    {
        Proto proto = emptyModel();
        addFloats(proto, "w", shape, 4);
        addNode(proto, "Add", {"x", "w"}, "y");
        expectRefused(proto, "at most 134217728", ErrorKind::Unsupported);
    }
    Proto axes = emptyModel();
    addFloats(axes, "w", Sizes(100000, 1), 1);
    addNode(axes, "Add", {"x", "w"}, "y");
    expectRefused(axes, "100000 axes", ErrorKind::Unsupported);

    Proto filled = emptyModel();
    addIntegers(filled, "shape", {1 << 20U, 1 << 20U});
    addNode(filled, "ConstantOfShape", {"shape"}, "w");
    addNode(filled, "Add", {"x", "w"}, "y");
    expectRefused(filled, "ConstantOfShape", ErrorKind::Unsupported);

    Proto fixed = denseModel();
    auto *const dim = fixed.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type();
    dim->mutable_shape()->mutable_dim(0)->set_dim_value(kHuge);
    expectRefused(fixed, "at most 134217728", ErrorKind::Unsupported);
}

TEST(OnnxHostile, ManyLargeArraysAtOnce)
{
    // Each may be there, all of them may not: 2^26 numbers each, 8 of them.
    Proto proto = emptyModel();
    addIntegers(proto, "shape", {1 << 26U});
    std::vector<std::string> names = {"x"};
    for (int i = 0; i < 8; ++i)
    {
        names.push_back("w" + std::to_string(i));
        addNode(proto, "ConstantOfShape", {"shape"}, names.back().c_str());
    }
    addNode(proto, "Concat", names, "y");
    expectRefused(proto, "in memory at once", ErrorKind::Unsupported);
}

/// A window operation that would run for years, each by another number.
TEST(OnnxHostile, WindowsThatWouldNeverEnd)
{
    constexpr std::int64_t kWide = std::int64_t{1} << 24U;
    Proto pool = mapModel();
    auto &pooled = addNode(pool, "AveragePool", {"m"}, "y");
    addSizes(pooled, "kernel_shape", {kWide});
    addSizes(pooled, "pads", {kWide, kWide});
    expectRefused(pool, "AveragePool", ErrorKind::Unsupported);

    Proto stretched = mapModel();
    addFloats(stretched, "w", {1, 1, 3}, 3);
    addSizes(addNode(stretched, "ConvTranspose", {"m", "w"}, "y"), "strides", {kWide});
    expectRefused(stretched, "ConvTranspose", ErrorKind::Malformed);

    Proto zero = mapModel();
    addFloats(zero, "w", {1, 1, 3}, 3);
    addSizes(addNode(zero, "Conv", {"m", "w"}, "y"), "strides", {0});
    expectRefused(zero, "strides of 0", ErrorKind::Malformed);

    for (const char *const operation : {"Conv", "ConvTranspose"})
        for (const std::int64_t groups : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 62U})
        {
            Proto proto = mapModel();
            addFloats(proto, "w", {0, 4, 3}, 0);
            addNumber(addNode(proto, operation, {"m", "w"}, "y"), "group", groups);
            expectRefused(proto, "groups", ErrorKind::Malformed);
        }

    Proto products = emptyModel();
    addIntegers(products, "shape", {kPixels, 1 << 14U});
    addIntegers(products, "square", {1 << 13U, 1 << 13U});
    addNode(products, "ConstantOfShape", {"square"}, "w");
    addNode(products, "MatMul", {"w", "w"}, "v");
    addNode(products, "Add", {"x", "v"}, "y");
    expectRefused(products, "multiplications", ErrorKind::Unsupported);
}

TEST(OnnxHostile, SlicesAndAxesAtTheEndsOfNumbers)
{
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t step : {kLeast, kMost, std::int64_t{0}, kLeast + 1})
    {
        Proto proto = emptyModel();
        addIntegers(proto, "from", {kLeast});
        addIntegers(proto, "to", {kMost});
        addIntegers(proto, "axis", {1});
        addIntegers(proto, "step", {step});
        addNode(proto, "Slice", {"x", "from", "to", "axis", "step"}, "y");
        expectRefused(proto, "a step of", ErrorKind::Malformed);
    }
    for (const std::int64_t axis : {kLeast, kMost, std::int64_t{2}, std::int64_t{-3}})
    {
        Proto proto = emptyModel();
        addNumber(addNode(proto, "Concat", {"x", "x"}, "y"), "axis", axis);
        expectRefused(proto, "axis " + std::to_string(axis), ErrorKind::Malformed);
    }
    Proto gather = emptyModel();
    addIntegers(gather, "i", {kMost});
    addNumber(addNode(gather, "Gather", {"x", "i"}, "y"), "axis", 1);
    expectRefused(gather, "axis " + std::to_string(kMost), ErrorKind::Malformed);

    Proto split = emptyModel();
    addIntegers(split, "parts", {kMost, kMost});
    addNumber(addNode(split, "Split", {"x", "parts"}, "y"), "axis", 1);
    expectRefused(split, "Split", ErrorKind::Mismatch);
}

/// Weights that lie in `location`, of the folder of the model.
Proto outsideModel(const std::string &location, const std::string &offset, const std::string &length)
{
    Proto proto = emptyModel();
    auto &tensor = addFloats(proto, "w", {kPixels, 2}, 0);
    tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
    for (const auto &[key, value] :
         {std::pair{"location", location}, std::pair{"offset", offset}, std::pair{"length", length}})
    {
        auto *const entry = tensor.add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    }
    addNode(proto, "MatMul", {"x", "w"}, "y");
    return proto;
}

TEST(OnnxHostile, WeightsInAFileBesideTheModelAreReadAndNoOtherFile)
{
    const somnium::test::TemporaryFolder folder;
    const std::vector<float> weights(2 * kPixels, 0.5F);
    std::ofstream(folder / "weights.data", std::ios::binary)
        .write(reinterpret_cast<const char *>(weights.data()), 48) // NOLINT
        .write("more", 4);
    const auto network = read(toBytes(outsideModel("weights.data", "0", "48")), folder.path());
    ASSERT_TRUE(network.has_value()) << network.error().message;
    const std::vector<float> rows = test::randomRows(2, kPixels);
    EXPECT_EQ(network->run(rows).value(), read(toBytes(denseModel())).value().run(rows).value());
    // What is kept of it needs the file no more.
    EXPECT_EQ(read(network->bytes()).value().run(rows).value(), network->run(rows).value());

    const auto refused = [&](const Proto &proto) {
        const auto outcome = read(toBytes(proto), folder.path());
        EXPECT_FALSE(outcome.has_value());
        return outcome ? ErrorKind::Internal : outcome.error().kind;
    };
    EXPECT_EQ(refused(outsideModel("weights.data", "8", "48")), ErrorKind::Malformed);
    EXPECT_EQ(refused(outsideModel("weights.data", "-8", "48")), ErrorKind::Malformed);
    EXPECT_EQ(refused(outsideModel("weights.data", "999999999999999999", "48")), ErrorKind::Malformed);
    EXPECT_EQ(refused(outsideModel("weights.data", "0", "44")), ErrorKind::Malformed);
    EXPECT_EQ(refused(outsideModel("other.data", "0", "48")), ErrorKind::NotFound);
    for (const char *const outside : {"../weights.data", "/etc/passwd", "..", "", "a/weights.data"})
        EXPECT_EQ(refused(outsideModel(outside, "0", "48")), ErrorKind::Unsupported) << outside;
    EXPECT_EQ(read(toBytes(outsideModel("weights.data", "0", "48"))).error().kind, ErrorKind::Unsupported);
    std::filesystem::create_directory(folder / "folder");
    EXPECT_EQ(refused(outsideModel("folder", "0", "48")), ErrorKind::NotFound);
}

TEST(OnnxHostile, AFileLargerThanAnyModelIsNotRead)
{
    const somnium::test::TemporaryFolder folder;
    std::ofstream(folder / "large.onnx") << "x";
    std::filesystem::resize_file(folder / "large.onnx", std::uintmax_t{1} << 33U);
    EXPECT_EQ(readModelFile(folder / "large.onnx").error().kind, ErrorKind::Unsupported);
    std::filesystem::resize_file(folder / "large.onnx", std::uintmax_t{1} << 30U);
    const auto network = read(toBytes(outsideModel("large.onnx", "0", "1073741824")), folder.path());
    EXPECT_EQ(network.error().kind, ErrorKind::Unsupported);
}

} // namespace
} // namespace somnium::onnx
