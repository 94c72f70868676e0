// SPDX-License-Identifier: GPL-3.0-or-later
// Tables that other people wrote, good and broken: read as astropy reads them, or refused with a reason.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/io/csv.h"
#include "core/io/fits_table.h"
#include "core/io/table.h"
#include "core/io/votable.h"
#include "core/sky/row_positions.h"
#include "tests/support/outside_tools.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;
using data::Catalogue;

std::vector<fs::path> filesBelow(const fs::path &folder)
{
    std::vector<fs::path> files;
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

bool isVotable(const fs::path &path)
{
    const std::string ending = path.extension().string();
    return ending == ".xml" || ending == ".vot" || ending == ".desise";
}

bool isFits(const fs::path &path)
{
    const std::string name = path.filename().string();
    return name.find(".fit") != std::string::npos || name.find(".std") != std::string::npos;
}

std::string bytesOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// "rows columns" of the first table by astropy for each file, or "error". One interpreter for all of them.
std::map<std::string, std::string> astropyShapes(const std::vector<fs::path> &files)
{
    constexpr const char *kScript = R"(
import sys, warnings
warnings.simplefilter('ignore')
from astropy.io import fits, votable
for path in open(sys.argv[1]).read().splitlines():
    try:
        if '.fit' in path.rsplit('/', 1)[-1] or path.endswith('.std'):
            with fits.open(path) as hdus:
                table = next(h for h in hdus if isinstance(h, (fits.BinTableHDU, fits.TableHDU))
                             and not isinstance(h, fits.CompImageHDU))
                shape = len(table.data), len(table.columns)
        else:
            tables = votable.parse(path, verify='ignore').iter_tables()
            table = next(t for t in tables if t.format is not None and len(t.fields))
            shape = len(table.array), len(table.fields)
        print(path, *shape, sep='\t')
    except BaseException as e:
        print(path, 'error', type(e).__name__, sep='\t')
)";
    const test::TemporaryFolder folder;
    {
        std::ofstream list(folder / "files.txt");
        for (const fs::path &file : files)
            list << file.string() << '\n';
    }
    std::istringstream lines(test::runPython(kScript, {(folder / "files.txt").string()}).output);
    std::map<std::string, std::string> shapes;
    for (std::string line; std::getline(lines, line);)
        if (const std::size_t tab = line.find('\t'); tab != std::string::npos)
            shapes[line.substr(0, tab)] = line.substr(tab + 1);
    return shapes;
}

std::size_t columnsNotRead(const Catalogue &table)
{
    constexpr std::string_view kNote = "' not read: complex";
    std::size_t count = 0;
    for (std::size_t at = table.description.find(kNote); at != std::string::npos;
         at = table.description.find(kNote, at + 1))
        ++count;
    return count;
}

TEST(RealTables, FaultyFilesAreReadAsAstropyReadsThemOrRefusedWithAReason)
{
    SOMNIUM_REQUIRE_REAL_DATA(faults, "faults");
    SOMNIUM_REQUIRE_ASTROPY();
    std::vector<fs::path> files;
    for (const fs::path &file : filesBelow(faults))
        if (isVotable(file) || isFits(file))
            files.push_back(file);
    ASSERT_GT(files.size(), 60U);
    auto shapes = astropyShapes(files);
    std::size_t alike = 0;
    for (const fs::path &file : files)
    {
        const std::string &theirs = shapes[file.string()];
        const bool isReadThere = theirs.find("error") == std::string::npos;
        const auto table = readTable(file);
        if (!table)
        {
            // A table without rows may be no table to us.
            EXPECT_TRUE(!isReadThere || theirs.starts_with("0\t"))
                << file << ": " << theirs << "; ours: " << table.error().message;
            EXPECT_NE(table.error().message.find("expected"), std::string::npos) << table.error().message;
        }
        else if (isReadThere)
        {
            const std::size_t columns = table->columns().size() + columnsNotRead(*table);
            EXPECT_EQ(std::to_string(table->rowCount()) + "\t" + std::to_string(columns), theirs) << file;
            ++alike;
        }
    }
    EXPECT_GE(alike, 30U);
}

