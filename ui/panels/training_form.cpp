// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/training_form.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include "ui/panels/panel_parts.h"

namespace somnium::ui
{

namespace
{

constexpr double kLeastSigma = 0.1;
constexpr int kIsFileRole = Qt::UserRole + 1; ///< of a map to start from

enum Kind
{
    kRectangular,
    kHexagonal,
    kLine,
    kBox,
};

enum Preset
{
    kStandard,
    kQuickLook,
    kAsPink,
    kOwnChoice,
};

som::TrainingParams paramsOf(int preset, std::size_t sampleSide)
{
    som::TrainingParams params;
    if (preset == kQuickLook)
    {
        params.layout = som::MapLayout::rectangular(6, 6).value();
        params.epochs = 5;
        params.precision = compute::MatchPrecision::Fast;
    }
    if (preset == kAsPink)
    {
        // The defaults of PINK 2.5: --dist-func gaussian 1.1 0.2, --numrot 360, --num-iter 1, --init zero,
        // and a neuron that no rotation of the image leaves.
        params.epochs = 1;
        params.rule = som::LearningRule::Online;
        params.neighbourhood = som::Neighbourhood::PinkGaussian;
        params.sigmaStart = 1.1;
        params.sigmaEnd = 1.1;
        params.schedule = som::Schedule::Constant;
        params.learningRateStart = 0.2;
        params.learningRateEnd = 0.2;
        params.learningRateSchedule = som::Schedule::Constant;
        params.initialisation = som::Initialisation::Zero;
        params.rotations = 360;
        params.neuronSide =
            static_cast<std::size_t>(std::floor(static_cast<double>(sampleSide) * std::numbers::sqrt2 / 2.0));
    }
    return params;
}

Kind kindOf(const som::MapLayout &layout)
{
    if (layout.isHexagonal())
        return kHexagonal;
    return layout.dimensionCount() == 1 ? kLine : layout.dimensionCount() == 3 ? kBox : kRectangular;
}

} // namespace

Result<som::MapLayout> TrainingForm::layoutResult() const
{
    const auto width = static_cast<std::size_t>(m_width->value());
    const auto height = static_cast<std::size_t>(m_height->value());
    const auto edges = m_periodic->isChecked() ? som::LayoutEdges::Periodic : som::LayoutEdges::Open;
    std::vector<std::size_t> sides;
    switch (m_kind->currentIndex())
    {
    case kHexagonal: return som::MapLayout::hexagonal(width, edges);
    case kLine: sides = {width}; break;
    case kBox: sides = {width, height, static_cast<std::size_t>(m_depth->value())}; break;
    default: sides = {width, height}; break;
    }
    return som::MapLayout::fromSides(som::LayoutKind::Rectangular, sides, edges);
}

double TrainingForm::defaultSigmaStart() const
{
    const auto layout = layoutResult();
    const double longest = layout ? static_cast<double>(layout->longestSide()) : m_width->value();
    return std::max(kLeastSigma, longest / 2.0);
}

// The default width follows the layout until somebody has chosen another one.
void TrainingForm::followLayout()
{
    const double suggested = defaultSigmaStart();
    m_sigmaStart->setInitial(suggested);
    if (!m_isSetting && std::abs(m_sigmaStart->value() - m_lastDefaultSigma) < kLeastSigma / 2)
        m_sigmaStart->setValue(suggested);
    m_lastDefaultSigma = suggested;
    refresh();
}

void TrainingForm::setParams(const som::TrainingParams &params)
{
    m_isSetting = true;
    m_base = params;
    m_kind->setCurrentIndex(kindOf(params.layout));
    m_width->setValue(static_cast<int>(params.layout.width()));
    // Sides that a layout does not have keep what they were: they come back with the other layouts.
    if (params.layout.dimensionCount() > 1)
        m_height->setValue(static_cast<int>(params.layout.height()));
    if (params.layout.dimensionCount() > 2)
        m_depth->setValue(static_cast<int>(params.layout.depth()));
    m_periodic->setChecked(params.layout.isPeriodic());
    m_epochs->setValue(static_cast<int>(params.epochs));
    m_lastDefaultSigma = defaultSigmaStart();
    m_sigmaStart->setInitial(m_lastDefaultSigma);
    m_sigmaStart->setValue(params.sigmaStart > 0.0 ? params.sigmaStart : m_lastDefaultSigma);
    m_sigmaEnd->setValue(params.sigmaEnd);
    m_schedule->setCurrentIndex(static_cast<int>(params.schedule));
    m_neighbourhood->setCurrentIndex(static_cast<int>(params.neighbourhood));
    m_reach->setValue(params.maxUpdateDistance);
    m_start->setCurrentIndex(static_cast<int>(params.initialisation));
    m_rule->setCurrentIndex(static_cast<int>(params.rule));
    m_rateStart->setValue(params.learningRateStart);
    m_rateEnd->setValue(params.learningRateEnd);
    m_rateSchedule->setCurrentIndex(static_cast<int>(params.learningRateSchedule));
    m_perStep->setValue(static_cast<int>(params.sourcesPerStep));
    m_shuffles->setChecked(params.shuffles);
    m_rotations->setValue(static_cast<int>(params.rotations));
    m_flips->setChecked(params.useFlips);
    m_neuronSide->setValue(static_cast<int>(params.neuronSide));
    QStringList weights;
    for (const float weight : params.channelWeights)
        weights << QLocale().toString(weight, 'g', 7);
    m_weights->setText(weights.join(QStringLiteral("; ")));
    m_settled->setValue(100.0 * params.settledTolerance);
    m_seed->setValue(static_cast<int>(params.seed));
    m_precision->setCurrentIndex(static_cast<int>(params.precision));
    m_isSetting = false;
    refresh();
}

som::TrainingParams TrainingForm::params() const
{
    som::TrainingParams params = m_base;
    if (const auto layout = layoutResult())
        params.layout = *layout;
    params.epochs = static_cast<std::size_t>(m_epochs->value());
    params.sigmaStart = m_sigmaStart->value();
    params.sigmaEnd = m_sigmaEnd->value();
    params.schedule = static_cast<som::Schedule>(m_schedule->currentIndex());
    params.neighbourhood = static_cast<som::Neighbourhood>(m_neighbourhood->currentIndex());
    params.maxUpdateDistance = m_reach->value();
    params.initialisation = static_cast<som::Initialisation>(m_start->currentIndex());
    params.rule = static_cast<som::LearningRule>(m_rule->currentIndex());
    params.learningRateStart = m_rateStart->value();
    params.learningRateEnd = m_rateEnd->value();
    params.learningRateSchedule = static_cast<som::Schedule>(m_rateSchedule->currentIndex());
    params.sourcesPerStep = static_cast<std::size_t>(m_perStep->value());
    params.shuffles = m_shuffles->isChecked();
    params.rotations = static_cast<std::size_t>(m_rotations->value());
    params.useFlips = m_flips->isChecked();
    params.neuronSide = static_cast<std::size_t>(m_neuronSide->value());
    params.channelWeights = channelWeights().value_or(std::vector<float>());
    params.settledTolerance = m_settled->value() / 100.0;
    params.seed = static_cast<std::uint64_t>(m_seed->value());
    params.precision = static_cast<compute::MatchPrecision>(m_precision->currentIndex());
    return params;
}

/// Empty text: no weights. None if it cannot be read. Numbers are parted by spaces or semicolons, and by
/// commas where the language does not write them within numbers.
std::optional<std::vector<float>> TrainingForm::channelWeights() const
{
    const QLocale locale;
    QString text = m_weights->text();
    text.replace(QLatin1Char(';'), QLatin1Char(' '));
    if (locale.decimalPoint() != QLatin1String(","))
        text.replace(QLatin1Char(','), QLatin1Char(' '));
    std::vector<float> weights;
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words)
    {
        bool isNumber = false;
        weights.push_back(locale.toFloat(word, &isNumber));
        if (!isNumber || !(weights.back() >= 0.0F) || !std::isfinite(weights.back()))
            return std::nullopt;
    }
    return weights;
}

