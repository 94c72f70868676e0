// SPDX-License-Identifier: GPL-3.0-or-later
// The import page and its parts, where spectra are imported. With SOMNIUM_SCREENSHOTS set pictures of the
// page are written there to be looked at; SOMNIUM_SCREENSHOT_SPECTRA names other spectra to show on them.
#include <cmath>
#include <cstdlib>
#include <fstream>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/ui/support/idle_backend.h"
#include "tests/ui/support/small_survey.h"
#include "ui/jobs/job_runner.h"
#include "ui/panels/import_page.h"
#include "ui/panels/parameter_field.h"
#include "ui/panels/spectral_recipe_form.h"
#include "ui/panels/spectrum_preview_panel.h"
#include "ui/theme.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{
namespace
{

namespace fs = std::filesystem;
constexpr int kWaitMs = 10000;

template <class Widget> Widget *child(QWidget &parent, const QString &name)
{
    auto *found = parent.findChild<Widget *>(name);
    CHECK(found != nullptr);
    return found;
}
template <class Widget> Widget *child(QWidget &parent, const char *name)
{
    return child<Widget>(parent, QString::fromLatin1(name));
}

QString nameOf(const prepare::SpectralStepInfo &step, const prepare::Parameter &parameter)
{
    return plainText(step.word) + QLatin1Char('.') + plainText(parameter.name);
}

TEST(SpectralRecipeForm, ShowsAnyRecipeAndGivesItBack)
{
    SpectralRecipeForm form;
    const auto all = prepare::readyMadeSpectralRecipes();
    EXPECT_EQ(form.recipe(), all.front().recipe);
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        form.setRecipe(all[i].recipe);
        EXPECT_EQ(form.recipe(), all[i].recipe);
        EXPECT_EQ(child<QComboBox>(form, "spectralRecipe")->currentIndex(), static_cast<int>(i));
        EXPECT_TRUE(form.problem().isEmpty());
    }
}

TEST(SpectralRecipeForm, HasAFieldForEveryParameterAndASwitchForEveryStep)
{
    SpectralRecipeForm form;
    const auto *list = child<QListWidget>(form, "spectralSteps");
    const auto steps = prepare::spectralSteps(form.recipe());
    ASSERT_EQ(list->count(), static_cast<int>(steps.size()) + 1);
    for (std::size_t step = 0; step < steps.size(); ++step)
    {
        const QListWidgetItem *item = list->item(static_cast<int>(step) + 1);
        EXPECT_EQ(item->flags().testFlag(Qt::ItemIsUserCheckable), steps[step].canBeOff);
        EXPECT_EQ(item->checkState() == Qt::Checked, steps[step].isEnabled);
        for (const prepare::Parameter &parameter : steps[step].parameters)
        {
            auto *field = child<QWidget>(form, QStringLiteral("spectral.") + nameOf(steps[step], parameter));
            EXPECT_FALSE(field->toolTip().isEmpty());
            EXPECT_FALSE(field->accessibleName().isEmpty());
            EXPECT_EQ(field->isEnabledTo(&form), parameter.isRelevant) << qPrintable(field->objectName());
        }
    }
}

// Every field changes the parameter that it is named after, and reset takes it back.
TEST(SpectralRecipeForm, EveryFieldEditsItsOwnParameter)
{
    SpectralRecipeForm form;
    const prepare::SpectralRecipe initial;
    const auto steps = prepare::spectralSteps(initial);
    for (std::size_t step = 0; step < steps.size(); ++step)
        for (std::size_t i = 0; i < steps[step].parameters.size(); ++i)
        {
            form.setRecipe(initial);
            const prepare::Parameter &parameter = steps[step].parameters[i];
            const QString name = nameOf(steps[step], parameter);
            auto *field = child<QWidget>(form, QStringLiteral("spectral.") + name);
            if (auto *check = qobject_cast<QCheckBox *>(field))
                check->setChecked(!check->isChecked());
            else if (auto *choice = qobject_cast<QComboBox *>(field))
                choice->setCurrentIndex(choice->count() - 1 - choice->currentIndex());
            else if (auto *whole = qobject_cast<QSpinBox *>(field))
                whole->setValue(whole->value() + 7);
            else if (auto *number = qobject_cast<NumberBox *>(field))
                number->setValue(0.5 * number->value() + 0.25);
            else
                child<QLineEdit>(form, QStringLiteral("spectral.") + name)
                    ->setText(name.endsWith(QStringLiteral("windows")) ? QStringLiteral("5000-5010")
                                                                       : QStringLiteral("zbest"));
            const auto after = prepare::spectralSteps(form.recipe());
            for (std::size_t s = 0; s < after.size(); ++s)
                for (std::size_t j = 0; j < after[s].parameters.size(); ++j)
                    EXPECT_EQ(after[s].parameters[j].value != steps[s].parameters[j].value,
                              s == step && i == j)
                        << qPrintable(name);
            child<QToolButton>(form, QStringLiteral("reset.") + name)->click();
            EXPECT_EQ(prepare::toJson(form.recipe()), prepare::toJson(initial)) << qPrintable(name);
        }
}

