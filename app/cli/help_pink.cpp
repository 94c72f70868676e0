// SPDX-License-Identifier: GPL-3.0-or-later
// somnium-cli help pink: every option of PINK 2.5 and what to use here.
#include <algorithm>
#include <array>

#include "app/cli/console.h"

namespace somnium::cli
{

namespace
{

/// One option of PINK, or one value of an option where its values differ.
struct Equivalent
{
    const char *pink = "";
    const char *verb = "";    ///< of somnium-cli; empty: there is none
    const char *options = ""; ///< of that verb, separated by spaces
    const char *remark = "";
};

constexpr std::array kEquivalents = {
    Equivalent{"--train <images> <result>", "train som", "--session",
               "import the images first: somnium-cli import; export model --format pink writes the result"},
    Equivalent{"--map <images> <result> <som>", "map", "--images --out --model-file",
               "with --out NAME.bin in PINK's metric and format, else a catalogue; --recipe none: PINK's "
               "images are prepared"},
    Equivalent{"--cuda-off", "train som", "--device", "--device cpu"},
    Equivalent{
        "--dist-func gaussian S D", "train som", "--neighbourhood --sigma-start --learning-rate-start",
        "--neighbourhood pink-gaussian --sigma-start S --learning-rate-start D, both schedules constant"},
    Equivalent{"--dist-func unitygaussian S D", "train som",
               "--neighbourhood --sigma-start --learning-rate-start",
               "--neighbourhood gaussian (the default), else likewise"},
    Equivalent{"--dist-func mexicanHat S D", "train som",
               "--neighbourhood --sigma-start --learning-rate-start",
               "--neighbourhood mexican-hat; repulsion never makes a prototype brighter here"},
    Equivalent{
        "--euclidean-distance-dimension N", "map", "--window-side",
        "of the metric of PINK's files; matching itself compares the disc that every turned image shows"},
    Equivalent{"--euclidean-distance-type T", "", "",
               "always float: whole numbers of 8 or 16 bits lose faint sources"},
    Equivalent{"--euclidean-distance-shape quadratic", "map", "--window", "--window square, of PINK's files"},
    Equivalent{"--euclidean-distance-shape circular", "map", "--window", "--window circle, of PINK's files"},
    Equivalent{"--flip-off", "train som", "--no-flips", ""},
    Equivalent{"--help", "", "", "somnium-cli --help, somnium-cli VERB --help"},
    Equivalent{"--init zero", "train som", "--init",
               "--init zero (with a ripple of 1e-4, so that neurons part)"},
    Equivalent{"--init random", "train som", "--init",
               "--init noise; the default starts from random sources"},
    Equivalent{"--init random_with_preferred_direction", "train som", "--init", "--init preferred-direction"},
    Equivalent{"--init file_init", "train som", "--init-map",
               "--init-map FILE, or the name of a map in the session"},
    Equivalent{"--input-shuffle-off", "train som", "--no-shuffle", "the batch rule knows no order"},
    Equivalent{"--interpolation", "", "", "always bilinear (PINK 2.5 has no other, either)"},
    Equivalent{"--inter-store", "train som", "--resume",
               "Ctrl-C keeps the map of the last finished epoch, --resume goes on with it"},
    Equivalent{"--layout cartesian", "train som", "--map", "the default"},
    Equivalent{"--layout hexagonal", "train som", "--map --hexagonal",
               "--map 21x21 --hexagonal: 331 neurons"},
    Equivalent{"--max-update-distance X", "train som", "--max-update-distance", ""},
    Equivalent{
        "--neuron-dimension N", "train som", "--neuron-side",
        "default: the images' side; larger ones (PINK's default) would show corners that turning cuts off"},
    Equivalent{"--numrot N", "train som", "--rotations", "default: all angles, refined between the steps"},
    Equivalent{"--numthreads N", "train som", "--threads", "changes no result"},
    Equivalent{"--num-iter N", "train som", "--epochs --rule",
               "--rule online is PINK's rule; the default, batch, needs some 12 epochs in all"},
    Equivalent{"--pbc", "train som", "--periodic", "for every layout, hexagonal ones, too"},
    Equivalent{"--progress N", "train som", "--quiet", "every epoch is reported, unless --quiet"},
    Equivalent{"--seed N", "train som", "--seed", ""},
    Equivalent{
        "--store-rot-flip FILE", "map", "--out",
        "with --out NAME.bin also writes NAME.transforms.bin; catalogues have rotation and flip as columns"},
    Equivalent{"--som-width W", "train som", "--map", "--map WxHxD"},
    Equivalent{"--som-height H", "train som", "--map", "--map WxHxD"},
    Equivalent{"--som-depth D", "train som", "--map", "--map WxHxD"},
    Equivalent{"--verbose", "", "", "nothing is hidden; --quiet hides it"},
    Equivalent{"--version", "", "", "somnium-cli --version"},
};

Result<void> run(Console &console)
{
    std::size_t width = 0;
    for (const Equivalent &line : kEquivalents)
        width = std::max(width, std::string(line.pink).size());
    std::string text = "PINK 2.5, and what to use here:\n";
    nlohmann::json list = nlohmann::json::array();
    for (const Equivalent &line : kEquivalents)
    {
        const std::string pink = line.pink;
        const std::string verb = line.verb;
        const std::string ours = verb.empty() ? "" : verb + " " + line.options;
        const std::string remark = line.remark;
        text += "\n  " + pink + std::string(width + 2 - pink.size(), ' ') + ours +
                (remark.empty() || ours.empty() ? remark : "\n" + std::string(width + 6, ' ') + remark);
        list.push_back({{"pink", pink}, {"verb", verb}, {"options", line.options}, {"remark", remark}});
    }
    console.print(text, {{"pink", list}});
    return {};
}

} // namespace

void addHelp(CLI::App &app, Action &action)
{
    CLI::App *help = app.add_subcommand("help", "Tables for those who come from another program");
    help->require_subcommand(1);
    CLI::App *pink = help->add_subcommand("pink", "Every option of PINK 2.5, and what to use here");
    pink->callback([&action] { action = [](Console &console) { return run(console); }; });
}

} // namespace somnium::cli
