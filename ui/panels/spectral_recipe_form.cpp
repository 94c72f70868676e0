// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/spectral_recipe_form.h"

#include <algorithm>
#include <utility>

#include <QComboBox>
#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/panels/parameter_field.h"
#include "ui/panels/recipe_menu.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

QString toolTipOf(const prepare::SpectralStepInfo &step, const prepare::Parameter &parameter)
{
    return SpectralRecipeForm::tr("%1\nCommand line: --set %2.%3=VALUE")
        .arg(translatedText(parameter.help), plainText(step.word), plainText(parameter.name));
}

std::string nameOf(const prepare::SpectralStepInfo &step, std::string_view parameter)
{
    return std::string(step.word) + "." + std::string(parameter);
}

/// Pages of a stack that are not shown ask for no room.
class CurrentPageStack : public QStackedWidget
{
public:
    [[nodiscard]] QSize sizeHint() const override { return currentWidget()->sizeHint(); }
    [[nodiscard]] QSize minimumSizeHint() const override { return currentWidget()->minimumSizeHint(); }
};

} // namespace

SpectralRecipeForm::SpectralRecipeForm(QWidget *parent)
    : QWidget(parent), m_recipe(prepare::readyMadeSpectralRecipes().front().recipe), m_base(m_recipe)
{
    setObjectName(QStringLiteral("spectralRecipeForm"));
    m_summary = quietLabel({});
    m_summary->setObjectName(QStringLiteral("spectralRecipeSummary"));
    m_note = quietLabel({});
    m_note->setObjectName(QStringLiteral("spectralRecipeNote"));
    m_note->hide();
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("spectralSteps"));
    m_list->setAccessibleName(tr("Steps of the recipe"));
    m_list->setToolTip(tr("The steps are played in this order. Space switches one on or off."));
    m_forms = new CurrentPageStack;
    m_reading = new SpectrumReadingForm;
    m_list->addItem(tr("How to read"));
    m_forms->addWidget(m_reading);
    const auto steps = prepare::spectralSteps(m_recipe);
    m_pages.resize(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
    {
        m_list->addItem(QStringLiteral("%1  %2").arg(i + 1).arg(translatedText(steps[i].label)));
        m_forms->addWidget(buildPage(static_cast<int>(i)));
    }
    // All rows are seen at once, with a warning or without.
    const int rowHeight = std::max(m_list->sizeHintForRow(0), 5 * kGridStep / 2);
    for (int row = 0; row < m_list->count(); ++row)
        m_list->item(row)->setSizeHint({0, rowHeight});
    m_list->setIconSize({2 * kGridStep, 2 * kGridStep});
    m_list->setFixedHeight(rowHeight * m_list->count() + 2 * m_list->frameWidth());
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *scroll = new QScrollArea;
    scroll->setWidget(m_forms);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    // What does not fit scrolls here, not the page.
    scroll->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    scroll->setMinimumHeight(15 * kGridStep);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    layout->addWidget(buildHead());
    layout->addWidget(m_summary);
    layout->addWidget(m_note);
    layout->addWidget(m_list);
    layout->addWidget(scroll, 1);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        m_forms->setCurrentIndex(row);
        m_forms->updateGeometry();
        Q_EMIT currentStepChanged(row - 1);
    });
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem *item) {
        if (!m_isFilling)
            switchStep(m_list->row(item) - 1, item->checkState() == Qt::Checked);
    });
    refresh(nullptr);
    setCurrentStep(0);
}

