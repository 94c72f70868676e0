// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/file_walker.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/platform.h"
#include "core/io/archive.h"
#include "core/io/image_reader.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

namespace fs = std::filesystem;

constexpr std::string_view kStage = "finding files";
/// Larger files are mapped instead of read: a NumPy array may be larger than the memory.
constexpr std::uint64_t kMapFromBytes = std::uint64_t{1} << 28U;

data::SourceOrigin originOf(const fs::path &path)
{
    data::SourceOrigin origin;
    origin.file = path.generic_string();
    return origin;
}

bool hasArchiveEnding(const std::string &name)
{
    constexpr std::array<std::string_view, 12> kEndings = {".tar",     ".tgz",     ".tar.gz", ".tbz2",
                                                           ".tbz",     ".tar.bz2", ".txz",    ".tar.xz",
                                                           ".tar.zst", ".tar.z",   ".zip",    ".npz"};
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&lower](std::string_view ending) { return lower.ends_with(ending); });
}

/// Tar and zip files by their first bytes, whatever they are called.
bool hasArchiveBytes(const fs::path &path)
{
    constexpr std::size_t kUstarAt = 257;
    std::array<char, kUstarAt + 5> start = {};
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    const std::string_view text(start.data(), static_cast<std::size_t>(file.gcount()));
    return text.starts_with("PK\x03\x04") ||
           (text.size() == start.size() && text.substr(kUstarAt) == "ustar");
}

bool isHidden(std::string_view name)
{
    const std::size_t slash = name.find_last_of('/');
    return name.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with('.');
}

class Finder
{
public:
    Finder(const JobContext &context, const WantedFiles &wanted) : m_context(context), m_wanted(wanted) {}

    void addPath(const fs::path &given);
    FoundFiles take() { return std::move(m_found); }

private:
    [[nodiscard]] bool shouldStop();
    void addFolder(const fs::path &folder);
    void addArchive(const fs::path &path);
    void addFile(const fs::path &path);
    void addProblem(const fs::path &path, const std::string &expected, const std::string &found)
    {
        m_found.problems.push_back({originOf(path), expected, found});
    }

    const JobContext &m_context;
    const WantedFiles &m_wanted;
    FoundFiles m_found;
};

bool Finder::shouldStop()
{
    m_context.report({m_found.files.size(), 0, kStage});
    return m_context.shouldStop();
}

void Finder::addPath(const fs::path &given)
{
    std::error_code error;
    const fs::path path = fs::absolute(given, error).lexically_normal();
    const fs::file_status status = fs::status(path, error);
    const std::size_t before = m_found.files.size() + m_found.problems.size();
    if (fs::is_directory(status))
        addFolder(path);
    else if (!fs::is_regular_file(status))
        addProblem(path, "a file or folder", fs::exists(status) ? "neither" : "nothing there");
    else if (hasArchiveEnding(path.filename().string()) || hasArchiveBytes(path))
        addArchive(path);
    else
        addFile(path);
    if (m_found.files.size() + m_found.problems.size() == before && !m_context.shouldStop())
        addProblem(path, "at least one " + m_wanted.what, "none");
}

void Finder::addFolder(const fs::path &folder)
{
    std::vector<fs::path> inside;
    std::error_code error;
    auto entry =
        fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
    {
        if (shouldStop())
            return;
        const std::string name = entry->path().filename().string();
        std::error_code ignored; // a dangling link is no file
        if (isHidden(name))
            entry.disable_recursion_pending();
        else if (entry->is_regular_file(ignored) && (m_wanted.hasEnding(name) || hasArchiveEnding(name)))
            inside.push_back(entry->path());
    }
    if (error)
        addProblem(folder, "a folder that can be read", error.message());
    std::sort(inside.begin(), inside.end(),
              [](const fs::path &a, const fs::path &b) { return a.generic_string() < b.generic_string(); });
    for (const fs::path &path : inside)
    {
        if (shouldStop())
            return;
        if (hasArchiveEnding(path.filename().string()))
            addArchive(path);
        else
            addFile(path);
    }
}

void Finder::addFile(const fs::path &path)
{
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error)
        return addProblem(path, "a file that can be read", error.message());
    m_found.files.push_back({path.generic_string(), {}, 0, size, true});
}

