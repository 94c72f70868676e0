// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/file_names.h"

#include <algorithm>
#include <array>

namespace somnium::sky
{

namespace
{

constexpr std::string_view kDigits = "0123456789";

bool endsWithAnyCase(std::string_view name, std::string_view ending)
{
    return name.size() >= ending.size() &&
           std::equal(
               ending.begin(), ending.end(), name.end() - static_cast<std::ptrdiff_t>(ending.size()),
               [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
}

std::vector<std::string_view> digitRuns(std::string_view name)
{
    std::vector<std::string_view> runs;
    name = withoutEnding(withoutFolder(name));
    for (std::size_t first = name.find_first_of(kDigits); first != std::string_view::npos;
         first = name.find_first_of(kDigits))
    {
        name.remove_prefix(first);
        runs.push_back(name.substr(0, name.find_first_not_of(kDigits)));
        name.remove_prefix(runs.back().size());
    }
    return runs;
}

} // namespace

std::string_view withoutFolder(std::string_view name)
{
    const std::size_t slash = name.find_last_of("/\\");
    return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

std::string_view withoutEnding(std::string_view name)
{
    constexpr std::array<std::string_view, 26> kEndings = {
        ".gz",  ".fz",   ".xz",   ".zst",   ".bz2", ".fits", ".fit",  ".fts",    ".png",
        ".jpg", ".jpeg", ".npy",  ".bin",   ".tif", ".tiff", ".txt",  ".dat",    ".csv",
        ".tsv", ".sed",  ".spec", ".ascii", ".xml", ".vot",  ".ecsv", ".votable"};
    bool isShorter = true;
    while (isShorter)
    {
        const auto *const ending =
            std::find_if(kEndings.begin(), kEndings.end(), [name](std::string_view candidate) {
                return name.size() > candidate.size() && endsWithAnyCase(name, candidate);
            });
        isShorter = ending != kEndings.end();
        if (isShorter)
            name.remove_suffix(ending->size());
    }
    return name;
}

std::vector<std::int64_t> numbersInFileName(std::string_view name)
{
    constexpr std::size_t kMostDigits = 18;
    std::vector<std::int64_t> numbers;
    for (std::string_view run : digitRuns(name))
    {
        run.remove_prefix(run.size() > kMostDigits ? run.size() - kMostDigits : 0);
        std::int64_t number = 0;
        for (const char digit : run)
            number = number * 10 + (digit - '0');
        numbers.push_back(number);
    }
    return numbers;
}

} // namespace somnium::sky
