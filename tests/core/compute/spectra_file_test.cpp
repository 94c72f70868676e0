// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/spectra_file.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "tests/support/temporary_folder.h"

namespace somnium::compute
{
namespace
{

class SpectraFileTest : public ::testing::Test
{
protected:
    SpectraFileTest()
    {
        Random random(9);
        for (std::size_t block = 0; block < m_key.blocks(); ++block)
        {
            HalfSpectra spectra = makeHalfSpectra(m_key.grid, m_key.imagesOf(block));
            for (std::uint16_t &value : spectra.values)
                value = static_cast<std::uint16_t>(random.below(0x7C00U));
            for (float &energy : spectra.energies)
                energy = static_cast<float>(random.uniform());
            m_blocks.push_back(spectra);
        }
    }

    void write()
    {
        const auto writer = SpectraFileWriter::create(m_path, m_key).value();
        for (const HalfSpectra &block : m_blocks)
            ASSERT_TRUE(writer->append(block));
        ASSERT_TRUE(writer->finish());
    }

    void changeByte(std::size_t offset)
    {
        std::fstream file(m_path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        const int value = file.get();
        file.seekp(static_cast<std::streamoff>(offset));
        file.put(static_cast<char>(value ^ 0x10));
    }

    [[nodiscard]] std::size_t filesInFolder() const
    {
        const std::filesystem::directory_iterator files(m_folder.path());
        return static_cast<std::size_t>(std::distance(begin(files), end(files)));
    }

    test::TemporaryFolder m_folder;
    std::filesystem::path m_path = m_folder.path() / "a.spectra";
    SpectraFileKey m_key = {polarGridFor({1, 12, 12}, MatchPrecision::Standard).value(), 77, 25, 10};
    std::vector<HalfSpectra> m_blocks;
};

TEST_F(SpectraFileTest, GivesTheBlocksBack)
{
    write();
    const SpectraFile file = SpectraFile::open(m_path, m_key).value();
    for (const std::size_t block : {2U, 0U, 1U})
        EXPECT_EQ(file.read(block).value(), m_blocks[block]);
    EXPECT_EQ(filesInFolder(), 1U);
}

TEST_F(SpectraFileTest, IsOfNoUseForAnotherKey)
{
    write();
    SpectraFileKey other = m_key;
    other.fingerprint = 78;
    EXPECT_EQ(SpectraFile::open(m_path, other).error().kind, ErrorKind::Mismatch);
    other = m_key;
    other.grid.radius += 0.5;
    EXPECT_EQ(SpectraFile::open(m_path, other).error().kind, ErrorKind::Mismatch);
    other = m_key;
    other.count = 24;
    EXPECT_FALSE(SpectraFile::open(m_path, other));
    EXPECT_EQ(SpectraFile::open(m_folder.path() / "none", m_key).error().kind, ErrorKind::NotFound);
}

TEST_F(SpectraFileTest, EveryChangedByteIsFound)
{
    const std::size_t size = [&] {
        write();
        return static_cast<std::size_t>(std::filesystem::file_size(m_path));
    }();
    Random random(4);
    for (int i = 0; i < 60; ++i)
    {
        const std::size_t offset =
            i < 12 ? static_cast<std::size_t>(i) * 5U + 1U : random.below(static_cast<std::uint32_t>(size));
        changeByte(offset);
        const auto file = SpectraFile::open(m_path, m_key);
        bool isFound = !file;
        for (std::size_t block = 0; block < m_key.blocks() && !isFound; ++block)
            isFound = !file->read(block);
        EXPECT_TRUE(isFound) << offset;
        changeByte(offset);
    }
    EXPECT_TRUE(SpectraFile::open(m_path, m_key).value().read(0));
}

TEST_F(SpectraFileTest, ATruncatedFileIsNotOpened)
{
    write();
    std::filesystem::resize_file(m_path, std::filesystem::file_size(m_path) - 1);
    EXPECT_EQ(SpectraFile::open(m_path, m_key).error().kind, ErrorKind::Malformed);
    std::filesystem::resize_file(m_path, 30);
    EXPECT_FALSE(SpectraFile::open(m_path, m_key));
}

TEST_F(SpectraFileTest, AnUnfinishedFileLeavesNothing)
{
    {
        const auto writer = SpectraFileWriter::create(m_path, m_key).value();
        ASSERT_TRUE(writer->append(m_blocks[0]));
        EXPECT_FALSE(std::filesystem::exists(m_path));
    }
    EXPECT_EQ(filesInFolder(), 0U);
    EXPECT_EQ(SpectraFileWriter::create(m_folder.path() / "no" / "a", m_key).error().kind,
              ErrorKind::WriteFailed);
}

} // namespace
} // namespace somnium::compute
