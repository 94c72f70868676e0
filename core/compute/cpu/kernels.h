// SPDX-License-Identifier: GPL-3.0-or-later
// The inner loops of the CPU backend, one set per instruction set, chosen at run time. Only plain structs and
// function pointers cross this border: the sources behind it are compiled for one instruction set each and
// must share no inline function with the rest of the program.
#pragma once

#include <cstddef>
#include <cstdint>

namespace somnium::compute::cpu
{

/// Images whose rows a kernel works on at a time: their spectra and one block of prototypes fit into the
/// second cache.
inline constexpr std::size_t kUnitImages = 24;
/// Floats to a multiple of which the coefficients of a harmonic are padded, so that every kernel may work on
/// whole vectors.
inline constexpr std::size_t kRowPadding = 32;

/// How spectra lie in memory. An image's spectrum is a row of floats, for each harmonic [ring and
/// channel][real, imaginary], padded to `harmonicStride` floats.
struct SpectrumPlan
{
    std::size_t angles = 0;
    std::size_t harmonics = 0;
    std::size_t rings = 0;                     ///< times channels
    std::size_t harmonicStride = 0;            ///< floats, a multiple of kRowPadding
    const std::uint32_t *firstRing = nullptr;  ///< [harmonics], times channels: the ones before carry nothing
    const std::uint32_t *laneOffset = nullptr; ///< [harmonics] floats / lanes from the start of a lane block
    std::size_t laneBlockSize = 0;             ///< floats / lanes of a block of prototypes
    const float *twiddles = nullptr;           ///< [angles][cos, sin] of 2 pi t / angles
};

/// Compares up to kUnitImages images with all prototypes.
struct MatchArguments
{
    const float *images = nullptr; ///< first image's row
    std::size_t imageStride = 0;   ///< floats between rows
    std::size_t imageCount = 0;
    const float *imageEnergy = nullptr;
    const float *prototypes = nullptr;      ///< [blocks][laneBlockSize][lanes], see packLanes
    const float *prototypeEnergy = nullptr; ///< [blocks * lanes]
    std::size_t blocks = 0;
    bool useFlips = true;
    std::size_t rotations = 0;    ///< 0: all
    float *scratch = nullptr;     ///< matchScratchSize floats, aligned to 64 bytes
    float *distance = nullptr;    ///< [images][blocks * lanes]
    float *angle = nullptr;       ///< the same, in steps of 2 pi / angles, in [0, angles)
    std::uint8_t *flip = nullptr; ///< the same
};

/// Adds sum_i w_i phi_i(A_i) over one chunk of images to the sums of all neurons, for a range of harmonics.
/// Entries of neuron k: those not flipped are [begin[2k], begin[2k+1]), the flipped [begin[2k+1],
/// begin[2k+2]).
struct AccumulateArguments
{
    const float *images = nullptr; ///< the chunk's first row; null: in half precision, below
    std::size_t imageStride = 0;
    const std::uint16_t *halves = nullptr; ///< the chunk's first packed row, see widenRow
    std::size_t halfStride = 0;
    const float *scales = nullptr; ///< [imageCount] of the packed rows
    std::size_t imageCount = 0;
    const std::uint32_t *begin = nullptr; ///< [2 neurons + 1]
    const std::uint16_t *image = nullptr; ///< [entries] within the chunk
    const float *weight = nullptr;        ///< [entries]
    const float *cosine = nullptr;        ///< [entries] of the turn
    const float *sine = nullptr;          ///< [entries]
    std::size_t entries = 0;
    std::size_t neurons = 0;
    std::size_t firstHarmonic = 0;
    std::size_t lastHarmonic = 0; ///< one past
    float *scratch = nullptr;     ///< accumulateScratchSize floats, aligned to 64 bytes
    float *sums = nullptr;        ///< [neurons] rows of `sumStride` floats
    std::size_t sumStride = 0;
};

/// Squared Euclidean distances of one row to others; the sum runs over the lanes first, so it is the same
/// wherever a row lies.
struct RowDistanceArguments
{
    const float *row = nullptr;
    std::size_t width = 0;
    const float *rows = nullptr; ///< [rowCount][width]
    std::size_t rowCount = 0;
    float *distances = nullptr; ///< [rowCount]
};

/// Rows of a block of halves, which lie side by side: [component][kHalfBlockRows].
inline constexpr std::size_t kHalfBlockRows = 32;
/// The same to rows in half precision.
struct HalfDistanceArguments
{
    const float *row = nullptr;
    std::size_t width = 0;
    const std::uint16_t *blocks = nullptr; ///< [blockCount][width][kHalfBlockRows]
    std::size_t blockCount = 0;
    float *distances = nullptr; ///< [blockCount][kHalfBlockRows]
};

/// Two rows and the weights of their numbers, both or neither; none: all 1.
struct WeightedDifferenceArguments
{
    const float *a = nullptr;
    const float *b = nullptr;
    const float *weightA = nullptr; ///< not negative
    const float *weightB = nullptr;
    std::size_t width = 0;
};
struct WeightedDifferenceSums
{
    float squares = 0.0F; ///< sum of w (a - b)^2, w = 1 / (1 / weightA + 1 / weightB), 0 if one of them is
    float weight = 0.0F;  ///< sum of w
    float pixels = 0.0F;  ///< where w > 0
};

struct Kernels
{
    const char *name = nullptr; ///< "avx512", "avx2", "plain"
    std::size_t lanes = 0;
    /// halves[i] = nearest of values[i] * factor; `count` is a multiple of kRowPadding.
    void (*narrow)(const float *values, std::size_t count, float factor, std::uint16_t *halves) = nullptr;
    /// A packed row (compute::HalfSpectra) times `scale` as a row of the plan, zeros where rings carry
    /// nothing. The row needs room for kRowPadding floats more, and the packed row may be read that far
    /// beyond its end.
    void (*widenRow)(const SpectrumPlan &, const std::uint16_t *halves, float scale, float *row) = nullptr;
    std::size_t (*matchScratchSize)(const SpectrumPlan &) = nullptr;
    void (*match)(const SpectrumPlan &, const MatchArguments &) = nullptr;
    std::size_t (*accumulateScratchSize)(const SpectrumPlan &, const AccumulateArguments &) = nullptr;
    void (*accumulate)(const SpectrumPlan &, const AccumulateArguments &) = nullptr;
    void (*rowDistances)(const RowDistanceArguments &) = nullptr;
    void (*halfDistances)(const HalfDistanceArguments &) = nullptr;
    void (*weightedDifference)(const WeightedDifferenceArguments &, WeightedDifferenceSums &) = nullptr;
};

#if defined(SOMNIUM_X86_KERNELS)
extern const Kernels kAvx512Kernels;
extern const Kernels kAvx2Kernels;
#endif
extern const Kernels kPlainKernels;

} // namespace somnium::compute::cpu
