// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include <gtest/gtest.h>

#include "ui/panels/compare_dialog.h"
#include "ui/panels/display_menu.h"
#include "ui/panels/export_dialog.h"
#include "ui/panels/job_indicator.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/problems_dialog.h"
#include "ui/panels/propagate_dialog.h"
#include "ui/panels/start_page.h"
#include "ui/panels/training_form.h"
#include "ui/panels/training_panel.h"

namespace somnium::ui
{
namespace
{

template <class Widget> Widget *child(QWidget &parent, const char *name)
{
    auto *found = parent.findChild<Widget *>(QLatin1String(name));
    CHECK(found != nullptr);
    return found;
}

TEST(TrainingPanel, ShowsParamsAndGivesThemBack)
{
    TrainingPanel panel;
    som::TrainingParams params;
    params.layout = som::MapLayout::rectangular(7, 4).value();
    params.epochs = 33;
    params.sigmaStart = 2.5;
    params.sigmaEnd = 0.8;
    params.seed = 99;
    params.precision = compute::MatchPrecision::Fine;
    panel.setParams(params);
    EXPECT_EQ(panel.params(), params);
    EXPECT_TRUE(som::validate(panel.params()));
}

TEST(TrainingPanel, GivesBackEveryFieldOfEveryLayout)
{
    for (const char *layout : {"7x4", "9x9 hexagonal periodic", "64", "5x5x4 periodic"})
    {
        TrainingPanel panel;
        som::TrainingParams params;
        params.layout = som::MapLayout::parse(layout).value();
        params.sigmaStart = 4.5;
        params.schedule = som::Schedule::Linear;
        params.neighbourhood = som::Neighbourhood::MexicanHat;
        params.initialisation = som::Initialisation::PreferredDirection;
        params.useFlips = false;
        params.minimumWeight = 0.01;
        params.rule = som::LearningRule::Online;
        params.learningRateStart = 0.5;
        params.learningRateEnd = 0.0125;
        params.learningRateSchedule = som::Schedule::Constant;
        params.sourcesPerStep = 25;
        params.shuffles = false;
        params.maxUpdateDistance = 3.5;
        params.rotations = 360;
        params.neuronSide = 45;
        params.channelWeights = {1.0F, 0.25F};
        params.settledTolerance = 0.005;
        panel.setParams(params);
        EXPECT_EQ(panel.params(), params) << layout;
        EXPECT_TRUE(panel.form()->problem().isEmpty()) << qPrintable(panel.form()->problem());
        EXPECT_EQ(child<QComboBox>(panel, "trainingPreset")->currentText(), QStringLiteral("Own choice"));
    }
}

TEST(TrainingPanel, PresetsSetAllAndAreRecognised)
{
    TrainingPanel panel;
    panel.form()->setSamples(900, {1, 64, 64});
    auto *preset = child<QComboBox>(panel, "trainingPreset");
    EXPECT_EQ(preset->currentIndex(), 0);
    for (int i : {1, 2, 0})
    {
        preset->setCurrentIndex(i);
        Q_EMIT preset->activated(i);
        EXPECT_EQ(preset->currentIndex(), i);
        EXPECT_TRUE(som::validate(panel.params()));
        EXPECT_TRUE(panel.form()->problem().isEmpty());
    }
    som::TrainingParams standard;
    standard.sigmaStart = 5.0; // as it is when not given
    EXPECT_EQ(panel.params(), standard);
    child<QSpinBox>(panel, "epochs")->setValue(13);
    EXPECT_EQ(preset->currentText(), QStringLiteral("Own choice"));
}

TEST(TrainingPanel, SaysInPlaceWhatMakesNoSense)
{
    TrainingPanel panel;
    panel.setState(TrainingPanel::State::Ready);
    panel.form()->setSamples(900, {2, 64, 64});
    const auto *train = child<QPushButton>(panel, "trainButton");
    const auto *said = child<QLabel>(panel, "trainingProblem");
    EXPECT_TRUE(train->isEnabled());
    EXPECT_TRUE(said->text().isEmpty());
    child<QComboBox>(panel, "mapKind")->setCurrentIndex(1);
    EXPECT_FALSE(train->isEnabled());
    EXPECT_TRUE(said->text().contains(QStringLiteral("odd"))) << qPrintable(said->text());
    child<QSpinBox>(panel, "mapWidth")->setValue(11);
    EXPECT_TRUE(train->isEnabled());
    auto *weights = child<QLineEdit>(panel, "channelWeights");
    for (const char *wrong : {"1", "1 2 3", "x", "1 -1", "0 0"})
    {
        weights->setText(QString::fromLatin1(wrong));
        EXPECT_FALSE(train->isEnabled()) << wrong;
    }
    weights->setText(QStringLiteral("1, 0.5"));
    EXPECT_TRUE(train->isEnabled()) << qPrintable(said->text());
    child<QSpinBox>(panel, "neuronSide")->setValue(65);
    EXPECT_FALSE(train->isEnabled());
    child<QSpinBox>(panel, "neuronSide")->setValue(64);
    child<QComboBox>(panel, "initialisation")->setCurrentIndex(4);
    EXPECT_FALSE(train->isEnabled()) << "no map to start from is chosen";
    session::ModelSummary map;
    map.id = session::ModelId{7};
    map.name = "first";
    panel.form()->setMaps({map});
    EXPECT_TRUE(train->isEnabled());
    EXPECT_EQ(panel.form()->startingMap(), QStringLiteral("first"));
    child<QSpinBox>(panel, "mapWidth")->setValue(99);
    EXPECT_TRUE(train->isEnabled());
    EXPECT_TRUE(said->text().contains(QStringLiteral("empty")))
        << "more neurons than sources is said, not refused";
}

TEST(DisplayMenu, OffersChannelsWhereThereAreSeveral)
{
    DisplayMenu menu;
    auto *channels = child<QMenu>(menu, "channelMenu");
    menu.setChannels(1);
    EXPECT_FALSE(channels->menuAction()->isVisible());
    menu.setChannels(2);
    EXPECT_TRUE(channels->menuAction()->isVisible());
    ASSERT_EQ(channels->actions().size(), 3);
    EXPECT_TRUE(channels->actions().first()->isChecked()) << "all in colour";
    QSignalSpy changed(&menu, &DisplayMenu::displayChanged);
    channels->actions().last()->trigger();
    ASSERT_EQ(changed.count(), 1);
    EXPECT_EQ(menu.display().channel, 1U);
    EXPECT_TRUE(channels->actions().last()->isChecked());
}

TEST(TrainingPanel, TheFirstWidthFollowsTheLayoutUntilSomebodyChoosesOne)
{
    TrainingPanel panel;
    child<QSpinBox>(panel, "mapWidth")->setValue(16);
    EXPECT_DOUBLE_EQ(panel.params().sigmaStart, 8.0);
    child<QDoubleSpinBox>(panel, "sigmaStart")->setValue(3.0);
    child<QSpinBox>(panel, "mapWidth")->setValue(20);
    EXPECT_DOUBLE_EQ(panel.params().sigmaStart, 3.0);
}

TEST(TrainingPanel, OffersWhatCanBeDoneNow)
{
    using State = TrainingPanel::State;
    TrainingPanel panel;
    panel.show();
    const auto *train = child<QPushButton>(panel, "trainButton");
    const auto *pause = child<QPushButton>(panel, "pauseButton");
    const auto *resume = child<QPushButton>(panel, "resumeButton");
    EXPECT_FALSE(train->isEnabled());
    panel.setState(State::Ready);
    EXPECT_TRUE(train->isEnabled());
    EXPECT_FALSE(resume->isVisible());
    panel.setResumable(QStringLiteral("map"));
    EXPECT_TRUE(resume->isVisible());
    panel.setState(State::Training);
    EXPECT_FALSE(train->isVisible());
    EXPECT_FALSE(resume->isVisible());
    QSignalSpy pausing(&panel, &TrainingPanel::pauseRequested);
    QSignalSpy unpausing(&panel, &TrainingPanel::unpauseRequested);
    QTest::mouseClick(child<QPushButton>(panel, "pauseButton"), Qt::LeftButton);
    panel.setState(State::Paused);
    EXPECT_TRUE(pause->isVisible());
    QTest::mouseClick(child<QPushButton>(panel, "pauseButton"), Qt::LeftButton);
    EXPECT_EQ(pausing.count(), 1);
    EXPECT_EQ(unpausing.count(), 1);
}

TEST(LabelsPanel, CountsAndRenames)
{
    LabelsPanel panel;
    panel.setNames({QStringLiteral("FR I"), QStringLiteral("bent")});
    panel.setLabels(
        std::make_shared<SourceLabels>(std::vector<session::Label>{{1, "bent"}, {4, "bent"}, {4, "x"}}));
    EXPECT_EQ(child<QPushButton>(panel, "labelCount2")->text(), QStringLiteral("2"));
    EXPECT_TRUE(child<QPushButton>(panel, "labelCount1")->text().isEmpty());
    QSignalSpy edited(&panel, &LabelsPanel::namesEdited);
    auto *name = child<QLineEdit>(panel, "labelName1");
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("FR 0"));
    QTest::keyClick(name, Qt::Key_Return);
    ASSERT_EQ(edited.count(), 1);
    EXPECT_EQ(edited.front().front().toStringList().mid(0, 2),
              (QStringList{QStringLiteral("FR 0"), QStringLiteral("bent")}));
}

TEST(PropagateDialog, CountsWhatTheLimitLeaves)
{
    PropagateDialog dialog({QStringLiteral("(1, 2)"), {4, 8, 9}, {1.0F, 2.0F, 3.0F}, {true, false, false}},
                           {QStringLiteral("bent"), QStringLiteral("ring")});
    EXPECT_EQ(dialog.label(), QStringLiteral("bent"));
    EXPECT_EQ(dialog.sources(), (std::vector<std::size_t>{4, 8, 9}));
    dialog.findChild<QDoubleSpinBox *>(QStringLiteral("propagateLimit"))->setValue(2.5);
    EXPECT_EQ(dialog.sources(), (std::vector<std::size_t>{4, 8}));
    dialog.findChild<QCheckBox *>()->setChecked(true);
    EXPECT_EQ(dialog.sources(), (std::vector<std::size_t>{8}));
}

TEST(CompareDialog, ACellAsksForItsSources)
{
    auto *dialog = new CompareDialog({QStringLiteral("class")});
    QSignalSpy asked(dialog, &CompareDialog::comparisonRequested);
    dialog->ask();
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked[0][0].toString(), QStringLiteral("class"));
    EXPECT_EQ(asked[0][1].toString(), QStringLiteral("map"));
    auto comparison = std::make_shared<workflow::Comparison>();
    comparison->first = {"a", "a", "b", ""};
    comparison->second = {"x", "y", "y", "y"};
    comparison->confusion = search::confusionOf(comparison->first, comparison->second).value();
    dialog->setComparison(comparison);
    auto *table = dialog->findChild<QTableWidget *>(QStringLiteral("confusionTable"));
    ASSERT_EQ(table->rowCount(), 2);
    EXPECT_EQ(table->item(1, 0)->text(), QStringLiteral("0"));
    std::vector<std::size_t> sources;
    QObject::connect(dialog, &CompareDialog::sourcesRequested, dialog,
                     [&](const QString &, const std::vector<std::size_t> &found) { sources = found; });
    Q_EMIT table->cellClicked(0, 1);
    EXPECT_EQ(sources, (std::vector<std::size_t>{1}));
    delete dialog;
}

