// SPDX-License-Identifier: GPL-3.0-or-later
// Which files are the same source seen in several channels.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"

namespace somnium::workflow
{

/// One channel and where its images are.
struct ChannelInput
{
    std::string name; ///< "first", "nvss": the channel's, and part of the recipe
    /// Files, folders, archives. The last part of a path may hold one '*': then only files of that pattern
    /// are taken, and what the '*' stands for is their source's id.
    std::vector<std::filesystem::path> paths;
};

enum class PairBy
{
    Name, ///< by id: the file's name without endings and without the channel's name at its beginning or end
    Position ///< the image whose centre is nearest to that of the reference channel's, within a radius
};
[[nodiscard]] std::string_view toString(PairBy by);

struct PairOptions
{
    PairBy by = PairBy::Name;
    double radiusArcsec = 10.0;
};

/// The images of one source, one a channel, in the order of the channels.
struct ChannelSet
{
    std::string id;
    std::vector<data::SourceOrigin> origins;
};

struct ChannelSets
{
    std::vector<ChannelSet> sets;              ///< in the order of the reference channel's files
    std::vector<data::ImportProblem> problems; ///< files that found no partner, or could not be read
};

/// "3C 205_II" and "nvss_3C 205_II" (of channel "nvss") are one source. Case does not count.
[[nodiscard]] std::string pairingId(const data::SourceOrigin &origin, std::string_view channel,
                                    std::string_view pattern);

/// Fails only if asked to stop or if the request makes no sense; each file is one image, the first in it.
[[nodiscard]] Result<ChannelSets> pairChannels(const std::vector<ChannelInput> &channels,
                                               std::size_t reference, const PairOptions &options,
                                               const JobContext &context);

} // namespace somnium::workflow
