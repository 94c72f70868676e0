// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/polar_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <numbers>

#include <fftw3.h>

namespace somnium::compute
{

namespace
{

/// Rings are made this many times finer in angle before pixels are interpolated from them.
constexpr std::size_t kOversampling = 4;

/// FFTW's planner is the one part of it that threads must not share.
std::mutex &plannerMutex()
{
    static std::mutex mutex;
    return mutex;
}

struct Direction
{
    double cosine = 1.0;
    double sine = 0.0;
};

/// Direction of angle t of n (a multiple of 4); quarter turns of one another to the bit, so that an image
/// turned by 90 degrees has the same samples.
Direction direction(std::size_t t, std::size_t n)
{
    const std::size_t quarter = n / 4;
    const double angleRad =
        2.0 * std::numbers::pi * static_cast<double>(t % quarter) / static_cast<double>(n);
    const Direction first = {std::cos(angleRad), std::sin(angleRad)};
    switch (t / quarter)
    {
    case 0: return first;
    case 1: return {-first.sine, first.cosine};
    case 2: return {-first.cosine, -first.sine};
    default: return {first.sine, -first.cosine};
    }
}

/// Weights of cubic convolution (Keys 1981, a = -1/2) for the four neighbours of a fraction in [0, 1).
std::array<float, 4> cubicWeights(double f)
{
    const double f2 = f * f;
    const double f3 = f2 * f;
    return {static_cast<float>(-0.5 * f3 + f2 - 0.5 * f), static_cast<float>(1.5 * f3 - 2.5 * f2 + 1.0),
            static_cast<float>(-1.5 * f3 + 2.0 * f2 + 0.5 * f), static_cast<float>(0.5 * f3 - 0.5 * f2)};
}

} // namespace

struct PolarTransform::Plans
{
    fftwf_plan forward = nullptr;
    fftwf_plan inverse = nullptr;

