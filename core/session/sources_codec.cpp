// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/sources_codec.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/session/blob.h"

namespace somnium::session
{

namespace
{

constexpr std::size_t kCardBytes = 80;
constexpr char kRelative = 'r';
constexpr char kAbsolute = 'a';

/// One member of all sources as a column of its own.
template <class Function> auto gather(std::span<const data::Source> sources, const Function &function)
{
    using Value = decltype(function(sources.front()));
    std::vector<Value> values;
    values.reserve(sources.size());
    for (const data::Source &source : sources)
        values.push_back(function(source));
    return values;
}

/// Headers differ in a few cards only, so cards are stored as texts without their trailing blanks: each
/// different one once.
void putCards(BlobWriter &writer, std::span<const data::Source> sources)
{
    const auto headers = gather(sources, [](const data::Source &source) { return source.wcsCards.text(); });
    std::vector<std::uint32_t> lengths;
    std::vector<std::string_view> cards;
    for (const std::string &header : headers)
    {
        lengths.push_back(static_cast<std::uint32_t>(header.size()));
        for (std::size_t i = 0; i < header.size(); i += kCardBytes)
        {
            const std::string_view card = std::string_view(header).substr(i, kCardBytes);
            cards.push_back(card.substr(0, card.find_last_not_of(' ') + 1));
        }
    }
    writer.putColumn(std::span<const std::uint32_t>(lengths));
    writer.putTexts(cards);
}

std::vector<data::HeaderCards> getCards(BlobReader &reader, std::size_t count)
{
    const auto lengths = reader.getColumn<std::uint32_t>(count);
    std::size_t cardCount = 0;
    for (const std::uint32_t length : lengths)
        cardCount += (length + kCardBytes - 1) / kCardBytes;
    const std::vector<std::string_view> cards = reader.getTexts(cardCount);
    data::HeaderCardsPool pool;
    std::vector<data::HeaderCards> headers(count);
    std::size_t next = 0;
    std::string header;
    for (std::size_t i = 0; i < count; ++i)
    {
        header.clear();
        for (std::size_t begin = 0; begin < lengths[i]; begin += kCardBytes)
        {
            const std::string_view card = cards[next++];
            const std::size_t end = std::min<std::size_t>(begin + kCardBytes, lengths[i]);
            if (card.size() > end - begin)
                fail(ErrorKind::Malformed, "damaged: a header card is too long");
            header += card;
            header.resize(end, ' ');
        }
        headers[i] = pool.add(header);
    }
    return headers;
}

/// Paths of originals as they are stored, or the other way. Neighbours come out of one archive, and to join
/// paths takes longer than all the rest of a source.
template <class From, class Translate>
std::vector<std::string> translated(const std::vector<From> &paths, const Translate &translate)
{
    std::vector<std::string> result;
    result.reserve(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i)
        result.push_back(i > 0 && paths[i] == paths[i - 1] ? result.back() : translate(paths[i]));
    return result;
}

std::vector<std::string> fromStored(const std::vector<std::string_view> &stored, const OriginalPaths &paths)
{
    return translated(stored, [&](std::string_view path) { return paths.fromStored(path); });
}

/// Appended only where there are any, so that blocks of other sources are what they always were.
void putChannelOrigins(BlobWriter &writer, std::span<const data::Source> sources, const OriginalPaths &paths)
{
    std::vector<std::uint32_t> counts;
    std::vector<std::string> files;
    std::vector<std::string_view> members;
    std::vector<std::int32_t> hdus;
    std::vector<std::uint64_t> indices;
    for (const data::Source &source : sources)
    {
        counts.push_back(static_cast<std::uint32_t>(source.channelOrigins.size()));
        for (const data::SourceOrigin &origin : source.channelOrigins)
        {
            files.push_back(paths.toStored(origin.file));
            members.push_back(origin.member);
            hdus.push_back(origin.hdu);
            indices.push_back(origin.index);
        }
    }
    if (files.empty())
        return;
    writer.putColumn(std::span<const std::uint32_t>(counts));
    writer.putTexts(std::vector<std::string_view>(files.begin(), files.end()));
    writer.putTexts(members);
    writer.putColumn(std::span<const std::int32_t>(hdus));
    writer.putColumn(std::span<const std::uint64_t>(indices));
}

void getChannelOrigins(BlobReader &reader, std::span<data::Source> sources, const OriginalPaths &paths)
{
    const auto counts = reader.getColumn<std::uint32_t>(sources.size());
    std::size_t total = 0;
    for (const std::uint32_t count : counts)
        total += count;
    const auto files = fromStored(reader.getTexts(total), paths);
    const auto members = reader.getTexts(total);
    const auto hdus = reader.getColumn<std::int32_t>(total);
    const auto indices = reader.getColumn<std::uint64_t>(total);
    std::size_t next = 0;
    for (std::size_t i = 0; i < sources.size(); ++i)
        for (std::uint32_t k = 0; k < counts[i]; ++k, ++next)
            sources[i].channelOrigins.push_back({files[next], std::string(members[next]), hdus[next],
                                                 static_cast<std::size_t>(indices[next])});
}

constexpr std::array kTypeNames = {"bool", "int64", "float32", "float64", "text"};

data::ColumnValues emptyValues(const std::string &typeName)
{
    const auto found = std::find(kTypeNames.begin(), kTypeNames.end(), typeName);
    switch (found - kTypeNames.begin())
    {
    case 0: return std::vector<std::uint8_t>{};
    case 1: return std::vector<std::int64_t>{};
    case 2: return std::vector<float>{};
    case 3: return std::vector<double>{};
    case 4: return std::vector<std::string>{};
    default: fail(ErrorKind::Malformed, "damaged: a catalogue column of unknown type '" + typeName + "'");
    }
}

} // namespace

std::string OriginalPaths::toStored(const std::string &file) const
{
    const std::filesystem::path parent = m_folder.parent_path();
    // Below the root everything would be "beside": that says nothing about what moves together.
    const std::filesystem::path &common = parent == parent.root_path() ? m_folder : parent;
    const std::filesystem::path relative = std::filesystem::path(file).lexically_relative(common);
    const bool isBelow = !relative.empty() && *relative.begin() != "..";
    if (isBelow)
    {
        const std::string text = std::filesystem::path(file).lexically_relative(m_folder).generic_string();
        if (fromStored(kRelative + text) == file)
            return kRelative + text;
    }
    return kAbsolute + file;
}

std::string OriginalPaths::fromStored(std::string_view stored) const
{
    if (stored.empty() || (stored.front() != kRelative && stored.front() != kAbsolute))
        fail(ErrorKind::Malformed, "damaged: '" + std::string(stored) + "' is no path of an original");
    const std::string_view path = stored.substr(1);
    if (stored.front() == kAbsolute)
        return std::string(path);
    return (m_folder / path).lexically_normal().generic_string();
}

std::vector<std::byte> encodeSources(std::span<const data::Source> sources, const OriginalPaths &paths)
{
    BlobWriter writer(BlobKind::Sources);
    writer.put(static_cast<std::uint32_t>(sources.size()));
    const auto putNumbers = [&](const auto &function) {
        const auto values = gather(sources, function);
        writer.putColumn(std::span(values));
    };
    writer.putTexts(gather(sources, [](const data::Source &one) { return std::string_view(one.id); }));
    const auto files =
        translated(gather(sources, [](const data::Source &one) { return std::string_view(one.origin.file); }),
                   [&](std::string_view file) { return paths.toStored(std::string(file)); });
    writer.putTexts(std::vector<std::string_view>(files.begin(), files.end()));
    writer.putTexts(
        gather(sources, [](const data::Source &one) { return std::string_view(one.origin.member); }));
    putNumbers([](const data::Source &one) { return static_cast<std::int32_t>(one.origin.hdu); });
    putNumbers([](const data::Source &one) { return static_cast<std::uint64_t>(one.origin.index); });
    putNumbers(
        [](const data::Source &one) { return static_cast<std::uint64_t>(one.originalShape.channels); });
    putNumbers([](const data::Source &one) { return static_cast<std::uint64_t>(one.originalShape.rows); });
    putNumbers([](const data::Source &one) { return static_cast<std::uint64_t>(one.originalShape.columns); });
    putNumbers([](const data::Source &one) { return one.raDeg; });
    putNumbers([](const data::Source &one) { return one.decDeg; });
    putCards(writer, sources);
    putChannelOrigins(writer, sources, paths);
    return writer.finish();
}

void decodeSources(std::span<const std::byte> blob, std::size_t count, const OriginalPaths &paths,
                   std::vector<data::Source> &sources)
{
    BlobReader reader(blob, BlobKind::Sources);
    if (const std::size_t found = reader.get<std::uint32_t>(); found != count || count > kSourcesPerBlock)
        fail(ErrorKind::Malformed, "damaged: expected a block of " + std::to_string(count) +
                                       " sources, found " + std::to_string(found));
    const auto ids = reader.getTexts(count);
    std::vector<std::string> files = fromStored(reader.getTexts(count), paths);
    const auto members = reader.getTexts(count);
    const auto hdus = reader.getColumn<std::int32_t>(count);
    const auto indices = reader.getColumn<std::uint64_t>(count);
    const auto channels = reader.getColumn<std::uint64_t>(count);
    const auto rows = reader.getColumn<std::uint64_t>(count);
    const auto columns = reader.getColumn<std::uint64_t>(count);
    const auto ra = reader.getColumn<double>(count);
    const auto dec = reader.getColumn<double>(count);
    std::vector<data::HeaderCards> cards = getCards(reader, count);
    const std::size_t before = sources.size();
    for (std::size_t i = 0; i < count; ++i)
    {
        data::Source source;
        source.id = ids[i];
        source.origin = {std::move(files[i]), std::string(members[i]), hdus[i], indices[i]};
        source.originalShape = {channels[i], rows[i], columns[i]};
        source.raDeg = ra[i];
        source.decDeg = dec[i];
        source.wcsCards = std::move(cards[i]);
        sources.push_back(std::move(source));
    }
    if (reader.hasMore())
        getChannelOrigins(reader, std::span(sources).subspan(before), paths);
    reader.finish();
}

std::size_t rowsPerPart(const data::Column &column)
{
    // Far below SQLite's limit of 10^9 bytes a blob.
    constexpr std::size_t kValuesPerPart = 1'000'000;
    return std::max<std::size_t>(1, kValuesPerPart / std::max<std::size_t>(1, column.width));
}

std::vector<std::byte> encodeRows(const data::Column &column, std::size_t first, std::size_t count)
{
    BlobWriter writer(BlobKind::CatalogueColumn);
    writer.put(static_cast<std::uint64_t>(count));
    std::visit(
        [&](const auto &values) {
            const auto part = std::span(values).subspan(first * column.width, count * column.width);
            if constexpr (std::is_same_v<std::decay_t<decltype(values[0])>, std::string>)
                writer.putTexts(std::vector<std::string_view>(part.begin(), part.end()));
            else
                writer.putColumn(part);
        },
        column.values);
    if (!column.isNull.empty())
        writer.putColumn(std::span(column.isNull).subspan(first, count));
    return writer.finish();
}

void decodeRows(std::span<const std::byte> blob, std::size_t count, bool hasNulls, data::Column &column)
{
    BlobReader reader(blob, BlobKind::CatalogueColumn);
    const auto found = reader.get<std::uint64_t>();
    const auto valueCount = checkedProduct(count, column.width);
    if (found != count || !valueCount || count > rowsPerPart(column))
        fail(ErrorKind::Malformed, "damaged: expected " + std::to_string(count) +
                                       " rows of catalogue column '" + column.name + "', found " +
                                       std::to_string(found));
    std::visit(
        [&](auto &values) {
            using Value = std::decay_t<decltype(values[0])>;
            if constexpr (std::is_same_v<Value, std::string>)
            {
                const auto part = reader.getTexts(*valueCount);
                values.insert(values.end(), part.begin(), part.end());
            }
            else
            {
                const auto part = reader.getColumn<Value>(*valueCount);
                values.insert(values.end(), part.begin(), part.end());
            }
        },
        column.values);
    if (hasNulls)
    {
        const auto nulls = reader.getColumn<std::uint8_t>(count);
        column.isNull.insert(column.isNull.end(), nulls.begin(), nulls.end());
    }
    reader.finish();
}

std::string columnToJson(const data::Column &column)
{
    const nlohmann::json json = {{"name", column.name},
                                 {"unit", column.unit},
                                 {"ucd", column.ucd},
                                 {"description", column.description},
                                 {"type", kTypeNames.at(column.values.index())},
                                 {"width", column.width},
                                 {"nulls", !column.isNull.empty()}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ColumnHead columnFromJson(const std::string &text)
{
    const auto json = nlohmann::json::parse(text);
    ColumnHead head;
    head.column.name = json.at("name").get<std::string>();
    head.column.unit = json.at("unit").get<std::string>();
    head.column.ucd = json.at("ucd").get<std::string>();
    head.column.description = json.at("description").get<std::string>();
    head.column.values = emptyValues(json.at("type").get<std::string>());
    head.column.width = json.at("width").get<std::size_t>();
    constexpr std::size_t kLargestWidth = 10'000'000;
    if (head.column.width == 0 || head.column.width > kLargestWidth)
        fail(ErrorKind::Malformed,
             "damaged: a catalogue column of width " + std::to_string(head.column.width));
    head.hasNulls = json.at("nulls").get<bool>();
    return head;
}

} // namespace somnium::session
