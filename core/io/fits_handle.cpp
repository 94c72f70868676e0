// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_handle.h"

#include <array>
#include <cstdlib>
#include <cstring>

#include "core/base/check.h"

namespace somnium::io
{

namespace
{

constexpr std::size_t kFitsBlock = 2880;

} // namespace

std::string fitsReason(int status)
{
    std::array<char, FLEN_STATUS> words{};
    fits_get_errstatus(status, words.data());
    std::array<char, FLEN_ERRMSG> detail{};
    std::string reason = words.data();
    if (fits_read_errmsg(detail.data()) != 0 && detail[0] != '\0')
        reason += ": " + std::string(detail.data());
    fits_clear_errmsg();
    return reason;
}

// CFITSIO keeps the addresses of `memory` and `sizeBytes` while the file is open, so they stay on the heap.
struct FitsHandle::State
{
    fitsfile *file = nullptr;
    void *memory = nullptr;
    std::size_t sizeBytes = 0;
    bool ownsMemory = false;
    std::vector<std::byte> padded; ///< a copy, where the bytes given end inside a block
};

void FitsHandle::StateDeleter::operator()(State *state) const noexcept
{
    // Whatever was not closed was read only, or is given up: told of a failure, CFITSIO does not fill up with
    // zeros what was not written, which may be most of the disk.
    int status = FILE_NOT_CLOSED;
    if (state->file != nullptr)
    {
        fits_close_file(state->file, &status);
        fits_clear_errmsg();
    }
    if (state->ownsMemory)
        std::free(state->memory); // NOLINT(cppcoreguidelines-no-malloc): CFITSIO's own realloc made it
    std::default_delete<State>()(state);
}

FitsHandle::FitsHandle(std::unique_ptr<State, StateDeleter> state) : m_state(std::move(state)) {}

std::unique_ptr<FitsHandle::State, FitsHandle::StateDeleter> FitsHandle::makeState()
{
    return std::unique_ptr<State, StateDeleter>(std::make_unique<State>().release());
}

fitsfile *FitsHandle::get() const
{
    return m_state->file;
}

Result<FitsHandle> FitsHandle::openBytes(std::span<const std::byte> bytes, const std::string &name)
{
    constexpr std::string_view kMagic = "SIMPLE  =";
    if (bytes.size() < kFitsBlock || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
        return failure(ErrorKind::Malformed, name + ": expected a FITS file, found " +
                                                 std::to_string(bytes.size()) +
                                                 " bytes that do not begin with a FITS header");
    auto state = makeState();
    // CFITSIO reads whole blocks, beyond the end of the memory if that is none.
    if (bytes.size() % kFitsBlock != 0)
    {
        state->padded.assign(bytes.begin(), bytes.end());
        state->padded.resize((bytes.size() / kFitsBlock + 1) * kFitsBlock);
        bytes = state->padded;
    }
    // READONLY: CFITSIO does not write to the memory, its interface only lacks the const.
    state->memory = const_cast<std::byte *>(bytes.data());
    state->sizeBytes = bytes.size();
    int status = 0;
    fits_open_memfile(&state->file, "bytes", READONLY, &state->memory, &state->sizeBytes, 0, nullptr,
                      &status);
    if (status != 0)
        return failure(ErrorKind::Malformed, name + ": expected a FITS file, found: " + fitsReason(status));
    return FitsHandle(std::move(state));
}

Result<FitsHandle> FitsHandle::createFile(const std::filesystem::path &path)
{
    auto state = makeState();
    int status = 0;
    fits_create_diskfile(&state->file, path.string().c_str(), &status);
    if (status != 0)
        return failure(ErrorKind::WriteFailed, path.string() + ": " + fitsReason(status));
    return FitsHandle(std::move(state));
}

Result<FitsHandle> FitsHandle::createInMemory()
{
    auto state = makeState();
    state->ownsMemory = true;
    state->sizeBytes = 4 * kFitsBlock;
    // CFITSIO takes what lies in the memory for an existing file, so it must be blank.
    state->memory = std::calloc(state->sizeBytes, 1); // NOLINT(cppcoreguidelines-no-malloc): grows by realloc
    if (state->memory == nullptr)
        return failure(ErrorKind::OutOfMemory, "no memory for a FITS file");
    int status = 0;
    constexpr std::size_t kGrowBytes = std::size_t{1} << 20;
    fits_create_memfile(&state->file, &state->memory, &state->sizeBytes, kGrowBytes, std::realloc, &status);
    if (status != 0)
        return failure(ErrorKind::Internal, "FITS file in memory: " + fitsReason(status));
    return FitsHandle(std::move(state));
}

Result<void> FitsHandle::close()
{
    int status = 0;
    fits_close_file(m_state->file, &status);
    m_state->file = nullptr;
    if (status != 0)
        return failure(ErrorKind::WriteFailed, "FITS: " + fitsReason(status));
    return {};
}

Result<std::vector<std::byte>> FitsHandle::takeBytes()
{
    CHECK(m_state->ownsMemory);
    int status = 0;
    LONGLONG dataEnd = 0;
    fits_flush_file(m_state->file, &status);
    fits_get_hduaddrll(m_state->file, nullptr, nullptr, &dataEnd, &status);
    if (status != 0)
        return failure(ErrorKind::Internal, "FITS file in memory: " + fitsReason(status));
    if (auto closed = close(); !closed)
        return failure(closed.error());
    const auto *begin = static_cast<const std::byte *>(m_state->memory);
    return std::vector<std::byte>(begin, begin + dataEnd);
}

} // namespace somnium::io
