// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra of a survey in a file, block by block: written once, read back as often as there are epochs. A
// cache: what it holds can be made again from the samples, so a damaged block is an error of its own, not of
// the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/base/result.h"
#include "core/compute/half_spectra.h"

namespace somnium::compute
{

/// What a file is of. A file of anything else is of no use.
struct SpectraFileKey
{
    PolarGrid grid;
    std::uint64_t fingerprint = 0; ///< of the samples
    std::size_t count = 0;         ///< images
    std::size_t blockImages = 0;   ///< in every block but the last

    [[nodiscard]] std::size_t blocks() const { return (count + blockImages - 1) / blockImages; }
    [[nodiscard]] std::size_t imagesOf(std::size_t block) const;
};

/// An open file. Thread-safe: each read opens it anew.
class SpectraFile
{
public:
    /// Fails unless the file is whole and of this key.
    [[nodiscard]] static Result<SpectraFile> open(const std::filesystem::path &path,
                                                  const SpectraFileKey &key);

    /// Reads and checks one block, without mapping it: nothing of the file stays resident. Malformed:
    /// damaged.
    [[nodiscard]] Result<HalfSpectra> read(std::size_t block) const;

private:
    SpectraFile(std::filesystem::path path, const SpectraFileKey &key) : m_path(std::move(path)), m_key(key)
    {}
    std::filesystem::path m_path;
    SpectraFileKey m_key;
};

/// Writes the blocks one after the other; `finish` publishes the file by rename. Destroyed without it, it
/// removes what it wrote.
class SpectraFileWriter
{
public:
    [[nodiscard]] static Result<std::unique_ptr<SpectraFileWriter>> create(const std::filesystem::path &path,
                                                                           const SpectraFileKey &key);
    SpectraFileWriter(const SpectraFileWriter &) = delete;
    SpectraFileWriter &operator=(const SpectraFileWriter &) = delete;
    ~SpectraFileWriter();

    /// The next block; it must have the key's number of images.
    [[nodiscard]] Result<void> append(const HalfSpectra &block);
    [[nodiscard]] Result<void> finish();

private:
    struct State;
    explicit SpectraFileWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace somnium::compute