TEST(SpectralRecipeForm, SwitchesStepsAndGoesBackToTheReadyMadeOne)
{
    SpectralRecipeForm form;
    QSignalSpy changed(&form, &SpectralRecipeForm::recipeChanged);
    auto *list = child<QListWidget>(form, "spectralSteps");
    auto *reset = child<QPushButton>(form, "resetSpectralRecipe");
    EXPECT_FALSE(reset->isEnabled());
    list->item(5)->setCheckState(Qt::Checked);
    EXPECT_TRUE(form.recipe().continuum.isEnabled);
    EXPECT_EQ(changed.count(), 1);
    EXPECT_EQ(child<QComboBox>(form, "spectralRecipe")->currentText(), QStringLiteral("Own choice"));
    EXPECT_EQ(form.recipe().name, "stars, changed");
    ASSERT_TRUE(reset->isEnabled());
    reset->click();
    EXPECT_EQ(form.recipe(), prepare::readyMadeSpectralRecipes().front().recipe);
    EXPECT_FALSE(reset->isEnabled());
}

TEST(SpectralRecipeForm, SaysInPlaceWhatMakesNoSense)
{
    SpectralRecipeForm form;
    form.show();
    auto *windows = child<QLineEdit>(form, "spectral.mask.windows");
    const auto *fault = child<QLabel>(form, "fault.mask");
    EXPECT_FALSE(fault->isVisible());
    windows->setText(QStringLiteral("5000-"));
    EXPECT_TRUE(fault->isVisible());
    EXPECT_TRUE(form.problem().contains(QStringLiteral("5569"))) << qPrintable(form.problem());
    EXPECT_EQ(windows->text(), QStringLiteral("5000-")) << "what is being typed stays";
    child<QSpinBox>(form, "spectral.mask.grow")->setValue(2);
    EXPECT_EQ(windows->text(), QStringLiteral("5000-"));
    EXPECT_FALSE(form.problem().isEmpty());
    windows->setText(QStringLiteral("5000-5100"));
    EXPECT_TRUE(form.problem().isEmpty());
    EXPECT_FALSE(fault->isVisible());
    EXPECT_EQ(form.recipe().mask.own, (prepare::WavelengthWindows{{5000.0, 5100.0}}));

    child<NumberBox>(form, "spectral.grid.first")->setValue(9000.0);
    child<NumberBox>(form, "spectral.grid.last")->setValue(8000.0);
    EXPECT_TRUE(form.problem().contains(QStringLiteral("first < last"))) << qPrintable(form.problem());
    EXPECT_FALSE(child<QListWidget>(form, "spectralSteps")->item(6)->icon().isNull());
    child<NumberBox>(form, "spectral.grid.last")->setValue(9500.0);
    EXPECT_TRUE(form.problem().isEmpty());

    std::vector<prepare::SpectralEffect> effects(8);
    effects[1].fault = "snr: expected at least 3, found 1.2";
    form.setEffects(effects);
    form.setCurrentStep(1);
    EXPECT_TRUE(child<QLabel>(form, "fault.snr")->isVisible());
    EXPECT_FALSE(child<QListWidget>(form, "spectralSteps")->item(2)->icon().isNull());
    EXPECT_TRUE(form.problem().isEmpty()) << "one spectrum that is rejected is no fault of the recipe";
}

