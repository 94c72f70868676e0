// SPDX-License-Identifier: GPL-3.0-or-later
// A recipe for spectra: a ready-made or a saved one to start from, the eight steps in their fixed order, each
// on or off, and the parameters of the chosen one, made from core/prepare's list of them; first how files are
// read.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QStringList>
#include <QWidget>

#include "core/prepare/spectral_recipe.h"
#include "core/workflow/recipe_library.h"
#include "ui/panels/spectrum_reading_form.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace somnium::ui
{

class RecipeMenu;

class SpectralRecipeForm : public QWidget
{
    Q_OBJECT

public:
    explicit SpectralRecipeForm(QWidget *parent = nullptr);

    [[nodiscard]] const prepare::SpectralRecipe &recipe() const { return m_recipe; }
    void setRecipe(const prepare::SpectralRecipe &recipe);
    [[nodiscard]] SpectrumReadingForm *reading() const { return m_reading; }
    /// What makes no sense in the fields; empty: nothing.
    [[nodiscard]] QString problem() const;
    /// What a spectrum made of the steps: one that failed says so in its place.
    void setEffects(const std::vector<prepare::SpectralEffect> &effects);
    /// The step whose parameters are shown, 0 to 7; -1: how files are read.
    [[nodiscard]] int currentStep() const;
    void setCurrentStep(int step);
    /// What the menu of recipes offers beside the ready-made ones.
    void setLibrary(const std::shared_ptr<const workflow::SpectralRecipeList> &library);
    /// Of spectra that were read already: how is not asked.
    void hideReading();
    void setNote(const QString &note); ///< one sentence under the summary; empty: none

Q_SIGNALS:
    /// Also if `problem` has changed.
    void recipeChanged();
    void currentStepChanged(int step);
    void libraryRequested();
    void loadRequested(const std::filesystem::path &file);
    /// `recipe`, under the name that it was given. An empty file: among the user's own.
    void saveRequested(const std::filesystem::path &file);

private:
    struct Field
    {
        QWidget *editor = nullptr;
        QToolButton *reset = nullptr;
        QString fault; ///< why what was typed was not taken
    };
    struct StepPage
    {
        std::vector<Field> fields;
        QLabel *fault = nullptr;
    };
    [[nodiscard]] QWidget *buildHead();
    [[nodiscard]] QWidget *buildPage(int step);
    void addField(QFormLayout &layout, int step, int index);
    void set(int step, int index, const prepare::ParameterValue &value, bool isReset);
    void switchStep(int step, bool isOn);
    void take(prepare::SpectralRecipe recipe, const QWidget *edited);
    void refresh(const QWidget *edited);
    void refreshHead();
    void refreshFaults();
    void chooseReadyMade(int index);
    void takeFromLibrary(int entry);
    void askName();

    prepare::SpectralRecipe m_recipe;
    prepare::SpectralRecipe m_base; ///< that it came from
    std::vector<prepare::SpectralRecipe> m_library;
    bool m_isFilling = false;
    QComboBox *m_readyMade = nullptr;
    QPushButton *m_reset = nullptr;
    RecipeMenu *m_recipes = nullptr;
    QLabel *m_note = nullptr;
    QLabel *m_summary = nullptr;
    QListWidget *m_list = nullptr;
    QStackedWidget *m_forms = nullptr;
    SpectrumReadingForm *m_reading = nullptr;
    std::vector<StepPage> m_pages; ///< of the eight steps
    QStringList m_faults;          ///< of the eight steps, on the spectrum that is previewed
};

} // namespace somnium::ui
