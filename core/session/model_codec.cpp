// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/model_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/session/blob.h"

namespace somnium::session
{

namespace
{

using nlohmann::json;

constexpr std::size_t kMaxRotations = 100000;
constexpr std::array kSchedules = {"exponential", "linear", "constant"};
constexpr std::array kNeighbourhoods = {"gaussian", "bubble", "pink_gaussian", "mexican_hat"};
constexpr std::array kInitialisations = {"random_sources",      "noise",     "zero",
                                         "preferred_direction", "given_map", "principal_axes"};
constexpr std::array kMetrics = {"invariant", "vector"};
constexpr std::array kRules = {"batch", "online"};
constexpr std::array kCoefficients = {"automatic", "full", "half"};
constexpr std::array kLayoutKinds = {"rectangular", "hexagonal"};
constexpr std::array kPrecisions = {"fast", "standard", "fine"};

template <class Enum, std::size_t n> Enum enumOf(const json &from, const std::array<const char *, n> &words)
{
    const auto word = from.get<std::string>();
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
        fail(ErrorKind::Unsupported, "a model uses '" + word + "', which this program does not know");
    return static_cast<Enum>(found - words.begin());
}

template <class Enum, std::size_t n> const char *wordOf(Enum value, const std::array<const char *, n> &words)
{
    return words.at(static_cast<std::size_t>(value));
}

/// JSON has no NaN and no infinity.
json number(double value)
{
    if (std::isfinite(value))
        return value;
    if (std::isnan(value))
        return "nan";
    return value > 0.0 ? "inf" : "-inf";
}

double numberOf(const json &from)
{
    if (!from.is_string())
        return from.get<double>();
    if (from == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    return from == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

json layoutToJson(const som::MapLayout &layout)
{
    return {{"kind", wordOf(layout.kind(), kLayoutKinds)},
            {"sides", layout.sides()},
            {"periodic", layout.isPeriodic()}};
}

/// Version 1 files know rectangular sheets with open edges: a width and a height.
som::MapLayout layoutFromJson(const json &from)
{
    const auto kind = enumOf<som::LayoutKind>(from.at("kind"), kLayoutKinds);
    const auto sides = from.contains("sides") ? from.at("sides").get<std::vector<std::size_t>>()
                                              : std::vector{from.at("width").get<std::size_t>(),
                                                            from.at("height").get<std::size_t>()};
    const auto layout = som::MapLayout::fromSides(
        kind, sides, from.value("periodic", false) ? som::LayoutEdges::Periodic : som::LayoutEdges::Open);
    if (!layout)
        throw Failed{layout.error()};
    return *layout;
}

json paramsToJson(const som::TrainingParams &params)
{
    return {{"layout", layoutToJson(params.layout)},
            {"metric", wordOf(params.metric, kMetrics)},
            {"epochs", params.epochs},
            {"sigma_start", number(params.sigmaStart)},
            {"sigma_end", number(params.sigmaEnd)},
            {"schedule", wordOf(params.schedule, kSchedules)},
            {"neighbourhood", wordOf(params.neighbourhood, kNeighbourhoods)},
            {"initialisation", wordOf(params.initialisation, kInitialisations)},
            {"use_flips", params.useFlips},
            {"precision", wordOf(params.precision, kPrecisions)},
            {"minimum_weight", number(params.minimumWeight)},
            {"seed", params.seed},
            {"rule", wordOf(params.rule, kRules)},
            {"learning_rate_start", number(params.learningRateStart)},
            {"learning_rate_end", number(params.learningRateEnd)},
            {"learning_rate_schedule", wordOf(params.learningRateSchedule, kSchedules)},
            {"sources_per_step", params.sourcesPerStep},
            {"shuffles", params.shuffles},
            {"max_update_distance", number(params.maxUpdateDistance)},
            {"rotations", params.rotations},
            {"neuron_side", params.neuronSide},
            {"channel_weights", params.channelWeights},
            {"settled_tolerance", number(params.settledTolerance)},
            {"coarse_sources", params.coarseSources},
            {"coefficients", wordOf(params.coefficients, kCoefficients)}};
}

/// Those that files of the first version lack.
void addPinksFields(const json &from, som::TrainingParams &params)
{
    params.rule = enumOf<som::LearningRule>(from.at("rule"), kRules);
    params.learningRateStart = numberOf(from.at("learning_rate_start"));
    params.learningRateEnd = numberOf(from.at("learning_rate_end"));
    params.learningRateSchedule = enumOf<som::Schedule>(from.at("learning_rate_schedule"), kSchedules);
    params.sourcesPerStep = from.at("sources_per_step").get<std::size_t>();
    params.shuffles = from.at("shuffles").get<bool>();
    params.maxUpdateDistance = numberOf(from.at("max_update_distance"));
    params.rotations = from.at("rotations").get<std::size_t>();
    if (params.rotations > kMaxRotations) // each of them takes its time
        fail(ErrorKind::Malformed, "damaged: a model compares more rotations than there can be");
    params.neuronSide = from.at("neuron_side").get<std::size_t>();
    params.channelWeights = from.at("channel_weights").get<std::vector<float>>();
    params.settledTolerance = numberOf(from.at("settled_tolerance"));
}

som::TrainingParams paramsFromJson(const json &from)
{
    som::TrainingParams params;
    params.layout = layoutFromJson(from.at("layout"));
    if (from.contains("metric")) // before there was one, all maps were of images
        params.metric = enumOf<som::Metric>(from.at("metric"), kMetrics);
    params.epochs = from.at("epochs").get<std::size_t>();
    params.sigmaStart = numberOf(from.at("sigma_start"));
    params.sigmaEnd = numberOf(from.at("sigma_end"));
    params.schedule = enumOf<som::Schedule>(from.at("schedule"), kSchedules);
    params.neighbourhood = enumOf<som::Neighbourhood>(from.at("neighbourhood"), kNeighbourhoods);
    params.initialisation = enumOf<som::Initialisation>(from.at("initialisation"), kInitialisations);
    params.useFlips = from.at("use_flips").get<bool>();
    params.precision = enumOf<compute::MatchPrecision>(from.at("precision"), kPrecisions);
    params.minimumWeight = numberOf(from.at("minimum_weight"));
    params.seed = from.at("seed").get<std::uint64_t>();
    if (from.contains("rule"))
        addPinksFields(from, params);
    // Before there were these, every epoch learnt from all sources, in full.
    params.coarseSources = from.value("coarse_sources", std::size_t{0});
    params.coefficients = from.contains("coefficients")
                              ? enumOf<som::Coefficients>(from.at("coefficients"), kCoefficients)
                              : som::Coefficients::Full;
    return params;
}

json reportToJson(const som::EpochReport &report)
{
    return {{"epoch", report.epoch},
            {"sigma", number(report.sigma)},
            {"mean_distance", number(report.meanDistance)},
            {"topographic_error", number(report.topographicError)},
            {"empty_neurons", report.emptyNeurons},
            {"images_per_second", number(report.imagesPerSecond)},
            {"images", report.images}};
}

som::EpochReport reportFromJson(const json &from)
{
    return {from.at("epoch").get<std::size_t>(),         numberOf(from.at("sigma")),
            numberOf(from.at("mean_distance")),          numberOf(from.at("topographic_error")),
            from.at("empty_neurons").get<std::size_t>(), numberOf(from.at("images_per_second")),
            from.value("images", std::size_t{0})};
}

json gridToJson(const compute::PolarGrid &grid)
{
    return {{"channels", grid.channels},     {"rings", grid.rings},
            {"angles", grid.angles},         {"harmonics", grid.harmonics},
            {"radius", number(grid.radius)}, {"channel_weights", grid.channelWeights}};
}

compute::PolarGrid gridFromJson(const json &from)
{
    return {from.at("channels").get<std::size_t>(),
            from.at("rings").get<std::size_t>(),
            from.at("angles").get<std::size_t>(),
            from.at("harmonics").get<std::size_t>(),
            numberOf(from.at("radius")),
            from.value("channel_weights", std::vector<float>())};
}

/// Appends `count` values of a column of the blob.
template <class T> void appendAll(BlobReader &reader, std::size_t count, std::vector<T> &values)
{
    const auto part = reader.getAll<T>(count);
    values.insert(values.end(), part.begin(), part.end());
}

} // namespace

std::string somToJson(const som::Som &som)
{
    json document = {{"kind", "som"},
                     {"layout", layoutToJson(som.layout)},
                     {"shape", {som.shape.channels, som.shape.rows, som.shape.columns}},
                     {"grid", gridToJson(som.grid)},
                     {"params", paramsToJson(som.params)},
                     {"history", json::array()}};
    for (const som::EpochReport &report : som.history)
        document["history"].push_back(reportToJson(report));
    if (!som.device.empty())
        document["device"] = som.device;
    if (!som.notices.empty())
        document["notices"] = som.notices;
    // A device's or a driver's words may be in any encoding.
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

som::Som somFromJson(const std::string &text)
{
    const json document = json::parse(text);
    if (document.at("kind") != "som")
        fail(ErrorKind::Unsupported,
             "a model is of kind " + document.at("kind").dump() + ", which this program does not know");
    som::Som som;
    som.layout = layoutFromJson(document.at("layout"));
    const json &shape = document.at("shape");
    som.shape = {shape.at(0).get<std::size_t>(), shape.at(1).get<std::size_t>(),
                 shape.at(2).get<std::size_t>()};
    som.grid = gridFromJson(document.at("grid"));
    som.params = paramsFromJson(document.at("params"));
    for (const json &report : document.at("history"))
        som.history.push_back(reportFromJson(report));
    som.device = document.value("device", "");
    som.notices = document.value("notices", std::vector<std::string>());
    return som;
}

std::vector<std::byte> encodeFloats(std::span<const float> values)
{
    BlobWriter writer(BlobKind::Floats);
    writer.put(static_cast<std::uint64_t>(values.size()));
    writer.putAll(values);
    return writer.finish();
}

void decodeFloats(std::span<const std::byte> blob, std::size_t limit, std::vector<float> &values)
{
    BlobReader reader(blob, BlobKind::Floats);
    const auto count = reader.get<std::uint64_t>();
    if (count > limit - std::min(limit, values.size()))
        fail(ErrorKind::Malformed,
             "damaged: expected " + std::to_string(limit) + " numbers of a model, found more");
    appendAll(reader, count, values);
    reader.finish();
}

std::vector<std::byte> encodeMapping(const som::Mapping &mapping, std::size_t first, std::size_t count)
{
    std::vector<float> angles(count);
    std::vector<std::uint8_t> flips(count);
    for (std::size_t i = 0; i < count; ++i)
    {
        angles[i] = mapping.transform[first + i].angleRad;
        flips[i] = mapping.transform[first + i].isFlipped ? 1 : 0;
    }
    BlobWriter writer(BlobKind::Mapping);
    writer.put(static_cast<std::uint64_t>(count));
    writer.putAll(std::span(mapping.best).subspan(first, count));
    writer.putAll(std::span(mapping.second).subspan(first, count));
    writer.putAll(std::span(mapping.distance).subspan(first, count));
    writer.putAll(std::span(mapping.secondDistance).subspan(first, count));
    writer.putAll(std::span<const float>(angles));
    writer.putAll(std::span<const std::uint8_t>(flips));
    return writer.finish();
}

void decodeMapping(std::span<const std::byte> blob, std::size_t neurons, som::Mapping &mapping)
{
    BlobReader reader(blob, BlobKind::Mapping);
    const auto count = reader.get<std::uint64_t>();
    const std::size_t first = mapping.best.size();
    appendAll(reader, count, mapping.best);
    appendAll(reader, count, mapping.second);
    appendAll(reader, count, mapping.distance);
    appendAll(reader, count, mapping.secondDistance);
    const auto angles = reader.getAll<float>(count);
    const auto flips = reader.getAll<std::uint8_t>(count);
    reader.finish();
    for (std::size_t i = 0; i < count; ++i)
    {
        if (mapping.best[first + i] >= neurons || mapping.second[first + i] >= neurons)
            fail(ErrorKind::Malformed, "damaged: a mapping names a neuron that the model does not have");
        mapping.transform.push_back({angles[i], flips[i] != 0});
    }
}

} // namespace somnium::session
