// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/display_menu.h"

#include <array>
#include <functional>

#include <QActionGroup>
#include <QIcon>
#include <QImage>
#include <QPixmap>
#include <QSettings>

#include "ui/models/colour_map.h"
#include "ui/models/image_renderer.h"

namespace somnium::ui
{

namespace
{

const auto kGroup = QStringLiteral("display");

struct LimitChoice
{
    ImageLimits limits;
    double percent;
};
constexpr std::array<LimitChoice, 6> kLimitChoices = {{{ImageLimits::MinMax, 100.0},
                                                       {ImageLimits::Percentile, 99.9},
                                                       {ImageLimits::Percentile, 99.5},
                                                       {ImageLimits::Percentile, 99.0},
                                                       {ImageLimits::Percentile, 95.0},
                                                       {ImageLimits::ZScale, 99.5}}};
constexpr int kStretches = 6;

QIcon swatch(const QString &name)
{
    QImage image(64, 16, QImage::Format_RGB32);
    const ColourTable &table = colourTable(name);
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y)
            image.setPixel(x, y, colourAt(table, x / double(image.width() - 1)));
    return QPixmap::fromImage(image);
}

DisplaySettings savedDisplay()
{
    QSettings settings;
    settings.beginGroup(kGroup);
    DisplaySettings display;
    const QString map = settings.value(QStringLiteral("colourMap"), display.colourMap).toString();
    if (colourMapNames().contains(map))
        display.colourMap = map;
    display.isInverted = settings.value(QStringLiteral("inverted"), false).toBool();
    display.stretch =
        stretchFromName(settings.value(QStringLiteral("stretch"), stretchName(display.stretch)).toString());
    display.limits =
        limitsFromName(settings.value(QStringLiteral("limits"), limitsName(display.limits)).toString());
    display.percent =
        qBound(50.0, settings.value(QStringLiteral("percent"), display.percent).toDouble(), 100.0);
    return display;
}

void save(const DisplaySettings &display)
{
    QSettings settings;
    settings.beginGroup(kGroup);
    settings.setValue(QStringLiteral("colourMap"), display.colourMap);
    settings.setValue(QStringLiteral("inverted"), display.isInverted);
    settings.setValue(QStringLiteral("stretch"), stretchName(display.stretch));
    settings.setValue(QStringLiteral("limits"), limitsName(display.limits));
    settings.setValue(QStringLiteral("percent"), display.percent);
}

} // namespace

DisplayMenu::DisplayMenu(QWidget *parent) : QMenu(tr("&Images"), parent), m_display(savedDisplay())
{
    setObjectName(QStringLiteral("displayMenu"));
    build();
    refreshChecks();
}

void DisplayMenu::build()
{
    addChoices(
        tr("Colour map"), colourMapNames(),
        [this](int index) {
            DisplaySettings display = m_display;
            display.colourMap = colourMapNames().at(index);
            change(display);
        },
        m_maps);
    for (QAction *action : m_maps->actions())
        action->setIcon(swatch(action->text()));
    m_inverted = addAction(tr("Inverted"));
    m_inverted->setObjectName(QStringLiteral("invertAction"));
    m_inverted->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_I));
    m_inverted->setCheckable(true);
    connect(m_inverted, &QAction::triggered, this, [this](bool isInverted) {
        DisplaySettings display = m_display;
        display.isInverted = isInverted;
        change(display);
    });
    QStringList stretches;
    for (int i = 0; i < kStretches; ++i)
        stretches.append(stretchName(static_cast<ImageStretch>(i)));
    addChoices(
        tr("Stretch"), stretches,
        [this](int index) {
            DisplaySettings display = m_display;
            display.stretch = static_cast<ImageStretch>(index);
            change(display);
        },
        m_stretches);
    QStringList limits;
    for (const LimitChoice &choice : kLimitChoices)
        limits.append(choice.limits == ImageLimits::MinMax   ? tr("minimum to maximum")
                      : choice.limits == ImageLimits::ZScale ? tr("zscale")
                                                             : tr("%1 % of the pixels").arg(choice.percent));
    addChoices(
        tr("Limits"), limits,
        [this](int index) {
            DisplaySettings display = m_display;
            display.limits = kLimitChoices.at(static_cast<std::size_t>(index)).limits;
            display.percent = kLimitChoices.at(static_cast<std::size_t>(index)).percent;
            change(display);
        },
        m_limits);
    m_channelMenu = addMenu(tr("Channel"));
    m_channelMenu->setObjectName(QStringLiteral("channelMenu"));
    m_channelMenu->menuAction()->setVisible(false);
    m_channels = new QActionGroup(this);
    addSeparator();
    QAction *reset = addAction(tr("Reset contrast and bias"));
    reset->setObjectName(QStringLiteral("resetDisplayAction"));
    reset->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_0));
    connect(reset, &QAction::triggered, this, [this] {
        DisplaySettings display = m_display;
        display.contrast = DisplaySettings().contrast;
        display.bias = DisplaySettings().bias;
        change(display);
    });
}

void DisplayMenu::addChoices(const QString &title, const QStringList &names,
                             const std::function<void(int)> &choose, QActionGroup *&group)
{
    QMenu *menu = addMenu(title);
    group = new QActionGroup(this);
    for (int i = 0; i < names.size(); ++i)
    {
        QAction *action = menu->addAction(names.at(i));
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [choose, i] { choose(i); });
    }
}

void DisplayMenu::setChannels(std::size_t count)
{
    m_channelMenu->menuAction()->setVisible(count > 1);
    m_channelMenu->clear();
    delete m_channels;
    m_channels = new QActionGroup(this);
    const auto add = [this](const QString &text, std::optional<std::size_t> channel) {
        QAction *action = m_channelMenu->addAction(text);
        action->setCheckable(true);
        m_channels->addAction(action);
        connect(action, &QAction::triggered, this, [this, channel] {
            DisplaySettings display = m_display;
            display.channel = channel;
            change(display);
        });
    };
    add(count == 2  ? tr("1 orange and 2 blue")
        : count > 3 ? tr("1, 2, 3 as red, green, blue")
                    : tr("Red, green, blue"),
        std::nullopt);
    for (std::size_t channel = 0; channel < count; ++channel)
        add(tr("Channel %1").arg(channel + 1), channel);
    refreshChecks();
}

void DisplayMenu::setDisplay(const DisplaySettings &display)
{
    m_display = display;
    refreshChecks();
}

void DisplayMenu::refreshChecks()
{
    const auto check = [](QActionGroup *group, qsizetype index) {
        if (index >= 0 && index < group->actions().size())
            group->actions().at(index)->setChecked(true);
    };
    check(m_maps, colourMapNames().indexOf(m_display.colourMap));
    check(m_stretches, static_cast<int>(m_display.stretch));
    for (std::size_t i = 0; i < kLimitChoices.size(); ++i)
        if (kLimitChoices[i].limits == m_display.limits &&
            (m_display.limits != ImageLimits::Percentile || kLimitChoices[i].percent == m_display.percent))
            check(m_limits, static_cast<qsizetype>(i));
    m_inverted->setChecked(m_display.isInverted);
    // The first of the channels' choices is all of them.
    check(m_channels, m_display.channel ? static_cast<qsizetype>(*m_display.channel) + 1 : 0);
}

void DisplayMenu::change(const DisplaySettings &display)
{
    setDisplay(display);
    save(display);
    Q_EMIT displayChanged(display);
}

} // namespace somnium::ui
