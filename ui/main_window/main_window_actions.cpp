// SPDX-License-Identifier: GPL-3.0-or-later
// Menus, toolbar, shortcuts, and the dialogs that the actions open.
#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

#include "core/base/version.h"
#include "ui/main_window/main_window.h"
#include "ui/panels/display_menu.h"
#include "ui/panels/shortcuts_dialog.h"
#include "ui/theme.h"
#include "ui/views/inspector.h"
#include "ui/views/latent_view.h"
#include "ui/views/map_view.h"

namespace somnium::ui
{

namespace
{

constexpr int kLabelKeys = 9;
constexpr int kGoToWidth = 220;

QKeySequence keys(QKeyCombination combination)
{
    return {combination};
}

} // namespace

QAction *MainWindow::addNamedAction(QMenu *menu, const ActionSpec &spec, std::function<void()> onTriggered)
{
    auto *action = new QAction(spec.text, this);
    action->setObjectName(QLatin1String(spec.name));
    action->setShortcut(spec.shortcut);
    if (spec.icon)
        action->setIcon(themeIcon(QLatin1String(spec.icon)));
    QString plain = spec.text;
    plain.remove(QLatin1Char('&'));
    action->setToolTip(spec.shortcut.isEmpty()
                           ? plain
                           : tr("%1 (%2)").arg(plain, spec.shortcut.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, [onTriggered = std::move(onTriggered)] { onTriggered(); });
    menu->addAction(action);
    QMainWindow::addAction(action);
    return action;
}

QAction *MainWindow::action(const char *name) const
{
    return findChild<QAction *>(QLatin1String(name));
}

void MainWindow::buildActions()
{
    buildFileActions();
    buildEditActions();
    buildModelActions();
    buildViewActions();
    buildHelpActions();
}

void MainWindow::buildFileActions()
{
    using What = ExportDialog::What;
    QMenu *menu = menuBar()->addMenu(tr("&File"));
    addNamedAction(menu, {"openAction", tr("&Open session\u2026"), QKeySequence::Open, "open"},
                   [this] { chooseSession(); });
    addNamedAction(menu, {"importAction", tr("&Import images\u2026"), keys(Qt::CTRL | Qt::Key_M), "import"},
                   [this] { chooseImport(); });
    addNamedAction(
        menu,
        {"sampleAction", tr("Explore a &sample survey"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_M), "sample"},
        [this] { exploreSample(); });
    addNamedAction(menu, {"startAction", tr("S&tart page"), keys(Qt::CTRL | Qt::Key_Home), "home"},
                   [this] { showPage(Page::Start); });
    menu->addSeparator();
    addNamedAction(menu, {"exportAction", tr("&Export\u2026"), keys(Qt::CTRL | Qt::Key_E), "export"},
                   [this] { exportWhat(What::Outliers); });
    addNamedAction(
        menu,
        {"exportSelectionAction", tr("Export se&lection\u2026"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_E)},
        [this] { exportWhat(What::Selection); });
    addNamedAction(menu, {"exportModelAction", tr("Export &map\u2026"), keys(Qt::CTRL | Qt::ALT | Qt::Key_E)},
                   [this] { exportWhat(What::Model); });
    addNamedAction(
        menu,
        {"exportFigureAction", tr("Export &figure\u2026"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_F), "figure"},
        [this] { exportWhat(What::Figure); });
    addNamedAction(
        menu,
        {"exportPosterAction", tr("Export &poster of the map\u2026"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_P)},
        [this] { exportWhat(What::Poster); });
    menu->addSeparator();
    addNamedAction(menu, {"quitAction", tr("&Quit"), keys(Qt::CTRL | Qt::Key_Q)}, [this] { close(); });
}

void MainWindow::buildEditActions()
{
    QMenu *menu = menuBar()->addMenu(tr("&Edit"));
    QUndoStack &stack = m_bench.session.journal().stack();
    QAction *undo = addNamedAction(menu, {"undoAction", tr("&Undo"), QKeySequence::Undo, "undo"},
                                   [&stack] { stack.undo(); });
    QAction *redo =
        addNamedAction(menu, {"redoAction", tr("&Redo"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), "redo"},
                       [&stack] { stack.redo(); });
    const auto follow = [&stack, undo, redo] {
        undo->setEnabled(stack.canUndo());
        redo->setEnabled(stack.canRedo());
        undo->setText(stack.canUndo() ? tr("&Undo: %1").arg(stack.undoText()) : tr("&Undo"));
        redo->setText(stack.canRedo() ? tr("&Redo: %1").arg(stack.redoText()) : tr("&Redo"));
        undo->setToolTip(tr("%1 (%2)").arg(undo->text().remove(QLatin1Char('&')),
                                           undo->shortcut().toString(QKeySequence::NativeText)));
        redo->setToolTip(tr("%1 (%2)").arg(redo->text().remove(QLatin1Char('&')),
                                           redo->shortcut().toString(QKeySequence::NativeText)));
    };
    connect(&stack, &QUndoStack::indexChanged, this, follow);
    follow();
    menu->addSeparator();
    SelectionModel &selection = m_bench.session.selection();
    addNamedAction(menu, {"selectAllAction", tr("Select &all"), QKeySequence::SelectAll}, [&selection] {
        std::vector<std::size_t> all(selection.sourceCount());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = i;
        selection.select(std::move(all));
    });
    addNamedAction(menu,
                   {"clearSelectionAction", tr("&Clear selection"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_A)},
                   [&selection] { selection.clearSelection(); });
    addNamedAction(
        menu,
        {"saveSelectionAction", tr("&Keep selection as\u2026"), keys(Qt::CTRL | Qt::Key_S), "selection"},
        [this] { saveSelection(); });
    menu->addSeparator();
    buildToolActions(menu);
    menu->addSeparator();
    buildLabelActions(menu->addMenu(tr("&Label")));
    buildMarkActions(menu->addMenu(tr("&Mark")));
    menu->addSeparator();
    addNamedAction(menu, {"goToAction", tr("&Go to\u2026"), keys(Qt::CTRL | Qt::Key_G), "goto"}, [this] {
        m_goTo->setFocus(Qt::ShortcutFocusReason);
        m_goTo->selectAll();
    });
}

void MainWindow::buildToolActions(QMenu *menu)
{
    const auto addTool = [this, group = new QActionGroup(this), menu](MapTool tool, const ActionSpec &spec) {
        QAction *action = addNamedAction(menu, spec, [this, tool] {
            m_mapView->setTool(tool);
            m_latentView->setTool(tool);
        });
        action->setCheckable(true);
        action->setChecked(tool == MapTool::Pointer);
        group->addAction(action);
        const auto follow = [action, tool](MapTool chosen) {
            if (chosen == tool)
                action->setChecked(true);
        };
        connect(m_mapView, &MapView::toolChanged, action, follow);
        connect(m_latentView, &LatentView::toolChanged, action, follow);
    };
    addTool(MapTool::Pointer, {"pointerAction", tr("&Pointer"), keys(Qt::Key_P), "pointer"});
    addTool(MapTool::Rectangle, {"rectangleAction", tr("Select a rec&tangle"), keys(Qt::Key_R), "rectangle"});
    addTool(MapTool::Lasso, {"lassoAction", tr("Select with a la&sso"), keys(Qt::Key_L), "lasso"});
}

void MainWindow::buildLabelActions(QMenu *menu)
{
    for (int i = 0; i < kLabelKeys; ++i)
    {
        const QByteArray name = "label" + QByteArray::number(i + 1) + "Action";
        QAction *action = addNamedAction(
            menu, {name.constData(), QString(), keys(static_cast<Qt::Key>(Qt::Key_1 + i)), nullptr},
            [this, i] { applyLabelKey(i); });
        const auto rename = [this, action, i] {
            const QString text = m_bench.session.labelNames().value(i);
            action->setText(text.isEmpty() ? tr("Label %1").arg(i + 1) : text);
        };
        connect(&m_bench.session, &SessionController::labelNamesChanged, action, rename);
        rename();
    }
    menu->addSeparator();
    addNamedAction(menu, {"clearLabelsAction", tr("&Clear labels"), keys(Qt::Key_0)},
                   [this] { m_bench.session.journal().clearLabels(m_bench.session.sourcesToLabel()); });
    addNamedAction(menu, {"unlabelledAction", tr("Select &unlabelled"), keys(Qt::Key_U)},
                   [this] { selectUnlabelled(); });
    menu->addSeparator();
    addNamedAction(menu,
                   {"labelPrototypeAction", tr("Label the &prototype\u2026"), keys(Qt::CTRL | Qt::Key_L)},
                   [this] { labelPrototype(); });
    addNamedAction(menu, {"compareLabelsAction", tr("C&ompare\u2026"), keys(Qt::CTRL | Qt::Key_D)},
                   [this] { compareLabels(); });
}

void MainWindow::buildModelActions()
{
    QMenu *menu = menuBar()->addMenu(tr("&Map"));
    addNamedAction(menu, {"trainAction", tr("&Train"), keys(Qt::CTRL | Qt::Key_T), "train"},
                   [this] { startTraining(); });
    addNamedAction(menu, {"pauseAction", tr("&Pause"), keys(Qt::CTRL | Qt::Key_P), "pause"}, [this] {
        if (m_bench.training.isPaused())
            m_bench.training.unpause();
        else
            m_bench.training.pause();
    })->setCheckable(true);
    addNamedAction(menu, {"keepAction", tr("Stop and &keep"), keys(Qt::CTRL | Qt::Key_K), "stop-keep"},
                   [this] { m_bench.training.stopAndKeep(); });
    addNamedAction(menu, {"resumeAction", tr("&Resume what was stopped"), keys(Qt::CTRL | Qt::Key_R)},
                   [this] { resumeTraining(); });
    addNamedAction(menu,
                   {"openMapAction", tr("&Open a map\u2026"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_O), "open"},
                   [this] { chooseMap(); });
    menu->addSeparator();
    addNamedAction(menu, {"qualityAction", tr("&Quality of the latent space"), keys(Qt::CTRL | Qt::Key_Y)},
                   [this] { m_bench.latent.measureQuality(); });
    addNamedAction(menu, {"nearestAction", tr("Sources &like this one"), keys(Qt::Key_N), "nearest"}, [this] {
        if (const auto source = m_bench.session.selection().currentSource())
            Q_EMIT m_inspector->nearestRequested(*source);
    });
    menu->addSeparator();
    addNamedAction(menu,
                   {"deviceAction", tr("&Compute device\u2026"), keys(Qt::CTRL | Qt::SHIFT | Qt::Key_D)},
                   [this] { chooseDevice(); });
}

void MainWindow::buildViewActions()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    const QStringList titles{tr("&Map"), tr("&Latent space"), tr("&Table"), tr("&Outliers")};
    const QList<QByteArray> names{"mapTabAction", "latentTabAction", "tableTabAction", "outliersTabAction"};
    for (int i = 0; i < titles.size(); ++i)
        addNamedAction(
            menu,
            {names.at(i).constData(), titles.at(i), keys(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i))},
            [this, i] {
                showPage(Page::Explore);
                m_tabs->setCurrentIndex(i);
            });
    menu->addSeparator();
    addNamedAction(menu, {"rawAction", tr("Original &pixels"), keys(Qt::Key_Space), "raw"},
                   [this] { m_inspector->toggleRaw(); });
    addNamedAction(menu, {"fitAction", tr("&Whole map or plane"), keys(Qt::Key_F), "fit"}, [this] {
        if (m_tabs->currentWidget() == m_latentView)
            m_latentView->resetZoom();
        else
            m_mapView->resetZoom();
    });
    m_displayMenu = new DisplayMenu(this);
    menu->addMenu(m_displayMenu);
    menu->addSeparator();
    buildPresets(menu->addMenu(tr("&Arrangement")));
    m_panelMenu = menu->addMenu(tr("Pa&nels"));
    for (QDockWidget *dock : std::as_const(m_docks))
        m_panelMenu->addAction(dock->toggleViewAction());
    QMenu *themes = menu->addMenu(tr("T&heme"));
    auto *group = new QActionGroup(this);
    const QStringList themeNames{QStringLiteral("system"), QStringLiteral("dark"), QStringLiteral("light")};
    const QStringList themeTitles{tr("&As the system"), tr("&Dark"), tr("&Light")};
    const QString chosen = QSettings().value(QStringLiteral("theme"), themeNames.first()).toString();
    for (int i = 0; i < themeNames.size(); ++i)
    {
        QAction *theme = themes->addAction(themeTitles.at(i));
        theme->setCheckable(true);
        theme->setChecked(themeNames.at(i) == chosen);
        group->addAction(theme);
        connect(theme, &QAction::triggered, this,
                [this, name = themeNames.at(i)] { Q_EMIT themeChosen(name); });
    }
}

