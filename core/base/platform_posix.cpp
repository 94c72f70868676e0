// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform.h"
#include "core/base/thread_time.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

namespace somnium
{

namespace
{

/// Owns a file descriptor for the length of a scope.
class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number = -1;
};

tl::unexpected<Error> systemFailure(ErrorKind kind, const std::filesystem::path &path, const char *action)
{
    const int code = errno;
    if (code == ENOENT)
        kind = ErrorKind::NotFound;
    return failure(kind, path.string() + ": cannot " + action + ": " + std::strerror(code));
}

Result<void> syncOne(const std::filesystem::path &path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0 || ::fsync(file.number()) != 0)
        return systemFailure(ErrorKind::WriteFailed, path, "force to disk");
    return {};
}

} // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path &path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0)
        return systemFailure(ErrorKind::Unreadable, path, "open");
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0)
        return systemFailure(ErrorKind::Unreadable, path, "read the size");
    if (!S_ISREG(status.st_mode))
        return failure(ErrorKind::Unreadable, path.string() + ": expected a file, found something else");

    MappedFile mapped;
    mapped.m_sizeBytes = static_cast<std::size_t>(status.st_size);
    if (mapped.m_sizeBytes == 0)
        return mapped;
    void *address = ::mmap(nullptr, mapped.m_sizeBytes, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (address == MAP_FAILED)
    {
        mapped.m_sizeBytes = 0;
        return systemFailure(ErrorKind::Unreadable, path, "map into memory");
    }
    mapped.m_data = static_cast<const std::byte *>(address);
    return mapped;
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_sizeBytes(std::exchange(other.m_sizeBytes, 0))
{}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_sizeBytes, other.m_sizeBytes);
    return *this;
}

MappedFile::~MappedFile()
{
    if (m_data != nullptr)
        ::munmap(const_cast<std::byte *>(m_data), m_sizeBytes); // NOLINT: munmap takes a non-const pointer
}

void MappedFile::letGo(std::size_t offset, std::size_t sizeBytes) const
{
    // Whole pages only: the parts of pages at the ends may still be in use.
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t end = std::min(offset + sizeBytes, m_sizeBytes) / page * page;
    const std::size_t begin = (offset + page - 1) / page * page;
    if (m_data != nullptr && begin < end)
        ::madvise(const_cast<std::byte *>(m_data + begin), end - begin, // NOLINT: madvise takes no const
                  MADV_DONTNEED);
}

bool MappedFile::isResident(std::size_t offset, std::size_t sizeBytes) const
{
#ifdef __APPLE__
    using PageState = char;
#else
    using PageState = unsigned char;
#endif
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t begin = offset / page * page;
    const std::size_t end = std::min(offset + sizeBytes, m_sizeBytes);
    if (m_data == nullptr || begin >= end)
        return true;
    std::vector<PageState> states((end - begin + page - 1) / page);
    auto *const first = const_cast<std::byte *>(m_data + begin); // NOLINT: mincore takes no const
    if (::mincore(first, end - begin, states.data()) != 0)
        return true;
    return std::all_of(states.begin(), states.end(), [](PageState state) { return (state & 1) != 0; });
}

Result<FileLock> FileLock::take(const std::filesystem::path &path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return systemFailure(ErrorKind::Unreadable, path, "open");
    FileLock lock(path, descriptor);
    struct stat held = {};
    struct stat named = {};
    // Another holder may have removed the file between opening and locking: then this is a lock on nothing.
    const bool isHeld = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && ::fstat(descriptor, &held) == 0 &&
                        ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino;
    if (isHeld)
        return lock;
    ::close(std::exchange(lock.m_descriptor, -1)); // without removing what another program holds
    return failure(ErrorKind::Unreadable, path.string() + ": held by another program");
}

FileLock::FileLock(FileLock &&other) noexcept
    : m_path(std::move(other.m_path)), m_descriptor(std::exchange(other.m_descriptor, -1))
{}

FileLock &FileLock::operator=(FileLock &&other) noexcept
{
    if (this != &other)
    {
        letGo();
        m_path = std::move(other.m_path);
        m_descriptor = std::exchange(other.m_descriptor, -1);
    }
    return *this;
}

FileLock::~FileLock()
{
    letGo();
}