QString TrainingForm::problem() const
{
    const auto layout = layoutResult();
    if (!layout && m_kind->currentIndex() == kHexagonal)
        return tr(
            "A hexagonal map needs an odd number of neurons across (3 or more if its edges are joined).");
    if (!layout)
        return QString::fromStdString(layout.error().message);
    const auto weights = channelWeights();
    if (!weights)
        return tr("Channels: expected a number, 0 or more, for each of them, e.g. 1 0.5.");
    if (!weights->empty() && m_sampleShape.channels > 0 && weights->size() != m_sampleShape.channels)
        return tr("Channels: the sources have %1, so as many weights are needed.")
            .arg(m_sampleShape.channels);
    if (!weights->empty() && std::ranges::all_of(*weights, [](float weight) { return weight == 0.0F; }))
        return tr("Channels: at least one weight must be more than 0.");
    const auto side = static_cast<std::size_t>(m_neuronSide->value());
    if (m_sampleShape.rows > 0 && side > std::min(m_sampleShape.rows, m_sampleShape.columns))
        return tr("Window: the sources are only %1 pixels across.")
            .arg(std::min(m_sampleShape.rows, m_sampleShape.columns));
    if (m_start->currentIndex() == static_cast<int>(som::Initialisation::GivenMap) &&
        m_givenMap->count() == 0)
        return tr("From: choose the map to start from.");
    if (const auto valid = som::validate(params()); !valid)
        return QString::fromStdString(valid.error().message);
    return {};
}

