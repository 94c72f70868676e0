// SPDX-License-Identifier: GPL-3.0-or-later
// Trainings in a session whose device fails: what was made is kept, and so is what the user was told.
#include <algorithm>

#include <gmock/gmock.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/workflow/train_latent.h"
#include "tests/core/workflow/small_survey.h"
#include "tests/support/faulty_backend.h"

namespace somnium::workflow
{
namespace
{

using test::FaultyBackend;
using test::SmallSurvey;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;

class OnAFailingDevice : public ::testing::Test
{
protected:
    OnAFailingDevice()
    {
        const auto imported = importImages(*m_survey.session, m_survey.request(), {});
        EXPECT_TRUE(imported) << imported.error().message;
        m_collection = imported->collection;
        m_context.onNotice = [this](const std::string &notice) { m_notices.push_back(notice); };
    }

    SmallSurvey m_survey;
    session::CollectionId m_collection{};
    std::unique_ptr<compute::Backend> m_processor = compute::cpu::CpuBackend::create().value();
    JobContext m_context;
    std::vector<std::string> m_notices;
};

TEST_F(OnAFailingDevice, AMapIsKeptWithWhatTheUserWasTold)
{
    TrainRequest request = m_survey.trainRequest(m_collection);
    request.name = "undisturbed";
    FaultyBackend sound(*m_processor, {});
    const auto whole = trainMap(*m_survey.session, request, sound, m_context);
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_TRUE(m_notices.empty());
    EXPECT_EQ(m_survey.session->model(whole->model)->device, sound.device());

    request.name = "disturbed";
    for (const ErrorKind kind : {ErrorKind::DeviceLost, ErrorKind::OutOfMemory})
        for (std::size_t call = 1; call <= sound.calls(); ++call)
        {
            SCOPED_TRACE(call);
            m_notices.clear();
            FaultyBackend device(*m_processor, {.atCall = call, .kind = kind});
            const auto outcome = trainMap(*m_survey.session, request, device, m_context);
            ASSERT_TRUE(outcome) << outcome.error().message;
            EXPECT_EQ(outcome->som.prototypes, whole->som.prototypes);
            EXPECT_EQ(outcome->mapping, whole->mapping);
            ASSERT_FALSE(m_notices.empty());
            EXPECT_EQ(m_notices[0],
                      "Faulty GPU " +
                          std::string(kind == ErrorKind::DeviceLost ? "was lost" : "has too little memory") +
                          " (call " + std::to_string(call) + " was told to fail): the processor goes on");
            const auto kept = m_survey.session->model(outcome->model);
            ASSERT_TRUE(kept) << kept.error().message;
            EXPECT_EQ(kept->notices, m_notices);
            EXPECT_EQ(*kept, outcome->som);
        }
}

TEST_F(OnAFailingDevice, ALatentSpaceIsKeptWithWhatTheUserWasTold)
{
    for (const LatentMethod method : {LatentMethod::Autoencoder, LatentMethod::PrincipalComponents})
    {
        LatentTrainRequest request;
        request.collection = m_collection;
        request.method = method;
        request.params.widths = {8};
        request.params.epochs = 2;
        request.params.batchSize = 20;
        m_notices.clear();
        FaultyBackend sound(*m_processor, {});
        const auto whole = trainLatent(*m_survey.session, request, sound, m_context);
        ASSERT_TRUE(whole) << whole.error().message;
        EXPECT_TRUE(m_notices.empty());
        EXPECT_EQ(whole->about.device, sound.device());
        // At the start, in the midst and at the end; every single call: core/latent's tests.
        for (std::size_t tenth = 0; tenth <= 10; ++tenth)
        {
            const std::size_t call = std::max<std::size_t>(1, sound.calls() * tenth / 10);
            SCOPED_TRACE(call);
            m_notices.clear();
            FaultyBackend device(*m_processor, {.atCall = call});
            const auto outcome = trainLatent(*m_survey.session, request, device, m_context);
            ASSERT_TRUE(outcome) << outcome.error().message;
            EXPECT_EQ(outcome->autoencoder, whole->autoencoder);
            EXPECT_EQ(outcome->places, whole->places);
            EXPECT_THAT(m_notices, AllOf(testing::Not(testing::IsEmpty()), Each(HasSubstr("was lost"))));
            const auto kept = m_survey.session->latentModels().summary(outcome->model);
            ASSERT_TRUE(kept) << kept.error().message;
            const auto about = latentAboutFromJson(kept->metadata);
            ASSERT_TRUE(about) << about.error().message;
            EXPECT_EQ(about->notices, m_notices);
            EXPECT_FALSE(about->device.empty());
        }
    }
}

} // namespace
} // namespace somnium::workflow
