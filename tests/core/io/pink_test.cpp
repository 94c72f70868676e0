// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pink.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "core/io/pink_writer.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::vector<std::byte> bytesOf(const fs::path &path)
{
    const auto file = MappedFile::open(path).value();
    return {file.bytes().begin(), file.bytes().end()};
}

template <class T> void append(std::vector<std::byte> &bytes, T value)
{
    const auto added = std::as_bytes(std::span(&value, 1));
    bytes.insert(bytes.end(), added.begin(), added.end());
}

std::vector<std::byte> file(const std::vector<std::int32_t> &header, std::size_t floats)
{
    std::vector<std::byte> bytes;
    for (const std::int32_t number : header)
        append(bytes, number);
    for (std::size_t i = 0; i < floats; ++i)
        append(bytes, static_cast<float>(i) + 0.25F);
    return bytes;
}

std::vector<float> randomValues(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    return values;
}

som::MapLayout randomLayout(Random &random)
{
    constexpr const char *kLayouts[] = {"1",     "7",     "3x4",           "4x3",           "2x2", "1x5",
                                        "5x3x4", "6x3x3", "3x3 hexagonal", "7x7 hexagonal", "5x5"};
    return som::MapLayout::parse(kLayouts[random.below(11)]).value();
}

/// As it comes back from a file of version 1: without sides of 1 at its end.
som::MapLayout asInVersion1(const som::MapLayout &layout)
{
    std::vector<std::size_t> sides = layout.sides();
    while (sides.size() > 1 && sides.back() == 1)
        sides.pop_back();
    return som::MapLayout::fromSides(layout.kind(), sides).value();
}

constexpr PinkVersion kVersions[] = {PinkVersion::One, PinkVersion::Two};

TEST(Pink, ImagesReadBackEqual)
{
    test::forAll(20, [](Random &random) {
        const TemporaryFolder folder;
        const PinkVersion version = kVersions[random.below(2)];
        PinkImages images;
        images.count = random.below(5) + (version == PinkVersion::One ? 1U : 0U);
        images.shape = {1 + random.below(3), 2 + random.below(8), 2 + random.below(8)};
        images.values = randomValues(images.count * images.shape.size(), random);
        ASSERT_TRUE(writePink(folder / "a.bin", images, version));
        const auto bytes = bytesOf(folder / "a.bin");
        EXPECT_EQ(pinkKind(bytes, "a"), PinkKind::Images);
        EXPECT_EQ(readPinkImages(bytes, "a"), images);
    });
}

TEST(Pink, MapsMappingsAndTransformsOfEveryLayoutAndVersionReadBackEqual)
{
    test::forAll(60, [](Random &random) {
        const TemporaryFolder folder;
        const PinkVersion version = kVersions[random.below(2)];
        const som::MapLayout layout = randomLayout(random);
        const som::MapLayout expected = version == PinkVersion::One ? asInVersion1(layout) : layout;
        const std::size_t neurons = layout.neuronCount();
        // Of no sources nothing tells a hexagon from a square.
        const std::size_t sources = 1 + random.below(6) + (version == PinkVersion::One ? 40U : 0U);
        PinkMap map;
        map.layout = layout;
        map.shape = {1 + random.below(3), 5 + random.below(5), 5 + random.below(5)};
        map.prototypes = randomValues(neurons * map.shape.size(), random);
        ASSERT_TRUE(writePink(folder / "map.bin", map, version));
        map.layout = expected;
        EXPECT_EQ(readPinkMap(bytesOf(folder / "map.bin"), "map"), map) << layout.toString();

        PinkMapping mapping;
        mapping.layout = layout;
        mapping.sources = sources;
        mapping.distances = randomValues(sources * neurons, random);
        for (float &distance : mapping.distances)
            distance = std::abs(distance);
        ASSERT_TRUE(writePink(folder / "mapping.bin", mapping, version));
        mapping.layout = expected;
        const auto mappingRead = readPinkMapping(bytesOf(folder / "mapping.bin"), "mapping");
        ASSERT_TRUE(mappingRead) << mappingRead.error().message << ' ' << layout.toString();
        EXPECT_EQ(*mappingRead, mapping) << layout.toString();

        PinkTransforms transforms;
        transforms.layout = layout;
        transforms.sources = sources;
        transforms.angleRad = randomValues(sources * neurons, random);
        for (std::size_t i = 0; i < sources * neurons; ++i)
            transforms.flip.push_back(static_cast<std::uint8_t>(random.below(2)));
        ASSERT_TRUE(writePink(folder / "best.bin", transforms, version));
        transforms.layout = expected;
        EXPECT_EQ(readPinkTransforms(bytesOf(folder / "best.bin"), "best"), transforms) << layout.toString();
    });
}

