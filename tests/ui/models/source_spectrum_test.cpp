// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/source_spectrum.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/ui/support/synthetic_spectra.h"

namespace somnium::ui
{
namespace
{

bool isGap(std::size_t pixel)
{
    return pixel >= test::kFirstGap && pixel < test::kLastGap;
}

TEST(SourceSpectrum, ModelsAreSilentWhereNoSpectrumHasAValue)
{
    const SurveyPointer survey = test::syntheticSpectra(12);
    const SpectrumSet set = sourceSpectrumSet(*survey, 5);
    ASSERT_EQ(set.curves.size(), 2U);
    EXPECT_EQ(set.curves[0].role, CurveRole::Observed);
    EXPECT_EQ(set.curves[1].role, CurveRole::Reconstruction);
    const SpectrumCurve decoded = modelCurve(*survey, QStringLiteral("decoded"), CurveRole::Decoded,
                                             std::vector<float>(test::kSpectraPixels, 2.0F));
    for (std::size_t pixel = 0; pixel < test::kSpectraPixels; ++pixel)
    {
        EXPECT_EQ(std::isnan(set.curves[1].flux[pixel]), isGap(pixel)) << pixel;
        EXPECT_EQ(std::isnan(decoded.flux[pixel]), isGap(pixel)) << pixel;
    }
    const SpectraPointer prepared = prepareSpectra(set);
    ASSERT_EQ(prepared->residual.size(), test::kSpectraPixels);
    for (std::size_t pixel = 0; pixel < test::kSpectraPixels; ++pixel)
        EXPECT_EQ(std::isnan(prepared->residual.values()[pixel]), isGap(pixel)) << pixel;
}

TEST(SourceSpectrum, WhatASpectrumHasIsShownWhereModelsAreSilent)
{
    auto survey = std::make_shared<SurveyData>(*test::syntheticSpectra(12));
    survey->unobserved = std::make_shared<const std::vector<std::uint32_t>>(1, 3U);
    const SpectrumSet set = sourceSpectrumSet(*survey, 5);
    EXPECT_EQ(prepareSpectra(set)->curves[0].flux.values()[3], set.curves[0].flux[3]);
    EXPECT_TRUE(std::isnan(set.curves[1].flux[3]));
    survey->unobserved = nullptr;
    const SpectrumSet unmasked = sourceSpectrumSet(*survey, 5);
    for (const float value : unmasked.curves[1].flux)
        EXPECT_TRUE(std::isfinite(value)) << "not known: nothing is left out";
}

TEST(SourceSpectrum, OfASourceThatIsNotThereIsEmpty)
{
    EXPECT_TRUE(sourceSpectrumSet(*test::syntheticSpectra(3), 3).curves.empty());
    EXPECT_TRUE(sourceSpectrumSet(SurveyData(), 0).curves.empty());
}

} // namespace
} // namespace somnium::ui
