// SPDX-License-Identifier: GPL-3.0-or-later
// The columns that result catalogues of maps and of latent spaces share. Internal to core/workflow.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/data/catalogue.h"
#include "core/data/collection.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// A column without values.
[[nodiscard]] data::Column named(std::string name, std::string unit, std::string ucd,
                                 std::string description);

/// `description` with one value per source: value(source).
template <class T, class Value> data::Column columnOf(const std::vector<std::size_t> &sources,
                                                      const data::Column &description, const Value &value)
{
    std::vector<T> values;
    values.reserve(sources.size());
    for (const std::size_t source : sources)
        values.push_back(static_cast<T>(value(source)));
    data::Column column = description;
    column.values = std::move(values);
    return column;
}

/// A column of as many rows as the others.
void append(data::Catalogue &catalogue, data::Column column);

/// id, ra, dec.
void appendIdentity(data::Catalogue &result, const data::Collection &collection,
                    const std::vector<std::size_t> &sources);
/// labels, file, and every column of the source catalogue.
void appendWhatIsKnown(data::Catalogue &result, const data::Collection &collection,
                       const std::vector<session::Label> &labels, const std::vector<std::size_t> &sources);

} // namespace somnium::workflow