TEST(SpectrumReadingForm, GivesBackWhatItShowsAndSpeaksOncePerChange)
{
    SpectrumReadingForm form;
    io::SpectrumReadOptions options;
    options.layout = io::SpectrumLayout::Bands;
    options.wavelengthUnit = "furlong";
    options.medium = data::WavelengthMedium::Air;
    options.ivarColumn = "ivar";
    options.rule = io::WavelengthRule{3.5, 1e-4, true};
    QSignalSpy edited(&form, &SpectrumReadingForm::edited);
    form.setOptions(options);
    EXPECT_EQ(form.options(), options);
    EXPECT_EQ(edited.count(), 0);
    child<QComboBox>(form, "reading.medium")->setCurrentIndex(2);
    options.medium = data::WavelengthMedium::Vacuum;
    EXPECT_EQ(form.options(), options);
    EXPECT_EQ(edited.count(), 1);
    auto *flux = child<QLineEdit>(form, "reading.flux");
    flux->setFocus();
    QTest::keyClicks(flux, QStringLiteral("FLUX"));
    EXPECT_EQ(edited.count(), 1) << "not while it is typed";
    QTest::keyClick(flux, Qt::Key_Return);
    EXPECT_EQ(edited.count(), 2);
    EXPECT_EQ(form.options().fluxColumn, "FLUX");
}

class SpectralImport : public testing::Test
{
protected:
    SpectralImport()
    {
        page.resize(1280, 700);
        page.show();
    }
    void writeSpectra(int count)
    {
        fs::create_directories(folder / "stars");
        for (int i = 0; i < count; ++i)
        {
            std::ofstream file(folder / ("stars/star" + std::to_string(i) + ".txt"));
            for (int pixel = 0; pixel < 900; ++pixel)
            {
                const double line = 0.5 * std::exp(-0.002 * std::pow(pixel - 450.0, 2));
                file << 5200.0 + 2.0 * pixel << ' ' << (1.0 + i) * (2.0 - 0.001 * pixel - line) << '\n';
            }
        }
    }
    [[nodiscard]] SpectrumPlot *plot(const char *name) { return child<SpectrumPlot>(page, name); }
    /// Waits until a spectrum is drawn before and after.
    [[nodiscard]] bool waitForPreview()
    {
        return QTest::qWaitFor(
            [this] { return plot("spectrumBefore")->spectra() && plot("spectrumAfter")->spectra(); },
            kWaitMs);
    }

    test::TemporaryFolder folder;
    JobRunner runner{test::idleBackend};
    ImportScout scout{runner};
    ImportPage page{scout};
};

TEST_F(SpectralImport, ThePageBecomesOneOfSpectraByItself)
{
    writeSpectra(3);
    EXPECT_EQ(page.kind(), ImportKind::Images);
    page.setSessionPath(QString::fromStdU16String((folder / "s.somnium").u16string()));
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(waitForPreview());
    EXPECT_EQ(page.kind(), ImportKind::Spectra);
    EXPECT_TRUE(child<QWidget>(page, "spectralRecipeForm")->isVisible());
    EXPECT_FALSE(child<QWidget>(page, "recipeEditor")->isVisible());
    EXPECT_FALSE(child<QCheckBox>(page, "areChannelsBox")->isVisible());
    EXPECT_TRUE(
        child<QLabel>(page, "importSummary")->text().startsWith(QStringLiteral("3 spectra in 3 files")))
        << qPrintable(child<QLabel>(page, "importSummary")->text());
    EXPECT_EQ(child<QSpinBox>(page, "spectrumIndex")->maximum(), 3);
    EXPECT_EQ(child<QSpinBox>(page, "spectrumIndex")->value(), 1);
    EXPECT_TRUE(child<QPushButton>(page, "importButton")->isEnabled());
    const auto request = page.spectraRequest();
    EXPECT_EQ(request.paths, (std::vector<fs::path>{folder / "stars"}));
    EXPECT_EQ(request.name, "stars");
    EXPECT_EQ(request.recipe, prepare::readyMadeSpectralRecipes().front().recipe);
}

TEST_F(SpectralImport, TheUsersChoiceWins)
{
    writeSpectra(2);
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(waitForPreview());
    child<QTabBar>(page, "importKind")->setCurrentIndex(0);
    EXPECT_EQ(page.kind(), ImportKind::Images);
    EXPECT_FALSE(child<QPushButton>(page, "importButton")->isEnabled()) << "texts are no images";
    QSignalSpy scouted(&scout, &ImportScout::scouted);
    page.addPaths({folder / "stars/star1.txt"});
    ASSERT_TRUE(scouted.wait(kWaitMs));
    EXPECT_EQ(page.kind(), ImportKind::Images);
    page.clear();
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(scouted.wait(kWaitMs));
    EXPECT_EQ(page.kind(), ImportKind::Spectra);
}

TEST_F(SpectralImport, ImagesStayImages)
{
    const auto request = test::writeSmallSurvey(folder / "survey");
    QSignalSpy scouted(&scout, &ImportScout::scouted);
    page.addPaths(request.paths);
    ASSERT_TRUE(scouted.wait(kWaitMs));
    EXPECT_EQ(page.kind(), ImportKind::Images);
    EXPECT_TRUE(child<QWidget>(page, "recipeEditor")->isVisible());
}