TEST(StartPage, OpensARecentSession)
{
    StartPage page;
    page.show();
    page.setRecent({QStringLiteral("/a/one.somnium"), QStringLiteral("/b/two.somnium")});
    QSignalSpy requested(&page, &StartPage::recentRequested);
    auto *list = page.findChild<QListWidget *>();
    ASSERT_EQ(list->count(), 2);
    Q_EMIT list->itemActivated(list->item(1));
    ASSERT_EQ(requested.count(), 1);
    EXPECT_EQ(requested.front().front().toString(), QStringLiteral("/b/two.somnium"));
    page.setBusy(true);
    EXPECT_FALSE(child<QPushButton>(page, "sampleButton")->isEnabled());
}

TEST(MessageBar, KeepsTroubleAndRunsTheActionOfNews)
{
    MessageBar bar;
    EXPECT_TRUE(bar.isHidden());
    bar.showTrouble(QStringLiteral("a file is gone"));
    EXPECT_EQ(bar.text(), QStringLiteral("a file is gone"));
    bool hasRun = false;
    bar.showNews(QStringLiteral("3 not read"), QStringLiteral("Show"), [&] { hasRun = true; });
    QTest::mouseClick(child<QPushButton>(bar, "messageAction"), Qt::LeftButton);
    EXPECT_TRUE(hasRun);
    EXPECT_TRUE(bar.text().isEmpty());
}

