// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/figure_export.h"

#include <cmath>
#include <span>
#include <utility>

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/base/atomic_file.h"

namespace somnium::ui
{

namespace
{

constexpr double kMmPerInch = 25.4;
constexpr double kUnitsPerInch = 96.0;
constexpr double kLargestSideMm = 2000.0;
constexpr double kLargestPixels = 200e6;

QRectF areaOf(const FigureOptions &options)
{
    return {0.0, 0.0, options.widthMm / kMmPerInch * kUnitsPerInch,
            options.heightMm / kMmPerInch * kUnitsPerInch};
}

Result<void> validated(const FigureOptions &options)
{
    const auto isSide = [](double side) { return side >= 10.0 && side <= kLargestSideMm; };
    if (!isSide(options.widthMm) || !isSide(options.heightMm))
        return failure(ErrorKind::InvalidArgument, "figure size: expected 10 to 2000 mm a side, found " +
                                                       std::to_string(options.widthMm) + " x " +
                                                       std::to_string(options.heightMm));
    const double pixels = options.widthMm * options.heightMm * std::pow(options.dpi / kMmPerInch, 2);
    if (options.format == FigureFormat::Png && (!(options.dpi >= 20.0) || !(pixels <= kLargestPixels)))
        return failure(ErrorKind::InvalidArgument,
                       "figure resolution: expected at least 20 dpi and at most 200 million pixels, found " +
                           std::to_string(options.dpi) + " dpi");
    return {};
}

Result<void> validated(const FigureSource &source, const FigureOptions &options)
{
    if (!source.hasFigure())
        return failure(ErrorKind::InvalidArgument, "there is nothing to draw in this view yet");
    return validated(options);
}

FigurePainter painterOf(const FigureSource &source)
{
    return [&source](QPainter &painter, const QRectF &area) { source.paintFigure(painter, area); };
}

void paintOn(QPaintDevice &device, const FigurePainter &paint, const QRectF &area, double scale)
{
    QPainter painter(&device);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.scale(scale, scale);
    QFont font = painter.font();
    font.setPixelSize(11);
    painter.setFont(font);
    painter.fillRect(area, Qt::white);
    paint(painter, area);
}

Result<QImage> imageOf(const FigurePainter &paint, const FigureOptions &options)
{
    const QRectF area = areaOf(options);
    const double scale = options.dpi / kUnitsPerInch;
    QImage image((area.size() * scale).toSize(), QImage::Format_RGB32);
    if (image.isNull())
        return failure(ErrorKind::OutOfMemory, "no memory for a figure of this size");
    image.fill(Qt::white); // to the last pixel, of which the figure may cover a part only
    image.setDotsPerMeterX(static_cast<int>(std::lround(options.dpi / kMmPerInch * 1000.0)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    // Fonts are set in figure units: a resolution in the image must not scale them again.
    paintOn(image, paint, area, scale);
    return image;
}

Result<QByteArray> pngOf(const QImage &image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        return failure(ErrorKind::Internal, "Qt could not encode the figure as PNG");
    return bytes;
}

QByteArray svgOf(const FigurePainter &paint, const QString &name, const QRectF &area)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(static_cast<int>(kUnitsPerInch));
    generator.setSize(area.size().toSize());
    generator.setViewBox(area);
    generator.setTitle(name);
    paintOn(generator, paint, area, 1.0);
    return bytes;
}

QByteArray pdfOf(const FigurePainter &paint, const QString &name, const FigureOptions &options)
{
    constexpr int kResolution = 1200;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kResolution);
    writer.setTitle(name);
    writer.setPageSize(QPageSize(QSizeF(options.widthMm, options.heightMm), QPageSize::Millimeter, QString(),
                                 QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    paintOn(writer, paint, areaOf(options), kResolution / kUnitsPerInch);
    return bytes;
}

} // namespace

Result<FigureFormat> figureFormat(const std::filesystem::path &path)
{
    const QString ending = QString::fromStdString(path.extension().string()).toLower();
    if (ending == QLatin1String(".png"))
        return FigureFormat::Png;
    if (ending == QLatin1String(".svg"))
        return FigureFormat::Svg;
    if (ending == QLatin1String(".pdf"))
        return FigureFormat::Pdf;
    return failure(ErrorKind::InvalidArgument,
                   path.string() + ": expected a file name ending in .png, .svg or .pdf, found \"" +
                       path.extension().string() + "\"");
}

Result<QByteArray> renderFigure(const FigurePainter &paint, const QString &name, const FigureOptions &options)
{
    if (const auto valid = validated(options); !valid)
        return failure(valid.error());
    switch (options.format)
    {
    case FigureFormat::Png: {
        const auto image = imageOf(paint, options);
        return image ? pngOf(*image) : failure(image.error());
    }
    case FigureFormat::Svg: return svgOf(paint, name, areaOf(options));
    case FigureFormat::Pdf: return pdfOf(paint, name, options);
    }
    return failure(ErrorKind::InvalidArgument, "unknown figure format");
}

Result<QByteArray> renderFigure(const FigureSource &source, const FigureOptions &options)
{
    if (const auto valid = validated(source, options); !valid)
        return failure(valid.error());
    return renderFigure(painterOf(source), source.figureName(), options);
}

Result<FigureWork> figureWork(const FigureSource &source, const FigureOptions &options)
{
    if (const auto valid = validated(source, options); !valid)
        return failure(valid.error());
    if (const FigurePainter paint = source.detachedFigure())
        return FigureWork(
            [paint, name = source.figureName(), options] { return renderFigure(paint, name, options); });
    if (options.format != FigureFormat::Png)
    {
        auto bytes = renderFigure(source, options);
        return FigureWork([bytes = std::move(bytes)] { return bytes; });
    }
    auto image = imageOf(painterOf(source), options);
    if (!image)
        return failure(image.error());
    return FigureWork([image = std::move(*image)] { return pngOf(image); });
}

Result<void> exportFigure(const FigureSource &source, const FigureOptions &options,
                          const std::filesystem::path &path)
{
    const auto bytes = renderFigure(source, options);
    if (!bytes)
        return failure(bytes.error());
    return replaceFile(path,
                       std::as_bytes(std::span(bytes->constData(), static_cast<std::size_t>(bytes->size()))));
}

} // namespace somnium::ui
