// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/colour_map.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include <QList>

namespace somnium::ui
{

namespace
{

template <std::size_t N> using ControlPoints = std::array<std::uint32_t, N>;

// Every fifth colour of the maps by N. Smith, S. van der Walt, E. Firing (viridis, inferno, magma) and
// J. R. Nunez, C. R. Anderton, R. S. Renslow 2018, PLoS ONE 13, e0199239 (cividis), all CC0. Straight lines
// between them stay within 1 of 255 of the full tables (cividis: 4).
// clang-format off
constexpr ControlPoints<52> kViridis = {
    0x440154, 0x46085c, 0x471063, 0x481769, 0x481d6f, 0x482475, 0x472a7a, 0x46307e, 0x453781, 0x433d84,
    0x414287, 0x3f4889, 0x3d4e8a, 0x3a538b, 0x38598c, 0x355e8d, 0x33638d, 0x31688e, 0x2e6d8e, 0x2c718e,
    0x2a768e, 0x297b8e, 0x27808e, 0x25848e, 0x23898e, 0x218e8d, 0x20928c, 0x1f978b, 0x1e9c89, 0x1fa188,
    0x21a585, 0x24aa83, 0x28ae80, 0x2eb37c, 0x35b779, 0x3dbc74, 0x46c06f, 0x50c46a, 0x5ac864, 0x65cb5e,
    0x70cf57, 0x7cd250, 0x89d548, 0x95d840, 0xa2da37, 0xb0dd2f, 0xbddf26, 0xcae11f, 0xd8e219, 0xe5e419,
    0xf1e51d, 0xfde725};
constexpr ControlPoints<52> kInferno = {
    0x000004, 0x02020c, 0x050417, 0x0a0722, 0x10092d, 0x160b39, 0x1e0c45, 0x260c51, 0x2f0a5b, 0x380962,
    0x400a67, 0x490b6a, 0x510e6c, 0x59106e, 0x61136e, 0x69166e, 0x71196e, 0x781c6d, 0x801f6c, 0x88226a,
    0x902568, 0x982766, 0xa02a63, 0xa82e5f, 0xb0315b, 0xb73557, 0xbf3952, 0xc63d4d, 0xcc4248, 0xd34743,
    0xd94d3d, 0xdf5337, 0xe45a31, 0xe9612b, 0xed6925, 0xf1711f, 0xf47918, 0xf78212, 0xf98b0b, 0xfa9407,
    0xfb9d07, 0xfca60c, 0xfcb014, 0xfbba1f, 0xfac42a, 0xf8cd37, 0xf6d746, 0xf4e156, 0xf2ea69, 0xf2f27d,
    0xf5f992, 0xfcffa4};
constexpr ControlPoints<52> kMagma = {
    0x000004, 0x02020b, 0x050416, 0x090720, 0x0e0b2b, 0x140e36, 0x1a1042, 0x21114e, 0x29115a, 0x311165,
    0x390f6e, 0x420f75, 0x4a1079, 0x52137c, 0x5a167e, 0x621980, 0x6a1c81, 0x721f81, 0x792282, 0x812581,
    0x892881, 0x912b81, 0x992d80, 0xa1307e, 0xaa337d, 0xb2357b, 0xba3878, 0xc23b75, 0xca3e72, 0xd2426f,
    0xd9466b, 0xe04c67, 0xe75263, 0xec5860, 0xf1605d, 0xf4695c, 0xf7725c, 0xf97b5d, 0xfb8560, 0xfc8e64,
    0xfd9869, 0xfea16e, 0xfeaa74, 0xfeb47b, 0xfebd82, 0xfec68a, 0xfecf92, 0xfed89a, 0xfde2a3, 0xfdebac,
    0xfcf4b6, 0xfcfdbf};
constexpr ControlPoints<52> kCividis = {
    0x00224e, 0x002656, 0x002a5f, 0x002d68, 0x003070, 0x083370, 0x163770, 0x203a6f, 0x273e6e, 0x2e416d,
    0x34456c, 0x3a486c, 0x3f4c6c, 0x444f6c, 0x49536c, 0x4e566c, 0x535a6d, 0x575d6d, 0x5c616e, 0x60646f,
    0x656870, 0x696b71, 0x6d6f72, 0x727274, 0x767676, 0x7a7a78, 0x7e7d78, 0x838179, 0x888578, 0x8d8878,
    0x928c78, 0x969077, 0x9b9476, 0xa09875, 0xa59c74, 0xaaa073, 0xafa471, 0xb5a86f, 0xbaac6d, 0xbfb06b,
    0xc4b468, 0xc9b965, 0xcfbd62, 0xd4c15f, 0xdac65b, 0xdfca57, 0xe5cf52, 0xead34c, 0xf0d846, 0xf6dd3f,
    0xfce236, 0xfee838};
// ColorBrewer's diverging RdBu (C. Brewer, M. Harrower), reversed: negative blue, positive red.
constexpr ControlPoints<11> kRdBu = {
    0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b,
    0x67001f};
// clang-format on

int toByte(double fraction)
{
    return static_cast<int>(std::lround(255.0 * std::clamp(fraction, 0.0, 1.0)));
}

template <class ColourOf> ColourTable tableOf(ColourOf colourOf)
{
    ColourTable table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = colourOf(static_cast<double>(i) / 255.0);
    return table;
}

template <std::size_t N> ColourTable interpolated(const ControlPoints<N> &points)
{
    return tableOf([&points](double fraction) {
        const double position = fraction * static_cast<double>(N - 1);
        const std::size_t left = std::min(static_cast<std::size_t>(position), N - 2);
        const double share = position - static_cast<double>(left);
        const auto channel = [&](unsigned shift) {
            const double a = (points[left] >> shift) & 0xffU;
            const double b = (points[left + 1] >> shift) & 0xffU;
            return toByte((a + share * (b - a)) / 255.0);
        };
        return qRgb(channel(16), channel(8), channel(0));
    });
}

/// cite: Green 2011, Bull. Astr. Soc. India 39, 289; start 0.5, -1.5 rotations, hue 1, gamma 1.
QRgb cubehelix(double fraction)
{
    const double angle = 2.0 * std::numbers::pi * (0.5 / 3.0 + 1.0 - 1.5 * fraction);
    const double amplitude = fraction * (1.0 - fraction) / 2.0;
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    return qRgb(toByte(fraction + amplitude * (-0.14861 * c + 1.78277 * s)),
                toByte(fraction + amplitude * (-0.29227 * c - 0.90649 * s)),
                toByte(fraction + amplitude * (1.97294 * c)));
}

struct NamedMap
{
    QString name;
    ColourTable table;
};

const QList<NamedMap> &maps()
{
    static const QList<NamedMap> all = {
        {QStringLiteral("gray"), tableOf([](double f) { return qRgb(toByte(f), toByte(f), toByte(f)); })},
        {QStringLiteral("viridis"), interpolated(kViridis)},
        {QStringLiteral("inferno"), interpolated(kInferno)},
        {QStringLiteral("magma"), interpolated(kMagma)},
        {QStringLiteral("cividis"), interpolated(kCividis)},
        {QStringLiteral("cubehelix"), tableOf(cubehelix)},
        {QStringLiteral("gist_heat"), tableOf([](double f) {
             return qRgb(toByte(1.5 * f), toByte(2.0 * f - 1.0), toByte(4.0 * f - 3.0));
         })},
        {QStringLiteral("RdBu"), interpolated(kRdBu)},
    };
    return all;
}

} // namespace

QStringList colourMapNames()
{
    QStringList names;
    for (const NamedMap &map : maps())
        names.append(map.name);
    return names;
}

const ColourTable &colourTable(const QString &name)
{
    for (const NamedMap &map : maps())
        if (map.name == name)
            return map.table;
    return maps().front().table;
}

QRgb colourAt(const ColourTable &table, double fraction)
{
    if (std::isnan(fraction))
        return qRgba(0, 0, 0, 0);
    return table[static_cast<std::size_t>(toByte(fraction))];
}

} // namespace somnium::ui
