// SPDX-License-Identifier: GPL-3.0-or-later
// The one loop that most of the time is spent in. Internal to this folder.
#pragma once

#include <cstddef>

namespace somnium::onnx
{

/// [count][length]
struct RowsView
{
    const float *values = nullptr;
    std::size_t count = 0;
    std::size_t length = 0;
};
/// to [count][columns] += rows times matrix [length][columns].
void addProduct(const RowsView &rows, const float *matrix, std::size_t columns, float *to);

/// Refuses what would take minutes.
void checkWork(double multiplications);

} // namespace somnium::onnx
