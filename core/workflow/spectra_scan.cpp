// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/spectra_scan.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <tuple>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/parallel.h"

namespace somnium::workflow
{

namespace
{

constexpr std::string_view kScanning = "looking at spectra";
constexpr std::string_view kPreparing = "preparing spectra";

data::SourceOrigin originOf(const io::FoundFile &file)
{
    data::SourceOrigin origin;
    origin.file = file.file;
    origin.member = file.member;
    return origin;
}

/// Of usable pixels; NaN without errors.
double medianSnr(const data::Spectrum &spectrum)
{
    std::vector<float> ratios;
    for (std::size_t i = 0; spectrum.hasErrors() && i < spectrum.size(); ++i)
        if (spectrum.isUsable(i))
            ratios.push_back(spectrum.flux[i] / spectrum.error[i]);
    if (ratios.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::nth_element(ratios.begin(), middle, ratios.end());
    return *middle;
}

std::uint64_t hashOf(const data::Spectrum &spectrum)
{
    std::uint64_t hash = fnv1a(std::as_bytes(std::span(spectrum.flux)));
    hash = fnv1a(std::as_bytes(std::span(spectrum.wavelengthAngstrom)), hash);
    hash = fnv1a(std::as_bytes(std::span(spectrum.error)), hash);
    return fnv1a(std::as_bytes(std::span(spectrum.mask)), hash);
}

ScannedSpectrum scannedOf(io::LoadedSpectrum loaded, const prepare::SpectralRange &range)
{
    const data::Spectrum &spectrum = loaded.spectrum;
    ScannedSpectrum scanned;
    scanned.origin = std::move(loaded.origin);
    scanned.name = spectrum.name;
    scanned.objectClass = std::move(loaded.objectClass);
    scanned.note = std::move(loaded.note);
    scanned.redshift = spectrum.redshift;
    scanned.raDeg = spectrum.raDeg;
    scanned.decDeg = spectrum.decDeg;
    scanned.snr = medianSnr(spectrum);
    scanned.pixels = spectrum.size();
    scanned.isWhole = !spectrum.hasErrors();
    for (std::size_t i = 0; scanned.isWhole && i < spectrum.size(); ++i)
        scanned.isWhole = spectrum.isUsable(i);
    scanned.hash = hashOf(spectrum);
    scanned.range = range;
    return scanned;
}

/// What a recipe may reject before the catalogue is known: everything but the shift to rest.
prepare::SpectralRecipe asObserved(prepare::SpectralRecipe recipe)
{
    recipe.restFrame.isEnabled = false;
    return recipe;
}

/// Everything of one file.
ScannedSpectra scanFile(const io::FoundFile &file, const Result<std::span<const std::byte>> &bytes,
                        const io::SpectrumReadOptions &reading, const prepare::SpectralRecipe &recipe,
                        const JobContext &context)
{
    ScannedSpectra result;
    if (!bytes)
    {
        result.problems.push_back({originOf(file), "a file that can be read", bytes.error().message});
        return result;
    }
    io::SpectrumReceiver receiver;
    receiver.onSpectrum = [&](io::LoadedSpectrum &&loaded) {
        const auto range = prepare::rangeOf(recipe, loaded.spectrum, {});
        if (range)
            result.spectra.push_back(scannedOf(std::move(loaded), *range));
        else
            result.problems.push_back({loaded.origin, std::string(kPreparable), range.error().message});
        return !context.shouldStop();
    };
    receiver.onProblem = [&](data::ImportProblem &&problem) {
        result.problems.push_back(std::move(problem));
    };
    io::visitSpectra(*bytes, originOf(file), reading, receiver);
    const bool isOneOfMany = result.spectra.size() + result.problems.size() > 1;
    for (ScannedSpectrum &one : result.spectra)
        one.isOneOfMany = isOneOfMany;
    return result;
}

using OriginKey = std::tuple<std::string, std::string, int, std::size_t>;

OriginKey keyOf(const data::SourceOrigin &origin)
{
    return {origin.file, origin.member, origin.hdu, origin.index};
}

/// Collects what is read, prepares it in batches on all threads, and hands it on in order.
class Preparer
{
public:
    Preparer(const SpectraToPrepare &what, const JobContext &context, const PreparedReceiver &take)
        : m_what(what), m_context(context), m_take(take), m_total(what.origins.size()), m_next(what.first)
    {
        for (std::size_t i = what.first; i < m_total; ++i)
            m_places.emplace(keyOf(what.origins[i]), i);
    }

    /// False: stop reading.
    bool add(io::LoadedSpectrum &&loaded)
    {
        const auto place = m_places.find(keyOf(loaded.origin));
        if (place == m_places.end())
            return true;
        m_batch.push_back({place->second, std::move(loaded.spectrum)});
        return m_batch.size() < kBatch || flush();
    }

    /// False: `take` failed, or the job is to stop.
    bool flush()
    {
        std::vector<std::optional<Result<data::PreparedSpectrum>>> prepared(m_batch.size());
        const bool isComplete = parallelFor(m_batch.size(), m_context, [&](std::size_t i) {
            const Raw &raw = m_batch[i];
            prepared[i] = prepare::apply(m_what.recipe, m_what.grid, raw.spectrum, m_what.facts[raw.place]);
        });
        for (std::size_t i = 0; isComplete && i < m_batch.size(); ++i)
            m_ready.emplace(m_batch[i].place, std::move(*prepared[i]));
        m_batch.clear();
        return isComplete && handOn();
    }

    /// What never came is handed on as missing.
    [[nodiscard]] Result<void> finish()
    {
        const bool isRead = !m_failure && flush();
        for (; isRead && m_next < m_total && !m_failure; ++m_next)
        {
            const auto found = m_ready.find(m_next);
            take(found != m_ready.end() ? std::move(found->second)
                                        : failure(ErrorKind::Mismatch,
                                                  "expected the spectrum that was here before, found none"));
        }
        if (m_failure)
            return failure(*m_failure);
        if (m_next < m_total)
            return failure(ErrorKind::Cancelled, "stopped while preparing spectra");
        return {};
    }

private:
    static constexpr std::size_t kBatch = 512;
    struct Raw
    {
        std::size_t place = 0;
        data::Spectrum spectrum;
    };

    void take(Result<data::PreparedSpectrum> prepared)
    {
        if (auto taken = m_take(m_next, std::move(prepared)); !taken)
            m_failure = taken.error();
    }

    bool handOn()
    {
        for (auto found = m_ready.find(m_next);
             found != m_ready.end() && !m_failure && !m_context.shouldStop(); found = m_ready.find(m_next))
        {
            take(std::move(found->second));
            m_ready.erase(found);
            m_context.report({++m_next, m_total, kPreparing});
        }
        return !m_failure && !m_context.shouldStop();
    }

    const SpectraToPrepare &m_what;
    const JobContext &m_context;
    const PreparedReceiver &m_take;
    std::size_t m_total = 0;
    std::size_t m_next = 0; ///< the next to be handed on
    std::map<OriginKey, std::size_t> m_places;
    std::vector<Raw> m_batch;
    std::map<std::size_t, Result<data::PreparedSpectrum>> m_ready; ///< not yet their turn
    std::optional<Error> m_failure;
};

/// Hands on what is read of files, in their order.
class ScanSorter
{
public:
    ScanSorter(std::size_t total, const JobContext &context, const ScanReceiver &take)
        : m_context(context), m_take(take), m_total(total)
    {}

    /// False: `take` failed.
    bool add(std::size_t index, ScannedSpectra file)
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.emplace(index, std::move(file));
        for (auto found = m_waiting.find(m_next); found != m_waiting.end() && m_outcome;
             found = m_waiting.find(m_next))
        {
            m_outcome = m_take(std::move(found->second));
            m_waiting.erase(found);
            m_context.report({++m_next, m_total, kScanning});
        }
        return m_outcome.has_value();
    }

    [[nodiscard]] Result<void> outcome() const
    {
        if (m_outcome && m_next < m_total)
            return failure(ErrorKind::Cancelled, "stopped while looking at spectra");
        return m_outcome;
    }

private:
    const JobContext &m_context;
    const ScanReceiver &m_take;
    std::size_t m_total = 0;
    std::mutex m_mutex;
    std::map<std::size_t, ScannedSpectra> m_waiting; ///< not yet their turn
    std::size_t m_next = 0;
    Result<void> m_outcome;
};

/// The files from that of an origin on: those before hold nothing of it or of what follows.
std::vector<io::FoundFile> filesFrom(const std::vector<io::FoundFile> &files,
                                     const data::SourceOrigin &origin)
{
    const auto first = std::find_if(files.begin(), files.end(), [&](const io::FoundFile &file) {
        return file.file == origin.file && file.member == origin.member;
    });
    return {first == files.end() ? files.begin() : first, files.end()};
}

} // namespace

Result<void> scanSpectra(const std::vector<io::FoundFile> &files, const io::SpectrumReadOptions &reading,
                         const prepare::SpectralRecipe &recipe, const JobContext &context,
                         const ScanReceiver &take)
{
    const prepare::SpectralRecipe observed = asObserved(recipe);
    std::stop_source ended; // by whoever asks, or because `take` failed
    const std::stop_callback relay(context.stop, [&ended] { ended.request_stop(); });
    JobContext looking = context;
    looking.stop = ended.get_token();
    ScanSorter sorter(files.size(), context, take);
    static_cast<void>(io::visitFiles(
        files, looking, [&](std::size_t index, const Result<std::span<const std::byte>> &bytes) {
            ScannedSpectra file = scanFile(files[index], bytes, reading, observed, looking);
            // What was read when it was to stop may be a part only.
            if (!looking.shouldStop() && !sorter.add(index, std::move(file)))
                ended.request_stop();
        }));
    return sorter.outcome();
}

Result<void> prepareSpectra(const SpectraToPrepare &what, const JobContext &context,
                            const PreparedReceiver &take)
{
    if (what.first >= what.origins.size())
        return {};
    const std::vector<io::FoundFile> files = filesFrom(what.files, what.origins[what.first]);
    Preparer preparer(what, context, take);
    JobContext alone = context; // one thread reads, so that what is read can be handed on in order
    alone.threads = 1;
    bool goesOn = true;
    io::SpectrumReceiver receiver;
    receiver.onSpectrum = [&](io::LoadedSpectrum &&loaded) {
        goesOn = goesOn && preparer.add(std::move(loaded));
        return goesOn;
    };
    receiver.onProblem = [](data::ImportProblem &&) {}; // known from the first pass
    static_cast<void>(
        io::visitFiles(files, alone, [&](std::size_t index, const Result<std::span<const std::byte>> &bytes) {
            if (bytes && goesOn)
                io::visitSpectra(*bytes, originOf(files[index]), what.reading, receiver);
        }));
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while preparing spectra");
    return preparer.finish();
}

Result<std::vector<io::FoundFile>> filesOf(const std::vector<data::SourceOrigin> &origins,
                                           const JobContext &context)
{
    std::vector<std::filesystem::path> paths;
    std::set<std::string> known;
    std::set<std::pair<std::string, std::string>> wanted;
    for (const data::SourceOrigin &origin : origins)
    {
        wanted.emplace(origin.file, origin.member);
        if (known.insert(origin.file).second)
            paths.emplace_back(origin.file);
    }
    io::FoundFiles found = io::findFiles(paths, context, {[](std::string_view) { return true; }, "file"});
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while looking for the originals");
    if (!found.problems.empty())
        return failure(ErrorKind::NotFound, toString(found.problems.front()));
    std::erase_if(found.files, [&](const io::FoundFile &file) {
        return !wanted.contains({file.file, file.member});
    });
    return std::move(found.files);
}

} // namespace somnium::workflow