QWidget *SpectralRecipeForm::buildHead()
{
    m_readyMade = new QComboBox;
    m_readyMade->setObjectName(QStringLiteral("spectralRecipe"));
    m_readyMade->setAccessibleName(tr("Ready-made recipe"));
    for (const prepare::ReadyMadeSpectral &one : prepare::readyMadeSpectralRecipes())
    {
        m_readyMade->addItem(translatedText(one.recipe.name));
        m_readyMade->setItemData(m_readyMade->count() - 1, translatedText(one.purpose), Qt::ToolTipRole);
    }
    m_readyMade->addItem(tr("Own choice"));
    m_reset = namedButton(QStringLiteral("resetSpectralRecipe"), tr("Reset"));
    connect(m_readyMade, &QComboBox::activated, this, &SpectralRecipeForm::chooseReadyMade);
    connect(m_reset, &QPushButton::clicked, this, [this] { setRecipe(m_base); });
    m_recipes = new RecipeMenu;
    m_recipes->setObjectName(QStringLiteral("spectralRecipesButton"));
    m_recipes->setToolTip(tr("Your own recipes, those of the session, and files\n"
                             "Command line: recipe spectra list, import --kind spectra --recipe NAME|FILE"));
    connect(m_recipes, &RecipeMenu::libraryRequested, this, &SpectralRecipeForm::libraryRequested);
    connect(m_recipes, &RecipeMenu::loadRequested, this, &SpectralRecipeForm::loadRequested);
    connect(m_recipes, &RecipeMenu::taken, this, &SpectralRecipeForm::takeFromLibrary);
    connect(m_recipes, &RecipeMenu::saveRequested, this, [this](const std::filesystem::path &file) {
        if (file.empty())
            return askName();
        Q_EMIT saveRequested(file);
    });
    auto *holder = new QWidget;
    auto *row = fieldRow(m_readyMade, m_reset);
    row->addWidget(m_recipes);
    holder->setLayout(row);
    holder->layout()->setContentsMargins(0, 0, 0, 0);
    return holder;
}

QWidget *SpectralRecipeForm::buildPage(int step)
{
    const prepare::SpectralStepInfo info = prepare::spectralSteps(m_recipe)[static_cast<std::size_t>(step)];
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    StepPage &parts = m_pages[static_cast<std::size_t>(step)];
    parts.fault = new QLabel;
    parts.fault->setObjectName(QStringLiteral("fault.") + plainText(info.word));
    parts.fault->setWordWrap(true);
    layout->addWidget(parts.fault);
    layout->addWidget(quietLabel(translatedText(info.help)));
    auto *fields = new QFormLayout;
    fields->setVerticalSpacing(kGridStep / 2);
    fields->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    for (std::size_t i = 0; i < info.parameters.size(); ++i)
        addField(*fields, step, static_cast<int>(i));
    layout->addLayout(fields);
    layout->addStretch(1);
    return page;
}

void SpectralRecipeForm::addField(QFormLayout &layout, int step, int index)
{
    const prepare::SpectralStepInfo info = prepare::spectralSteps(m_recipe)[static_cast<std::size_t>(step)];
    const prepare::Parameter &parameter = info.parameters[static_cast<std::size_t>(index)];
    const QString name = QString::fromStdString(nameOf(info, parameter.name));
    Field field;
    field.editor = makeParameterEditor(parameter, [this, step, index](const prepare::ParameterValue &value) {
        set(step, index, value, false);
    });
    field.editor->setObjectName(QStringLiteral("spectral.") + name);
    field.editor->setAccessibleName(translatedText(parameter.label));
    field.editor->setToolTip(toolTipOf(info, parameter));
    field.reset = makeParameterReset(
        parameter, [this, step, index, initial = parameter.initial] { set(step, index, initial, true); });
    field.reset->setObjectName(QStringLiteral("reset.") + name);
    auto *label = new QLabel(translatedText(parameter.label));
    label->setToolTip(field.editor->toolTip());
    label->setBuddy(field.editor);
    layout.addRow(label, parameterRow(field.editor, field.reset));
    m_pages[static_cast<std::size_t>(step)].fields.push_back(field);
}

int SpectralRecipeForm::currentStep() const
{
    return m_list->currentRow() - 1;
}

void SpectralRecipeForm::setCurrentStep(int step)
{
    m_list->setCurrentRow(step + 1);
}

