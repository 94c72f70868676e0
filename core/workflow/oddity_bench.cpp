// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/oddity_bench.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/prepare/recipe.h"
#include "core/simulate/radio.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"

namespace somnium::workflow
{

namespace
{

void add(const search::Recovery &recovery, search::Recovery &sum)
{
    sum.recall += recovery.recall;
    sum.rankWeighted += recovery.rankWeighted;
}

/// Trains, maps, scores and asks the oracle; adds what was found to the report.
Result<void> runOnce(const data::Samples &samples, const std::vector<bool> &isOdd, std::uint64_t seed,
                     const OddityBenchParams &params, compute::Backend &backend, const JobContext &context,
                     OddityBenchReport &report)
{
    som::TrainingParams training = params.training;
    training.seed = seed;
    const auto trained = som::train(samples, training, backend, context);
    if (!trained)
        return failure(trained.error());
    const auto mapping = som::mapSamples(trained->som, samples, backend, context);
    if (!mapping)
        return failure(mapping.error());
    const auto figures = search::oddityFigures(trained->som, *mapping, samples, backend, context);
    if (!figures)
        return failure(figures.error());
    for (auto &[score, sum] : report.scores)
        add(search::recoveryOf(search::oddityScores(score, *mapping, *figures), isOdd), sum);
    const search::Relevance relevance(std::make_shared<const search::ShapeFeatures>(figures->shapes),
                                      search::oddityScores(search::kDefaultOddityScore, *mapping, *figures));
    const auto learned = search::recoveryByOracle(relevance, isOdd, params.marks, context);
    if (!learned)
        return failure(learned.error());
    for (std::size_t i = 0; i < learned->size(); ++i)
        add((*learned)[i], report.learned[i].second);
    const auto example = search::recoveryByExample(relevance, isOdd, context);
    if (!example)
        return failure(example.error());
    add(*example, report.fromOneExample);
    report.sources = samples.count();
    report.odd = static_cast<std::size_t>(std::count(isOdd.begin(), isOdd.end(), true));
    ++report.runs;
    return {};
}

OddityBenchReport emptyReport(std::string what, const OddityBenchParams &params)
{
    OddityBenchReport report;
    report.what = std::move(what);
    for (const search::OddityScore score : search::kOddityScores)
        report.scores.push_back({score, {}});
    for (const std::size_t marks : params.marks)
        report.learned.push_back({marks, {}});
    return report;
}

OddityBenchReport means(OddityBenchReport report)
{
    const auto divide = [runs = static_cast<double>(report.runs)](search::Recovery &sum) {
        sum.recall /= runs;
        sum.rankWeighted /= runs;
    };
    for (auto &score : report.scores)
        divide(score.second);
    for (auto &learned : report.learned)
        divide(learned.second);
    divide(report.fromOneExample);
    return report;
}

struct Survey
{
    std::unique_ptr<data::MemorySamples> samples;
    std::vector<bool> isOdd;
};

Result<Survey> simulatedSurvey(const OddityBenchParams &params, std::uint64_t seed, const JobContext &context)
{
    simulate::RadioSurveyParams survey;
    survey.count = params.count;
    survey.side = params.side;
    survey.seed = seed;
    survey.odd = params.odd;
    if (auto valid = simulate::validate(survey); !valid)
        return failure(valid.error());
    const prepare::Recipe recipe = prepare::radioRecipe(params.side);
    std::vector<float> values(params.count * params.side * params.side);
    std::vector<std::uint8_t> odd(params.count);
    const bool isWhole = parallelFor(params.count, context, [&](std::size_t i) {
        const simulate::RadioSource source = simulate::simulateRadioSource(survey, i);
        odd[i] = simulate::isOdd(source.radioClass) ? 1 : 0;
        const auto prepared = prepare::apply(recipe, source.image.view());
        CHECK(prepared.has_value()); // a square image of the recipe's own side
        std::copy(prepared->image.pixels().begin(), prepared->image.pixels().end(),
                  values.begin() + static_cast<std::ptrdiff_t>(i * params.side * params.side));
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    Survey made;
    made.samples = std::make_unique<data::MemorySamples>(data::ImageShape{1, params.side, params.side},
                                                         std::move(values));
    made.isOdd.assign(odd.begin(), odd.end());
    return made;
}

Survey thinned(const data::Samples &samples, const std::vector<std::string> &labels,
               const std::string &rareClass, std::size_t kept, std::uint64_t seed)
{
    std::vector<std::size_t> rare;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] == rareClass)
            rare.push_back(i);
    Random random(seed);
    random.shuffle(std::span(rare));
    rare.resize(kept);
    std::sort(rare.begin(), rare.end());
    std::vector<float> values;
    Survey survey;
    for (std::size_t i = 0; i < labels.size(); ++i)
    {
        const bool isRare = labels[i] == rareClass;
        if (isRare && !std::binary_search(rare.begin(), rare.end(), i))
            continue;
        const auto pixels = samples.sample(i).pixels();
        values.insert(values.end(), pixels.begin(), pixels.end());
        survey.isOdd.push_back(isRare);
    }
    survey.samples = std::make_unique<data::MemorySamples>(samples.shape(), std::move(values));
    return survey;
}

JobContext silent(JobContext context)
{
    context.onProgress = {};
    return context;
}

} // namespace

Result<OddityBenchReport> benchSimulatedOddities(const OddityBenchParams &params, compute::Backend &backend,
                                                 const JobContext &context)
{
    OddityBenchReport report = emptyReport("simulated odd sources", params);
    for (std::size_t run = 0; run < params.seeds; ++run)
    {
        const auto survey = simulatedSurvey(params, 1 + run, silent(context));
        if (!survey)
            return failure(survey.error());
        if (auto done =
                runOnce(*survey->samples, survey->isOdd, 1 + run, params, backend, silent(context), report);
            !done)
            return failure(done.error());
        context.report({run + 1, params.seeds, "looking for odd ones"});
    }
    return means(std::move(report));
}

Result<OddityBenchReport> benchThinnedClass(const data::Samples &samples,
                                            const std::vector<std::string> &labels,
                                            const std::string &rareClass, const OddityBenchParams &params,
                                            compute::Backend &backend, const JobContext &context)
{
    if (labels.size() != samples.count())
        return failure(ErrorKind::Mismatch, std::to_string(labels.size()) + " labels for " +
                                                std::to_string(samples.count()) + " samples");
    const auto members = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), rareClass));
    const auto others = static_cast<double>(labels.size() - members);
    const auto kept = static_cast<std::size_t>(std::lround(others * params.share / (1.0 - params.share)));
    if (kept < 1 || kept > members)
        return failure(ErrorKind::InvalidArgument,
                       "class \"" + rareClass + "\" has " + std::to_string(members) +
                           " sources; thinned it would keep " + std::to_string(kept));
    OddityBenchReport report = emptyReport(rareClass, params);
    for (std::size_t run = 0; run < params.seeds; ++run)
    {
        const Survey survey = thinned(samples, labels, rareClass, kept, 1 + run);
        if (auto done =
                runOnce(*survey.samples, survey.isOdd, 1 + run, params, backend, silent(context), report);
            !done)
            return failure(done.error());
        context.report({run + 1, params.seeds, "looking for odd ones"});
    }
    return means(std::move(report));
}

} // namespace somnium::workflow
