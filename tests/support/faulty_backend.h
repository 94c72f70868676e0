// SPDX-License-Identifier: GPL-3.0-or-later
// A device that fails when it is told to: another backend under another name, some of whose calls return an
// error.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "core/compute/backend.h"

namespace somnium::test
{

/// Which calls fail, how, and how many there have been: every call of the backend, of its updates, tensor
/// operations and kept rows counts, also those that have no result.
struct Faults
{
    std::size_t atCall = 0; ///< from 1; 0: none fails
    ErrorKind kind = ErrorKind::DeviceLost;
    std::size_t times = SIZE_MAX; ///< so many calls fail, that one and those after it
    std::size_t calls = 0;

    /// Counts one call; its failure, if it is to fail.
    [[nodiscard]] std::optional<Error> next();
};

/// Does what `inner` does, and so gives its bits, until a call fails. Tensor operations keep their failure,
/// as their contract says. Neither may be gone before what this has made.
class FaultyBackend final : public compute::Backend
{
public:
    FaultyBackend(compute::Backend &inner, const Faults &faults, std::string name = "faulty")
        : m_inner(inner), m_faults(faults), m_name(std::move(name))
    {}

    [[nodiscard]] std::size_t calls() const { return m_faults.calls; }
    [[nodiscard]] bool hasFailed() const { return m_faults.atCall > 0 && calls() >= m_faults.atCall; }

    [[nodiscard]] std::string name() const override { return m_name; }
    [[nodiscard]] std::string device() const override { return "Faulty GPU, sm_00, 1.0 GiB"; }
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>> transform(const data::Samples &samples,
                                                                      std::size_t first, std::size_t count,
                                                                      const compute::PolarGrid &grid,
                                                                      const JobContext &context) override;
    [[nodiscard]] Result<compute::HalfSpectra> transformToHalf(const data::Samples &samples,
                                                               std::size_t first, std::size_t count,
                                                               const compute::PolarGrid &grid,
                                                               const JobContext &context) override;
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
    upload(std::span<const float> spectra, std::size_t count, const compute::PolarGrid &grid) override;
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
    upload(std::shared_ptr<const compute::HalfSpectra> spectra) override;
    [[nodiscard]] Result<std::vector<float>> download(const compute::Spectra &spectra) override;
    [[nodiscard]] Result<compute::MatchResult> match(const compute::Spectra &images,
                                                     const compute::Spectra &prototypes,
                                                     const compute::MatchOptions &options,
                                                     const JobContext &context) override;
    [[nodiscard]] Result<std::unique_ptr<compute::BatchUpdate>>
    beginUpdate(const compute::Spectra &prototypes, const compute::UpdateOptions &options) override;
    [[nodiscard]] Result<std::unique_ptr<compute::TensorOps>>
    makeTensorOps(const compute::TensorOptions &options) override;
    [[nodiscard]] Result<std::unique_ptr<compute::NearestRows>>
    keepRows(std::shared_ptr<const compute::HalfRows> rows) override;

private:
    compute::Backend &m_inner;
    Faults m_faults;
    std::string m_name;
};

} // namespace somnium::test
