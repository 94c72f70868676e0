// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/database.h"

#include <sqlite3.h>

namespace somnium::session
{

namespace
{

constexpr int kBusyTimeoutMs = 10'000; // another window of the same session may be writing a survey

ErrorKind kindOf(int code)
{
    switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::Malformed;
    case SQLITE_FULL:
    case SQLITE_READONLY: return ErrorKind::WriteFailed;
    case SQLITE_IOERR: return code == SQLITE_IOERR_READ ? ErrorKind::Unreadable : ErrorKind::WriteFailed;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN: return ErrorKind::Unreadable;
    case SQLITE_NOMEM: return ErrorKind::OutOfMemory;
    case SQLITE_TOOBIG: return ErrorKind::Unsupported;
    default: return ErrorKind::Internal;
    }
}

[[noreturn]] void failAs(sqlite3 *database, int code)
{
    std::string message = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    if ((code & 0xff) == SQLITE_BUSY)
        message = "another program is writing to the session (" + message + ")";
    fail(kindOf(code), message);
}

} // namespace

void fail(ErrorKind kind, std::string message)
{
    throw Failed{{kind, std::move(message)}};
}

void Statement::Finalise::operator()(sqlite3_stmt *statement) const noexcept
{
    sqlite3_finalize(statement);
}

void Statement::check(int code) const
{
    if (code != SQLITE_OK)
        failAs(sqlite3_db_handle(m_statement.get()), code);
}

void Statement::reset()
{
    // The code of the step before, which has been reported already.
    static_cast<void>(sqlite3_reset(m_statement.get()));
}

void Statement::bindOne(int position, std::int64_t value)
{
    check(sqlite3_bind_int64(m_statement.get(), position, value));
}

void Statement::bindOne(int position, std::string_view value)
{
    const char *data = value.data() == nullptr ? "" : value.data();
    check(
        sqlite3_bind_text64(m_statement.get(), position, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bindOne(int position, std::span<const std::byte> value)
{
    if (value.empty())
        check(sqlite3_bind_zeroblob(m_statement.get(), position, 0));
    else
        check(sqlite3_bind_blob64(m_statement.get(), position, value.data(), value.size(), SQLITE_STATIC));
}

bool Statement::step()
{
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        failAs(sqlite3_db_handle(m_statement.get()), code);
    reset();
    return false;
}

void Statement::run()
{
    while (step())
    {}
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement.get(), column);
}

std::string Statement::text(int column) const
{
    const void *data = sqlite3_column_text(m_statement.get(), column);
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    return data == nullptr ? std::string()
                           : std::string(static_cast<const char *>(data), static_cast<std::size_t>(size));
}

std::span<const std::byte> Statement::blob(int column) const
{
    const void *data = sqlite3_column_blob(m_statement.get(), column);
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    return {static_cast<const std::byte *>(data), data == nullptr ? 0 : static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3 *database) const noexcept
{
    sqlite3_close_v2(database);
}

Database::Database(const std::filesystem::path &path, Mode mode)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::Create ? SQLITE_OPEN_CREATE : 0);
    sqlite3 *handle = nullptr;
    const int code = sqlite3_open_v2(path.string().c_str(), &handle, flags, nullptr);
    m_database.reset(handle);
    if (code != SQLITE_OK)
        failAs(handle, code);
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    // The file may come from a stranger: it must not make SQLite run or write anything on its own.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Database::execute(const std::string &sql)
{
    const int code = sqlite3_exec(m_database.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        failAs(m_database.get(), code);
}

Statement Database::prepare(std::string_view sql)
{
    sqlite3_stmt *statement = nullptr;
    const int code =
        sqlite3_prepare_v2(m_database.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK)
        failAs(m_database.get(), code);
    return Statement(statement);
}

std::int64_t Database::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_database.get());
}

std::int64_t Database::changes() const
{
    return sqlite3_changes(m_database.get());
}

bool Database::isReadOnly() const
{
    return sqlite3_db_readonly(m_database.get(), "main") == 1;
}

std::int64_t Database::number(std::string_view sql)
{
    Statement statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

Transaction::Transaction(Database &database, Kind kind) : m_database(database)
{
    m_database.execute(kind == Kind::Write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction()
{
    if (!m_isOpen)
        return;
    try
    {
        m_database.execute("ROLLBACK");
    }
    catch (const Failed &) // NOLINT(bugprone-empty-catch): SQLite has rolled back by itself
    {}
}

void Transaction::commit()
{
    m_database.execute("COMMIT");
    m_isOpen = false;
}

} // namespace somnium::session
