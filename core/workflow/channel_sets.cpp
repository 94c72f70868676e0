// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/channel_sets.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "core/base/parallel.h"
#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/sky/position.h"
#include "core/workflow/original_reader.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// A file of a channel.
struct Candidate
{
    io::FoundFile file;
    std::string id;
    std::optional<sky::SkyPosition> centre;
};

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

bool isSeparator(char c)
{
    return c == '_' || c == '-' || c == '.' || c == ' ';
}

/// What the '*' of the pattern stands for in `name`; nothing if it does not fit.
std::optional<std::string> matched(const std::string &name, const std::string &pattern)
{
    const std::size_t star = pattern.find('*');
    const std::string_view head = std::string_view(pattern).substr(0, star);
    const std::string_view tail = std::string_view(pattern).substr(star + 1);
    if (name.size() < head.size() + tail.size() || !name.starts_with(head) || !name.ends_with(tail))
        return std::nullopt;
    return name.substr(head.size(), name.size() - head.size() - tail.size());
}

std::string fileName(const data::SourceOrigin &origin)
{
    return fs::path(origin.member.empty() ? origin.file : origin.member).filename().string();
}

std::string fileName(const io::FoundFile &file)
{
    return fileName(data::SourceOrigin{file.file, file.member, 0, 0});
}

/// The files of a channel; those of a pattern only if they fit it.
std::vector<Candidate> candidatesOf(const ChannelInput &channel, const JobContext &context,
                                    std::vector<data::ImportProblem> &problems)
{
    std::vector<Candidate> candidates;
    for (const fs::path &path : channel.paths)
    {
        const std::string last = path.filename().string();
        const bool isPattern = last.find('*') != std::string::npos;
        io::FoundFiles found = io::findFiles(
            {isPattern ? (path.has_parent_path() ? path.parent_path() : fs::path(".")) : path}, context);
        std::move(found.problems.begin(), found.problems.end(), std::back_inserter(problems));
        for (io::FoundFile &file : found.files)
        {
            if (isPattern && !matched(fileName(file), last))
                continue;
            std::string id =
                pairingId({file.file, file.member, 0, 0}, channel.name, isPattern ? last : std::string());
            candidates.push_back({std::move(file), std::move(id), std::nullopt});
        }
    }
    return candidates;
}

/// Reads the centre of each image; those without a position keep none.
bool readCentres(std::vector<Candidate> &candidates, const JobContext &context)
{
    return parallelFor(candidates.size(), context, [&](std::size_t i) {
        const auto bytes = io::readFile(candidates[i].file);
        if (!bytes)
            return;
        io::visitImages(*bytes, {candidates[i].file.file, candidates[i].file.member, 0, 0},
                        {.onImage =
                             [&](io::LoadedImage &&image) {
                                 candidates[i].centre = centreOf(image.wcsCards, image.image.shape());
                                 return false;
                             },
                         .onProblem = [](data::ImportProblem &&) {}});
    });
}

data::SourceOrigin originOf(const Candidate &candidate)
{
    return {candidate.file.file, candidate.file.member, 0, 0};
}

/// The partner of `wanted` among `candidates` by id.
const Candidate *byName(const std::map<std::string, const Candidate *> &candidates, const Candidate &wanted)
{
    const auto found = candidates.find(lowered(wanted.id));
    return found != candidates.end() ? found->second : nullptr;
}

/// Ascending in declination, so that few have to be looked at.
std::vector<const Candidate *> byDeclination(const std::vector<Candidate> &candidates)
{
    std::vector<const Candidate *> sorted;
    for (const Candidate &one : candidates)
        if (one.centre)
            sorted.push_back(&one);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Candidate *a, const Candidate *b) {
        return a->centre->decDeg < b->centre->decDeg;
    });
    return sorted;
}

const Candidate *byPosition(const std::vector<const Candidate *> &sorted, const Candidate &wanted,
                            double radiusArcsec)
{
    if (!wanted.centre)
        return nullptr;
    const double radiusDeg = radiusArcsec / 3600.0;
    const Candidate *best = nullptr;
    double nearest = radiusDeg;
    for (auto one = std::lower_bound(sorted.begin(), sorted.end(), wanted.centre->decDeg - radiusDeg,
                                     [](const Candidate *a, double dec) { return a->centre->decDeg < dec; });
         one != sorted.end() && (*one)->centre->decDeg <= wanted.centre->decDeg + radiusDeg; ++one)
    {
        const double distance = sky::separationDeg(*(*one)->centre, *wanted.centre);
        if (distance < nearest || (best == nullptr && distance == nearest))
        {
            nearest = distance;
            best = *one;
        }
    }
    return best;
}

