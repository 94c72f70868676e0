// SPDX-License-Identifier: GPL-3.0-or-later
// A view as a figure for a paper: PNG, SVG or PDF at a chosen size.
#pragma once

#include <filesystem>

#include <QByteArray>
#include <QRectF>
#include <QString>

#include "core/base/result.h"

class QPainter;

namespace somnium::ui
{

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

/// The whole file in memory, for a job to write.
[[nodiscard]] Result<QByteArray> renderFigure(const FigureSource &source, const FigureOptions &options);

/// Renders and writes to a temporary that is renamed.
[[nodiscard]] Result<void> exportFigure(const FigureSource &source, const FigureOptions &options,
                                        const std::filesystem::path &path);

} // namespace somnium::ui