void Finder::addArchive(const fs::path &path)
{
    auto reader = ArchiveReader::open(path);
    if (!reader)
    {
        m_found.problems.push_back(problemAt(originOf(path), reader.error().message));
        return;
    }
    std::vector<FoundFile> members;
    for (std::uint64_t number = 0; !shouldStop(); ++number)
    {
        const auto member = reader->next();
        if (!member)
            m_found.problems.push_back(problemAt(originOf(path), member.error().message));
        if (!member || !*member)
            break;
        const ArchiveMember &found = **member;
        if (isHidden(found.name) || !m_wanted.hasEnding(found.name))
            continue;
        const bool isPlain = found.plainOffset.has_value();
        members.push_back({path.generic_string(), found.name, isPlain ? *found.plainOffset : number,
                           found.sizeBytes, isPlain});
    }
    std::stable_sort(members.begin(), members.end(),
                     [](const FoundFile &a, const FoundFile &b) { return a.member < b.member; });
    m_found.files.insert(m_found.files.end(), members.begin(), members.end());
}

std::string nameOf(const FoundFile &file)
{
    data::SourceOrigin origin;
    origin.file = file.file;
    origin.member = file.member;
    return toString(origin);
}

Result<std::vector<std::byte>> readPlain(const FoundFile &file)
{
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file.file, error);
    if (error)
        return failure(ErrorKind::Unreadable, nameOf(file) + ": expected a file, found: " + error.message());
    if (file.offset > size || file.sizeBytes > size - file.offset)
        return failure(ErrorKind::Malformed, nameOf(file) + ": expected " + std::to_string(file.sizeBytes) +
                                                 " bytes at " + std::to_string(file.offset) +
                                                 ", found a file of " + std::to_string(size));
    std::vector<std::byte> bytes(file.sizeBytes);
    std::ifstream stream(file.file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(file.offset));
    stream.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(bytes.size())); // NOLINT
    if (!stream)
        return failure(ErrorKind::Unreadable, nameOf(file) + ": expected " + std::to_string(file.sizeBytes) +
                                                  " bytes, found a file that cannot be read");
    return bytes;
}

void visitPlain(const FoundFile &file, std::size_t index, const FileVisitor &visit)
{
    if (file.sizeBytes < kMapFromBytes)
    {
        const auto bytes = readPlain(file);
        return bytes ? visit(index, std::span<const std::byte>(*bytes))
                     : visit(index, failure(bytes.error()));
    }
    const auto mapped = MappedFile::open(file.file);
    if (!mapped)
        return visit(index, failure(mapped.error()));
    const auto all = mapped->bytes();
    if (file.offset > all.size() || file.sizeBytes > all.size() - file.offset)
        return visit(index, failure(ErrorKind::Malformed, nameOf(file) + ": expected " +
                                                              std::to_string(file.sizeBytes) +
                                                              " bytes, found " + std::to_string(all.size())));
    visit(index, all.subspan(file.offset, file.sizeBytes));
}

/// Streams one compressed archive and hands out the wanted members.
class ArchiveVisitor
{
public:
    ArchiveVisitor(const std::vector<FoundFile> &files, const JobContext &context, const FileVisitor &visit)
        : m_files(files), m_context(context), m_visit(visit)
    {}

    /// `indices` are the places in the list of this archive's members.
    bool run(const std::string &path, const std::vector<std::size_t> &indices);

private:
    bool flush();

    struct Read
    {
        std::size_t index = 0;
        Result<std::vector<std::byte>> bytes;
    };
    const std::vector<FoundFile> &m_files;
    const JobContext &m_context;
    const FileVisitor &m_visit;
    std::vector<Read> m_batch;
    std::size_t m_batchBytes = 0;
};

bool ArchiveVisitor::flush()
{
    const bool isComplete = parallelFor(m_batch.size(), m_context, [this](std::size_t i) {
        const Read &read = m_batch[i];
        if (read.bytes)
            m_visit(read.index, std::span<const std::byte>(*read.bytes));
        else
            m_visit(read.index, failure(read.bytes.error()));
    });
    m_batch.clear();
    m_batchBytes = 0;
    return isComplete;
}

