// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_plane.h"
#include "ui/theme.h"
#include "ui/views/band_entry.h"
#include "ui/views/colour_bar.h"
#include "ui/views/iso_controls.h"
#include "ui/views/latent_view.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{
namespace
{

HoverFunction syntheticHover()
{
    return [](std::optional<std::size_t> source, latent::PlanePoint place) {
        SpectrumSet set = test::syntheticSpectra(3800, static_cast<unsigned>(source.value_or(0)));
        if (!source)
            set.curves.erase(set.curves.begin(), set.curves.begin() + 2);
        const QString title =
            source ? QStringLiteral("source %1 at (%2, %3)")
                         .arg(*source)
                         .arg(place.x, 0, 'f', 2)
                         .arg(place.y, 0, 'f', 2)
                   : QStringLiteral("decoded at (%1, %2)").arg(place.x, 0, 'f', 2).arg(place.y, 0, 'f', 2);
        return HoverSpectra{title, prepareSpectra(std::move(set))};
    };
}

void settle(LatentView &view)
{
    EXPECT_TRUE(QTest::qWaitFor([&] {
        view.canvas()->repaint();
        return view.canvas()->isUpToDate();
    }));
}

class LatentViewTest : public testing::Test
{
protected:
    LatentViewTest()
    {
        m_data = test::syntheticPlane(5'000);
        m_selection.reset(m_data->count(), 0);
        m_view.resize(900, 640);
        m_view.setSelection(&m_selection);
        m_view.setData(m_data);
        m_view.setColumns(test::syntheticColumns(*m_data));
        m_view.show();
    }
    SelectionModel m_selection;
    LatentPointer m_data;
    LatentView m_view;
};

TEST(LatentView, OffersTrainingWhileThereIsNothing)
{
    LatentView view;
    EXPECT_FALSE(view.hasFigure());
    QSignalSpy train(&view, &LatentView::trainRequested);
    QSignalSpy open(&view, &LatentView::openRequested);
    auto *button = view.findChild<QPushButton *>();
    ASSERT_NE(button, nullptr);
    button->click();
    EXPECT_EQ(open.count(), 1);
    view.setCanTrain(true);
    button->click();
    EXPECT_EQ(train.count(), 1);
}

TEST_F(LatentViewTest, ColoursByAColumnWithItsBar)
{
    m_view.setColumn(QStringLiteral("log g"));
    ASSERT_TRUE(m_view.canvas()->scene().colour);
    EXPECT_GT(m_view.canvas()->scene().colour->missing, 0U);
    auto *bar = m_view.findChild<ColourBar *>();
    EXPECT_TRUE(bar->isVisibleTo(&m_view));
    EXPECT_EQ(bar->scale().title, QStringLiteral("log g [dex]"));
    settle(m_view);
    EXPECT_TRUE(
        m_view.canvas()->legendLines().join(QLatin1Char('\n')).contains(QStringLiteral("without a value")));
    m_view.setColumn(QStringLiteral("no such column"));
    EXPECT_FALSE(m_view.canvas()->scene().colour);
    EXPECT_FALSE(bar->isVisibleTo(&m_view));
}

TEST_F(LatentViewTest, GivesThePlaneAllTheRoomWhereItIsLow)
{
    m_view.setHoverFunction(syntheticHover());
    const SpectrumPane *pane = m_view.spectrumPane();
    EXPECT_TRUE(pane->isVisibleTo(&m_view));
    m_view.resize(900, 200);
    EXPECT_FALSE(pane->isVisibleTo(&m_view));
    QCoreApplication::processEvents();
    EXPECT_GE(m_view.canvas()->height(), m_view.canvas()->minimumSizeHint().height());
    m_view.setSpectrumShown(true);
    EXPECT_FALSE(pane->isVisibleTo(&m_view));
    m_view.resize(900, 640);
    EXPECT_TRUE(pane->isVisibleTo(&m_view)) << "it is back where there is room";
    m_view.setSpectrumShown(false);
    m_view.resize(900, 600);
    EXPECT_FALSE(pane->isVisibleTo(&m_view)) << "not where it is unwanted";
}

TEST_F(LatentViewTest, DrawsIsoLinesOfTwoColumns)
{
    QSignalSpy changed(&m_view, &LatentView::isoLayersChanged);
    IsoSettings settings;
    settings.fields[0].column = QStringLiteral("Teff");
    settings.fields[1].column = QStringLiteral("log g");
    m_view.setIsoSettings(settings);
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_view.isoLayers() != nullptr; }));
    ASSERT_EQ(m_view.isoLayers()->size(), 2U);
    for (const IsoLayer &layer : *m_view.isoLayers())
        EXPECT_FALSE(layer.lines.empty());
    m_view.setIsoSettings({});
    EXPECT_FALSE(m_view.isoLayers());
    EXPECT_GE(changed.count(), 2);
}

