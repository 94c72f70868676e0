// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/bench.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include <cblas.h>

#include "core/base/parallel.h"
#include "core/base/platform.h"
#include "core/base/random.h"
#include "core/base/timing.h"
#include "core/compute/measured_rates.h"
#include "core/compute/stand_in.h"
#include "core/latent/autoencoder_trainer.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

namespace
{

/// A file of random spectra that goes with the object.
class SpectraFile
{
public:
    [[nodiscard]] static Result<std::unique_ptr<SpectraFile>> create(const LatentBenchParams &params);
    SpectraFile(const SpectraFile &) = delete;
    SpectraFile &operator=(const SpectraFile &) = delete;
    ~SpectraFile()
    {
        m_data.reset();
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
    }
    [[nodiscard]] const TrainingData &data() const { return *m_data; }

private:
    SpectraFile() = default;
    std::filesystem::path m_path;
    std::unique_ptr<SpectraTrainingData> m_data;
};

Result<std::unique_ptr<SpectraFile>> SpectraFile::create(const LatentBenchParams &params)
{
    const auto folder = userCacheFolder();
    if (!folder)
        return failure(folder.error());
    std::unique_ptr<SpectraFile> file(new SpectraFile);
    file->m_path = *folder / ("bench-" + std::to_string(processId()) + ".spectra");
    data::SpectralGrid grid;
    grid.scale = data::SpectralGrid::Scale::Index;
    grid.step = 1.0;
    grid.pixels = params.pixels;
    auto writer = data::SpectrumStoreWriter::create(file->m_path, grid, params.hasWeights);
    if (!writer)
        return failure(writer.error());
    Random random(params.seed);
    std::vector<float> flux(params.pixels);
    std::vector<float> weight(params.hasWeights ? params.pixels : 0);
    for (std::size_t i = 0; i < params.spectra; ++i)
    {
        std::generate(flux.begin(), flux.end(), [&] { return static_cast<float>(random.uniform()); });
        std::generate(weight.begin(), weight.end(),
                      [&] { return static_cast<float>(random.uniform(0.5, 2.0)); });
        if (const auto done = (*writer)->append(flux, weight); !done)
            return failure(done.error());
    }
    if (const auto done = (*writer)->finish(0); !done)
        return failure(done.error());
    auto store = data::SpectrumStore::open(file->m_path);
    if (!store)
        return failure(store.error());
    file->m_data = std::make_unique<SpectraTrainingData>(std::move(*store));
    return file;
}

/// C = op(A) op(B) of one step, and where its matrices lie in the memory that all share.
struct ProductShape
{
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t terms = 0;
    bool transposeA = false;
    bool transposeB = false;
    [[nodiscard]] double operations() const
    {
        return 2.0 * static_cast<double>(rows) * static_cast<double>(columns) * static_cast<double>(terms);
    }
};

std::vector<ProductShape> productsOfStep(const NetworkLayers &layers, std::size_t batch)
{
    std::vector<ProductShape> products;
    for (const std::vector<Layer> *const part : {&layers.encoder, &layers.decoder})
        for (const Layer &layer : *part)
        {
            const std::size_t in = layer.input.size();
            const std::size_t out = layer.output.size();
            products.push_back({batch, out, in});
            products.push_back({in, out, batch, true, false});
            const bool isFirst = part == &layers.encoder && &layer == &part->front();
            if (!isFirst)
                products.push_back({batch, in, out, false, true});
        }
    return products;
}

/// Rows (or, of flat matrices, columns) of C are shared out to threads, one call of OpenBLAS for each share.
void multiplyByOpenBlas(const ProductShape &p, const float *a, const float *b, float *c,
                        const JobContext &context)
{
    const bool byRows = p.rows >= p.columns || p.rows >= 256;
    const std::size_t along = byRows ? p.rows : p.columns;
    const std::size_t share =
        std::max<std::size_t>(64, (along + 2 * context.threadCount() - 1) / (2 * context.threadCount()));
    const auto integer = [](std::size_t value) { return static_cast<int>(value); };
    parallelFor((along + share - 1) / share, context, [&](std::size_t piece) {
        const std::size_t first = piece * share;
        const std::size_t count = std::min(share, along - first);
        const float *const fromA = byRows ? a + (p.transposeA ? first : first * p.terms) : a;
        const float *const fromB = byRows ? b : b + (p.transposeB ? first * p.terms : first);
        float *const to = byRows ? c + first * p.columns : c + first;
        cblas_sgemm(CblasRowMajor, p.transposeA ? CblasTrans : CblasNoTrans,
                    p.transposeB ? CblasTrans : CblasNoTrans, integer(byRows ? count : p.rows),
                    integer(byRows ? p.columns : count), integer(p.terms), 1.0F, fromA,
                    integer(p.transposeA ? p.rows : p.terms), fromB,
                    integer(p.transposeB ? p.terms : p.columns), 0.0F, to, integer(p.columns));
    });
}

/// The products of a step, by the backend or by OpenBLAS, on memory of their own.
class Products
{
public:
    [[nodiscard]] static Result<std::unique_ptr<Products>> create(const NetworkLayers &layers,
                                                                  const LatentBenchParams &params,
                                                                  compute::Backend &backend,
                                                                  const JobContext &context);
    [[nodiscard]] Result<void> byBackend();
    void byOpenBlas();
    [[nodiscard]] double operations() const;

private:
    struct Matrices
    {
        std::unique_ptr<compute::Tensor> a;
        std::unique_ptr<compute::Tensor> b;
        std::unique_ptr<compute::Tensor> c;
    };
    explicit Products(const JobContext &context) : m_context(context) {}
    const JobContext &m_context;
    std::unique_ptr<compute::TensorOps> m_ops;
    std::vector<ProductShape> m_shapes;
    std::vector<Matrices> m_matrices;
    std::vector<float> m_a;
    std::vector<float> m_b;
    std::vector<float> m_c;
};

Result<std::unique_ptr<Products>> Products::create(const NetworkLayers &layers,
                                                   const LatentBenchParams &params, compute::Backend &backend,
                                                   const JobContext &context)
{
    const std::size_t batch = params.batch;
    std::unique_ptr<Products> made(new Products(context));
    auto ops = backend.makeTensorOps({.threads = context.threads, .precision = params.model.precision});
    if (!ops)
        return failure(ops.error());
    made->m_ops = std::move(*ops);
    made->m_shapes = productsOfStep(layers, batch);
    std::size_t largest = 0;
    for (const ProductShape &p : made->m_shapes)
    {
        auto a = made->m_ops->allocate(p.rows * p.terms);
        auto b = made->m_ops->allocate(p.terms * p.columns);
        auto c = made->m_ops->allocate(p.rows * p.columns);
        if (!a || !b || !c)
            return failure(ErrorKind::OutOfMemory, "not enough memory for the products of a step");
        made->m_ops->fill({a->get(), 0, 1, (*a)->size()}, 0.5F);
        made->m_ops->fill({b->get(), 0, 1, (*b)->size()}, 0.25F);
        largest = std::max({largest, (*a)->size(), (*b)->size(), (*c)->size()});
        made->m_matrices.push_back({std::move(*a), std::move(*b), std::move(*c)});
    }
    made->m_a.assign(largest, 0.5F);
    made->m_b.assign(largest, 0.25F);
    made->m_c.assign(largest, 0.0F);
    return made;
}

Result<void> Products::byBackend()
{
    for (std::size_t i = 0; i < m_shapes.size(); ++i)
    {
        const ProductShape &p = m_shapes[i];
        const Matrices &m = m_matrices[i];
        compute::Product product;
        product.a = p.transposeA ? compute::ConstMatrixView(m.a.get(), 0, p.terms, p.rows)
                                 : compute::ConstMatrixView(m.a.get(), 0, p.rows, p.terms);
        product.b = p.transposeB ? compute::ConstMatrixView(m.b.get(), 0, p.columns, p.terms)
                                 : compute::ConstMatrixView(m.b.get(), 0, p.terms, p.columns);
        product.c = {m.c.get(), 0, p.rows, p.columns};
        product.transposeA = p.transposeA;
        product.transposeB = p.transposeB;
        m_ops->multiply(product);
    }
    return m_ops->finish();
}

void Products::byOpenBlas()
{
    for (const ProductShape &p : m_shapes)
        multiplyByOpenBlas(p, m_a.data(), m_b.data(), m_c.data(), m_context);
}

double Products::operations() const
{
    double sum = 0.0;
    for (const ProductShape &p : m_shapes)
        sum += p.operations();
    return sum;
}

Result<void> measureOne(const Autoencoder &model, const TrainingData &data, LatentBenchReport &report)
{
    constexpr std::size_t kTimes = 21;
    std::vector<float> values(data.pixels());
    std::vector<float> latent(model.latentSize());
    data.read(0, values, {});
    std::vector<double> encoding;
    std::vector<double> decoding;
    for (std::size_t i = 0; i < kTimes; ++i)
    {
        encoding.push_back(secondsOf([&] { model.encode(values, {}, latent); }));
        decoding.push_back(secondsOf([&] { model.decode(latent, values); }));
    }
    report.encodeOneMs = 1e3 * medianOf(encoding);
    report.decodeOneMs = 1e3 * medianOf(decoding);
    return {};
}

/// Samples a second, of some steps of products each time.
Result<void> measureProducts(Products &products, std::size_t batch, std::vector<double> &own,
                             std::vector<double> &blas)
{
    constexpr std::size_t kSteps = 8;
    const auto rows = static_cast<double>(kSteps * batch);
    Result<void> done;
    own.push_back(rows / secondsOf([&] {
                      for (std::size_t i = 0; i < kSteps && done; ++i)
                          done = products.byBackend();
                  }));
    blas.push_back(rows / secondsOf([&] {
                       for (std::size_t i = 0; i < kSteps; ++i)
                           products.byOpenBlas();
                   }));
    return done;
}

LatentBenchParams withSpectra(LatentBenchParams params, const compute::Backend &backend)
{
    constexpr std::size_t kLeast = 4096;
    constexpr std::size_t kBatches = 64; // on a device
    if (params.spectra == 0)
        params.spectra = std::max(kLeast, (compute::isProcessor(backend) ? 1 : kBatches) * params.batch);
    return params;
}

/// Spectra a second that come to where the backend computes.
Result<double> measureBringing(const LatentBenchParams &params, compute::Backend &backend,
                               const JobContext &context)
{
    const auto rate = compute::measureBringRate(backend, context);
    if (!rate)
        return failure(rate.error());
    return *rate / static_cast<double>(params.pixels * sizeof(float) * (params.hasWeights ? 2 : 1));
}

} // namespace

