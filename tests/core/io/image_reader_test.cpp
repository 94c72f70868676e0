// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/image_reader.h"

#include <string>
#include <thread>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/fits_header.h"

namespace somnium::io
{
namespace
{

using ::testing::HasSubstr;

std::string card(std::string text)
{
    text.resize(kFitsCardBytes, ' ');
    return text;
}

std::string imageHdu(const std::string &first, char pixel)
{
    std::string text = card(first) + card("BITPIX  =                    8") +
                       card("NAXIS   =                    2") + card("NAXIS1  =                    3") +
                       card("NAXIS2  =                    2") + card("PCOUNT  =                    0") +
                       card("GCOUNT  =                    1") + card("END");
    text.resize(kFitsBlockBytes, ' ');
    text += std::string(6, pixel);
    text.resize(2 * kFitsBlockBytes, '\0');
    return text;
}

/// Three HDUs of pixels 1, 2 and 3.
std::string threeImages()
{
    return imageHdu("SIMPLE  =                    T", 1) + imageHdu("XTENSION= 'IMAGE   '", 2) +
           imageHdu("XTENSION= 'IMAGE   '", 3);
}

std::string npyOfThree()
{
    std::string dict = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2, 2), }";
    dict.resize(117, ' ');
    std::string file("\x93NUMPY\x01\0", 8);
    file += static_cast<char>(118);
    file += '\0';
    return file + dict + '\n' + std::string("\1\1\1\1\2\2\2\2\3\3\3\3", 12);
}

