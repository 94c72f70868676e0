// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_gl_layer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLBuffer>
#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <QOpenGLFramebufferObject>
#include <QOpenGLShaderProgram>
#include <QOpenGLVertexArrayObject>

#include "ui/models/colour_map.h"

namespace somnium::ui
{

namespace
{

/// As the buffer has it.
struct GlPoint
{
    float x = 0.0F;
    float y = 0.0F;
    std::array<std::uint8_t, 4> colour{}; ///< red, green, blue, opacity
    float layer = 0.0F;                   ///< 0 without value, 1 with, 2 selected, -1 not drawn
};

// The middle of the window comes in two floats: at a close look one would be too coarse.
constexpr const char *kVertexShader = R"(#version 330 core
layout(location = 0) in vec2 place;
layout(location = 1) in vec4 colour;
layout(location = 2) in float layer;
uniform vec2 middle;
uniform vec2 middleRest;
uniform vec2 scale;
uniform float radius;
uniform float wantedLayer;
out vec4 pointColour;
void main()
{
    pointColour = colour;
    vec2 at = ((place - middle) - middleRest) * scale;
    gl_Position = layer == wantedLayer ? vec4(at, 0.0, 1.0) : vec4(9.0, 9.0, 9.0, 1.0);
    gl_PointSize = 2.0 * radius + 2.0;
})";

constexpr const char *kFragmentShader = R"(#version 330 core
in vec4 pointColour;
uniform float radius;
out vec4 result;
void main()
{
    float distance = length(gl_PointCoord - vec2(0.5)) * (2.0 * radius + 2.0);
    float cover = clamp(radius + 0.5 - distance, 0.0, 1.0) * pointColour.a;
    result = vec4(pointColour.rgb * cover, cover);
})";

bool isSoftware(const QString &renderer)
{
    static const QStringList names = {QStringLiteral("llvmpipe"),    QStringLiteral("softpipe"),
                                      QStringLiteral("swrast"),      QStringLiteral("software"),
                                      QStringLiteral("gdi generic"), QStringLiteral("basic render"),
                                      QStringLiteral("swiftshader")};
    return std::ranges::any_of(
        names, [&](const QString &name) { return renderer.contains(name, Qt::CaseInsensitive); });
}

bool hasScreen()
{
    const QString platform = QGuiApplication::platformName();
    return platform == QLatin1String("xcb") || platform.startsWith(QLatin1String("wayland")) ||
           platform == QLatin1String("windows") || platform == QLatin1String("cocoa");
}

std::array<std::uint8_t, 4> bytesOf(QRgb colour)
{
    return {static_cast<std::uint8_t>(qRed(colour)), static_cast<std::uint8_t>(qGreen(colour)),
            static_cast<std::uint8_t>(qBlue(colour)), static_cast<std::uint8_t>(qAlpha(colour))};
}

std::vector<GlPoint> pointsOf(const LatentScene &scene)
{
    const LatentData &data = *scene.data;
    const latent::PointStyle style = pointStyle(scene, 1.0);
    const double span = style.high - style.low;
    std::vector<GlPoint> points(data.count());
    for (std::size_t source = 0; source < points.size(); ++source)
    {
        GlPoint &point = points[source];
        const std::uint8_t flags = style.flags.empty() ? std::uint8_t{0} : style.flags[source];
        const bool isShown = data.isPlaced(source) && (flags & latent::kHidden) == 0;
        point.x = isShown ? data.x[source] : 0.0F;
        point.y = isShown ? data.y[source] : 0.0F;
        point.layer = isShown ? 1.0F : -1.0F;
        QRgb colour = style.plainColour;
        if (!style.value.empty() && !style.palette.empty())
        {
            const auto value = static_cast<double>(style.value[source]);
            const bool isKnown = std::isfinite(value);
            const double share = span > 0.0 ? std::clamp((value - style.low) / span, 0.0, 1.0) : 0.5;
            colour = isKnown ? style.palette[static_cast<std::size_t>(std::lround(share * 255.0))]
                             : style.missingColour;
            point.layer = isShown && !isKnown ? 0.0F : point.layer;
        }
        if (isShown && (flags & latent::kSelected) != 0)
        {
            colour = style.selectedColour;
            point.layer = 2.0F;
        }
        point.colour = bytesOf(colour | 0xff000000U);
    }
    return points;
}

} // namespace

LatentGlLayer::LatentGlLayer() = default;

LatentGlLayer::~LatentGlLayer()
{
    if (m_context && m_context->makeCurrent(m_surface.get()))
    {
        m_arrays.reset();
        m_points.reset();
        m_program.reset();
        m_context->doneCurrent();
    }
}

std::unique_ptr<LatentGlLayer> LatentGlLayer::create()
{
    const QString wish = qEnvironmentVariable("SOMNIUM_POINTS");
    if (wish == QLatin1String("raster") || !hasScreen())
        return nullptr;
    std::unique_ptr<LatentGlLayer> layer(new LatentGlLayer);
    if (!layer->begin())
        return nullptr;
    const bool isWanted = wish == QLatin1String("gl") || !isSoftware(layer->m_rendererName);
    const bool isReady = isWanted && layer->buildProgram();
    layer->m_context->doneCurrent();
    return isReady ? std::move(layer) : nullptr;
}