void MainWindow::buildHelpActions()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    addNamedAction(menu, {"shortcutsAction", tr("&Shortcuts"), keys(Qt::Key_F1), "info"},
                   [this] { showShortcuts(); });
    addNamedAction(menu, {"aboutAction", tr("&About Somnium"), keys(Qt::SHIFT | Qt::Key_F1)},
                   [this] { showAbout(); });
}

void MainWindow::buildToolBar()
{
    QToolBar *bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setIconSize({20, 20});
    const auto add = [this, bar](std::initializer_list<const char *> names) {
        for (const char *name : names)
            bar->addAction(action(name));
        bar->addSeparator();
    };
    bar->addAction(action("openAction"));
    add({"importAction"});
    add({"trainAction", "pauseAction", "keepAction"});
    bar->addAction(action("pointerAction"));
    bar->addAction(action("rectangleAction"));
    bar->addAction(action("lassoAction"));
    auto *mode = new QComboBox;
    mode->setObjectName(QStringLiteral("selectionMode"));
    mode->setAccessibleName(tr("How a selection combines with the one before"));
    mode->setToolTip(mode->accessibleName());
    mode->addItems({tr("new"), tr("add"), tr("remove"), tr("intersect")});
    mode->setFocusPolicy(Qt::TabFocus);
    connect(mode, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_selectionMode = static_cast<SelectionMode>(index);
        m_mapView->setSelectionMode(m_selectionMode);
        m_latentView->setSelectionMode(m_selectionMode);
    });
    bar->addWidget(mode);
    bar->addSeparator();
    add({"undoAction", "redoAction"});
    auto *images = new QToolButton;
    images->setObjectName(QStringLiteral("displayButton"));
    images->setIcon(themeIcon(QStringLiteral("contrast")));
    images->setToolTip(tr("How images are drawn: colour map, stretch, limits"));
    images->setAccessibleName(images->toolTip());
    images->setMenu(m_displayMenu);
    images->setPopupMode(QToolButton::InstantPopup);
    bar->addWidget(images);
    bar->addAction(action("exportAction"));
    auto *spacer = new QWidget;
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(spacer);
    m_goTo = new QLineEdit;
    m_goTo->setObjectName(QStringLiteral("goToField"));
    m_goTo->setPlaceholderText(tr("Go to name or RA Dec"));
    m_goTo->setAccessibleName(tr("Go to a source by name or position"));
    m_goTo->setClearButtonEnabled(true);
    m_goTo->setMaximumWidth(kGoToWidth);
    bar->addWidget(m_goTo);
}

