// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/import_page.h"

#include <algorithm>

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTabBar>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/panels/recipe_dialog.h"
#include "ui/panels/recipe_editor.h"
#include "ui/panels/recipe_preview_panel.h"
#include "ui/panels/spectral_recipe_form.h"
#include "ui/panels/spectrum_preview_panel.h"
#include "ui/session/counted.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

namespace fs = std::filesystem;

const auto kSessionEnding = QStringLiteral(".somnium");

/// The name of the file or folder, unlike those of the channels before it.
std::string channelName(const fs::path &path, const std::vector<workflow::ChannelInput> &before)
{
    const std::string stem = (path.has_filename() ? path : path.parent_path()).stem().string();
    std::string name = stem;
    const auto isTaken = [&](const workflow::ChannelInput &one) { return one.name == name; };
    for (int n = 2; std::any_of(before.begin(), before.end(), isTaken); ++n)
        name = stem + " " + std::to_string(n);
    return name;
}

} // namespace

ImportPage::ImportPage(ImportScout &scout, QWidget *parent) : QWidget(parent), m_scout(scout)
{
    setObjectName(QStringLiteral("importPage"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(4 * kGridStep);
    columns->addWidget(buildSources(), 3);
    columns->addWidget(buildRecipe(), 3);
    columns->addWidget(buildPreview(), 4);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * kGridStep, 2 * kGridStep, 3 * kGridStep, 2 * kGridStep);
    layout->setSpacing(2 * kGridStep);
    layout->addWidget(buildHead());
    // On a small screen the columns scroll, and the button that imports stays in sight.
    auto *middle = new QWidget;
    middle->setLayout(columns);
    columns->setContentsMargins(0, 0, 0, 0);
    auto *area = new QScrollArea;
    area->setWidget(middle);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    layout->addWidget(area, 1);
    layout->addWidget(buildFooter());

    connect(&m_scout, &ImportScout::scouted, this, &ImportPage::showReport);
    connectRecipe(*m_recipe, *m_preview, m_scout);
    connectSpectra();
    connect(m_recipe, &RecipeEditor::libraryRequested, this, [this] { m_scout.listRecipes(m_openSession); });
    m_scout.listRecipes(nullptr);
    refreshButtons();
}

QWidget *ImportPage::buildHead()
{
    m_kind = new QTabBar;
    m_kind->setObjectName(QStringLiteral("importKind"));
    m_kind->setAccessibleName(tr("What to import"));
    m_kind->setDrawBase(false);
    m_kind->setExpanding(false);
    m_kind->addTab(tr("Images"));
    m_kind->addTab(tr("Spectra"));
    connect(m_kind, &QTabBar::currentChanged, this, [this](int index) {
        m_isKindChosen = true;
        setKind(static_cast<ImportKind>(index));
        lookCloser();
    });
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * kGridStep);
    layout->addWidget(pageHeading(tr("Import")));
    layout->addWidget(m_kind);
    layout->addStretch(1);
    return holder;
}

QWidget *ImportPage::buildSources()
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(sectionHeading(tr("Files")));
    m_list = new QTreeWidget;
    m_list->setObjectName(QStringLiteral("importList"));
    m_list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored); // takes what there is
    m_list->setMinimumHeight(12 * kGridStep);
    m_list->setAccessibleName(tr("Files and folders to import"));
    m_list->setHeaderLabels({tr("File or folder"), tr("Found")});
    m_list->setRootIsDecorated(false);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    layout->addWidget(m_list, 1);
    m_summary = quietLabel(tr("Drop files, folders or archives here, or add them:"));
    m_summary->setObjectName(QStringLiteral("importSummary"));
    layout->addWidget(m_summary);
    layout->addWidget(buildSourceButtons());
    m_areChannels = new QCheckBox(tr("Each line is a channel of the same sources"));
    m_areChannels->setObjectName(QStringLiteral("areChannelsBox"));
    m_areChannels->setToolTip(tr("Images of the same name become one sample of several channels, resampled "
                                 "by their WCS onto the pixel\n"
                                 "grid of the first line. The preview shows the first line alone.\n"
                                 "Command line: import --channel NAME=PATH --channel NAME=PATH"));
    layout->addWidget(m_areChannels);
    layout->addSpacing(kGridStep);
    layout->addWidget(sectionHeading(tr("Catalogue")));
    m_catalogue = new QLineEdit;
    m_catalogue->setObjectName(QStringLiteral("cataloguePath"));
    m_catalogue->setPlaceholderText(
        tr("none: FITS table, VOTable or CSV, joined by id, file name or position"));
    m_catalogue->setClearButtonEnabled(true);
    auto *choose = namedButton(QStringLiteral("catalogueButton"), tr("Choose\u2026"));
    connect(choose, &QPushButton::clicked, this, &ImportPage::chooseCatalogue);
    layout->addLayout(fieldRow(m_catalogue, choose));
    layout->addWidget(buildMissing());
    m_missingRow->hide();
    return holder;
}

