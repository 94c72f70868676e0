// SPDX-License-Identifier: GPL-3.0-or-later
// What controllers of the window do with spectra is tried on simulated stars.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>

#include <QTest>

#include <gtest/gtest.h>

#include "core/simulate/spectra.h"
#include "tests/support/temporary_folder.h"
#include "ui/session/workbench.h"

namespace somnium::ui::test
{

inline constexpr int kWaitMs = 30000;
inline constexpr std::size_t kCount = 120;

/// A window's inside on simulated stars, without the window.
class StarsTest : public testing::Test
{
protected:
    StarsTest()
    {
        simulate::SpectraParams survey;
        survey.count = kCount;
        survey.pixels = 200;
        EXPECT_TRUE(simulate::writeSpectra(survey, folder / "stars", simulate::SpectraFormat::Tables, {}));
        open();
    }

    void open()
    {
        bench.reset();
        bench = std::make_unique<Workbench>([] { return compute::chooseBackend("cpu"); });
        const auto tell = [this](const QString &message) { trouble = message; };
        QObject::connect(&bench->session, &SessionController::troubled, &bench->session, tell);
        QObject::connect(&bench->training, &TrainingController::troubled, &bench->session, tell);
        QObject::connect(&bench->latent, &LatentController::troubled, &bench->session, tell);
    }
    [[nodiscard]] bool waitFor(const std::function<bool()> &condition) const
    {
        return QTest::qWaitFor(condition, kWaitMs);
    }
    [[nodiscard]] bool importStars()
    {
        workflow::SpectraImportRequest request;
        request.paths = {folder / "stars"};
        request.catalogue = folder / "stars/truth.fits";
        bench->session.importSpectra(request, path());
        return waitFor([this] { return bench->session.survey() != nullptr; });
    }
    [[nodiscard]] bool train(std::size_t dimensions = 2)
    {
        workflow::LatentTrainRequest request;
        request.params.widths = {32};
        request.params.latentSize = dimensions;
        request.params.epochs = 4;
        bench->training.trainLatent(request);
        return waitFor([this] { return !bench->training.isTraining() && bench->session.survey()->latent; }) &&
               waitFor([this] { return showsTheFinalPlaces(); });
    }
    /// Points that still move know no reconstruction error.
    [[nodiscard]] bool showsTheFinalPlaces() const
    {
        const auto &columns = bench->latent.columns();
        return std::any_of(columns.begin(), columns.end(), [](const LatentColumn &column) {
            return column.name == QStringLiteral("reconstruction error");
        });
    }
    [[nodiscard]] std::filesystem::path path() const { return folder / "s.somnium"; }

    somnium::test::TemporaryFolder folder;
    std::unique_ptr<Workbench> bench;
    QString trouble;
};

} // namespace somnium::ui::test
