// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/plane_decoder.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/prepare/spectral_measure.h"
#include "tests/ui/session/stars_test.h"

namespace somnium::ui
{
namespace
{

using PlaneDecoderTest = test::StarsTest;

IsoQuestion questionOf(const Workbench &bench, const QString &parameter)
{
    IsoQuestion question;
    question.data = bench.latent.data();
    question.decoder = bench.latent.decoder();
    question.settings.fields[0] = {.column = parameter, .source = FieldSource::Decoded, .levels = {}};
    question.settings.leastPoints = 2.0;
    return question;
}

TEST_F(PlaneDecoderTest, OffersWhatTheSpectraResolve)
{
    ASSERT_TRUE(importStars()) << trouble.toStdString();
    EXPECT_FALSE(bench->latent.decoder());
    ASSERT_TRUE(train()) << trouble.toStdString();
    const DecoderPointer decoder = bench->latent.decoder();
    ASSERT_TRUE(decoder);
    const auto offers = [&](const QString &name) {
        return std::ranges::find(decoder->parameters, name, &DecodedParameter::name) !=
               decoder->parameters.end();
    };
    EXPECT_TRUE(offers(QStringLiteral("D4000")));
    EXPECT_FALSE(offers(QStringLiteral("EW Mg b"))); // 200 pixels: narrower than two of them
    EXPECT_TRUE(decoder->find(QStringLiteral("5000:5500")));
    const auto coarse = decoder->find(QStringLiteral("ew mg b"));
    ASSERT_FALSE(coarse);
    EXPECT_EQ(coarse.error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(decoder->find(QStringLiteral("5000")).error().kind, ErrorKind::NotFound);
}

TEST_F(PlaneDecoderTest, LinesAreOfWhatTheModelSaysThere)
{
    ASSERT_TRUE(importStars() && train()) << trouble.toStdString();
    const IsoAnswer answer = isoLayers(questionOf(*bench, QStringLiteral("5000:5500-6500:7000")), {});
    ASSERT_TRUE(answer.layers) << (answer.problem ? answer.problem->message : std::string());
    const IsoLayer &layer = answer.layers->front();
    EXPECT_EQ(layer.title, QStringLiteral("5000:5500-6500:7000 (decoded) [mag]"));
    EXPECT_FALSE(layer.definition.isEmpty());
    EXPECT_FALSE(layer.lines.empty());
    const SurveyPointer survey = bench->session.survey();
    const auto meter =
        prepare::SpectralMeter::create(*prepare::measureFromString("5000:5500-6500:7000"),
                                       survey->spectra->grid(), data::WavelengthMedium::Unknown)
            .value();
    std::vector<float> whole(survey->spectra->pixels());
    std::size_t there = 0;
    for (std::size_t cell = 0; cell < layer.field.value.size(); cell += 37)
    {
        if (!std::isfinite(layer.field.value[cell]))
            continue;
        const latent::PlanePoint at = layer.field.centre(cell / 256, cell % 256);
        const std::vector<float> latent = {static_cast<float>(at.x), static_cast<float>(at.y)};
        survey->latent->model.decode(latent, whole);
        std::vector<float> some;
        for (const std::size_t pixel : meter.pixels())
            some.push_back(whole[pixel]);
        EXPECT_NEAR(layer.field.value[cell], meter.measure(some), 1e-4);
        ++there;
    }
    EXPECT_GT(there, 50U);
}

TEST_F(PlaneDecoderTest, AnyPlaneOfManyDimensionsIsDecodedAndCanBeStopped)
{
    ASSERT_TRUE(importStars() && train(4)) << trouble.toStdString();
    const IsoQuestion question = questionOf(*bench, QStringLiteral("D4000"));
    const IsoAnswer answer = isoLayers(question, {});
    ASSERT_TRUE(answer.layers) << (answer.problem ? answer.problem->message : std::string());
    // Hardly trained: somewhere the light below the break is decoded as almost none.
    const latent::FieldRange range = latent::centralRangeOf(answer.layers->front().field);
    EXPECT_GT(range.low, 0.2);
    EXPECT_LT(range.high, 10.0);
    EXPECT_GT(answer.layers->front().levels.size(), 3U);
    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    const IsoAnswer stopped = isoLayers(question, context);
    EXPECT_FALSE(stopped.layers);
    ASSERT_TRUE(stopped.problem);
    EXPECT_EQ(stopped.problem->kind, ErrorKind::Cancelled);
}

} // namespace
} // namespace somnium::ui
