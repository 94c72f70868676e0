// SPDX-License-Identifier: GPL-3.0-or-later
// How spectra of images (compute::PolarGrid) lie on a device.
//
// A row: the `size` coefficients of an image, [harmonic][ring and channel], each harmonic from the innermost
// ring that carries it (as compute::HalfSpectra, without its padding).
//
// Tiles: images in eights, coefficient by coefficient, [tile][coefficient][8 images]. Threads that work on
// neighbouring images read neighbouring numbers. The last tile is filled up with images of zeros.
#pragma once

#include "gpu/kernels/kernel.h"

namespace somnium::gpu
{

inline constexpr unsigned kTileImages = 8;

SOMNIUM_SHARED constexpr std::size_t tilesOf(std::size_t images)
{
    return ceilDivide(images, kTileImages);
}

/// Tables of one grid; the pointers are the device's.
struct MapPlan
{
    unsigned angles = 0;                      ///< a power of two, at least 32
    unsigned harmonics = 0;                   ///< at most angles / 2
    unsigned rings = 0;                       ///< times channels
    unsigned size = 0;                        ///< coefficients of a row
    const std::uint32_t *firstRing = nullptr; ///< [harmonics] times channels: the ones before carry nothing
    const std::uint32_t *offset = nullptr;    ///< [harmonics] of its first coefficient in a row
    const Complex *twiddles = nullptr;        ///< [angles] exp(2 pi i t / angles)
    const std::uint32_t *position = nullptr;  ///< [angles] where the inverse transform leaves angle s
};

/// Coefficient `coefficient` of image `image` in tiles.
SOMNIUM_DEVICE std::size_t tileIndex(std::size_t image, std::size_t coefficient, std::size_t size)
{
    return (image / kTileImages * size + coefficient) * kTileImages + image % kTileImages;
}

} // namespace somnium::gpu