void MainWindow::refreshActions()
{
    const SurveyPointer &survey = m_bench.session.survey();
    const bool isTraining = m_bench.training.isTraining();
    const bool hasMap = survey && survey->map;
    const auto enable = [this](const char *name, bool isEnabled) { action(name)->setEnabled(isEnabled); };
    const bool hasLatent = survey && survey->latent;
    enable("trainAction", survey && survey->isPrepared() && !isTraining);
    enable("qualityAction", hasLatent && !isTraining);
    enable("openMapAction", survey && survey->samples && !isTraining);
    enable("pauseAction", isTraining);
    action("pauseAction")->setChecked(m_bench.training.isPaused());
    enable("keepAction", isTraining);
    enable("resumeAction", !isTraining && ((hasMap && !survey->map->summary.isComplete) ||
                                           (hasLatent && !survey->latent->summary.isComplete)));
    enable("exportAction", hasMap || hasLatent);
    enable("exportModelAction", hasMap);
    enable("exportPosterAction", hasMap);
    enable("exportSelectionAction", (hasMap || hasLatent) && !m_bench.session.selection().selected().empty());
    enable("exportFigureAction", survey != nullptr);
    enable("saveSelectionAction", !m_bench.session.selection().selected().empty());
    enable("nearestAction", m_bench.session.selection().currentSource().has_value());
    for (const char *name : {"mapTabAction", "latentTabAction", "tableTabAction", "outliersTabAction"})
        enable(name, survey != nullptr);
    m_goTo->setEnabled(survey != nullptr);
}