QWidget *ImportPage::buildSourceButtons()
{
    auto *files = namedButton(QStringLiteral("addFilesButton"), tr("Add files\u2026"));
    auto *folder = namedButton(QStringLiteral("addFolderButton"), tr("Add folder\u2026"));
    auto *remove = namedButton(QStringLiteral("removeButton"), tr("Remove"));
    m_problems = namedButton(QStringLiteral("scoutProblemsButton"), tr("Problems\u2026"));
    m_problems->hide();
    connect(files, &QPushButton::clicked, this, &ImportPage::chooseFiles);
    connect(folder, &QPushButton::clicked, this, &ImportPage::chooseFolder);
    connect(remove, &QPushButton::clicked, this, &ImportPage::removeSelected);
    connect(m_problems, &QPushButton::clicked, this, [this] { Q_EMIT problemsRequested(problems()); });
    auto *holder = new QWidget;
    holder->setLayout(buttonRow({files, folder, remove, m_problems}));
    holder->layout()->setContentsMargins(0, 0, 0, 0);
    return holder;
}

QWidget *ImportPage::buildRecipe()
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(sectionHeading(tr("Recipe: how each source is prepared")));
    m_recipe = new RecipeEditor;
    m_spectralRecipe = new SpectralRecipeForm;
    m_recipes = new QStackedWidget;
    m_recipes->addWidget(m_recipe);
    m_recipes->addWidget(m_spectralRecipe);
    layout->addWidget(m_recipes, 1);
    return holder;
}

QWidget *ImportPage::buildPreview()
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(sectionHeading(tr("One source, before and after")));
    m_preview = new RecipePreviewPanel;
    m_spectrumPreview = new SpectrumPreviewPanel;
    m_previews = new QStackedWidget;
    m_previews->addWidget(m_preview);
    m_previews->addWidget(m_spectrumPreview);
    layout->addWidget(m_previews, 1);
    return holder;
}

QWidget *ImportPage::buildFooter()
{
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("collectionName"));
    m_name->setPlaceholderText(tr("name of the collection"));
    m_name->setAccessibleName(tr("Name of the collection"));
    m_session = new QLineEdit;
    m_session->setObjectName(QStringLiteral("sessionPath"));
    m_session->setAccessibleName(tr("Session file"));
    m_session->setPlaceholderText(tr("session file"));
    auto *choose = namedButton(QStringLiteral("sessionButton"), tr("Choose\u2026"));
    auto *cancel = namedButton(QStringLiteral("cancelImportButton"), tr("Back"));
    m_import = namedButton(QStringLiteral("importButton"), tr("Import"));
    m_import->setDefault(true);
    layout->addWidget(new QLabel(tr("Name")));
    layout->addWidget(m_name, 1);
    layout->addSpacing(kGridStep);
    layout->addWidget(new QLabel(tr("Session file")));
    layout->addWidget(m_session, 2);
    layout->addWidget(choose);
    layout->addSpacing(2 * kGridStep);
    layout->addWidget(cancel);
    layout->addWidget(m_import);
    connect(choose, &QPushButton::clicked, this, &ImportPage::chooseSession);
    connect(cancel, &QPushButton::clicked, this, &ImportPage::cancelled);
    connect(m_import, &QPushButton::clicked, this, &ImportPage::importRequested);
    connect(m_session, &QLineEdit::textEdited, this, [this] { m_isSessionChosen = true; });
    connect(m_session, &QLineEdit::textChanged, this, &ImportPage::refreshButtons);
    return holder;
}

void ImportPage::addPaths(const std::vector<fs::path> &paths)
{
    for (const fs::path &path : paths)
        if (std::find(m_paths.begin(), m_paths.end(), path) == m_paths.end())
            m_paths.push_back(path);
    suggestNames();
    look();
}

void ImportPage::clear()
{
    m_paths.clear();
    m_report.reset();
    m_isSessionChosen = false;
    m_isKindChosen = false;
    m_preview->clear();
    m_spectrumPreview->clear();
    m_scout.spectra().forget();
    m_list->clear();
    m_catalogue->clear();
    m_missing->clear();
    m_name->clear();
    m_areChannels->setChecked(false);
    refreshButtons();
}

void ImportPage::suggestNames()
{
    if (m_paths.empty())
        return;
    // Several things from one folder are called as the folder is.
    const bool areSiblings =
        m_paths.size() > 1 && std::all_of(m_paths.begin(), m_paths.end(), [this](const fs::path &path) {
            return path.parent_path() == m_paths.front().parent_path();
        });
    const fs::path named = areSiblings ? m_paths.front().parent_path() : m_paths.front();
    const QString name =
        QFileInfo(QDir::cleanPath(QString::fromStdU16String(named.u16string()))).completeBaseName();
    if (m_name->text().isEmpty())
        m_name->setText(name);
    if (m_isSessionChosen || !m_session->text().isEmpty())
        return;
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    m_session->setText(documents.filePath(name + kSessionEnding));
}

