// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipe_menu.h"

#include <array>
#include <utility>

#include <QFileDialog>
#include <QMenu>

#include "ui/theme.h"

namespace somnium::ui
{

RecipeMenu::RecipeMenu(QWidget *parent) : QToolButton(parent), m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("recipesButton"));
    setText(tr("Recipes"));
    setIcon(themeIcon(QStringLiteral("recipe")));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setPopupMode(QToolButton::InstantPopup);
    setAccessibleName(tr("Recipes"));
    m_menu->setToolTipsVisible(true);
    setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, [this] {
        fill();
        Q_EMIT libraryRequested();
    });
}

void RecipeMenu::setEntries(std::vector<Entry> entries)
{
    m_entries = std::move(entries);
    if (m_menu->isVisible())
        fill();
}

void RecipeMenu::fill()
{
    m_menu->clear();
    const std::array places = {std::pair{workflow::RecipePlace::ReadyMade, tr("Ready-made")},
                               std::pair{workflow::RecipePlace::User, tr("Your own")},
                               std::pair{workflow::RecipePlace::Session, tr("In this session")}};
    for (const auto &[place, title] : places)
    {
        bool isFirst = true;
        for (std::size_t i = 0; i < m_entries.size(); ++i)
        {
            const Entry &one = m_entries[i];
            if (one.place != place)
                continue;
            if (std::exchange(isFirst, false))
                m_menu->addSection(title);
            QString label = fontMetrics().elidedText(one.name, Qt::ElideMiddle, 40 * kGridStep);
            label.replace(QLatin1Char('&'), QStringLiteral("&&"));
            QAction *action =
                m_menu->addAction(label, this, [this, i] { Q_EMIT taken(static_cast<int>(i)); });
            action->setObjectName(QStringLiteral("take.") + one.name);
            action->setToolTip(one.toolTip);
        }
    }
    m_menu->addSeparator();
    m_menu->addAction(tr("Save among your own"), this, [this] { Q_EMIT saveRequested({}); })
        ->setObjectName(QStringLiteral("saveRecipe"));
    m_menu->addAction(tr("Save to a file to share\u2026"), this, [this] { chooseFile(true); });
    m_menu->addAction(tr("Load from a file\u2026"), this, [this] { chooseFile(false); });
}

void RecipeMenu::chooseFile(bool isForSaving)
{
    const QString filter = tr("Recipes (*.json);;All files (*)");
    QString file = isForSaving ? QFileDialog::getSaveFileName(this, tr("Save the recipe"),
                                                              m_name + QStringLiteral(".json"), filter)
                               : QFileDialog::getOpenFileName(this, tr("Load a recipe"), {}, filter);
    if (file.isEmpty())
        return;
    if (isForSaving && !file.endsWith(QStringLiteral(".json")))
        file += QStringLiteral(".json");
    const std::filesystem::path path(file.toStdU16String());
    if (isForSaving)
        Q_EMIT saveRequested(path);
    else
        Q_EMIT loadRequested(path);
}

} // namespace somnium::ui