void MainWindow::chooseSession()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a session"), {},
                                                      tr("Somnium sessions (*.somnium);;All files (*)"));
    if (!file.isEmpty())
        openPaths({std::filesystem::path(file.toStdU16String())});
}

void MainWindow::chooseMap()
{
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Open a map for this collection"), {},
                                     tr("Maps: FITS, PINK (*.fits *.fit *.fts *.bin);;All files (*)"));
    if (!file.isEmpty())
        m_bench.training.openMap(std::filesystem::path(file.toStdU16String()));
}

void MainWindow::chooseImport()
{
    showPage(Page::Import);
}

void MainWindow::saveSelection()
{
    bool isAccepted = false;
    const QString name = QInputDialog::getText(this, tr("Keep selection"), tr("Name of the selection"),
                                               QLineEdit::Normal, {}, &isAccepted);
    if (isAccepted && !name.trimmed().isEmpty())
        m_bench.session.saveSelection(name.trimmed());
}

void MainWindow::showShortcuts()
{
    auto *dialog = new ShortcutsDialog(actions(), this);
    dialog->show();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(
        QMessageBox::NoIcon, tr("About Somnium"),
        tr("<h3>Somnium %1</h3><p>Orders a sky survey by rotation- and flip-invariant "
           "self-organising maps, and lets an astronomer look at it.</p><p>After Kepler\u2019s "
           "<i>Somnium</i>, the dream of looking from elsewhere.</p><p>Free software under the "
           "GNU General Public License, version 3 or later.</p>")
            .arg(QString::fromUtf8(version().data(), static_cast<qsizetype>(version().size()))),
        QMessageBox::Ok, this);
    box->setObjectName(QStringLiteral("aboutBox"));
    box->setIconPixmap(applicationIcon().pixmap(64, 64));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace somnium::ui
