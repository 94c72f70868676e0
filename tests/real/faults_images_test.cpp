// SPDX-License-Identifier: GPL-3.0-or-later
// Odd and broken files of other projects' test sets: each is an error or a read, never a crash.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "tests/support/real_data.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;

std::vector<fs::path> filesBelow(const fs::path &folder)
{
    std::vector<fs::path> files;
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

TEST(RealFaults, EachFileIsImagesOrAProblem)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "faults");
    const bool isVerbose = std::getenv("SOMNIUM_TEST_VERBOSE") != nullptr; // NOLINT(concurrency-mt-unsafe)
    std::size_t files = 0;
    std::size_t images = 0;
    std::size_t problems = 0;
    for (const fs::path &path : filesBelow(folder))
    {
        ++files;
        const FoundFiles found = findFiles({path}, {});
        EXPECT_FALSE(found.files.empty() && found.problems.empty()) << path;
        problems += found.problems.size();
        for (const FoundFile &file : found.files)
        {
            data::SourceOrigin origin;
            origin.file = file.file;
            origin.member = file.member;
            const auto bytes = readFile(file);
            ASSERT_TRUE(bytes) << bytes.error().message;
            const LoadedFile loaded = readImages(*bytes, origin);
            EXPECT_FALSE(loaded.images.empty() && loaded.problems.empty()) << path;
            images += loaded.images.size();
            problems += loaded.problems.size();
            if (isVerbose)
            {
                std::cout << fs::relative(path, folder).string() << ": " << loaded.images.size() << " images";
                for (const auto &image : loaded.images)
                    std::cout << " [" << image.origin.hdu << ": " << image.image.channels() << "x"
                              << image.image.rows() << "x" << image.image.columns()
                              << (image.wcsCards.empty() ? "" : " wcs") << "]";
                std::cout << "\n";
                for (const auto &problem : loaded.problems)
                    std::cout << "    HDU " << problem.origin.hdu << " expected " << problem.expected
                              << ", found " << problem.found << "\n";
            }
        }
    }
    EXPECT_GT(files, 180U);
    RecordProperty("files", static_cast<int>(files));
    RecordProperty("images", static_cast<int>(images));
    RecordProperty("problems", static_cast<int>(problems));
    std::cout << files << " files: " << images << " images, " << problems << " problems\n";
}

} // namespace
} // namespace somnium::io
