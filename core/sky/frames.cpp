// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/frames.h"

#include <array>
#include <cmath>
#include <numbers>

namespace somnium::sky
{

namespace
{

constexpr double kDegree = std::numbers::pi / 180.0;

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

Vector unitVector(double longitudeDeg, double latitudeDeg)
{
    const double longitude = longitudeDeg * kDegree;
    const double latitude = latitudeDeg * kDegree;
    return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
            std::sin(latitude)};
}

/// Angles of a vector of any length; the first in [0, 360).
SkyPosition anglesOf(const Vector &v)
{
    const double longitude = std::atan2(v[1], v[0]) / kDegree;
    return {longitude < 0.0 ? longitude + 360.0 : longitude,
            std::atan2(v[2], std::hypot(v[0], v[1])) / kDegree};
}

double dot(const Vector &a, const Vector &b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector product(const Matrix &m, const Vector &v)
{
    return {dot(m[0], v), dot(m[1], v), dot(m[2], v)};
}

Matrix transposed(const Matrix &m)
{
    return {Vector{m[0][0], m[1][0], m[2][0]}, Vector{m[0][1], m[1][1], m[2][1]},
            Vector{m[0][2], m[1][2], m[2][2]}};
}

/// Galactic to ICRS, from the ICRS position of the galactic pole and the longitude of the celestial pole.
/// cite: ESA 1997, The Hipparcos Catalogue, vol. 1, sect. 1.5.3.
Matrix galacticMatrix()
{
    constexpr double kPoleRaDeg = 192.85948;
    constexpr double kPoleDecDeg = 27.12825;
    constexpr double kNodeDeg = 32.93192; // longitude of the ascending node on the celestial equator
    const Vector pole = unitVector(kPoleRaDeg, kPoleDecDeg);
    const Vector node = unitVector(kPoleRaDeg + 90.0, 0.0);
    const Vector third = {pole[1] * node[2] - pole[2] * node[1], pole[2] * node[0] - pole[0] * node[2],
                          pole[0] * node[1] - pole[1] * node[0]};
    const double c = std::cos(kNodeDeg * kDegree);
    const double s = std::sin(kNodeDeg * kDegree);
    Matrix matrix = {};
    for (std::size_t i = 0; i < 3; ++i)
        matrix[i] = {c * node[i] - s * third[i], s * node[i] + c * third[i], pole[i]};
    return matrix;
}

/// cite: IAU 1976 mean obliquity at J2000, 84381.448 arcsec.
Matrix eclipticMatrix()
{
    constexpr double kObliquity = 84381.448 / 3600.0 * kDegree;
    const double c = std::cos(kObliquity);
    const double s = std::sin(kObliquity);
    return {Vector{1.0, 0.0, 0.0}, Vector{0.0, c, -s}, Vector{0.0, s, c}};
}

/// FK4 B1950 without elliptic terms to FK5 J2000, for epoch B1950. cite: Murray 1989, A&A 218, 325, eq. 28.
constexpr Matrix kFk4Matrix = {Vector{0.9999256794956877, -0.0111814832204662, -0.0048590038153592},
                               Vector{0.0111814832391717, 0.9999374848933135, -0.0000271625947142},
                               Vector{0.0048590037723143, -0.0000271702937440, 0.9999881946023742}};

/// Elliptic terms of aberration at B1950. cite: Aoki et al. 1983, A&A 128, 263.
constexpr Vector kEllipticTerms = {-1.62557e-6, -0.31919e-6, -0.13843e-6};

Vector withoutEllipticTerms(const Vector &v)
{
    const double along = dot(v, kEllipticTerms);
    Vector result = {};
    for (std::size_t i = 0; i < 3; ++i)
        result[i] = v[i] - kEllipticTerms[i] + along * v[i];
    return result;
}

Vector withEllipticTerms(const Vector &v)
{
    Vector result = v; // the terms are 1e-6: three rounds reach the last digit
    for (int round = 0; round < 3; ++round)
    {
        const double along = dot(result, kEllipticTerms);
        for (std::size_t i = 0; i < 3; ++i)
            result[i] = (v[i] + kEllipticTerms[i]) / (1.0 + along);
    }
    return result;
}

} // namespace

SkyPosition toIcrs(Frame frame, double longitudeDeg, double latitudeDeg)
{
    const Vector v = unitVector(longitudeDeg, latitudeDeg);
    switch (frame)
    {
    case Frame::Galactic: return anglesOf(product(galacticMatrix(), v));
    case Frame::Ecliptic: return anglesOf(product(eclipticMatrix(), v));
    case Frame::Fk4: return anglesOf(product(kFk4Matrix, withoutEllipticTerms(v)));
    case Frame::Icrs: break;
    }
    return {longitudeDeg, latitudeDeg};
}

SkyPosition fromIcrs(Frame frame, const SkyPosition &position)
{
    const Vector v = unitVector(position.raDeg, position.decDeg);
    switch (frame)
    {
    case Frame::Galactic: return anglesOf(product(transposed(galacticMatrix()), v));
    case Frame::Ecliptic: return anglesOf(product(transposed(eclipticMatrix()), v));
    // The matrix is a rotation but for 1e-10.
    case Frame::Fk4: return anglesOf(withEllipticTerms(product(transposed(kFk4Matrix), v)));
    case Frame::Icrs: break;
    }
    return position;
}

} // namespace somnium::sky
