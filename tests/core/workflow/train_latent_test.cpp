// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/train_latent.h"

#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/io/table.h"
#include "core/workflow/explore_spectra.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/spectral_oddities.h"
#include "core/workflow/train.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

using test::TemporaryFolder;
using ::testing::HasSubstr;

constexpr std::size_t kCount = 300;
constexpr std::size_t kPixels = 80;

/// Spectra of two parameters, a line that wanders and its depth: a surface that is bent, so that no plane
/// holds it; a session of them.
struct Survey
{
    Survey()
    {
        session = session::Session::create(folder / "s.somnium").value();
        session::SpectralPreparation preparation;
        preparation.grid = {data::SpectralGrid::Scale::Log, 4000.0, 1e-4, kPixels};
        data::Collection collection;
        collection.name = "stars";
        collection.fingerprint = 7;
        const auto path = session->spectraStorePath(7, preparation).value();
        auto writer = data::SpectrumStoreWriter::create(path, preparation.grid, true).value();
        Random random(5);
        std::vector<double> places;
        std::vector<double> depths;
        for (std::size_t i = 0; i < kCount; ++i)
        {
            places.push_back(random.uniform(15.0, 65.0));
            depths.push_back(random.uniform(0.3, 1.0));
            std::vector<float> flux(kPixels);
            for (std::size_t p = 0; p < kPixels; ++p)
            {
                const double off = (static_cast<double>(p) - places[i]) / 6.0;
                flux[p] =
                    static_cast<float>(1.0 - depths[i] * std::exp(-0.5 * off * off) + 0.01 * random.normal());
            }
            EXPECT_TRUE(writer->append(flux, std::vector<float>(kPixels, 1e4F)));
            data::Source source;
            source.id = "star" + std::to_string(i);
            collection.sources.push_back(std::move(source));
        }
        EXPECT_TRUE(writer->finish(7));
        EXPECT_TRUE(collection.catalogue.addColumn(data::makeColumn("place", places, "pix")));
        EXPECT_TRUE(collection.catalogue.addColumn(data::makeColumn("depth", depths)));
        id = session->addSpectra(collection, preparation).value();
    }

    [[nodiscard]] LatentTrainRequest request() const
    {
        LatentTrainRequest request;
        request.collection = id;
        request.params.widths = {64, 32};
        request.params.epochs = 60;
        request.params.learningRate = 3e-3;
        request.keepEvery = std::chrono::milliseconds(0);
        return request;
    }

    TemporaryFolder folder;
    std::shared_ptr<session::Session> session;
    session::CollectionId id{};
    std::unique_ptr<compute::Backend> backend = compute::chooseBackend("cpu").value().backend;
};

} // namespace

TEST(TrainLatent, BeatsThePlaneKeepsWhatItFoundAndIsReadBack)
{
    Survey survey;
    const auto outcome = trainLatent(*survey.session, survey.request(), *survey.backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_TRUE(outcome->isComplete);
    EXPECT_LT(outcome->about.validationLoss, outcome->about.pcaValidationLoss);
    EXPECT_FALSE(outcome->about.losesToPca());
    const auto kept = survey.session->latentModels().load(outcome->model);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->places, outcome->places);
    EXPECT_EQ(kept->errors.size(), kCount);
    EXPECT_TRUE(kept->checkpoint.empty()) << "nothing is left to go on with";
    const auto model = latent::deserialiseAutoencoder(kept->model);
    ASSERT_TRUE(model);
    EXPECT_EQ(*model, outcome->autoencoder);
    std::vector<float> place(2);
    const auto spectrum = survey.session->spectra(survey.id).value()->spectrum(17);
    model->encode(spectrum.flux, spectrum.weight, place);
    EXPECT_NEAR(place[0], outcome->places[34], 1e-3);
    EXPECT_NEAR(place[1], outcome->places[35], 1e-3);
    const auto about = latentAboutFromJson(kept->metadata);
    ASSERT_TRUE(about) << about.error().message;
    EXPECT_EQ(about->params, survey.request().params);
    EXPECT_EQ(about->history, outcome->about.history);
}

