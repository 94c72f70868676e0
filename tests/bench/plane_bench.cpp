// SPDX-License-Identifier: GPL-3.0-or-later
// What a person waits for on the latent plane: a frame, an answer under the cursor, a lasso, iso-lines.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/latent/iso_labels.h"
#include "core/latent/observed_field.h"
#include "core/latent/point_index.h"
#include "core/latent/point_raster.h"

namespace somnium::latent
{
namespace
{

/// Clumps over a wide background, as latent spaces have them.
struct Scene
{
    std::vector<float> x;
    std::vector<float> y;
    std::vector<float> value;
    std::vector<double> column;
    std::vector<std::uint8_t> flags;
    std::vector<std::uint32_t> palette;
    PlaneWindow window;

    explicit Scene(std::size_t count) : flags(count), palette(256, 0xff3366cc)
    {
        Random random(1);
        for (std::size_t i = 0; i < count; ++i)
        {
            const double clump = 0.5 * random.below(8);
            const double size = i % 3 == 0 ? 1.0 : 0.25;
            x.push_back(static_cast<float>(2.0 * std::sin(clump * 1.7) + size * random.normal()));
            y.push_back(static_cast<float>(2.0 * std::cos(clump * 2.9) + size * random.normal()));
            value.push_back(x.back() + y.back());
            column.push_back(static_cast<double>(value.back()) + random.normal());
            flags[i] = i % 50 == 0 ? kSelected : 0;
        }
        window = {boundsOf(points()), 1600, 1000};
    }
    [[nodiscard]] Points points() const { return {x, y}; }
    [[nodiscard]] PlanePoint unitsPerPixel() const
    {
        return {window.rect.width() / 1600.0, window.rect.height() / 1000.0};
    }
};

const Scene &sceneOf(const benchmark::State &state)
{
    static std::vector<std::pair<std::int64_t, Scene>> scenes;
    for (const auto &[count, scene] : scenes)
        if (count == state.range(0))
            return scene;
    scenes.reserve(16);
    return scenes.emplace_back(state.range(0), Scene(static_cast<std::size_t>(state.range(0)))).second;
}

enum Look : std::int64_t
{
    Counts,
    Values,
    BlurredValues,
    Discs,
    Zoomed,
};

void BM_Frame(benchmark::State &state)
{
    const Scene &scene = sceneOf(state);
    const std::int64_t look = state.range(1);
    PointStyle style;
    style.mode = look == Discs    ? PointMode::Points
                 : look == Zoomed ? PointMode::Automatic
                                  : PointMode::Density;
    style.palette = scene.palette;
    style.flags = scene.flags;
    style.blur = look == BlurredValues;
    if (look != Counts)
        style.value = scene.value;
    PlaneWindow window = scene.window;
    if (look == Zoomed)
        window.rect = {0.0, 0.1, 1.8, 1.9};
    for (auto _ : state)
        benchmark::DoNotOptimize(renderPoints(scene.points(), window, style, {}));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_BuildIndex(benchmark::State &state)
{
    const Scene &scene = sceneOf(state);
    for (auto _ : state)
        benchmark::DoNotOptimize(PointIndex(scene.points()));
}

void BM_Nearest(benchmark::State &state)
{
    const Scene &scene = sceneOf(state);
    const PointIndex index(scene.points());
    Random random(2);
    for (auto _ : state)
    {
        const PlanePoint at = scene.window.toPlane({1600.0 * random.uniform(), 1000.0 * random.uniform()});
        benchmark::DoNotOptimize(index.nearest(at, scene.unitsPerPixel(), 20.0));
    }
}

void BM_Lasso(benchmark::State &state)
{
    const Scene &scene = sceneOf(state);
    const PointIndex index(scene.points());
    std::vector<PlanePoint> lasso;
    for (int i = 0; i < 2000; ++i)
    {
        const double angle = i * std::numbers::pi / 1000.0;
        const double radius = 350.0 * (1.0 + 0.3 * std::sin(7.0 * angle));
        lasso.push_back(
            scene.window.toPlane({800.0 + radius * std::cos(angle), 500.0 + radius * std::sin(angle)}));
    }
    std::size_t inside = 0;
    for (auto _ : state)
    {
        const std::vector<std::size_t> found = index.insidePolygon(lasso);
        inside = found.size();
        benchmark::DoNotOptimize(found.data());
    }
    state.counters["inside"] = static_cast<double>(inside);
}

void BM_TwoFieldsAndTheirLines(benchmark::State &state)
{
    const Scene &scene = sceneOf(state);
    for (auto _ : state)
        for (int parameter = 0; parameter < 2; ++parameter)
        {
            const Result<PlaneField> field =
                observedField(scene.points(), scene.column, scene.window.rect, {}, {});
            const FieldRange range = rangeOf(*field);
            const std::vector<IsoLine> lines = isoLines(*field, niceLevels(range.low, range.high, 10, false));
            benchmark::DoNotOptimize(placeLabels(lines, scene.window, [](double) {
                return LabelSize{40.0, 12.0};
            }));
        }
}

void BM_MedianField(benchmark::State &state)
{
    const Scene &scene = sceneOf(state);
    FieldParams params;
    params.statistic = FieldParams::Statistic::Median;
    for (auto _ : state)
        benchmark::DoNotOptimize(observedField(scene.points(), scene.column, scene.window.rect, params, {}));
}

BENCHMARK(BM_Frame)
    ->ArgNames({"points", "look"})
    ->ArgsProduct({{1000, 300'000, 1'000'000}, {Counts, Values, BlurredValues, Discs, Zoomed}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
#define SOMNIUM_PLANE_BENCHMARK(name)                                                                        \
    BENCHMARK(name)                                                                                          \
        ->ArgName("points")                                                                                  \
        ->Arg(1000)                                                                                          \
        ->Arg(300'000)                                                                                       \
        ->Arg(1'000'000)                                                                                     \
        ->Unit(benchmark::kMillisecond)                                                                      \
        ->MeasureProcessCPUTime()                                                                            \
        ->UseRealTime()
SOMNIUM_PLANE_BENCHMARK(BM_BuildIndex);
SOMNIUM_PLANE_BENCHMARK(BM_Nearest);
SOMNIUM_PLANE_BENCHMARK(BM_Lasso);
SOMNIUM_PLANE_BENCHMARK(BM_TwoFieldsAndTheirLines);
SOMNIUM_PLANE_BENCHMARK(BM_MedianField);

} // namespace
} // namespace somnium::latent

BENCHMARK_MAIN();
