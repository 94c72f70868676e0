// SPDX-License-Identifier: GPL-3.0-or-later
// Where the lines are, and their shapes on a grid.
#include "core/simulate/star_lines.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "core/base/random.h"

namespace somnium::simulate
{

namespace
{

// Wavelengths of lines are given in air, as tables of stellar lines have them (cite: Moore et al. 1966, "The
// Solar Spectrum"; Pearse & Gaydon 1976 for bands), and moved to vacuum.
double inVacuum(double airAngstrom)
{
    // cite: Morton 2000, ApJS 130, 403, eq. 8 (the IAU's formula for dry air).
    const double square = (1e4 / airAngstrom) * (1e4 / airAngstrom);
    const double index = 1.0 + 8.34254e-5 + 2.406147e-2 / (130.0 - square) + 1.5998e-4 / (38.9 - square);
    return airAngstrom * index;
}

struct Line
{
    double airAngstrom = 0.0;
    double depth = 1.0; ///< relative to the strongest of its group
};

/// A template while it is made, on all pixels.
class Canvas
{
public:
    Canvas(const data::SpectralGrid &grid, const std::vector<float> &wavelength, double resolvingPower)
        : m_grid(grid), m_wavelength(wavelength), m_depth(grid.pixels, 0.0F),
          m_sigma(1.0 / resolvingPower / 2.3548)
    {}

    /// As wide as the spectrograph's resolution.
    void addNarrow(std::initializer_list<Line> lines)
    {
        for (const Line &line : lines)
            addGaussian(inVacuum(line.airAngstrom), line.depth, m_sigma * line.airAngstrom);
    }
    /// Lorentzian, half width in Angstrom.
    void addWings(std::initializer_list<Line> lines, double halfWidth)
    {
        for (const Line &line : lines)
        {
            const double centre = inVacuum(line.airAngstrom);
            add(centre - 40.0 * halfWidth, centre + 40.0 * halfWidth, [&](double at) {
                const double x = (at - centre) / halfWidth;
                return line.depth * std::max(0.0, 1.0 / (1.0 + x * x) - 1.0 / 1601.0);
            });
        }
    }
    /// A head, and from there to the red (or blue) a tail that decays.
    void addBands(std::initializer_list<Line> heads, double decayAngstrom)
    {
        for (const Line &head : heads)
        {
            const double edge = inVacuum(head.airAngstrom);
            const double reach = 8.0 * std::abs(decayAngstrom);
            add(edge - reach, edge + reach, [&](double at) {
                const double x = (at - edge) / decayAngstrom;
                const double rim = std::abs(4.0 / decayAngstrom); // 4 Angstrom of the head itself
                return head.depth * (x >= 0.0 ? std::exp(-x) : std::exp(-x * x / (rim * rim)));
            });
        }
    }
    void addGaussian(double centre, double depth, double sigma)
    {
        add(centre - 6.0 * sigma, centre + 6.0 * sigma, [&](double at) {
            const double x = (at - centre) / sigma;
            return depth * std::exp(-0.5 * x * x);
        });
    }
    template <class Shape> void add(double low, double high, const Shape &shape)
    {
        const auto last = static_cast<double>(m_grid.pixels) - 1.0;
        const double begin = std::ceil(m_grid.pixelOf(std::max(low, 1.0)));
        const double end = std::floor(m_grid.pixelOf(high));
        if (begin > last || end < 0.0)
            return;
        for (auto i = static_cast<std::size_t>(std::max(0.0, begin));
             i <= static_cast<std::size_t>(std::min(last, end)); ++i)
            m_depth[i] += static_cast<float>(shape(static_cast<double>(m_wavelength[i])));
    }

