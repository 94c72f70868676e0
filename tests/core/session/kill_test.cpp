// SPDX-License-Identifier: GPL-3.0-or-later
// A killed program loses nothing that it had answered.
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/core/session/random_session.h"
#include "tests/support/temporary_folder.h"

namespace somnium::session
{
namespace
{

constexpr std::size_t kSources = 100'000;

/// In the child: labels one source after the other and tells each that was answered, until it is killed.
[[noreturn]] void labelForever(const std::filesystem::path &path, CollectionId collection, std::size_t first,
                               int pipe)
{
    const auto session = Session::open(path);
    if (!session)
        _exit(2);
    for (std::size_t source = first; source < kSources; ++source)
    {
        if (!(*session)->setLabel(collection, {source}, "seen", true))
            _exit(3);
        if (write(pipe, &source, sizeof(source)) != sizeof(source))
            _exit(4);
    }
    _exit(0);
}

/// Sources the child had answered when it was killed, which happens after `answers` of them.
std::vector<std::size_t> killWhileLabelling(const std::filesystem::path &path, CollectionId collection,
                                            std::size_t first, std::size_t answers)
{
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0)
        labelForever(path, collection, first, ends[1]);
    close(ends[1]);
    std::vector<std::size_t> answered;
    std::size_t source = 0;
    while (read(ends[0], &source, sizeof(source)) ==
           sizeof(source)) // to the end: what was written before the kill
    {
        answered.push_back(source);
        if (answered.size() == answers)
            kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
    return answered;
}

TEST(SessionFile, KeepsEveryAnsweredLabelOfAKilledProgram)
{
    const test::TemporaryFolder folder;
    const auto path = folder / "s.somnium";
    const CollectionId collection =
        Session::create(path).value()->addCollection(plainCollection(kSources), {}, {1, 4, 4}).value();
    std::vector<Label> expected;
    for (std::size_t round = 0; round < 8; ++round)
    {
        const std::size_t first =
            expected.empty() ? 0 : expected.back().source + 2; // one may be there unanswered
        const auto answered = killWhileLabelling(path, collection, first, 1 + 7 * round);
        ASSERT_FALSE(answered.empty());
        for (const std::size_t source : answered)
            expected.push_back({source, "seen"});
        const auto session = Session::open(path);
        ASSERT_TRUE(session) << session.error().message;
        const auto labels = (*session)->labels(collection).value();
        EXPECT_TRUE(std::includes(labels.begin(), labels.end(), expected.begin(), expected.end()))
            << "round " << round;
        EXPECT_LE(labels.size(), expected.size() + round + 1) << "at most one unanswered a round";
    }
}

} // namespace
} // namespace somnium::session
