// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite's C interface as three small owning classes. Inside core/session failures fly as `Failed`; Session
// turns them into Results at its border.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace somnium::session
{

/// Carries an Error through core/session; never leaves it.
struct Failed
{
    Error error;
};
[[noreturn]] void fail(ErrorKind kind, std::string message);

/// One prepared statement. Parameters and columns count from 0.
class Statement
{
public:
    /// Binds the arguments to ?1, ?2, ... Blobs must outlive the next `step`; text is copied.
    template <class... Values> Statement &bind(const Values &...values)
    {
        reset();
        int position = 1;
        (bindOne(position++, values), ...);
        return *this;
    }
    /// True: a row is there to be read. False: done.
    bool step();
    /// Runs a statement that gives no rows; can be bound and run again.
    void run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;
    /// Valid until the next step.
    [[nodiscard]] std::span<const std::byte> blob(int column) const;

private:
    friend class Database;
    struct Finalise
    {
        void operator()(sqlite3_stmt *statement) const noexcept;
    };
    explicit Statement(sqlite3_stmt *statement) : m_statement(statement) {}
    void reset();
    void bindOne(int position, std::int64_t value);
    void bindOne(int position, std::size_t value) { bindOne(position, static_cast<std::int64_t>(value)); }
    void bindOne(int position, bool value) { bindOne(position, std::int64_t{value ? 1 : 0}); }
    void bindOne(int position, std::string_view value);
    void bindOne(int position, std::span<const std::byte> value);
    void check(int code) const;

    std::unique_ptr<sqlite3_stmt, Finalise> m_statement;
};

/// An open database file. Not thread-safe: Session serialises.
class Database
{
public:
    enum class Mode
    {
        OpenExisting,
        Create
    };
    Database(const std::filesystem::path &path, Mode mode);

    void execute(const std::string &sql);
    [[nodiscard]] Statement prepare(std::string_view sql);
    [[nodiscard]] std::int64_t lastInsertId() const;
    /// Rows that the last statement changed.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] bool isReadOnly() const;
    /// The single number that a PRAGMA or SELECT gives.
    [[nodiscard]] std::int64_t number(std::string_view sql);

private:
    struct Close
    {
        void operator()(sqlite3 *database) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> m_database;
};

/// All or nothing: rolled back unless committed. `commit` returns when the change is on the disk. One for
/// reading sees one state of the file, whatever another program writes meanwhile.
class Transaction
{
public:
    enum class Kind
    {
        Read,
        Write
    };
    explicit Transaction(Database &database, Kind kind = Kind::Write);
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    ~Transaction();
    void commit();

private:
    Database &m_database;
    bool m_isOpen = true;
};

} // namespace somnium::session
