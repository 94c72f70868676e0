// SPDX-License-Identifier: GPL-3.0-or-later
// A small simulated survey in a folder of its own, and a session beside it.
#pragma once

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/session/session.h"
#include "core/simulate/radio.h"
#include "core/workflow/import.h"
#include "core/workflow/train.h"
#include "tests/support/temporary_folder.h"

namespace somnium::test
{

inline constexpr std::size_t kSurveyCount = 40;

struct SmallSurvey
{
    TemporaryFolder folder;
    std::filesystem::path images = folder / "survey";
    std::shared_ptr<session::Session> session;

    explicit SmallSurvey(bool asTar = false)
    {
        simulate::RadioSurveyParams params;
        params.count = kSurveyCount;
        params.side = 48;
        params.seed = 7;
        const auto written = simulate::writeRadioSurvey(params, images, asTar, {});
        EXPECT_TRUE(written) << written.error().message;
        auto created = session::Session::create(folder / "test.somnium");
        EXPECT_TRUE(created) << created.error().message;
        if (created)
            session = std::move(*created);
    }

    [[nodiscard]] workflow::ImportRequest request() const
    {
        workflow::ImportRequest request;
        request.paths = {images};
        request.catalogue = images / "truth.fits";
        request.name = "survey";
        request.recipe = prepare::radioRecipe(32);
        return request;
    }

    [[nodiscard]] workflow::TrainRequest trainRequest(session::CollectionId collection) const
    {
        workflow::TrainRequest request;
        request.collection = collection;
        request.params.layout = som::MapLayout::rectangular(4, 3).value();
        request.params.epochs = 4;
        return request;
    }
};

} // namespace somnium::test
