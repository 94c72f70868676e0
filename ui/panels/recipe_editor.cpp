// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipe_editor.h"

#include <algorithm>
#include <utility>

#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QToolButton>
#include <QUndoCommand>
#include <QVBoxLayout>

#include "core/prepare/parameters.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/recipe_menu.h"
#include "ui/panels/step_form.h"
#include "ui/panels/step_list.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kMostParameters = 64; // for telling edits of one field from those of another

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QToolButton *toolButton(const QString &name, const QString &label, const QString &toolTip)
{
    auto *button = new QToolButton;
    button->setObjectName(name);
    button->setText(label);
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip.section(QLatin1Char('\n'), 0, 0));
    return button;
}

/// What to tell of a step; empty if it did what it is for.
QString warningOf(const prepare::StepEffect &effect)
{
    if (!effect.fault.empty())
        return RecipeEditor::tr("fails: %1").arg(QString::fromStdString(effect.fault));
    if (effect.isApplied && effect.leavesNothing)
        return RecipeEditor::tr("leaves nothing of this source");
    if (effect.isApplied && !effect.hasChangedAny)
        return RecipeEditor::tr("changes nothing on this source");
    return {};
}

} // namespace

/// From one recipe to another. Edits of one field that follow each other are one.
class RecipeEditor::Edit : public QUndoCommand
{
public:
    Edit(RecipeEditor &editor, prepare::Recipe after, int current, const QString &what, int mergeId)
        : QUndoCommand(what), m_editor(editor), m_before(editor.m_recipe), m_after(std::move(after)),
          m_beforeStep(editor.currentStep()), m_afterStep(current), m_mergeId(mergeId)
    {}
    void undo() override { m_editor.display(m_before, m_beforeStep); }
    void redo() override { m_editor.display(m_after, m_afterStep); }
    [[nodiscard]] int id() const override { return m_mergeId; }
    bool mergeWith(const QUndoCommand *other) override
    {
        m_after = static_cast<const Edit *>(other)->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    RecipeEditor &m_editor;
    prepare::Recipe m_before;
    prepare::Recipe m_after;
    int m_beforeStep = -1;
    int m_afterStep = -1;
    int m_mergeId = -1;
};

RecipeEditor::RecipeEditor(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("recipeEditor"));
    m_list = new StepList;
    m_form = new StepForm;
    m_note = quietLabel({});
    m_note->setObjectName(QStringLiteral("recipeNote"));
    m_note->hide();
    auto *scroll = new QScrollArea;
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    layout->addWidget(buildHead());
    layout->addWidget(m_list, 3);
    layout->addWidget(buildButtons());
    layout->addWidget(m_note);
    layout->addWidget(scroll, 4);
    connectParts();
    setRecipe(prepare::radioRecipe());
}

QWidget *RecipeEditor::buildHead()
{
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep / 2);
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("recipeName"));
    m_name->setAccessibleName(tr("Name of the recipe"));
    m_name->setPlaceholderText(tr("name of the recipe"));
    m_recipes = new RecipeMenu;
    m_recipes->setToolTip(tr("Ready-made recipes, your own, those of the session, and files\n"
                             "Command line: recipe list, import --recipe NAME|FILE"));
    layout->addWidget(m_name, 1);
    layout->addWidget(m_recipes);
    for (const bool isUndo : {true, false})
    {
        QAction *action =
            isUndo ? m_undo.createUndoAction(this, tr("Undo")) : m_undo.createRedoAction(this, tr("Redo"));
        action->setIcon(themeIcon(isUndo ? QStringLiteral("undo") : QStringLiteral("redo")));
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        button->setObjectName(isUndo ? QStringLiteral("recipeUndo") : QStringLiteral("recipeRedo"));
        layout->addWidget(button);
    }
    return holder;
}

