// SPDX-License-Identifier: GPL-3.0-or-later
// The project at a glance: collections, and below each its recipe, maps, labels and selections.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <QWidget>

#include "ui/models/session_ids.h"

class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace somnium::ui
{

/// One collection as the tree shows it.
struct ProjectEntry
{
    session::CollectionSummary collection;
    std::vector<session::ModelSummary> models;               ///< maps
    std::vector<session::LatentSummary> latents;             ///< latent spaces
    std::vector<std::pair<QString, std::size_t>> labels;     ///< text, sources
    std::vector<std::pair<QString, std::size_t>> selections; ///< name, sources
};

class ProjectTree : public QWidget
{
    Q_OBJECT

public:
    explicit ProjectTree(QWidget *parent = nullptr);

    /// What is expanded stays expanded.
    void setProject(std::vector<ProjectEntry> project);
    /// Which ones are on screen: drawn bold.
    void setActive(std::optional<session::CollectionId> collection, std::optional<session::ModelId> map,
                   std::optional<session::ModelId> latent = {});
    [[nodiscard]] QTreeWidget *tree() const { return m_tree; }

Q_SIGNALS:
    void collectionActivated(somnium::session::CollectionId collection);
    void recipeActivated(somnium::session::CollectionId collection);
    void modelActivated(somnium::session::ModelId model);
    void labelActivated(somnium::session::CollectionId collection, const QString &text);
    void selectionActivated(somnium::session::CollectionId collection, const QString &name);
    void removeCollectionRequested(somnium::session::CollectionId collection);
    void removeModelRequested(somnium::session::ModelId model);
    void problemsRequested(somnium::session::CollectionId collection); ///< files that could not be read
    void openRequested();                                              ///< the empty state's button

private:
    void rebuild();
    void addEntry(const ProjectEntry &entry);
    void activate(QTreeWidgetItem *item);
    void showMenu(const QPoint &position);
    [[nodiscard]] bool isActive(const QTreeWidgetItem *item) const;
    void markActive();

    std::vector<ProjectEntry> m_project;
    std::optional<session::CollectionId> m_activeCollection;
    std::optional<session::ModelId> m_activeMap;
    std::optional<session::ModelId> m_activeLatent;
    QStackedWidget *m_pages = nullptr;
    QTreeWidget *m_tree = nullptr;
};

} // namespace somnium::ui