/// What can be done, but is rarely meant.
QString TrainingForm::warning() const
{
    const auto layout = layoutResult();
    if (m_sampleCount > 0 && layout && layout->neuronCount() > m_sampleCount)
        return tr("%L1 neurons for %L2 sources: many will stay empty.")
            .arg(layout->neuronCount())
            .arg(m_sampleCount);
    const bool isConstant = m_schedule->currentIndex() == static_cast<int>(som::Schedule::Constant);
    if (!isConstant && m_sigmaEnd->value() > m_sigmaStart->value())
        return tr("The neighbourhood widens: \u03c3 last is larger than \u03c3 first.");
    const bool isBatch = m_rule->currentIndex() == static_cast<int>(som::LearningRule::Batch);
    if (isBatch && m_start->currentIndex() == static_cast<int>(som::Initialisation::Zero))
        return tr("From zero, all neurons are alike to the batch rule: start from random sources.");
    return {};
}

QString TrainingForm::startingMap() const
{
    const bool isGiven = m_start->currentIndex() == static_cast<int>(som::Initialisation::GivenMap);
    return isGiven ? m_givenMap->currentData().toString() : QString();
}

QString TrainingForm::mapName() const
{
    const QString name = m_name->text().trimmed();
    return name.isEmpty() ? tr("map") : name;
}

void TrainingForm::setMapName(const QString &name)
{
    m_name->setText(name);
}

void TrainingForm::setSamples(std::size_t count, const data::ImageShape &shape)
{
    m_sampleCount = count;
    m_sampleShape = shape;
    refresh();
}

void TrainingForm::setMaps(const std::vector<session::ModelSummary> &maps)
{
    const QVariant before = m_givenMap->currentData();
    {
        const QSignalBlocker blocker(m_givenMap);
        for (int i = m_givenMap->count() - 1; i >= 0; --i)
            if (!m_givenMap->itemData(i, kIsFileRole).toBool())
                m_givenMap->removeItem(i);
        for (const session::ModelSummary &map : maps)
            m_givenMap->addItem(QString::fromStdString(map.name), QString::fromStdString(map.name));
        m_givenMap->setCurrentIndex(std::max(0, m_givenMap->findData(before)));
    }
    refresh();
}

void TrainingForm::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Start from a map"), {}, tr("Maps: FITS, PINK (*.fits *.fit *.fts *.bin);;All files (*)"));
    if (file.isEmpty())
        return;
    if (m_givenMap->findData(file) < 0)
    {
        m_givenMap->addItem(QFileInfo(file).fileName(), file);
        m_givenMap->setItemData(m_givenMap->count() - 1, true, kIsFileRole);
    }
    m_givenMap->setCurrentIndex(m_givenMap->findData(file));
}

void TrainingForm::applyPreset(int index)
{
    if (index == kOwnChoice)
        return;
    const std::uint64_t seed = m_base.seed;
    som::TrainingParams params = paramsOf(index, std::min(m_sampleShape.rows, m_sampleShape.columns));
    params.seed = seed;
    setParams(params);
    const QSignalBlocker blocker(m_preset);
    m_preset->setCurrentIndex(index);
}

void TrainingForm::refresh()
{
    if (m_isSetting)
        return;
    const int kind = m_kind->currentIndex();
    m_width->setSingleStep(kind == kHexagonal ? 2 : 1);
    for (QWidget *widget : {static_cast<QWidget *>(m_times), static_cast<QWidget *>(m_height)})
        widget->setVisible(kind == kRectangular || kind == kBox);
    for (QWidget *widget : {static_cast<QWidget *>(m_timesAgain), static_cast<QWidget *>(m_depth)})
        widget->setVisible(kind == kBox);
    // Three fields have no room for arrows beside the numbers.
    for (QSpinBox *box : {m_width, m_height, m_depth})
        box->setButtonSymbols(kind == kBox ? QAbstractSpinBox::NoButtons : QAbstractSpinBox::UpDownArrows);
    const auto show = [](const std::pair<QWidget *, QWidget *> &row, bool isShown) {
        row.first->setVisible(isShown);
        row.second->setVisible(isShown);
    };
    for (const auto &row : m_onlineRows)
        show(row, m_rule->currentIndex() == static_cast<int>(som::LearningRule::Online));
    show(m_weightsRow, m_sampleShape.channels > 1 || !m_weights->text().isEmpty());
    show(m_startRow, m_start->currentIndex() == static_cast<int>(som::Initialisation::GivenMap));
    int preset = kOwnChoice;
    for (const int candidate : {kStandard, kQuickLook, kAsPink})
    {
        som::TrainingParams wanted = paramsOf(candidate, std::min(m_sampleShape.rows, m_sampleShape.columns));
        som::TrainingParams here = params();
        wanted.seed = here.seed;
        if (wanted.sigmaStart == 0.0 &&
            here.sigmaStart == static_cast<double>(wanted.layout.longestSide()) / 2.0)
            here.sigmaStart = 0.0;
        if (preset == kOwnChoice && layoutResult() && here == wanted)
            preset = candidate;
    }
    m_preset->setCurrentIndex(preset);
    const QString fault = problem();
    m_problem->setText(fault.isEmpty() ? warning() : fault);
    m_problem->setVisible(!m_problem->text().isEmpty());
    Q_EMIT changed();
}

} // namespace somnium::ui
