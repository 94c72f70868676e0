// SPDX-License-Identifier: GPL-3.0-or-later
// Prepared spectra of one grid in one memory-mapped file, in half precision: a survey of 300,000 spectra of
// 4,000 pixels takes 2.4 GB, twice that with the weights of its pixels, and is never loaded whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/platform.h"
#include "core/base/result.h"
#include "core/data/sample_store.h"
#include "core/data/spectrum.h"

namespace somnium::data
{

/// Anything that can hand out prepared spectra of one grid: a store on disk, or vectors in a test.
/// Thread-safe to read.
class Spectra
{
public:
    Spectra() = default;
    Spectra(const Spectra &) = delete;
    Spectra &operator=(const Spectra &) = delete;
    virtual ~Spectra() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual const SpectralGrid &grid() const = 0;
    [[nodiscard]] std::size_t pixels() const { return grid().pixels; }
    /// False: every pixel of every spectrum has weight 1.
    [[nodiscard]] virtual bool hasWeights() const = 0;
    /// Writes pixels() numbers each; `weight` may be empty, then only the flux is read.
    virtual void read(std::size_t index, std::span<float> flux, std::span<float> weight) const = 0;
    /// As Samples::letGo, isAtHand and bringIn.
    virtual void letGo(std::size_t /*first*/, std::size_t /*count*/) const {}
    [[nodiscard]] virtual bool isAtHand(std::size_t /*index*/) const { return true; }
    virtual void bringIn(std::size_t /*index*/) const {}
    /// The same as read, with memory of its own; `weight` is empty if there are none.
    [[nodiscard]] PreparedSpectrum spectrum(std::size_t index) const;
};

/// Spectra in memory.
class MemorySpectra final : public Spectra
{
public:
    /// `flux` [count][pixels]; `weight` the same, or empty.
    MemorySpectra(SpectralGrid grid, std::vector<float> flux, std::vector<float> weight = {});
    [[nodiscard]] std::size_t count() const override { return m_flux.size() / m_grid.pixels; }
    [[nodiscard]] const SpectralGrid &grid() const override { return m_grid; }
    [[nodiscard]] bool hasWeights() const override { return !m_weight.empty(); }
    void read(std::size_t index, std::span<float> flux, std::span<float> weight) const override;

private:
    SpectralGrid m_grid;
    std::vector<float> m_flux;
    std::vector<float> m_weight;
};

/// A store opened for reading. Flux and weights of a spectrum are kept to 11 significant bits beside the
/// largest of them: a value below 6e-8 of it becomes 0, which is below the noise of any spectrograph.
class SpectrumStore final : public Spectra
{
public:
    /// Maps the file and checks magic, version, sizes against the file's. `verifyChecksum` reads all of it.
    [[nodiscard]] static Result<std::shared_ptr<const SpectrumStore>> open(const std::filesystem::path &path,
                                                                           bool verifyChecksum = false);
    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] const SpectralGrid &grid() const override { return m_grid; }
    [[nodiscard]] bool hasWeights() const override { return m_hasWeights; }
    void read(std::size_t index, std::span<float> flux, std::span<float> weight) const override;
    void letGo(std::size_t first, std::size_t count) const override;
    [[nodiscard]] bool isAtHand(std::size_t index) const override;
    void bringIn(std::size_t index) const override;
    /// Fingerprint of recipe and originals that the writer was given.
    [[nodiscard]] std::uint64_t fingerprint() const { return m_fingerprint; }

private:
    [[nodiscard]] std::size_t offsetOf(std::size_t index) const;
    MappedFile m_file;
    SpectralGrid m_grid;
    std::size_t m_count = 0;
    std::size_t m_rowBytes = 0;
    bool m_hasWeights = false;
    std::uint64_t m_fingerprint = 0;
};

/// Writes a store: spectra are appended in order, `finish` writes header and checksum and publishes the file.
/// Destroyed without it, it removes what it wrote, unless it was made to be kept.
class SpectrumStoreWriter
{
public:
    [[nodiscard]] static Result<std::unique_ptr<SpectrumStoreWriter>>
    create(const std::filesystem::path &path, const SpectralGrid &grid, bool hasWeights);
    /// What this one writes stays in SampleStoreWriter::partOf(path) until it is finished, whatever becomes
    /// of the program.
    [[nodiscard]] static Result<std::unique_ptr<SpectrumStoreWriter>>
    createKept(const std::filesystem::path &path, const SpectralGrid &grid, bool hasWeights);
    /// Goes on after the spectra that `keep` told of; what was appended later is dropped. Reads them all:
    /// Malformed if they are not those, NotFound if they are gone, Cancelled if asked to stop.
    [[nodiscard]] static Result<std::unique_ptr<SpectrumStoreWriter>>
    resume(const std::filesystem::path &path, const SpectralGrid &grid, bool hasWeights,
           const KeptSamples &kept, const JobContext &context);
    SpectrumStoreWriter(const SpectrumStoreWriter &) = delete;
    SpectrumStoreWriter &operator=(const SpectrumStoreWriter &) = delete;
    ~SpectrumStoreWriter();

    /// pixels() finite numbers each; of a store without weights `weight` is not looked at, else empty means
    /// that all are 1.
    [[nodiscard]] Result<void> append(std::span<const float> flux, std::span<const float> weight);
    [[nodiscard]] std::size_t count() const;
    /// Brings what was appended so far onto the disk. The shape is that of one row of pixels().
    [[nodiscard]] Result<KeptSamples> keep();
    [[nodiscard]] Result<void> finish(std::uint64_t fingerprint);

private:
    struct State;
    explicit SpectrumStoreWriter(std::unique_ptr<State> state);
    [[nodiscard]] static Result<std::unique_ptr<SpectrumStoreWriter>> begin(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace somnium::data