QWidget *RecipeEditor::buildButtons()
{
    auto *add =
        toolButton(QStringLiteral("addStepButton"), tr("Add step"), tr("Add a step after the chosen one"));
    add->setPopupMode(QToolButton::InstantPopup);
    add->setMenu(buildAddMenu());
    m_remove = toolButton(QStringLiteral("removeStepButton"), tr("Remove"), tr("Remove the step (Delete)"));
    m_up = toolButton(QStringLiteral("stepUpButton"), tr("Up"), tr("Move the step up (Alt+Up)"));
    m_down = toolButton(QStringLiteral("stepDownButton"), tr("Down"), tr("Move the step down (Alt+Down)"));
    auto *holder = new QWidget;
    holder->setLayout(buttonRow({add, m_remove, m_up, m_down}));
    holder->layout()->setContentsMargins(0, 0, 0, 0);
    return holder;
}

QMenu *RecipeEditor::buildAddMenu()
{
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("addStepMenu"));
    menu->setToolTipsVisible(true);
    for (const prepare::Operation &operation : prepare::allOperations())
    {
        const prepare::OperationInfo info = prepare::infoOf(operation);
        QAction *action = menu->addAction(text(info.label), this, [this, operation] { addStep(operation); });
        action->setObjectName(QStringLiteral("add.") + text(info.word));
        action->setToolTip(text(info.help));
    }
    return menu;
}

void RecipeEditor::connectParts()
{
    connect(m_list, &StepList::switched, this, &RecipeEditor::switchStep);
    connect(m_list, &StepList::moveRequested, this, &RecipeEditor::moveStep);
    connect(m_list, &StepList::removeRequested, this, &RecipeEditor::removeStep);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (m_isShowing)
            return;
        showStep();
        Q_EMIT currentStepChanged(row);
    });
    connect(m_form, &StepForm::edited, this, &RecipeEditor::editStep);
    connect(m_remove, &QToolButton::clicked, this, [this] { removeStep(currentStep()); });
    connect(m_up, &QToolButton::clicked, this, [this] { moveStep(currentStep(), currentStep() - 1); });
    connect(m_down, &QToolButton::clicked, this, [this] { moveStep(currentStep(), currentStep() + 1); });
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        prepare::Recipe recipe = m_recipe;
        recipe.name = m_name->text().trimmed().toStdString();
        if (!recipe.name.empty() && recipe.name != m_recipe.name)
            push(std::move(recipe), currentStep(), tr("Rename the recipe"));
        m_name->setText(QString::fromStdString(m_recipe.name));
    });
    connect(m_recipes, &RecipeMenu::libraryRequested, this, &RecipeEditor::libraryRequested);
    connect(m_recipes, &RecipeMenu::loadRequested, this, &RecipeEditor::loadRequested);
    connect(m_recipes, &RecipeMenu::saveRequested, this, &RecipeEditor::saveRequested);
    connect(m_recipes, &RecipeMenu::taken, this, [this](int entry) {
        const prepare::Recipe &recipe = m_library->recipes[static_cast<std::size_t>(entry)].recipe;
        replaceRecipe(recipe, tr("Take recipe %1").arg(QString::fromStdString(recipe.name)));
    });
}

void RecipeEditor::setLibrary(std::shared_ptr<const workflow::RecipeList> library)
{
    m_library = std::move(library);
    m_recipes->setEntries(RecipeMenu::entriesOf(*m_library));
}

int RecipeEditor::currentStep() const
{
    return m_list->currentRow();
}

void RecipeEditor::setRecipe(const prepare::Recipe &recipe)
{
    m_undo.clear();
    display(recipe, recipe.steps.empty() ? -1 : 0);
}

void RecipeEditor::replaceRecipe(const prepare::Recipe &recipe, const QString &what)
{
    push(recipe, recipe.steps.empty() ? -1 : 0, what);
}

void RecipeEditor::push(prepare::Recipe recipe, int current, const QString &what, int mergeId)
{
    m_undo.push(new Edit(*this, std::move(recipe), current, what, mergeId));
}

