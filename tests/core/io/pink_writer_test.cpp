// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pink_writer.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <span>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

using test::TemporaryFolder;
using ::testing::HasSubstr;

std::vector<std::byte> bytesOf(const std::filesystem::path &path)
{
    const auto file = MappedFile::open(path).value();
    return {file.bytes().begin(), file.bytes().end()};
}

std::vector<float> randomValues(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    return values;
}

/// Calls `append(first, count)` for parts of `total` values.
template <class Append> void inParts(std::size_t total, Random &random, const Append &append)
{
    for (std::size_t first = 0, count = 0; first < total; first += count)
    {
        count = std::min(total - first, std::size_t{random.below(static_cast<std::uint32_t>(total) + 1)});
        const auto appended = append(first, count);
        ASSERT_TRUE(appended) << appended.error().message;
    }
}

class PinkParts : public ::testing::Test
{
protected:
    /// That these values, appended in parts, make the file of `whole`.
    template <class Content>
    void expectTheFileOf(const Content &whole, const PinkHeader &header, const std::vector<float> &values)
    {
        auto writer = PinkWriter::create(m_folder / "parts.bin", header, m_version);
        ASSERT_TRUE(writer) << writer.error().message;
        inParts(values.size(), *m_random, [&](std::size_t first, std::size_t count) {
            const std::span<const float> part = std::span(values).subspan(first, count);
            if constexpr (requires { whole.flip; })
                return writer->append(std::span(whole.flip).subspan(first, count), part);
            else
                return writer->append(part);
        });
        ASSERT_TRUE(writer->finish());
        ASSERT_TRUE(writePink(m_folder / "whole.bin", whole, m_version));
        EXPECT_EQ(bytesOf(m_folder / "parts.bin"), bytesOf(m_folder / "whole.bin"));
    }

    TemporaryFolder m_folder;
    PinkVersion m_version = PinkVersion::Two;
    Random *m_random = nullptr;
};

TEST_F(PinkParts, MakeTheFileOfTheWholeInEveryKindAndVersion)
{
    test::forAll(20, [this](Random &random) {
        m_random = &random;
        m_version = random.below(2) == 0 ? PinkVersion::One : PinkVersion::Two;
        const som::MapLayout layout = som::MapLayout::rectangular(2, 3).value();
        const data::ImageShape shape = {1 + random.below(2), 5, 4};
        const std::size_t count = 1 + random.below(9);
        const PinkImages images = {count, shape, randomValues(count * shape.size(), random)};
        expectTheFileOf(images, {PinkKind::Images, count, {}, shape}, images.values);
        const PinkMap map = {layout, shape, randomValues(6 * shape.size(), random)};
        expectTheFileOf(map, {PinkKind::Map, 0, layout, shape}, map.prototypes);
        const PinkMapping mapping = {layout, count, randomValues(6 * count, random)};
        expectTheFileOf(mapping, {PinkKind::Mapping, count, layout, {}}, mapping.distances);
        const PinkTransforms transforms = {layout, count, std::vector<std::uint8_t>(6 * count, 1),
                                           randomValues(6 * count, random)};
        expectTheFileOf(transforms, {PinkKind::Transforms, count, layout, {}}, transforms.angleRad);
    });
}

TEST(PinkWriter, AFileThatIsNotFinishedLeavesTheOldOne)
{
    const TemporaryFolder folder;
    ASSERT_TRUE(writePink(folder / "a.bin", PinkImages{1, {1, 2, 2}, {1, 2, 3, 4}}));
    const auto before = bytesOf(folder / "a.bin");
    const std::vector<float> values(8);
    {
        auto writer = PinkWriter::create(folder / "a.bin", {PinkKind::Images, 3, {}, {1, 2, 2}});
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->append(values));
        const auto finished = writer->finish();
        ASSERT_FALSE(finished);
        EXPECT_THAT(finished.error().message, HasSubstr("a.bin: expected 12 values for the shape, found 8"));
        EXPECT_EQ(writer->append(values).error().kind, ErrorKind::InvalidArgument) << "one image too many";
    }
    EXPECT_EQ(bytesOf(folder / "a.bin"), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(PinkWriter, RefusesWhatPinkCannotHold)
{
    const TemporaryFolder folder;
    const auto none =
        PinkWriter::create(folder / "a.bin", {PinkKind::Images, 0, {}, {1, 2, 2}}, PinkVersion::One);
    EXPECT_EQ(none.error().kind, ErrorKind::InvalidArgument);
    const auto many =
        PinkWriter::create(folder / "a.bin", {PinkKind::Images, std::size_t{1} << 31, {}, {1, 2, 2}});
    EXPECT_EQ(many.error().kind, ErrorKind::InvalidArgument);
    const auto nowhere = PinkWriter::create(folder / "missing/a.bin", {PinkKind::Images, 1, {}, {1, 2, 2}});
    EXPECT_EQ(nowhere.error().kind, ErrorKind::WriteFailed);
    auto writer = PinkWriter::create(folder / "a.bin", {PinkKind::Transforms, 1, {}, {}});
    ASSERT_TRUE(writer);
    const std::vector<float> angles(1);
    EXPECT_EQ(writer->append({}, angles).error().kind, ErrorKind::InvalidArgument)
        << "an angle without a flip";
}

} // namespace
} // namespace somnium::io
