// SPDX-License-Identifier: GPL-3.0-or-later
// A view as a figure for a paper: PNG, SVG or PDF at a chosen size.
#pragma once

#include <filesystem>
#include <functional>

#include <QByteArray>
#include <QRectF>
#include <QString>

#include "core/base/result.h"

class QPainter;

namespace somnium::ui
{

/// Paints a figure on white paper within an area; from any thread, since it captures values only.
using FigurePainter = std::function<void(QPainter &painter, const QRectF &area)>;

/// What can be exported. GUI thread only.
class FigureSource
{
public:
    FigureSource() = default;
    FigureSource(const FigureSource &) = delete;
    FigureSource &operator=(const FigureSource &) = delete;
    virtual ~FigureSource() = default;

    /// Paints on white paper within `area`; one unit is 1/96 inch, whatever the format.
    virtual void paintFigure(QPainter &painter, const QRectF &area) const = 0;
    /// The same as it is now, for another thread to paint; empty: only paintFigure can.
    [[nodiscard]] virtual FigurePainter detachedFigure() const { return {}; }
    /// A file name without ending, e.g. "map-hits".
    [[nodiscard]] virtual QString figureName() const = 0;
    /// False while there is nothing to show.
    [[nodiscard]] virtual bool hasFigure() const = 0;
};

enum class FigureFormat
{
    Png,
    Svg,
    Pdf,
};

struct FigureOptions
{
    FigureFormat format = FigureFormat::Png;
    double widthMm = 170.0; ///< two columns of a journal page
    double heightMm = 120.0;
    double dpi = 300.0; ///< PNG only
};

/// By the ending of `path`, whatever its case; InvalidArgument naming the endings there are otherwise.
[[nodiscard]] Result<FigureFormat> figureFormat(const std::filesystem::path &path);

/// The whole file in memory.
[[nodiscard]] Result<QByteArray> renderFigure(const FigureSource &source, const FigureOptions &options);
/// The same of a figure that no view shows. Any thread.
[[nodiscard]] Result<QByteArray> renderFigure(const FigurePainter &paint, const QString &name,
                                              const FigureOptions &options);

/// What is left to do for a job: all of it where the view can detach its figure, else the encoding.
using FigureWork = std::function<Result<QByteArray>()>;
[[nodiscard]] Result<FigureWork> figureWork(const FigureSource &source, const FigureOptions &options);

/// Renders and writes to a temporary that is renamed.
[[nodiscard]] Result<void> exportFigure(const FigureSource &source, const FigureOptions &options,
                                        const std::filesystem::path &path);

} // namespace somnium::ui
