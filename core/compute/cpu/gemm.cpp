// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/gemm.h"

#include <algorithm>

#include "core/compute/cpu/flush_tiny.h"

namespace somnium::compute::cpu
{

namespace
{

/// Terms that are packed at a time: the rows of a transposed operand are read side by side, not one page
/// after another.
constexpr std::size_t kPackTerms = 64;
/// Rows and columns of a block of C: its panels of A stay in the second cache.
constexpr std::size_t kBlockRows = 128;
constexpr std::size_t kBlockColumns = 256;
/// Terms and columns whose panels are held at once: those of a few hundred rows are still in the second cache
/// when they are read.
constexpr std::size_t kMostTerms = 1024;
constexpr std::size_t kMostColumns = 4096;
/// From so many rows, and up to so many terms, each block of rows packs its own panels of A.
constexpr std::size_t kManyRows = 2048;
constexpr std::size_t kMostTermsOfRows = 4096;
/// From so many terms, and up to so many elements of C, the terms are shared out.
constexpr std::size_t kManyTerms = 8192;
constexpr std::size_t kFewElements = std::size_t{1} << 16U;
constexpr std::size_t kTermsOfPart = 4096;
constexpr std::size_t kMostParts = 32;
/// Operations below which waking other threads costs more than it gains.
constexpr std::size_t kSmall = std::size_t{1} << 21U;

std::size_t ceilDivide(std::size_t a, std::size_t b)
{
    return (a + b - 1) / b;
}

void reserve(AlignedFloats &memory, std::size_t count)
{
    if (memory.size() < count)
        memory = AlignedFloats(count);
}

/// An operand as the kernels pack it.
struct Operand
{
    const float *values = nullptr;
    std::size_t stride = 0;
    bool across = false; ///< number t of vector i is values[t * stride + i], else values[i * stride + t]
    std::size_t vectors = 0;
};

Operand operandA(const GemmCall &call)
{
    return {call.a, call.transposeA ? call.rows : call.terms, call.transposeA, call.rows};
}

Operand operandB(const GemmCall &call)
{
    return {call.b, call.transposeB ? call.terms : call.columns, !call.transposeB, call.columns};
}

using PackKernel = void (*)(const float *, std::size_t, bool, std::size_t, std::size_t, float *);

/// Packs vectors [first, first + count) and terms [firstTerm, firstTerm + terms) as panels of `width`.
void packPanels(const Operand &from, PackKernel pack, std::size_t width, std::size_t first, std::size_t count,
                std::size_t firstTerm, std::size_t terms, float *to)
{
    for (std::size_t t = 0; t < terms; t += kPackTerms)
        for (std::size_t i = 0; i < count; i += width)
        {
            const std::size_t vector = first + i;
            const std::size_t term = firstTerm + t;
            const float *const values =
                from.values + (from.across ? term * from.stride + vector : vector * from.stride + term);
            pack(values, from.stride, from.across, std::min(width, count - i),
                 std::min(kPackTerms, terms - t), to + i * terms + t * width);
        }
}

} // namespace

Gemm::Gemm(const TensorKernels &kernels, unsigned threads) : m_kernels(kernels)
{
    m_all.threads = threads;
    m_alone.threads = 1;
}

void Gemm::multiply(const GemmCall &call)
{
    if (call.rows == 0 || call.columns == 0)
        return;
    m_context = 2 * call.rows * call.columns * call.terms < kSmall ? m_alone : m_all;
    if (call.terms >= kManyTerms && call.rows * call.columns <= kFewElements)
        return multiplyTerms(call);
    if (call.rows >= kManyRows && call.terms <= kMostTermsOfRows && call.columns <= kMostColumns)
        return multiplyRows(call);
    multiplyBlocks(call);
}

void Gemm::packBoth(const GemmCall &call, std::size_t firstColumn, std::size_t columns, std::size_t firstTerm,
                    std::size_t terms)
{
    const std::size_t width = m_kernels.tileColumns;
    const std::size_t height = m_kernels.tileRows;
    const std::size_t rowUnit = ceilDivide(kBlockRows, height) * height;
    const std::size_t columnUnit = ceilDivide(kBlockRows, width) * width;
    const std::size_t unitsA = ceilDivide(call.rows, rowUnit);
    const std::size_t unitsB = ceilDivide(columns, columnUnit);
    reserve(m_a, ceilDivide(call.rows, height) * height * terms);
    reserve(m_b, ceilDivide(columns, width) * width * terms);
    const Operand a = operandA(call);
    const Operand b = operandB(call);
    parallelKernels(unitsA + unitsB, m_context, [&](std::size_t unit) {
        if (unit < unitsA)
        {
            const std::size_t first = unit * rowUnit;
            packPanels(a, m_kernels.packRows, height, first, std::min(rowUnit, call.rows - first), firstTerm,
                       terms, m_a.data() + first * terms);
            return;
        }
        const std::size_t first = (unit - unitsA) * columnUnit;
        packPanels(b, m_kernels.packColumns, width, firstColumn + first,
                   std::min(columnUnit, columns - first), firstTerm, terms, m_b.data() + first * terms);
    });
}

void Gemm::blocksOf(const GemmCall &call, std::size_t firstColumn, std::size_t columns, std::size_t firstTerm,
                    std::size_t terms)
{
    const std::size_t blockRows = ceilDivide(kBlockRows, m_kernels.tileRows) * m_kernels.tileRows;
    const std::size_t blockColumns = ceilDivide(kBlockColumns, m_kernels.tileColumns) * m_kernels.tileColumns;
    const std::size_t below = ceilDivide(call.rows, blockRows);
    const std::size_t beside = ceilDivide(columns, blockColumns);
    const bool isLast = firstTerm + terms == call.terms;
    parallelKernels(below * beside, m_context, [&](std::size_t block) {
        const std::size_t row = block % below * blockRows;
        const std::size_t column = block / below * blockColumns;
        BlockArguments x;
        x.a = m_a.data() + row * terms;
        x.b = m_b.data() + column * terms;
        x.terms = terms;
        x.c = call.c + row * call.columns + firstColumn + column;
        x.stride = call.columns;
        x.rows = std::min(blockRows, call.rows - row);
        x.columns = std::min(blockColumns, columns - column);
        x.accumulate = call.accumulate || firstTerm > 0;
        if (isLast)
        {
            x.bias = call.bias == nullptr ? nullptr : call.bias + firstColumn + column;
            x.activation = call.activation;
        }
        m_kernels.block(x);
    });
}

void Gemm::multiplyBlocks(const GemmCall &call)
{
    for (std::size_t column = 0; column < call.columns; column += kMostColumns)
        for (std::size_t term = 0; term < call.terms; term += kMostTerms)
        {
            const std::size_t columns = std::min(kMostColumns, call.columns - column);
            const std::size_t terms = std::min(kMostTerms, call.terms - term);
            packBoth(call, column, columns, term, terms);
            blocksOf(call, column, columns, term, terms);
        }
}

void Gemm::multiplyRows(const GemmCall &call)
{
    const std::size_t width = m_kernels.tileColumns;
    const std::size_t columnUnit = ceilDivide(kBlockRows, width) * width;
    const std::size_t unitsB = ceilDivide(call.columns, columnUnit);
    reserve(m_b, ceilDivide(call.columns, width) * width * call.terms);
    const Operand a = operandA(call);
    const Operand b = operandB(call);
    parallelKernels(unitsB, m_context, [&](std::size_t unit) {
        const std::size_t first = unit * columnUnit;
        packPanels(b, m_kernels.packColumns, width, first, std::min(columnUnit, call.columns - first), 0,
                   call.terms, m_b.data() + first * call.terms);
    });
    const std::size_t blockRows = ceilDivide(kBlockRows, m_kernels.tileRows) * m_kernels.tileRows;
    parallelKernels(ceilDivide(call.rows, blockRows), m_context, [&](std::size_t block) {
        thread_local AlignedFloats panels;
        const std::size_t row = block * blockRows;
        const std::size_t rows = std::min(blockRows, call.rows - row);
        reserve(panels, blockRows * call.terms);
        packPanels(a, m_kernels.packRows, m_kernels.tileRows, row, rows, 0, call.terms, panels.data());
        m_kernels.block({panels.data(), m_b.data(), call.terms, call.c + row * call.columns, call.columns,
                         rows, call.columns, call.accumulate, call.bias, call.activation});
    });
}

void Gemm::multiplyTerms(const GemmCall &call)
{
    const std::size_t parts = std::min(kMostParts, ceilDivide(call.terms, kTermsOfPart));
    const std::size_t termsOfPart = ceilDivide(call.terms, parts);
    const std::size_t size = call.rows * call.columns;
    m_parts.assign(parts * size, 0.0F);
    const Operand a = operandA(call);
    const Operand b = operandB(call);
    parallelKernels(parts, m_context, [&](std::size_t part) {
        constexpr std::size_t kTermsAtOnce = 2 * kTermBlock;
        thread_local AlignedFloats panelsA;
        thread_local AlignedFloats panelsB;
        reserve(panelsA, ceilDivide(call.rows, m_kernels.tileRows) * m_kernels.tileRows * kTermsAtOnce);
        reserve(panelsB,
                ceilDivide(call.columns, m_kernels.tileColumns) * m_kernels.tileColumns * kTermsAtOnce);
        float *const sums = m_parts.data() + part * size;
        const std::size_t end = std::min(call.terms, (part + 1) * termsOfPart);
        for (std::size_t term = part * termsOfPart; term < end; term += kTermsAtOnce)
        {
            const std::size_t terms = std::min(kTermsAtOnce, end - term);
            packPanels(a, m_kernels.packRows, m_kernels.tileRows, 0, call.rows, term, terms, panelsA.data());
            packPanels(b, m_kernels.packColumns, m_kernels.tileColumns, 0, call.columns, term, terms,
                       panelsB.data());
            m_kernels.block({panelsA.data(), panelsB.data(), terms, sums, call.columns, call.rows,
                             call.columns, true, nullptr, ActivationCode::Linear});
        }
    });
    if (!call.accumulate)
        std::fill_n(call.c, size, 0.0F);
    for (std::size_t part = 0; part < parts; ++part)
        for (std::size_t i = 0; i < size; ++i)
            call.c[i] += m_parts[part * size + i];
    for (std::size_t row = 0; row < call.rows; ++row)
        m_kernels.activate(call.c + row * call.columns, call.bias, call.columns, call.activation,
                           call.c + row * call.columns);
}

} // namespace somnium::compute::cpu
