// SPDX-License-Identifier: GPL-3.0-or-later
// How the window behaves on a session of very many sources: time to open, to scroll, from a click on the map
// to the gallery, to sort and to select, the longest time that the window did not answer, and memory. The
// session is made here, without images to import: sources, positions, headers, a catalogue, small samples, a
// map with mapping.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>
#include <QTimer>

#include "core/base/platform.h"
#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/session/session.h"
#include "ui/main_window/main_window.h"
#include "ui/views/filmstrip.h"
#include "ui/views/map_canvas.h"
#include "ui/views/source_table.h"
#include "ui/views/table_view.h"
#include "ui/views/thumbnail_list.h"

namespace somnium
{
namespace
{

constexpr std::size_t kSide = 16; ///< pixels of a sample: the window does not care, the disk does
constexpr int kWaitMs = 300000;

std::string headerOf(double raDeg, double decDeg)
{
    std::string cards;
    const auto add = [&cards](std::string card) {
        card.resize(80, ' ');
        cards += card;
    };
    add("CTYPE1  = 'RA---TAN'");
    add("CTYPE2  = 'DEC--TAN'");
    add("CRVAL1  = " + std::to_string(raDeg));
    add("CRVAL2  = " + std::to_string(decDeg));
    for (const char *card : {"CRPIX1  = 32.5", "CRPIX2  = 32.5", "CDELT1  = -0.0005", "CDELT2  = 0.0005",
                             "CUNIT1  = 'deg'", "CUNIT2  = 'deg'", "RADESYS = 'ICRS'", "EQUINOX = 2000.0"})
        add(card);
    return cards;
}

data::Collection makeCollection(std::size_t count, Random &random)
{
    data::Collection collection;
    collection.name = "bench";
    collection.fingerprint = count;
    data::HeaderCardsPool pool;
    std::vector<double> flux;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
    {
        data::Source source;
        source.raDeg = random.uniform(0.0, 360.0);
        source.decDeg = random.uniform(-30.0, 60.0);
        source.id = "ILTJ" + std::to_string(100000000 + i) + ".12";
        source.origin.file = "/survey/mosaics/part" + std::to_string(i / 5000) + "/cutouts.tar";
        source.origin.member = "cutouts/" + source.id + ".fits";
        source.origin.hdu = 1;
        source.originalShape = {1, 64, 64};
        source.wcsCards = pool.add(headerOf(source.raDeg, source.decDeg));
        collection.sources.push_back(std::move(source));
        flux.push_back(std::pow(10.0, random.normal()));
        names.push_back(i % 7 == 0 ? "FR2" : "FR1");
    }
    (void)collection.catalogue.addColumn(data::makeColumn("flux", std::move(flux), "mJy"));
    (void)collection.catalogue.addColumn(data::makeColumn("class", std::move(names)));
    return collection;
}

som::Som makeMap(std::size_t side, Random &random)
{
    som::Som map;
    map.layout = som::MapLayout::rectangular(side, side).value();
    map.shape = {1, kSide, kSide};
    map.grid = compute::polarGridFor(map.shape, compute::MatchPrecision::Standard).value();
    map.params.layout = map.layout;
    map.prototypes.resize(map.layout.neuronCount() * map.shape.size());
    for (float &pixel : map.prototypes)
        pixel = static_cast<float>(random.uniform());
    return map;
}

som::Mapping makeMapping(std::size_t count, std::size_t neurons, Random &random)
{
    som::Mapping mapping;
    for (std::size_t i = 0; i < count; ++i)
    {
        mapping.best.push_back(random.below(static_cast<std::uint32_t>(neurons)));
        mapping.second.push_back(random.below(static_cast<std::uint32_t>(neurons)));
        mapping.distance.push_back(static_cast<float>(1.0 + std::abs(random.normal())));
        mapping.secondDistance.push_back(mapping.distance.back() * 1.1F);
        mapping.transform.push_back({static_cast<float>(random.uniform(0.0, 6.28)), random.below(2) == 0});
    }
    return mapping;
}

void makeSession(const std::filesystem::path &path, std::size_t count, std::size_t mapSide)
{
    Random random(1);
    const auto session = session::Session::create(path).value();
    const data::Collection collection = makeCollection(count, random);
    const prepare::Recipe recipe = prepare::radioRecipe();
    const auto samples = session->samplesPath(collection.fingerprint, recipe).value();
    const auto writer = data::SampleStoreWriter::create(samples, {1, kSide, kSide}).value();
    data::Image image({1, kSide, kSide});
    for (std::size_t i = 0; i < count; ++i)
    {
        for (float &pixel : image.pixels())
            pixel = static_cast<float>(random.uniform());
        (void)writer->append(image.view());
    }
    (void)writer->finish(collection.fingerprint);
    const auto id = session->addCollection(collection, recipe, {1, kSide, kSide}).value();
    const som::Som map = makeMap(mapSide, random);
    const som::Mapping mapping = makeMapping(count, map.layout.neuronCount(), random);
    (void)session->saveModel(id, "map", map, true, &mapping).value();
}

double megabytes(std::size_t bytes)
{
    return static_cast<double>(bytes) / 1e6;
}

/// Does `action` and lets the window work until `isDone`; prints how long that took and the longest time that
/// the window's thread was busy without a look at its events.
void measure(const char *name, const std::function<void()> &action, const std::function<bool()> &isDone)
{
    QElapsedTimer since;
    QElapsedTimer sinceBeat;
    qint64 longestNs = 0;
    QTimer beat;
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] {
        longestNs = std::max(longestNs, sinceBeat.nsecsElapsed());
        sinceBeat.restart();
    });
    beat.start(0);
    QCoreApplication::processEvents();
    longestNs = 0;
    since.start();
    sinceBeat.start();
    action();
    while (!isDone() && since.elapsed() < kWaitMs)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    const double doneMs = static_cast<double>(since.nsecsElapsed()) / 1e6;
    // What is still to come, such as the journal's write and repaints, may hold up the window, too.
    QElapsedTimer rest;
    rest.start();
    while (rest.elapsed() < 700)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    std::printf("%-42s %9.1f ms   longest frame %7.1f ms   resident %6.0f MB\n", name, doneMs,
                static_cast<double>(longestNs) / 1e6, megabytes(residentBytes()));
    std::fflush(stdout);
}

