// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/wording.h"

#include <cmath>
#include <variant>

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace somnium::ui
{

namespace
{

QString translated(const char *text)
{
    return QCoreApplication::translate("Wording", text);
}

QString nameOf(search::OddityScore score)
{
    using Score = search::OddityScore;
    switch (score)
    {
    case Score::Combined: return translated(QT_TRANSLATE_NOOP("Wording", "Combined"));
    case Score::Unexplained: return translated(QT_TRANSLATE_NOOP("Wording", "Unexplained light"));
    case Score::OverNeuron: return translated(QT_TRANSLATE_NOOP("Wording", "Far for its neuron"));
    case Score::OverExpected: return translated(QT_TRANSLATE_NOOP("Wording", "Far for its S/N"));
    case Score::Distance: return translated(QT_TRANSLATE_NOOP("Wording", "Distance"));
    case Score::Isolation: return translated(QT_TRANSLATE_NOOP("Wording", "Isolated neuron"));
    case Score::Loneliness: return translated(QT_TRANSLATE_NOOP("Wording", "Lonely shape"));
    }
    return {};
}

QString descriptionOf(search::OddityScore score)
{
    using Score = search::OddityScore;
    switch (score)
    {
    case Score::Combined:
        return translated(QT_TRANSLATE_NOOP(
            "Wording", "how rare its unexplained light and its distance for its neuron are"));
    case Score::Unexplained:
        return translated(QT_TRANSLATE_NOOP(
            "Wording", "share of its light that the prototype, at its best brightness, leaves"));
    case Score::OverNeuron:
        return translated(QT_TRANSLATE_NOOP("Wording", "distance over the median of its neuron"));
    case Score::OverExpected:
        return translated(QT_TRANSLATE_NOOP("Wording", "distance over what is usual at its signal-to-noise"));
    case Score::Distance: return translated(QT_TRANSLATE_NOOP("Wording", "distance to the best prototype"));
    case Score::Isolation:
        return translated(
            QT_TRANSLATE_NOOP("Wording", "its neuron has few sources and lies far from its neighbours"));
    case Score::Loneliness:
        return translated(QT_TRANSLATE_NOOP("Wording", "how far the fifth nearest source is in shape"));
    }
    return {};
}

QString nameOf(search::SpectralOutlierScore score)
{
    using Score = search::SpectralOutlierScore;
    switch (score)
    {
    case Score::Combined: return translated(QT_TRANSLATE_NOOP("Wording", "Combined"));
    case Score::Unexplained: return translated(QT_TRANSLATE_NOOP("Wording", "Unexplained for its S/N"));
    case Score::Isolation: return translated(QT_TRANSLATE_NOOP("Wording", "Lonely for its S/N"));
    case Score::LatentIsolation:
        return translated(QT_TRANSLATE_NOOP("Wording", "Lonely in the latent space"));
    case Score::Reconstruction: return translated(QT_TRANSLATE_NOOP("Wording", "Reconstruction error"));
    case Score::NeighbourDistance:
        return translated(QT_TRANSLATE_NOOP("Wording", "Distance of its neighbours"));
    }
    return {};
}

QString descriptionOf(search::SpectralOutlierScore score)
{
    using Score = search::SpectralOutlierScore;
    switch (score)
    {
    case Score::Combined:
        return translated(QT_TRANSLATE_NOOP(
            "Wording", "how rare what the model leaves of it and the distance of its neighbours are"));
    case Score::Unexplained:
        return translated(QT_TRANSLATE_NOOP(
            "Wording", "how much more the model leaves of it than is usual at its signal-to-noise"));
    case Score::Isolation:
        return translated(QT_TRANSLATE_NOOP(
            "Wording", "how much further its neighbours are than is usual at its signal-to-noise"));
    case Score::LatentIsolation:
        return translated(QT_TRANSLATE_NOOP(
            "Wording", "how much further its neighbours in the latent space are than is usual"));
    case Score::Reconstruction:
        return translated(QT_TRANSLATE_NOOP("Wording", "what the model leaves of it, chi\u00B2 per pixel"));
    case Score::NeighbourDistance:
        return translated(QT_TRANSLATE_NOOP("Wording", "distance of its fifth nearest spectrum"));
    }
    return {};
}

/// "1.7 x what is usual"; empty where that is not known.
QString timesUsual(const search::UsualFigure &figure, std::size_t source, float signalToNoise)
{
    const float ratio = figure.ratio(source, signalToNoise);
    return std::isfinite(ratio) ? QLocale().toString(static_cast<double>(ratio), 'f', 1) : QString();
}

} // namespace

QString sourcesText(std::size_t count)
{
    return count == 1 ? translated(QT_TRANSLATE_NOOP("Wording", "1 source"))
                      : translated(QT_TRANSLATE_NOOP("Wording", "%1 sources"))
                            .arg(QLocale().toString(static_cast<qulonglong>(count)));
}

QString neuronName(const som::MapLayout &layout, std::size_t neuron)
{
    const som::MapLayout::Cell cell = layout.cell(neuron);
    switch (layout.dimensionCount())
    {
    case 1: return QStringLiteral("(%1)").arg(cell.x);
    case 2: return QStringLiteral("(%1, %2)").arg(cell.x).arg(cell.y);
    default: return QStringLiteral("(%1, %2, %3)").arg(cell.x).arg(cell.y).arg(cell.z);
    }
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

QString oddityName(const AnyOddityScore &score)
{
    return std::visit([](auto one) { return nameOf(one); }, score);
}

QString oddityDescription(const AnyOddityScore &score)
{
    return std::visit([](auto one) { return descriptionOf(one); }, score);
}

QString verdictText(session::Verdict verdict)
{
    switch (verdict)
    {
    case session::Verdict::Interesting: return translated(QT_TRANSLATE_NOOP("Wording", "interesting"));
    case session::Verdict::Boring: return translated(QT_TRANSLATE_NOOP("Wording", "boring"));
    case session::Verdict::Artefact: return translated(QT_TRANSLATE_NOOP("Wording", "artefact"));
    case session::Verdict::None: break;
    }
    return {};
}

QString reasonsText(const search::OddityReasons &reasons)
{
    const QLocale locale;
    const auto times = [&locale](float value, float usual) {
        return usual > 0.0F ? locale.toString(static_cast<double>(value / usual), 'f', 1) : QString();
    };
    QStringList parts;
    parts << translated(QT_TRANSLATE_NOOP("Wording", "%1 x the median of its neuron (%2)"))
                 .arg(times(reasons.distance, reasons.neuronMedian), sourcesText(reasons.neuronMembers));
    parts << translated(QT_TRANSLATE_NOOP("Wording", "%1 x what is usual at its S/N"))
                 .arg(times(reasons.distance, reasons.expectedDistance));
    if (std::isfinite(reasons.unexplained))
        parts << translated(QT_TRANSLATE_NOOP("Wording", "%1 % of its light unexplained"))
                     .arg(locale.toString(100.0 * static_cast<double>(reasons.unexplained), 'f', 0));
    parts << translated(
                 QT_TRANSLATE_NOOP("Wording", "its neuron %1 x as far from its neighbours as is usual"))
                 .arg(locale.toString(static_cast<double>(reasons.separation), 'f', 1));
    return parts.join(QStringLiteral("; "));
}

QString reasonsText(std::size_t source, const search::SpectralOutlierFigures &figures)
{
    const float signalToNoise = figures.signalToNoise[source];
    QStringList parts;
    const auto add = [&](const search::UsualFigure &figure, const QString &text) {
        if (const QString times = timesUsual(figure, source, signalToNoise); !times.isEmpty())
            parts << text.arg(times);
    };
    add(figures.reconstruction, translated(QT_TRANSLATE_NOOP("Wording", "its reconstruction error is %1 x")));
    add(figures.spectralDistance,
        translated(QT_TRANSLATE_NOOP("Wording", "the distance of its neighbours %1 x")));
    add(figures.latentDistance, translated(QT_TRANSLATE_NOOP("Wording", "that in the latent space %1 x")));
    if (parts.isEmpty())
        return translated(QT_TRANSLATE_NOOP("Wording", "it cannot be judged: too few pixels are usable"));
    return translated(QT_TRANSLATE_NOOP("Wording", "%1 what is usual at its S/N of %2"))
        .arg(parts.join(QStringLiteral(", ")),
             QLocale().toString(static_cast<double>(signalToNoise), 'g', 3));
}

} // namespace somnium::ui
