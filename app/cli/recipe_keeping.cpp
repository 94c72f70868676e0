// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/recipe_keeping.h"

namespace somnium::cli
{

Result<std::shared_ptr<session::Session>> openIfNamed(const std::filesystem::path &session)
{
    if (session.empty())
        return std::shared_ptr<session::Session>();
    return session::Session::open(session);
}

void addSavingOptions(CLI::App &verb, std::string &name, std::filesystem::path &file,
                      std::filesystem::path &session)
{
    verb.add_option("--session", session, "Keep it in this session");
    verb.add_option("--as", name, "Its new name");
    verb.add_option("--out", file, "Write it to this file, to be shared");
}

} // namespace somnium::cli
