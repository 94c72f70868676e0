// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/project_tree.h"

#include <set>
#include <utility>

#include <QBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QStackedWidget>
#include <QTreeWidget>

#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/empty_state.h"

namespace somnium::ui
{

namespace
{

enum ItemType : int
{
    kCollectionItem = QTreeWidgetItem::UserType,
    kRecipeItem,
    kModelItem,
    kGroupItem,
    kLabelItem,
    kSelectionItem,
    kProblemsItem,
};
constexpr int kIdRole = Qt::UserRole;        ///< of the collection, or the model of a model item
constexpr int kNameRole = Qt::UserRole + 1;  ///< label or selection
constexpr int kGroupRole = Qt::UserRole + 2; ///< names an item across rebuilds

QTreeWidgetItem *addItem(QTreeWidgetItem *parent, ItemType type, qlonglong id, const QString &icon,
                         const QString &text, const QString &count)
{
    auto *item = new QTreeWidgetItem(parent, type);
    item->setText(0, text);
    item->setText(1, count);
    item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    item->setIcon(0, themeIcon(icon));
    item->setToolTip(0, text);
    item->setData(0, kIdRole, id);
    item->setData(0, kNameRole, text);
    return item;
}

QString number(std::size_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

session::CollectionId collectionOf(const QTreeWidgetItem *item)
{
    return session::CollectionId{item->data(0, kIdRole).toLongLong()};
}

session::ModelId modelOf(const QTreeWidgetItem *item)
{
    return session::ModelId{item->data(0, kIdRole).toLongLong()};
}

} // namespace

ProjectTree::ProjectTree(QWidget *parent) : QWidget(parent), m_tree(new QTreeWidget(this))
{
    m_tree->setColumnCount(2);
    m_tree->setHeaderHidden(true);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(2 * kGridStep);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setAccessibleName(tr("Project"));
    m_pages = new QStackedWidget(this);
    auto *empty = new EmptyState(QStringLiteral("collection"), tr("No survey open"),
                                 tr("Collections, their maps, labels and selections will be listed here."),
                                 tr("Open..."), m_pages);
    m_pages->addWidget(empty);
    m_pages->addWidget(m_tree);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    setMinimumWidth(160);
    connect(empty, &EmptyState::actionRequested, this, &ProjectTree::openRequested);
    // Clicked rather than activated: not every desktop activates on one click. Return comes by activated.
    connect(m_tree, &QTreeWidget::itemClicked, this, [this](QTreeWidgetItem *item) { activate(item); });
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) { activate(item); });
    connect(m_tree, &QTreeWidget::customContextMenuRequested, this, &ProjectTree::showMenu);
}

void ProjectTree::setProject(std::vector<ProjectEntry> project)
{
    m_project = std::move(project);
    rebuild();
}

void ProjectTree::setActive(std::optional<session::CollectionId> collection,
                            std::optional<session::ModelId> map, std::optional<session::ModelId> latent)
{
    m_activeCollection = collection;
    m_activeMap = map;
    m_activeLatent = latent;
    markActive();
}

void ProjectTree::rebuild()
{
    std::set<QString> collapsed;
    for (QTreeWidgetItemIterator it(m_tree); *it != nullptr; ++it)
        if ((*it)->childCount() > 0 && !(*it)->isExpanded())
            collapsed.insert((*it)->data(0, kGroupRole).toString());
    m_tree->clear();
    for (const ProjectEntry &entry : m_project)
        addEntry(entry);
    for (QTreeWidgetItemIterator it(m_tree); *it != nullptr; ++it)
        (*it)->setExpanded(!collapsed.contains((*it)->data(0, kGroupRole).toString()));
    m_pages->setCurrentIndex(m_project.empty() ? 0 : 1);
    markActive();
}

