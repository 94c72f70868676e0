// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/latent_data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace somnium::ui
{

namespace
{

constexpr double kShareBeyond = 0.005; ///< at either end of a colour scale
constexpr double kFarStretch = 1.6;    ///< ends that are not further away than this stay on the scale

double quantile(std::vector<float> &values, double share)
{
    const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return static_cast<double>(values[static_cast<std::size_t>(rank)]);
}

} // namespace

bool LatentData::isPlaced(std::size_t source) const
{
    return source < x.size() && std::isfinite(x[source]) && std::isfinite(y[source]);
}

latent::PlanePoint LatentData::place(std::size_t source) const
{
    return {static_cast<double>(x[source]), static_cast<double>(y[source])};
}

QString LatentData::id(std::size_t source) const
{
    return ids && source < ids->size() ? QString::fromStdString((*ids)[source])
                                       : QString::number(static_cast<qulonglong>(source));
}

LatentPointer makeLatentData(std::vector<float> x, std::vector<float> y, QString xName, QString yName,
                             std::shared_ptr<const std::vector<std::string>> ids, const JobContext &context)
{
    auto data = std::make_shared<LatentData>();
    const std::size_t count = std::min(x.size(), y.size());
    x.resize(count);
    y.resize(count);
    data->x = std::move(x);
    data->y = std::move(y);
    data->xName = std::move(xName);
    data->yName = std::move(yName);
    data->ids = std::move(ids);
    data->index = latent::PointIndex(data->points(), context);
    data->bounds = latent::boundsOf(data->points());
    return data;
}

std::optional<std::size_t> nextInDirection(const LatentData &data, std::size_t from, int dx, int dy,
                                           const latent::PlanePoint &unitsPerPixel)
{
    if (!data.isPlaced(from))
        return std::nullopt;
    const latent::PlanePoint start = data.place(from);
    double best = std::numeric_limits<double>::infinity();
    std::optional<std::size_t> found;
    for (std::size_t source = 0; source < data.count(); ++source)
    {
        const double right = (static_cast<double>(data.x[source]) - start.x) / unitsPerPixel.x;
        const double up = (static_cast<double>(data.y[source]) - start.y) / unitsPerPixel.y;
        const double along = right * dx + up * dy;
        const double across = std::abs(right * dy - up * dx);
        const double distance = along * along + across * across;
        if (along > 0.0 && across <= along && distance < best)
        {
            best = distance;
            found = source;
        }
    }
    return found;
}

LatentColour colourOf(const LatentColumn &column, const QString &colourMap)
{
    LatentColour colour;
    colour.title = column.title();
    colour.colourMap = colourMap;
    if (!column.values)
        return colour;
    std::vector<float> values(column.values->size());
    std::ranges::transform(*column.values, values.begin(),
                           [](double value) { return static_cast<float>(value); });
    std::vector<float> finite;
    finite.reserve(values.size());
    for (const float value : values)
        if (std::isfinite(value))
            finite.push_back(value);
    colour.missing = values.size() - finite.size();
    colour.values = std::make_shared<const std::vector<float>>(std::move(values));
    if (finite.empty())
        return colour;
    const auto [lowest, highest] = std::ranges::minmax(finite);
    double low = quantile(finite, kShareBeyond);
    double high = quantile(finite, 1.0 - kShareBeyond);
    if (!(high > low) || static_cast<double>(highest - lowest) <= kFarStretch * (high - low))
    {
        low = static_cast<double>(lowest);
        high = static_cast<double>(highest);
    }
    colour.low = low;
    colour.high = high;
    colour.beyond = static_cast<std::size_t>(std::ranges::count_if(finite, [&](float value) {
        return static_cast<double>(value) < low || static_cast<double>(value) > high;
    }));
    return colour;
}

} // namespace somnium::ui
