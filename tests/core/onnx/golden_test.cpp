// SPDX-License-Identifier: GPL-3.0-or-later
// Graphs of others, and what their own runtimes make of them: tests/golden/onnx_*.txt.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/base64.h"
#include "core/onnx/network.h"
#include "tests/core/onnx/models.h"

namespace somnium::onnx
{
namespace
{

struct GoldenArray
{
    std::vector<std::size_t> shape;
    std::vector<float> values;
};

struct GoldenCase
{
    std::string name;
    std::string output;
    std::vector<std::byte> model;
    GoldenArray given;
    GoldenArray expected;
};

/// "3 6 : 0.1 0.2 ..."
GoldenArray arrayFrom(std::istringstream &words)
{
    GoldenArray array;
    std::string word;
    while (words >> word && word != ":")
        array.shape.push_back(std::stoul(word));
    while (words >> word)
        array.values.push_back(std::stof(word));
    return array;
}

std::vector<GoldenCase> readCases(const std::string &fileName)
{
    std::ifstream file(std::filesystem::path(SOMNIUM_GOLDEN_DIR) / fileName);
    std::vector<GoldenCase> cases;
    std::string line;
    while (std::getline(file, line))
    {
        std::istringstream words(line);
        std::string key;
        words >> key;
        std::string rest;
        if (key == "case")
        {
            std::getline(words >> std::ws, rest);
            cases.push_back({rest, {}, {}, {}, {}});
        }
        else if (key == "model")
        {
            words >> rest;
            io::Base64Decoder decoder;
            EXPECT_TRUE(decoder.add(rest));
            cases.back().model = decoder.bytes();
        }
        else if (key == "output")
            words >> cases.back().output;
        else if (key == "in")
            cases.back().given = arrayFrom(words);
        else if (key == "out")
            cases.back().expected = arrayFrom(words);
    }
    return cases;
}

data::ImageShape rowShape(const std::vector<std::size_t> &shape)
{
    switch (shape.size())
    {
    case 2: return {1, 1, shape[1]};
    case 3: return {shape[1], 1, shape[2]};
    default: return {shape[1], shape[2], shape[3]};
    }
}

void expectGolden(const GoldenCase &one, double tolerance)
{
    SCOPED_TRACE(one.name);
    const auto network =
        Network::create(one.model, {one.name, {}, one.output, rowShape(one.given.shape), "a row"});
    ASSERT_TRUE(network.has_value()) << network.error().message;
    const auto found = network->run(one.given.values);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_LT(test::relativeDifference(*found, one.expected.values), tolerance);
    EXPECT_EQ(network->outputSize() * one.given.shape.front(), one.expected.values.size());
}

TEST(OnnxGolden, EachOperationGivesWhatOnnxruntimeGives)
{
    const std::vector<GoldenCase> cases = readCases("onnx_operations.txt");
    ASSERT_GT(cases.size(), 100U);
    for (const GoldenCase &one : cases)
        expectGolden(one, 1e-5);
}

TEST(OnnxGolden, WhatPyTorchExportsGivesWhatPyTorchGives)
{
    const std::vector<GoldenCase> cases = readCases("onnx_pytorch.txt");
    ASSERT_GT(cases.size(), 20U);
    for (const GoldenCase &one : cases)
        expectGolden(one, 1e-5);
}

TEST(OnnxGolden, RowsComeOutTheSameAloneAndTogether)
{
    for (const GoldenCase &one : readCases("onnx_pytorch.txt"))
    {
        SCOPED_TRACE(one.name);
        const data::ImageShape shape = rowShape(one.given.shape);
        const auto network = Network::create(one.model, {one.name, {}, one.output, shape, "a row"});
        ASSERT_TRUE(network.has_value()) << network.error().message;
        // More than are computed at a time, and a rest.
        const std::vector<float> rows = test::randomRows(75, shape.size());
        const auto together = network->run(rows);
        ASSERT_TRUE(together.has_value());
        std::vector<float> alone;
        for (std::size_t i = 0; i < 75; ++i)
        {
            const auto row = network->run(std::span(rows).subspan(i * shape.size(), shape.size()));
            ASSERT_TRUE(row.has_value());
            alone.insert(alone.end(), row->begin(), row->end());
        }
        EXPECT_LT(test::relativeDifference(*together, alone), 1e-6);
    }
}

} // namespace
} // namespace somnium::onnx