TEST_F(LatentViewTest, OnlyTheNewestIsoLinesArrive)
{
    IsoSettings settings;
    settings.fields[0].column = QStringLiteral("Teff");
    for (const double bandwidth : {2.0, 3.0, 4.0, 5.0})
    {
        settings.bandwidth = bandwidth;
        m_view.setIsoSettings(settings);
    }
    settings.fields[0].column = QStringLiteral("log g");
    m_view.setIsoSettings(settings);
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_view.isoLayers() != nullptr; }));
    EXPECT_EQ(m_view.isoLayers()->front().name, QStringLiteral("log g"));
    QTest::qWait(100);
    EXPECT_EQ(m_view.isoLayers()->front().name, QStringLiteral("log g"));
}

TEST_F(LatentViewTest, IsoSettingsOfColumnsThatAreGoneAreDropped)
{
    IsoSettings settings;
    settings.fields[0].column = QStringLiteral("gone");
    m_view.setIsoSettings(settings);
    EXPECT_TRUE(m_view.isoSettings().fields[0].column.isEmpty());
}

TEST_F(LatentViewTest, EnclosedSourcesBecomeTheSelectionAsTheModifiersSay)
{
    Q_EMIT m_view.canvas()->sourcesEnclosed({1, 2, 3}, Qt::ShiftModifier);
    EXPECT_EQ(m_selection.selected(), (std::vector<std::size_t>{1, 2, 3}));
    m_view.setTool(MapTool::Lasso);
    Q_EMIT m_view.canvas()->sourcesEnclosed({3, 4}, Qt::ShiftModifier);
    EXPECT_EQ(m_selection.selected(), (std::vector<std::size_t>{1, 2, 3, 4}));
    Q_EMIT m_view.canvas()->sourcesEnclosed({2}, Qt::ControlModifier);
    EXPECT_EQ(m_selection.selected(), (std::vector<std::size_t>{1, 3, 4}));
    m_view.setSelectionMode(SelectionMode::Intersect);
    Q_EMIT m_view.canvas()->sourcesEnclosed({3, 9}, Qt::NoModifier);
    EXPECT_EQ(m_selection.selected(), (std::vector<std::size_t>{3}));
}

TEST_F(LatentViewTest, ClicksMoveTheCurrentSourceAndCtrlTogglesTheSelection)
{
    QSignalSpy activated(&m_view, &LatentView::sourceActivated);
    Q_EMIT m_view.canvas()->sourceActivated(5, Qt::NoModifier);
    EXPECT_EQ(m_selection.currentSource(), 5U);
    EXPECT_TRUE(m_selection.selected().empty());
    Q_EMIT m_view.canvas()->sourceActivated(6, Qt::ControlModifier);
    Q_EMIT m_view.canvas()->sourceActivated(7, Qt::ShiftModifier);
    EXPECT_EQ(m_selection.selected(), (std::vector<std::size_t>{6, 7}));
    Q_EMIT m_view.canvas()->sourceActivated(6, Qt::ControlModifier);
    EXPECT_EQ(m_selection.selected(), (std::vector<std::size_t>{7}));
    EXPECT_EQ(activated.count(), 4);
}