TEST(MessageBar, ANoticeStandsAboveWhatComesLaterUntilItIsClosed)
{
    MessageBar bar;
    bar.showNotice(QStringLiteral("the GPU was lost"));
    bar.showNotice(QStringLiteral("the GPU was lost"));
    bar.showNews(QStringLiteral("exported"));
    EXPECT_EQ(bar.text(), QStringLiteral("the GPU was lost\nexported"));
    bar.clear();
    EXPECT_EQ(bar.text(), QStringLiteral("the GPU was lost"));
    bar.showTrouble(QStringLiteral("a file is gone"));
    bar.showNotice(QStringLiteral("memory is short"));
    EXPECT_EQ(bar.text(), QStringLiteral("the GPU was lost\nmemory is short\na file is gone"));
    QTest::mouseClick(child<QToolButton>(bar, "messageClose"), Qt::LeftButton);
    EXPECT_TRUE(bar.isHidden());
    bar.showNews(QStringLiteral("exported"));
    EXPECT_EQ(bar.text(), QStringLiteral("exported"));
}

TEST(JobIndicator, SaysTimesAsPeopleDo)
{
    EXPECT_TRUE(timeLeftText(-1.0).isEmpty());
    EXPECT_EQ(timeLeftText(3.2), QStringLiteral("about 4 s"));
    EXPECT_EQ(timeLeftText(200.0), QStringLiteral("about 3 min"));
    EXPECT_EQ(timeLeftText(7200.0), QStringLiteral("about 2 h"));
}