TEST(Pink, AHexagonalMapIsKnownByItsSize)
{
    const auto hexagon = readPinkMap(file({2, 1, 0, 0, 2, 5, 5, 0, 2, 2, 2}, 19 * 4), "hex"); // 25 - 2 * 3
    ASSERT_TRUE(hexagon) << hexagon.error().message;
    EXPECT_EQ(hexagon->layout, som::MapLayout::hexagonal(5));
    // Only odd sides can be hexagonal.
    EXPECT_FALSE(readPinkMap(file({2, 1, 0, 0, 2, 4, 4, 0, 2, 2, 2}, 12 * 4), "even"));
}

TEST(Pink, MapsBeyondWhatALayoutHoldsAreRefused)
{
    const auto line = readPinkMap(file({2, 1, 0, 0, 1, 1001, 0, 2, 1, 1}, 1001), "long");
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().kind, ErrorKind::Unsupported);
    EXPECT_THAT(line.error().message, HasSubstr("long: map of 1001 neurons: expected sides from 1 to 1000"));
}

TEST(Pink, WritesTheVersion2LayoutOfTheSpecification)
{
    const TemporaryFolder folder;
    PinkImages images;
    images.count = 1;
    images.shape = {1, 1, 2};
    images.values = {1.0F, 2.0F};
    ASSERT_TRUE(writePink(folder / "a.bin", images));
    const auto bytes = bytesOf(folder / "a.bin");
    const std::string text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    const std::string end = "# END OF HEADER\n";
    const std::size_t start = text.find(end) + end.size();
    auto expected = file({2, 0, 0, 1, 0, 2, 1, 2}, 0);
    append(expected, 1.0F);
    append(expected, 2.0F);
    EXPECT_TRUE(text.starts_with("#"));
    EXPECT_EQ(std::vector<std::byte>(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end()),
              expected);
}

TEST(Pink, CommentLinesNeedNoEnd)
{
    const std::string text = "# images of a survey\n#\n";
    const auto numbers = file({2, 0, 0, 3, 0, 2, 2, 2}, 3 * 4);
    std::vector<std::byte> bytes;
    for (const char letter : text)
        append(bytes, letter);
    bytes.insert(bytes.end(), numbers.begin(), numbers.end());
    const auto images = readPinkImages(bytes, "a");
    ASSERT_TRUE(images.has_value()) << images.error().message;
    EXPECT_EQ(images, readPinkImages(numbers, "a"));
    EXPECT_FALSE(readPinkImages(std::span(bytes).first(text.size()), "only text").has_value());
    EXPECT_FALSE(readPinkImages(std::span(bytes).first(5), "half a line").has_value());
}

TEST(Pink, Version1With35ImagesIsNoText)
{
    const auto images = readPinkImages(file({35, 1, 2, 3}, 35 * 6), "a"); // 35 is '#'
    ASSERT_TRUE(images.has_value()) << images.error().message;
    EXPECT_EQ(images->count, 35U);
}

TEST(Pink, ValuesThatDoNotFitTheShapeAreNotWritten)
{
    const TemporaryFolder folder;
    PinkImages images;
    images.count = 2;
    images.shape = {1, 2, 2};
    images.values.resize(7);
    const auto written = writePink(folder / "a.bin", images);
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message, HasSubstr("expected 8 values for the shape, found 7"));
    EXPECT_FALSE(fs::exists(folder / "a.bin"));
}

