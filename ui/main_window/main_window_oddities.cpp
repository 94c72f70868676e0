// SPDX-License-Identifier: GPL-3.0-or-later
// Odd sources and what is thought of them: scores, marks, label colours, labels of prototypes, comparisons.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <QFileDialog>
#include <QHash>
#include <QMenu>
#include <QTabWidget>

#include "core/search/nearest.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/models/wording.h"
#include "ui/panels/compare_dialog.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/propagate_dialog.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/outliers_view.h"
#include "ui/views/thumbnail_list.h"

namespace somnium::ui
{

namespace
{

/// Columns of texts with few different ones: what classes look like.
QStringList classColumns(const data::Catalogue &catalogue)
{
    constexpr std::size_t kMostClasses = 50;
    QStringList names;
    for (const data::Column &column : catalogue.columns())
    {
        if (column.type() != data::ColumnType::Text)
            continue;
        std::set<std::string> texts;
        for (std::size_t row = 0; row < column.rowCount() && texts.size() <= kMostClasses; ++row)
            texts.insert(column.text(row));
        if (texts.size() <= kMostClasses)
            names.append(QString::fromStdString(column.name));
    }
    return names;
}

QString letterOf(const session::Mark &mark)
{
    switch (mark.verdict)
    {
    case session::Verdict::Interesting: return QStringLiteral("I");
    case session::Verdict::Boring: return QStringLiteral("B");
    case session::Verdict::Artefact: return QStringLiteral("A");
    case session::Verdict::None: break;
    }
    return mark.score ? QString::number(*mark.score) : QString();
}

} // namespace

void MainWindow::connectOddities()
{
    OddityController &oddities = m_bench.oddities;
    const auto follow = [this] { m_bench.oddities.setWanted(m_tabs->currentWidget() == m_outliersView); };
    connect(m_tabs, &QTabWidget::currentChanged, this, follow);
    follow();
    connect(&oddities, &OddityController::odditiesChanged, this,
            [this] { m_inspector->setOddities(m_bench.oddities.oddities()); });
    connect(&oddities, &OddityController::rankingChanged, m_outliersView, &OutliersView::setRanking);
    // Whoever has not gone elsewhere since the last mark is shown what the ranking has learned from it.
    connect(m_outliersView, &OutliersView::rankingShown, this, [this] {
        const auto current = m_bench.session.selection().currentSource();
        if (m_movedOnTo && current == m_movedOnTo && !m_bench.session.marks().isMarked(*current))
            moveOn();
    });
    connect(&oddities, &OddityController::started, m_status, &StatusLine::follow);
    connect(&oddities, &OddityController::troubled, m_message, &MessageBar::showTrouble);
    connect(m_outliersView, &OutliersView::choiceChanged, this,
            [this](const AnyOddityScore &score, bool isLearning) {
                m_bench.oddities.setChoice(score, isLearning);
                rememberWindow();
            });
    connect(&m_bench.session.marks(), &MarkBook::marksChanged, this, &MainWindow::refreshMarks);
    connect(m_labelsPanel, &LabelsPanel::propagationRequested, this, &MainWindow::labelPrototype);
    connect(m_labelsPanel, &LabelsPanel::comparisonRequested, this, &MainWindow::compareLabels);
    connect(m_labelsPanel, &LabelsPanel::colourChosen, this, &MainWindow::chooseClassColour);
    refreshMarks();
}

void MainWindow::refreshMarks()
{
    const MarksPointer &marks = m_bench.session.marks().marks();
    m_outliersView->setMarkCount(marks->size());
    m_inspector->setMarks(marks);
    refreshBadges();
}

void MainWindow::refreshBadges()
{
    QHash<QString, QColor> colours;
    for (const session::LabelClass &one : m_bench.session.labelClasses())
        colours.insert(QString::fromStdString(one.name), QColor(QString::fromStdString(one.colour)));
    const auto badges = [colours, labels = m_bench.session.labels().labels(),
                         marks = m_bench.session.marks().marks()](std::size_t source) {
        SourceBadges result;
        for (const QString &text : labels->of(source))
            result.dots.append(colours.value(text, Qt::gray));
        if (const auto mark = marks->find(source); mark != marks->end())
            result.mark = letterOf(mark->second);
        return result;
    };
    m_outliersView->gallery()->setBadges(badges);
    m_filmstrip->list()->setBadges(badges);
}

void MainWindow::refreshClasses()
{
    m_labelsPanel->setNames(m_bench.session.labelNames());
    QList<QColor> colours;
    for (int key = 1; key <= 9; ++key)
    {
        QColor colour;
        for (const session::LabelClass &one : m_bench.session.labelClasses())
            if (one.key == std::to_string(key))
                colour = QColor(QString::fromStdString(one.colour));
        colours.append(colour);
    }
    m_labelsPanel->setColours(colours);
    refreshBadges();
}

void MainWindow::chooseClassColour(int index, const QColor &colour)
{
    std::vector<session::LabelClass> classes = m_bench.session.labelClasses();
    for (session::LabelClass &one : classes)
        if (one.key == std::to_string(index + 1))
            one.colour = colour.name().toStdString();
    m_bench.session.setLabelClasses(std::move(classes));
}

void MainWindow::buildMarkActions(QMenu *menu)
{
    const auto add = [this, menu](const char *name, const QString &text, Qt::Key key,
                                  session::Verdict verdict) {
        addNamedAction(menu, {name, text, QKeySequence(key)},
                       [this, verdict] { mark(verdict, std::nullopt); });
    };
    add("markInterestingAction", tr("&Interesting"), Qt::Key_I, session::Verdict::Interesting);
    add("markBoringAction", tr("&Boring"), Qt::Key_B, session::Verdict::Boring);
    add("markArtefactAction", tr("&Artefact"), Qt::Key_A, session::Verdict::Artefact);
    add("markOffAction", tr("&Take the mark off"), Qt::Key_X, session::Verdict::None);
    menu->addSeparator();
    for (int score = 0; score <= 5; ++score)
    {
        const QByteArray name = "markScore" + QByteArray::number(score) + "Action";
        const auto key = static_cast<Qt::Key>(Qt::Key_0 + score);
        addNamedAction(menu, {name.constData(), tr("Score &%1 of 5").arg(score), QKeySequence(Qt::ALT | key)},
                       [this, score] { mark(session::Verdict::None, score); });
    }
}

// Marks the source looked at, and moves on to the oddest one without a mark while outliers are looked
// through.
void MainWindow::mark(session::Verdict verdict, std::optional<int> score)
{
    SelectionModel &selection = m_bench.session.selection();
    const auto source = selection.currentSource();
    if (!source)
        return m_message->showNews(tr("Click a source first, then mark it."));
    m_bench.session.journal().setMarks({{*source, verdict, score}});
    const bool isTakenOff = verdict == session::Verdict::None && !score;
    if (isTakenOff || m_tabs->currentWidget() != m_outliersView)
        return;
    moveOn();
}

void MainWindow::moveOn()
{
    m_movedOnTo = m_outliersView->oddestBut(
        [this](std::size_t other) { return m_bench.session.marks().isMarked(other); });
    if (m_movedOnTo)
        m_bench.session.selection().setCurrentSource(m_movedOnTo);
}

void MainWindow::labelPrototype()
{
    const SurveyPointer &survey = m_bench.session.survey();
    const auto neuron = m_bench.session.selection().currentNeuron();
    if (!survey || !survey->map || !neuron)
        return m_message->showNews(tr("Click a prototype first, then label it."));
    const MapData &map = *survey->map;
    PrototypeMembers members;
    members.prototype = tr("(%1, %2)").arg(map.som.layout.x(*neuron)).arg(map.som.layout.y(*neuron));
    for (const search::Neighbour &member :
         search::sourcesOfNeuron(map.mapping, *neuron, map.mapping.sourceCount()))
    {
        members.sources.push_back(member.source);
        members.distances.push_back(member.distance);
        members.isLabelled.push_back(m_bench.session.labels().labels()->isGiven(member.source));
    }
    QStringList names = m_bench.session.labelNames();
    names.removeAll(QString());
    auto *dialog = new PropagateDialog(std::move(members), names, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, neuron = *neuron] {
        std::vector<std::size_t> sources = dialog->sources();
        std::sort(sources.begin(), sources.end());
        m_bench.session.labelPrototype(neuron, dialog->label(), sources);
    });
    dialog->open();
}

