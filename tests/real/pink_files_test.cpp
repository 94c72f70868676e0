// SPDX-License-Identifier: GPL-3.0-or-later
// PINK files that PINK's authors wrote, of all generations.
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "core/io/image_reader.h"
#include "core/io/pink.h"
#include "tests/support/real_data.h"

namespace somnium::io
{
namespace
{

struct Expected
{
    PinkKind kind = PinkKind::Images;
    std::size_t count = 0;                    ///< images or sources
    std::vector<std::size_t> dimensions = {}; ///< of maps
    data::ImageShape shape = {0, 0, 0};
};

/// By the beginning of the file's name; from headers and lengths read by hand.
const std::map<std::string, Expected> &expectations()
{
    static const std::map<std::string, Expected> all = {
        {"ImageTmp.bin", {PinkKind::Images, 1, {}, {1, 2, 3}}},
        {"data_test.bin", {PinkKind::Images, 2, {}, {1, 2, 3}}},
        {"test_ImageProcessingTest_data_image.bin", {PinkKind::Images, 1, {}, {1, 2, 3}}},
        {"scripts_data.bin", {PinkKind::Images, 1, {}, {1, 64, 64}}},
        {"data_all_shapes_shuffled_map_5x5x5.bin", {PinkKind::Mapping, 4000, {5, 5, 5}}},
        {"data_all_shapes_shuffled_som8x8.bin", {PinkKind::Map, 0, {8, 8}, {1, 44, 44}}},
        {"data_all_shapes_shuffled_som_20.bin", {PinkKind::Map, 0, {20}, {1, 44, 44}}},
        {"data_all_shapes_shuffled_som_4x3x2.bin", {PinkKind::Map, 0, {4, 3, 2}, {1, 44, 44}}},
        {"data_all_shapes_shuffled_som_5x5x5.bin", {PinkKind::Map, 0, {5, 5, 5}, {1, 44, 44}}},
        {"data_som_all_shapes_shuffled.bin", {PinkKind::Map, 0, {10, 10}, {1, 44, 44}}},
    };
    return all;
}

TEST(RealPink, EveryFileOpensAsWhatItIs)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "pink");
    std::size_t found = 0;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
    {
        const std::string name = entry.path().filename().string();
        const auto file = MappedFile::open(entry.path());
        ASSERT_TRUE(file);
        const auto expected = expectations().find(name.substr(0, name.find("__")));
        const auto kind = pinkKind(file->bytes(), name);
        if (expected == expectations().end())
        {
            EXPECT_FALSE(kind) << name; // SOURCE.txt
            continue;
        }
        ++found;
        ASSERT_TRUE(kind) << kind.error().message;
        EXPECT_EQ(*kind, expected->second.kind) << name;
        if (*kind == PinkKind::Images)
        {
            const auto images = readPinkImages(file->bytes(), name);
            ASSERT_TRUE(images) << images.error().message;
            EXPECT_EQ(images->count, expected->second.count) << name;
            EXPECT_EQ(images->shape, expected->second.shape) << name;
        }
        if (*kind == PinkKind::Map)
        {
            const auto map = readPinkMap(file->bytes(), name);
            ASSERT_TRUE(map) << map.error().message;
            EXPECT_EQ(map->layout.sides(), expected->second.dimensions) << name;
            EXPECT_EQ(map->shape, expected->second.shape) << name;
        }
        if (*kind == PinkKind::Mapping)
        {
            const auto mapping = readPinkMapping(file->bytes(), name);
            ASSERT_TRUE(mapping) << mapping.error().message;
            EXPECT_EQ(mapping->sources, expected->second.count) << name;
            EXPECT_EQ(mapping->layout.sides(), expected->second.dimensions) << name;
        }
    }
    EXPECT_EQ(found, expectations().size());
}

TEST(RealPink, ImagesComeInThroughTheImageReader)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "pink");
    std::size_t images = 0;
    std::size_t problems = 0;
    for (const auto &entry : std::filesystem::directory_iterator(folder))
    {
        const auto file = MappedFile::open(entry.path());
        ASSERT_TRUE(file);
        data::SourceOrigin origin;
        origin.file = entry.path().string();
        const LoadedFile loaded = readImages(file->bytes(), origin);
        images += loaded.images.size();
        problems += loaded.problems.size();
    }
    EXPECT_EQ(images, 5U);
    EXPECT_EQ(problems, 7U); // five maps, one mapping, SOURCE.txt
}

} // namespace
} // namespace somnium::io