void FileLock::letGo() noexcept
{
    if (m_descriptor < 0)
        return;
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
    ::close(std::exchange(m_descriptor, -1));
}

Result<SharedLibrary> SharedLibrary::open(const std::filesystem::path &path)
{
    std::error_code ignored;
    const bool isFile = path.has_parent_path();
    if (isFile && !std::filesystem::exists(path, ignored))
        return failure(ErrorKind::NotFound, path.string() + ": there is no such file");
    void *const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr)
        return SharedLibrary(path, handle);
    const char *const found = ::dlerror(); // NOLINT(concurrency-mt-unsafe): kept by thread
    const std::string reason = found != nullptr ? found : "the system gives no reason";
    // The loader names the file that it misses: this one, or one that it needs.
    const bool isMissing = !isFile && reason.starts_with(path.string() + ": cannot open");
    return failure(isMissing ? ErrorKind::NotFound : ErrorKind::Unreadable,
                   reason.find(path.string()) == std::string::npos ? path.string() + ": " + reason : reason);
}

Result<void *> SharedLibrary::symbol(const std::string &name) const
{
    if (void *const address = ::dlsym(m_handle, name.c_str()))
        return address;
    return failure(ErrorKind::NotFound, m_path.string() + ": has no " + name);
}

std::string sharedLibraryFile(std::string_view name)
{
#ifdef __APPLE__
    return "lib" + std::string(name) + ".dylib";
#else
    return "lib" + std::string(name) + ".so";
#endif
}

std::filesystem::path executableFolder()
{
#ifdef __APPLE__
    std::string path(4096, '\0');
    auto size = static_cast<std::uint32_t>(path.size());
    if (::_NSGetExecutablePath(path.data(), &size) != 0)
        return {};
    return std::filesystem::path(path.c_str()).parent_path();
#else
    std::error_code error;
    const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path() : path.parent_path();
#endif
}

Result<void> syncToDisk(const std::filesystem::path &path)
{
    if (auto file = syncOne(path); !file)
        return file;
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    return syncOne(folder);
}

Result<std::filesystem::path> userCacheFolder()
{
    std::filesystem::path base;
    if (const char *xdg = std::getenv("XDG_CACHE_HOME");
        xdg != nullptr && *xdg != '\0') // NOLINT(concurrency-mt-unsafe)
        base = xdg;
    else if (const char *home = std::getenv("HOME");
             home != nullptr && *home != '\0') // NOLINT(concurrency-mt-unsafe)
        base = std::filesystem::path(home) / ".cache";
    else
        base = std::filesystem::temp_directory_path();
    std::error_code error;
    std::filesystem::create_directories(base / "somnium", error);
    if (error)
        return failure(ErrorKind::WriteFailed,
                       (base / "somnium").string() + ": cannot create: " + error.message());
    return base / "somnium";
}

std::size_t peakResidentBytes()
{
    struct rusage usage = {};
    if (::getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
#ifdef __APPLE__
    return static_cast<std::size_t>(usage.ru_maxrss);
#else
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
#endif
}

std::size_t residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::size_t totalPages = 0;
    std::size_t residentPages = 0;
    if (!(statm >> totalPages >> residentPages))
        return 0;
    return residentPages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t availableMemoryBytes()
{
    std::ifstream info("/proc/meminfo");
    std::string name;
    std::size_t kilobytes = 0;
    for (std::string line; std::getline(info, line);)
        if (std::istringstream words(line); words >> name >> kilobytes && name == "MemAvailable:")
            return kilobytes * 1024;
    return 0;
}

void releaseFreeMemory()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

ThreadTimes threadTimes()
{
    ThreadTimes times;
    struct timespec worked = {};
    if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked) == 0)
        times.workedSeconds = static_cast<double>(worked.tv_sec) + 1e-9 * static_cast<double>(worked.tv_nsec);
    // Linux: nanoseconds on a processor, nanoseconds in the queue, turns.
    std::ifstream statistics("/proc/thread-self/schedstat");
    double workedNs = 0.0;
    double queuedNs = 0.0;
    if (statistics >> workedNs >> queuedNs)
        times.queuedSeconds = 1e-9 * queuedNs;
    return times;
}

std::uint64_t processId()
{
    return static_cast<std::uint64_t>(::getpid());
}

} // namespace somnium
