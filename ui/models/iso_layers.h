// SPDX-License-Identifier: GPL-3.0-or-later
// The iso-lines of up to two fields on the latent plane, worked out from settings: for a job, not for the
// window's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/latent/iso_lines.h"
#include "core/latent/observed_field.h"
#include "core/latent/plane_field.h"
#include "ui/models/iso_settings.h"
#include "ui/models/latent_data.h"

namespace somnium::ui
{

/// One set of iso-lines.
struct IsoLayer
{
    std::size_t slot = 0; ///< 0 solid, 1 dashed
    QString name;
    QString unit;
    QString title;      ///< with the unit
    QString definition; ///< of what is decoded, one line for captions; empty: a column says it itself
    latent::PlaneField field;
    std::vector<double> levels;
    std::vector<latent::IsoLine> lines;
};
using IsoLayers = std::shared_ptr<const std::vector<IsoLayer>>;

/// A number that is measured on what a decoder gives for places of the plane.
struct DecodedParameter
{
    QString name;
    QString unit;
    QString definition; ///< one line, for captions
};

/// What can be measured of decoded samples. Immutable and shared; called from any thread.
struct PlaneDecoder
{
    std::vector<DecodedParameter> parameters; ///< to be offered
    /// One of these by its name, or one that the user writes as a band of wavelengths.
    std::function<Result<DecodedParameter>(const QString &text)> find;
    /// Its field where the sources of `data` are; NaN elsewhere, where a decoder says anything.
    std::function<Result<latent::PlaneField>(const QString &parameter, const LatentData &data,
                                             const latent::FieldParams &params, const JobContext &context)>
        field;
};
using DecoderPointer = std::shared_ptr<const PlaneDecoder>;

/// All that the lines depend on.
struct IsoQuestion
{
    LatentPointer data;
    IsoSettings settings;
    std::vector<LatentColumn> columns;
    DecoderPointer decoder; ///< null: there is none
};

struct IsoAnswer
{
    IsoLayers layers;             ///< null: none
    std::optional<Error> problem; ///< of the first field that could not be made
    QStringList withoutLines;     ///< titles of fields that no level crosses
};

/// Fields of 256 x 256 cells over all of the plane that has points.
[[nodiscard]] IsoAnswer isoLayers(const IsoQuestion &question, const JobContext &context);

/// The lines as a table.
[[nodiscard]] data::Catalogue isoCatalogue(const std::vector<IsoLayer> &layers);

/// A level as it is written along its line: with as many digits as tell the levels apart.
[[nodiscard]] QString levelText(double level, const std::vector<double> &levels);

} // namespace somnium::ui
