// SPDX-License-Identifier: GPL-3.0-or-later
// The step Resize, by OpenCV. OpenCV computes every output row by itself, so that the bits do not depend on
// its threads.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

/// Area average along the sides that shrink, then bicubic along those that grow.
cv::Mat resampled(const cv::Mat &input, int side)
{
    const cv::Size shrunk(std::min(side, input.cols), std::min(side, input.rows));
    cv::Mat smaller = input;
    if (shrunk != input.size())
        cv::resize(input, smaller, shrunk, 0.0, 0.0, cv::INTER_AREA);
    if (shrunk == cv::Size(side, side))
        return smaller;
    cv::Mat larger;
    cv::resize(smaller, larger, cv::Size(side, side), 0.0, 0.0, cv::INTER_CUBIC);
    return larger;
}

/// Pixels without a value take no part; an output pixel of which less than half is known has none itself.
cv::Mat resampledAroundGaps(const cv::Mat &input, int side)
{
    cv::Mat filled = input.clone();
    cv::Mat known(input.size(), CV_64F);
    for (int row = 0; row < input.rows; ++row)
        for (int column = 0; column < input.cols; ++column)
        {
            const bool hasValue = std::isfinite(input.at<double>(row, column));
            known.at<double>(row, column) = hasValue ? 1.0 : 0.0;
            if (!hasValue)
                filled.at<double>(row, column) = 0.0;
        }
    cv::Mat sum = resampled(filled, side);
    const cv::Mat weight = resampled(known, side);
    for (int row = 0; row < sum.rows; ++row)
        for (int column = 0; column < sum.cols; ++column)
        {
            const double share = weight.at<double>(row, column);
            double &value = sum.at<double>(row, column);
            value = share >= 0.5 ? value / share : std::numeric_limits<double>::quiet_NaN();
        }
    return sum;
}

/// Double precision, since bicubic weights of values near the largest float leave its range on the way.
cv::Mat toMatrix(std::span<const float> pixels, const data::ImageShape &shape)
{
    cv::Mat matrix(static_cast<int>(shape.rows), static_cast<int>(shape.columns), CV_64F);
    std::copy(pixels.begin(), pixels.end(), matrix.begin<double>());
    return matrix;
}

void copyNarrowed(const cv::Mat &from, std::span<float> to)
{
    static constexpr double kLargest = std::numeric_limits<float>::max();
    std::transform(from.begin<double>(), from.end<double>(), to.begin(), [](double value) {
        return static_cast<float>(std::isnan(value) ? value : std::clamp(value, -kLargest, kLargest));
    });
}

} // namespace

Result<Prepared> applyStep(const Resize &step, Prepared input)
{
    data::Image &image = input.image;
    if (image.rows() == step.side && image.columns() == step.side)
        return input;
    const double rowRatio = static_cast<double>(image.rows()) / static_cast<double>(step.side);
    const double columnRatio = static_cast<double>(image.columns()) / static_cast<double>(step.side);
    data::Image output({image.channels(), step.side, step.side});
    try
    {
        for (std::size_t channel = 0; channel < image.channels(); ++channel)
        {
            const std::span<const float> pixels = image.channel(channel);
            const cv::Mat matrix = toMatrix(pixels, image.shape());
            const bool hasGaps =
                std::any_of(pixels.begin(), pixels.end(), [](float value) { return !std::isfinite(value); });
            const int side = static_cast<int>(step.side);
            copyNarrowed(hasGaps ? resampledAroundGaps(matrix, side) : resampled(matrix, side),
                         output.channel(channel));
        }
    }
    catch (const cv::Exception &error)
    {
        return failure(ErrorKind::Internal, std::string("resize: ") + error.what());
    }
    // Pixel centres at integers: the outer edges of the first pixels coincide.
    input.rowOrigin += input.rowScale * (0.5 * rowRatio - 0.5);
    input.columnOrigin += input.columnScale * (0.5 * columnRatio - 0.5);
    input.rowScale *= rowRatio;
    input.columnScale *= columnRatio;
    input.image = std::move(output);
    return input;
}

} // namespace somnium::prepare
