// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"

#include <algorithm>

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/main_window/status_line.h"
#include "ui/panels/display_menu.h"
#include "ui/panels/guide_card.h"
#include "ui/panels/import_page.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/recipe_dialog.h"
#include "ui/panels/spectral_recipe_dialog.h"
#include "ui/panels/start_page.h"
#include "ui/panels/training_panel.h"
#include "ui/theme.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/latent_view.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/project_tree.h"
#include "ui/views/table_view.h"
#include "ui/views/thumbnail_list.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{

namespace
{

namespace fs = std::filesystem;

bool isSession(const fs::path &path)
{
    return path.extension() == ".somnium";
}

std::vector<fs::path> pathsOf(const QMimeData &data)
{
    std::vector<fs::path> paths;
    const QList<QUrl> urls = data.urls();
    for (const QUrl &url : urls)
        if (url.isLocalFile())
            paths.emplace_back(url.toLocalFile().toStdU16String());
    return paths;
}

} // namespace

MainWindow::MainWindow(Workbench &workbench, QWidget *parent) : QMainWindow(parent), m_bench(workbench)
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setContextMenuPolicy(Qt::NoContextMenu);
    buildPages();
    m_status = new StatusLine;
    setStatusBar(m_status);
    buildDocks();
    buildActions();
    buildToolBar();
    connectSession();
    connectLooseEnds();
    connectTraining();
    connectQueries();
    connectViews();
    connectPanels();
    connectLatent();
    connectDevice();
    refreshSurvey();
    refreshProject();
    restoreLayout();
    showPage(Page::Start);
}

MainWindow::~MainWindow() = default;

void MainWindow::buildPages()
{
    m_message = new MessageBar;
    m_startPage = new StartPage;
    m_importPage = new ImportPage(m_bench.scout);
    m_pages = new QStackedWidget;
    // A page that is not shown must not make the window wider than the screen: it scrolls where it does not
    // fit.
    for (QWidget *page : {static_cast<QWidget *>(m_startPage), static_cast<QWidget *>(m_importPage)})
    {
        auto *area = new QScrollArea;
        area->setWidget(page);
        area->setWidgetResizable(true);
        area->setFrameShape(QFrame::NoFrame);
        m_pages->addWidget(area);
    }
    buildExplorePage();
    auto *centre = new QWidget;
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);
}

void MainWindow::buildExplorePage()
{
    m_mapView = new MapView;
    m_mapView->setObjectName(QStringLiteral("mapView"));
    m_latentView = new LatentView;
    m_latentView->setObjectName(QStringLiteral("latentView"));
    m_tableView = new TableView;
    m_tableView->setObjectName(QStringLiteral("tableView"));
    m_outliersView = new OutliersView;
    m_outliersView->setObjectName(QStringLiteral("outliersView"));
    m_outliersView->gallery()->setObjectName(QStringLiteral("outliersGallery"));
    m_tabs = new QTabWidget;
    m_tabs->setObjectName(QStringLiteral("tabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->addTab(m_mapView, tr("Map"));
    m_tabs->addTab(m_latentView, tr("Latent"));
    m_tabs->addTab(m_tableView, tr("Table"));
    m_tabs->addTab(m_outliersView, tr("Outliers"));
    m_guide = new GuideCard;
    m_guide->hide();
    auto *explore = new QWidget;
    auto *layout = new QVBoxLayout(explore);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_guide);
    layout->addWidget(m_tabs, 1);
    m_pages->addWidget(explore);
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

void MainWindow::showPage(Page page)
{
    m_pages->setCurrentIndex(static_cast<int>(page));
    showDocks(page == Page::Explore);
    refreshActions();
}

void MainWindow::openPaths(const std::vector<fs::path> &paths)
{
    const auto session = std::find_if(paths.begin(), paths.end(), isSession);
    if (session != paths.end())
        return m_bench.session.openSession(*session);
    if (paths.empty())
        return;
    if (page() != Page::Import)
    {
        m_importPage->clear();
        m_importPage->setSession(m_bench.session.session());
        const auto &open = m_bench.session.session();
        m_importPage->setSessionPath(open && !m_bench.session.isTemporary()
                                         ? QString::fromStdU16String(open->path().u16string())
                                         : QString());
    }
    m_importPage->addPaths(paths);
    showPage(Page::Import);
}

void MainWindow::changeRecipe(session::CollectionId id)
{
    const SurveyPointer survey = m_bench.session.survey();
    if (!survey || survey->summary.id != id)
        return m_message->showNews(tr("Open the collection first: its recipe is tried on its own sources."));
    if (survey->summary.kind == session::CollectionKind::Spectra)
    {
        SpectralRecipeDialog dialog(m_bench.runner, m_bench.session.session(), survey->collection,
                                    survey->summary.spectral, this);
        if (dialog.exec() == QDialog::Accepted)
            m_bench.session.prepareAgain(
                workflow::SpectraReprepareRequest{id, dialog.recipe(), dialog.name()});
        return;
    }
    RecipeDialog dialog(m_bench.runner, m_bench.session.session(), survey->collection, survey->summary.recipe,
                        m_displayMenu->display(), this);
    if (dialog.exec() == QDialog::Accepted)
        m_bench.session.prepareAgain(workflow::ReprepareRequest{id, dialog.recipe(), dialog.name()});
}

void MainWindow::exploreSample()
{
    m_bench.session.exploreSample();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    openPaths(pathsOf(*event->mimeData()));
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveLayout();
    rememberWindow();
    event->accept();
}

} // namespace somnium::ui
