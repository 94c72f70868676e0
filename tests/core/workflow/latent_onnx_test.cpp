// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/latent_onnx.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/io/base64.h"
#include "core/latent/latent_plane.h"
#include "core/onnx/decoded_field.h"
#include "core/workflow/explore_spectra.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/spectral_oddities.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

using ::testing::HasSubstr;

constexpr std::size_t kCount = 200;
constexpr std::size_t kPixels = 40; // as the models of tests/golden/onnx_pytorch.py take

/// Spectra of a line that wanders; a tenth of the pixels masked.
class LatentOnnx : public testing::Test
{
protected:
    LatentOnnx()
    {
        session::SpectralPreparation preparation;
        preparation.grid = {data::SpectralGrid::Scale::Log, 4000.0, 1e-4, kPixels};
        data::Collection collection;
        collection.name = "stars";
        collection.fingerprint = 7;
        const auto path = m_session->spectraStorePath(7, preparation).value();
        auto writer = data::SpectrumStoreWriter::create(path, preparation.grid, true).value();
        Random random(5);
        for (std::size_t i = 0; i < kCount; ++i)
        {
            const double place = random.uniform(8.0, 32.0);
            std::vector<float> flux(kPixels);
            std::vector<float> weight(kPixels);
            for (std::size_t p = 0; p < kPixels; ++p)
            {
                const double off = (static_cast<double>(p) - place) / 6.0;
                flux[p] = static_cast<float>(1.0 - 0.7 * std::exp(-0.5 * off * off) + 0.01 * random.normal());
                weight[p] = random.uniform() < 0.1 ? 0.0F : 1e4F;
            }
            EXPECT_TRUE(writer->append(flux, weight));
            data::Source source;
            source.id = "star" + std::to_string(i);
            collection.sources.push_back(source);
        }
        EXPECT_TRUE(writer->finish(7));
        m_collection = m_session->addSpectra(collection, preparation).value();
    }

    session::LatentSummary trained(LatentMethod method = LatentMethod::Autoencoder)
    {
        LatentTrainRequest request;
        request.collection = m_collection;
        request.name = "ours";
        request.method = method;
        request.params.widths = {16};
        request.params.epochs = 5;
        const auto outcome = trainLatent(*m_session, request, *m_backend, {});
        EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
        return m_session->latentModels().find("ours").value();
    }

    Result<ImportedLatent> import(const std::filesystem::path &encoder, const std::filesystem::path &decoder)
    {
        return importLatent(*m_session, {m_collection, "theirs", encoder, decoder, {}, {}}, *m_backend, {});
    }

    test::TemporaryFolder m_folder;
    std::shared_ptr<session::Session> m_session = session::Session::create(m_folder / "s.somnium").value();
    std::unique_ptr<compute::Backend> m_backend = compute::chooseBackend("cpu").value().backend;
    session::CollectionId m_collection{};
};

TEST_F(LatentOnnx, ASpaceThatWasExportedPlacesTheSameSourcesAtTheSamePlaces)
{
    const session::LatentSummary ours = trained();
    const auto files = exportLatentOnnx(*m_session, ours, m_folder / "model");
    ASSERT_TRUE(files.has_value()) << files.error().message;
    const auto imported = import(files->encoder, files->decoder);
    ASSERT_TRUE(imported.has_value()) << imported.error().message;
    EXPECT_EQ(imported->dimensions, 2U);

    const session::LatentRecord before = m_session->latentModels().load(ours.id).value();
    const session::LatentRecord after = m_session->latentModels().load(imported->model).value();
    ASSERT_EQ(after.places.size(), before.places.size());
    for (std::size_t i = 0; i < before.places.size(); ++i)
        EXPECT_NEAR(after.places[i], before.places[i], 1e-4 * (1.0 + std::abs(before.places[i])));
    for (std::size_t i = 0; i < before.errors.size(); ++i)
        EXPECT_NEAR(after.errors[i], before.errors[i], 1e-3 * before.errors[i]);

    const LatentAbout trainedAbout = latentAboutFromJson(before.metadata).value();
    const LatentAbout about = latentAboutFromJson(after.metadata).value();
    EXPECT_EQ(about.method, LatentMethod::Imported);
    EXPECT_EQ(about.encoderFile, "model_encoder.onnx");
    EXPECT_EQ(about.decoderFile, "model_decoder.onnx");
    EXPECT_NEAR(about.validationLoss / trainedAbout.validationLoss, 1.0, 1e-3);
    EXPECT_NEAR(about.pcaValidationLoss / trainedAbout.pcaValidationLoss, 1.0, 1e-3);
}

