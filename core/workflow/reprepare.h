// SPDX-License-Identifier: GPL-3.0-or-later
// A collection once more by another recipe, from its originals: nothing is imported anew.
#pragma once

#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/prepare/recipe.h"
#include "core/prepare/spectral_recipe.h"
#include "core/session/session.h"

namespace somnium::workflow
{

struct ReprepareRequest
{
    session::CollectionId collection{};
    /// Of a collection of aligned channels: without an alignment of its own it takes that of the collection.
    prepare::Recipe recipe;
    std::string name; ///< of the new collection; empty: the old one's with the recipe's in brackets
};

struct SpectraReprepareRequest
{
    session::CollectionId collection{};
    prepare::SpectralRecipe recipe;
    std::string name; ///< as above
};

struct ReprepareOutcome
{
    session::CollectionId collection{};
    std::string name;
    std::size_t prepared = 0;
    std::size_t labels = 0;                    ///< carried over
    std::vector<data::ImportProblem> problems; ///< sources that the recipe does not allow: left out
};

/// Adds a collection of the same sources with their ids, positions, catalogue rows, labels, marks, notes and
/// selections; the old one and its models stay. Fails naming the first original that is missing or has
/// changed, or on Cancelled: then the session is as it was.
[[nodiscard]] Result<ReprepareOutcome>
prepareAgain(session::Session &session, const ReprepareRequest &request, const JobContext &context);

/// The same for a collection of spectra: read as for the import, on a grid that fits them by the new recipe.
[[nodiscard]] Result<ReprepareOutcome>
prepareAgain(session::Session &session, const SpectraReprepareRequest &request, const JobContext &context);

} // namespace somnium::workflow
