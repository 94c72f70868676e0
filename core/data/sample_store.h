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
    /// Fingerprint of recipe and originals that the writer was given.
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint; }

private:
    MappedFile m_file;
    std::size_t m_count = 0;
    ImageShape m_shape;
    std::uint64_t m_fingerprint = 0;
};

/// Writes a store. Samples are appended in order; `finish` writes the header and checksum and publishes the
/// file. Destroyed without `finish`, it removes what it wrote.
class SampleStoreWriter
{
public:
    [[nodiscard]] static Result<std::unique_ptr<SampleStoreWriter>> create(const std::filesystem::path &path,
                                                                           ImageShape shape);
    SampleStoreWriter(const SampleStoreWriter &) = delete;
    SampleStoreWriter &operator=(const SampleStoreWriter &) = delete;
    ~SampleStoreWriter();

    [[nodiscard]] Result<void> append(const ImageView &sample);
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] Result<void> finish(std::uint64_t fingerprint);

private:
    struct State;
    explicit SampleStoreWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace somnium::data
