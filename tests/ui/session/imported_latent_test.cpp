// SPDX-License-Identifier: GPL-3.0-or-later
// The window on latent spaces that were trained elsewhere.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/workflow/latent_onnx.h"
#include "tests/ui/session/stars_test.h"

namespace somnium::ui
{
namespace
{

class ImportedLatent : public test::StarsTest
{
protected:
    /// Trains, closes the window's inside, takes the model out of the session and into it again, opens it.
    [[nodiscard]] bool importModel(bool withDecoder)
    {
        if (!importStars() || !train())
            return false;
        bench.reset();
        session::ModelId model{};
        {
            const auto session = session::Session::open(path()).value();
            const auto ours = session->latentModels().find("").value();
            const auto files = workflow::exportLatentOnnx(*session, ours, folder / "model").value();
            workflow::LatentImport request;
            request.collection = ours.collection;
            request.name = "theirs";
            request.encoder = files.encoder;
            request.decoder = withDecoder ? files.decoder : std::filesystem::path();
            const auto backend = compute::chooseBackend("cpu").value().backend;
            const auto imported = workflow::importLatent(*session, request, *backend, {});
            if (!imported)
                return false;
            model = imported->model;
        }
        open();
        bench->session.openSession(path());
        if (!waitFor([this] { return bench->latent.data() != nullptr; }))
            return false;
        const auto before = bench->latent.data();
        bench->session.showModel(model);
        return waitFor([this, model, before] {
            return bench->session.survey()->latent->summary.id == model && bench->latent.data() &&
                   bench->latent.data() != before;
        });
    }
    [[nodiscard]] std::size_t curvesOf(CurveRole role) const
    {
        const HoverFunction hover = bench->latent.hoverFunction();
        if (!hover)
            return 0;
        const HoverSpectra over = hover(std::size_t{3}, {0.0, 0.0});
        const auto isIt = [role](const auto &curve) { return curve.role == role; };
        return over.spectra ? static_cast<std::size_t>(std::ranges::count_if(over.spectra->curves, isIt)) : 0;
    }
};

TEST_F(ImportedLatent, IsTheSpaceThatIsShownWithWhatItDecodes)
{
    ASSERT_TRUE(importModel(true)) << trouble.toStdString();
    const SurveyPointer survey = bench->session.survey();
    EXPECT_EQ(survey->latent->summary.name, "theirs");
    EXPECT_EQ(survey->latent->about.method, workflow::LatentMethod::Imported);
    EXPECT_EQ(survey->latent->places.size(), 2 * test::kCount);
    EXPECT_EQ(curvesOf(CurveRole::Observed), 1U);
    EXPECT_EQ(curvesOf(CurveRole::Reconstruction), 1U);
    EXPECT_EQ(curvesOf(CurveRole::Decoded), 1U);
    EXPECT_TRUE(bench->latent.decoder());
}

TEST_F(ImportedLatent, ItsModelIsExportedAgainAsTwoFiles)
{
    ASSERT_TRUE(importModel(true)) << trouble.toStdString();
    std::filesystem::remove(folder / "model_encoder.onnx");
    QString written;
    QObject::connect(&bench->exports, &ExportController::exported, &bench->session,
                     [&written](const QString &path) { written = path; });
    bench->exports.exportLatentModel(folder / "again.onnx");
    ASSERT_TRUE(waitFor([&written] { return !written.isEmpty(); })) << trouble.toStdString();
    EXPECT_TRUE(written.endsWith(QStringLiteral("again_encoder.onnx"))) << written.toStdString();
    EXPECT_TRUE(std::filesystem::exists(folder / "again_encoder.onnx"));
    EXPECT_TRUE(std::filesystem::exists(folder / "again_decoder.onnx"));
}

TEST_F(ImportedLatent, WithoutADecoderShowsPlacesAndSpectraOnly)
{
    ASSERT_TRUE(importModel(false)) << trouble.toStdString();
    EXPECT_FALSE(bench->session.survey()->latent->model.canDecode());
    EXPECT_EQ(curvesOf(CurveRole::Observed), 1U);
    EXPECT_EQ(curvesOf(CurveRole::Reconstruction), 0U);
    EXPECT_EQ(curvesOf(CurveRole::Decoded), 0U);
    EXPECT_FALSE(bench->latent.decoder());
    EXPECT_TRUE(trouble.isEmpty()) << trouble.toStdString();
}

} // namespace
} // namespace somnium::ui
