// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/pink_options.h"

#include <map>
#include <string>

namespace somnium::cli
{

namespace
{

const std::map<std::string, io::PinkVersion> kVersions = {{"1", io::PinkVersion::One},
                                                          {"2", io::PinkVersion::Two}};
const std::map<std::string, som::ReferenceWindow> kWindows = {{"square", som::ReferenceWindow::PinkSquare},
                                                              {"circle", som::ReferenceWindow::PinkCircle},
                                                              {"disc", som::ReferenceWindow::Disc}};
const std::map<std::string, compute::MatchPrecision> kPrecisions = {
    {"fast", compute::MatchPrecision::Fast},
    {"standard", compute::MatchPrecision::Standard},
    {"fine", compute::MatchPrecision::Fine}};

} // namespace

void addPinkVersion(CLI::App &verb, io::PinkVersion &version)
{
    verb.add_option("--pink-version", version, "Of PINK files that are written: 1 or 2")
        ->transform(CLI::CheckedTransformer(kVersions).description(""))
        ->default_str("2");
}

void addPinkWindow(CLI::App &verb, workflow::PinkOptions &options)
{
    verb.add_option(
            "--window", options.window,
            "Pixels that PINK's metric compares: square (its default), circle, or disc (all that every "
            "turned image shows)")
        ->transform(CLI::CheckedTransformer(kWindows).description(""))
        ->default_str("square");
    verb.add_option(
            "--window-side", options.windowSide,
            "Side of the square or circle [pixels]; 0 = PINK's: the image's times sqrt(2) / 2, or the "
            "image's")
        ->capture_default_str();
}

workflow::MapFileOptions MapFileFlags::given() const
{
    workflow::MapFileOptions options;
    if (isPeriodic)
        options.isPeriodic = true;
    if (noFlips)
        options.useFlips = false;
    if (rotationsOption->count() > 0)
        options.rotations = rotations;
    if (precisionOption->count() > 0)
        options.precision = precision;
    options.channelWeights = channelWeights;
    return options;
}

std::vector<CLI::Option *> addMapFileOptions(CLI::App &verb, MapFileFlags &flags)
{
    std::vector<CLI::Option *> options = {
        verb.add_flag("--periodic", flags.isPeriodic,
                      "The map was trained without edges. Somnium's FITS maps say this and the following"),
        verb.add_flag("--no-flips", flags.noFlips, "Rotations only")};
    flags.rotationsOption =
        verb.add_option("--rotations", flags.rotations,
                        "Compare so many evenly spaced rotations only; 1 = none turned, 0 = all")
            ->capture_default_str();
    options.push_back(flags.rotationsOption);
    options.push_back(
        verb.add_option("--channel-weights", flags.channelWeights,
                        "Weights of the channels' squared differences, e.g. 1,0.5; default: 1 each")
            ->delimiter(','));
    flags.precisionOption = verb.add_option("--precision", flags.precision,
                                            "Angles and harmonics of the matching: fast, standard, fine")
                                ->transform(CLI::CheckedTransformer(kPrecisions).description(""))
                                ->default_str("standard");
    options.push_back(flags.precisionOption);
    return options;
}

} // namespace somnium::cli
