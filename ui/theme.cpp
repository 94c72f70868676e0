// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QIconEngine>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>
#include <QSvgRenderer>

// The resources live in a static library: the linker keeps them only if they are asked for, outside any
// namespace.
static void initialiseResources()
{
    Q_INIT_RESOURCE(somnium);
}

namespace somnium::ui
{

namespace
{

struct Greys
{
    QColor window, base, raised, text, quiet, separator, faint, hover, pressed, disabled;
};

Greys greys(bool isDark)
{
    if (isDark)
        return {.window = 0x202124U,
                .base = 0x18191bU,
                .raised = 0x2d2e31U,
                .text = 0xe6e6e6U,
                .quiet = 0xa3a5a8U,
                .separator = 0x3a3b3fU,
                .faint = 0x292a2dU,
                .hover = 0x323438U,
                .pressed = 0x3f4146U,
                .disabled = 0x6b6d70U};
    return {.window = 0xf4f4f5U,
            .base = 0xffffffU,
            .raised = 0xffffffU,
            .text = 0x1b1c1eU,
            .quiet = 0x5d5f63U,
            .separator = 0xd2d3d6U,
            .faint = 0xebebedU,
            .hover = 0xe4e5e8U,
            .pressed = 0xd5d7dbU,
            .disabled = 0xa2a4a8U};
}

QColor accentColour(bool isDark)
{
    return isDark ? QColor(0x6aa9e9U) : QColor(0x1f6fb8U);
}

QPalette paletteOf(bool isDark)
{
    const Greys g = greys(isDark);
    QPalette palette;
    palette.setColor(QPalette::Window, g.window);
    palette.setColor(QPalette::WindowText, g.text);
    palette.setColor(QPalette::Base, g.base);
    palette.setColor(QPalette::AlternateBase, g.faint);
    palette.setColor(QPalette::Text, g.text);
    palette.setColor(QPalette::Button, g.raised);
    palette.setColor(QPalette::ButtonText, g.text);
    palette.setColor(QPalette::BrightText, g.text);
    palette.setColor(QPalette::ToolTipBase, g.raised);
    palette.setColor(QPalette::ToolTipText, g.text);
    palette.setColor(QPalette::PlaceholderText, g.quiet);
    palette.setColor(QPalette::Mid, g.separator);
    palette.setColor(QPalette::Midlight, g.hover);
    palette.setColor(QPalette::Highlight, accentColour(isDark));
    palette.setColor(QPalette::HighlightedText, isDark ? QColor(0x101214U) : QColor(0xffffffU));
    palette.setColor(QPalette::Link, accentColour(isDark));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, g.disabled);
    return palette;
}

QString styleSheet(bool isDark)
{
    QFile file(QStringLiteral(":/somnium/theme.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const Greys g = greys(isDark);
    const std::pair<const char *, QColor> colours[] = {
        {"@window", g.window},   {"@text", g.text},           {"@raised", g.raised},
        {"@quiet", g.quiet},     {"@faint", g.faint},         {"@hover", g.hover},
        {"@pressed", g.pressed}, {"@separator", g.separator}, {"@accent", accentColour(isDark)}};
    for (const auto &[name, colour] : colours)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

/// Fusion, with tick boxes that are seen on a dark window, too, and no icons on some buttons of dialogs.
class ThemeStyle final : public QProxyStyle
{
public:
    ThemeStyle() : QProxyStyle(QStringLiteral("fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        if (element != PE_IndicatorCheckBox)
            return;
        const bool isEnabled = option->state.testFlag(State_Enabled);
        painter->save();
        painter->setPen(option->palette.color(isEnabled ? QPalette::PlaceholderText : QPalette::Mid));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
    }

    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                                QStyleHintReturn *data) const override
    {
        return hint == SH_DialogButtonBox_ButtonsHaveIcons
                   ? 0
                   : QProxyStyle::styleHint(hint, option, widget, data);
    }
};

/// Draws a black line icon in the palette's colour of the moment, sharp at any scale.
class LineIconEngine final : public QIconEngine
{
public:
    explicit LineIconEngine(QByteArray svg) : m_svg(std::move(svg)) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State /*state*/) override
    {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        QByteArray svg = m_svg;
        svg.replace("#000", QGuiApplication::palette().color(group, QPalette::ButtonText).name().toLatin1());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        if (size.isEmpty())
            return {}; // a control that has been squeezed to nothing
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

    [[nodiscard]] QIconEngine *clone() const override { return new LineIconEngine(m_svg); }

private:
    QByteArray m_svg;
};

} // namespace

void applyTheme(QApplication &application, ThemeKind kind)
{
    initialiseResources();
    const bool isDark = kind == ThemeKind::Dark;
    application.setStyle(new ThemeStyle);
    application.setPalette(paletteOf(isDark));
    application.setStyleSheet(styleSheet(isDark));
    application.setWindowIcon(applicationIcon());
}

ThemeColours themeColours(const QPalette &palette)
{
    const bool isDark = palette.color(QPalette::Window).lightness() < 128;
    return {.canvas = isDark ? QColor(0x101113U) : QColor(0xe9eaecU),
            .gridLine = isDark ? QColor(0x3a3b3fU) : QColor(0xc3c5c9U),
            .selection = QColor(0xe69f00U),
            .comparison = isDark ? QColor(0x56b4e9U) : QColor(0x0072b2U),
            .accent = palette.color(QPalette::Highlight),
            .quietText = palette.color(QPalette::PlaceholderText),
            .separator = palette.color(QPalette::Mid),
            .isDark = isDark};
}

ThemeColours paperColours()
{
    return {.canvas = QColor(0xffffffU),
            .gridLine = QColor(0x9a9a9aU),
            .selection = QColor(0xe69f00U),
            .comparison = QColor(0x0072b2U),
            .accent = QColor(0x1f6fb8U),
            .quietText = QColor(0x404040U),
            .separator = QColor(0x808080U),
            .isDark = false};
}

QIcon themeIcon(const QString &name)
{
    initialiseResources();
    QFile file(QStringLiteral(":/somnium/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new LineIconEngine(file.readAll()));
}

QIcon applicationIcon()
{
    initialiseResources();
    QIcon icon;
    QSvgRenderer renderer(QStringLiteral(":/somnium/icons/somnium.svg"));
    for (const int side : {16, 24, 32, 48, 64, 128, 256})
    {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

QFont tabularFont(const QFont &font)
{
    const QFontMetrics metrics(font);
    const int width = metrics.horizontalAdvance(QLatin1Char('0'));
    const QString figures = QStringLiteral("123456789");
    const bool isTabular = std::ranges::all_of(
        figures, [&](QChar figure) { return metrics.horizontalAdvance(figure) == width; });
    if (isTabular)
        return font;
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (font.pointSizeF() > 0.0)
        fixed.setPointSizeF(font.pointSizeF());
    else
        fixed.setPixelSize(font.pixelSize());
    return fixed;
}

} // namespace somnium::ui
