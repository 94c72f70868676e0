// SPDX-License-Identifier: GPL-3.0-or-later
// Random collections, maps and mappings, and equality that takes NaN as equal to NaN.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/session/session.h"

namespace somnium::session
{

/// Letters of several alphabets, quotes, blanks, sometimes nothing.
inline std::string randomText(Random &random)
{
    static const std::vector<std::string> parts = {
        "a",  "Z",  "7",  " ",        "'",        "\"",           "%",
        "\n", "\\", "\t", "\xC3\xA9", "\xCE\xB1", "\xE2\x98\x85", "\xF0\x9F\x94\xAD"};
    std::string text;
    for (std::size_t i = random.below(12); i > 0; --i)
        text += parts[random.below(static_cast<std::uint32_t>(parts.size()))];
    return text;
}

inline std::string randomCards(Random &random)
{
    std::string cards;
    for (std::size_t i = random.below(5); i > 0; --i)
    {
        std::string card = "CRVAL" + std::to_string(i) + " = " + std::to_string(random.below(3));
        card.resize(80, ' ');
        cards += random.below(4) == 0 ? std::string(80, ' ') : card;
    }
    return random.below(8) == 0 ? cards + "SHORT  " : cards; // a header whose last card is cut off
}

inline data::Source randomSource(Random &random, std::size_t index)
{
    data::Source source;
    source.id = std::to_string(index) + randomText(random);
    source.origin.file = "/survey " + std::to_string(random.below(3)) + "/f" + randomText(random) + ".fits";
    source.origin.member = random.below(2) == 0 ? "" : "member/" + randomText(random);
    source.origin.hdu = static_cast<int>(random.below(4));
    source.origin.index = random.below(2) == 0 ? 0 : random.next();
    source.originalShape = {1 + random.below(3), random.below(4000), random.below(4000)};
    if (random.below(4) != 0)
    {
        source.raDeg = random.uniform(0.0, 360.0);
        source.decDeg = random.uniform(-90.0, 90.0);
    }
    source.wcsCards = randomCards(random);
    for (std::size_t i = random.below(12) == 0 ? 2 : 0; i > 0; --i)
        source.channelOrigins.push_back({"/survey " + std::to_string(i) + "/c" + randomText(random),
                                         randomText(random), static_cast<int>(random.below(3)), i});
    return source;
}

inline data::ColumnValues randomValues(Random &random, std::size_t count)
{
    const auto fill = [&](auto values, const auto &value) {
        for (std::size_t i = 0; i < count; ++i)
            values.push_back(value());
        return values;
    };
    switch (random.below(5))
    {
    case 0:
        return fill(std::vector<std::uint8_t>{}, [&] { return static_cast<std::uint8_t>(random.below(2)); });
    case 1:
        return fill(std::vector<std::int64_t>{}, [&] {
            const std::uint64_t bits = (std::uint64_t{random.next()} << 32U) | random.next();
            return static_cast<std::int64_t>(bits);
        });
    case 2: return fill(std::vector<float>{}, [&] { return static_cast<float>(random.normal()); });
    case 3: return fill(std::vector<double>{}, [&] { return random.normal(); });
    default: return fill(std::vector<std::string>{}, [&] { return randomText(random); });
    }
}

inline data::Catalogue randomCatalogue(Random &random, std::size_t rows)
{
    data::Catalogue catalogue;
    catalogue.name = randomText(random);
    catalogue.description = randomText(random);
    for (std::size_t i = 1 + random.below(8); i > 0; --i)
    {
        const std::size_t width = random.below(4) == 0 ? 2 : 1;
        data::Column column =
            data::makeColumn("c" + std::to_string(i) + randomText(random), randomValues(random, rows * width),
                             randomText(random), randomText(random), randomText(random));
        if (column.type() == data::ColumnType::Text && width > 1)
            std::get<std::vector<std::string>>(column.values).resize(rows);
        else
            column.width = width;
        const bool mayBeNull =
            column.type() == data::ColumnType::Bool || column.type() == data::ColumnType::Int64;
        if (mayBeNull && random.below(2) == 0)
            for (std::size_t row = 0; row < rows; ++row)
                column.isNull.push_back(static_cast<std::uint8_t>(random.below(2)));
        EXPECT_TRUE(catalogue.addColumn(std::move(column)));
    }
    return catalogue;
}

inline data::Collection randomCollection(Random &random, std::size_t count)
{
    data::Collection collection;
    collection.name = "survey " + randomText(random);
    for (std::size_t i = 0; i < count; ++i)
        collection.sources.push_back(randomSource(random, i));
    if (random.below(3) != 0)
        collection.catalogue = randomCatalogue(random, count);
    for (std::size_t i = random.below(4); i > 0; --i)
        collection.problems.push_back(
            {randomSource(random, i).origin, randomText(random), randomText(random)});
    collection.fingerprint = (std::uint64_t{random.next()} << 32U) | random.next();
    return collection;
}

inline som::Som randomSom(Random &random)
{
    som::Som som;
    constexpr const char *kLayouts[] = {"4x3",   "1x5 periodic",  "6",
                                        "2x3x2", "3x3 hexagonal", "3x3 hexagonal periodic"};
    som.layout = som::MapLayout::parse(kLayouts[random.below(6)]).value();
    som.shape = {1 + random.below(2), 1 + random.below(9), 1 + random.below(9)};
    som.grid = {som.shape.channels, 3, 16, 1 + random.below(9), random.uniform(1.0, 9.0), {}};
    if (random.below(2) == 0)
        som.grid.channelWeights.assign(som.shape.channels, static_cast<float>(random.uniform(0.1, 3.0)));
    const auto fill = [&](std::vector<float> &values, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            values.push_back(static_cast<float>(random.normal()));
    };
    fill(som.prototypes, som.layout.neuronCount() * som.shape.size());
    if (random.below(3) != 0)
        fill(som.spectra, som.layout.neuronCount() * som.grid.coefficientCount());
    som.params.layout = som.layout;
    som.params.epochs = 1 + random.below(30);
    som.params.sigmaStart = random.uniform();
    som.params.sigmaEnd = random.uniform();
    som.params.schedule = static_cast<som::Schedule>(random.below(3));
    som.params.neighbourhood = static_cast<som::Neighbourhood>(random.below(4));
    som.params.initialisation = static_cast<som::Initialisation>(random.below(6));
    som.params.useFlips = random.below(2) == 0;
    som.params.precision = static_cast<compute::MatchPrecision>(random.below(3));
    som.params.minimumWeight = random.uniform();
    som.params.seed = (std::uint64_t{random.next()} << 32U) | random.next();
    som.params.rule = static_cast<som::LearningRule>(random.below(2));
    som.params.learningRateStart = random.uniform();
    som.params.learningRateEnd = random.uniform();
    som.params.learningRateSchedule = static_cast<som::Schedule>(random.below(3));
    som.params.sourcesPerStep = 1 + random.below(100);
    som.params.shuffles = random.below(2) == 0;
    som.params.maxUpdateDistance = random.uniform();
    som.params.rotations = random.below(400);
    som.params.neuronSide = random.below(64);
    som.params.channelWeights = som.grid.channelWeights;
    som.params.settledTolerance = random.uniform();
    som.params.coarseSources = random.below(100000);
    som.params.coefficients = static_cast<som::Coefficients>(random.below(3));
    som.params.metric = static_cast<som::Metric>(som.params.seed % 2);
    for (std::size_t i = random.below(5); i > 0; --i)
        som.history.push_back(
            {i, random.uniform(), random.uniform(), random.uniform(), random.below(9),
             random.below(3) == 0 ? std::numeric_limits<double>::infinity() : random.uniform()});
    return som;
}

inline som::Mapping randomMapping(Random &random, std::size_t sources, std::size_t neurons)
{
    som::Mapping mapping;
    const auto bound = static_cast<std::uint32_t>(neurons);
    for (std::size_t i = 0; i < sources; ++i)
    {
        mapping.best.push_back(random.below(bound));
        mapping.second.push_back(random.below(bound));
        mapping.distance.push_back(static_cast<float>(random.uniform()));
        mapping.secondDistance.push_back(static_cast<float>(random.uniform()));
        mapping.transform.push_back({static_cast<float>(random.uniform()), random.below(2) == 0});
    }
    return mapping;
}

inline bool isSame(const data::Source &a, const data::Source &b)
{
    const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    return a.id == b.id && a.origin == b.origin && a.originalShape == b.originalShape &&
           a.wcsCards == b.wcsCards && a.channelOrigins == b.channelOrigins &&
           bits(a.raDeg) == bits(b.raDeg) && bits(a.decDeg) == bits(b.decDeg);
}

inline bool isSame(const data::Collection &a, const data::Collection &b)
{
    if (a.sources.size() != b.sources.size())
        return false;
    for (std::size_t i = 0; i < a.sources.size(); ++i)
        if (!isSame(a.sources[i], b.sources[i]))
            return false;
    return a.name == b.name && a.problems == b.problems && a.fingerprint == b.fingerprint &&
           a.catalogue == b.catalogue;
}

/// A collection of `count` plain sources.
inline data::Collection plainCollection(std::size_t count)
{
    data::Collection collection;
    collection.name = "plain";
    collection.sources.resize(count);
    for (std::size_t i = 0; i < count; ++i)
    {
        collection.sources[i].id = "s" + std::to_string(i);
        collection.sources[i].origin.file = "/survey/" + std::to_string(i) + ".fits";
    }
    return collection;
}

} // namespace somnium::session
