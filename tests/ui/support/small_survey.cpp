// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/small_survey.h"

#include "core/simulate/radio.h"

namespace somnium::test
{

workflow::ImportRequest writeSmallSurvey(const std::filesystem::path &folder)
{
    const simulate::RadioSurveyParams params{.count = kSmallSurveyCount, .side = 32};
    CHECK(simulate::writeRadioSurvey(params, folder, true, {}));
    workflow::ImportRequest request;
    request.paths = {folder / "images.tar"};
    request.catalogue = folder / "truth.fits";
    request.name = "small";
    request.recipe = prepare::radioRecipe(32);
    return request;
}

} // namespace somnium::test
