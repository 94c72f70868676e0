// SPDX-License-Identifier: GPL-3.0-or-later
// How strong lines are: ionisation, excitation, opacity.
#include <algorithm>
#include <cmath>

#include "core/simulate/star_lines.h"

namespace somnium::simulate
{

namespace
{

double power10(double x)
{
    return std::pow(10.0, x);
}

/// Electron pressure where the continuum forms, log10 dyn/cm^2: a fit by eye to the values at optical depth
/// 2/3 of model atmospheres (cite: Gray 2005, "The Observation and Analysis of Stellar Photospheres",
/// chapter 9, where gravity enters with the power 1/3 to 1/2); electrons from metals in cool stars.
double logElectronPressure(const Photosphere &star)
{
    constexpr std::array<double, 10> kTeff = {2500, 2800, 3500, 4500, 5772, 7500, 9500, 12000, 20000, 35000};
    constexpr std::array<double, 10> kLog = {-1.9, -1.5, -0.7, 0.35, 1.25, 2.15, 2.5, 2.65, 2.9, 3.1};
    const auto *const above = std::upper_bound(kTeff.begin() + 1, kTeff.end() - 1, star.teffK);
    const auto i = static_cast<std::size_t>(above - kTeff.begin());
    const double share = std::clamp(
        std::log(star.teffK / kTeff.at(i - 1)) / std::log(kTeff.at(i) / kTeff.at(i - 1)), 0.0, 1.0);
    const double base = kLog.at(i - 1) + share * (kLog.at(i) - kLog.at(i - 1));
    const double slope = std::clamp(0.33 + 0.17 * (star.teffK - 6500.0) / 3500.0, 0.33, 0.5);
    const double metals = 0.3 * star.feh * std::clamp((7500.0 - star.teffK) / 1500.0, 0.0, 1.0);
    return base + slope * (star.loggCgs - 4.44) + metals;
}

/// An ion and a level of it.
struct Species
{
    double firstEv = 0.0;    ///< ionisation energies of the atom
    double secondEv = 0.0;   ///< 0: none
    double firstRatio = 1.0; ///< of the partition functions, ion over atom
    double secondRatio = 1.0;
    int stage = 0; ///< 0: the atom
    double levelEv = 0.0;
};
constexpr Species kHydrogen2 = {13.598, 0.0, 0.5, 1.0, 0, 10.199};
constexpr Species kHydrogen3 = {13.598, 0.0, 0.5, 1.0, 0, 12.088};
constexpr Species kIron1 = {7.902, 16.19, 1.4, 0.8, 0, 1.5};
constexpr Species kIron2 = {7.902, 16.19, 1.4, 0.8, 1, 2.8};
constexpr Species kCalcium2 = {6.113, 11.87, 1.7, 0.5, 1, 0.0};
constexpr Species kCalcium2Triplet = {6.113, 11.87, 1.7, 0.5, 1, 1.70};
constexpr Species kCalcium1 = {6.113, 11.87, 1.7, 0.5, 0, 0.5};
constexpr Species kSodium1 = {5.139, 47.3, 0.5, 1.0, 0, 0.0};
constexpr Species kSodium1Red = {5.139, 47.3, 0.5, 1.0, 0, 2.10};
constexpr Species kMagnesium1 = {7.646, 15.04, 2.0, 0.5, 0, 2.71};
constexpr Species kMagnesium2 = {7.646, 15.04, 2.0, 0.5, 1, 8.86};
constexpr Species kHelium1 = {24.587, 54.42, 2.0, 0.5, 0, 20.96};
constexpr Species kPotassium1 = {4.341, 31.63, 0.5, 1.0, 0, 0.0};

/// The gas of a photosphere.
class Gas
{
public:
    explicit Gas(const Photosphere &star)
        : m_theta(5040.0 / star.teffK), m_logTeff(std::log10(star.teffK)),
          m_logPressure(logElectronPressure(star))
    {}

    /// Atoms on the level that absorbs, over continuous opacity: what the depth of a weak line goes by.
    [[nodiscard]] double lineOverContinuum(const Species &species) const
    {
        const double first = ionised(species.firstEv, species.firstRatio);
        const double second =
            species.secondEv > 0.0 ? first * ionised(species.secondEv, species.secondRatio) : 0.0;
        const double stage = species.stage == 0 ? 1.0 : first;
        return stage / (1.0 + first + second) * power10(-species.levelEv * m_theta) / opacity();
    }

private:
    /// cite: Gray 2005, chapter 1 (Saha).
    [[nodiscard]] double ionised(double ev, double ratio) const
    {
        return power10(-ev * m_theta + 2.5 * m_logTeff - 0.1762 + std::log10(ratio) - m_logPressure);
    }
    /// At 5000 Angstrom, cm^2 per hydrogen atom: H-, hydrogen from levels 3 to 6, free electrons. cite: Gray
    /// 2005, chapter 8.
    [[nodiscard]] double opacity() const
    {
        const double ions = ionised(13.598, 0.5);
        const double neutral = 1.0 / (1.0 + ions);
        const double negative =
            4.158e-10 * 3.0e-17 * power10(m_logPressure) * std::pow(m_theta, 2.5) * power10(0.754 * m_theta);
        const double bound = 4.84e-17 * (power10(-12.09 * m_theta) + 0.42 * power10(-12.75 * m_theta) +
                                         0.22 * power10(-13.05 * m_theta) + 0.3 * power10(-13.2 * m_theta));
        return neutral * (negative + bound) + 6.65e-25 * (1.0 - neutral);
    }