TEST(Pink, EveryTruncationIsRefusedWithTheReason)
{
    const TemporaryFolder folder;
    PinkMapping mapping;
    mapping.layout = som::MapLayout::rectangular(2, 3).value();
    mapping.sources = 2;
    mapping.distances.assign(12, 7.0F);
    ASSERT_TRUE(writePink(folder / "m.bin", mapping));
    const auto whole = bytesOf(folder / "m.bin");
    for (std::size_t length = 0; length < whole.size(); ++length)
    {
        const auto cut = readPinkMapping(std::span(whole).first(length), "m.bin");
        ASSERT_FALSE(cut) << length;
        EXPECT_THAT(cut.error().message, HasSubstr("m.bin: expected"));
        EXPECT_THAT(cut.error().message, HasSubstr("found"));
    }
}

TEST(Pink, SomeSourcesCanBeReadAlone)
{
    const TemporaryFolder folder;
    Random random(31);
    const som::MapLayout layout = som::MapLayout::rectangular(2, 3).value();
    for (const PinkVersion version : kVersions)
    {
        PinkMapping mapping = {layout, 9, randomValues(54, random)};
        PinkTransforms transforms = {layout, 9, std::vector<std::uint8_t>(54), randomValues(54, random)};
        transforms.flip[13] = 1;
        ASSERT_TRUE(writePink(folder / "m.bin", mapping, version));
        ASSERT_TRUE(writePink(folder / "t.bin", transforms, version));
        const auto distances = bytesOf(folder / "m.bin");
        auto flips = bytesOf(folder / "t.bin");
        mapping = readPinkMapping(distances, "m").value(); // roots of squares, in version 1
        const auto middle = [](auto values) {
            return decltype(values)(values.begin() + 12, values.begin() + 30);
        };
        mapping.distances = middle(mapping.distances);
        EXPECT_EQ(readPinkMapping(distances, "m", {2, 3}), mapping);
        transforms.flip = middle(transforms.flip);
        transforms.angleRad = middle(transforms.angleRad);
        EXPECT_EQ(readPinkTransforms(flips, "t", {2, 3}), transforms);
        EXPECT_EQ(readPinkMapping(distances, "m", {7, 5})->distances.size(), 12U) << "as many as there are";
        EXPECT_TRUE(readPinkMapping(distances, "m", {10, 1})->distances.empty());

        flips[flips.size() - 5 * 54 + 5 * 13] = std::byte{2};
        EXPECT_TRUE(readPinkTransforms(flips, "t", {3, 6}));
        EXPECT_THAT(readPinkTransforms(flips, "t", {2, 1}).error().message, HasSubstr("in transform 14"));
    }
}

TEST(Pink, ZerosHugeSizesAndOtherTypesAreRefused)
{
    EXPECT_FALSE(pinkKind(std::vector<std::byte>(4096), "zeros"));
    EXPECT_FALSE(pinkKind({}, "empty"));
    constexpr std::int32_t kHuge = 0x7FFFFFFF;
    EXPECT_FALSE(pinkKind(file({2, 0, 0, kHuge, 0, 3, kHuge, kHuge, kHuge}, 4), "huge"));
    EXPECT_FALSE(pinkKind(file({2, 0, 0, -1, 0, 2, 4, 4}, 16), "negative"));
    EXPECT_FALSE(pinkKind(file({2, 0, 0, 1, 0, 9, 4, 4}, 16), "nine dimensions"));
    const auto doubles = pinkKind(file({2, 0, 1, 1, 0, 2, 4, 4}, 32), "doubles");
    ASSERT_FALSE(doubles);
    EXPECT_EQ(doubles.error().kind, ErrorKind::Unsupported);
    const auto wrongKind = readPinkMap(file({2, 0, 0, 1, 0, 2, 4, 4}, 16), "images");
    ASSERT_FALSE(wrongKind);
    EXPECT_EQ(wrongKind.error().kind, ErrorKind::Mismatch);
}