    explicit Plans(const PolarGrid &grid)
    {
        const int rings = static_cast<int>(grid.rings);
        const int angles = static_cast<int>(grid.angles);
        const int fine = static_cast<int>(grid.angles * kOversampling);
        const std::size_t size = grid.rings * (grid.angles * kOversampling + 2);
        const std::lock_guard lock(plannerMutex());
        float *const real = fftwf_alloc_real(size);
        float *const complex = fftwf_alloc_real(size);
        // ESTIMATE: the plan, and so every bit of the result, does not depend on timings.
        forward = fftwf_plan_many_dft_r2c(1, &angles, rings, real, nullptr, 1, angles,
                                          reinterpret_cast<fftwf_complex *>(complex), nullptr, 1,
                                          angles / 2 + 1, FFTW_ESTIMATE);
        inverse = fftwf_plan_many_dft_c2r(1, &fine, rings, reinterpret_cast<fftwf_complex *>(complex),
                                          nullptr, 1, fine / 2 + 1, real, nullptr, 1, fine, FFTW_ESTIMATE);
        fftwf_free(real);
        fftwf_free(complex);
    }
    Plans(const Plans &) = delete;
    Plans &operator=(const Plans &) = delete;
    ~Plans()
    {
        const std::lock_guard lock(plannerMutex());
        fftwf_destroy_plan(forward);
        fftwf_destroy_plan(inverse);
    }
};

PolarTransform::Scratch::Scratch(const PolarTransform &transform)
    : m_image(transform.m_shape.channelSize()),
      m_rings(fftwf_alloc_real(transform.m_grid.rings * (transform.m_grid.angles * kOversampling + 2))),
      m_harmonics(fftwf_alloc_real(transform.m_grid.rings * (transform.m_grid.angles * kOversampling + 2)))
{
    CHECK(m_rings != nullptr && m_harmonics != nullptr);
}

PolarTransform::Scratch::~Scratch()
{
    fftwf_free(m_rings);
    fftwf_free(m_harmonics);
}

Result<void> checkFits(const PolarGrid &grid, const data::ImageShape &shape)
{
    if (const auto valid = validate(grid); !valid)
        return failure(valid.error());
    const std::size_t side = std::min(shape.rows, shape.columns);
    const bool isInside = side >= 2 && 2.0 * grid.radius <= static_cast<double>(side) - 1.0;
    if (grid.channels != shape.channels || !isInside)
        return failure(ErrorKind::Mismatch,
                       "polar grid of radius " + std::to_string(grid.radius) + " and " +
                           std::to_string(grid.channels) + " channels does not fit images of " +
                           std::to_string(shape.channels) + " x " + std::to_string(shape.rows) + " x " +
                           std::to_string(shape.columns) + " (channels, rows, columns)");
    return {};
}

Result<std::shared_ptr<const PolarTransform>> PolarTransform::create(const PolarGrid &grid,
                                                                     const data::ImageShape &shape)
{
    if (const auto fits = checkFits(grid, shape); !fits)
        return failure(fits.error());
    return std::shared_ptr<const PolarTransform>(new PolarTransform(grid, shape));
}

PolarTransform::PolarTransform(const PolarGrid &grid, const data::ImageShape &shape)
    : m_grid(grid), m_shape(shape), m_centreRow((static_cast<double>(shape.rows) - 1.0) / 2.0),
      m_centreColumn((static_cast<double>(shape.columns) - 1.0) / 2.0), m_samples(polarSamples(grid, shape)),
      m_plans(std::make_unique<Plans>(grid))
{
    for (std::size_t ring = 0; ring < grid.rings; ++ring)
        m_ringHarmonics.push_back(grid.ringHarmonics(ring));
    makeTaps();
}

PolarTransform::~PolarTransform() = default;

std::vector<PolarSample> polarSamples(const PolarGrid &grid, const data::ImageShape &shape)
{
    std::vector<PolarSample> samples;
    samples.reserve(grid.rings * grid.angles);
    const double centreRow = (static_cast<double>(shape.rows) - 1.0) / 2.0;
    const double centreColumn = (static_cast<double>(shape.columns) - 1.0) / 2.0;
    const double ringWidth = grid.radius / static_cast<double>(grid.rings);
    for (std::size_t ring = 0; ring < grid.rings; ++ring)
        for (std::size_t t = 0; t < grid.angles; ++t)
        {
            const double radius = grid.ringRadius(ring);
            const Direction towards = direction(t, grid.angles);
            const double row = centreRow + radius * towards.sine;
            const double column = centreColumn + radius * towards.cosine;
            const double lowRow = std::clamp(std::floor(row), 0.0, static_cast<double>(shape.rows) - 2.0);
            const double lowColumn =
                std::clamp(std::floor(column), 0.0, static_cast<double>(shape.columns) - 2.0);
            const double fRow = row - lowRow;
            const double fColumn = column - lowColumn;
            const double area =
                radius * ringWidth * 2.0 * std::numbers::pi / static_cast<double>(grid.angles);
            const double root = std::sqrt(area);
            PolarSample sample;
            sample.offset = static_cast<std::uint32_t>(lowRow) * static_cast<std::uint32_t>(shape.columns) +
                            static_cast<std::uint32_t>(lowColumn);
            sample.weight[0] = static_cast<float>(root * (1.0 - fRow) * (1.0 - fColumn));
            sample.weight[1] = static_cast<float>(root * (1.0 - fRow) * fColumn);
            sample.weight[2] = static_cast<float>(root * fRow * (1.0 - fColumn));
            sample.weight[3] = static_cast<float>(root * fRow * fColumn);
            samples.push_back(sample);
        }
    return samples;
}

void PolarTransform::makeTaps()
{
    const std::size_t fineAngles = m_grid.angles * kOversampling;
    const double ringWidth = m_grid.radius / static_cast<double>(m_grid.rings);
    for (std::size_t row = 0; row < m_shape.rows; ++row)
        for (std::size_t column = 0; column < m_shape.columns; ++column)
        {
            const double y = static_cast<double>(row) - m_centreRow;
            const double x = static_cast<double>(column) - m_centreColumn;
            const double radius = std::hypot(x, y);
            if (radius > m_grid.radius)
                continue;
            double turn = std::atan2(y, x) / (2.0 * std::numbers::pi);
            turn -= std::floor(turn);
            const double angle = turn * static_cast<double>(fineAngles);
            const double ring = radius / ringWidth - 0.5;
            Tap tap;
            tap.ringWeight = cubicWeights(ring - std::floor(ring));
            tap.angleWeight = cubicWeights(angle - std::floor(angle));
            tap.pixel = static_cast<std::uint32_t>(row * m_shape.columns + column);
            for (std::size_t n = 0; n < 4; ++n)
            {
                const auto last = static_cast<long>(m_grid.rings) - 1;
                long from = static_cast<long>(std::floor(ring)) + static_cast<long>(n) - 1;
                // Across the centre a ring goes on as itself, half a turn away.
                const bool isAcross = from < 0;
                from = std::clamp(isAcross ? -1 - from : from, 0L, last);
                tap.ring[n] = static_cast<std::uint32_t>(from);
                tap.angle[n] = static_cast<std::uint32_t>(
                    (static_cast<std::size_t>(angle) + fineAngles - 1 + (isAcross ? fineAngles / 2 : 0)) %
                    fineAngles);
            }
            m_taps.push_back(tap);
        }
}

void PolarTransform::sampleRings(std::span<const float> channel, Scratch &scratch) const
{
    float *const image = scratch.m_image.data();
    std::transform(channel.begin(), channel.end(), image,
                   [](float value) { return std::isfinite(value) ? value : 0.0F; });
    const std::size_t columns = m_shape.columns;
    for (std::size_t i = 0; i < m_samples.size(); ++i)
    {
        const PolarSample &sample = m_samples[i];
        const float *const pixel = image + sample.offset;
        scratch.m_rings[i] = (sample.weight[0] * pixel[0] + sample.weight[3] * pixel[columns + 1]) +
                             (sample.weight[1] * pixel[1] + sample.weight[2] * pixel[columns]);
    }
}

void PolarTransform::forward(const data::ImageView &image, std::span<float> spectrum, Scratch &scratch) const
{
    CHECK(image.shape() == m_shape && spectrum.size() == m_grid.coefficientCount());
    std::fill(spectrum.begin(), spectrum.end(), 0.0F);
    const auto angles = static_cast<float>(m_grid.angles);
    for (std::size_t channel = 0; channel < m_grid.channels; ++channel)
    {
        const float weight = m_grid.channelWeight(channel);
        const float first = std::sqrt(weight / angles);
        const float others = std::sqrt(2.0F * weight / angles);
        sampleRings(image.channel(channel), scratch);
        fftwf_execute_dft_r2c(m_plans->forward, scratch.m_rings,
                              reinterpret_cast<fftwf_complex *>(scratch.m_harmonics));
        for (std::size_t ring = 0; ring < m_grid.rings; ++ring)
        {
            const float *const from = scratch.m_harmonics + ring * (m_grid.angles + 2);
            for (std::size_t m = 0; m < m_ringHarmonics[ring]; ++m)
            {
                const std::size_t at = 2 * ((m * m_grid.rings + ring) * m_grid.channels + channel);
                const float scale = m == 0 ? first : others;
                spectrum[at] = scale * from[2 * m];
                spectrum[at + 1] = m == 0 ? 0.0F : scale * from[2 * m + 1];
            }
        }
    }
}

void PolarTransform::ringsFromSpectrum(std::span<const float> spectrum, std::size_t channel,
                                       Scratch &scratch) const
{
    const std::size_t fineAngles = m_grid.angles * kOversampling;
    const double ringWidth = m_grid.radius / static_cast<double>(m_grid.rings);
    const auto angles = static_cast<double>(m_grid.angles);
    std::fill_n(scratch.m_harmonics, m_grid.rings * (fineAngles + 2), 0.0F);
    for (std::size_t ring = 0; ring < m_grid.rings; ++ring)
    {
        const double area = m_grid.ringRadius(ring) * ringWidth * 2.0 * std::numbers::pi / angles;
        const double weightedArea = area * static_cast<double>(m_grid.channelWeight(channel));
        float *const to = scratch.m_harmonics + ring * (fineAngles + 2);
        for (std::size_t m = 0; m < m_ringHarmonics[ring]; ++m)
        {
            const std::size_t at = 2 * ((m * m_grid.rings + ring) * m_grid.channels + channel);
            const auto scale = static_cast<float>(
                (m == 0 ? std::sqrt(1.0 / angles) : std::sqrt(0.5 / angles)) / std::sqrt(weightedArea));
            to[2 * m] = scale * spectrum[at];
            to[2 * m + 1] = scale * spectrum[at + 1];
        }
    }
    fftwf_execute_dft_c2r(m_plans->inverse, reinterpret_cast<fftwf_complex *>(scratch.m_harmonics),
                          scratch.m_rings);
}

void PolarTransform::inverse(std::span<const float> spectrum, std::span<float> pixels, Scratch &scratch) const
{
    CHECK(spectrum.size() == m_grid.coefficientCount() && pixels.size() == m_shape.size());
    const std::size_t fineAngles = m_grid.angles * kOversampling;
    std::fill(pixels.begin(), pixels.end(), 0.0F);
    for (std::size_t channel = 0; channel < m_grid.channels; ++channel)
    {
        ringsFromSpectrum(spectrum, channel, scratch);
        const std::span<float> out = pixels.subspan(channel * m_shape.channelSize(), m_shape.channelSize());
        for (const Tap &tap : m_taps)
        {
            float sum = 0.0F;
            for (std::size_t n = 0; n < 4; ++n)
            {
                const float *const ring = scratch.m_rings + tap.ring[n] * fineAngles;
                float along = 0.0F;
                for (std::size_t t = 0; t < 4; ++t)
                    along += tap.angleWeight[t] * ring[(tap.angle[n] + t) & (fineAngles - 1)];
                sum += tap.ringWeight[n] * along;
            }
            out[tap.pixel] = sum;
        }
    }
}

} // namespace somnium::compute