TEST_F(SpectralImport, TheRecipeAndTheChosenSpectrumArePreviewed)
{
    writeSpectra(2);
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(waitForPreview());
    const auto first = plot("spectrumBefore")->spectra();
    child<QSpinBox>(page, "spectrumIndex")->setValue(2);
    ASSERT_TRUE(QTest::qWaitFor([&] { return plot("spectrumBefore")->spectra() != first; }, kWaitMs));
    EXPECT_TRUE(child<QLabel>(page, "spectrumPreviewText")->text().contains(QStringLiteral("star1.txt")));

    auto *pixels = child<QSpinBox>(page, "spectral.grid.pixels");
    pixels->setValue(64);
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return plot("spectrumAfter")->spectra()->grid.pixels == 64U; }, kWaitMs));
    auto *step = child<QComboBox>(page, "afterSpectralStep");
    step->setCurrentIndex(0);
    EXPECT_EQ(plot("spectrumAfter")->spectra()->grid.pixels, 900U) << "the mask comes before the grid";
    step->setCurrentIndex(step->count() - 1);

    child<NumberBox>(page, "spectral.grid.first")->setValue(9000.0);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !plot("spectrumAfter")->spectra(); }, kWaitMs));
    EXPECT_TRUE(plot("spectrumBefore")->spectra());
    EXPECT_FALSE(child<QLabel>(page, "fault.grid")->text().isEmpty());
}

TEST_F(SpectralImport, HowToReadReadsAgain)
{
    writeSpectra(1);
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(waitForPreview());
    EXPECT_DOUBLE_EQ(plot("spectrumBefore")->spectra()->grid.first, 5200.0);
    auto *unit = child<QComboBox>(page, "reading.unit");
    unit->setCurrentIndex(unit->findText(QStringLiteral("nm")));
    ASSERT_TRUE(waitForPreview());
    EXPECT_DOUBLE_EQ(plot("spectrumBefore")->spectra()->grid.first, 52000.0);
    EXPECT_EQ(page.spectraRequest().reading.wavelengthUnit, "nm");
}

TEST_F(SpectralImport, NothingIsImportedWhileAFieldMakesNoSense)
{
    writeSpectra(1);
    page.setSessionPath(QString::fromStdU16String((folder / "s.somnium").u16string()));
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(waitForPreview());
    const auto *import = child<QPushButton>(page, "importButton");
    EXPECT_TRUE(import->isEnabled());
    child<QLineEdit>(page, "spectral.mask.windows")->setText(QStringLiteral("x"));
    EXPECT_FALSE(import->isEnabled());
    EXPECT_FALSE(import->toolTip().isEmpty());
    child<QLineEdit>(page, "spectral.mask.windows")->clear();
    EXPECT_TRUE(import->isEnabled());
}

TEST_F(SpectralImport, NumbersThatMeanNotKnownAreRecognisedAndTyped)
{
    writeSpectra(2);
    std::ofstream(folder / "table.csv") << "id,teff,feh\nstar0,5000,-0.5\nstar1,99999,-7\n";
    page.setSessionPath(QString::fromStdU16String((folder / "s.somnium").u16string()));
    auto *missing = child<QLineEdit>(page, "missingValues");
    EXPECT_FALSE(missing->isVisible()) << "of spectra only";
    page.addPaths({folder / "stars"});
    ASSERT_TRUE(waitForPreview());
    EXPECT_TRUE(missing->isVisible());
    const auto *note = child<QLabel>(page, "missingNote");
    child<QLineEdit>(page, "cataloguePath")
        ->setText(QString::fromStdU16String((folder / "table.csv").u16string()));
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return note->text().contains(QStringLiteral("99999 in teff")); }, kWaitMs))
        << qPrintable(note->text());
    QTest::keyClicks(missing, QStringLiteral("-7; 99.9"));
    EXPECT_EQ(page.spectraRequest().missingValues, (std::vector<double>{-7.0, 99.9}));
    const auto *import = child<QPushButton>(page, "importButton");
    EXPECT_TRUE(import->isEnabled());
    QTest::keyClicks(missing, QStringLiteral(" x"));
    EXPECT_FALSE(import->isEnabled());
    EXPECT_TRUE(note->text().contains(QStringLiteral("'x'"))) << qPrintable(note->text());
    child<QLineEdit>(page, "cataloguePath")->setText(QStringLiteral("/nowhere/table.csv"));
    missing->clear();
    EXPECT_TRUE(QTest::qWaitFor([&] { return note->text().contains(QStringLiteral("nowhere")); }, kWaitMs))
        << qPrintable(note->text());
}

