// SPDX-License-Identifier: GPL-3.0-or-later
// Prints, for all sources of a real radio set, what tests/real/som_radio_test.cpp checks on a part of them.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"
#include "core/som/reference_matcher.h"
#include "core/som/trainer.h"
#include "tests/support/radio_samples.h"
#include "tests/support/real_data.h"
#include "tests/support/reference_trainer.h"
#include "tests/support/som_agreement.h"

namespace somnium
{
namespace
{

constexpr som::ReferenceOptions kDisc = {
    .window = som::ReferenceWindow::Disc, .rotations = 360, .useFlips = true};

som::EpochReport judge(const std::vector<float> &prototypes, const data::Samples &samples,
                       const som::MapLayout &layout)
{
    const auto matcher = som::ReferenceMatcher::create(prototypes, samples.shape(), kDisc).value();
    const som::FullMapping mapping = matcher.match(samples, 0, samples.count(), {}).value();
    return som::qualityOf(test::bestOf(mapping), layout);
}

void report(const data::Samples &samples, std::uint64_t seed, compute::Backend &backend, bool withTrainer)
{
    som::TrainingParams params;
    params.seed = seed;
    const som::Som map = som::train(samples, params, backend, {}).value().som;
    const som::EpochReport last = map.history.back();
    const test::Agreement agreement =
        test::agreementOf(som::mapSamples(map, samples, backend, {}).value(),
                          som::mapSamplesFully(map, samples, backend, {}).value(),
                          som::mapByReference(map, samples, kDisc, {}).value());
    std::printf(
        "seed %llu: %zu sources; best match equal for %.2f %% of all, %zu of %zu clear ones (%.2f %%); "
        "median distance difference %.3f %%\n"
        "  AQE %.4f, in the reference metric %.4f; TE %.3f; %zu empty neurons\n",
        static_cast<unsigned long long>(seed), agreement.sources,
        100.0 * static_cast<double>(agreement.equal) / static_cast<double>(agreement.sources),
        agreement.clearEqual, agreement.clear, 100.0 * agreement.clearShare(),
        100.0 * agreement.medianDifference, agreement.meanDistance, agreement.referenceMeanDistance,
        last.topographicError, last.emptyNeurons);
    std::fflush(stdout);
    if (!withTrainer)
        return;
    test::ReferenceTraining training;
    training.layout = params.layout;
    training.metric = kDisc;
    training.seed = seed;
    // As PINK is used: runs with falling sigma and damping, the last about `unitygaussian 0.7 0.05`.
    training.epochs = test::fallingEpochs(params.epochs, {som::startSigma(params), 0.2}, {0.7, 0.05});
    const som::EpochReport theirs =
        judge(test::trainByReference(samples, training, {}).value(), samples, params.layout);
    std::printf("  reference trainer: AQE %.4f, TE %.3f, %zu empty neurons, in the reference metric\n",
                theirs.meanDistance, theirs.topographicError, theirs.emptyNeurons);
    std::fflush(stdout);
}

int run(const std::string &set, bool withTrainer)
{
    const auto folder = test::realData("radio/" + set);
    if (!folder)
    {
        std::fprintf(stderr, "radio/%s not found: set SOMNIUM_DATA\n", set.c_str());
        return 1;
    }
    const std::vector<std::filesystem::path> paths = set == "mirabest"
                                                         ? std::vector{*folder / "fits", *folder / "tars"}
                                                         : std::vector{*folder / "images.npy"};
    const auto samples = test::radioSamples(paths, 64, 1, {}).value().samples;
    const auto backend = std::move(compute::chooseBackend().value().backend);
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        report(*samples, seed, *backend, withTrainer);
    return 0;
}

} // namespace
} // namespace somnium

int main(int argc, char **argv)
{
    if (argc < 2)
    {
        std::fprintf(stderr, "usage: som_report mirabest|radiogalaxydataset [--reference-trainer]\n");
        return 1;
    }
    return somnium::run(argv[1], argc > 2 && std::string(argv[2]) == "--reference-trainer");
}