TEST(RealTables, TruncatedAndFlippedFilesNeverCrash)
{
    SOMNIUM_REQUIRE_REAL_DATA(faults, "faults");
    constexpr std::size_t kLargest = 400'000;
    constexpr int kVariants = 12;
    Random random(2026);
    std::size_t read = 0;
    std::size_t refused = 0;
    for (const fs::path &file : filesBelow(faults))
    {
        if (fs::file_size(file) > kLargest || fs::file_size(file) == 0)
            continue;
        const std::string whole = bytesOf(file);
        for (int variant = 0; variant < kVariants; ++variant)
        {
            std::string broken = whole;
            if (variant % 3 == 0)
                broken.resize(random.below(static_cast<std::uint32_t>(whole.size())));
            // Headers decide more than data, so half of the flips go there.
            const auto reach = static_cast<std::uint32_t>(
                variant % 2 == 0 ? broken.size() : std::min<std::size_t>(broken.size(), 6000));
            for (std::uint32_t flips = 1 + random.below(8); flips > 0 && reach > 0; --flips)
                broken[random.below(reach)] = static_cast<char>(random.below(256));
            const auto bytes = std::as_bytes(std::span(broken));
            const auto table = isVotable(file) ? readVotable(bytes, "broken")
                               : isFits(file)  ? readFitsTable(bytes, "broken")
                                               : readCsv(bytes, "broken");
            ++(table ? read : refused);
            ASSERT_TRUE(table || !table.error().message.empty());
        }
    }
    EXPECT_GT(read, 100U);
    EXPECT_GT(refused, 500U);
}

TEST(RealTables, CataloguesOfTheSurveysHaveTheirRowsTypesAndRoles)
{
    struct Expected
    {
        std::string_view set;
        std::string_view file;
        std::size_t rows;
        std::size_t columns;
        std::string_view id;
        std::string_view ra;
        std::string_view positions; ///< a column that they come from
    };
    const std::vector<Expected> tables = {
        {"radio/radiogalaxydataset", "labels.csv", 1638, 9, "id", "RA", "RA"},
        {"radio/frdeep", "FRDEEPv2_train.csv", 460, 5, "Object_ID", "RA(J2000)", "RA(J2000)"},
        {"radio/rgz_dr1_catalogue", "full_catalogue.csv", 11836, 9, "catalog_id", "", "cpnts_ras"},
        {"radio/lotss", "lotss_horton2025_classes/classifications_horton_et_al_2025_filtered.csv", 7607, 36,
         "Source_Name", "", "Source_Name"},
        {"catalogues/openngc", "database_files/NGC.csv", 13969, 32, "Name", "RA", "RA"},
        {"catalogues/galaxy10_catalogue", "Galaxy10_coord.csv", 17736, 4, "", "RA", "RA"},
        {"catalogues/galaxy10_catalogue", "Galaxy10_coord.csv.vot", 17736, 4, "", "RA", "RA"}};
    for (const Expected &expected : tables)
    {
        SOMNIUM_REQUIRE_REAL_DATA(folder, expected.set);
        const auto table = readTable(folder / expected.file);
        ASSERT_TRUE(table) << table.error().message;
        EXPECT_EQ(table->rowCount(), expected.rows) << expected.file;
        EXPECT_EQ(table->columns().size(), expected.columns) << expected.file;
        const data::CatalogueRoles roles = data::guessRoles(*table);
        const auto nameOf = [&table](std::optional<std::size_t> role) {
            return role ? table->columns()[*role].name : std::string();
        };
        EXPECT_EQ(nameOf(roles.id), expected.id) << expected.file;
        EXPECT_EQ(nameOf(roles.raDeg), expected.ra) << expected.file;
        EXPECT_TRUE(sky::rowPosition(*table, roles, 0)) << expected.file;
        const std::string origin = sky::rowPositions(*table, roles).origin;
        EXPECT_NE(origin.find("'" + std::string(expected.positions) + "'"), std::string::npos) << origin;
    }
}

} // namespace
} // namespace somnium::io
