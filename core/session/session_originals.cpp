// SPDX-License-Identifier: GPL-3.0-or-later
// Originals that have moved: what is missing, and where it is now.
#include <set>

#include "core/session/session.h"
#include "core/session/session_state.h"
#include "core/session/source_table.h"

namespace somnium::session
{

namespace
{

/// `file` with the folder `from` at its beginning replaced; empty: it does not begin so.
std::string movedPath(const std::string &file, const std::filesystem::path &from,
                      const std::filesystem::path &to)
{
    const std::filesystem::path relative = std::filesystem::path(file).lexically_relative(from);
    if (relative.empty() || *relative.begin() == "..")
        return {};
    return (relative == "." ? to : to / relative).lexically_normal().generic_string();
}

/// True if any of the source's files was below `from`.
bool moveSource(data::Source &source, const std::filesystem::path &from, const std::filesystem::path &to)
{
    bool isMoved = false;
    const auto move = [&](data::SourceOrigin &origin) {
        if (std::string moved = movedPath(origin.file, from, to); !moved.empty())
        {
            origin.file = std::move(moved);
            isMoved = true;
        }
    };
    move(source.origin);
    for (data::SourceOrigin &channel : source.channelOrigins)
        move(channel);
    return isMoved;
}

} // namespace

Result<std::vector<std::string>> Session::missingOriginals(CollectionId id) const
{
    const auto sources = m_state->read([&](Database &database) {
        return readSources(database, SourceOwner::Collection, static_cast<std::int64_t>(id),
                           sourceCountOf(database, id), m_state->paths);
    });
    if (!sources)
        return failure(sources.error());
    std::set<std::string> files;
    for (const data::Source &source : *sources)
    {
        files.insert(source.origin.file);
        for (const data::SourceOrigin &channel : source.channelOrigins)
            files.insert(channel.file);
    }
    std::vector<std::string> missing;
    std::error_code error;
    for (const std::string &file : files)
        if (!std::filesystem::exists(file, error))
            missing.push_back(file);
    return missing;
}

Result<std::size_t> Session::moveOriginals(CollectionId id, const std::filesystem::path &from,
                                           const std::filesystem::path &to)
{
    return m_state->write([&](Database &database) {
        const auto number = static_cast<std::int64_t>(id);
        auto sources = readSources(database, SourceOwner::Collection, number, sourceCountOf(database, id),
                                   m_state->paths);
        std::size_t changed = 0;
        for (data::Source &source : sources)
            changed += moveSource(source, from.lexically_normal(), to) ? 1U : 0U;
        Statement clear = database.prepare("DELETE FROM source_block WHERE collection = ?1");
        clear.bind(number).run();
        writeSources(database, SourceOwner::Collection, number, 0, sources, m_state->paths);
        return changed;
    });
}

} // namespace somnium::session
