// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/synthetic_survey.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "core/base/random.h"
#include "tests/support/wcs_cards.h"

namespace somnium::test
{

namespace
{

struct Pair
{
    double separation = 0.0; ///< share of the disc, [0, 1)
    double ratio = 1.0;      ///< of the fainter to the brighter blob
    double angleRad = 0.0;
};

void addBlob(data::Image &image, double row, double column, double sigma, double height)
{
    for (std::size_t r = 0; r < image.rows(); ++r)
        for (std::size_t c = 0; c < image.columns(); ++c)
        {
            const double dr = static_cast<double>(r) - row;
            const double dc = static_cast<double>(c) - column;
            image.at(r, c) +=
                static_cast<float>(height * std::exp(-(dr * dr + dc * dc) / (2.0 * sigma * sigma)));
        }
}

data::Image draw(const Pair &pair, std::size_t side)
{
    data::Image image({1, side, side});
    const double centre = (static_cast<double>(side) - 1.0) / 2.0;
    const double arm = pair.separation * 0.7 * centre;
    const double dr = arm * std::sin(pair.angleRad);
    const double dc = arm * std::cos(pair.angleRad);
    const double sigma = static_cast<double>(side) / 16.0;
    addBlob(image, centre - dr, centre - dc, sigma, 1.0);
    addBlob(image, centre + dr, centre + dc, sigma, pair.ratio);
    addBlob(image, centre, centre, sigma / 2.0, 0.25);
    return image;
}

/// Later channels hold the same pair, its second blob fainter.
data::Image drawChannels(const Pair &pair, std::size_t side, std::size_t channels)
{
    data::Image image({channels, side, side});
    for (std::size_t channel = 0; channel < channels; ++channel)
    {
        const auto wider = static_cast<double>(channel);
        const data::Image one = draw({pair.separation, pair.ratio / (1.0 + wider), pair.angleRad}, side);
        std::ranges::copy(one.pixels(), image.channel(channel).begin());
    }
    return image;
}

Pair prototypeOf(const som::MapLayout &layout, std::size_t neuron)
{
    const auto share = [](std::size_t at, std::size_t count) {
        return (static_cast<double>(at) + 0.5) / static_cast<double>(count);
    };
    // Slices differ in the angle, so that no two of a box are alike.
    return {share(layout.x(neuron), layout.width()), 1.0 - 0.9 * share(layout.y(neuron), layout.height()),
            0.4 * static_cast<double>(layout.z(neuron))};
}

som::Som makeSom(const SurveyPlan &plan)
{
    som::Som som;
    som.layout = plan.layout.empty() ? som::MapLayout::rectangular(plan.width, plan.height).value()
                                     : som::MapLayout::parse(plan.layout).value();
    som.shape = {plan.channels, plan.side, plan.side};
    som.params.layout = som.layout;
    for (std::size_t neuron = 0; neuron < som.layout.neuronCount(); ++neuron)
    {
        const data::Image picture = drawChannels(prototypeOf(som.layout, neuron), plan.side, plan.channels);
        som.prototypes.insert(som.prototypes.end(), picture.pixels().begin(), picture.pixels().end());
    }
    for (std::size_t epoch = 1; epoch <= 12; ++epoch)
    {
        const auto t = static_cast<double>(epoch);
        som.history.push_back({.epoch = epoch,
                               .sigma = 5.0 * std::pow(0.12, (t - 1.0) / 11.0),
                               .meanDistance = 2.9 + 3.0 * std::exp(-t / 3.0),
                               .topographicError = 0.03 + 0.02 * std::sin(t),
                               .emptyNeurons = epoch < 4 ? 12 - 3 * epoch : 0,
                               .imagesPerSecond = 21'300.0});
    }
    return som;
}

void addMapping(som::Mapping &mapping, const som::MapLayout &layout, const Pair &pair, Random &random)
{
    const auto cell = [](double share, std::size_t count) {
        return std::min(static_cast<std::size_t>(share * static_cast<double>(count)), count - 1);
    };
    const std::size_t x = cell(pair.separation, layout.width());
    const std::size_t y = cell((1.0 - pair.ratio) / 0.9, layout.height());
    // Not every (x, y) is a cell of a hexagon.
    mapping.best.push_back(static_cast<std::uint32_t>(layout.neuronAt(x, y).value_or(0)));
    mapping.second.push_back(
        static_cast<std::uint32_t>(layout.neuronAt(x, y == 0 ? layout.height() - 1 : y - 1).value_or(0)));
    const double distance = 1.2 + 0.6 * std::abs(random.normal()) + (random.uniform() < 0.02 ? 3.0 : 0.0);
    mapping.distance.push_back(static_cast<float>(distance));
    mapping.secondDistance.push_back(static_cast<float>(distance + 0.3));
    const double turn = std::fmod(2.0 * std::numbers::pi - pair.angleRad, 2.0 * std::numbers::pi);
    mapping.transform.push_back({static_cast<float>(turn), false});
}

data::Catalogue makeCatalogue(const std::vector<Pair> &pairs, Random &random)
{
    std::vector<std::string> name;
    std::vector<double> flux;
    std::vector<float> redshift;
    std::vector<std::int64_t> count;
    for (std::size_t i = 0; i < pairs.size(); ++i)
    {
        name.push_back(pairs[i].separation < 0.3 ? "compact" : pairs[i].ratio > 0.6 ? "FR2" : "FR1");
        flux.push_back(10.0 * std::exp(random.normal()) * (0.2 + pairs[i].separation));
        redshift.push_back(i % 11 == 3 ? std::nanf("") : static_cast<float>(0.05 + 0.4 * random.uniform()));
        count.push_back(static_cast<std::int64_t>(i % 5));
    }
    data::Catalogue catalogue;
    (void)catalogue.addColumn(data::makeColumn("class", name, "", "meta.code.class", "Morphology"));
    (void)catalogue.addColumn(data::makeColumn("S peak", flux, "mJy/beam", "phot.flux", "Peak flux density"));
    (void)catalogue.addColumn(data::makeColumn("z", redshift, "", "src.redshift", "Redshift"));
    (void)catalogue.addColumn(data::makeColumn("components", count, "", "", "Number of components"));
    return catalogue;
}

} // namespace

ui::SurveyPointer syntheticSurvey(const SurveyPlan &plan)
{
    Random random(7);
    data::Collection collection;
    collection.name = plan.hasLongNames ? "A very long name of a survey that nobody has shortened yet, DR3"
                                        : "FIRST cutouts";
    std::vector<Pair> pairs;
    std::vector<float> pixels;
    auto map = std::make_shared<ui::MapData>();
    map->som = makeSom(plan);
    for (std::size_t i = 0; i < plan.sources; ++i)
    {
        pairs.push_back(
            {random.uniform(), 1.0 - 0.9 * random.uniform(), 2.0 * std::numbers::pi * random.uniform()});
        data::Image image = drawChannels(pairs.back(), plan.side, plan.channels);
        for (float &pixel : image.pixels())
            pixel += static_cast<float>(0.02 * random.normal());
        pixels.insert(pixels.end(), image.pixels().begin(), image.pixels().end());
        data::Source source;
        source.id =
            (plan.hasLongNames ? "VLASS1QLCIR_J104148.23-091703.1_continuum_subtracted_" : "J1041-0") +
            std::to_string(1000 + i);
        source.origin.file = "/data/survey/images/" + source.id + ".fits";
        source.origin.hdu = 1;
        source.originalShape = {plan.channels, 150, 150};
        if (plan.arcsecPerPixel > 0.0)
            source.wcsCards = tangentialCards(150, plan.arcsecPerPixel);
        source.raDeg = 160.0 + 10.0 * random.uniform();
        source.decDeg = -9.0 + 4.0 * random.uniform();
        collection.sources.push_back(source);
        addMapping(map->mapping, map->som.layout, pairs.back(), random);
    }
    if (plan.hasCatalogue)
        collection.catalogue = makeCatalogue(pairs, random);
    auto survey = std::make_shared<ui::SurveyData>(std::move(collection));
    survey->summary.id = session::CollectionId{1};
    survey->summary.name = survey->collection.name;
    survey->summary.recipe.name = "radio";
    survey->summary.sourceCount = plan.sources;
    survey->samples =
        std::make_shared<data::MemorySamples>(data::ImageShape{plan.channels, plan.side, plan.side}, pixels);
    survey->summary.preparedShape = survey->samples->shape();
    if (!plan.hasMap)
        return survey;
    map->summary.name = plan.hasLongNames ? "map_of_everything_second_try_with_smaller_sigma" : "map";
    map->summary.params = map->som.params;
    map->summary.history = map->som.history;
    map->figures = som::neuronFigures(map->mapping, map->som.layout.neuronCount());
    for (std::size_t neuron = 0; neuron < map->som.layout.neuronCount(); ++neuron)
        map->uMatrix.push_back(0.5 + std::abs(std::sin(0.7 * static_cast<double>(neuron))));
    survey->map = map;
    return survey;
}

ui::LabelsPointer syntheticLabels(const ui::SurveyData &survey)
{
    std::vector<session::Label> labels;
    for (std::size_t i = 0; i < survey.collection.sources.size(); ++i)
    {
        if (i % 5 == 0)
            labels.push_back({i, "FR I"});
        if (i % 7 == 0)
            labels.push_back({i, "bent"});
    }
    return std::make_shared<ui::SourceLabels>(labels);
}

som::TrainingSnapshot syntheticSnapshot(const ui::SurveyData &survey, std::size_t epoch)
{
    auto som = std::make_shared<som::Som>(survey.map->som);
    som->history.resize(std::min(epoch, som->history.size()));
    return {.som = som, .epochs = 12, .secondsLeft = 4.0};
}

} // namespace somnium::test