std::string packed(const std::string &text, int (*addFilter)(archive *))
{
    std::string buffer(text.size() + 10'000, '\0');
    std::size_t used = 0;
    archive *handle = archive_write_new();
    addFilter(handle);
    archive_write_set_format_raw(handle);
    archive_write_set_bytes_in_last_block(handle, 1);
    archive_write_open_memory(handle, buffer.data(), buffer.size(), &used);
    archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(handle, entry);
    archive_write_data(handle, text.data(), text.size());
    archive_entry_free(entry);
    archive_write_free(handle);
    buffer.resize(used);
    return buffer;
}

std::span<const std::byte> bytesOf(const std::string &text)
{
    return std::as_bytes(std::span(text));
}

data::SourceOrigin named(const std::string &file)
{
    data::SourceOrigin origin;
    origin.file = file;
    return origin;
}

TEST(ImageReader, EndingsOfImagesAreKnown)
{
    for (const std::string name : {"a.fits", "a.FITS", "b/a.fit", "a.fts", "a.fits.fz", "a.fits.gz",
                                   "a.fit.bz2", "a.png", "a.JPG", "a.jpeg", "a.npy", "a.bin", "a.fits.Z"})
        EXPECT_TRUE(hasImageEnding(name)) << name;
    for (const std::string name : {"a.txt", "a.tar", "a.tar.gz", "fits", "a.csv", "a.gz", ""})
        EXPECT_FALSE(hasImageEnding(name)) << name;
}

TEST(ImageReader, EveryHduIsAnImageWithItsPlace)
{
    const LoadedFile loaded = readImages(bytesOf(threeImages()), named("a.fits"));
    ASSERT_EQ(loaded.images.size(), 3U);
    EXPECT_TRUE(loaded.problems.empty());
    for (int i = 0; i < 3; ++i)
    {
        const LoadedImage &image = loaded.images[static_cast<std::size_t>(i)];
        EXPECT_EQ(image.origin.hdu, i + 1);
        EXPECT_EQ(image.image.at(1, 2), static_cast<float>(i + 1));
        EXPECT_TRUE(image.wcsCards.empty());
    }
}

TEST(ImageReader, ABrokenHduDoesNotHideTheOthers)
{
    std::string text = threeImages();
    text.resize(text.size() - kFitsBlockBytes + 2); // the last has 2 of its 6 pixels
    const LoadedFile loaded = readImages(bytesOf(text), named("a.fits"));
    EXPECT_EQ(loaded.images.size(), 2U);
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_EQ(toString(loaded.problems[0]), "a.fits, HDU 3: expected 6 bytes of pixels, found 2");
}

TEST(ImageReader, CompressedFilesAreReadAsTheirContents)
{
    using AddFilter = int (*)(archive *);
    for (const AddFilter filter :
         {AddFilter{archive_write_add_filter_gzip}, AddFilter{archive_write_add_filter_bzip2},
          AddFilter{archive_write_add_filter_xz}, AddFilter{archive_write_add_filter_compress}})
    {
        const std::string text = packed(threeImages(), filter);
        const LoadedFile loaded = readImages(bytesOf(text), named("a.fits.x"));
        EXPECT_EQ(loaded.images.size(), 3U);
        for (const auto &problem : loaded.problems)
            ADD_FAILURE() << toString(problem);
        if (filter == AddFilter{archive_write_add_filter_compress})
            continue; // .Z has neither length nor checksum: what is missing may be padding
        const LoadedFile cut = readImages(bytesOf(text).first(text.size() / 2), named("a.fits.x"));
        EXPECT_FALSE(cut.problems.empty());
    }
}

TEST(ImageReader, AWrongChecksumOfGzipIsFound)
{
    std::string text = packed(threeImages(), archive_write_add_filter_gzip);
    text[text.size() - 8] = static_cast<char>(text[text.size() - 8] ^ 1);
    const LoadedFile loaded = readImages(bytesOf(text), named("a.fits.gz"));
    EXPECT_TRUE(loaded.images.empty());
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_EQ(toString(loaded.problems[0]), "a.fits.gz: expected whole gzip data, found a wrong checksum");
}

TEST(ImageReader, OneImageIsReadAgainByItsPlace)
{
    for (const std::string &text :
         {threeImages(), npyOfThree(), packed(npyOfThree(), archive_write_add_filter_gzip)})
    {
        const LoadedFile all = readImages(bytesOf(text), named("a"));
        ASSERT_EQ(all.images.size(), 3U);
        for (const LoadedImage &image : all.images)
        {
            const auto again = readImage(bytesOf(text), image.origin);
            ASSERT_TRUE(again) << again.error().message;
            EXPECT_EQ(again->image, image.image);
            EXPECT_EQ(again->origin, image.origin);
        }
        data::SourceOrigin gone = all.images.back().origin;
        gone.hdu += gone.hdu > 0 ? 1 : 0;
        gone.index += gone.hdu > 0 ? 0 : 1;
        EXPECT_FALSE(readImage(bytesOf(text), gone));
    }
}

TEST(ImageReader, AReceiverMayHaveEnough)
{
    for (const std::string &text : {threeImages(), npyOfThree()})
    {
        std::size_t images = 0;
        visitImages(bytesOf(text), named("a"),
                    {.onImage = [&](LoadedImage &&) { return ++images < 2; },
                     .onProblem = [](data::ImportProblem &&problem) { ADD_FAILURE() << toString(problem); }});
        EXPECT_EQ(images, 2U);
    }
}

TEST(ImageReader, OtherFilesAreOneProblemThatSaysWhatWasFound)
{
    const LoadedFile text = readImages(bytesOf("just some text"), named("a.txt"));
    ASSERT_EQ(text.problems.size(), 1U);
    EXPECT_THAT(toString(text.problems[0]),
                HasSubstr("a.txt: expected FITS, PNG, JPEG, .npy or PINK images, found 14"));
    const LoadedFile empty = readImages({}, named("a.fits"));
    ASSERT_EQ(empty.problems.size(), 1U);
    EXPECT_EQ(empty.problems[0].found, "an empty file");
    const LoadedFile zeros = readImages(std::vector<std::byte>(1000), named("a.bin"));
    ASSERT_EQ(zeros.problems.size(), 1U);
    EXPECT_THAT(zeros.problems[0].expected, HasSubstr("PINK"));
}

} // namespace
} // namespace somnium::io
