// SPDX-License-Identifier: GPL-3.0-or-later
// New real radio galaxies on a map of others, by its file alone: as if they were in its session.
#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "core/workflow/export.h"
#include "core/workflow/import.h"
#include "core/workflow/map_file.h"
#include "core/workflow/originals.h"
#include "core/workflow/scratch_session.h"
#include "core/workflow/train.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_folder.h"

namespace somnium::workflow
{
namespace
{

session::CollectionId import(session::Session &session, const std::filesystem::path &path,
                             const prepare::Recipe &recipe)
{
    ImportRequest request;
    request.paths = {path};
    request.recipe = recipe;
    const auto imported = importImages(session, request, {});
    EXPECT_TRUE(imported) << imported.error().message;
    return imported->collection;
}

som::Mapping mappingOf(const session::Session &session, session::CollectionId collection, const som::Som &som)
{
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    return som::mapSamples(som, *samplesOf(session, collection, {}).value(), *backend, {}).value();
}

TEST(NewRadioGalaxies, LieOnAMapFileAsInItsSession)
{
    SOMNIUM_REQUIRE_REAL_DATA(miraBest, "radio/mirabest");
    const test::TemporaryFolder folder;
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const auto session = session::Session::create(folder / "first.somnium").value();
    const auto recipe = prepare::radioRecipe(64);
    TrainRequest training;
    training.collection = import(*session, miraBest / "fits", recipe);
    training.params.epochs = 6;
    const auto trained = trainMap(*session, training, *backend, {});
    ASSERT_TRUE(trained) << trained.error().message;
    const auto path = folder / "map.fits";
    ASSERT_TRUE(exportModel(*session, trained->model, ExportFormat::Fits, path));
    const som::Mapping expected =
        mappingOf(*session, import(*session, miraBest / "tars", recipe), trained->som);
    ASSERT_EQ(expected.sourceCount(), 450U);

    const auto file = openMapFile(path);
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_EQ(file->recipe, recipe);
    const auto scratch = ScratchSession::beside(folder / "mapped.fits");
    ASSERT_TRUE(scratch) << scratch.error().message;
    const auto collection = import((*scratch)->session(), miraBest / "tars", *file->recipe);
    const auto som = mapOf(*file, {1, 64, 64});
    ASSERT_TRUE(som) << som.error().message;
    EXPECT_EQ(mappingOf((*scratch)->session(), collection, *som), expected);
}

} // namespace
} // namespace somnium::workflow
