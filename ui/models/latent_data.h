// SPDX-License-Identifier: GPL-3.0-or-later
// Where the sources of a collection lie on a latent plane, and the columns that colour and contour it.
// Immutable, shared, exchanged as a whole.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/base/job.h"
#include "core/latent/plane.h"
#include "core/latent/point_index.h"

namespace somnium::ui
{

/// Which two directions of a latent space of more than two are shown.
struct LatentAxes
{
    std::size_t dimensions = 2;
    bool isPrincipal = false; ///< the two principal axes of all points
    std::size_t first = 0;
    std::size_t second = 1;
    friend bool operator==(const LatentAxes &, const LatentAxes &) = default;
};

struct LatentData
{
    std::vector<float> x; ///< [source]; NaN: not on the plane
    std::vector<float> y;
    QString xName;
    QString yName;
    std::shared_ptr<const std::vector<std::string>> ids; ///< [source]; may be null
    latent::PointIndex index;
    latent::PlaneRect bounds; ///< around all that is on the plane, with a margin

    [[nodiscard]] latent::Points points() const { return {x, y}; }
    [[nodiscard]] std::size_t count() const { return x.size(); }
    [[nodiscard]] bool isPlaced(std::size_t source) const;
    [[nodiscard]] latent::PlanePoint place(std::size_t source) const;
    [[nodiscard]] QString id(std::size_t source) const; ///< its number where there are no ids
};
using LatentPointer = std::shared_ptr<const LatentData>;

/// Builds the index. `x` and `y` of one length. Any thread; 300,000 sources take some 20 ms.
[[nodiscard]] LatentPointer makeLatentData(std::vector<float> x, std::vector<float> y, QString xName,
                                           QString yName, std::shared_ptr<const std::vector<std::string>> ids,
                                           const JobContext &context = {});

/// The nearest source that lies in the direction (dx, dy), each of -1, 0, 1, within 45 degrees as it is seen
/// on the screen. Looks at all sources: for keys.
[[nodiscard]] std::optional<std::size_t> nextInDirection(const LatentData &data, std::size_t from, int dx,
                                                         int dy, const latent::PlanePoint &unitsPerPixel);

/// Numbers of all sources under one name.
struct LatentColumn
{
    QString name;
    QString unit;
    std::shared_ptr<const std::vector<double>> values; ///< [source]; not finite: no value
    [[nodiscard]] QString title() const
    {
        return unit.isEmpty() ? name : QStringLiteral("%1 [%2]").arg(name, unit);
    }
};

/// A column as colours.
struct LatentColour
{
    QString title; ///< with the unit
    QString colourMap;
    double low = 0.0; ///< values of the first and the last colour
    double high = 1.0;
    std::shared_ptr<const std::vector<float>> values; ///< [source]; NaN: none
    std::size_t missing = 0;                          ///< sources without a value
    std::size_t beyond = 0;                           ///< values outside the scale, in its end colours
};

/// The scale reaches over the middle 99 % of the values, or over all where these lie close. Any thread.
[[nodiscard]] LatentColour colourOf(const LatentColumn &column, const QString &colourMap);

} // namespace somnium::ui
