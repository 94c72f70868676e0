// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend.h"

#include <utility>

namespace somnium::compute
{

Result<std::unique_ptr<Spectra>> Backend::transformAndKeep(const data::Samples &samples, std::size_t first,
                                                           std::size_t count, const PolarGrid &grid,
                                                           const JobContext &context)
{
    auto halves = transformToHalf(samples, first, count, grid, context);
    if (!halves)
        return failure(halves.error());
    return upload(std::make_shared<const HalfSpectra>(std::move(*halves)));
}

Result<Backend::Update> Backend::update(const Spectra &images, const Spectra &prototypes,
                                        const UpdateOptions &options, const JobContext &context)
{
    const auto batch = beginUpdate(prototypes, options);
    if (!batch)
        return failure(batch.error());
    auto match = (*batch)->add(images, context);
    if (!match)
        return failure(match.error());
    auto updated = (*batch)->finish();
    if (!updated)
        return failure(updated.error());
    return Update{std::move(*updated), std::move(*match)};
}

Result<std::unique_ptr<TensorOps>> Backend::makeTensorOps(const TensorOptions & /*options*/)
{
    return failure(ErrorKind::Unsupported, "the backend " + name() + " trains no autoencoders");
}

Result<std::unique_ptr<NearestRows>> Backend::keepRows(std::shared_ptr<const HalfRows> rows)
{
    return nearestRowsOnProcessor(std::move(rows));
}

} // namespace somnium::compute
