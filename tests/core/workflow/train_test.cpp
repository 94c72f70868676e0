// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/train.h"

#include "tests/core/workflow/small_survey.h"

namespace somnium::workflow
{
namespace
{

using test::kSurveyCount;
using test::SmallSurvey;

std::unique_ptr<compute::Backend> cpu()
{
    auto chosen = compute::chooseBackend("cpu");
    EXPECT_TRUE(chosen);
    return std::move(chosen->backend);
}

TEST(TrainMap, KeepsTheMapAndItsMappingInTheSession)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported) << imported.error().message;
    const auto backend = cpu();
    const auto outcome = trainMap(*survey.session, survey.trainRequest(imported->collection), *backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->isComplete);
    EXPECT_EQ(outcome->mapping.sourceCount(), kSurveyCount);
    const auto som = survey.session->model(outcome->model);
    ASSERT_TRUE(som) << som.error().message;
    EXPECT_EQ(*som, outcome->som);
    const auto mapping = survey.session->mapping(outcome->model);
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(*mapping, outcome->mapping);
}

TEST(TrainMap, StoppedAndResumedEndsWhereAnUninterruptedRunEnds)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    const auto backend = cpu();
    TrainRequest whole = survey.trainRequest(imported->collection);
    whole.name = "whole";
    const auto uninterrupted = trainMap(*survey.session, whole, *backend, {});
    ASSERT_TRUE(uninterrupted);

    TrainRequest parts = survey.trainRequest(imported->collection);
    parts.name = "parts";
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    const auto stopped =
        trainMap(*survey.session, parts, *backend, context, [&](const som::TrainingSnapshot &snapshot) {
            if (snapshot.som->history.size() == 2)
                source.request_stop();
        });
    ASSERT_TRUE(stopped) << stopped.error().message;
    EXPECT_FALSE(stopped->isComplete);
    EXPECT_EQ(stopped->mapping.sourceCount(), kSurveyCount);

    parts.resume = true;
    const auto resumed = trainMap(*survey.session, parts, *backend, {});
    ASSERT_TRUE(resumed) << resumed.error().message;
    EXPECT_TRUE(resumed->isComplete);
    EXPECT_EQ(resumed->som.prototypes, uninterrupted->som.prototypes);
    EXPECT_EQ(resumed->mapping, uninterrupted->mapping);
}

TEST(TrainMap, ResumingWhatDoesNotExistSaysSo)
{
    const SmallSurvey survey;
    const auto imported = importImages(*survey.session, survey.request(), {});
    ASSERT_TRUE(imported);
    const auto backend = cpu();
    TrainRequest request = survey.trainRequest(imported->collection);
    request.name = "nothing";
    request.resume = true;
    const auto outcome = trainMap(*survey.session, request, *backend, {});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::NotFound);
}

} // namespace
} // namespace somnium::workflow