TEST_F(LatentOnnx, PrincipalComponentsAreModelsToo)
{
    const session::LatentSummary ours = trained(LatentMethod::PrincipalComponents);
    const auto files = exportLatentOnnx(*m_session, ours, m_folder / "pca");
    ASSERT_TRUE(files.has_value()) << files.error().message;
    EXPECT_TRUE(import(files->encoder, files->decoder).has_value());
}

TEST_F(LatentOnnx, WhatIsDoneWithALatentSpaceIsDoneWithAnImportedOne)
{
    const auto files = exportLatentOnnx(*m_session, trained(), m_folder / "model");
    const auto imported = import(files->encoder, files->decoder);
    ASSERT_TRUE(imported.has_value());
    const auto summary = m_session->latentModels().summary(imported->model).value();
    const auto quality = latentQuality(*m_session, summary.id, *m_backend, {});
    EXPECT_TRUE(quality.has_value()) << quality.error().message;

    // Again as files, from the session alone.
    std::filesystem::remove(files->encoder);
    std::filesystem::remove(files->decoder);
    const auto again = exportLatentOnnx(*m_session, summary, m_folder / "again");
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_TRUE(import(again->encoder, again->decoder).has_value());

    // What is decoded on the plane is the same by both models.
    const auto record = m_session->latentModels().places(imported->model).value();
    const auto plane = latent::coordinatePlane(record.places, 2, 0, 1);
    const std::vector<float> x = axisOf(record, 0);
    const std::vector<float> y = axisOf(record, 1);
    const latent::SampleMeasure measure{
        {30, 10}, [](std::span<const float> values) { return double{values[0]} / double{values[1]}; }};
    latent::FieldParams params;
    params.side = 32;
    const auto fieldOf = [&](std::string_view name) {
        const auto id = m_session->latentModels().find(name).value().id;
        const auto model = onnx::deserialiseLatentModel(m_session->latentModels().model(id).value());
        const latent::PlaneSources sources{&plane, record.places, {x, y}};
        return onnx::decodedField(model.value(), measure, sources, latent::boundsOf(sources.points), params,
                                  *m_backend, {})
            .value();
    };
    const latent::PlaneField ours = fieldOf("ours");
    const latent::PlaneField theirs = fieldOf("theirs");
    std::size_t seen = 0;
    for (std::size_t i = 0; i < ours.value.size(); ++i)
    {
        ASSERT_EQ(std::isfinite(ours.value[i]), std::isfinite(theirs.value[i]));
        if (!std::isfinite(ours.value[i]))
            continue;
        ++seen;
        EXPECT_NEAR(theirs.value[i], ours.value[i], 1e-4);
    }
    EXPECT_GT(seen, 50U);
}

TEST_F(LatentOnnx, AnEncoderAloneGivesPlacesAndNoErrors)
{
    const auto files = exportLatentOnnx(*m_session, trained(), m_folder / "model");
    const auto imported = import(files->encoder, {});
    ASSERT_TRUE(imported.has_value()) << imported.error().message;
    EXPECT_TRUE(std::isnan(imported->about.validationLoss));
    EXPECT_FALSE(imported->about.losesToPca());
    const auto summary = m_session->latentModels().summary(imported->model).value();
    EXPECT_TRUE(summary.isPlaced);
    const auto record = m_session->latentModels().places(imported->model).value();
    EXPECT_TRUE(std::isnan(record.errors.front()));
    EXPECT_TRUE(std::isfinite(record.places.front()));
    const auto quality = latentQuality(*m_session, summary.id, *m_backend, {});
    EXPECT_TRUE(quality.has_value()) << quality.error().message;
    const auto again = exportLatentOnnx(*m_session, summary, m_folder / "again");
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->decoder.empty());

    // The files of Somnium say where the space came from.
    const auto collection = m_session->collectionSummary(m_collection).value();
    const auto parameters = provenance(collection, summary).parameters;
    EXPECT_THAT(parameters, ::testing::Contains(
                                std::pair<std::string, std::string>("encoder_file", "model_encoder.onnx")));
}