TEST(Pink, Version1ImagesAndMapsAreToldApartBySize)
{
    EXPECT_EQ(readPinkImages(file({2, 2, 3}, 12), "n h w")->shape, (data::ImageShape{1, 2, 3}));
    EXPECT_EQ(readPinkImages(file({5, 3, 4, 6}, 360), "n c h w")->shape, (data::ImageShape{3, 4, 6}));
    EXPECT_EQ(readPinkMap(file({1, 4, 3, 2, 5, 5}, 600), "c w h d y x")->layout,
              som::MapLayout::parse("4x3x2"));
    EXPECT_EQ(readPinkMap(file({1, 4, 3, 5, 5}, 300), "c w h y x")->layout, som::MapLayout::parse("4x3"));
    EXPECT_EQ(readPinkMap(file({1, 3, 5}, 225), "c s t")->layout, som::MapLayout::parse("3x3"));
}

TEST(Pink, Version1DistancesAreReadAsRoots)
{
    const auto mapping = readPinkMapping(file({40, 10, 10, 1}, 4000), "mapping");
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->sources, 40U);
    EXPECT_FLOAT_EQ(mapping->distances[100], std::sqrt(100.25F));
}

TEST(Pink, ChangedBytesNeverCrash)
{
    test::forAll(300, [](Random &random) {
        auto bytes = file({2, 3, 2, 0, 2, 3, 3}, 0);
        bytes.resize(bytes.size() + 2 * 9 * 5);
        if (random.below(2) == 0)
            bytes = file({2, 1, 0, 0, 2, 3, 3, 0, 2, 4, 4}, 144);
        for (std::uint32_t changes = 1 + random.below(8); changes > 0; --changes)
            bytes[random.below(44)] = static_cast<std::byte>(random.below(256));
        (void)readPinkImages(bytes, "x");
        (void)readPinkMap(bytes, "x");
        (void)readPinkMapping(bytes, "x");
        (void)readPinkTransforms(bytes, "x");
    });
}

/// A flip of the rows (row -> -row) and a turn from the column axis towards the row axis, on a point.
struct Point
{
    double column = 0.0;
    double row = 0.0;
};
Point flipped(Point p)
{
    return {p.column, -p.row};
}
Point turned(Point p, double angle)
{
    return {p.column * std::cos(angle) - p.row * std::sin(angle),
            p.column * std::sin(angle) + p.row * std::cos(angle)};
}

TEST(Pink, OurTransformMovesPixelsWherePinksDoes)
{
    test::forAll(100, [](Random &random) {
        const bool flip = random.below(2) == 1;
        const auto angle = static_cast<float>(random.uniform(0.0, 2.0 * std::numbers::pi));
        const Point start = {random.normal(), random.normal()};
        const Point pinks = flip ? flipped(turned(start, angle)) : turned(start, angle);
        const som::SpatialTransform ours = fromPink(flip, angle);
        const Point found = turned(ours.isFlipped ? flipped(start) : start, ours.angleRad);
        EXPECT_NEAR(found.column, pinks.column, 1e-5);
        EXPECT_NEAR(found.row, pinks.row, 1e-5);
    });
}

TEST(Pink, TransformsThereAndBackAreEqual)
{
    test::forAll(100, [](Random &random) {
        const som::SpatialTransform ours = {.angleRad = static_cast<float>(random.uniform(0.0, 6.283)),
                                            .isFlipped = random.below(2) == 1};
        const auto [flip, angle] = toPink(ours);
        EXPECT_GE(angle, 0.0F);
        EXPECT_LT(angle, 2.0F * std::numbers::pi_v<float>);
        const som::SpatialTransform back = fromPink(flip, angle);
        EXPECT_EQ(back.isFlipped, ours.isFlipped);
        EXPECT_NEAR(back.angleRad, ours.angleRad, 1e-6);
    });
    EXPECT_EQ(toPink({.angleRad = 0.0F, .isFlipped = true}).second, 0.0F);
}

} // namespace
} // namespace somnium::io
