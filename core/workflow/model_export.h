// SPDX-License-Identifier: GPL-3.0-or-later
// What the exports of maps and of mappings share. Internal to core/workflow.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_writer.h"
#include "core/io/table.h"
#include "core/session/session.h"
#include "core/som/som.h"

namespace somnium::workflow
{

/// A map with all that its exports say about it.
struct LoadedModel
{
    session::ModelSummary summary;
    session::CollectionSummary collectionSummary;
    som::Som som;
};

[[nodiscard]] Result<LoadedModel> loadModel(const session::Session &session, session::ModelId id);

/// A FITS header of this name whose HISTORY tells how the data were made.
[[nodiscard]] io::FitsHeader fitsHeaderOf(const std::string &name, const io::TableMetadata &metadata);

} // namespace somnium::workflow
