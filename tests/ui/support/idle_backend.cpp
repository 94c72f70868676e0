// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/idle_backend.h"

#include <utility>

namespace somnium::test
{

namespace
{

class IdleBackend final : public compute::Backend
{
public:
    explicit IdleBackend(std::shared_ptr<BackendRecord> record) : m_record(std::move(record))
    {
        m_record->madeOn = std::this_thread::get_id();
    }
    ~IdleBackend() override { m_record->destroyedOn = std::this_thread::get_id(); }

    [[nodiscard]] std::string name() const override { return "idle"; }
    [[nodiscard]] std::string device() const override { return "idle device"; }
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>> transform(const data::Samples &, std::size_t,
                                                                      std::size_t, const compute::PolarGrid &,
                                                                      const JobContext &) override
    {
        return idle();
    }
    [[nodiscard]] Result<compute::HalfSpectra> transformToHalf(const data::Samples &, std::size_t,
                                                               std::size_t, const compute::PolarGrid &,
                                                               const JobContext &) override
    {
        return idle();
    }
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
    upload(std::shared_ptr<const compute::HalfSpectra>) override
    {
        return idle();
    }
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>> upload(std::span<const float>, std::size_t,
                                                                   const compute::PolarGrid &) override
    {
        return idle();
    }
    [[nodiscard]] Result<std::vector<float>> download(const compute::Spectra &) override { return idle(); }
    [[nodiscard]] Result<compute::MatchResult> match(const compute::Spectra &, const compute::Spectra &,
                                                     const compute::MatchOptions &,
                                                     const JobContext &) override
    {
        return idle();
    }
    [[nodiscard]] Result<std::unique_ptr<compute::BatchUpdate>>
    beginUpdate(const compute::Spectra &, const compute::UpdateOptions &) override
    {
        return idle();
    }

private:
    static tl::unexpected<Error> idle() { return failure(ErrorKind::Unsupported, "this backend is idle"); }

    std::shared_ptr<BackendRecord> m_record;
};

} // namespace

Result<compute::ChosenBackend> recordedBackend(std::shared_ptr<BackendRecord> record)
{
    return compute::ChosenBackend{std::make_unique<IdleBackend>(std::move(record)), "for tests"};
}

Result<compute::ChosenBackend> idleBackend()
{
    return recordedBackend(std::make_shared<BackendRecord>());
}

} // namespace somnium::test
