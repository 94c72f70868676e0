// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_files.h"

#include "core/io/table.h"

namespace somnium::workflow
{

namespace fs = std::filesystem;

Result<data::Catalogue> readCatalogue(const fs::path &path)
{
    if (path.empty())
        return data::Catalogue{};
    return io::readTable(path);
}

void leaveOutCatalogue(std::vector<io::FoundFile> &files, const fs::path &catalogue)
{
    if (catalogue.empty())
        return;
    std::error_code ignored;
    std::erase_if(files, [&](const io::FoundFile &file) {
        return file.member.empty() && fs::equivalent(file.file, catalogue, ignored);
    });
}

std::string collectionName(const std::string &name, const std::vector<fs::path> &paths)
{
    if (!name.empty() || paths.empty())
        return name;
    const fs::path first = fs::weakly_canonical(paths.front());
    return first.has_stem() ? first.stem().string() : "sources";
}

} // namespace somnium::workflow