void click(ui::MainWindow &window, const char *name)
{
    auto *action = window.findChild<QAction *>(QLatin1String(name));
    if (action != nullptr)
        action->trigger();
    else
        std::printf("no action %s\n", name);
}

void clickRow(ui::SourceTable &table, int row, Qt::KeyboardModifiers modifiers)
{
    table.scrollTo(table.model()->index(row, 0));
    const QRect cell = table.visualRect(table.model()->index(row, 0));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, modifiers, cell.center());
}

int run(const std::filesystem::path &folder, std::size_t count, std::size_t mapSide)
{
    const auto path =
        folder / ("bench-" + std::to_string(count) + "-" + std::to_string(mapSide) + ".somnium");
    if (!std::filesystem::exists(path))
    {
        const auto start = std::chrono::steady_clock::now();
        makeSession(path, count, mapSide);
        std::printf("made a session of %zu sources in %.1f s\n", count,
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        std::printf("run again to measure: this process holds what it took to make it\n");
        return 0;
    }
    ui::Workbench bench([] { return compute::chooseBackend("cpu"); });
    ui::MainWindow window(bench);
    window.resize(1600, 1000);
    window.show();
    auto *table = window.findChild<ui::SourceTable *>();
    auto *canvas = window.findChild<ui::MapCanvas *>();
    auto *film = window.findChild<ui::Filmstrip *>();
    auto *tabs = window.findChild<QTabWidget *>();
    const auto always = [] { return true; };
    measure(
        "open (map and table there)", [&] { window.openPaths({path}); },
        [&] {
            return bench.session.survey() && bench.session.survey()->map &&
                   table->model()->rowCount() == static_cast<int>(count);
        });
    measure(
        "click on a prototype until the gallery",
        [&] {
            const QPointF at = canvas->cellRect(mapSide + 1).center();
            QTest::mouseClick(canvas, Qt::LeftButton, Qt::NoModifier, at.toPoint());
        },
        [&] { return film->itemCount() > 0; });
    measure(
        "paint the gallery", [&] { film->list()->viewport()->repaint(); }, always);
    measure(
        "show the table", [&] { click(window, "tableTabAction"); }, always);
    measure(
        "100 pages of the table",
        [&] {
            for (int i = 0; i < 100; ++i)
            {
                table->verticalScrollBar()->setValue(table->verticalScrollBar()->maximum() / 100 * i);
                table->viewport()->repaint();
            }
        },
        always);
    const auto *model = table->model();
    for (const auto &[name, column] : {std::pair("sort by distance", 4), std::pair("sort by id", 0)})
    {
        bool isSorted = false;
        const auto connection =
            QObject::connect(model, &QAbstractItemModel::modelReset, [&] { isSorted = true; });
        measure(
            name, [&, column = column] { table->sortByColumn(column, Qt::DescendingOrder); },
            [&] { return isSorted; });
        QObject::disconnect(connection);
    }
    const int last = static_cast<int>(count) - 1;
    measure(
        "click on a row", [&] { clickRow(*table, last / 2, Qt::NoModifier); }, always);
    measure(
        "shift+click: half of all", [&] { clickRow(*table, last, Qt::ShiftModifier); }, always);
    measure(
        "ctrl+click with half selected", [&] { clickRow(*table, last / 3, Qt::ControlModifier); }, always);
    measure(
        "select all", [&] { click(window, "selectAllAction"); }, always);
    measure(
        "ctrl+click with all selected", [&] { clickRow(*table, last / 4, Qt::ControlModifier); }, always);
    measure(
        "undo", [&] { bench.session.journal().stack().undo(); }, always);
    measure(
        "show the map", [&] { click(window, "mapTabAction"); }, always);
    measure(
        "show the outliers", [&] { click(window, "outliersTabAction"); }, always);
    (void)tabs;
    std::printf("peak resident %.0f MB\n", megabytes(peakResidentBytes()));
    return 0;
}

} // namespace
} // namespace somnium

int main(int argc, char **argv)
{
    if (argc < 2)
    {
        std::fprintf(stderr, "usage: bench_window FOLDER [SOURCES [SIDE_OF_MAP]]\n");
        return 1;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    const QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("somnium-test"));
    QApplication::setApplicationName(QStringLiteral("somnium-bench"));
    const auto number = [&](int at, std::size_t otherwise) {
        return argc > at ? static_cast<std::size_t>(std::strtoull(argv[at], nullptr, 10)) : otherwise;
    };
    return somnium::run(argv[1], number(2, 1000000), number(3, 20));
}
