// SPDX-License-Identifier: GPL-3.0-or-later
// What the window's log says of a latent space that is trained.
#include <gtest/gtest.h>

#include "tests/ui/session/stars_test.h"
#include "ui/main_window/main_window.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{
namespace
{

class LatentTrainingWindowTest : public test::StarsTest
{
protected:
    LatentTrainingWindowTest()
    {
        QObject::connect(
            &bench->training, &TrainingController::latentSnapshotArrived, &window,
            [this](const latent::AutoencoderSnapshot &snapshot) { epochs = snapshot.history->size(); });
    }
    /// Trains for two epochs at least, and keeps what was reached.
    [[nodiscard]] bool trainAndStop(latent::AutoencoderParams params)
    {
        workflow::LatentTrainRequest request;
        params.widths = {16};
        params.epochs = 100'000;
        params.patience = 0;
        request.params = params;
        epochs = 0;
        bench->training.trainLatent(request);
        if (!waitFor([&] { return epochs >= 2; }))
            return false;
        bench->training.stopAndKeep();
        return waitFor([&] { return !bench->training.isTraining() && bench->session.survey()->latent; });
    }
    [[nodiscard]] QString log() const { return window.findChild<TrainingView *>()->logText(); }
    [[nodiscard]] const latent::AutoencoderParams &kept() const
    {
        return bench->session.survey()->latent->about.params;
    }

    MainWindow window{*bench};
    std::size_t epochs = 0; ///< that the training has told of
};

TEST_F(LatentTrainingWindowTest, NamesThePrecisionOfProductsWhereItIsNotFloat32)
{
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    ASSERT_TRUE(trainAndStop({.seed = 5})) << trouble.toStdString();
    EXPECT_TRUE(log().contains(QStringLiteral("training latent, seed 5"))) << log().toStdString();
    EXPECT_FALSE(log().contains(QStringLiteral("matrix products"))) << log().toStdString();
    ASSERT_TRUE(trainAndStop({.seed = 6, .precision = compute::ProductPrecision::Bfloat16}))
        << trouble.toStdString();
    EXPECT_TRUE(log().contains(QStringLiteral("training latent, seed 6, matrix products in bf16")))
        << log().toStdString();
}

TEST_F(LatentTrainingWindowTest, WhatGoesOnKeepsThePrecisionItWasBegunWith)
{
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    ASSERT_TRUE(trainAndStop({.seed = 6, .precision = compute::ProductPrecision::Tf32}))
        << trouble.toStdString();
    const std::size_t before = bench->session.survey()->latent->about.history.size();
    bench->training.resumeLatent(bench->session.survey()->latent->summary);
    EXPECT_TRUE(log().contains(QStringLiteral("going on with latent"))) << log().toStdString();
    ASSERT_TRUE(waitFor([&] { return epochs > before; })) << trouble.toStdString();
    bench->training.stopAndKeep();
    ASSERT_TRUE(waitFor([&] { return !bench->training.isTraining(); }));
    EXPECT_GT(bench->session.survey()->latent->about.history.size(), before);
    EXPECT_EQ(kept().precision, compute::ProductPrecision::Tf32);
    EXPECT_EQ(kept().seed, 6U);
}

} // namespace
} // namespace somnium::ui
