// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/latent_form.h"

#include <QComboBox>
#include <QLineEdit>
#include <QTableWidget>

#include <gtest/gtest.h>

#include "ui/panels/quality_dialog.h"
#include "ui/panels/training_panel.h"
#include "ui/views/latent_look.h"

namespace somnium::ui
{
namespace
{

workflow::LatentTrainRequest unusualRequest()
{
    workflow::LatentTrainRequest request;
    request.name = "deep";
    latent::AutoencoderParams &params = request.params;
    params.latentSize = 7;
    params.widths = {300, 20};
    params.epochs = 44;
    params.patience = 3;
    params.batchSize = 96;
    params.learningRate = 0.005;
    params.hiddenActivation = latent::Activation::Tanh;
    params.isVariational = true;
    params.beta = 0.25;
    params.noise = 1.5;
    params.sparsity = 0.125;
    params.validationFraction = 0.2;
    params.seed = 9;
    return request;
}

} // namespace

TEST(LatentForm, GivesBackEveryField)
{
    LatentForm form;
    form.setSamples(100, {1, 1, 500}, true, {});
    const workflow::LatentTrainRequest request = unusualRequest();
    form.setRequest(request);
    EXPECT_EQ(form.request().name, request.name);
    EXPECT_EQ(form.request().params, request.params);
    EXPECT_TRUE(form.problem().isEmpty()) << form.problem().toStdString();
}

TEST(LatentForm, SaysWhyNothingCanBeTrained)
{
    LatentForm form;
    EXPECT_FALSE(form.problem().isEmpty());
    form.setSamples(100, {1, 1, 500}, true, {});
    EXPECT_TRUE(form.problem().isEmpty());
    auto *widths = form.findChild<QLineEdit *>(QStringLiteral("latentWidths"));
    ASSERT_NE(widths, nullptr);
    widths->setText(QStringLiteral("512, many"));
    EXPECT_FALSE(form.problem().isEmpty());
    widths->setText(QStringLiteral("64 32"));
    EXPECT_TRUE(form.problem().isEmpty());
    EXPECT_EQ(form.request().params.widths, (std::vector<std::size_t>{64, 32}));
    form.findChild<QLineEdit *>(QStringLiteral("latentName"))->setText(QStringLiteral("  "));
    EXPECT_FALSE(form.problem().isEmpty());
}

TEST(LatentForm, ImagesAreTurnedToTheNewestMapThatHasAMapping)
{
    LatentForm form;
    session::ModelSummary map;
    map.name = "first";
    map.hasMapping = true;
    form.setSamples(100, {1, 64, 64}, false, {map});
    EXPECT_EQ(form.request().turnToMap, "first");
    form.setSamples(100, {1, 1, 500}, true, {map});
    EXPECT_TRUE(form.request().turnToMap.empty()) << "spectra have no orientation";
}

TEST(TrainingPanel, TellsWhichModelIsMeantAndWhyItCannotBeTrained)
{
    TrainingPanel panel;
    EXPECT_EQ(panel.model(), TrainingPanel::Model::Map);
    panel.setModel(TrainingPanel::Model::Latent);
    EXPECT_EQ(panel.model(), TrainingPanel::Model::Latent);
    EXPECT_EQ(panel.problem(), panel.latentForm()->problem());
    EXPECT_FALSE(panel.problem().isEmpty());
}

TEST(QualityDialog, ShowsEveryColumnInThreeSpaces)
{
    workflow::LatentQuality quality;
    quality.validationLoss = 0.0125;
    quality.pcaValidationLoss = 0.5;
    quality.labels = {{"teff", 640, 0.91, 0.85, 0.97}, {"logg", 600, 0.5, 0.25, 0.75}};
    const QualityDialog dialog(quality, QStringLiteral("stars"));
    const auto *table = dialog.findChild<QTableWidget *>();
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->rowCount(), 5);
    EXPECT_TRUE(dialog.text().contains(QStringLiteral("stars")));
    EXPECT_TRUE(dialog.text().contains(QLocale().toString(0.91, 'f', 3)));
    EXPECT_TRUE(dialog.text().contains(QStringLiteral("logg")));
}

TEST(LatentLook, IsReadBackAndForgivesWhatItDoesNotKnow)
{
    LatentLook look;
    look.column = QStringLiteral("teff");
    look.colourMap = QStringLiteral("viridis");
    look.form = PointForm::Density;
    look.iso.fields[0] = {QStringLiteral("mass"), FieldSource::Observed, FieldStatistic::Median, true,
                          QStringLiteral("0.5 1 2")};
    look.iso.bandwidth = 1.5;
    look.iso.leastPoints = 8.0;
    look.iso.hasLabels = false;
    look.iso.hasErrors = true;
    look.bookmarks = {{QStringLiteral("giants"), {-1.0, 2.0, 0.5, 3.0}}};
    EXPECT_EQ(latentLookFrom(toJson(look)), look);
    EXPECT_EQ(latentLookFrom({}), LatentLook());
    QJsonObject damaged = toJson(look);
    damaged.insert(QStringLiteral("bandwidth"), -3.0);
    damaged.insert(QStringLiteral("form"), 77);
    damaged.insert(QStringLiteral("bookmarks"), QStringLiteral("none"));
    const LatentLook mended = latentLookFrom(damaged);
    EXPECT_EQ(mended.iso.bandwidth, kDefaultBandwidth);
    EXPECT_EQ(mended.form, PointForm::Density);
    EXPECT_TRUE(mended.bookmarks.empty());
}

} // namespace somnium::ui
