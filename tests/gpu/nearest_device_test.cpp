// SPDX-License-Identifier: GPL-3.0-or-later
// The search for the nearest on the GPU that is here, as the program finds it.
#include <memory>
#include <string>
#include <utility>

#include "tests/gpu/gpu_here.h"
#include "tests/support/nearest_rows_suite.h"

namespace somnium::test
{
namespace
{

/// Rows with the backend that keeps them.
std::shared_ptr<compute::NearestRows> keptHere(std::shared_ptr<const compute::HalfRows> rows)
{
    struct Both
    {
        std::unique_ptr<compute::Backend> backend;
        std::unique_ptr<compute::NearestRows> kept;
    };
    const auto both = std::make_shared<Both>();
    both->backend = gpuHere().value();
    both->kept = both->backend->keepRows(std::move(rows)).value();
    return {both, both->kept.get()};
}

std::string whyNotHere()
{
    const auto made = gpuHere();
    return made ? "" : made.error().message;
}

INSTANTIATE_TEST_SUITE_P(Gpu, NearestRowsSuite,
                         testing::Values(NearestRowsMaker{"cuda", keptHere, whyNotHere}),
                         [](const auto &instance) { return instance.param.name; });

} // namespace
} // namespace somnium::test
