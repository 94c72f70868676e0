// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/latent_controller.h"

#include <algorithm>

#include <QTest>

#include <gtest/gtest.h>

#include "tests/ui/session/stars_test.h"

namespace somnium::ui
{
namespace
{

using LatentControllerTest = test::StarsTest;
using test::kCount;

TEST_F(LatentControllerTest, WithoutALatentSpaceThereIsNothingToShow)
{
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    EXPECT_TRUE(bench->session.survey()->spectra);
    EXPECT_FALSE(bench->session.survey()->samples);
    EXPECT_FALSE(bench->latent.data());
    EXPECT_FALSE(bench->latent.hoverFunction());
    EXPECT_TRUE(bench->latent.columns().empty());
}

TEST_F(LatentControllerTest, ATrainingPlacesEverySourceAndIsThereAgainNextTime)
{
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    ASSERT_TRUE(train()) << trouble.toStdString();
    const LatentPointer data = bench->latent.data();
    EXPECT_EQ(data->count(), kCount);
    const LatentSpacePointer space = bench->session.survey()->latent;
    for (std::size_t i = 0; i < kCount; ++i)
    {
        EXPECT_EQ(data->x[i], space->places[2 * i]);
        EXPECT_EQ(data->y[i], space->places[2 * i + 1]);
    }
    QStringList names;
    for (const LatentColumn &column : bench->latent.columns())
        names << column.name;
    EXPECT_TRUE(names.contains(QStringLiteral("teff"))) << names.join(u',').toStdString();
    EXPECT_TRUE(names.contains(QStringLiteral("reconstruction error")));

    open();
    bench->session.openSession(path());
    ASSERT_TRUE(waitFor([this] { return bench->latent.data() != nullptr; })) << trouble.toStdString();
    EXPECT_EQ(bench->latent.data()->x, data->x);
    EXPECT_EQ(bench->session.survey()->latent->errors, space->errors);
}

TEST_F(LatentControllerTest, UnderTheCursorAreTheSpectrumItsReconstructionAndThePlaceDecoded)
{
    ASSERT_TRUE(importStars() && train()) << trouble.toStdString();
    const HoverFunction hover = bench->latent.hoverFunction();
    ASSERT_TRUE(hover);
    const HoverSpectra over = hover(7, {0.1, -0.2});
    ASSERT_TRUE(over.spectra);
    ASSERT_EQ(over.spectra->curves.size(), 3U);
    EXPECT_EQ(over.spectra->curves[0].role, CurveRole::Observed);
    EXPECT_EQ(over.spectra->curves[1].role, CurveRole::Reconstruction);
    EXPECT_EQ(over.spectra->curves[2].role, CurveRole::Decoded);
    const HoverSpectra nobody = hover(std::nullopt, {0.1, -0.2});
    ASSERT_TRUE(nobody.spectra);
    EXPECT_EQ(nobody.spectra->curves.size(), 1U);
}

TEST_F(LatentControllerTest, OfManyDimensionsThePrincipalPlaneIsShownUntilOtherAxesAreChosen)
{
    ASSERT_TRUE(importStars() && train(4)) << trouble.toStdString();
    EXPECT_TRUE(bench->latent.axes().isPrincipal);
    LatentAxes axes = bench->latent.axes();
    axes.isPrincipal = false;
    axes.first = 3;
    axes.second = 1;
    const LatentPointer before = bench->latent.data();
    bench->latent.setAxes(axes);
    ASSERT_TRUE(waitFor([&] { return bench->latent.data() != before; }));
    const LatentSpacePointer space = bench->session.survey()->latent;
    EXPECT_FLOAT_EQ(bench->latent.data()->x[5], space->places[4 * 5 + 3]);
    EXPECT_FLOAT_EQ(bench->latent.data()->y[5], space->places[4 * 5 + 1]);
}

TEST_F(LatentControllerTest, NearestSpectraAndQualityAnswer)
{
    ASSERT_TRUE(importStars() && train()) << trouble.toStdString();
    std::vector<search::Neighbour> found;
    QObject::connect(
        &bench->queries, &QueryController::nearestFound, &bench->session,
        [&](const QString &, const std::vector<search::Neighbour> &sources) { found = sources; });
    bench->queries.findNearestToSource(3, 10);
    ASSERT_TRUE(waitFor([&] { return !found.empty(); })) << trouble.toStdString();
    EXPECT_EQ(found.size(), 10U);
    for (std::size_t i = 1; i < found.size(); ++i)
        EXPECT_LE(found[i - 1].distance, found[i].distance);
    for (const search::Neighbour &one : found)
        EXPECT_NE(one.source, 3U);
    std::shared_ptr<const workflow::LatentQuality> quality;
    QObject::connect(&bench->latent, &LatentController::qualityFound, &bench->session,
                     [&](const std::shared_ptr<const workflow::LatentQuality> &answer) { quality = answer; });
    bench->latent.measureQuality();
    ASSERT_TRUE(waitFor([&] { return quality != nullptr; })) << trouble.toStdString();
    EXPECT_GT(quality->neighbourhood.trustworthiness, 0.5);
    EXPECT_FALSE(quality->labels.empty());
}

TEST_F(LatentControllerTest, AStoppedTrainingIsKeptAndGoesOn)
{
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    workflow::LatentTrainRequest request;
    request.params.widths = {32};
    request.params.epochs = 100'000;
    request.params.patience = 0;
    std::size_t epochs = 0;
    QObject::connect(&bench->training, &TrainingController::latentSnapshotArrived, &bench->session,
                     [&](const latent::AutoencoderSnapshot &snapshot) { epochs = snapshot.history->size(); });
    bench->training.trainLatent(request);
    ASSERT_TRUE(waitFor([&] { return epochs >= 2; })) << trouble.toStdString();
    bench->training.stopAndKeep();
    ASSERT_TRUE(waitFor([&] { return bench->session.survey()->latent != nullptr; })) << trouble.toStdString();
    const session::LatentSummary kept = bench->session.survey()->latent->summary;
    EXPECT_FALSE(kept.isComplete);
    const std::size_t before = bench->session.survey()->latent->about.history.size();
    bench->training.resumeLatent(kept);
    ASSERT_TRUE(waitFor([&] { return epochs > before; })) << trouble.toStdString();
    bench->training.stopAndKeep();
    ASSERT_TRUE(waitFor([&] { return !bench->training.isTraining(); }));
}

} // namespace
} // namespace somnium::ui