void RecipeEditor::display(const prepare::Recipe &recipe, int current)
{
    m_isShowing = true;
    m_recipe = recipe;
    m_name->setText(QString::fromStdString(recipe.name));
    m_recipes->setRecipeName(m_name->text());
    m_name->setToolTip(QString::fromStdString(describe(recipe)));
    m_list->setSteps(recipe.steps, current);
    m_isShowing = false;
    showStep();
    Q_EMIT recipeChanged();
}

void RecipeEditor::showStep()
{
    const int row = currentStep();
    if (row >= 0 && static_cast<std::size_t>(row) < m_recipe.steps.size())
        m_form->setStep(m_recipe.steps[static_cast<std::size_t>(row)]);
    else
        m_form->clear();
    refreshButtons();
}

void RecipeEditor::refreshButtons()
{
    const int row = currentStep();
    m_remove->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < static_cast<int>(m_recipe.steps.size()));
}

void RecipeEditor::addStep(const prepare::Operation &operation)
{
    prepare::Recipe recipe = m_recipe;
    const int row = currentStep() + 1;
    prepare::Step step(operation);
    if (step.as<prepare::KeepChannels>() != nullptr)
        step.channels = {0}; // all of them would be nothing to do
    recipe.steps.insert(recipe.steps.begin() + row, std::move(step));
    push(std::move(recipe), row, tr("Add a step"));
    m_list->setFocus();
}

void RecipeEditor::moveStep(int from, int to)
{
    const int count = static_cast<int>(m_recipe.steps.size());
    if (from < 0 || to < 0 || from >= count || to >= count || from == to)
        return;
    prepare::Recipe recipe = m_recipe;
    const auto first = recipe.steps.begin();
    if (from < to)
        std::rotate(first + from, first + from + 1, first + to + 1);
    else
        std::rotate(first + to, first + from, first + from + 1);
    push(std::move(recipe), to, tr("Move a step"));
}

void RecipeEditor::removeStep(int row)
{
    if (row < 0 || row >= static_cast<int>(m_recipe.steps.size()))
        return;
    prepare::Recipe recipe = m_recipe;
    recipe.steps.erase(recipe.steps.begin() + row);
    push(std::move(recipe), std::min(row, static_cast<int>(m_recipe.steps.size()) - 2), tr("Remove a step"));
}

void RecipeEditor::switchStep(int row, bool isOn)
{
    if (row < 0 || row >= static_cast<int>(m_recipe.steps.size()))
        return;
    prepare::Recipe recipe = m_recipe;
    recipe.steps[static_cast<std::size_t>(row)].isEnabled = isOn;
    push(std::move(recipe), row, isOn ? tr("Switch a step on") : tr("Switch a step off"));
}

void RecipeEditor::editStep(const prepare::Step &step, int parameter)
{
    const int row = currentStep();
    if (row < 0)
        return;
    prepare::Recipe recipe = m_recipe;
    recipe.steps[static_cast<std::size_t>(row)] = step;
    push(std::move(recipe), row, tr("Change %1").arg(text(prepare::infoOf(step.operation).label)),
         row * kMostParameters + parameter);
}

void RecipeEditor::setEffects(const prepare::Recipe &recipe, const std::vector<prepare::StepEffect> &effects)
{
    if (recipe != m_recipe)
        return;
    QStringList warnings;
    QString note;
    for (std::size_t i = 0; i < effects.size(); ++i)
    {
        warnings << warningOf(effects[i]);
        if (!warnings.back().isEmpty() && note.isEmpty())
            note = tr("Step %1, %2, %3")
                       .arg(i + 1)
                       .arg(QString::fromStdString(describe(recipe.steps[i])), warnings.back());
    }
    m_list->setWarnings(warnings);
    setNote(note);
}

void RecipeEditor::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

bool RecipeEditor::event(QEvent *event)
{
    // Here, undo is the recipe's, not the window's.
    if (event->type() == QEvent::ShortcutOverride)
    {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo))
        {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void RecipeEditor::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Undo))
        return m_undo.undo();
    if (event->matches(QKeySequence::Redo))
        return m_undo.redo();
    QWidget::keyPressEvent(event);
}

} // namespace somnium::ui
