// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_store.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/bytes.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::data
{
namespace
{

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::vector<Image> randomImages(std::size_t count, ImageShape shape, Random &random)
{
    std::vector<Image> images;
    for (std::size_t i = 0; i < count; ++i)
    {
        Image image(shape);
        for (float &value : image.pixels())
            value = static_cast<float>(random.normal());
        images.push_back(std::move(image));
    }
    return images;
}

void writeStore(const fs::path &path, const std::vector<Image> &images, ImageShape shape,
                std::uint64_t fingerprint)
{
    auto writer = SampleStoreWriter::create(path, shape);
    ASSERT_TRUE(writer) << writer.error().message;
    for (const Image &image : images)
        ASSERT_TRUE((*writer)->append(image.view()));
    EXPECT_EQ((*writer)->count(), images.size());
    const auto finished = (*writer)->finish(fingerprint);
    ASSERT_TRUE(finished) << finished.error().message;
}

std::string bytesOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void writeBytes(const fs::path &path, const std::string &bytes)
{
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TEST(SampleStore, ReadsBackWhatWasWritten)
{
    test::forAll(30, [](Random &random) {
        const TemporaryFolder folder;
        const ImageShape shape = {1 + random.below(3), 1 + random.below(9), 1 + random.below(9)};
        const auto images = randomImages(random.below(20), shape, random);
        const std::uint64_t fingerprint = (std::uint64_t{random.next()} << 32U) | random.next();
        writeStore(folder / "s.store", images, shape, fingerprint);

        const auto store = SampleStore::open(folder / "s.store", true);
        ASSERT_TRUE(store) << store.error().message;
        EXPECT_EQ((*store)->shape(), shape);
        EXPECT_EQ((*store)->fingerprint(), fingerprint);
        ASSERT_EQ((*store)->count(), images.size());
        for (std::size_t i = 0; i < images.size(); ++i)
            EXPECT_EQ(Image((*store)->sample(i)), images[i]);
    });
}

TEST(SampleStore, WhatWasBroughtInIsAtHand)
{
    const TemporaryFolder folder;
    Random random(8);
    const ImageShape shape = {1, 50, 41};
    const std::vector<Image> images = randomImages(40, shape, random);
    writeStore(folder / "s", images, shape, 1);
    const auto store = SampleStore::open(folder / "s").value();
    for (std::size_t i = 0; i < images.size(); ++i)
    {
        store->bringIn(i);
        EXPECT_TRUE(store->isAtHand(i)) << i;
    }
    store->letGo(0, images.size());
    EXPECT_EQ(store->sample(7).pixels()[3], images[7].view().pixels()[3]);
}

TEST(SampleStore, KeepsTheBitsOfNaN)
{
    const TemporaryFolder folder;
    const ImageShape shape = {1, 1, 2};
    const Image image(shape, {std::numeric_limits<float>::quiet_NaN(), -0.0F});
    writeStore(folder / "s.store", {image}, shape, 0);
    const auto store = SampleStore::open(folder / "s.store", true);
    ASSERT_TRUE(store);
    EXPECT_TRUE(std::isnan((*store)->sample(0).at(0, 0)));
    EXPECT_TRUE(std::signbit((*store)->sample(0).at(0, 1)));
}

TEST(SampleStore, NothingIsPublishedBeforeFinish)
{
    const TemporaryFolder folder;
    {
        auto writer = SampleStoreWriter::create(folder / "s.store", {1, 2, 2});
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->append(Image({1, 2, 2}).view()));
        EXPECT_FALSE(fs::exists(folder / "s.store"));
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(SampleStore, AnUnfinishedWriterLeavesTheOldStore)
{
    const TemporaryFolder folder;
    Random random(3);
    writeStore(folder / "s.store", randomImages(4, {1, 2, 2}, random), {1, 2, 2}, 17);
    {
        auto writer = SampleStoreWriter::create(folder / "s.store", {1, 3, 3});
        ASSERT_TRUE(writer);
    }
    const auto store = SampleStore::open(folder / "s.store", true);
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->fingerprint(), 17U);
}

TEST(SampleStore, RefusesASampleOfAnotherShape)
{
    const TemporaryFolder folder;
    auto writer = SampleStoreWriter::create(folder / "s.store", {1, 2, 3});
    ASSERT_TRUE(writer);
    const auto appended = (*writer)->append(Image({1, 3, 2}).view());
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, ErrorKind::Mismatch);
    EXPECT_THAT(appended.error().message, HasSubstr("expected a sample of 1 x 2 x 3, found 1 x 3 x 2"));
}

TEST(SampleStore, RefusesAShapeWithoutPixelsOrTooLarge)
{
    const TemporaryFolder folder;
    constexpr std::size_t kHuge = std::size_t{1} << 40U;
    EXPECT_FALSE(SampleStoreWriter::create(folder / "s.store", {1, 0, 3}));
    EXPECT_FALSE(SampleStoreWriter::create(folder / "s.store", {1, kHuge, kHuge}));
    EXPECT_FALSE(SampleStoreWriter::create(folder / "missing" / "s.store", {1, 2, 2}));
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(SampleStore, RefusesEveryTruncation)
{
    const TemporaryFolder folder;
    Random random(5);
    writeStore(folder / "s.store", randomImages(2, {1, 3, 3}, random), {1, 3, 3}, 17);
    const std::string whole = bytesOf(folder / "s.store");
    for (std::size_t length = 0; length < whole.size(); ++length)
    {
        writeBytes(folder / "cut.store", whole.substr(0, length));
        const auto store = SampleStore::open(folder / "cut.store");
        ASSERT_FALSE(store) << length;
        EXPECT_EQ(store.error().kind, ErrorKind::Malformed);
        EXPECT_THAT(store.error().message, HasSubstr("expected"));
    }
    writeBytes(folder / "cut.store", whole + "x");
    EXPECT_FALSE(SampleStore::open(folder / "cut.store"));
}

TEST(SampleStore, VerifyingFindsEveryChangedByte)
{
    const TemporaryFolder folder;
    Random random(5);
    writeStore(folder / "s.store", randomImages(2, {1, 3, 3}, random), {1, 3, 3}, 17);
    const std::string whole = bytesOf(folder / "s.store");
    for (std::size_t place = 0; place < whole.size(); ++place)
    {
        std::string changed = whole;
        changed[place] = static_cast<char>(changed[place] ^ (1 << random.below(8)));
        writeBytes(folder / "changed.store", changed);
        EXPECT_FALSE(SampleStore::open(folder / "changed.store", true)) << "byte " << place;
    }
}

TEST(SampleStore, RefusesAHeaderWhoseProductOverflows)
{
    const TemporaryFolder folder;
    Random random(5);
    writeStore(folder / "s.store", randomImages(1, {1, 3, 3}, random), {1, 3, 3}, 17);
    std::string bytes = bytesOf(folder / "s.store");
    const std::uint64_t huge = std::uint64_t{1} << 62U; // count, rows: their product times 4 wraps to 0
    std::memcpy(bytes.data() + 16, &huge, sizeof huge);
    std::memcpy(bytes.data() + 32, &huge, sizeof huge);
    const std::uint64_t checksum = fnv1a(std::as_bytes(std::span(bytes)).first(56));
    std::memcpy(bytes.data() + 56, &checksum, sizeof checksum);
    writeBytes(folder / "huge.store", bytes);
    const auto store = SampleStore::open(folder / "huge.store");
    ASSERT_FALSE(store);
    EXPECT_THAT(store.error().message, HasSubstr("expected a shape and count that fit into memory"));
}

TEST(SampleStore, AMissingFileIsNotFound)
{
    const TemporaryFolder folder;
    const auto store = SampleStore::open(folder / "none.store");
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, ErrorKind::NotFound);
}

TEST(MemorySamples, HandsOutItsValuesInOrder)
{
    const MemorySamples samples({1, 1, 2}, {1.0F, 2.0F, 3.0F, 4.0F});
    ASSERT_EQ(samples.count(), 2U);
    EXPECT_EQ(samples.sample(1).at(0, 0), 3.0F);
    EXPECT_EQ(samples.sample(1).at(0, 1), 4.0F);
}

} // namespace
} // namespace somnium::data
