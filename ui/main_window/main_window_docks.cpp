// SPDX-License-Identifier: GPL-3.0-or-later
// Docks, the presets that arrange them, and how the arrangement is remembered.
#include <algorithm>

#include <QAction>
#include <QDockWidget>
#include <QMenu>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>

#include "ui/main_window/main_window.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/training_panel.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
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

const auto kGeometryKey = QStringLiteral("window/geometry");
const auto kLayoutKey = QStringLiteral("window/docks");
/// To be raised when docks are added or renamed: an older arrangement is then forgotten.
constexpr int kLayoutVersion = 1;

constexpr QSize kFirstSize{1280, 800};
constexpr int kLeftWidth = 256;
constexpr int kRightWidth = 312;
constexpr int kBottomHeight = 184; ///< the filmstrip's pictures at their full size

/// Small windows scroll a panel instead of clipping it.
QScrollArea *scrolling(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setMinimumWidth(content->minimumSizeHint().width() + area->verticalScrollBar()->sizeHint().width());
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return area;
}

} // namespace

QDockWidget *MainWindow::addDock(const DockSpec &spec, QWidget *content)
{
    auto *dock = new QDockWidget(spec.title, this);
    dock->setObjectName(QLatin1String(spec.name));
    dock->setWidget(content);
    addDockWidget(spec.area, dock);
    m_docks.append(dock);
    return dock;
}

void MainWindow::buildDocks()
{
    m_projectTree = new ProjectTree;
    m_projectTree->setObjectName(QStringLiteral("projectTree"));
    m_trainingPanel = new TrainingPanel;
    m_labelsPanel = new LabelsPanel;
    m_inspector = new Inspector;
    m_inspector->setObjectName(QStringLiteral("inspector"));
    m_filmstrip = new Filmstrip;
    m_filmstrip->setObjectName(QStringLiteral("filmstrip"));
    m_filmstrip->list()->setObjectName(QStringLiteral("filmstripList"));
    m_trainingView = new TrainingView;
    m_trainingView->setObjectName(QStringLiteral("trainingView"));
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);

    addDock({"projectDock", tr("Project"), Qt::LeftDockWidgetArea}, m_projectTree);
    QDockWidget *training =
        addDock({"trainingDock", tr("Train"), Qt::LeftDockWidgetArea}, scrolling(m_trainingPanel));
    QDockWidget *labels =
        addDock({"labelsDock", tr("Labels"), Qt::LeftDockWidgetArea}, scrolling(m_labelsPanel));
    addDock({"inspectorDock", tr("Inspector"), Qt::RightDockWidgetArea}, m_inspector);
    QDockWidget *strip = addDock({"filmstripDock", tr("Filmstrip"), Qt::BottomDockWidgetArea}, m_filmstrip);
    QDockWidget *curves =
        addDock({"curvesDock", tr("Curves and log"), Qt::BottomDockWidgetArea}, m_trainingView);
    tabifyDockWidget(training, labels);
    tabifyDockWidget(strip, curves);
    // The tab says the title already.
    for (QDockWidget *dock : {training, labels, strip, curves})
        dock->setTitleBarWidget(new QWidget(dock));
    training->raise();
    strip->raise();
}

void MainWindow::buildPresets(QMenu *menu)
{
    const QStringList names{QStringLiteral("Import"), QStringLiteral("Train"), QStringLiteral("Explore"),
                            QStringLiteral("Outliers"), QStringLiteral("Label")};
    const QStringList titles{tr("Import"), tr("Train"), tr("Explore"), tr("Outliers"), tr("Label")};
    for (int i = 0; i < names.size(); ++i)
    {
        QAction *preset = menu->addAction(titles.at(i));
        preset->setObjectName(QStringLiteral("preset%1Action").arg(names.at(i)));
        preset->setShortcut(QKeySequence(Qt::CTRL | Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + i)));
        connect(preset, &QAction::triggered, this, [this, name = names.at(i)] { applyPreset(name); });
    }
}

void MainWindow::applyPreset(const QString &name)
{
    if (name == QStringLiteral("Import"))
        return showPage(Page::Import);
    showPage(Page::Explore);
    for (QDockWidget *dock : std::as_const(m_docks))
        dock->show();
    const auto raise = [this](const char *dock) { findChild<QDockWidget *>(QLatin1String(dock))->raise(); };
    const bool isTraining = name == QStringLiteral("Train");
    const bool isLabelling = name == QStringLiteral("Label");
    raise(isTraining ? "curvesDock" : "filmstripDock");
    raise(isLabelling ? "labelsDock" : "trainingDock");
    if (name == QStringLiteral("Outliers"))
        m_tabs->setCurrentWidget(m_outliersView);
    else if (!isLabelling)
        m_tabs->setCurrentWidget(m_mapView);
}

void MainWindow::showDocks(bool isShown)
{
    const bool wereShown = m_exploreLayout.isEmpty();
    if (isShown == wereShown)
        return;
    if (isShown)
    {
        restoreState(std::exchange(m_exploreLayout, {}), kLayoutVersion);
        // Docks have no sizes, and their tabs do not exist, before they are shown.
        QTimer::singleShot(0, this, [this] {
            if (std::exchange(m_needsFirstSizes, false))
                setFirstSizes();
            const auto bars = findChildren<QTabBar *>(QString(), Qt::FindDirectChildrenOnly);
            for (QTabBar *bar : bars)
                bar->setDrawBase(false);
        });
        return;
    }
    m_exploreLayout = saveState(kLayoutVersion);
    for (QDockWidget *dock : std::as_const(m_docks))
        dock->hide();
}

void MainWindow::restoreLayout()
{
    const QSettings settings;
    const QSize screen = this->screen()->availableGeometry().size();
    if (!restoreGeometry(settings.value(kGeometryKey).toByteArray()))
    {
        resize(kFirstSize.boundedTo(screen));
        if (screen.width() <= kFirstSize.width() || screen.height() <= kFirstSize.height())
            setWindowState(Qt::WindowMaximized);
    }
    m_needsFirstSizes = !restoreState(settings.value(kLayoutKey).toByteArray(), kLayoutVersion);
}

void MainWindow::setFirstSizes()
{
    const auto dock = [this](const char *name) { return findChild<QDockWidget *>(QLatin1String(name)); };
    resizeDocks({dock("projectDock"), dock("inspectorDock")}, {kLeftWidth, kRightWidth}, Qt::Horizontal);
    resizeDocks({dock("projectDock"), dock("trainingDock")}, {1, 2}, Qt::Vertical);
    resizeDocks({dock("filmstripDock")}, {std::min(kBottomHeight, height() / 4)}, Qt::Vertical);
}

void MainWindow::saveLayout()
{
    QSettings settings;
    settings.setValue(kGeometryKey, saveGeometry());
    settings.setValue(kLayoutKey, m_exploreLayout.isEmpty() ? saveState(kLayoutVersion) : m_exploreLayout);
}

} // namespace somnium::ui