void MainWindow::compareLabels()
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (!survey || !survey->map)
        return m_message->showNews(tr("Train a map first: labels are compared with what it says."));
    auto *dialog = new CompareDialog(classColumns(survey->collection.catalogue), this);
    connect(dialog, &CompareDialog::comparisonRequested, &m_bench.oddities, &OddityController::compare);
    connect(&m_bench.oddities, &OddityController::compared, dialog, &CompareDialog::setComparison);
    connect(&m_bench.session, &SessionController::surveyChanged, dialog, &QDialog::close);
    connect(&m_bench.session.labels(), &LabelBook::labelsChanged, dialog, &CompareDialog::ask);
    connect(dialog, &CompareDialog::sourcesRequested, this,
            [this](const QString &title, const std::vector<std::size_t> &sources) {
                m_bench.session.selection().select(sources, m_selectionMode);
                showInFilmstrip(title, sources);
            });
    connect(dialog, &CompareDialog::exportRequested, this,
            [this, dialog](const std::shared_ptr<const workflow::Comparison> &comparison) {
                const QString path =
                    QFileDialog::getSaveFileName(dialog, tr("Export the confusion table"),
                                                 tr("confusion.csv"), tr("Tables (*.csv *.vot *.fits)"));
                if (!path.isEmpty())
                    m_bench.exports.exportTable(search::confusionCatalogue(comparison->confusion,
                                                                           comparison->firstName,
                                                                           comparison->secondName),
                                                std::filesystem::path(path.toStdU16String()));
            });
    dialog->show();
    dialog->ask();
}

/// As they lie on their prototypes.
void MainWindow::showInFilmstrip(const QString &title, const std::vector<std::size_t> &sources)
{
    const som::Mapping &mapping = m_bench.session.survey()->map->mapping;
    std::vector<search::Neighbour> items;
    for (const std::size_t source : sources)
        items.push_back({source, mapping.distance[source], mapping.transform[source]});
    m_filmstrip->setItems(title, std::move(items));
}

} // namespace somnium::ui
