// SPDX-License-Identifier: GPL-3.0-or-later
// Windows of convolutions, and channels first to last: see TensorOps::unfold, fold, transposeRows.
#pragma once

#include "gpu/kernels/tensor_parts.h"

namespace somnium::gpu
{

/// compute::ConvolutionShape in 32 bits, with what it is divided by. Channels are counted in the Ts of the
/// kernels below: floats, or quads of them.
struct WindowShape
{
    std::uint32_t channels = 1;
    std::uint32_t rows = 1;
    std::uint32_t columns = 1;
    std::uint32_t windowRows = 1;
    std::uint32_t windowColumns = 1;
    std::uint32_t kernelRows = 1;
    std::uint32_t kernelColumns = 1;
    std::uint32_t strideRows = 1;
    std::uint32_t strideColumns = 1;
    std::uint32_t padRows = 0;
    std::uint32_t padColumns = 0;

    [[nodiscard]] SOMNIUM_SHARED std::uint32_t mapSize() const { return channels * rows * columns; }
    [[nodiscard]] SOMNIUM_SHARED std::uint32_t windowSize() const
    {
        return channels * kernelRows * kernelColumns;
    }
    [[nodiscard]] SOMNIUM_SHARED std::uint32_t windowsSize() const
    {
        return windowRows * windowColumns * windowSize();
    }
};

/// Elements of an image that one thread of the kernels below takes.
inline constexpr unsigned kOfImage = 4;

/// take(image, element) for all elements of all images, `size` each; an image has blocks of its own.
template <class Block, class Take>
SOMNIUM_DEVICE void forImages(Block &block, std::uint32_t size, const Take &take)
{
    constexpr std::uint32_t kOfBlock = kOfImage * kMaxThreads;
    const std::size_t blocks = (std::size_t{size} + kOfBlock - 1) / kOfBlock;
    const std::size_t image = block.x() / blocks;
    const std::size_t first = block.x() % blocks * kOfBlock;
    block.forThreads([&](unsigned thread) {
        for (unsigned i = 0; i < kOfImage; ++i)
        {
            const std::size_t element = first + std::size_t{i} * kMaxThreads + thread;
            if (element < size)
                take(image, static_cast<std::uint32_t>(element));
        }
    });
}
[[nodiscard]] inline Grid gridOfImages(std::size_t images, std::uint32_t size)
{
    return {images * ceilDivide(size, std::size_t{kOfImage} * kMaxThreads)};
}

/// Each element of a window looks for its own in the map. T: float or Quad.
template <class T> struct UnfoldKernel
{
    UnfoldKernel(const T *from, T *to, std::size_t images, const WindowShape &shape)
        : m_map(from), m_windows(to), m_images(images), m_shape(shape),
          m_window(Divisor::of(shape.windowSize())), m_windowRow(Divisor::of(shape.windowColumns)),
          m_kernelRow(Divisor::of(shape.kernelColumns * shape.channels)), m_place(Divisor::of(shape.channels))
    {}

    [[nodiscard]] Grid grid() const { return gridOfImages(m_images, m_shape.windowsSize()); }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        const std::uint32_t size = m_shape.windowsSize();
        forImages(block, size, [&](std::size_t image, std::uint32_t element) {
            m_windows[image * size + element] = valueAt(m_map + image * m_shape.mapSize(), element);
        });
    }

private:
    [[nodiscard]] SOMNIUM_DEVICE T valueAt(const T *map, std::uint32_t element) const
    {
        const std::uint32_t window = m_window.quotient(element);
        const std::uint32_t inWindow = element - window * m_window.by;
        const std::uint32_t windowRow = m_windowRow.quotient(window);
        const std::uint32_t windowColumn = window - windowRow * m_windowRow.by;
        const std::uint32_t kernelRow = m_kernelRow.quotient(inWindow);
        const std::uint32_t inRow = inWindow - kernelRow * m_kernelRow.by;
        const std::uint32_t kernelColumn = m_place.quotient(inRow);
        // Before the first row they wrap around, to beyond the last.
        const std::uint32_t row = windowRow * m_shape.strideRows + kernelRow - m_shape.padRows;
        const std::uint32_t column = windowColumn * m_shape.strideColumns + kernelColumn - m_shape.padColumns;
        if (row >= m_shape.rows || column >= m_shape.columns)
            return T{};
        const std::uint32_t channel = inRow - kernelColumn * m_place.by;
        return map[(row * m_shape.columns + column) * m_shape.channels + channel];
    }

    const T *m_map;
    T *m_windows;
    std::size_t m_images;
    WindowShape m_shape;
    Divisor m_window;    ///< elements
    Divisor m_windowRow; ///< windows
    Divisor m_kernelRow; ///< elements
    Divisor m_place;     ///< elements
};

/// Each element of the map looks for all that lie on it, the windows in falling order.
template <class T> struct FoldKernel
{
    FoldKernel(const T *from, T *to, std::size_t images, const WindowShape &shape)
        : m_windows(from), m_map(to), m_images(images), m_shape(shape),
          m_row(Divisor::of(shape.columns * shape.channels)), m_place(Divisor::of(shape.channels)),
          m_strideRows(Divisor::of(shape.strideRows)), m_strideColumns(Divisor::of(shape.strideColumns))
    {}

    [[nodiscard]] Grid grid() const { return gridOfImages(m_images, m_shape.mapSize()); }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        const std::uint32_t size = m_shape.mapSize();
        forImages(block, size, [&](std::size_t image, std::uint32_t element) {
            m_map[image * size + element] = sumAt(m_windows + image * m_shape.windowsSize(), element);
        });
    }