TEST_F(SpectralImport, RecipesAreSavedAndTakenByName)
{
    qputenv("XDG_CONFIG_HOME", QByteArray::fromStdString((folder / "config").string()));
    auto *menu = child<QToolButton>(page, "spectralRecipesButton")->menu();
    const auto entry = [&](const char *name) {
        return menu->findChild<QAction *>(QString::fromLatin1(name));
    };
    child<QSpinBox>(page, "spectral.grid.pixels")->setValue(77);
    Q_EMIT menu->aboutToShow();
    ASSERT_NE(entry("saveRecipe"), nullptr);
    entry("saveRecipe")->trigger();
    auto *dialog = child<QInputDialog>(page, "recipeNameDialog");
    dialog->setTextValue(QStringLiteral("77 & more"));
    dialog->accept();
    const auto *note = child<QLabel>(page, "spectralRecipeNote");
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return note->text().startsWith(QStringLiteral("Saved as")); }, kWaitMs));
    child<QPushButton>(page, "resetSpectralRecipe")->click();
    child<QComboBox>(page, "spectralRecipe")->setCurrentIndex(2);
    Q_EMIT child<QComboBox>(page, "spectralRecipe")->activated(2);
    EXPECT_NE(page.spectraRequest().recipe.grid.pixels, 77U);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            Q_EMIT menu->aboutToShow();
            return entry("take.77 & more") != nullptr;
        },
        kWaitMs));
    entry("take.77 & more")->trigger();
    EXPECT_EQ(page.spectraRequest().recipe.grid.pixels, 77U);
    EXPECT_EQ(page.spectraRequest().recipe.name, "77 & more");
    EXPECT_EQ(child<QComboBox>(page, "spectralRecipe")->currentText(), QStringLiteral("77 & more"));
    EXPECT_FALSE(child<QPushButton>(page, "resetSpectralRecipe")->isEnabled());
}

class SpectralImportPictures : public SpectralImport, public testing::WithParamInterface<ThemeKind>
{
protected:
    void save(const QString &name)
    {
        QTest::qWait(50);
        const QImage picture = page.grab().toImage();
        ASSERT_EQ(picture.size(), QSize(1280, 800));
        if (const QString to = qEnvironmentVariable("SOMNIUM_SCREENSHOTS"); !to.isEmpty())
        {
            QDir().mkpath(to);
            const QString theme =
                GetParam() == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light");
            EXPECT_TRUE(
                picture.save(QDir(to).filePath(name + QLatin1Char('-') + theme + QStringLiteral(".png"))));
        }
    }
};

TEST_P(SpectralImportPictures, EveryFieldHasRoom)
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), GetParam());
    page.setMinimumSize(0, 0);
    page.resize(1280, 800);
    EXPECT_EQ(page.size(), QSize(1280, 800)) << "the page asks for more than a laptop has";
    const QString other = qEnvironmentVariable("SOMNIUM_SCREENSHOT_SPECTRA");
    writeSpectra(5);
    page.addPaths({other.isEmpty() ? folder / "stars" : fs::path(other.toStdString())});
    ASSERT_TRUE(waitForPreview());
    auto *form = page.findChild<SpectralRecipeForm *>();
    for (int step = -1; step < 8; ++step)
    {
        form->setCurrentStep(step);
        save(QStringLiteral("import-spectra-%1").arg(step + 1));
        for (const QComboBox *box : page.findChildren<QComboBox *>())
        {
            if (box->isVisible())
            {
                EXPECT_LE(box->mapTo(&page, QPoint(box->width(), 0)).x(), page.width());
            }
        }
    }
    child<QComboBox>(page, "spectralRecipe")->setCurrentIndex(1);
    Q_EMIT child<QComboBox>(page, "spectralRecipe")->activated(1);
    child<QLineEdit>(page, "spectral.mask.windows")->setText(QStringLiteral("5000-"));
    form->setCurrentStep(0);
    save(QStringLiteral("import-spectra-fault"));
}

INSTANTIATE_TEST_SUITE_P(Themes, SpectralImportPictures, testing::Values(ThemeKind::Dark, ThemeKind::Light),
                         [](const auto &one) { return one.param == ThemeKind::Dark ? "dark" : "light"; });

} // namespace
} // namespace somnium::ui
