// SPDX-License-Identifier: GPL-3.0-or-later
// The points of a latent plane drawn by a graphics card: a million discs in a few milliseconds. Offscreen, so
// that the canvas stays an ordinary widget and shows the same picture as without a card.
#pragma once

#include <memory>

#include <QImage>
#include <QSize>
#include <QString>

#include "core/latent/plane.h"
#include "ui/views/latent_painter.h"

class QOffscreenSurface;
class QOpenGLBuffer;
class QOpenGLContext;
class QOpenGLShaderProgram;
class QOpenGLVertexArrayObject;

namespace somnium::ui
{

/// GUI thread only.
class LatentGlLayer
{
public:
    /// Null where there is no real graphics card with OpenGL 3.3, or no screen. The environment's
    /// SOMNIUM_POINTS=raster says never, =gl takes a renderer in software too.
    [[nodiscard]] static std::unique_ptr<LatentGlLayer> create();
    ~LatentGlLayer();
    LatentGlLayer(const LatentGlLayer &) = delete;
    LatentGlLayer &operator=(const LatentGlLayer &) = delete;

    /// Discs over the scene's ground, `size` in pixels. Buffers are filled anew only if data, colours or
    /// flags changed. Null if the card refused; the layer is then of no more use.
    [[nodiscard]] QImage render(const LatentScene &scene, const latent::PlaneRect &window, QSize size,
                                double radiusPixels);
    [[nodiscard]] const QString &rendererName() const { return m_rendererName; }

private:
    LatentGlLayer();
    [[nodiscard]] bool begin();
    [[nodiscard]] bool buildProgram();
    void fill(const LatentScene &scene);
    [[nodiscard]] QImage draw(const latent::PlaneRect &window, QSize size, double radiusPixels,
                              const QColor &ground);

    std::unique_ptr<QOffscreenSurface> m_surface;
    std::unique_ptr<QOpenGLContext> m_context;
    std::unique_ptr<QOpenGLShaderProgram> m_program;
    std::unique_ptr<QOpenGLBuffer> m_points;
    std::unique_ptr<QOpenGLVertexArrayObject> m_arrays;
    QString m_rendererName;
    int m_count = 0;
    /// What the buffers hold.
    LatentPointer m_data;
    std::shared_ptr<const std::vector<float>> m_values;
    std::shared_ptr<const std::vector<std::uint8_t>> m_flags;
    QString m_colourMap;
    bool m_isDark = true;
};

} // namespace somnium::ui