/// The model of the case of tests/golden/onnx_pytorch.txt whose name begins so, as a file.
std::filesystem::path goldenModel(const std::string &name, const std::filesystem::path &path)
{
    std::ifstream golden(std::filesystem::path(SOMNIUM_GOLDEN_DIR) / "onnx_pytorch.txt");
    std::string line;
    while (std::getline(golden, line) && !line.starts_with("case " + name))
        continue;
    std::getline(golden, line);
    io::Base64Decoder decoder;
    EXPECT_TRUE(line.starts_with("model ") && decoder.add(std::string_view(line).substr(6)));
    const std::vector<std::byte> &bytes = decoder.bytes();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()), // NOLINT: what streams take
               static_cast<std::streamsize>(bytes.size()));
    return path;
}

TEST_F(LatentOnnx, AnEncoderAndADecoderOfPyTorchMakeALatentSpace)
{
    LatentImport request{m_collection, "", {}, {}, "mean", ""};
    request.encoder = goldenModel("variational new exporter, any row", m_folder / "vae.onnx");
    request.decoder = goldenModel("decoder old exporter, any row", m_folder / "vae_decoder.onnx");
    const auto imported = importLatent(*m_session, request, *m_backend, {});
    ASSERT_TRUE(imported.has_value()) << imported.error().message;
    EXPECT_EQ(imported->name, "vae");
    EXPECT_EQ(imported->dimensions, 3U);
    EXPECT_TRUE(imported->about.losesToPca()) << "it has never seen such spectra";

    // A source's place is what the network says of its values, with the mean where there is none.
    const auto model =
        onnx::deserialiseLatentModel(m_session->latentModels().model(imported->model).value()).value();
    const auto record = m_session->latentModels().places(imported->model).value();
    const auto spectra = m_session->spectra(m_collection).value();
    std::vector<float> values(kPixels);
    std::vector<float> weights(kPixels);
    spectra->read(17, values, weights);
    for (std::size_t p = 0; p < kPixels; ++p)
        values[p] = weights[p] > 0.0F ? values[p] : model.foreign()->fill()[p];
    EXPECT_NEAR(model.foreign()->fill()[0], 1.0F, 0.1F);
    const auto place = model.foreign()->encoder().run(values).value();
    for (std::size_t axis = 0; axis < 3; ++axis)
        EXPECT_NEAR(record.places[17 * 3 + axis], place[axis], 1e-5F);
}

TEST_F(LatentOnnx, WhatDoesNotFitIsToldAndNothingIsKept)
{
    const auto files = exportLatentOnnx(*m_session, trained(), m_folder / "model");
    const auto swapped = import(files->decoder, files->encoder);
    ASSERT_FALSE(swapped.has_value());
    EXPECT_EQ(swapped.error().kind, ErrorKind::Mismatch);
    EXPECT_THAT(swapped.error().message, HasSubstr("model_decoder.onnx"));
    EXPECT_THAT(swapped.error().message, HasSubstr("expected rows of 40"));

    EXPECT_EQ(import(m_folder / "nothing.onnx", {}).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(import(files->encoder, m_folder / "nothing.onnx").error().kind, ErrorKind::NotFound);
    std::ofstream(m_folder / "text.onnx") << "not a model";
    EXPECT_EQ(import(m_folder / "text.onnx", {}).error().kind, ErrorKind::Malformed);

    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    const auto stopped =
        importLatent(*m_session, {m_collection, "theirs", files->encoder, {}, {}, {}}, *m_backend, context);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(m_session->latentModels().summaries().value().size(), 1U);

    LatentTrainRequest request;
    request.collection = m_collection;
    request.method = LatentMethod::Imported;
    EXPECT_EQ(trainLatent(*m_session, request, *m_backend, {}).error().kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::workflow