Result<void> check(const std::vector<ChannelInput> &channels, std::size_t reference)
{
    if (channels.size() < 2)
        return failure(ErrorKind::InvalidArgument,
                       "expected at least two channels to align, found " + std::to_string(channels.size()));
    if (reference >= channels.size())
        return failure(ErrorKind::InvalidArgument, "expected one of the channels as reference");
    for (const ChannelInput &channel : channels)
        if (channel.paths.empty())
            return failure(ErrorKind::InvalidArgument,
                           "channel '" + channel.name + "': expected files, folders or archives, found none");
    return {};
}

std::map<std::string, const Candidate *> firstOfEachId(const std::vector<Candidate> &candidates,
                                                       std::vector<data::ImportProblem> &problems)
{
    std::map<std::string, const Candidate *> ids;
    for (const Candidate &one : candidates)
        if (!ids.emplace(lowered(one.id), &one).second)
            problems.push_back(
                {originOf(one), "one image of source " + one.id + " in a channel", "a second one"});
    return ids;
}

/// Lists the files of the other channels that became part of no set.
void listUnused(const std::vector<ChannelInput> &channels, std::size_t reference,
                const std::vector<std::vector<Candidate>> &candidates,
                const std::set<const Candidate *> &used,
                const std::vector<std::map<std::string, const Candidate *>> &ids,
                std::vector<data::ImportProblem> &problems)
{
    for (std::size_t channel = 0; channel < channels.size(); ++channel)
        for (const Candidate &one : candidates[channel])
        {
            const bool isListed = !ids.empty() && ids[channel].at(lowered(one.id)) != &one; // as a second one
            if (channel != reference && !used.contains(&one) && !isListed)
                problems.push_back(
                    {originOf(one),
                     "an image of the same source in channel '" + channels[reference].name + "'", "none"});
        }
}

} // namespace

std::string_view toString(PairBy by)
{
    return by == PairBy::Name ? "name" : "position";
}

std::string pairingId(const data::SourceOrigin &origin, std::string_view channel, std::string_view pattern)
{
    if (!pattern.empty())
        if (const auto id = matched(fileName(origin), std::string(pattern)); id && !id->empty())
            return *id;
    std::string stem = stemOf(origin);
    const std::string lower = lowered(stem);
    const std::string word = lowered(channel);
    if (word.empty() || lower.size() < word.size() + 2)
        return stem;
    if (lower.starts_with(word) && isSeparator(lower[word.size()]))
        return stem.substr(word.size() + 1);
    if (lower.ends_with(word) && isSeparator(lower[lower.size() - word.size() - 1]))
        return stem.substr(0, stem.size() - word.size() - 1);
    return stem;
}

Result<ChannelSets> pairChannels(const std::vector<ChannelInput> &channels, std::size_t reference,
                                 const PairOptions &options, const JobContext &context)
{
    if (auto valid = check(channels, reference); !valid)
        return failure(valid.error());
    ChannelSets result;
    std::vector<std::vector<Candidate>> candidates;
    std::vector<std::map<std::string, const Candidate *>> ids;
    std::vector<std::vector<const Candidate *>> places;
    for (const ChannelInput &channel : channels)
    {
        candidates.push_back(candidatesOf(channel, context, result.problems));
        if (options.by == PairBy::Position && !readCentres(candidates.back(), context))
            return failure(ErrorKind::Cancelled, "stopped while looking for positions");
    }
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while looking for files");
    for (const auto &channel : candidates)
    {
        if (options.by == PairBy::Name)
            ids.push_back(firstOfEachId(channel, result.problems));
        else
            places.push_back(byDeclination(channel));
    }
    std::set<const Candidate *> used;
    for (const Candidate &wanted : candidates[reference])
    {
        if (options.by == PairBy::Name && ids[reference].at(lowered(wanted.id)) != &wanted)
            continue; // a second image of that id: listed above
        ChannelSet set{wanted.id, {}};
        for (std::size_t channel = 0; channel < channels.size(); ++channel)
        {
            const Candidate *partner = &wanted;
            if (channel != reference)
                partner = options.by == PairBy::Name
                              ? byName(ids[channel], wanted)
                              : byPosition(places[channel], wanted, options.radiusArcsec);
            used.insert(partner);
            if (partner != nullptr)
                set.origins.push_back(originOf(*partner));
            else
                result.problems.push_back(
                    {originOf(wanted),
                     "an image of source " + wanted.id + " in channel '" + channels[channel].name + "'",
                     "none"});
        }
        if (set.origins.size() == channels.size())
            result.sets.push_back(std::move(set));
    }
    listUnused(channels, reference, candidates, used, ids, result.problems);
    return result;
}

} // namespace somnium::workflow