    double m_theta;
    double m_logTeff;
    double m_logPressure;
};

/// Depths grow slower than the number of absorbers: the flat and damped parts of the curve of growth.
constexpr double kGrowth = 0.4;

/// A bell over temperature.
double bell(double teffK, double centreK, double widthK)
{
    const double x = (teffK - centreK) / widthK;
    return std::exp(-0.5 * x * x);
}

/// Share of a molecule that forms below a temperature; 64000 K is four fifths of what TiO's bond of 6.87 eV
/// takes, as its oxygen is bound in CO in part.
double associated(double teffK, double halfK)
{
    const double x = std::exp(std::clamp(64000.0 * (1.0 / teffK - 1.0 / halfK), -60.0, 60.0));
    return x / (1.0 + x);
}

void addMolecules(const Photosphere &star, LineStrengths &strengths)
{
    const auto set = [&strengths](LineGroup group, double depth) {
        strengths[group] = static_cast<float>(depth);
    };
    const double teff = star.teffK;
    set(LineGroup::CH, 0.5 * power10(0.5 * star.feh) * bell(teff, 5000.0, 650.0));
    set(LineGroup::CN, 0.3 * power10(0.7 * star.feh) * bell(teff, 4500.0, 500.0) *
                           std::clamp(1.0 + 0.4 * (4.4 - star.loggCgs), 0.3, 2.5));
    set(LineGroup::MgH, 0.5 * power10(0.3 * star.feh) * bell(teff, 3800.0, 500.0) *
                            std::clamp(0.5 * (star.loggCgs - 2.5), 0.0, 1.3));
    set(LineGroup::TiO, 1.6 * power10(0.5 * star.feh) * associated(teff, 3550.0));
    set(LineGroup::VO, 1.2 * power10(0.5 * star.feh) * associated(teff, 2850.0));
}

} // namespace

LineStrengths strengthsOf(const Photosphere &star)
{
    static const Gas kSun(Photosphere{});
    static const Gas kHot(Photosphere{.teffK = 20000.0, .loggCgs = 4.0});
    const Gas gas(star);
    // Over that of a reference, to the power of the curve of growth.
    const auto growth = [&](const Species &species, const Gas &reference, double metals) {
        return std::pow(gas.lineOverContinuum(species) / reference.lineOverContinuum(species) *
                            power10(metals * star.feh),
                        kGrowth);
    };
    LineStrengths strengths;
    const auto set = [&strengths](LineGroup group, double depth, double most) {
        strengths[group] = static_cast<float>(std::min(depth, most));
    };
    // Pressure broadens wings: cite: Gray 2005, chapter 13.
    const double damping = power10(0.2 * (star.loggCgs - 4.44));
    const double iron = growth(kIron1, kSun, 1.0);
    const double calcium2 = growth(kCalcium2, kSun, 1.0);
    const double triplet = growth(kCalcium2Triplet, kSun, 1.0);
    const double calcium1 = growth(kCalcium1, kSun, 1.0);
    const double sodium = growth(kSodium1, kSun, 1.0);
    const double magnesium = growth(kMagnesium1, kSun, 1.0);
    set(LineGroup::FeI, 0.35 * iron, 1.2);
    set(LineGroup::FeII, 0.20 * growth(kIron2, kSun, 1.0), 0.8);
    set(LineGroup::CaIIResonance, 1.5 * calcium2, 4.0);
    set(LineGroup::CaIIResonanceWings, 0.9 * calcium2 * damping, 2.0);
    set(LineGroup::CaIITriplet, 0.60 * triplet, 1.5);
    set(LineGroup::CaIITripletWings, 0.10 * triplet * damping, 0.5);
    set(LineGroup::CaI, 0.35 * calcium1, 2.0);
    set(LineGroup::CaIWings, 0.10 * calcium1 * damping, 1.0);
    set(LineGroup::NaI, 0.35 * sodium, 2.5);
    set(LineGroup::NaIWings, 0.06 * sodium * damping, 1.5);
    set(LineGroup::NaIRed, 0.06 * growth(kSodium1Red, kSun, 1.0) * damping, 0.8);
    set(LineGroup::MgI, 0.45 * magnesium, 1.8);
    set(LineGroup::MgIWings, 0.15 * magnesium * damping, 1.2);
    set(LineGroup::MgII, 0.04 * growth(kMagnesium2, kSun, 1.0), 0.6);
    set(LineGroup::HeI, 0.35 * growth(kHelium1, kHot, 0.0), 0.6);
    set(LineGroup::KI, 0.06 * growth(kPotassium1, kSun, 1.0) * damping, 1.5);
    set(LineGroup::Paschen, 0.06 * growth(kHydrogen3, kSun, 0.0), 0.6);
    addMolecules(star, strengths);

    const double hydrogen = growth(kHydrogen2, kSun, 0.0);
    strengths.balmerDepth = std::min(0.7 * std::sqrt(hydrogen), 1.6);
    strengths.balmerHalfWidth = 2.0 * std::pow(hydrogen, 0.6) * power10(0.25 * (star.loggCgs - 4.44));
    set(LineGroup::BalmerContinuum, 0.08 * hydrogen, 0.8);
    return strengths;
}

} // namespace somnium::simulate
