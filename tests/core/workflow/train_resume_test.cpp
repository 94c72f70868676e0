// SPDX-License-Identifier: GPL-3.0-or-later
// A training that is killed loses at most the epochs since it was last kept, and ends in the same bits.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/workflow/small_survey.h"
#include "tests/support/property.h"

namespace somnium::workflow
{
namespace
{

using test::SmallSurvey;

std::unique_ptr<compute::Backend> cpu()
{
    return std::move(compute::chooseBackend("cpu").value().backend);
}

TrainRequest slowRequest(const SmallSurvey &survey, session::CollectionId collection, const std::string &name)
{
    TrainRequest request = survey.trainRequest(collection);
    request.params.epochs = 6;
    request.name = name;
    request.keepEvery = std::chrono::milliseconds(0); // after every epoch
    return request;
}

/// Trains in a process of its own that kills itself after that many epochs more; true if it came to its end.
bool trainInChild(const std::filesystem::path &session, TrainRequest request, std::size_t killAfter)
{
    const pid_t child = fork();
    if (child == 0)
    {
        JobContext context;
        context.threads = 1; // a child of fork has no threads but its own
        const auto opened = session::Session::open(session);
        if (!opened)
            _exit(1);
        std::size_t snapshots = 0;
        const auto onSnapshot = [&](const som::TrainingSnapshot &) {
            if (snapshots++ == killAfter)
                kill(getpid(), SIGKILL);
        };
        const auto models = (*opened)->models();
        request.resume = models && !models->empty();
        _exit(trainMap(**opened, request, *cpu(), context, onSnapshot) ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << status;
    return WIFEXITED(status);
}

TEST(TrainResume, KilledAnyNumberOfTimesGivesTheSameBits)
{
    SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    const auto path = survey.folder / "killed.somnium";
    const auto wholePath = survey.session->path();
    survey.session.reset(); // an open session is more than one file
    std::filesystem::copy_file(wholePath, path);
    std::filesystem::copy(wholePath.string() + ".cache", path.string() + ".cache");
    survey.session = session::Session::open(wholePath).value();
    std::size_t kills = 0;
    const TrainRequest request = slowRequest(survey, imported->collection, "map");
    // The snapshot of epoch n comes before it is kept, so that each run gets one epoch further.
    while (!trainInChild(path, request, 2))
        ASSERT_LT(++kills, 20U);
    EXPECT_GE(kills, 3U);
    const auto session = session::Session::open(path).value();
    const auto models = session->models().value();
    ASSERT_EQ(models.size(), 1U);
    EXPECT_TRUE(models[0].isComplete);
    EXPECT_EQ(models[0].history.size(), 6U);

    TrainRequest whole = survey.trainRequest(imported->collection);
    whole.params.epochs = 6;
    const auto expected = trainMap(*survey.session, whole, *cpu(), {});
    ASSERT_TRUE(expected);
    EXPECT_EQ(session->model(models[0].id)->prototypes, expected->som.prototypes);
    EXPECT_EQ(session->mapping(models[0].id).value(), expected->mapping);
}

TEST(TrainResume, ACompleteMapIsThereUntilTheNewOneIs)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    TrainRequest request = slowRequest(survey, imported->collection, "map");
    const auto first = trainMap(*survey.session, request, *cpu(), {});
    ASSERT_TRUE(first);
    request.params.seed = 99;
    bool wasSeen = false;
    const auto look = [&](const som::TrainingSnapshot &snapshot) {
        if (snapshot.som->history.size() < 4)
            return;
        wasSeen = true;
        EXPECT_EQ(survey.session->model(first->model).value(), first->som);
        const auto unfinished = survey.session->findModel(unfinishedName("map"));
        ASSERT_TRUE(unfinished) << unfinished.error().message;
        EXPECT_FALSE(unfinished->isComplete);
    };
    const auto second = trainMap(*survey.session, request, *cpu(), {}, look);
    ASSERT_TRUE(second);
    EXPECT_TRUE(wasSeen);
    const auto models = survey.session->models().value();
    ASSERT_EQ(models.size(), 1U) << "what was kept on the way is gone";
    EXPECT_EQ(models[0].name, "map");
    EXPECT_EQ(models[0].params.seed, 99U);
}

TEST(TrainResume, TheUnfinishedMapIsFoundByEitherName)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    TrainRequest request = slowRequest(survey, imported->collection, "map");
    ASSERT_TRUE(trainMap(*survey.session, request, *cpu(), {}));
    for (const std::string &name : {std::string("map"), unfinishedName("map")})
    {
        request.params.seed += 1;
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        std::shared_ptr<const som::Som> seen;
        const auto fresh =
            trainMap(*survey.session, request, *cpu(), context, [&](const som::TrainingSnapshot &snapshot) {
                if (snapshot.som->history.size() == 3)
                    seen = snapshot.som;
            });
        ASSERT_TRUE(fresh && seen);
        ASSERT_TRUE(
            survey.session->saveModel(imported->collection, unfinishedName("map"), *seen, false, nullptr));
        TrainRequest resume = request;
        resume.name = name;
        resume.resume = true;
        const auto resumed = trainMap(*survey.session, resume, *cpu(), {});
        ASSERT_TRUE(resumed) << resumed.error().message;
        EXPECT_EQ(resumed->som.prototypes, fresh->som.prototypes);
        EXPECT_EQ(survey.session->modelSummary(resumed->model)->name, "map");
        EXPECT_EQ(survey.session->models()->size(), 1U);
    }
}

} // namespace
} // namespace somnium::workflow
