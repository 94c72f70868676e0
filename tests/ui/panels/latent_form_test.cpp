// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/latent_form.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "ui/panels/quality_dialog.h"
#include "ui/panels/training_panel.h"
#include "ui/theme.h"
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
    params.precision = compute::ProductPrecision::Bfloat16;
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

TEST(LatentForm, OffersEveryPrecisionOfProductsFloat32First)
{
    using compute::ProductPrecision;
    LatentForm form;
    form.setSamples(100, {1, 1, 500}, true, {});
    auto *box = form.findChild<QComboBox *>(QStringLiteral("latentPrecision"));
    ASSERT_NE(box, nullptr);
    EXPECT_EQ(form.request().params.precision, ProductPrecision::Float32);
    const std::vector all = {ProductPrecision::Float32, ProductPrecision::Tf32, ProductPrecision::Bfloat16};
    ASSERT_EQ(box->count(), static_cast<int>(all.size()));
    workflow::LatentTrainRequest request;
    for (int i = 0; i < box->count(); ++i)
    {
        const ProductPrecision precision = all[static_cast<std::size_t>(i)];
        box->setCurrentIndex(i);
        EXPECT_EQ(form.request().params.precision, precision);
        EXPECT_EQ(box->currentText(), precisionText(precision));
        form.setRequest({});
        EXPECT_EQ(box->currentIndex(), 0) << "of a request that says nothing";
        request.params.precision = precision;
        form.setRequest(request);
        EXPECT_EQ(box->currentIndex(), i);
    }
}

TEST(LatentForm, PrecisionIsExplainedAndOffWhereNothingIsMultiplied)
{
    LatentForm form;
    const auto *box = form.findChild<QComboBox *>(QStringLiteral("latentPrecision"));
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->toolTip().contains(QStringLiteral("--precision")));
    EXPECT_EQ(box->toolTip().count(QLatin1Char('\n')), 1) << "two lines";
    workflow::LatentTrainRequest request;
    form.setRequest(request);
    EXPECT_TRUE(box->isEnabled());
    request.method = workflow::LatentMethod::PrincipalComponents;
    form.setRequest(request);
    EXPECT_FALSE(box->isEnabled());
}

TEST(TrainingPanel, FieldsUnderMoreBeginWhereThoseAboveDo)
{
    TrainingPanel panel;
    panel.setState(TrainingPanel::State::Ready);
    panel.resize(280, 1200);
    panel.show();
    const auto left = [&panel](const char *name) {
        return panel.findChild<QWidget *>(QLatin1String(name))->mapTo(&panel, QPoint(0, 0)).x();
    };
    panel.findChild<QToolButton *>(QStringLiteral("moreTrainingOptions"))->click();
    QTest::qWait(1);
    EXPECT_EQ(left("mapName"), left("neighbourhood"));
    panel.setModel(TrainingPanel::Model::Latent);
    panel.findChild<QToolButton *>(QStringLiteral("latentMoreButton"))->click();
    QTest::qWait(1);
    EXPECT_EQ(left("latentName"), left("latentBatch"));
    EXPECT_GT(left("latentName"), 0);
}

TEST(TrainingPanel, ButtonsFollowTheFormThatIsSeenWhateverIsOpenInTheOther)
{
    TrainingPanel panel;
    panel.setState(TrainingPanel::State::Ready);
    panel.resize(280, 1200);
    panel.show();
    panel.findChild<QToolButton *>(QStringLiteral("moreTrainingOptions"))->click();
    panel.setModel(TrainingPanel::Model::Latent);
    QTest::qWait(1);
    const auto placed = [&panel](const char *name) {
        const auto *widget = panel.findChild<QWidget *>(QLatin1String(name));
        return QRect(widget->mapTo(&panel, QPoint(0, 0)), widget->size());
    };
    // Between the two there is the hint why nothing can be trained yet.
    EXPECT_GE(placed("trainButton").top(), placed("latentProblem").bottom());
    EXPECT_LE(placed("trainButton").top() - placed("latentProblem").bottom(), 2 * kGridStep);
    EXPECT_LE(placed("latentProblem").top() - placed("latentMoreButton").bottom(), 2 * kGridStep);
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

TEST(TrainingPanel, SaysOnceThatThereIsNothingToTrainOn)
{
    TrainingPanel panel;
    panel.show();
    const auto said = [&panel] {
        QStringList texts;
        for (const QLabel *label : panel.findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(QStringLiteral("import")))
                texts << label->text();
        return texts;
    };
    EXPECT_EQ(said().size(), 1) << said().join(u'\n').toStdString();
    panel.setModel(TrainingPanel::Model::Latent);
    EXPECT_EQ(said().size(), 1) << said().join(u'\n').toStdString();
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
