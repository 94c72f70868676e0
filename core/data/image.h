// SPDX-License-Identifier: GPL-3.0-or-later
// Images and views of them.
//
// Pixel order, said once for the whole program: (channel, row, column), row-major, origin at the FIRST FITS
// PIXEL, so that pixel (row, column) is FITS pixel (x = column + 1, y = row + 1). Row 0 is therefore the
// bottom row of the sky as it is drawn; a window that draws row 0 at the top must flip it. NaN marks a pixel
// without a value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/check.h"

namespace somnium::data
{

/// Shape of an image: channels x rows x columns.
struct ImageShape
{
    std::size_t channels = 1;
    std::size_t rows = 0;
    std::size_t columns = 0;

    [[nodiscard]] std::size_t channelSize() const { return rows * columns; }
    [[nodiscard]] std::size_t size() const { return channels * rows * columns; }
    friend bool operator==(const ImageShape &, const ImageShape &) = default;
};

/// A borrowed image: valid as long as the pixels it points to.
class ImageView
{
public:
    ImageView() = default;
    ImageView(std::span<const float> pixels, ImageShape shape) : m_pixels(pixels), m_shape(shape)
    {
        CHECK(pixels.size() == shape.size());
    }

    [[nodiscard]] const ImageShape &shape() const { return m_shape; }
    [[nodiscard]] std::size_t channels() const { return m_shape.channels; }
    [[nodiscard]] std::size_t rows() const { return m_shape.rows; }
    [[nodiscard]] std::size_t columns() const { return m_shape.columns; }
    [[nodiscard]] std::span<const float> pixels() const { return m_pixels; }
    [[nodiscard]] std::span<const float> channel(std::size_t index) const
    {
        return m_pixels.subspan(index * m_shape.channelSize(), m_shape.channelSize());
    }
    [[nodiscard]] float at(std::size_t row, std::size_t column, std::size_t channel = 0) const
    {
        return m_pixels[(channel * m_shape.rows + row) * m_shape.columns + column];
    }

private:
    std::span<const float> m_pixels;
    ImageShape m_shape;
};

/// An image that owns its pixels.
class Image
{
public:
    Image() = default;
    explicit Image(ImageShape shape, float value = 0.0F) : m_shape(shape), m_pixels(shape.size(), value) {}
    Image(ImageShape shape, std::vector<float> pixels) : m_shape(shape), m_pixels(std::move(pixels))
    {
        CHECK(m_pixels.size() == shape.size());
    }
    explicit Image(const ImageView &view)
        : m_shape(view.shape()), m_pixels(view.pixels().begin(), view.pixels().end())
    {}

    [[nodiscard]] const ImageShape &shape() const { return m_shape; }
    [[nodiscard]] std::size_t channels() const { return m_shape.channels; }
    [[nodiscard]] std::size_t rows() const { return m_shape.rows; }
    [[nodiscard]] std::size_t columns() const { return m_shape.columns; }
    [[nodiscard]] std::span<float> pixels() { return m_pixels; }
    [[nodiscard]] std::span<const float> pixels() const { return m_pixels; }
    [[nodiscard]] std::span<float> channel(std::size_t index)
    {
        return std::span(m_pixels).subspan(index * m_shape.channelSize(), m_shape.channelSize());
    }
    [[nodiscard]] std::span<const float> channel(std::size_t index) const { return view().channel(index); }
    [[nodiscard]] float &at(std::size_t row, std::size_t column, std::size_t channel = 0)
    {
        return m_pixels[(channel * m_shape.rows + row) * m_shape.columns + column];
    }
    [[nodiscard]] float at(std::size_t row, std::size_t column, std::size_t channel = 0) const
    {
        return view().at(row, column, channel);
    }
    [[nodiscard]] ImageView view() const { return {m_pixels, m_shape}; }

    friend bool operator==(const Image &, const Image &) = default;

private:
    ImageShape m_shape;
    std::vector<float> m_pixels;
};

} // namespace somnium::data
