// SPDX-License-Identifier: GPL-3.0-or-later
// Arranges pages, docks and actions, and connects them with the controllers behind. Decides nothing itself.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <QJsonObject>
#include <QMainWindow>

#include "ui/models/display_settings.h"
#include "ui/models/iso_layers.h"
#include "ui/models/oddity_data.h"
#include "ui/models/selection_model.h"
#include "ui/panels/export_dialog.h"
#include "ui/session/workbench.h"

class QActionGroup;
class QDockWidget;
class QLineEdit;
class QStackedWidget;
class QTabWidget;

namespace somnium::ui
{

class DisplayMenu;
class Filmstrip;
class FigureSource;
class GuideCard;
class ImportPage;
class Inspector;
class LabelsPanel;
class LatentView;
class MapView;
class MessageBar;
class OutliersView;
class ProjectTree;
class StartPage;
class StatusLine;
class TableView;
class TrainingPanel;
class TrainingView;

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// `workbench` must outlive the window.
    explicit MainWindow(Workbench &workbench, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// A session file is opened, anything else goes to the import page.
    void openPaths(const std::vector<std::filesystem::path> &paths);
    void exploreSample();

Q_SIGNALS:
    /// "system", "dark" or "light".
    void themeChosen(const QString &theme);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    enum class Page
    {
        Start,
        Import,
        Explore,
    };
    struct ActionSpec
    {
        const char *name;
        QString text;
        QKeySequence shortcut;
        const char *icon = nullptr;
    };
    struct DockSpec
    {
        const char *name;
        QString title;
        Qt::DockWidgetArea area;
    };

    // main_window.cpp
    void buildPages();
    void buildExplorePage();
    void showPage(Page page);
    [[nodiscard]] Page page() const;

    // main_window_connections.cpp
    void connectSession();
    void connectLooseEnds();
    void offerInterruptedTraining();
    void offerOriginals(const std::vector<std::string> &missing);
    void connectTraining();
    void connectQueries();
    void connectViews();
    void connectPanels();
    void startTraining();
    void resumeTraining();
    void showProblems(const QString &collection, const std::vector<data::ImportProblem> &problems);
    void applyLabelKey(int index);
    void selectUnlabelled();
    void selectLabel(const QString &text);
    void goTo(const QString &text);
    void noteRecent(const QString &path);

    // main_window_refresh.cpp
    void refreshSurvey();
    void refreshLabels();
    void refreshProject();
    void refreshTraining();
    void refreshSelection();
    void refreshTitle();
    void changeDisplay(const DisplaySettings &display);
    void recallWindow(const QByteArray &json);
    void applyRecalled();
    void rememberWindow();
    [[nodiscard]] QJsonObject spectralOutlierLook() const;
    void recallSpectralOutliers(const QJsonObject &look);
    void recallOutliers(const QJsonObject &look, const char *defaultScore, bool isOfSpectra);

    // main_window_latent.cpp
    void connectLatent();
    void connectLatentTraining();
    void refreshLatent();
    void startLatentTraining();
    void exportIsoLines(const IsoLayers &layers);
    [[nodiscard]] QJsonObject latentLook() const;
    void applyRecalledLatent();

    // main_window_oddities.cpp
    void connectOddities();
    void refreshMarks();
    void refreshBadges();
    void refreshClasses();
    void mark(session::Verdict verdict, std::optional<int> score);
    void moveOn();
    void buildMarkActions(QMenu *menu);
    void labelPrototype();
    void compareLabels();
    void showInFilmstrip(const QString &title, const std::vector<std::size_t> &sources);
    void chooseClassColour(int index, const QColor &colour);

    // main_window_device.cpp
    void connectDevice();
    void refreshDevice();
    void chooseDevice();

    // main_window_actions.cpp
    void buildActions();
    void buildFileActions();
    void buildEditActions();
    void buildModelActions();
    void buildViewActions();
    void buildHelpActions();
    void buildLabelActions(QMenu *menu);
    void buildToolActions(QMenu *menu);
    void buildToolBar();
    QAction *addNamedAction(QMenu *menu, const ActionSpec &spec, std::function<void()> onTriggered);
    [[nodiscard]] QAction *action(const char *name) const;
    void refreshActions();
    void chooseSession();
    void chooseImport();
    void chooseMap();
    void changeRecipe(session::CollectionId collection);
    void saveSelection();
    void showAbout();
    void showShortcuts();

    // main_window_exports.cpp
    /// The odd sources as they were ranked when the dialog was opened.
    struct Odd
    {
        std::vector<std::size_t> outliers; ///< beyond the threshold
        std::vector<std::size_t> order;
        OdditiesPointer oddities; ///< may be null, as the next
        OddityRankingPointer ranking;
    };
    void exportWhat(ExportDialog::What what);
    void runExport(const ExportDialog &dialog, const Odd &odd);
    void exportTop(std::size_t count, const Odd &odd, const std::filesystem::path &path);
    [[nodiscard]] std::vector<std::pair<QString, const FigureSource *>> figures() const;

    // main_window_docks.cpp
    void buildDocks();
    QDockWidget *addDock(const DockSpec &spec, QWidget *content);
    void buildPresets(QMenu *menu);
    void applyPreset(const QString &name);
    void restoreLayout();
    void setFirstSizes();
    void saveLayout();
    void showDocks(bool isShown);

    Workbench &m_bench;
    QStackedWidget *m_pages = nullptr;
    MessageBar *m_message = nullptr;
    StartPage *m_startPage = nullptr;
    ImportPage *m_importPage = nullptr;
    GuideCard *m_guide = nullptr;
    QTabWidget *m_tabs = nullptr;
    MapView *m_mapView = nullptr;
    LatentView *m_latentView = nullptr;
    TableView *m_tableView = nullptr;
    OutliersView *m_outliersView = nullptr;
    ProjectTree *m_projectTree = nullptr;
    TrainingPanel *m_trainingPanel = nullptr;
    LabelsPanel *m_labelsPanel = nullptr;
    Inspector *m_inspector = nullptr;
    Filmstrip *m_filmstrip = nullptr;
    TrainingView *m_trainingView = nullptr;
    StatusLine *m_status = nullptr;
    DisplayMenu *m_displayMenu = nullptr;
    QLineEdit *m_goTo = nullptr;
    QMenu *m_panelMenu = nullptr;
    QList<QDockWidget *> m_docks;
    QByteArray m_exploreLayout;   ///< docks of the explore page while another page is shown
    QByteArray m_recalled;        ///< what a session wants back once its map is there
    QJsonObject m_recalledLatent; ///< likewise of its latent space
    bool m_needsFirstSizes = false;
    std::optional<std::size_t> m_movedOnTo; ///< after a mark; the learned ranking may know better
    SelectionMode m_selectionMode = SelectionMode::New;
};

} // namespace somnium::ui
