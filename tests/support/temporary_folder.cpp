// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/temporary_folder.h"

#include <atomic>
#include <string>
#include <system_error>

#include "core/base/platform.h"

namespace somnium::test
{

TemporaryFolder::TemporaryFolder()
{
    static std::atomic<unsigned> counter{0};
    m_path = std::filesystem::temp_directory_path() /
             ("somnium-test-" + std::to_string(processId()) + "-" + std::to_string(counter.fetch_add(1)));
    std::filesystem::create_directories(m_path);
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace somnium::test
