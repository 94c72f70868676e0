// SPDX-License-Identifier: GPL-3.0-or-later
// What we write, read by OpenCV's dnn; and by Python's onnx and onnxruntime where they are installed.
#include <fstream>

#include <gtest/gtest.h>
#include <opencv2/dnn.hpp>

#include "core/onnx/writer.h"
#include "tests/core/onnx/models.h"
#include "tests/support/outside_tools.h"
#include "tests/support/temporary_folder.h"

namespace somnium::onnx
{
namespace
{

using test::ModelCase;

constexpr double kTolerance = 1e-5;

class WrittenModel : public testing::TestWithParam<ModelCase>
{};

std::vector<int> sizesOf(std::size_t rows, const data::ImageShape &shape)
{
    if (shape.channels == 1 && shape.rows == 1)
        return {static_cast<int>(rows), static_cast<int>(shape.size())};
    return {static_cast<int>(rows), static_cast<int>(shape.channels), static_cast<int>(shape.rows),
            static_cast<int>(shape.columns)};
}

std::vector<float> byOpenCv(const std::vector<std::byte> &file, const std::vector<int> &sizes,
                            std::vector<float> rows)
{
    const std::vector<uchar> bytes = [&] {
        std::vector<uchar> plain;
        for (const std::byte one : file)
            plain.push_back(static_cast<uchar>(one));
        return plain;
    }();
    cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes);
    net.setInput(cv::Mat(sizes, CV_32F, rows.data()));
    const cv::Mat result = net.forward();
    return {result.begin<float>(), result.end<float>()};
}

TEST_P(WrittenModel, MeansTheSameToOpenCv)
{
    const latent::Autoencoder model = test::makeModel(GetParam());
    const auto encoder = encoderToOnnx(model, {});
    ASSERT_TRUE(encoder.has_value()) << encoder.error().message;
    const auto decoder = decoderToOnnx(model, {});
    ASSERT_TRUE(decoder.has_value()) << decoder.error().message;
    for (const std::size_t count : {1U, 5U})
    {
        const std::vector<float> rows = test::randomRows(count, model.pixels(), model.scaling().mean);
        const std::vector<float> places = test::encoded(model, rows);
        EXPECT_LT(test::relativeDifference(byOpenCv(*encoder, sizesOf(count, model.shape()), rows), places),
                  kTolerance)
            << count << " rows";
        const std::vector<int> sizes = {static_cast<int>(count), static_cast<int>(model.latentSize())};
        EXPECT_LT(test::relativeDifference(byOpenCv(*decoder, sizes, places), test::decoded(model, places)),
                  kTolerance)
            << count << " rows";
    }
}

INSTANTIATE_TEST_SUITE_P(AllKinds, WrittenModel, testing::ValuesIn(test::modelCases()),
                         [](const auto &one) { return one.param.name; });

void writeFile(const std::filesystem::path &path, const void *bytes, std::size_t size)
{
    std::ofstream(path, std::ios::binary)
        .write(static_cast<const char *>(bytes), static_cast<std::streamsize>(size));
}

/// argv: a folder and how many rows there are; for each name X after that X.onnx, X.in and X.out, 32-bit
/// numbers.
constexpr const char *kCheck = R"(
import sys, numpy, onnx
try:
    import onnxruntime
except ImportError:
    onnxruntime = None
folder, rows = sys.argv[1], int(sys.argv[2])
for name in sys.argv[3:]:
    path = folder + '/' + name + '.onnx'
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    print('checked', name)
    if onnxruntime is None:
        continue
    session = onnxruntime.InferenceSession(path)
    given = numpy.fromfile(folder + '/' + name + '.in', dtype='<f4')
    expected = numpy.fromfile(folder + '/' + name + '.out', dtype='<f4')
    shape = [rows, *session.get_inputs()[0].shape[1:]]
    found = session.run(None, {session.get_inputs()[0].name: given.reshape(shape)})[0]
    assert list(found.shape[1:]) == session.get_outputs()[0].shape[1:], (name, found.shape)
    difference = numpy.abs(found.reshape(-1) - expected)
    typical = numpy.sqrt(numpy.mean(expected ** 2))
    assert numpy.all(difference < 1e-5 * (numpy.abs(expected) + typical)), (name, difference.max())
    print('run', name)
)";

void writeCase(const std::filesystem::path &base, const std::vector<float> &given,
               const std::vector<float> &expected)
{
    writeFile(base.string() + ".in", given.data(), given.size() * sizeof(float));
    writeFile(base.string() + ".out", expected.data(), expected.size() * sizeof(float));
}

TEST(WrittenModels, AreAcceptedByTheCheckerOfOnnxAndMeanTheSameToOnnxruntime)
{
    if (somnium::test::runPython("import onnx, numpy", {}).exitCode != 0)
        GTEST_SKIP() << "python3-onnx is not installed";
    constexpr std::size_t kRows = 3;
    const somnium::test::TemporaryFolder folder;
    std::vector<std::string> arguments = {folder.path().string(), std::to_string(kRows)};
    for (const ModelCase &one : test::modelCases())
    {
        const latent::Autoencoder model = test::makeModel(one);
        const auto written = writeOnnx(model, folder / one.name, {{"Note", "a test"}});
        ASSERT_TRUE(written.has_value()) << written.error().message;
        const std::vector<float> rows = test::randomRows(kRows, model.pixels(), model.scaling().mean);
        const std::vector<float> places = test::encoded(model, rows);
        writeCase(folder / (one.name + "_encoder"), rows, places);
        writeCase(folder / (one.name + "_decoder"), places, test::decoded(model, places));
        arguments.insert(arguments.end(), {one.name + "_encoder", one.name + "_decoder"});
    }
    const auto outcome = somnium::test::runPython(kCheck, arguments);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_NE(outcome.output.find("checked " + arguments.back()), std::string::npos) << outcome.output;
    RecordProperty("output", outcome.output);
}

} // namespace
} // namespace somnium::onnx
