// SPDX-License-Identifier: GPL-3.0-or-later
// Which fields are contoured on the latent plane, and how.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <QString>

namespace somnium::ui
{

enum class FieldSource
{
    Observed, ///< a column of the catalogue, smoothed over the sources
    Decoded,  ///< a physical parameter that the decoder gives for a place of the plane
};

enum class FieldStatistic
{
    Mean,
    Median,
};

/// One set of lines.
struct IsoField
{
    QString column; ///< name of a column, or of a parameter; empty: no lines
    FieldSource source = FieldSource::Observed;
    FieldStatistic statistic = FieldStatistic::Mean;
    bool isLog = false; ///< round levels at factors, not at steps
    QString levels;     ///< as typed, see parseLevels; empty: round ones
    friend bool operator==(const IsoField &, const IsoField &) = default;
};

inline constexpr double kDefaultBandwidth = 3.0;   ///< of the mean distance of neighbouring points
inline constexpr double kDefaultLeastPoints = 5.0; ///< effective, under the smoothing kernel

struct IsoSettings
{
    std::array<IsoField, 2> fields; ///< solid, dashed
    double bandwidth = kDefaultBandwidth;
    double leastPoints = kDefaultLeastPoints;
    bool hasLabels = true;
    bool hasErrors = false; ///< a veil where the first field is uncertain
    friend bool operator==(const IsoSettings &, const IsoSettings &) = default;
};

/// Numbers between blanks or semicolons, in the user's or in C's way of writing: "0.5 1 1.5", rising, without
/// repeats. None if something in it is no number.
[[nodiscard]] std::optional<std::vector<double>> parseLevels(const QString &text);

} // namespace somnium::ui
