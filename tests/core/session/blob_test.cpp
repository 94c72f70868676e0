// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/session/blob.h"
#include "tests/core/session/random_session.h"
#include "tests/support/property.h"

namespace somnium::session
{
namespace
{

std::vector<std::byte> example()
{
    BlobWriter writer(BlobKind::Floats);
    writer.put(std::uint32_t{7});
    writer.putTexts(std::vector<std::string_view>{"one", "two", "one"});
    const std::vector<double> numbers = {1.0, 2.0, 3.0};
    writer.putColumn(std::span<const double>(numbers));
    return writer.finish();
}

void readExample(std::span<const std::byte> bytes)
{
    BlobReader reader(bytes, BlobKind::Floats);
    EXPECT_EQ(reader.get<std::uint32_t>(), 7U);
    EXPECT_EQ(reader.getTexts(3), (std::vector<std::string_view>{"one", "two", "one"}));
    EXPECT_EQ(reader.getColumn<double>(3), (std::vector<double>{1.0, 2.0, 3.0}));
    reader.finish();
}

ErrorKind kindOfFailure(std::span<const std::byte> bytes)
{
    try
    {
        readExample(bytes);
    }
    catch (const Failed &failed)
    {
        return failed.error.kind;
    }
    return ErrorKind::Cancelled; // stands for "nothing failed"
}

TEST(Blob, ReadsBackWhatWasWritten)
{
    readExample(example());
    test::forAll(100, [](Random &random) {
        std::vector<std::string> texts(random.below(20));
        for (std::string &text : texts)
            text = randomText(random);
        std::vector<std::uint64_t> numbers(random.below(20));
        for (std::uint64_t &number : numbers)
            number = random.below(2);
        BlobWriter writer(BlobKind::Sources);
        writer.putTexts(std::vector<std::string_view>(texts.begin(), texts.end()));
        writer.putColumn(std::span<const std::uint64_t>(numbers));
        const auto bytes = writer.finish();
        BlobReader reader(bytes, BlobKind::Sources);
        EXPECT_EQ(reader.getTexts(texts.size()), std::vector<std::string_view>(texts.begin(), texts.end()));
        EXPECT_EQ(reader.getColumn<std::uint64_t>(numbers.size()), numbers);
        reader.finish();
    });
}

TEST(Blob, StoresAConstantColumnOnce)
{
    BlobWriter constant(BlobKind::Floats);
    constant.putColumn(std::span<const double>(std::vector<double>(1000, 5.0)));
    EXPECT_LT(constant.finish().size(), 64U);
}

TEST(Blob, OfAnyLengthButItsOwnFails)
{
    const auto bytes = example();
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_EQ(kindOfFailure(std::span(bytes).first(length)), ErrorKind::Malformed);
    auto longer = bytes;
    longer.push_back(std::byte{0});
    EXPECT_EQ(kindOfFailure(longer), ErrorKind::Malformed);
}

TEST(Blob, WithAnyBitChangedFails)
{
    const auto bytes = example();
    for (std::size_t i = 0; i < bytes.size() * 8; ++i)
    {
        auto damaged = bytes;
        damaged[i / 8] ^= std::byte{1} << (i % 8);
        EXPECT_NE(kindOfFailure(damaged), ErrorKind::Cancelled) << "bit " << i;
    }
}

TEST(Blob, OfAnotherKindFails)
{
    const auto bytes = BlobWriter(BlobKind::Mapping).finish();
    EXPECT_EQ(kindOfFailure(bytes), ErrorKind::Malformed);
}

TEST(Blob, DoesNotTrustCountsInside)
{
    BlobWriter writer(BlobKind::Floats);
    writer.put(std::uint32_t{0xFFFFFFFF}); // as many texts
    const auto bytes = writer.finish();
    EXPECT_THROW(static_cast<void>(BlobReader(bytes, BlobKind::Floats).getTexts(5)), Failed);
    EXPECT_THROW(static_cast<void>(BlobReader(bytes, BlobKind::Floats).getTexts(0xFFFFFFFF)), Failed);
    EXPECT_THROW(static_cast<void>(BlobReader(bytes, BlobKind::Floats).getAll<double>(~std::size_t{0})),
                 Failed);
}

} // namespace
} // namespace somnium::session
