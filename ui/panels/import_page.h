// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be imported, how it is prepared (with a preview), and where it goes.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "core/workflow/import.h"
#include "core/workflow/import_spectra.h"
#include "ui/models/display_settings.h"
#include "ui/session/import_scout.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTreeWidget;

namespace somnium::ui
{

class RecipeEditor;
class RecipePreviewPanel;
class SpectralRecipeForm;
class SpectrumPreviewPanel;

class ImportPage : public QWidget
{
    Q_OBJECT

public:
    /// `scout` is shared, not owned.
    explicit ImportPage(ImportScout &scout, QWidget *parent = nullptr);

    /// Adds to what is listed; a session file among them is not for this page.
    void addPaths(const std::vector<std::filesystem::path> &paths);
    void clear();
    void setSessionPath(const QString &path);
    /// The session that is open, whose recipes are offered too; may be null.
    void setSession(std::shared_ptr<const session::Session> session);
    void setDisplay(const DisplaySettings &display);
    void setBusy(bool isBusy);
    /// What the files hold, until somebody has chosen.
    [[nodiscard]] ImportKind kind() const;
    /// Of images.
    [[nodiscard]] workflow::ImportRequest request() const;
    [[nodiscard]] workflow::SpectraImportRequest spectraRequest() const;
    [[nodiscard]] std::filesystem::path sessionPath() const;

Q_SIGNALS:
    void importRequested();
    void cancelled();
    void problemsRequested(const std::vector<somnium::data::ImportProblem> &problems);

private:
    [[nodiscard]] QWidget *buildHead();
    [[nodiscard]] QWidget *buildSources();
    [[nodiscard]] QWidget *buildSourceButtons();
    [[nodiscard]] QWidget *buildMissing();
    [[nodiscard]] QWidget *buildRecipe();
    [[nodiscard]] QWidget *buildPreview();
    [[nodiscard]] QWidget *buildFooter();
    void look();
    void showReport(const std::shared_ptr<const ScoutReport> &report);
    void connectSpectra();
    void setKind(ImportKind kind);
    /// Looks closer at what is to be imported, as what it is.
    void lookCloser();
    void lookAtSpectra();
    void showSpectra(const std::shared_ptr<const SpectraReport> &report);
    void lookAtCatalogue();
    void showCatalogue(const CatalogueReport &report);
    void refreshList();
    void refreshButtons();
    [[nodiscard]] QString summary() const;
    [[nodiscard]] std::vector<data::ImportProblem> problems() const;
    [[nodiscard]] bool canImport() const;
    void chooseFiles();
    void chooseFolder();
    void chooseCatalogue();
    void chooseSession();
    void removeSelected();
    void suggestNames();

    ImportScout &m_scout;
    std::vector<std::filesystem::path> m_paths;
    std::shared_ptr<const ScoutReport> m_report;
    std::shared_ptr<const session::Session> m_openSession;
    CatalogueReport m_catalogueReport;
    QTimer m_catalogueTimer;
    bool m_isBusy = false;
    bool m_isSessionChosen = false;
    bool m_isKindChosen = false;

    QTabBar *m_kind = nullptr;
    QTreeWidget *m_list = nullptr;
    QLabel *m_summary = nullptr;
    QPushButton *m_problems = nullptr;
    QLineEdit *m_catalogue = nullptr;
    QLineEdit *m_missing = nullptr;
    QLabel *m_missingNote = nullptr;
    QWidget *m_missingRow = nullptr; ///< of spectra
    QLineEdit *m_name = nullptr;
    QLineEdit *m_session = nullptr;
    QCheckBox *m_areChannels = nullptr;
    RecipeEditor *m_recipe = nullptr;
    RecipePreviewPanel *m_preview = nullptr;
    SpectralRecipeForm *m_spectralRecipe = nullptr;
    SpectrumPreviewPanel *m_spectrumPreview = nullptr;
    QStackedWidget *m_recipes = nullptr;  ///< by kind
    QStackedWidget *m_previews = nullptr; ///< by kind
    QPushButton *m_import = nullptr;
};

} // namespace somnium::ui
