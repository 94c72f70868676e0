// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/original_reader.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <utility>

#include "core/base/bytes.h"

namespace somnium::workflow
{

namespace
{

PreparedFile prepareFile(const io::FoundFile &file, const Result<std::span<const std::byte>> &bytes,
                         const prepare::Recipe &recipe)
{
    PreparedFile prepared;
    data::SourceOrigin place;
    place.file = file.file;
    place.member = file.member;
    if (!bytes)
    {
        prepared.problems.push_back({place, "a readable file", bytes.error().message});
        return prepared;
    }
    io::LoadedFile loaded = io::readImages(*bytes, place);
    prepared.problems = std::move(loaded.problems);
    for (io::LoadedImage &image : loaded.images)
    {
        auto sample = prepare::apply(recipe, image.image.view());
        if (!sample)
        {
            prepared.problems.push_back({image.origin,
                                         "an image that allows \"" + prepare::describe(recipe) + "\"",
                                         sample.error().message});
            continue;
        }
        PreparedOriginal original;
        original.origin = std::move(image.origin);
        original.originalShape = image.image.shape();
        original.objectName = std::move(image.objectName);
        original.wcsCards = std::move(image.wcsCards);
        original.pixelHash = fnv1a(std::as_bytes(image.image.pixels()));
        original.image = std::move(sample->image);
        prepared.images.push_back(std::move(original));
    }
    return prepared;
}

/// Ends visitFiles from inside a visit.
struct TakeFailed
{
    Error error;
};

/// Puts results that come in any order back into the order of the files. Thread-safe.
class InOrder
{
public:
    using Take = std::function<Result<void>(PreparedFile)>;
    explicit InOrder(Take take) : m_take(std::move(take)) {}

    /// Hands on what is next in order. Throws TakeFailed.
    void put(std::size_t index, PreparedFile file)
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.emplace(index, std::move(file));
        for (auto next = m_waiting.find(m_next); next != m_waiting.end(); next = m_waiting.find(m_next))
        {
            if (auto taken = m_take(std::move(next->second)); !taken)
                throw TakeFailed{taken.error()};
            m_waiting.erase(next);
            ++m_next;
        }
    }

private:
    Take m_take;
    std::mutex m_mutex;
    std::map<std::size_t, PreparedFile> m_waiting;
    std::size_t m_next = 0;
};

} // namespace

std::string stemOf(const data::SourceOrigin &origin)
{
    std::filesystem::path name =
        std::filesystem::path(origin.member.empty() ? origin.file : origin.member).filename();
    while (name.has_extension() && io::hasImageEnding(name.string()))
        name = name.stem();
    return name.string();
}

std::optional<sky::SkyPosition> centreOf(const std::string &wcsCards, const data::ImageShape &shape)
{
    if (wcsCards.empty())
        return std::nullopt;
    const auto wcs = sky::Wcs::fromCards(wcsCards);
    if (!wcs)
        return std::nullopt;
    return wcs->toSky(
        {(static_cast<double>(shape.rows) - 1.0) / 2.0, (static_cast<double>(shape.columns) - 1.0) / 2.0});
}

Result<void> prepareFiles(const std::vector<io::FoundFile> &files, const prepare::Recipe &recipe,
                          const JobContext &context, const std::function<Result<void>(PreparedFile)> &take)
{
    std::size_t done = 0;
    InOrder inOrder([&](PreparedFile file) {
        context.report({++done, files.size(), "reading images"});
        return take(std::move(file));
    });
    const auto visit = [&](std::size_t index, const Result<std::span<const std::byte>> &bytes) {
        inOrder.put(index, prepareFile(files[index], bytes, recipe));
    };
    try
    {
        if (!io::visitFiles(files, context, visit))
            return failure(ErrorKind::Cancelled, "stopped while reading images");
    }
    catch (const TakeFailed &failed)
    {
        return failure(failed.error);
    }
    return {};
}

} // namespace somnium::workflow