    /// What is not nothing of it.
    [[nodiscard]] std::pair<std::size_t, std::vector<float>> trimmed() const
    {
        const auto isSomething = [](float depth) { return depth > 1e-6F; };
        const auto first = std::find_if(m_depth.begin(), m_depth.end(), isSomething);
        const auto last = std::find_if(m_depth.rbegin(), m_depth.rend(), isSomething).base();
        if (first == m_depth.end())
            return {};
        return {static_cast<std::size_t>(first - m_depth.begin()), {first, last}};
    }

private:
    const data::SpectralGrid &m_grid;
    const std::vector<float> &m_wavelength;
    std::vector<float> m_depth;
    double m_sigma;
};

/// The forest of weak lines of iron and its like, denser to the blue: places and depths are drawn, always the
/// same ones, as only their number and sum matter. The strong ones are where they are.
void addIron(Canvas &canvas, double resolvingPower)
{
    canvas.addNarrow({{3820.4, 1.0},  {3859.9, 0.9},  {4045.8, 0.9},  {4063.6, 0.75}, {4071.7, 0.7},
                      {4271.8, 0.7},  {4325.8, 0.75}, {4383.5, 0.8},  {4404.8, 0.6},  {4668.1, 0.3},
                      {4890.8, 0.4},  {4920.5, 0.4},  {4957.6, 0.45}, {5269.5, 0.6},  {5328.0, 0.5},
                      {5371.5, 0.45}, {5405.8, 0.4},  {5429.7, 0.4},  {5455.6, 0.4},  {5615.6, 0.3},
                      {6136.6, 0.25}, {6230.7, 0.25}, {6400.0, 0.25}, {6494.9, 0.3},  {6678.0, 0.15},
                      {8327.1, 0.2},  {8387.8, 0.25}, {8514.1, 0.15}, {8688.6, 0.25}, {8824.2, 0.2}});
    Random random(20010614);
    constexpr int kWeakLines = 900;
    for (int i = 0; i < kWeakLines; ++i)
    {
        const double centre = 3500.0 - 1300.0 * std::log(1.0 - random.uniform());
        const double depth = -0.12 * std::log(1.0 - random.uniform());
        canvas.addGaussian(centre, std::min(depth, 0.5), centre / resolvingPower / 2.3548);
    }
}

void addMetals(LineGroup group, Canvas &canvas)
{
    switch (group)
    {
    case LineGroup::FeII:
        canvas.addNarrow({{4173.5, 0.5},
                          {4233.2, 0.7},
                          {4351.8, 0.6},
                          {4508.3, 0.5},
                          {4522.6, 0.5},
                          {4549.5, 0.8},
                          {4583.8, 0.8},
                          {4923.9, 0.9},
                          {5018.4, 1.0},
                          {5169.0, 1.0},
                          {5316.6, 0.8},
                          {6247.6, 0.3},
                          {6456.4, 0.4},
                          {7711.7, 0.2}});
        return;
    case LineGroup::CaIIResonance: canvas.addNarrow({{3933.66, 1.0}, {3968.47, 0.9}}); return;
    case LineGroup::CaIIResonanceWings: canvas.addWings({{3933.66, 1.0}, {3968.47, 0.85}}, 7.0); return;
    case LineGroup::CaIITriplet: canvas.addNarrow({{8498.02, 0.55}, {8542.09, 1.0}, {8662.14, 0.85}}); return;
    case LineGroup::CaIITripletWings:
        canvas.addWings({{8498.02, 0.5}, {8542.09, 1.0}, {8662.14, 0.8}}, 6.0);
        return;
    case LineGroup::CaI:
        canvas.addNarrow({{4226.73, 1.0},
                          {4425.4, 0.3},
                          {4454.8, 0.4},
                          {5588.8, 0.25},
                          {6102.7, 0.25},
                          {6122.2, 0.35},
                          {6162.2, 0.4},
                          {6439.1, 0.35},
                          {6493.8, 0.25}});
        return;
    case LineGroup::CaIWings: canvas.addWings({{4226.73, 1.0}}, 6.0); return;
    case LineGroup::NaI: canvas.addNarrow({{5889.95, 1.0}, {5895.92, 0.9}}); return;
    case LineGroup::NaIWings: canvas.addWings({{5889.95, 1.0}, {5895.92, 0.8}}, 7.0); return;
    case LineGroup::NaIRed: canvas.addNarrow({{8183.26, 0.7}, {8194.82, 1.0}}); return;
    case LineGroup::MgI:
        canvas.addNarrow({{3829.4, 0.8},
                          {3832.3, 0.9},
                          {3838.3, 1.0},
                          {5167.32, 0.7},
                          {5172.68, 0.9},
                          {5183.60, 1.0},
                          {5528.4, 0.25},
                          {8806.8, 0.35}});
        return;
    case LineGroup::MgIWings: canvas.addWings({{5167.32, 0.6}, {5172.68, 0.9}, {5183.60, 1.0}}, 8.0); return;
    case LineGroup::MgII:
        canvas.addNarrow({{4128.1, 0.5}, {4130.9, 0.5}, {4481.2, 1.0}, {6347.1, 0.6}, {6371.4, 0.4}});
        return;
    case LineGroup::KI: canvas.addWings({{7664.9, 1.0}, {7699.0, 0.9}}, 8.0); return;
    default: return;
    }
}

void addHydrogenAndHelium(LineGroup group, Canvas &canvas)
{
    if (group == LineGroup::HeI)
        canvas.addNarrow({{3819.6, 0.6},
                          {3888.6, 0.4},
                          {4026.2, 0.9},
                          {4143.8, 0.4},
                          {4387.9, 0.5},
                          {4471.5, 1.0},
                          {4713.1, 0.3},
                          {4921.9, 0.6},
                          {5015.7, 0.5},
                          {5875.6, 0.8},
                          {6678.2, 0.6},
                          {7065.2, 0.4}});
    else if (group == LineGroup::Paschen)
        canvas.addWings({{8413.3, 0.45},
                         {8438.0, 0.5},
                         {8467.3, 0.55},
                         {8502.5, 0.6},
                         {8545.4, 0.65},
                         {8598.4, 0.7},
                         {8665.0, 0.75},
                         {8750.5, 0.8},
                         {8862.8, 0.9},
                         {9014.9, 1.0},
                         {9229.0, 1.1},
                         {9546.0, 1.2}},
                        9.0);
    else if (group == LineGroup::BalmerContinuum)
        canvas.add(500.0, 3700.0, [](double at) {
            constexpr double kLimit = 3646.0;
            return at < kLimit ? std::pow(at / kLimit, 3.0) : std::exp(-(at - kLimit) / 12.0);
        });
}

void addMolecules(LineGroup group, Canvas &canvas)
{
    switch (group)
    {
    case LineGroup::CH:
        canvas.addGaussian(4305.0, 1.0, 9.0);
        canvas.addGaussian(4290.0, 0.5, 12.0);
        return;
    case LineGroup::CN: canvas.addBands({{3883.4, 1.2}, {4216.0, 1.0}}, -25.0); return; // to the blue
    case LineGroup::MgH:
        canvas.addBands({{5211.0, 0.8}}, -60.0);
        canvas.addBands({{6382.0, 0.5}, {6750.0, 0.6}, {6908.0, 0.6}}, 45.0);
        return;
    case LineGroup::TiO:
        canvas.addBands({{4584.0, 0.25},
                         {4761.0, 0.5},
                         {4954.0, 0.6},
                         {5167.0, 0.7},
                         {5448.0, 0.6},
                         {5597.0, 0.3},
                         {5847.0, 0.5},
                         {6159.0, 0.75},
                         {6651.0, 0.6},
                         {7053.0, 0.9},
                         {7088.0, 0.4},
                         {7126.0, 0.5},
                         {7589.0, 0.6},
                         {7672.0, 0.5},
                         {8205.0, 0.3},
                         {8432.0, 0.7},
                         {8859.0, 0.6},
                         {9209.0, 0.5}},
                        90.0);
        return;
    case LineGroup::VO: canvas.addBands({{7334.0, 0.6}, {7851.0, 0.8}, {8521.0, 0.5}}, 120.0); return;
    case LineGroup::CarbonBands:
        canvas.addBands({{4737.0, 1.0}, {5165.0, 1.2}, {5636.0, 0.9}, {6191.0, 0.4}},
                        -110.0); // C2, to the blue
        canvas.addBands({{6925.0, 0.3}, {7088.0, 0.3}, {7876.0, 0.4}, {8058.0, 0.4}}, 110.0); // CN
        return;
    default: return;
    }
}

constexpr int kFirstBalmer = 3; // H alpha
constexpr int kLastBalmer = 16;

} // namespace

double balmerAngstrom(int upper)
{
    constexpr double kRydberg = 109677.5834e-8; // per Angstrom, of hydrogen
    const double n = upper;
    return 1.0 / (kRydberg * (0.25 - 1.0 / (n * n)));
}

LineTemplates::LineTemplates(const data::SpectralGrid &grid, double resolvingPower)
    : m_grid(grid), m_resolvingPower(resolvingPower), m_wavelength(grid.pixels)
{
    for (std::size_t i = 0; i < grid.pixels; ++i)
        m_wavelength[i] = static_cast<float>(grid.at(static_cast<double>(i)));
    for (std::size_t i = 0; i < kLineGroups; ++i)
    {
        Canvas canvas(m_grid, m_wavelength, resolvingPower);
        const auto group = static_cast<LineGroup>(i);
        if (group == LineGroup::FeI)
            addIron(canvas, resolvingPower);
        addMetals(group, canvas);
        addHydrogenAndHelium(group, canvas);
        addMolecules(group, canvas);
        auto [first, depth] = canvas.trimmed();
        m_templates[i] = {first, std::move(depth)};
    }
}

void LineTemplates::add(const LineStrengths &strengths, std::span<float> depth) const
{
    constexpr float kLeast = 1e-4F;
    for (std::size_t group = 0; group < kLineGroups; ++group)
    {
        const float strength = strengths.group[group];
        if (strength < kLeast)
            continue;
        const Template &one = m_templates[group];
        float *to = depth.data() + one.first;
        const float *from = one.depth.data();
        for (std::size_t i = 0; i < one.depth.size(); ++i)
            to[i] += strength * from[i];
    }
    addBalmer(strengths, depth);
}

void LineTemplates::addBalmer(const LineStrengths &strengths, std::span<float> depth) const
{
    // Stark wings fall with the power 5/2 of the distance. cite: Gray 2005, chapter 11.
    constexpr double kLeast = 2e-3;
    double share = 1.0;
    for (int upper = kFirstBalmer; upper <= kLastBalmer; ++upper, share *= 0.93)
    {
        const double centre = balmerAngstrom(upper);
        const double line = share * strengths.balmerDepth;
        if (line <= kLeast)
            return;
        const double half = std::max(strengths.balmerHalfWidth * (upper == kFirstBalmer ? 1.0 : 1.1),
                                     0.6 * centre / m_resolvingPower);
        const double reach = half * std::pow(line / kLeast, 0.4);
        const double begin = std::ceil(m_grid.pixelOf(std::max(1.0, centre - reach)));
        const double end = std::floor(m_grid.pixelOf(centre + reach)) + 1.0;
        const auto first =
            static_cast<std::size_t>(std::clamp(begin, 0.0, static_cast<double>(m_grid.pixels)));
        const auto last = static_cast<std::size_t>(std::clamp(end, 0.0, static_cast<double>(m_grid.pixels)));
        const auto at = static_cast<float>(centre);
        const auto perHalf = static_cast<float>(1.0 / half);
        const auto most = static_cast<float>(line);
        constexpr auto kCut = static_cast<float>(kLeast);
        for (std::size_t i = first; i < last; ++i)
        {
            const float x = (m_wavelength[i] - at) * perHalf;
            const float y = 1.0F / (1.0F + x * x);
            depth[i] += std::max(0.0F, most * y * std::sqrt(std::sqrt(y)) - kCut);
        }
    }
}

} // namespace somnium::simulate