TEST(ProblemsDialog, ListsFileHduExpectedAndFound)
{
    const ProblemsDialog dialog(QStringLiteral("c"), {{{"/a/b.fits", "", 2, 0}, "an image", "a table"},
                                                      {{"/a/c.tar", "d.fits", 0, 0}, "FITS", "nothing"}});
    const auto *table = dialog.findChild<QTreeWidget *>();
    ASSERT_EQ(table->topLevelItemCount(), 2);
    EXPECT_EQ(table->topLevelItem(0)->text(1), QStringLiteral("2"));
    EXPECT_EQ(table->topLevelItem(0)->text(3), QStringLiteral("a table"));
    EXPECT_EQ(table->topLevelItem(1)->text(0), QStringLiteral("/a/c.tar[d.fits]"));
}

TEST(ExportDialog, OffersOnlyWhatThereIs)
{
    const auto isOffered = [](const ExportOffer &offer, ExportDialog::What what) {
        ExportDialog dialog(offer, what);
        return child<QPushButton>(dialog, "exportAccept")->isEnabled();
    };
    using What = ExportDialog::What;
    const ExportOffer full{3, 5, 900, true, false, QStringLiteral("FIRST"), {QStringLiteral("Map")}};
    for (const What what : {What::Outliers, What::TopOutliers, What::Selection, What::Model, What::Mapping,
                            What::Images, What::Figure})
        EXPECT_TRUE(isOffered(full, what)) << static_cast<int>(what);
    const ExportOffer untrained{3, 0, 900, false, false, QStringLiteral("FIRST"), {}};
    for (const What what : {What::Outliers, What::TopOutliers, What::Selection, What::Model, What::Mapping,
                            What::Figure, What::Latent, What::LatentModel})
        EXPECT_FALSE(isOffered(untrained, what)) << static_cast<int>(what);
    EXPECT_TRUE(isOffered(untrained, What::Images));
    // Spectra are ranked without a map.
    ExportOffer spectra{3, 5, 900, false, true, QStringLiteral("stars"), {}, true};
    for (const What what :
         {What::Outliers, What::TopOutliers, What::Selection, What::Latent, What::LatentModel})
        EXPECT_TRUE(isOffered(spectra, what)) << static_cast<int>(what);
    spectra.isSpectra = false;
    EXPECT_FALSE(isOffered(spectra, What::TopOutliers));
}

TEST(ExportDialog, TheEndingFollowsTheFormat)
{
    ExportDialog dialog({3, 5, 900, true, false, QStringLiteral("FIRST 900"), {}},
                        ExportDialog::What::Outliers);
    EXPECT_EQ(dialog.path().extension(), ".fits");
    dialog.setPath(QStringLiteral("/tmp/mine.fits"));
    child<QComboBox>(dialog, "exportFormat")->setCurrentIndex(1);
    EXPECT_EQ(dialog.path(), "/tmp/mine.vot");
    child<QComboBox>(dialog, "exportWhat")->setCurrentIndex(static_cast<int>(ExportDialog::What::Model));
    child<QComboBox>(dialog, "exportFormat")->setCurrentIndex(1);
    EXPECT_TRUE(dialog.isPink());
    EXPECT_EQ(dialog.path(), "/tmp/mine.bin");
}

} // namespace
} // namespace somnium::ui