void SpectralRecipeForm::setRecipe(const prepare::SpectralRecipe &recipe)
{
    for (StepPage &page : m_pages)
        for (Field &field : page.fields)
            field.fault.clear();
    m_base = recipe;
    setNote({});
    take(recipe, nullptr);
}

void SpectralRecipeForm::chooseReadyMade(int index)
{
    const auto all = prepare::readyMadeSpectralRecipes();
    if (index >= 0 && static_cast<std::size_t>(index) < all.size())
        setRecipe(all[static_cast<std::size_t>(index)].recipe);
    else
        refresh(nullptr);
}

void SpectralRecipeForm::setLibrary(const std::shared_ptr<const workflow::SpectralRecipeList> &library)
{
    // The ready-made ones are in the box beside it.
    workflow::SpectralRecipeList shown = *library;
    std::erase_if(shown.recipes,
                  [](const auto &one) { return one.place == workflow::RecipePlace::ReadyMade; });
    m_recipes->setEntries(RecipeMenu::entriesOf(shown));
    m_library.clear();
    for (workflow::KeptSpectralRecipe &one : shown.recipes)
        m_library.push_back(std::move(one.recipe));
}

void SpectralRecipeForm::takeFromLibrary(int entry)
{
    setRecipe(prepare::SpectralRecipe(m_library[static_cast<std::size_t>(entry)]));
}

void SpectralRecipeForm::askName()
{
    auto *dialog = new QInputDialog(this);
    dialog->setObjectName(QStringLiteral("recipeNameDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save the recipe"));
    dialog->setLabelText(tr("Its name among your own:"));
    dialog->setTextValue(QString::fromStdString(m_recipe.name));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &text) {
        prepare::SpectralRecipe recipe = m_recipe;
        recipe.name = text.trimmed().toStdString();
        if (recipe.name.empty())
            return;
        setRecipe(recipe);
        Q_EMIT saveRequested({});
    });
    dialog->open();
}

void SpectralRecipeForm::hideReading()
{
    m_list->item(0)->setHidden(true);
    m_list->setFixedHeight(m_list->height() - m_list->item(0)->sizeHint().height());
}

void SpectralRecipeForm::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void SpectralRecipeForm::set(int step, int index, const prepare::ParameterValue &value, bool isReset)
{
    if (m_isFilling)
        return;
    Field &field = m_pages[static_cast<std::size_t>(step)].fields[static_cast<std::size_t>(index)];
    prepare::SpectralRecipe recipe = m_recipe;
    const prepare::SpectralStepInfo info = prepare::spectralSteps(recipe)[static_cast<std::size_t>(step)];
    const auto done = prepare::setParameter(
        recipe, nameOf(info, info.parameters[static_cast<std::size_t>(index)].name), value);
    field.fault = done ? QString() : QString::fromStdString(done.error().message);
    // What is being typed is left alone.
    take(done ? std::move(recipe) : m_recipe, isReset ? nullptr : field.editor);
}

void SpectralRecipeForm::switchStep(int step, bool isOn)
{
    prepare::SpectralRecipe recipe = m_recipe;
    const prepare::SpectralStepInfo info = prepare::spectralSteps(recipe)[static_cast<std::size_t>(step)];
    if (prepare::setParameter(recipe, nameOf(info, "enabled"), isOn))
        take(std::move(recipe), nullptr);
}

void SpectralRecipeForm::take(prepare::SpectralRecipe recipe, const QWidget *edited)
{
    const std::string changed = m_base.name + ", changed";
    if (recipe.name == m_base.name || recipe.name == changed)
    {
        recipe.name = m_base.name;
        if (recipe != m_base)
            recipe.name = changed;
    }
    m_recipe = std::move(recipe);
    m_faults.clear();
    refresh(edited);
    Q_EMIT recipeChanged();
}