/// Leaves the context current if it returns true.
bool LatentGlLayer::begin()
{
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    m_context = std::make_unique<QOpenGLContext>();
    m_context->setFormat(format);
    if (!m_context->create() || m_context->isOpenGLES() || m_context->format().version() < qMakePair(3, 3))
        return false;
    m_surface = std::make_unique<QOffscreenSurface>();
    m_surface->setFormat(m_context->format());
    m_surface->create();
    if (!m_surface->isValid() || !m_context->makeCurrent(m_surface.get()))
        return false;
    const auto *name = m_context->functions()->glGetString(GL_RENDERER);
    m_rendererName = QString::fromLatin1(reinterpret_cast<const char *>(name));
    return true;
}

bool LatentGlLayer::buildProgram()
{
    m_program = std::make_unique<QOpenGLShaderProgram>();
    if (!m_program->addShaderFromSourceCode(QOpenGLShader::Vertex, kVertexShader) ||
        !m_program->addShaderFromSourceCode(QOpenGLShader::Fragment, kFragmentShader) || !m_program->link())
        return false;
    m_arrays = std::make_unique<QOpenGLVertexArrayObject>();
    m_points = std::make_unique<QOpenGLBuffer>(QOpenGLBuffer::VertexBuffer);
    return m_arrays->create() && m_points->create();
}

void LatentGlLayer::fill(const LatentScene &scene)
{
    const auto values = scene.colour ? scene.colour->values : nullptr;
    const QString colourMap = scene.colour ? scene.colour->colourMap : QString();
    if (m_data == scene.data && m_values == values && m_flags == scene.flags && m_colourMap == colourMap &&
        m_isDark == scene.colours.isDark)
        return;
    m_data = scene.data;
    m_values = values;
    m_flags = scene.flags;
    m_colourMap = colourMap;
    m_isDark = scene.colours.isDark;
    const std::vector<GlPoint> points = pointsOf(scene);
    m_count = static_cast<int>(points.size());
    m_arrays->bind();
    m_points->bind();
    m_points->allocate(points.data(), m_count * static_cast<int>(sizeof(GlPoint)));
    constexpr int kStride = sizeof(GlPoint);
    for (const int location : {0, 1, 2})
        m_program->enableAttributeArray(location);
    m_program->setAttributeBuffer(0, GL_FLOAT, offsetof(GlPoint, x), 2, kStride);
    m_program->setAttributeBuffer(1, GL_UNSIGNED_BYTE, offsetof(GlPoint, colour), 4, kStride);
    m_program->setAttributeBuffer(2, GL_FLOAT, offsetof(GlPoint, layer), 1, kStride);
    m_points->release();
    m_arrays->release();
}

QImage LatentGlLayer::draw(const latent::PlaneRect &window, QSize size, double radiusPixels,
                           const QColor &ground)
{
    QOpenGLFramebufferObject target(size);
    if (!target.isValid() || !target.bind())
        return {};
    QOpenGLFunctions &gl = *m_context->functions();
    gl.glViewport(0, 0, size.width(), size.height());
    gl.glClearColor(ground.redF(), ground.greenF(), ground.blueF(), 1.0F);
    gl.glClear(GL_COLOR_BUFFER_BIT);
    gl.glEnable(GL_BLEND);
    gl.glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    constexpr GLenum kProgramPointSize = 0x8642; // GL_PROGRAM_POINT_SIZE
    gl.glEnable(kProgramPointSize);
    const double middleX = 0.5 * (window.left + window.right);
    const double middleY = 0.5 * (window.bottom + window.top);
    const auto coarse = [](double value) { return static_cast<float>(value); };
    const auto rest = [](double value) {
        return static_cast<float>(value - static_cast<double>(static_cast<float>(value)));
    };
    m_program->setUniformValue("middle", coarse(middleX), coarse(middleY));
    m_program->setUniformValue("middleRest", rest(middleX), rest(middleY));
    m_program->setUniformValue("scale", coarse(2.0 / window.width()), coarse(2.0 / window.height()));
    m_program->setUniformValue("radius", coarse(radiusPixels));
    m_arrays->bind();
    for (const float layer : {0.0F, 1.0F, 2.0F})
    {
        m_program->setUniformValue("wantedLayer", layer);
        gl.glDrawArrays(GL_POINTS, 0, m_count);
    }
    m_arrays->release();
    const bool isDrawn = gl.glGetError() == GL_NO_ERROR;
    QImage image = isDrawn ? target.toImage() : QImage();
    target.release();
    return image;
}

QImage LatentGlLayer::render(const LatentScene &scene, const latent::PlaneRect &window, QSize size,
                             double radiusPixels)
{
    if (!scene.data || size.isEmpty() || !m_context->makeCurrent(m_surface.get()))
        return {};
    m_program->bind();
    fill(scene);
    QImage image = draw(window, size, radiusPixels, scene.colours.canvas);
    m_program->release();
    m_context->doneCurrent();
    return image;
}

} // namespace somnium::ui
