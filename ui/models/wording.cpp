// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/wording.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>

namespace somnium::ui
{

namespace
{

QString translated(const char *text)
{
    return QCoreApplication::translate("Wording", text);
}

} // namespace

QString sourcesText(std::size_t count)
{
    return count == 1 ? translated(QT_TRANSLATE_NOOP("Wording", "1 source"))
                      : translated(QT_TRANSLATE_NOOP("Wording", "%1 sources"))
                            .arg(QLocale().toString(static_cast<qulonglong>(count)));
}

QString cellText(const data::Column &column, std::size_t row)
{
    if (row >= column.rowCount())
        return {};
    const bool isFraction =
        column.type() == data::ColumnType::Float32 || column.type() == data::ColumnType::Float64;
    if (!isFraction || column.width != 1 || column.isMissing(row))
        return QString::fromStdString(column.text(row));
    const int digits = column.type() == data::ColumnType::Float32 ? 6 : 8;
    return QLocale().toString(column.number(row), 'g', digits);
}

QString epochsText(std::size_t count)
{
    return count == 1 ? translated(QT_TRANSLATE_NOOP("Wording", "1 epoch"))
                      : translated(QT_TRANSLATE_NOOP("Wording", "%1 epochs"))
                            .arg(QLocale().toString(static_cast<qulonglong>(count)));
}

QString rateText(double imagesPerSecond)
{
    if (!(imagesPerSecond > 0.0))
        return {};
    const QLocale locale;
    return imagesPerSecond >= 10'000.0 ? translated(QT_TRANSLATE_NOOP("Wording", "%1k images/s"))
                                             .arg(locale.toString(imagesPerSecond / 1000.0, 'f', 0))
                                       : translated(QT_TRANSLATE_NOOP("Wording", "%1 images/s"))
                                             .arg(locale.toString(imagesPerSecond, 'f', 0));
}

QString durationText(double seconds)
{
    const auto whole = static_cast<qlonglong>(std::ceil(seconds));
    if (whole < 120)
        return translated(QT_TRANSLATE_NOOP("Wording", "%1 s")).arg(whole);
    const qlonglong minutes = (whole + 59) / 60;
    if (minutes < 120)
        return translated(QT_TRANSLATE_NOOP("Wording", "%1 min")).arg(minutes);
    return translated(QT_TRANSLATE_NOOP("Wording", "%1 h %2 min")).arg(minutes / 60).arg(minutes % 60);
}

} // namespace somnium::ui