TEST_F(LatentViewTest, ShowsTheSpectrumUnderTheCursorAndSkipsQuestionsThatAreOld)
{
    auto asked = std::make_shared<std::atomic<int>>(0);
    m_view.setHoverFunction(
        [asked, answer = syntheticHover()](std::optional<std::size_t> source, latent::PlanePoint place) {
            ++*asked;
            return answer(source, place);
        });
    for (std::size_t source = 0; source < 50; ++source)
        Q_EMIT m_view.canvas()->hovered(source, m_data->place(source));
    SpectrumPane *pane = m_view.spectrumPane();
    ASSERT_TRUE(QTest::qWaitFor([&] { return pane->title().contains(QStringLiteral("source 49 ")); }));
    EXPECT_LE(asked->load(), 3);
    EXPECT_EQ(pane->plot()->spectra()->curves.size(), 3U);
    Q_EMIT m_view.canvas()->hovered(std::nullopt, latent::PlanePoint{0.0, 0.0});
    ASSERT_TRUE(QTest::qWaitFor([&] { return pane->title().startsWith(QStringLiteral("decoded")); }));
    // When the cursor leaves, the source that is looked at comes back.
    m_selection.setCurrentSource(12);
    Q_EMIT m_view.canvas()->hovered(std::nullopt, std::nullopt);
    EXPECT_TRUE(QTest::qWaitFor([&] { return pane->title().contains(QStringLiteral("source 12 ")); }));
    m_view.setHoverFunction({});
    EXPECT_FALSE(pane->isVisibleTo(&m_view));
}

TEST_F(LatentViewTest, TheAxesChooserShowsForMoreThanTwoAndKeepsAxesApart)
{
    auto *first = m_view.findChild<QComboBox *>(QStringLiteral("latentFirstAxis"));
    EXPECT_FALSE(first->isVisibleTo(&m_view));
    m_view.setAxes({.dimensions = 4, .isPrincipal = false, .first = 0, .second = 1});
    EXPECT_TRUE(first->isVisibleTo(&m_view));
    std::vector<LatentAxes> chosen;
    QObject::connect(&m_view, &LatentView::axesChosen, &m_view,
                     [&](const LatentAxes &axes) { chosen.push_back(axes); });
    const auto choose = [&](int index) {
        first->setCurrentIndex(index);
        Q_EMIT first->activated(index);
    };
    choose(2); // z2, which the vertical axis has
    ASSERT_EQ(chosen.size(), 1U);
    EXPECT_EQ(chosen.back().first, 1U);
    EXPECT_NE(chosen.back().second, 1U);
    choose(0);
    ASSERT_EQ(chosen.size(), 2U);
    EXPECT_TRUE(chosen.back().isPrincipal);
}

TEST_F(LatentViewTest, BookmarksAreKeptAndShownAgain)
{
    std::vector<LatentBookmark> kept;
    QObject::connect(&m_view, &LatentView::bookmarksChanged, &m_view,
                     [&](const std::vector<LatentBookmark> &all) { kept = all; });
    QTest::keyClick(m_view.canvas(), Qt::Key_Plus);
    const latent::PlaneRect window = m_view.canvas()->window();
    QTest::keyClick(m_view.canvas(), Qt::Key_M);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept.front().window, window);
}

