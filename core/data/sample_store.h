// SPDX-License-Identifier: GPL-3.0-or-later
// Prepared samples of one shape in one memory-mapped file: header, then float32
// [count][channels][rows][columns], then a checksum. Written front to back in any block order, published by
// rename, read without loading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "core/base/job.h"
#include "core/base/platform.h"
#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::data
{

/// Anything that can hand out samples of one shape: a store on disk, or a vector in a test. Thread-safe to
/// read.
class Samples
{
public:
    Samples() = default;
    Samples(const Samples &) = delete;
    Samples &operator=(const Samples &) = delete;
    virtual ~Samples() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual ImageShape shape() const = 0;
    /// Sample `index`; valid as long as this object.
    [[nodiscard]] virtual ImageView sample(std::size_t index) const = 0;
    /// Says that nobody needs samples [first, first + count) for now, so that a pass over a survey need not
    /// hold all of it in memory. They can be had again all the same.
    virtual void letGo(std::size_t /*first*/, std::size_t /*count*/) const {}
    /// Whether `sample(index)` can be read without waiting for a disk: a thread that must not wait asks
    /// first, and has another one call `bringIn`.
    [[nodiscard]] virtual bool isAtHand(std::size_t /*index*/) const { return true; }
    /// Reads the sample once, so that it is at hand for a while.
    virtual void bringIn(std::size_t /*index*/) const {}
};

/// Samples in memory: tests, small selections, images mapped on a loaded model.
class MemorySamples final : public Samples
{
public:
    MemorySamples(ImageShape shape, std::vector<float> values);
    [[nodiscard]] std::size_t count() const override;
    [[nodiscard]] ImageShape shape() const override { return m_shape; }
    [[nodiscard]] ImageView sample(std::size_t index) const override;

private:
    ImageShape m_shape;
    std::vector<float> m_values;
};

/// A store opened for reading.
class SampleStore final : public Samples
{
public:
    /// Maps the file and checks magic, version, shape against the size. `verifyChecksum` reads all of it.
    [[nodiscard]] static Result<std::shared_ptr<const SampleStore>> open(const std::filesystem::path &path,
                                                                         bool verifyChecksum = false);
    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] ImageShape shape() const override { return m_shape; }
    [[nodiscard]] ImageView sample(std::size_t index) const override;
    void letGo(std::size_t first, std::size_t count) const override;
    [[nodiscard]] bool isAtHand(std::size_t index) const override;
    void bringIn(std::size_t index) const override;
    /// Fingerprint of recipe and originals that the writer was given.
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint; }

private:
    MappedFile m_file;
    std::size_t m_count = 0;
    ImageShape m_shape;
    std::uint64_t m_fingerprint = 0;
};

/// How far a store has been written that `SampleStoreWriter::keep` left behind: what is needed to go on.
struct KeptSamples
{
    ImageShape shape;
    std::uint64_t count = 0;
    std::uint64_t checksum = 0; ///< of the values
    friend bool operator==(const KeptSamples &, const KeptSamples &) = default;
};

/// Writes a store. Samples are appended in order; `finish` writes the header and checksum and publishes the
/// file. Destroyed without `finish`, it removes what it wrote, unless it was made to be kept.
class SampleStoreWriter
{
public:
    [[nodiscard]] static Result<std::unique_ptr<SampleStoreWriter>> create(const std::filesystem::path &path,
                                                                           ImageShape shape);
    /// What this one writes stays in `partOf(path)` until it is finished, whatever becomes of the program.
    [[nodiscard]] static Result<std::unique_ptr<SampleStoreWriter>>
    createKept(const std::filesystem::path &path, ImageShape shape);
    /// Goes on after the samples that `keep` told of; what was appended later is dropped. Reads them all:
    /// Malformed if they are not those, NotFound if they are gone, Cancelled if asked to stop.
    [[nodiscard]] static Result<std::unique_ptr<SampleStoreWriter>>
    resume(const std::filesystem::path &path, const KeptSamples &kept, const JobContext &context);
    [[nodiscard]] static std::filesystem::path partOf(const std::filesystem::path &path);
    SampleStoreWriter(const SampleStoreWriter &) = delete;
    SampleStoreWriter &operator=(const SampleStoreWriter &) = delete;
    ~SampleStoreWriter();

    [[nodiscard]] Result<void> append(const ImageView &sample);
    [[nodiscard]] std::size_t count() const;
    /// Brings what was appended so far onto the disk.
    [[nodiscard]] Result<KeptSamples> keep();
    [[nodiscard]] Result<void> finish(std::uint64_t fingerprint);

private:
    struct State;
    explicit SampleStoreWriter(std::unique_ptr<State> state);
    [[nodiscard]] static Result<std::unique_ptr<SampleStoreWriter>> begin(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace somnium::data