TEST(TrainLatent, StoppedAndResumedEndsLikeOneInOneGo)
{
    Survey survey;
    LatentTrainRequest request = survey.request();
    request.params.epochs = 8;
    request.params.patience = 0;
    request.name = "whole";
    const auto whole = trainLatent(*survey.session, request, *survey.backend, {});
    ASSERT_TRUE(whole) << whole.error().message;
    request.name = "parts";
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    const auto stopAfterThree = [&source](const latent::AutoencoderSnapshot &snapshot) {
        if (snapshot.isEpochEnd && snapshot.epoch == 3)
            source.request_stop();
    };
    const auto part = trainLatent(*survey.session, request, *survey.backend, context, stopAfterThree);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_FALSE(part->isComplete);
    request.resume = true;
    const auto rest = trainLatent(*survey.session, request, *survey.backend, {});
    ASSERT_TRUE(rest) << rest.error().message;
    EXPECT_TRUE(rest->isComplete);
    EXPECT_EQ(rest->autoencoder.layers(), whole->autoencoder.layers());
    const auto again = trainLatent(*survey.session, request, *survey.backend, {});
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("complete: nothing to resume"));
}

TEST(TrainLatent, PrincipalComponentsAreALatentSpaceToo)
{
    Survey survey;
    LatentTrainRequest request = survey.request();
    request.method = LatentMethod::PrincipalComponents;
    const auto outcome = trainLatent(*survey.session, request, *survey.backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    // Decoding the place of a source is the sum of the mean and its two components.
    std::vector<float> rebuilt(kPixels);
    outcome->autoencoder.decode(std::span(outcome->places).first(2), rebuilt);
    const auto spectrum = survey.session->spectra(survey.id).value()->spectrum(0);
    double error = 0.0;
    for (std::size_t p = 0; p < kPixels; ++p)
        error += 1e4 * std::pow(static_cast<double>(rebuilt[p] - spectrum.flux[p]), 2) / kPixels;
    EXPECT_NEAR(error, outcome->errors[0], 1e-2 * error);
    EXPECT_DOUBLE_EQ(outcome->about.validationLoss, outcome->about.pcaValidationLoss);
}

TEST(TrainLatent, PixelsThatNobodySawShowTheMean)
{
    Survey survey;
    const LatentTrainRequest request = survey.request();
    // The same spectra, in which pixels 30 to 33 are masked everywhere, as a sky line is.
    session::SpectralPreparation preparation = survey.session->collectionSummary(survey.id)->spectral;
    const auto before = survey.session->spectra(survey.id).value();
    data::Collection collection = survey.session->collection(survey.id).value();
    collection.fingerprint = 8;
    auto writer = data::SpectrumStoreWriter::create(survey.session->spectraStorePath(8, preparation).value(),
                                                    preparation.grid, true)
                      .value();
    for (std::size_t i = 0; i < kCount; ++i)
    {
        data::PreparedSpectrum spectrum = before->spectrum(i);
        std::fill_n(spectrum.weight.begin() + 30, 4, 0.0F);
        ASSERT_TRUE(writer->append(spectrum.flux, spectrum.weight));
    }
    ASSERT_TRUE(writer->finish(8));
    LatentTrainRequest masked = request;
    masked.collection = survey.session->addSpectra(collection, preparation).value();
    masked.params.epochs = 5;
    const auto outcome = trainLatent(*survey.session, masked, *survey.backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    std::vector<float> decoded(kPixels);
    outcome->autoencoder.decode(std::span(outcome->places).first(2), decoded);
    const std::vector<float> &mean = outcome->autoencoder.scaling().mean;
    for (std::size_t pixel = 30; pixel < 34; ++pixel)
    {
        EXPECT_FLOAT_EQ(decoded[pixel], mean[pixel]);
        EXPECT_GE(mean[pixel], std::min(mean[29], mean[34]));
        EXPECT_LE(mean[pixel], std::max(mean[29], mean[34]));
    }
}

TEST(TrainLatent, QualityIsAboveThatOfThePlane)
{
    Survey survey;
    const auto outcome = trainLatent(*survey.session, survey.request(), *survey.backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    const auto quality = latentQuality(*survey.session, outcome->model, *survey.backend, {});
    ASSERT_TRUE(quality) << quality.error().message;
    ASSERT_EQ(quality->labels.size(), 2U);
    EXPECT_EQ(quality->labels[0].column, "place");
    EXPECT_EQ(quality->labels[0].rows, kCount);
    EXPECT_GT(quality->labels[0].latentR2, 0.8);
    EXPECT_GT(quality->labels[0].fullR2, 0.9);
    EXPECT_GT(quality->neighbourhood.trustworthiness, 0.9);
}

TEST(TrainLatent, IsoLinesAndExportsFollowTheColumns)
{
    Survey survey;
    LatentTrainRequest request = survey.request();
    request.params.epochs = 10;
    const auto outcome = trainLatent(*survey.session, request, *survey.backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    const auto collection = survey.session->collection(survey.id).value();
    const auto record = survey.session->latentModels().places(outcome->model).value();
    IsoLinesRequest lines;
    lines.column = "place";
    const auto isoLines = isoLinesOf(collection.catalogue, record, lines, {});
    ASSERT_TRUE(isoLines) << isoLines.error().message;
    EXPECT_FALSE(isoLines->lines.empty());
    EXPECT_EQ(isoLines->unit, "pix");
    lines.column = "colour";
    EXPECT_THAT(isoLinesOf(collection.catalogue, record, lines, {}).error().message,
                HasSubstr("columns of numbers: place, depth"));
    const auto path = survey.folder / "out.vot";
    ASSERT_TRUE(exportLatent(*survey.session, outcome->model, {}, path));
    const auto table = io::readTable(path);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(table->rowCount(), kCount);
    const auto z2 = table->find("z2");
    ASSERT_TRUE(z2);
    EXPECT_FLOAT_EQ(static_cast<float>(table->columns()[*z2].number(11)), outcome->places[23]);
    EXPECT_TRUE(table->find("depth"));
    const auto ranking = rankSpectra(*survey.session, outcome->model, {}, *survey.backend, {});
    ASSERT_TRUE(ranking) << ranking.error().message;
    EXPECT_EQ(ranking->order.size(), kCount);
    const auto written =
        exportRanking(*survey.session, outcome->model, *ranking, {}, 5, survey.folder / "odd.csv");
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(io::readTable(survey.folder / "odd.csv")->rowCount(), 5U);
    // Marks re-rank them.
    const std::size_t last = ranking->order.back();
    ASSERT_TRUE(survey.session->annotations().setMarks(
        survey.id,
        {{last, session::Verdict::Interesting, {}}, {ranking->order[0], session::Verdict::Boring, {}}}));
    const SpectralOddityRequest learn{search::SpectralOutlierScore::Combined, true};
    const auto learned = rankSpectra(*survey.session, outcome->model, learn, *survey.backend, {});
    ASSERT_TRUE(learned) << learned.error().message;
    EXPECT_EQ(learned->marks, 2U);
    EXPECT_EQ(learned->order.front(), last);
    EXPECT_EQ(learned->order.back(), ranking->order[0]);
}

TEST(TrainMapOfSpectra, PutsThemOnAMapByTheirPixels)
{
    Survey survey;
    TrainRequest request;
    request.collection = survey.id;
    request.params.layout = som::MapLayout::rectangular(6, 6).value();
    request.params.epochs = 10;
    const auto outcome = trainMap(*survey.session, request, *survey.backend, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->som.shape, (data::ImageShape{1, 1, kPixels}));
    EXPECT_EQ(outcome->som.params.metric, som::Metric::Vector);
    EXPECT_EQ(outcome->mapping.sourceCount(), kCount);
    const auto kept = survey.session->model(outcome->model);
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(*kept, outcome->som);
}

} // namespace somnium::workflow
