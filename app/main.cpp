// SPDX-License-Identifier: GPL-3.0-or-later
// The window. Wires core and ui together, nothing else. Without a display it says so and ends with 3.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QSettings>
#include <QStyleHints>

#include "app/device_option.h"
#include "app/figure.h"
#include "app/headless.h"
#include "core/base/version.h"
#include "core/compute/backend_factory.h"
#include "ui/main_window/geometry_reporter.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/stall_watch.h"
#include "ui/theme.h"

namespace
{

using namespace somnium;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kNoDisplay = 3;

struct Options
{
    std::vector<std::string> paths;
    std::string device = "auto";
    bool isDeviceGiven = false;
    std::string headlessFolder; ///< empty: open a window
    bool wantsSample = false;
    app::FigureRequest figure; ///< without a file: none is wanted
};

/// Qt aborts where it can open no display: said in a sentence instead, with a code that a caller can act on.
void endWithoutDisplay(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    std::cerr << message.toStdString() << '\n';
    if (type != QtFatalMsg)
        return;
    std::cerr << "somnium: no window can be opened here, since there is no display. "
                 "Use somnium-cli to work without a window.\n";
    std::_Exit(kNoDisplay);
}

/// Dark is made for image work; a desktop that says what it wants is followed.
ui::ThemeKind themeFor(const QString &chosen, const QPalette &system)
{
    if (chosen == QStringLiteral("dark"))
        return ui::ThemeKind::Dark;
    if (chosen == QStringLiteral("light"))
        return ui::ThemeKind::Light;
    const bool hasDesktop = !qEnvironmentVariableIsEmpty("XDG_CURRENT_DESKTOP");
    const bool isLight = system.color(QPalette::Window).lightness() > 127;
    return hasDesktop && isLight ? ui::ThemeKind::Light : ui::ThemeKind::Dark;
}

void followTheme(QApplication &application, ui::MainWindow &window, const QPalette &system)
{
    QObject::connect(&window, &ui::MainWindow::themeChosen, &window,
                     [&application, system](const QString &chosen) {
                         QSettings().setValue(QStringLiteral("theme"), chosen);
                         ui::applyTheme(application, themeFor(chosen, system));
                     });
}

std::vector<std::filesystem::path> absolutePaths(const Options &options)
{
    std::vector<std::filesystem::path> paths;
    for (const std::string &path : options.paths)
        paths.push_back(std::filesystem::absolute(path));
    return paths;
}

bool needsNoWindow(const Options &options)
{
    return !options.headlessFolder.empty() || !options.figure.out.empty();
}

JobContext contextWithoutWindow()
{
    JobContext context;
    context.onNotice = [](const std::string &text) { std::cerr << "somnium: " << text << '\n'; };
    return context;
}

Result<void> outcomeWithoutWindow(const Options &options)
{
    const JobContext context = contextWithoutWindow();
    const std::vector<std::filesystem::path> paths = absolutePaths(options);
    if (options.figure.out.empty())
        return app::runHeadless(std::filesystem::absolute(options.headlessFolder), paths, options.device,
                                context);
    if (paths.size() != 1)
        return failure(ErrorKind::InvalidArgument, "--figure: expected one session to draw, found " +
                                                       std::to_string(paths.size()) + " paths");
    app::FigureRequest request = options.figure;
    request.session = paths.front();
    if (options.isDeviceGiven)
        request.device = options.device;
    return app::writeFigure(request, context);
}

int runWithoutWindow(const Options &options)
{
    const auto outcome = outcomeWithoutWindow(options);
    if (!outcome)
        std::cerr << "somnium: " << outcome.error().message << '\n';
    return outcome ? 0 : kFailed;
}

/// A device that was asked for and cannot be used is said where it was asked for, before there is a window.
Result<void> tryDevice(const Options &options)
{
    if (!options.isDeviceGiven || options.device == "auto")
        return {};
    const auto chosen = compute::chooseBackend(options.device);
    return chosen ? Result<void>() : failure(chosen.error());
}

int runWindow(QApplication &application, const Options &options)
{
    if (const auto tried = tryDevice(options); !tried)
    {
        std::cerr << "somnium: " << tried.error().message << '\n';
        return kFailed;
    }
    const QPalette system = application.palette();
    ui::applyTheme(application, themeFor(QSettings().value(QStringLiteral("theme")).toString(), system));
    ui::DeviceSource devices;
    devices.asked = options.isDeviceGiven ? options.device : std::string();
    ui::Workbench workbench(devices);
    ui::MainWindow window(workbench);
    followTheme(application, window, system);
    if (const QString report = qEnvironmentVariable("SOMNIUM_UI_GEOMETRY"); !report.isEmpty())
        new ui::GeometryReporter(report, &window);
    if (const int limitMs = qEnvironmentVariableIntValue("SOMNIUM_UI_STALLS"); limitMs > 0)
        new ui::StallWatch(std::chrono::milliseconds(limitMs), &window);
    window.show();
    if (options.wantsSample)
        window.exploreSample();
    window.openPaths(absolutePaths(options));
    return QApplication::exec();
}

void addFigureOptions(CLI::App &commandLine, app::FigureRequest &figure)
{
    commandLine
        .add_option("--figure", figure.out,
                    "open no window: draw a view of the session given to this file (.png, .svg, .pdf)")
        ->group("Figures");
    commandLine.add_option("--view", figure.view, "map, poster, outliers, furthest, training")
        ->capture_default_str()
        ->group("Figures");
    commandLine
        .add_option("--colour-by", figure.colourBy,
                    "of the map: none, hits, u-matrix, distance, or the name of a column or label")
        ->capture_default_str()
        ->group("Figures");
    commandLine.add_option("--slice", figure.slice, "of a 3-D map: this slice only")->group("Figures");
    commandLine.add_option("--size", figure.size, "width x height [mm]")
        ->capture_default_str()
        ->group("Figures");
    commandLine.add_option("--paper", figure.paper, "A4, A3, A2, A1 or A0 in place of --size; a poster: A3")
        ->group("Figures");
    commandLine.add_flag("--landscape", figure.isLandscape, "paper across")->group("Figures");
    commandLine.add_option("--dpi", figure.dpi, "of a PNG")->capture_default_str()->group("Figures");
    commandLine.add_option("--model", figure.model, "name of the map; default: the newest")->group("Figures");
}

/// Returns the option of the device.
const CLI::Option *addOptions(CLI::App &commandLine, Options &options)
{
    commandLine.add_option("paths", options.paths,
                           "a .somnium session to open, or images, folders, archives to import");
    commandLine.add_flag("--sample", options.wantsSample,
                         "simulate a survey of radio galaxies, train a map of it");
    commandLine.add_option(
        "--headless", options.headlessFolder,
        "open no window: import (default: the sample), train, and put session, outliers and "
        "figures into this folder");
    addFigureOptions(commandLine, options.figure);
    commandLine.set_version_flag("--version", std::string(version()));
    return app::addDeviceOption(commandLine, options.device);
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    CLI::App commandLine(
        "Somnium " + std::string(version()) +
        ": puts a sky survey in order by rotation- and flip-invariant self-organising maps.");
    const CLI::Option *device = addOptions(commandLine, options);
    try
    {
        commandLine.parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return commandLine.exit(error) == 0 ? 0 : kWrongUsage;
    }
    options.isDeviceGiven = device->count() > 0;
    if (needsNoWindow(options))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QtMessageHandler usual = qInstallMessageHandler(endWithoutDisplay);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    QApplication::setOrganizationName(QStringLiteral("somnium"));
    QApplication::setApplicationName(QStringLiteral("somnium"));
    return needsNoWindow(options) ? runWithoutWindow(options) : runWindow(application, options);
}
