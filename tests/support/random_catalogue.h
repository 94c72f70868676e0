// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues of every kind of column and of awkward cells, and their comparison.
#pragma once

#include <string>

#include "core/base/random.h"
#include "core/data/catalogue.h"

namespace somnium::test
{

struct RandomCatalogueOptions
{
    std::size_t mostRows = 40;
    bool hasVectors = true;
    bool hasUnicode = true;      ///< texts and descriptions beyond ASCII
    bool hasBlanksAround = true; ///< texts with blanks and line ends at the sides and inside
};

[[nodiscard]] data::Catalogue randomCatalogue(Random &random, const RandomCatalogueOptions &options = {});

/// Empty if they are equal, NaN equal to NaN and null to null whatever lies under it; else the first
/// difference.
[[nodiscard]] std::string difference(const data::Catalogue &a, const data::Catalogue &b);

} // namespace somnium::test