bool ArchiveVisitor::run(const std::string &path, const std::vector<std::size_t> &indices)
{
    constexpr std::size_t kBatchFiles = 256;
    constexpr std::size_t kBatchBytes = std::size_t{1} << 25U;
    std::map<std::uint64_t, std::size_t> wanted; // the member's number -> its place in the list
    for (const std::size_t index : indices)
        wanted.emplace(m_files[index].offset, index);

    auto reader = ArchiveReader::open(path);
    std::string reason = reader ? "the archive's end" : reader.error().message;
    for (std::uint64_t number = 0; reader && !wanted.empty(); ++number)
    {
        if (m_context.shouldStop())
            return false;
        const auto member = reader->next();
        if (!member)
            reason = member.error().message;
        if (!member || !*member)
            break;
        const auto found = wanted.find(number);
        if (found == wanted.end())
            continue;
        m_batch.push_back({found->second, reader->readMember()});
        m_batchBytes += m_batch.back().bytes ? m_batch.back().bytes->size() : 0;
        wanted.erase(found);
        if ((m_batch.size() >= kBatchFiles || m_batchBytes >= kBatchBytes) && !flush())
            return false;
    }
    for (const auto &[number, index] : wanted)
    {
        Read absent;
        absent.index = index;
        absent.bytes =
            failure(ErrorKind::Malformed, nameOf(m_files[index]) + ": expected this member, found " + reason);
        m_batch.push_back(std::move(absent));
    }
    return flush();
}

} // namespace

WantedFiles imageFiles()
{
    return {hasImageEnding, "image file (.fits, .fits.fz, .png, .jpg, .npy, ...)"};
}

FoundFiles findFiles(const std::vector<fs::path> &paths, const JobContext &context, const WantedFiles &wanted)
{
    Finder finder(context, wanted);
    for (const fs::path &path : paths)
        if (!context.shouldStop())
            finder.addPath(path);
    return finder.take();
}

Result<std::vector<std::byte>> readFile(const FoundFile &file)
{
    if (file.isStoredPlain)
        return readPlain(file);
    auto reader = ArchiveReader::open(file.file);
    if (!reader)
        return failure(reader.error());
    for (std::uint64_t number = 0;; ++number)
    {
        const auto member = reader->next();
        if (!member)
            return failure(member.error());
        if (!*member)
            return failure(ErrorKind::NotFound,
                           nameOf(file) + ": expected this member, found the archive's end");
        if (number == file.offset)
            return reader->readMember();
    }
}

Result<std::vector<std::byte>> readFile(const data::SourceOrigin &origin)
{
    if (origin.member.empty())
    {
        std::error_code error;
        const std::uintmax_t size = fs::file_size(origin.file, error);
        if (error)
            return failure(ErrorKind::NotFound, origin.file + ": expected a file, found: " + error.message());
        return readPlain({origin.file, {}, 0, size, true});
    }
    auto reader = ArchiveReader::open(origin.file);
    if (!reader)
        return failure(reader.error());
    for (;;)
    {
        const auto member = reader->next();
        if (!member)
            return failure(member.error());
        if (!*member)
            return failure(ErrorKind::NotFound,
                           toString(origin) + ": expected this member, found the archive's end");
        if ((*member)->name == origin.member)
            return reader->readMember();
    }
}

bool visitFiles(const std::vector<FoundFile> &files, const JobContext &context, const FileVisitor &visit)
{
    std::vector<std::size_t> plain;
    std::map<std::string, std::vector<std::size_t>> archives;
    for (std::size_t i = 0; i < files.size(); ++i)
    {
        if (files[i].isStoredPlain)
            plain.push_back(i);
        else
            archives[files[i].file].push_back(i);
    }
    if (!parallelFor(plain.size(), context,
                     [&](std::size_t i) { visitPlain(files[plain[i]], plain[i], visit); }))
        return false;
    return std::all_of(archives.begin(), archives.end(), [&](const auto &archive) {
        return ArchiveVisitor(files, context, visit).run(archive.first, archive.second);
    });
}

} // namespace somnium::io
