// SPDX-License-Identifier: GPL-3.0-or-later
// Good files of every format, cut short at random and with bytes changed: an error or a read, never a crash,
// a hang or (in the sanitizers' build) a report. SOMNIUM_DAMAGE=full does 50 cuts and 1000 changes of each
// file.
#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/random.h"
#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/session/session.h"
#include "tests/robust/byte_readers.h"
#include "tests/robust/good_files.h"
#include "tests/support/temporary_folder.h"

namespace somnium::test
{
namespace
{

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

struct Amount
{
    std::size_t cuts = 8;
    std::size_t changes = 40;
};

Amount amount()
{
    const char *asked = std::getenv("SOMNIUM_DAMAGE"); // NOLINT(concurrency-mt-unsafe)
    return asked != nullptr && std::string_view(asked) == "full" ? Amount{50, 1000} : Amount{};
}

void write(const fs::path &path, const Bytes &bytes)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char *>(bytes.data()), // NOLINT: bytes as chars
               static_cast<std::streamsize>(bytes.size()));
}

void readArchive(const fs::path &path)
{
    const io::FoundFiles found = io::findFiles({path}, {});
    EXPECT_FALSE(found.files.empty() && found.problems.empty());
    JobContext oneThread; // the test is in a child of fork
    oneThread.threads = 1;
    io::visitFiles(found.files, oneThread,
                   [&](std::size_t index, const Result<std::span<const std::byte>> &bytes) {
                       data::SourceOrigin origin;
                       origin.member = found.files[index].member;
                       if (bytes)
                           static_cast<void>(io::readImages(*bytes, origin));
                   });
}

void readSession(const fs::path &path)
{
    for (const char *ending : {"-wal", "-shm"})
        fs::remove(path.string() + ending);
    const auto session = session::Session::open(path);
    if (!session)
    {
        EXPECT_FALSE(session.error().message.empty());
        return;
    }
    const session::Session &opened = **session;
    if (const auto collections = opened.collections())
        for (const session::CollectionSummary &collection : *collections)
        {
            static_cast<void>(opened.collection(collection.id));
            static_cast<void>(opened.labels(collection.id));
            static_cast<void>(opened.selections(collection.id));
            static_cast<void>(opened.journal(collection.id));
            static_cast<void>(opened.annotations().marks(collection.id));
            static_cast<void>(opened.annotations().notes(collection.id));
        }
    if (const auto models = opened.models())
        for (const session::ModelSummary &model : *models)
        {
            static_cast<void>(opened.model(model.id));
            static_cast<void>(opened.mapping(model.id));
            static_cast<void>(opened.annotations().prototypeLabels(model.id));
        }
    static_cast<void>(opened.annotations().labelClasses());
    static_cast<void>(opened.annotations().recipes());
    static_cast<void>(opened.pendingImports().all());
}

/// What was done to a file, to be done again from what a failure prints.
struct Damage
{
    std::size_t seed = 0;
    bool isCut = false;
};

Bytes damaged(const Bytes &good, const Damage &damage)
{
    Random random(damage.seed);
    Bytes bytes = good;
    const auto size = static_cast<std::uint32_t>(good.size());
    if (damage.isCut)
        bytes.resize(random.below(size));
    else
        for (std::uint32_t changes = 1 + random.below(4); changes > 0; --changes)
            bytes[random.below(size)] = static_cast<std::byte>(random.below(256));
    return bytes;
}

void readDamaged(const GoodFile &file, const Bytes &bytes, const fs::path &folder)
{
    if (!file.reader.empty())
        return byteReader(file.reader).read(bytes);
    const fs::path path = folder / file.name;
    write(path, bytes);
    if (path.extension() == ".somnium")
        readSession(path);
    else
        readArchive(path);
}

/// Reads the damages in a child, which says by a pipe what it is about to read; how the child ended.
int readInChild(const GoodFile &file, const std::vector<Damage> &damages, const fs::path &folder,
                Damage &last)
{
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0)
    {
        for (const Damage &damage : damages)
        {
            constexpr unsigned kMostSeconds =
                20; // for one small file; generous, for sanitizers on a busy machine
            alarm(kMostSeconds);
            if (::write(ends[1], &damage, sizeof(damage)) != sizeof(damage))
                std::_Exit(9);
            readDamaged(file, damaged(file.bytes, damage), folder);
        }
        std::exit(::testing::Test::HasFailure() ? 1 : 0); // NOLINT: runs the leak checker
    }
    close(ends[1]);
    while (read(ends[0], &last, sizeof(last)) == sizeof(last))
    {}
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

class DamagedFiles : public ::testing::TestWithParam<GoodFile>
{};

TEST_P(DamagedFiles, AreAnErrorOrARead)
{
    const GoodFile &file = GetParam();
    const TemporaryFolder folder;
    ASSERT_FALSE(file.bytes.empty());
    std::vector<Damage> damages;
    for (std::size_t i = 0; i < amount().cuts; ++i)
        damages.push_back({i, true});
    for (std::size_t i = 0; i < amount().changes; ++i)
        damages.push_back({i, false});
    Damage last;
    const int status = readInChild(file, damages, folder.path(), last);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << file.name << (last.isCut ? ": cut" : ": bytes changed") << " with seed " << last.seed
        << (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ": hangs" : ": crashes");
}

const std::vector<GoodFile> &allFiles()
{
    static const std::vector<GoodFile> files = goodFiles();
    return files;
}

std::string nameOf(const ::testing::TestParamInfo<GoodFile> &info)
{
    std::string name = info.param.name + (info.param.reader.empty() ? "" : "_" + info.param.reader);
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, DamagedFiles, ::testing::ValuesIn(allFiles()), nameOf);

TEST(GoodFiles, AreReadAndKnownToTheirReaders)
{
    for (const GoodFile &file : allFiles())
        if (!file.reader.empty())
            byteReader(file.reader).read(file.bytes);
}

} // namespace
} // namespace somnium::test