private:
    [[nodiscard]] SOMNIUM_DEVICE T sumAt(const T *windows, std::uint32_t element) const
    {
        const std::uint32_t row = m_row.quotient(element);
        const std::uint32_t inRow = element - row * m_row.by;
        const std::uint32_t column = m_place.quotient(inRow);
        const std::uint32_t channel = inRow - column * m_place.by;
        const std::uint32_t paddedRow = row + m_shape.padRows;
        const std::uint32_t paddedColumn = column + m_shape.padColumns;
        const std::uint32_t lastRow = m_strideRows.quotient(paddedRow);
        const std::uint32_t lastColumn = m_strideColumns.quotient(paddedColumn);
        T sum = {};
        std::uint32_t kernelRow = paddedRow - lastRow * m_strideRows.by;
        for (std::uint32_t r = lastRow; kernelRow < m_shape.kernelRows; kernelRow += m_strideRows.by, --r)
        {
            if (r < m_shape.windowRows)
            {
                std::uint32_t kernelColumn = paddedColumn - lastColumn * m_strideColumns.by;
                for (std::uint32_t c = lastColumn; kernelColumn < m_shape.kernelColumns;
                     kernelColumn += m_strideColumns.by, --c)
                {
                    if (c < m_shape.windowColumns)
                        sum = added(
                            sum,
                            windows[(r * m_shape.windowColumns + c) * m_shape.windowSize() +
                                    (kernelRow * m_shape.kernelColumns + kernelColumn) * m_shape.channels +
                                    channel]);
                    if (c == 0)
                        break;
                }
            }
            if (r == 0)
                break;
        }
        return sum;
    }

    const T *m_windows;
    T *m_map;
    std::size_t m_images;
    WindowShape m_shape;
    Divisor m_row;   ///< elements
    Divisor m_place; ///< elements
    Divisor m_strideRows;
    Divisor m_strideColumns;
};

/// Each row, [outer][inner], becomes [inner][outer]: by tiles, so that both sides are read and written in
/// runs.
struct TransposeRowsKernel
{
    TransposeRowsKernel(const float *from, float *to, std::size_t rows, std::size_t outer, std::size_t inner)
        : m_from(from), m_to(to), m_rows(rows), m_outer(outer), m_inner(inner)
    {
        const unsigned least = inner < outer ? sideFor(inner) : sideFor(outer);
        m_tileOuter = inner < outer ? kTile / least : least;
        m_tileInner = inner < outer ? least : kTile / least;
    }

    [[nodiscard]] Grid grid() const
    {
        return {m_rows * ceilDivide(m_outer, m_tileOuter) * ceilDivide(m_inner, m_tileInner)};
    }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const
    {
        return std::size_t{m_tileOuter} * (m_tileInner + 1) * sizeof(float);
    }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        const std::size_t across = (m_inner + m_tileInner - 1) / m_tileInner;
        const std::size_t down = (m_outer + m_tileOuter - 1) / m_tileOuter;
        const std::size_t row = block.x() / (across * down) * m_outer * m_inner;
        const std::size_t firstOuter = block.x() / across % down * m_tileOuter;
        const std::size_t firstInner = block.x() % across * m_tileInner;
        auto *const tile = block.template shared<float>();
        const unsigned stride = m_tileInner + 1; // other banks for what lies below each other
        block.forThreads([&](unsigned thread) {
            for (unsigned i = thread; i < kTile; i += kMaxThreads)
            {
                const unsigned outer = i / m_tileInner;
                const unsigned inner = i % m_tileInner;
                if (firstOuter + outer < m_outer && firstInner + inner < m_inner)
                    tile[outer * stride + inner] =
                        m_from[row + (firstOuter + outer) * m_inner + firstInner + inner];
            }
        });
        block.forThreads([&](unsigned thread) {
            for (unsigned i = thread; i < kTile; i += kMaxThreads)
            {
                const unsigned inner = i / m_tileOuter;
                const unsigned outer = i % m_tileOuter;
                if (firstOuter + outer < m_outer && firstInner + inner < m_inner)
                    m_to[row + (firstInner + inner) * m_outer + firstOuter + outer] =
                        tile[outer * stride + inner];
            }
        });
    }

private:
    static constexpr unsigned kTile = 1024; ///< elements
    static constexpr unsigned kSide = 32;   ///< of a square tile

    /// The shorter side of a tile: no longer than there are elements, a power of two.
    [[nodiscard]] static unsigned sideFor(std::size_t size)
    {
        unsigned side = 1;
        while (side < kSide && side < size)
            side *= 2;
        return side;
    }

    const float *m_from;
    float *m_to;
    std::size_t m_rows;
    std::size_t m_outer;
    std::size_t m_inner;
    unsigned m_tileOuter = 1;
    unsigned m_tileInner = 1;
};

} // namespace somnium::gpu
