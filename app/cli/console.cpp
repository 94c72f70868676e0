// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"

#include <algorithm>
#include <iostream>

#include <unistd.h>

namespace somnium::cli
{

Console::Console(const GlobalOptions &options, std::stop_token stop)
    : m_options(options), m_stop(std::move(stop)), m_hasTerminal(::isatty(STDERR_FILENO) == 1)
{}

JobContext Console::job()
{
    JobContext context;
    context.stop = m_stop;
    context.threads = m_options.threads;
    if (m_hasTerminal && !m_options.isQuiet)
        context.onProgress = [this](const Progress &progress) { drawProgress(progress); };
    context.onNotice = [this](const std::string &text) {
        m_notices.push_back(text);
        remark(text);
    };
    return context;
}

void Console::drawProgress(const Progress &progress)
{
    constexpr auto kInterval = std::chrono::milliseconds(100);
    constexpr std::size_t kWidth = 30;
    const auto now = std::chrono::steady_clock::now();
    const bool isEnd = progress.total > 0 && progress.done >= progress.total;
    if (!isEnd && now - m_lastDrawn < kInterval)
        return;
    m_lastDrawn = now;
    m_isBarDrawn = true;
    std::cerr << "\r\033[K" << progress.stage << "  ";
    if (progress.total == 0)
    {
        std::cerr << progress.done << std::flush;
        return;
    }
    const std::size_t filled = std::min(kWidth, progress.done * kWidth / progress.total);
    std::cerr << '[' << std::string(filled, '#') << std::string(kWidth - filled, ' ') << "] " << progress.done
              << " of " << progress.total << std::flush;
}

void Console::endProgress()
{
    if (m_isBarDrawn)
        std::cerr << "\r\033[K" << std::flush;
    m_isBarDrawn = false;
}

void Console::print(const std::string &text, const nlohmann::json &json)
{
    endProgress();
    if (!m_options.isJson)
    {
        std::cout << text << std::endl;
        return;
    }
    nlohmann::json whole = json;
    if (whole.is_object() && !m_notices.empty())
        whole["notices"] = m_notices;
    std::cout << whole.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
}

void Console::remark(const std::string &text)
{
    endProgress();
    if (!m_options.isQuiet)
        std::cerr << text << '\n';
}

Result<compute::Backend *> Console::backend()
{
    if (m_backend)
        return m_backend.get();
    auto chosen = compute::chooseBackend(m_options.device);
    if (!chosen)
        return failure(chosen.error());
    remark("computing on " + chosen->backend->device() +
           (chosen->reason.empty() ? "" : " (" + chosen->reason + ")"));
    m_backend = std::move(chosen->backend);
    return m_backend.get();
}

} // namespace somnium::cli
