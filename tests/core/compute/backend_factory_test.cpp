// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend_factory.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/cpu/kernel_choice.h"

namespace somnium::compute
{
namespace
{

/// Sets an environment variable for one scope.
class Environment
{
public:
    Environment(const char *name, const std::string &value) : m_name(name)
    {
        ::setenv(name, value.c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    }
    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;
    ~Environment() { ::unsetenv(m_name); } // NOLINT(concurrency-mt-unsafe)

private:
    const char *m_name;
};

TEST(BackendFactory, TheForcedSimdPathIsTheOneThatRuns)
{
    for (const cpu::Kernels *kernels : cpu::usableKernels())
    {
        const Environment forced("SOMNIUM_SIMD", kernels->name);
        const auto chosen = chooseBackend("cpu").value();
        const auto *const backend = dynamic_cast<const cpu::CpuBackend *>(chosen.backend.get());
        ASSERT_NE(backend, nullptr);
        EXPECT_EQ(backend->simdPath(), kernels->name);
    }
}

TEST(BackendFactory, TheFastestPathRunsUnasked)
{
    EXPECT_EQ(*cpu::chooseKernels(), cpu::usableKernels().front());
    EXPECT_STREQ(cpu::usableKernels().back()->name, "plain");
}

TEST(BackendFactory, AnUnknownSimdPathIsAnError)
{
    const Environment forced("SOMNIUM_SIMD", "avx9000");
    const auto chosen = chooseBackend("cpu");
    ASSERT_FALSE(chosen.has_value());
    EXPECT_EQ(chosen.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(chosen.error().message.find("avx9000"), std::string::npos);
}

TEST(BackendFactory, TheForcedBackendIsTheOneThatRuns)
{
    const Environment forced("SOMNIUM_BACKEND", "cpu");
    const auto chosen = chooseBackend().value();
    EXPECT_EQ(chosen.backend->name(), "cpu");
    EXPECT_NE(chosen.reason.find("SOMNIUM_BACKEND"), std::string::npos);
    EXPECT_FALSE(chosen.backend->device().empty());
}

TEST(BackendFactory, EveryBackendItListsCanBeChosen)
{
    for (const std::string &name : availableBackends())
        EXPECT_EQ(chooseBackend(name).value().backend->name(), name);
    EXPECT_EQ(chooseBackend("abacus").error().kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::compute
