// SPDX-License-Identifier: GPL-3.0-or-later
// How the window looks: neutral greys, one accent, dark for image work and a light twin. Everything is
// carried by the application's palette, so a widget that paints asks `themeColours(palette())`.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>

class QApplication;

namespace somnium::ui
{

enum class ThemeKind
{
    Dark,
    Light,
};

/// What a widget paints with besides its palette. Selection and comparison are Okabe & Ito's orange and blue,
/// which people with any colour vision tell apart.
struct ThemeColours
{
    QColor canvas;     ///< behind images
    QColor gridLine;   ///< between prototypes
    QColor selection;  ///< orange
    QColor comparison; ///< blue
    QColor accent;
    QColor quietText;
    QColor separator;
    bool isDark = true;
};

/// Fusion style, palette, fonts, the small style sheet, window icon. May be called again to change the theme.
void applyTheme(QApplication &application, ThemeKind kind);

[[nodiscard]] ThemeColours themeColours(const QPalette &palette);
/// For figures on white paper, whatever the window's theme.
[[nodiscard]] ThemeColours paperColours();

/// An own line icon of resources/icons by its file name without ending; follows the theme and the screen's
/// scale. An unknown name gives a null icon.
[[nodiscard]] QIcon themeIcon(const QString &name);
[[nodiscard]] QIcon applicationIcon();

/// `font` if its figures are all of one width, else the system's fixed font at the same size.
[[nodiscard]] QFont tabularFont(const QFont &font);

/// Distances between widgets are multiples of it.
inline constexpr int kGridStep = 8;

} // namespace somnium::ui
