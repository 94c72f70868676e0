// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/geometry_reporter.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QTabBar>
#include <QWidget>

#include "ui/views/distance_histogram.h"
#include "ui/views/latent_canvas.h"
#include "ui/views/map_canvas.h"

namespace somnium::ui
{

namespace
{

constexpr std::chrono::milliseconds kInterval{100};
constexpr int kItemsReported = 12;

QJsonObject place(const QWidget &widget, const QRect &local)
{
    const QPoint corner = widget.mapToGlobal(local.topLeft());
    const double ratio = widget.devicePixelRatio();
    return {{QStringLiteral("x"), corner.x() * ratio},
            {QStringLiteral("y"), corner.y() * ratio},
            {QStringLiteral("width"), local.width() * ratio},
            {QStringLiteral("height"), local.height() * ratio},
            {QStringLiteral("enabled"), widget.isEnabled()}};
}

void addItems(QJsonObject &all, const QAbstractItemView &view)
{
    const QAbstractItemModel *model = view.model();
    for (int row = 0; model && row < std::min(kItemsReported, model->rowCount()); ++row)
    {
        const QRect rect = view.visualRect(model->index(row, 0)).intersected(view.viewport()->rect());
        if (!rect.isEmpty())
            all.insert(QStringLiteral("%1/%2").arg(view.objectName()).arg(row),
                       place(*view.viewport(), rect));
    }
}

void addNeurons(QJsonObject &all, const MapCanvas &canvas)
{
    const std::size_t count = canvas.som() ? canvas.som()->layout.neuronCount() : 0;
    for (std::size_t neuron = 0; neuron < count; ++neuron)
        all.insert(QStringLiteral("neuron/%1").arg(neuron), place(canvas, canvas.cellRect(neuron).toRect()));
}

/// The first sources of a latent plane that are on it, as places to click.
void addSources(QJsonObject &all, const LatentCanvas &canvas)
{
    const LatentPointer &data = canvas.scene().data;
    const std::size_t count = data ? std::min<std::size_t>(kItemsReported, data->count()) : 0;
    for (std::size_t source = 0; source < count; ++source)
    {
        if (!data->isPlaced(source))
            continue;
        const QPoint at = canvas.toWidget(data->place(source)).toPoint();
        if (canvas.plot().contains(at))
            all.insert(QStringLiteral("latentSource/%1").arg(source), place(canvas, QRect(at, QSize(1, 1))));
    }
}

void addThreshold(QJsonObject &all, const DistanceHistogram &histogram)
{
    const int x = static_cast<int>(histogram.positionOf(histogram.threshold()));
    QJsonObject line = place(histogram, QRect(x, 0, 1, histogram.height()));
    line.insert(QStringLiteral("value"), histogram.threshold());
    all.insert(QStringLiteral("threshold"), line);
}

void addTabs(QJsonObject &all, const QTabBar &bar)
{
    for (int i = 0; i < bar.count(); ++i)
        all.insert(QStringLiteral("tab/%1").arg(bar.tabText(i)), place(bar, bar.tabRect(i)));
}

void addActions(QJsonObject &all, const QMenu &menu)
{
    const QList<QAction *> actions = menu.actions();
    for (const QAction *action : actions)
        if (!action->objectName().isEmpty())
            all.insert(action->objectName(), place(menu, menu.actionGeometry(const_cast<QAction *>(action))));
}

/// On screen, and not behind another page. A scrolling area lies behind its viewport.
bool isSeen(const QWidget &widget)
{
    const auto *area = qobject_cast<const QAbstractScrollArea *>(&widget);
    return widget.isVisible() && !(area ? *area->viewport() : widget).visibleRegion().isEmpty();
}

void addWidget(QJsonObject &all, const QWidget &widget)
{
    if (const auto *canvas = qobject_cast<const MapCanvas *>(&widget))
        addNeurons(all, *canvas);
    else if (const auto *plane = qobject_cast<const LatentCanvas *>(&widget))
        addSources(all, *plane);
    else if (const auto *histogram = qobject_cast<const DistanceHistogram *>(&widget))
        addThreshold(all, *histogram);
    else if (const auto *bar = qobject_cast<const QTabBar *>(&widget))
        addTabs(all, *bar);
    else if (const auto *menu = qobject_cast<const QMenu *>(&widget))
        addActions(all, *menu);
    else if (const auto *view = qobject_cast<const QAbstractItemView *>(&widget))
        addItems(all, *view);
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget))
        if (button->objectName().isEmpty() && !button->text().isEmpty())
            all.insert(QStringLiteral("button/") + button->text(), place(widget, widget.rect()));
    if (widget.objectName().isEmpty() || widget.objectName().startsWith(QLatin1String("qt_")))
        return;
    QJsonObject entry = place(widget, widget.rect());
    for (const char *property : {"text", "windowTitle", "value", "currentText"})
        if (const QVariant value = widget.property(property); value.isValid() && !value.toString().isEmpty())
            entry.insert(QLatin1String(property), QJsonValue::fromVariant(value));
    all.insert(widget.objectName(), entry);
}

} // namespace

GeometryReporter::GeometryReporter(QString path, QObject *parent) : QObject(parent), m_path(std::move(path))
{
    connect(&m_timer, &QTimer::timeout, this, &GeometryReporter::report);
    m_timer.start(kInterval);
}

void GeometryReporter::report()
{
    QJsonObject all;
    const QWidgetList widgets = QApplication::allWidgets();
    for (const QWidget *widget : widgets)
        if (isSeen(*widget))
            addWidget(all, *widget);
    const QByteArray json = QJsonDocument(all).toJson();
    if (json == m_last)
        return;
    m_last = json;
    // Not QSaveFile, which waits for the disk: this is the window's thread, and its pauses are what tests
    // look for.
    const QString part = m_path + QStringLiteral(".part");
    QFile file(part);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(json);
    file.close();
    std::error_code ignored;
    std::filesystem::rename(part.toStdU16String(), m_path.toStdU16String(), ignored);
}

} // namespace somnium::ui
