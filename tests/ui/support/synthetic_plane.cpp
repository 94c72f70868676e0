// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/synthetic_plane.h"

#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include "ui/models/spectral_lines.h"

namespace somnium::ui::test
{

LatentPointer syntheticPlane(std::size_t count, std::size_t unplaced)
{
    std::mt19937 random(11);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::vector<float> x(count);
    std::vector<float> y(count);
    auto ids = std::make_shared<std::vector<std::string>>();
    for (std::size_t source = 0; source < count; ++source)
    {
        const double kind = uniform(random);
        const double along = 4.0 * uniform(random) - 2.0;
        const double width = 0.12 + 0.05 * along * along;
        double px = along + 0.2 * normal(random);
        double py = 0.6 * std::sin(1.2 * along) - 0.3 * along + width * normal(random);
        if (kind > 0.75) // giants
        {
            px = 1.2 + 0.5 * normal(random);
            py = 1.1 + 0.35 * px + 0.18 * normal(random);
        }
        else if (kind > 0.72) // white dwarfs
        {
            px = -1.4 + 0.3 * normal(random);
            py = -1.4 + 0.15 * normal(random);
        }
        const bool isPlaced = source >= unplaced;
        x[source] = isPlaced ? static_cast<float>(px) : std::numeric_limits<float>::quiet_NaN();
        y[source] = isPlaced ? static_cast<float>(py) : std::numeric_limits<float>::quiet_NaN();
        ids->push_back("spec-" + std::to_string(266 + source % 3000) + "-" +
                       std::to_string(51600 + source % 7000));
    }
    return makeLatentData(std::move(x), std::move(y), QStringLiteral("latent z1"),
                          QStringLiteral("latent z2"), ids);
}

std::vector<LatentColumn> syntheticColumns(const LatentData &data)
{
    std::mt19937 random(12);
    std::normal_distribution<double> normal;
    auto temperature = std::make_shared<std::vector<double>>();
    auto gravity = std::make_shared<std::vector<double>>();
    for (std::size_t source = 0; source < data.count(); ++source)
    {
        const auto px = static_cast<double>(data.x[source]);
        const auto py = static_cast<double>(data.y[source]);
        temperature->push_back(5800.0 * std::exp(-0.22 * px - 0.05 * py) + 90.0 * normal(random));
        gravity->push_back(random() % 50U == 0U ? std::numeric_limits<double>::quiet_NaN()
                                                : 4.4 - 0.9 * py - 0.2 * px + 0.15 * normal(random));
    }
    auto constant = std::make_shared<std::vector<double>>(data.count(), 3.0);
    return {
        {QStringLiteral("Teff"), QStringLiteral("K"), temperature},
        {QStringLiteral("log g"), QStringLiteral("dex"), gravity},
        {QStringLiteral("a column whose name somebody made far too long for any combo box"), {}, constant}};
}

SpectrumSet syntheticSpectra(std::size_t pixels, unsigned seed)
{
    SpectrumSet set{.grid = {.scale = data::SpectralGrid::Scale::Log,
                             .first = 3800.0,
                             .step = 0.38 / static_cast<double>(pixels),
                             .pixels = pixels},
                    .title = QStringLiteral("spec-0266-51630-0001"),
                    .fluxUnit = QStringLiteral("10\u207b\u00b9\u2077 erg/s/cm\u00b2/\u00c5"),
                    .curves = {}};
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    SpectrumCurve observed{
        .name = QStringLiteral("observed"), .role = CurveRole::Observed, .flux = {}, .weight = {}};
    SpectrumCurve model{.name = QStringLiteral("reconstruction"),
                        .role = CurveRole::Reconstruction,
                        .flux = {},
                        .weight = {}};
    SpectrumCurve decoded{.name = QStringLiteral("decoded at the cursor"),
                          .role = CurveRole::Decoded,
                          .flux = {},
                          .weight = {}};
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    {
        const double wavelength = set.grid.at(static_cast<double>(pixel));
        double flux = 20.0 * std::exp(-std::pow((wavelength - 6500.0) / 3000.0, 2.0));
        for (const SpectralLine &line : knownSpectralLines())
            flux *= 1.0 - 0.3 * std::exp(-0.5 * std::pow((wavelength - line.wavelengthAngstrom) / 6.0, 2.0));
        const double sigma = wavelength < 4500.0 ? 0.8 : 0.35;
        const bool isMasked = pixel > pixels * 55 / 100 && pixel < pixels * 57 / 100;
        observed.flux.push_back(static_cast<float>(flux + sigma * normal(random)));
        observed.weight.push_back(isMasked ? 0.0F : static_cast<float>(1.0 / (sigma * sigma)));
        model.flux.push_back(static_cast<float>(flux));
        decoded.flux.push_back(static_cast<float>(0.9 * flux + 0.4));
    }
    set.curves = {observed, model, decoded};
    return set;
}

} // namespace somnium::ui::test
