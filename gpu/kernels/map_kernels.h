// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of the invariant map.
#pragma once

#include "gpu/kernels/match_kernel.h"
#include "gpu/kernels/spectra_kernels.h"
#include "gpu/kernels/update_kernel.h"
