// SPDX-License-Identifier: GPL-3.0-or-later
// The window. Wires core and ui together, nothing else. Without a display it says so and ends with 3.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QSettings>
#include <QStyleHints>

#include "core/base/version.h"
#include "core/compute/backend_factory.h"
#include "ui/main_window/geometry_reporter.h"
#include "ui/main_window/main_window.h"
#include "ui/theme.h"

namespace
{

using namespace somnium;

constexpr int kNoDisplay = 3;

struct Options
{
    std::vector<std::string> paths;
    std::string device = "auto";
    bool wantsSample = false;
};

/// Qt ends the process where it finds no display; asked here first, so that the caller can do something else.
bool hasDisplay()
{
#if defined(__linux__)
    const char *platform = std::getenv("QT_QPA_PLATFORM");
    const bool isHeadlessPlatform = platform && *platform;
    const auto isSet = [](const char *name) {
        const char *value = std::getenv(name);
        return value && *value;
    };
    return isHeadlessPlatform || isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
#else
    return true;
#endif
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

int runWindow(QApplication &application, const Options &options)
{
    const QPalette system = application.palette();
    ui::applyTheme(application, themeFor(QSettings().value(QStringLiteral("theme")).toString(), system));
    ui::Workbench workbench([device = options.device] { return compute::chooseBackend(device); });
    ui::MainWindow window(workbench);
    followTheme(application, window, system);
    if (const QString report = qEnvironmentVariable("SOMNIUM_UI_GEOMETRY"); !report.isEmpty())
        new ui::GeometryReporter(report, &window);
    window.show();
    if (options.wantsSample)
        window.exploreSample();
    std::vector<std::filesystem::path> paths;
    for (const std::string &path : options.paths)
        paths.push_back(std::filesystem::absolute(path));
    window.openPaths(paths);
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    CLI::App commandLine(
        "Somnium " + std::string(version()) +
        ": puts a sky survey in order by rotation- and flip-invariant self-organising maps.");
    commandLine.add_option("paths", options.paths,
                           "a .somnium session to open, or images, folders, archives to import");
    commandLine.add_flag("--sample", options.wantsSample,
                         "simulate a survey of radio galaxies, train a map of it");
    commandLine.add_option("--device", options.device, "auto, cpu or cuda")->capture_default_str();
    commandLine.set_version_flag("--version", std::string(version()));
    CLI11_PARSE(commandLine, argc, argv);
    if (!hasDisplay())
    {
        std::cerr << "somnium: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). "
                     "Use somnium-cli to work without a window.\n";
        return kNoDisplay;
    }
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("somnium"));
    QApplication::setApplicationName(QStringLiteral("somnium"));
    return runWindow(application, options);
}