void ProjectTree::addEntry(const ProjectEntry &entry)
{
    const auto id = static_cast<qlonglong>(entry.collection.id);
    QTreeWidgetItem *top =
        addItem(m_tree->invisibleRootItem(), kCollectionItem, id, QStringLiteral("collection"),
                QString::fromStdString(entry.collection.name), number(entry.collection.sourceCount));
    top->setData(0, kGroupRole, QStringLiteral("collection %1").arg(id));
    const bool isSpectra = entry.collection.kind == session::CollectionKind::Spectra;
    QTreeWidgetItem *recipe = addItem(top, kRecipeItem, id, QStringLiteral("recipe"),
                                      QString::fromStdString(isSpectra ? entry.collection.spectral.recipe.name
                                                                       : entry.collection.recipe.name),
                                      {});
    recipe->setToolTip(0,
                       QString::fromStdString(isSpectra ? prepare::describe(entry.collection.spectral.recipe)
                                                        : prepare::describe(entry.collection.recipe)));
    if (entry.collection.problemCount > 0)
    {
        QTreeWidgetItem *problems = addItem(top, kProblemsItem, id, QStringLiteral("warning"), tr("not read"),
                                            number(entry.collection.problemCount));
        problems->setToolTip(0, tr("Files that could not be read: click for the list"));
    }
    for (const session::ModelSummary &model : entry.models)
    {
        const QString layout = QString::fromStdString(model.params.layout.toString());
        QTreeWidgetItem *item = addItem(top, kModelItem, static_cast<qlonglong>(model.id),
                                        QStringLiteral("map"), QString::fromStdString(model.name), layout);
        item->setToolTip(0, tr("%1, %2, %3%4")
                                .arg(QString::fromStdString(model.name), layout,
                                     epochsText(model.history.size()),
                                     model.isComplete ? QString() : tr(", can be resumed")));
    }
    for (const session::LatentSummary &latent : entry.latents)
    {
        const QString numbers = tr("%1-D").arg(latent.dimensions);
        QTreeWidgetItem *item =
            addItem(top, kModelItem, static_cast<qlonglong>(latent.id), QStringLiteral("latent"),
                    QString::fromStdString(latent.name), numbers);
        item->setToolTip(0, tr("Latent space %1, %2%3")
                                .arg(QString::fromStdString(latent.name), numbers,
                                     latent.isComplete ? QString() : tr(", can be resumed")));
    }
    const auto addGroup = [&](const QString &title, const QString &icon, ItemType type,
                              const std::vector<std::pair<QString, std::size_t>> &items) {
        if (items.empty())
            return;
        QTreeWidgetItem *group = addItem(top, kGroupItem, id, icon, title, {});
        group->setData(0, kGroupRole, QStringLiteral("%1 %2").arg(title).arg(id));
        for (const auto &[text, count] : items)
            addItem(group, type, id, icon, text, number(count));
    };
    addGroup(tr("labels"), QStringLiteral("label"), kLabelItem, entry.labels);
    addGroup(tr("selections"), QStringLiteral("selection"), kSelectionItem, entry.selections);
}

void ProjectTree::activate(QTreeWidgetItem *item)
{
    const QString name = item->data(0, kNameRole).toString();
    switch (item->type())
    {
    case kCollectionItem: Q_EMIT collectionActivated(collectionOf(item)); break;
    case kRecipeItem: Q_EMIT recipeActivated(collectionOf(item)); break;
    case kModelItem: Q_EMIT modelActivated(modelOf(item)); break;
    case kLabelItem: Q_EMIT labelActivated(collectionOf(item), name); break;
    case kSelectionItem: Q_EMIT selectionActivated(collectionOf(item), name); break;
    case kProblemsItem: Q_EMIT problemsRequested(collectionOf(item)); break;
    default: break;
    }
}

void ProjectTree::showMenu(const QPoint &position)
{
    QTreeWidgetItem *item = m_tree->itemAt(position);
    if (item == nullptr || (item->type() != kCollectionItem && item->type() != kModelItem))
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    // The item may be gone by the time the menu is answered.
    const bool isModel = item->type() == kModelItem;
    const session::CollectionId collection = collectionOf(item);
    const session::ModelId model = modelOf(item);
    QAction *remove = menu->addAction(isModel ? tr("Remove this model...") : tr("Remove this collection..."));
    connect(remove, &QAction::triggered, this, [this, isModel, collection, model]() {
        if (isModel)
            Q_EMIT removeModelRequested(model);
        else
            Q_EMIT removeCollectionRequested(collection);
    });
    menu->popup(m_tree->viewport()->mapToGlobal(position));
}

bool ProjectTree::isActive(const QTreeWidgetItem *item) const
{
    return (item->type() == kCollectionItem && m_activeCollection == collectionOf(item)) ||
           (item->type() == kModelItem && (m_activeMap == modelOf(item) || m_activeLatent == modelOf(item)));
}

void ProjectTree::markActive()
{
    for (QTreeWidgetItemIterator it(m_tree); *it != nullptr; ++it)
    {
        QFont font = m_tree->font();
        font.setBold(isActive(*it));
        (*it)->setFont(0, font);
    }
}

} // namespace somnium::ui