QString SpectralRecipeForm::problem() const
{
    for (const StepPage &page : m_pages)
        for (const Field &field : page.fields)
            if (!field.fault.isEmpty())
                return field.fault;
    const auto valid = prepare::validate(m_recipe);
    return valid ? QString() : QString::fromStdString(valid.error().message);
}

void SpectralRecipeForm::setEffects(const std::vector<prepare::SpectralEffect> &effects)
{
    m_faults.clear();
    for (const prepare::SpectralEffect &effect : effects)
        m_faults << QString::fromStdString(effect.fault);
    refreshFaults();
}

void SpectralRecipeForm::refresh(const QWidget *edited)
{
    m_isFilling = true;
    refreshHead();
    m_summary->setText(QString::fromStdString(prepare::describe(m_recipe)));
    const auto steps = prepare::spectralSteps(m_recipe);
    for (std::size_t step = 0; step < steps.size(); ++step)
    {
        QListWidgetItem *item = m_list->item(static_cast<int>(step) + 1);
        Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
        flags.setFlag(Qt::ItemIsUserCheckable, steps[step].canBeOff);
        item->setFlags(flags);
        item->setCheckState(steps[step].isEnabled ? Qt::Checked : Qt::Unchecked);
        StepPage &page = m_pages[step];
        for (std::size_t i = 0; i < page.fields.size(); ++i)
        {
            const prepare::Parameter &parameter = steps[step].parameters[i];
            Field &field = page.fields[i];
            if (field.editor != edited && field.fault.isEmpty())
                showParameter(*field.editor, parameter);
            // Of a step that is off too: it can be set up before it is switched on.
            field.reset->setEnabled(parameter.value != parameter.initial || !field.fault.isEmpty());
        }
    }
    m_isFilling = false;
    refreshFaults();
}

void SpectralRecipeForm::refreshHead()
{
    const auto all = prepare::readyMadeSpectralRecipes();
    const auto found =
        std::find_if(all.begin(), all.end(), [this](const auto &one) { return one.recipe == m_recipe; });
    const bool isReadyMade = found != all.end();
    const bool isChanged = m_recipe != m_base;
    const int own = m_readyMade->count() - 1;
    m_readyMade->setItemText(own,
                             isReadyMade || isChanged ? tr("Own choice") : translatedText(m_recipe.name));
    m_readyMade->setCurrentIndex(isReadyMade ? static_cast<int>(found - all.begin()) : own);
    m_readyMade->setToolTip(isReadyMade ? translatedText(found->purpose)
                                        : tr("From the recipe \"%1\".").arg(translatedText(m_base.name)));
    m_reset->setEnabled(isChanged);
    m_reset->setToolTip(tr("Back to the recipe \"%1\"").arg(translatedText(m_base.name)));
    m_recipes->setRecipeName(QString::fromStdString(m_recipe.name));
}

void SpectralRecipeForm::refreshFaults()
{
    const bool wasFilling = std::exchange(m_isFilling, true);
    const auto steps = prepare::spectralSteps(m_recipe);
    const auto valid = prepare::validate(m_recipe);
    for (std::size_t step = 0; step < m_pages.size(); ++step)
    {
        QString fault = m_faults.value(static_cast<int>(step));
        const QString word = plainText(steps[step].word) + QLatin1Char(':');
        if (!valid && QString::fromStdString(valid.error().message).contains(word))
            fault = QString::fromStdString(valid.error().message);
        for (const Field &field : m_pages[step].fields)
            if (!field.fault.isEmpty())
                fault = field.fault;
        m_pages[step].fault->setText(fault);
        m_pages[step].fault->setVisible(!fault.isEmpty());
        QListWidgetItem *item = m_list->item(static_cast<int>(step) + 1);
        item->setIcon(fault.isEmpty() ? QIcon() : themeIcon(QStringLiteral("warning")));
        item->setToolTip(fault.isEmpty() ? translatedText(steps[step].help) : fault);
    }
    m_isFilling = wasFilling;
}

} // namespace somnium::ui
