// SPDX-License-Identifier: GPL-3.0-or-later
// Labels of many sources at once: out of a catalogue's column, from prototypes to their sources, and one
// labeling beside another.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/search/confusion.h"
#include "core/session/session.h"
#include "core/som/som.h"

namespace somnium::workflow
{

/// Text of every source's cell, "" where there is none. NotFound names the column. "id:3" is no column but
/// the first three characters of every id, where surveys such as MiraBest keep their class.
[[nodiscard]] Result<std::vector<std::string>> labelsOfColumn(const data::Collection &collection,
                                                              std::string_view column);
/// The label of every source; several joined by ";", "" without one.
[[nodiscard]] std::vector<std::string> labelsOfSources(const std::vector<session::Label> &labels,
                                                       std::size_t sourceCount);
/// Who put them on, in the same order: "hand;prototype".
[[nodiscard]] std::vector<std::string> originsOfSources(const std::vector<session::Label> &labels,
                                                        std::size_t sourceCount);

/// Which sources of a prototype get its label.
struct PropagationLimit
{
    double maxDistance = std::numeric_limits<double>::infinity(); ///< to the prototype
    /// None that a person or a catalogue has labelled; labels that came from prototypes do not count.
    bool onlyUnlabelled = false;
};
/// Sources [ascending] whose best match is one of `neurons`, within the limit.
[[nodiscard]] std::vector<std::size_t> sourcesToPropagateTo(const som::Mapping &mapping,
                                                            const std::vector<std::size_t> &neurons,
                                                            const std::vector<session::Label> &labels,
                                                            const PropagationLimit &limit);
/// Labels these prototypes and, with a limit, their sources, and returns those sources.
[[nodiscard]] Result<std::vector<std::size_t>>
labelPrototypes(session::Session &session, session::ModelId model, const std::vector<std::size_t> &neurons,
                const std::string &text, const std::optional<PropagationLimit> &propagation);
/// Takes the label off these prototypes and, if wanted, off those of their sources that have it from a
/// prototype; returns these sources.
[[nodiscard]] Result<std::vector<std::size_t>> unlabelPrototypes(session::Session &session,
                                                                 session::ModelId model,
                                                                 const std::vector<std::size_t> &neurons,
                                                                 const std::string &text, bool alsoSources);
/// Every labelled prototype's labels to its sources. Returns how many labels sources got that they had not.
[[nodiscard]] Result<std::size_t> propagateAll(session::Session &session, session::ModelId model,
                                               const PropagationLimit &limit);

/// A labeling by name: "labels" (of the session), "prototypes" (of the neuron a source lies in), "map" (the
/// commonest of `other` among the other sources of its neuron), or the name of a catalogue column.
[[nodiscard]] Result<std::vector<std::string>> labelingByName(const session::Session &session,
                                                              session::ModelId model, const std::string &name,
                                                              const std::vector<std::string> &other);

/// Two labelings of a model's collection side by side; at most one of them is "map".
struct Comparison
{
    std::string firstName;
    std::string secondName;
    std::vector<std::string> first; ///< [source]
    std::vector<std::string> second;
    search::Confusion confusion;
};
[[nodiscard]] Result<Comparison> compareLabelings(const session::Session &session, session::ModelId model,
                                                  const std::string &first, const std::string &second);

/// id, ra, dec, labels (";" between them), their origins, mark and its score of every source of a collection
/// that has any, in the format of the ending. Returns how many.
[[nodiscard]] Result<std::size_t> exportLabels(const session::Session &session,
                                               session::CollectionId collection,
                                               const std::filesystem::path &path);

/// "interesting", "boring", "artefact", "none", and back.
[[nodiscard]] std::string_view toString(session::Verdict verdict);
[[nodiscard]] Result<session::Verdict> verdictFromName(std::string_view name);

} // namespace somnium::workflow
