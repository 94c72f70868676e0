// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/radio_samples.h"

#include <utility>

#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/prepare/recipe.h"

namespace somnium::test
{

namespace
{

struct PreparedFile
{
    std::vector<data::Image> images;
    std::string fault;
};

PreparedFile prepareFile(const io::FoundFile &file, const Result<std::span<const std::byte>> &bytes,
                         const prepare::Recipe &recipe)
{
    if (!bytes)
        return {{}, bytes.error().message};
    data::SourceOrigin origin;
    origin.file = file.file;
    origin.member = file.member;
    PreparedFile result;
    for (const io::LoadedImage &loaded : io::readImages(*bytes, origin).images)
    {
        auto prepared = prepare::apply(recipe, loaded.image.view());
        if (!prepared)
            return {{}, file.file + ": " + prepared.error().message};
        result.images.push_back(std::move(prepared->image));
    }
    return result;
}

} // namespace

Result<RadioSamples> radioSamples(const std::vector<std::filesystem::path> &paths, std::size_t side,
                                  std::size_t step, const JobContext &context)
{
    const prepare::Recipe recipe = prepare::radioRecipe(side);
    const io::FoundFiles found = io::findFiles(paths, context);
    std::vector<PreparedFile> files(found.files.size());
    io::visitFiles(found.files, context, [&](std::size_t index, const auto &bytes) {
        files[index] = prepareFile(found.files[index], bytes, recipe);
    });
    RadioSamples result;
    std::vector<float> values;
    std::size_t number = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
    {
        if (!files[i].fault.empty())
            return failure(ErrorKind::Malformed, files[i].fault);
        for (const data::Image &image : files[i].images)
        {
            if (number++ % step != 0)
                continue;
            const std::string &path =
                found.files[i].member.empty() ? found.files[i].file : found.files[i].member;
            result.names.push_back(files[i].images.size() == 1
                                       ? std::filesystem::path(path).filename().string()
                                       : std::to_string(number - 1));
            values.insert(values.end(), image.pixels().begin(), image.pixels().end());
        }
    }
    if (values.empty())
        return failure(ErrorKind::NotFound, "no images found");
    result.samples =
        std::make_shared<const data::MemorySamples>(data::ImageShape{1, side, side}, std::move(values));
    return result;
}

} // namespace somnium::test
