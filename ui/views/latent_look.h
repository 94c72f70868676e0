// SPDX-License-Identifier: GPL-3.0-or-later
// How the latent plane is looked at, as a session keeps it.
#pragma once

#include <vector>

#include <QJsonObject>
#include <QString>

#include "ui/models/iso_settings.h"
#include "ui/views/latent_bar.h"

namespace somnium::ui
{

struct LatentLook
{
    QString column; ///< that colours; empty: one colour
    QString colourMap;
    PointForm form = PointForm::Automatic;
    IsoSettings iso;
    std::vector<LatentBookmark> bookmarks;
    friend bool operator==(const LatentLook &, const LatentLook &) = default;
};

[[nodiscard]] QJsonObject toJson(const LatentLook &look);
/// What is absent, or is not what it should be, has its default.
[[nodiscard]] LatentLook latentLookFrom(const QJsonObject &json);

} // namespace somnium::ui
