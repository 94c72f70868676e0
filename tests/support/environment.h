// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace somnium::test
{

/// Sets an environment variable for one scope; then it is as it was.
class Environment
{
public:
    Environment(const char *name, const std::string &value) : m_name(name)
    {
        if (const char *const before = std::getenv(name)) // NOLINT(concurrency-mt-unsafe)
            m_before = before;
        ::setenv(name, value.c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    }
    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;
    ~Environment()
    {
        if (m_before)
            ::setenv(m_name, m_before->c_str(), 1); // NOLINT(concurrency-mt-unsafe)
        else
            ::unsetenv(m_name); // NOLINT(concurrency-mt-unsafe)
    }

private:
    const char *m_name;
    std::optional<std::string> m_before;
};

} // namespace somnium::test