TEST_F(LatentViewTest, PointsThatMoveKeepTheWindowAndOthersDoNot)
{
    QTest::keyClick(m_view.canvas(), Qt::Key_Plus);
    const latent::PlaneRect window = m_view.canvas()->window();
    m_view.setColumn(QStringLiteral("Teff"));
    m_view.setData(test::syntheticPlane(5'000), true);
    EXPECT_EQ(m_view.canvas()->window(), window);
    EXPECT_TRUE(m_view.canvas()->scene().colour);
    m_view.setData(test::syntheticPlane(600), true);
    EXPECT_NE(m_view.canvas()->window(), window);
    EXPECT_FALSE(m_view.canvas()->scene().colour);
}

TEST_F(LatentViewTest, MayBeDestroyedWhileEverythingIsWorkedOut)
{
    auto view = std::make_unique<LatentView>();
    view->resize(600, 400);
    view->setData(test::syntheticPlane(30'000));
    view->setColumns(test::syntheticColumns(*test::syntheticPlane(30'000)));
    view->setHoverFunction(syntheticHover());
    view->setColumn(QStringLiteral("Teff"));
    IsoSettings settings;
    settings.fields[0].column = QStringLiteral("Teff");
    view->setIsoSettings(settings);
    view->show();
    view->canvas()->repaint();
    Q_EMIT view->canvas()->hovered(3, latent::PlanePoint{0.0, 0.0});
    view.reset();
    QTest::qWait(50);
}

TEST_F(LatentViewTest, FiguresHaveVectorLinesAndRasterPointsWhereThereAreMany)
{
    m_view.setColumn(QStringLiteral("Teff"));
    m_view.setCaption(QStringLiteral("SDSS stars; autoencoder 3"));
    const auto few = renderFigure(m_view, {.format = FigureFormat::Svg});
    ASSERT_TRUE(few) << few.error().message;
    EXPECT_TRUE(few->contains("SDSS stars"));
    EXPECT_TRUE(few->contains("Teff"));
    EXPECT_LE(few->count("<image"), 1); // of the colour bar
    m_view.setData(test::syntheticPlane(60'000));
    const auto many = renderFigure(m_view, {.format = FigureFormat::Svg});
    ASSERT_TRUE(many) << many.error().message;
    EXPECT_TRUE(many->contains("<image"));
    for (const FigureFormat format : {FigureFormat::Pdf, FigureFormat::Png})
    {
        const auto bytes = renderFigure(m_view, {.format = format});
        ASSERT_TRUE(bytes) << bytes.error().message;
        EXPECT_GT(bytes->size(), 5'000);
    }
    EXPECT_EQ(m_view.figureName(), QStringLiteral("latent"));
}

TEST(IsoControls, SpeaksAtOnceForChoicesAndLaterForTheSlider)
{
    IsoControls controls;
    controls.setChoices({QStringLiteral("a"), QStringLiteral("b")}, {QStringLiteral("mass")});
    std::vector<IsoSettings> told;
    QObject::connect(&controls, &IsoControls::settingsChanged, &controls,
                     [&](const IsoSettings &settings) { told.push_back(settings); });
    auto *box = controls.findChild<QComboBox *>(QStringLiteral("isoColumn0"));
    const int decoded = box->findText(QStringLiteral("mass"), Qt::MatchStartsWith);
    box->setCurrentIndex(decoded);
    Q_EMIT box->activated(decoded);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].fields[0].column, QStringLiteral("mass"));
    EXPECT_EQ(told[0].fields[0].source, FieldSource::Decoded);
    auto *slider = controls.findChild<QSlider *>();
    for (int value : {40, 60, 80, 100})
        slider->setValue(value);
    EXPECT_EQ(told.size(), 1U);
    ASSERT_TRUE(QTest::qWaitFor([&] { return told.size() > 1; }));
    EXPECT_EQ(told.size(), 2U);
    EXPECT_NEAR(told[1].bandwidth, 5.0, 0.2);
    EXPECT_EQ(slider->value(), 100);
}

/// Knows "mass", and any text that begins with a digit.
DecoderPointer syntheticDecoder()
{
    auto decoder = std::make_shared<PlaneDecoder>();
    decoder->parameters = {{QStringLiteral("mass"), {}, QStringLiteral("mass: of all")}};
    decoder->find = [](const QString &text) -> Result<DecodedParameter> {
        if (text != QStringLiteral("mass") && !text.at(0).isDigit())
            return failure(ErrorKind::NotFound, "unknown");
        return DecodedParameter{text, {}, text + QStringLiteral(": as it says")};
    };
    decoder->field = [](const QString &, const LatentData &data, const latent::FieldParams &params,
                        const JobContext &context) {
        return latent::fieldOf([](latent::PlanePoint point) { return point.x; }, data.bounds, params.side,
                               context);
    };
    return decoder;
}

void chooseItem(QComboBox *box, const QString &beginning)
{
    const int item = box->findText(beginning, Qt::MatchStartsWith);
    ASSERT_GE(item, 0) << beginning.toStdString();
    box->setCurrentIndex(item);
    Q_EMIT box->activated(item);
}

TEST_F(LatentViewTest, AnyBandCanBeAskedForAndIsContoured)
{
    m_view.setDecoder(syntheticDecoder());
    auto *box = m_view.findChild<QComboBox *>(QStringLiteral("isoColumn1"));
    chooseItem(box, QStringLiteral("Other band"));
    EXPECT_EQ(box->currentText(), QStringLiteral("none"));
    auto *entry = m_view.findChild<BandEntry *>();
    ASSERT_NE(entry, nullptr);
    auto *edit = entry->findChild<QLineEdit *>();
    auto *accept = entry->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    edit->setText(QStringLiteral("nonsense"));
    EXPECT_FALSE(accept->isEnabled());
    EXPECT_FALSE(entry->findChild<QLabel *>(QStringLiteral("bandAnswer"))->text().isEmpty());
    edit->setText(QStringLiteral("5150:5200"));
    ASSERT_TRUE(accept->isEnabled());
    accept->click();
    EXPECT_EQ(box->currentText(), QStringLiteral("5150:5200 (decoded)"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_view.isoLayers() != nullptr; }));
    EXPECT_EQ(m_view.isoLayers()->front().name, QStringLiteral("5150:5200 (decoded)"));
    EXPECT_EQ(m_view.isoLayers()->front().slot, 1U);
    // Columns that come anew do not take it away.
    m_view.setColumns(test::syntheticColumns(*m_data));
    EXPECT_EQ(m_view.isoSettings().fields[1].column, QStringLiteral("5150:5200"));
    EXPECT_EQ(m_view.isoSettings().fields[1].source, FieldSource::Decoded);
}

TEST_F(LatentViewTest, WhatIsDecodedComesBackWithTheDecoder)
{
    m_view.setDecoder(syntheticDecoder());
    IsoSettings settings;
    settings.fields[0] = {
        .column = QStringLiteral("7000:7100"), .source = FieldSource::Decoded, .levels = {}};
    m_view.setIsoSettings(settings);
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_view.isoLayers() != nullptr; }));
    m_view.setDecoder(nullptr); // as while another space is trained
    EXPECT_TRUE(m_view.isoSettings().fields[0].column.isEmpty());
    EXPECT_FALSE(m_view.isoLayers());
    m_view.setDecoder(syntheticDecoder());
    EXPECT_EQ(m_view.isoSettings().fields[0], settings.fields[0]);
    ASSERT_TRUE(QTest::qWaitFor([&] { return m_view.isoLayers() != nullptr; }));
}

class LatentScreenshots : public testing::TestWithParam<ThemeKind>
{
protected:
    void shoot(QWidget &widget, const QString &name) const
    {
        const QString theme =
            GetParam() == ThemeKind::Dark ? QStringLiteral("dark") : QStringLiteral("light");
        const QString folder = qEnvironmentVariable("SOMNIUM_SCREENSHOTS");
        for (const double scale : {1.0, 2.0})
        {
            QImage image(widget.size() * scale, QImage::Format_RGB32);
            image.setDevicePixelRatio(scale);
            auto *canvas = widget.findChild<LatentCanvas *>();
            // The first picture asks for the points, the next one has them.
            widget.render(&image);
            EXPECT_TRUE(canvas == nullptr || QTest::qWaitFor([&] {
                            widget.render(&image);
                            return canvas->isUpToDate();
                        }));
            widget.render(&image);
            const QString path =
                QDir(folder).filePath(QStringLiteral("%1_%2_%3x.png").arg(name, theme).arg(scale));
            EXPECT_TRUE(folder.isEmpty() || image.save(path)) << qPrintable(path);
        }
    }
};

TEST_P(LatentScreenshots, OfTheTab)
{
    applyTheme(*qobject_cast<QApplication *>(QCoreApplication::instance()), GetParam());
    LatentView view;
    view.resize(1280, 800);
    view.show();
    shoot(view, QStringLiteral("latent_empty"));
    SelectionModel selection;
    const std::size_t count = qEnvironmentVariableIsEmpty("SOMNIUM_SCREENSHOTS") ? 20'000 : 300'000;
    const LatentPointer data = test::syntheticPlane(count, 12);
    selection.reset(count, 0);
    view.setSelection(&selection);
    view.setData(data);
    view.setColumns(test::syntheticColumns(*data));
    view.setHoverFunction(syntheticHover());
    selection.setCurrentSource(777);
    shoot(view, QStringLiteral("latent_plain"));
    view.setColumn(QStringLiteral("Teff"));
    IsoSettings settings;
    settings.fields[0].column = QStringLiteral("Teff");
    settings.fields[1].column = QStringLiteral("log g");
    settings.hasErrors = true;
    settings.bandwidth = 8.0;
    view.setIsoSettings(settings);
    view.setAxes({.dimensions = 4, .isPrincipal = false, .first = 0, .second = 1});
    std::vector<std::size_t> selected;
    for (std::size_t source = 12; source < count; ++source)
        if (data->y[source] > 1.8F && data->x[source] > 1.5F)
            selected.push_back(source);
    selection.select(selected);
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.isoLayers() != nullptr; }));
    QTest::qWait(60);
    Q_EMIT view.canvas()->hovered(4'321, data->place(4'321));
    QTest::qWait(150);
    shoot(view, QStringLiteral("latent_full"));
    if (QWidget *panel = view.findChild<QWidget *>(QStringLiteral("isoPanel")))
    {
        panel->adjustSize();
        panel->show();
        shoot(*panel, QStringLiteral("latent_panel"));
        panel->hide();
    }
    view.setPointForm(PointForm::Points);
    shoot(view, QStringLiteral("latent_points"));
    view.setPointForm(PointForm::Automatic);
    view.canvas()->setWindow({0.4, 0.9, 1.1, 1.6});
    shoot(view, QStringLiteral("latent_zoom"));
    view.resize(690, 480);
    EXPECT_EQ(view.width(), 690); // the narrow centre of a window with both docks
    shoot(view, QStringLiteral("latent_small"));
    const QString folder = qEnvironmentVariable("SOMNIUM_SCREENSHOTS");
    view.resetZoom();
    view.setCaption(QStringLiteral("Simulated stars; autoencoder 3; recipe \"stars\""));
    for (const char *ending : {"png", "svg", "pdf"})
        if (!folder.isEmpty())
        {
            const std::filesystem::path path =
                QDir(folder)
                    .filePath(QStringLiteral("latent_figure.%1").arg(QLatin1String(ending)))
                    .toStdString();
            EXPECT_TRUE(exportFigure(view, {.format = *figureFormat(path)}, path));
        }
}

INSTANTIATE_TEST_SUITE_P(Themes, LatentScreenshots, testing::Values(ThemeKind::Dark, ThemeKind::Light));

} // namespace
} // namespace somnium::ui
