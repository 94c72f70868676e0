// SPDX-License-Identifier: GPL-3.0-or-later
// "Change the recipe" of spectra: tried on the collection's own spectra, then prepared once more.
#include <fstream>

#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/workflow/import_spectra.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/support/idle_backend.h"
#include "ui/jobs/job_runner.h"
#include "ui/panels/spectral_recipe_dialog.h"
#include "ui/panels/spectral_recipe_form.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{
namespace
{

constexpr int kWaitMs = 10000;

template <class Widget> Widget *child(QWidget &parent, const char *name)
{
    auto *found = parent.findChild<Widget *>(QString::fromLatin1(name));
    CHECK(found != nullptr);
    return found;
}

/// A session with two spectra, imported as they are.
struct Stars
{
    Stars()
    {
        workflow::SpectraImportRequest request;
        for (const char *name : {"a.txt", "b.txt"})
        {
            std::ofstream file(folder / name);
            for (int pixel = 0; pixel < 400; ++pixel)
                file << 5200.0 + 2.0 * pixel << ' ' << 2.0 - 0.001 * pixel << '\n';
            request.paths.push_back(folder / name);
        }
        request.recipe = prepare::readyMadeSpectralRecipes().back().recipe;
        session = session::Session::create(folder / "s.somnium").value();
        id = workflow::importSpectra(*session, request, {}).value().collection;
        collection = session->collection(id).value();
        preparation = session->collectionSummary(id).value().spectral;
    }

    test::TemporaryFolder folder;
    std::shared_ptr<session::Session> session;
    session::CollectionId id{};
    data::Collection collection;
    session::SpectralPreparation preparation;
};

TEST(SpectralRecipeDialog, TriesTheRecipeOnTheCollectionsOwnSpectra)
{
    const Stars stars;
    JobRunner runner(test::idleBackend);
    SpectralRecipeDialog dialog(runner, stars.session, stars.collection, stars.preparation);
    dialog.show();
    EXPECT_EQ(dialog.recipe(), stars.preparation.recipe);
    const auto *after = child<SpectrumPlot>(dialog, "spectrumAfter");
    ASSERT_TRUE(QTest::qWaitFor([&] { return after->spectra() != nullptr; }, kWaitMs));
    EXPECT_EQ(after->spectra()->grid.pixels, 400U);
    dialog.findChild<SpectralRecipeForm *>()->setRecipe(prepare::readyMadeSpectralRecipes().front().recipe);
    child<QSpinBox>(dialog, "spectral.grid.pixels")->setValue(64);
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return after->spectra() && after->spectra()->grid.pixels == 64U; }, kWaitMs));
    EXPECT_EQ(child<QSpinBox>(dialog, "spectrumIndex")->maximum(), 2);
    child<QLineEdit>(dialog, "newCollectionName")->setText(QStringLiteral(" coarse "));
    EXPECT_EQ(dialog.name(), "coarse");
    EXPECT_EQ(dialog.recipe().grid.pixels, 64U);
    auto *prepare = child<QPushButton>(dialog, "prepareButton");
    child<QLineEdit>(dialog, "spectral.mask.windows")->setText(QStringLiteral("x"));
    EXPECT_FALSE(prepare->isEnabled());
    EXPECT_FALSE(prepare->toolTip().isEmpty());
    child<QLineEdit>(dialog, "spectral.mask.windows")->clear();
    prepare->click();
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
}

} // namespace
} // namespace somnium::ui
