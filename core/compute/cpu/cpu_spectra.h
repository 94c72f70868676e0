// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra in main memory: rows padded for the kernels, with the energy of each.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/compute/backend.h"
#include "core/compute/cpu/kernels.h"

namespace somnium::compute::cpu
{

/// A vector of floats that begins on a cache line, so that vector loads never straddle two.
class AlignedFloats
{
public:
    AlignedFloats() = default;
    explicit AlignedFloats(std::size_t count) : m_storage(count + kAlignment), m_count(count)
    {
        const auto address = reinterpret_cast<std::uintptr_t>(m_storage.data());
        m_offset = (kAlignment - address / sizeof(float) % kAlignment) % kAlignment;
    }
    AlignedFloats(AlignedFloats &&) noexcept = default;
    AlignedFloats &operator=(AlignedFloats &&) noexcept = default;
    AlignedFloats(const AlignedFloats &) = delete;
    AlignedFloats &operator=(const AlignedFloats &) = delete;
    ~AlignedFloats() = default;

    [[nodiscard]] float *data() { return m_storage.data() + m_offset; }
    [[nodiscard]] const float *data() const { return m_storage.data() + m_offset; }
    [[nodiscard]] std::size_t size() const { return m_count; }

private:
    static constexpr std::size_t kAlignment = 16; ///< floats
    std::vector<float> m_storage;
    std::size_t m_count = 0;
    std::size_t m_offset = 0;
};

/// The tables that kernels read for one grid. Not movable: the plan points into it.
class PlanTables
{
public:
    explicit PlanTables(const PolarGrid &grid);
    PlanTables(const PlanTables &) = delete;
    PlanTables &operator=(const PlanTables &) = delete;
    ~PlanTables() = default;

    [[nodiscard]] const SpectrumPlan &plan() const { return m_plan; }
    [[nodiscard]] std::size_t rowSize() const { return m_plan.harmonics * m_plan.harmonicStride; }

private:
    std::vector<std::uint32_t> m_firstRing;
    std::vector<std::uint32_t> m_laneOffset;
    std::vector<float> m_twiddles;
    SpectrumPlan m_plan;
};

/// Sum of squares in double precision, in a fixed order.
[[nodiscard]] double sumOfSquares(std::span<const float> values);

/// Rows of floats, or rows in half precision. Immutable once the backend has handed it out.
class CpuSpectra final : public Spectra
{
public:
    CpuSpectra(const PolarGrid &grid, std::size_t count);
    explicit CpuSpectra(std::shared_ptr<const HalfSpectra> halves);

    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] const PolarGrid &grid() const override { return m_grid; }

    [[nodiscard]] const SpectrumPlan &plan() const { return m_tables.plan(); }
    [[nodiscard]] std::size_t rowSize() const { return m_tables.rowSize(); }
    /// Null: rows of floats.
    [[nodiscard]] const HalfSpectra *halves() const { return m_halves.get(); }
    [[nodiscard]] float *row(std::size_t index) { return m_rows.data() + index * rowSize(); }
    [[nodiscard]] const float *row(std::size_t index) const { return m_rows.data() + index * rowSize(); }
    [[nodiscard]] const float *energies() const
    {
        return m_halves ? m_halves->energies.data() : m_energies.data();
    }

    /// Fills a row from a spectrum as it is stored in files, and the other way.
    void setRow(std::size_t index, std::span<const float> spectrum);
    void copyRow(std::size_t index, std::span<float> spectrum) const;
    /// To be called after a row was written to directly.
    void updateEnergy(std::size_t index);

    /// The same spectra side by side for a kernel of so many lanes: [blocks][harmonic][ring][re, im][lane].
    [[nodiscard]] AlignedFloats packLanes(std::size_t lanes) const;

private:
    PolarGrid m_grid;
    PlanTables m_tables;
    std::size_t m_count = 0;
    AlignedFloats m_rows;
    std::vector<float> m_energies;
    std::shared_ptr<const HalfSpectra> m_halves;
};

} // namespace somnium::compute::cpu
