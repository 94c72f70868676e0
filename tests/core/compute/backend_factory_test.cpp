// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend_factory.h"

#include <string>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/cpu/kernel_choice.h"
#include "tests/support/environment.h"

namespace somnium::compute
{
namespace
{

TEST(BackendFactory, TheForcedSimdPathIsTheOneThatRuns)
{
    for (const cpu::Kernels *kernels : cpu::usableKernels())
    {
        const test::Environment forced("SOMNIUM_SIMD", kernels->name);
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
    const test::Environment forced("SOMNIUM_SIMD", "avx9000");
    const auto chosen = chooseBackend("cpu");
    ASSERT_FALSE(chosen.has_value());
    EXPECT_EQ(chosen.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(chosen.error().message.find("avx9000"), std::string::npos);
}

TEST(BackendFactory, TheForcedBackendIsTheOneThatRuns)
{
    const test::Environment forced("SOMNIUM_BACKEND", "cpu");
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
