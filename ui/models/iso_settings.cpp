// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/iso_settings.h"

#include <algorithm>
#include <cmath>

#include <QLocale>
#include <QRegularExpression>

namespace somnium::ui
{

std::optional<std::vector<double>> parseLevels(const QString &text)
{
    static const QRegularExpression separators(QStringLiteral("[\\s;]+"));
    std::vector<double> levels;
    const QLocale locale;
    for (const QString &word : text.split(separators, Qt::SkipEmptyParts))
    {
        // "1, 2, 3" is written by people whose decimals have a point.
        const QString number = word.endsWith(QLatin1Char(',')) ? word.chopped(1) : word;
        bool isNumber = false;
        double level = locale.toDouble(number, &isNumber);
        if (!isNumber)
            level = QLocale::c().toDouble(number, &isNumber);
        if (!isNumber || !std::isfinite(level))
            return std::nullopt;
        levels.push_back(level);
    }
    std::ranges::sort(levels);
    const auto repeated = std::ranges::unique(levels);
    levels.erase(repeated.begin(), repeated.end());
    return levels;
}

} // namespace somnium::ui
