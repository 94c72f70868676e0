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

Result<std::unique_ptr<TensorOps>> Backend::tensorOps(unsigned /*threads*/)
{
    return failure(ErrorKind::Unsupported, "the backend " + name() + " trains no autoencoders");
}

} // namespace somnium::compute
