// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/half.h" // for any processor, as this file is: its inline functions do no harm here
#include "core/compute/cpu/kernels_impl.h"

namespace somnium::compute::cpu
{
namespace
{

template <> struct Halves<4>
{
    static Simd<4>::Float read(const std::uint16_t *from)
    {
        const Simd<4>::Float values = {fromHalf(from[0]), fromHalf(from[1]), fromHalf(from[2]),
                                       fromHalf(from[3])};
        return values;
    }
    static void write(std::uint16_t *to, Simd<4>::Float values)
    {
        for (int lane = 0; lane < 4; ++lane)
            to[lane] = toHalf(values[lane]);
    }
};

} // namespace

const Kernels kPlainKernels = kernelTable<4, 2>("plain");

} // namespace somnium::compute::cpu
