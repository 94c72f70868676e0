// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend.h"

#include <utility>

namespace somnium::compute
{

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