Result<LatentBenchReport> benchAutoencoder(const LatentBenchParams &asked, compute::Backend &backend,
                                           const JobContext &context)
{
    const LatentBenchParams params = withSpectra(asked, backend);
    if (params.pixels == 0 || params.batch == 0 || params.spectra < params.batch || params.repeats == 0)
        return failure(ErrorKind::InvalidArgument,
                       "pixels, batch and repeats must be at least 1, spectra as many as a batch");
    // Our own threads do the sharing out: OpenBLAS must not start some in each of them.
    openblas_set_num_threads(1);
    AutoencoderParams model = params.model;
    model.kind = AutoencoderKind::Dense;
    model.batchSize = params.batch;
    model.epochs = 3;
    model.validationFraction = 0.0;
    const auto file = SpectraFile::create(params);
    if (!file)
        return failure(file.error());
    const auto products =
        Products::create(makeLayers(model, (*file)->data().shape()), params, backend, context);
    if (!products)
        return failure(products.error());

    std::vector<double> training;
    std::vector<double> own;
    std::vector<double> blas;
    LatentBenchReport report;
    for (std::size_t repeat = 0; repeat < params.repeats; ++repeat)
    {
        const auto trained = trainAutoencoder((*file)->data(), model, backend, {}, context);
        if (!trained)
            return failure(trained.error());
        training.push_back(trained->samplesPerSecond);
        if (const auto done = measureProducts(**products, params.batch, own, blas); !done)
            return failure(done.error());
        if (repeat == 0)
        {
            report.parameters = trained->model.parameterCount();
            report.areRowsOnDevice = trained->areRowsOnDevice;
            if (const auto one = measureOne(trained->model, (*file)->data(), report); !one)
                return failure(one.error());
        }
        context.report({repeat + 1, params.repeats, "measuring"});
    }
    report.backend = backend.name();
    report.device = backend.device();
    report.threads = context.threadCount();
    report.samplesPerSecond = medianOf(training);
    report.productSamplesPerSecond = medianOf(own);
    report.openBlasSamplesPerSecond = medianOf(blas);
    report.openBlasKernel = openblas_get_corename();
    const double perSample = (*products)->operations() / static_cast<double>(params.batch) / 1e9;
    report.productGflops = report.productSamplesPerSecond * perSample;
    report.openBlasGflops = report.openBlasSamplesPerSecond * perSample;
    const auto brought = measureBringing(params, backend, context);
    if (!brought)
        return failure(brought.error());
    report.broughtSamplesPerSecond = *brought;
    const double computed = std::max(report.productSamplesPerSecond, report.openBlasSamplesPerSecond);
    report.shareOfBound =
        report.samplesPerSecond / (report.areRowsOnDevice ? computed : std::min(computed, *brought));
    return report;
}

} // namespace somnium::latent