void ImportPage::setSessionPath(const QString &path)
{
    m_session->setText(path);
    m_isSessionChosen = !path.isEmpty();
}

void ImportPage::look()
{
    m_list->clear();
    for (const fs::path &path : m_paths)
    {
        const QString text = QString::fromStdU16String(path.u16string());
        auto *item = new QTreeWidgetItem(m_list, {text, tr("looking\u2026")});
        item->setToolTip(0, text);
    }
    m_scout.spectra().forget();
    m_scout.look(m_paths);
    refreshButtons();
}

void ImportPage::showReport(const std::shared_ptr<const ScoutReport> &report)
{
    m_report = report;
    if (!report->catalogue.empty() && m_catalogue->text().isEmpty())
        m_catalogue->setText(QString::fromStdU16String(report->catalogue.u16string()));
    std::erase(m_paths, report->catalogue);
    if (!m_isKindChosen)
        setKind(report->kind);
    else
        refreshList();
    lookCloser();
}

void ImportPage::refreshList()
{
    if (!m_report)
        return;
    m_list->clear();
    for (const ScoutedPath &entry : m_report->paths)
    {
        const QString text = QString::fromStdU16String(entry.path.u16string());
        QString found = kind() == ImportKind::Images
                            ? counted(entry.images, tr("%1 image file"), tr("%1 image files"))
                            : counted(entry.spectra, tr("%1 file"), tr("%1 files"));
        if (entry.others(kind()) > 0)
            found += tr(", %L1 other").arg(entry.others(kind()));
        auto *item = new QTreeWidgetItem(m_list, {text, found});
        item->setToolTip(0, text);
    }
}

void ImportPage::setDisplay(const DisplaySettings &display)
{
    m_preview->setDisplay(display);
}

void ImportPage::setSession(std::shared_ptr<const session::Session> session)
{
    m_openSession = std::move(session);
}

void ImportPage::setBusy(bool isBusy)
{
    m_isBusy = isBusy;
    refreshButtons();
}

void ImportPage::refreshButtons()
{
    m_summary->setText(summary());
    m_problems->setVisible(!problems().empty());
    m_areChannels->setEnabled(m_paths.size() > 1);
    m_import->setEnabled(canImport());
    m_import->setToolTip(kind() == ImportKind::Spectra ? m_spectralRecipe->problem() : QString());
}

void ImportPage::chooseFiles()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Files or archives to import"));
    std::vector<fs::path> paths;
    for (const QString &file : files)
        paths.emplace_back(file.toStdU16String());
    if (!paths.empty())
        addPaths(paths);
}

void ImportPage::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder to import"));
    if (!folder.isEmpty())
        addPaths({fs::path(folder.toStdU16String())});
}

void ImportPage::chooseCatalogue()
{
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Catalogue to join"), {},
                                     tr("Tables (*.fits *.fit *.vot *.xml *.votable *.csv);;All files (*)"));
    if (!file.isEmpty())
        m_catalogue->setText(file);
}

void ImportPage::chooseSession()
{
    QString file = QFileDialog::getSaveFileName(this, tr("Session file: new, or one to add to"),
                                                m_session->text(), tr("Somnium sessions (*.somnium)"),
                                                nullptr, QFileDialog::DontConfirmOverwrite);
    if (file.isEmpty())
        return;
    if (!file.endsWith(kSessionEnding))
        file += kSessionEnding;
    setSessionPath(file);
}

void ImportPage::removeSelected()
{
    const QList<QTreeWidgetItem *> selected = m_list->selectedItems();
    for (const QTreeWidgetItem *item : selected)
        std::erase(m_paths, fs::path(item->text(0).toStdU16String()));
    if (!selected.isEmpty())
        look();
}

workflow::ImportRequest ImportPage::request() const
{
    workflow::ImportRequest request;
    if (m_areChannels->isChecked() && m_areChannels->isEnabled())
        for (const fs::path &path : m_paths)
            request.channels.push_back({channelName(path, request.channels), {path}});
    else
        request.paths = m_paths;
    request.catalogue = fs::path(m_catalogue->text().trimmed().toStdU16String());
    request.name = m_name->text().trimmed().toStdString();
    request.recipe = m_recipe->recipe();
    return request;
}

fs::path ImportPage::sessionPath() const
{
    QString path = m_session->text().trimmed();
    if (!path.endsWith(kSessionEnding))
        path += kSessionEnding;
    return {path.toStdU16String()};
}

} // namespace somnium::ui
