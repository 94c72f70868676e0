// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/oddity_controller.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/io/table.h"
#include "core/search/outliers.h"
#include "core/workflow/spectral_oddities.h"
#include "tests/ui/session/stars_test.h"

namespace somnium::ui
{
namespace
{

using search::SpectralOutlierScore;
using test::kCount;

class OddSpectraTest : public test::StarsTest
{
protected:
    [[nodiscard]] bool prepare()
    {
        QObject::connect(&bench->oddities, &OddityController::troubled, &bench->session,
                         [this](const QString &message) { trouble = message; });
        return importStars() && train();
    }
    [[nodiscard]] bool score()
    {
        bench->oddities.setWanted(true);
        return waitFor([this] { return bench->oddities.ranking() != nullptr; });
    }
    [[nodiscard]] bool waitForRanking(const std::function<void()> &deed)
    {
        const OddityRankingPointer before = bench->oddities.ranking();
        deed();
        return waitFor([&] { return bench->oddities.ranking() != before; });
    }
};

/// NaN is equal to NaN here.
void expectAlike(const std::vector<float> &a, const std::vector<float> &b)
{
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        const bool isJudged = std::isfinite(a[i]) || std::isfinite(b[i]);
        EXPECT_FLOAT_EQ(isJudged ? a[i] : 0.0F, isJudged ? b[i] : 0.0F) << i;
    }
}

TEST_F(OddSpectraTest, NothingIsScoredBeforeSomebodyLooks)
{
    ASSERT_TRUE(prepare()) << trouble.toStdString();
    EXPECT_FALSE(bench->oddities.oddities());
    ASSERT_TRUE(score()) << trouble.toStdString();
    EXPECT_EQ(bench->oddities.oddities()->sourceCount(), kCount);
}

TEST_F(OddSpectraTest, TheScoresAreThoseOfTheCommandLine)
{
    ASSERT_TRUE(prepare() && score()) << trouble.toStdString();
    EXPECT_EQ(bench->oddities.score(), AnyOddityScore(SpectralOutlierScore::Combined));
    const auto backend = compute::chooseBackend("cpu").value().backend;
    const session::ModelId latent = bench->session.survey()->latent->summary.id;
    for (const SpectralOutlierScore score : search::kSpectralOutlierScores)
    {
        const auto expected =
            workflow::rankSpectra(*bench->session.session(), latent, {score, false}, *backend, {});
        ASSERT_TRUE(expected) << expected.error().message;
        ASSERT_TRUE(bench->oddities.score() == AnyOddityScore(score) ||
                    waitForRanking([&] { bench->oddities.setChoice(score, true); }));
        EXPECT_EQ(bench->oddities.ranking()->score, AnyOddityScore(score));
        expectAlike(bench->oddities.ranking()->values, expected->scores);
        EXPECT_EQ(search::byFallingScore(bench->oddities.ranking()->values), expected->order);
    }
}

TEST_F(OddSpectraTest, MarksReRankThemAndTheCommandLineAgrees)
{
    ASSERT_TRUE(prepare() && score()) << trouble.toStdString();
    const std::vector<session::Mark> marks = {{5, session::Verdict::Interesting, {}},
                                              {9, session::Verdict::Boring, {}}};
    ASSERT_TRUE(waitForRanking([&] { bench->session.journal().setMarks(marks); }));
    const OddityRankingPointer learned = bench->oddities.ranking();
    EXPECT_EQ(learned->marks, 2U);
    EXPECT_EQ(learned->values[5], 1.0F);
    EXPECT_EQ(learned->values[9], 0.0F);
    const auto backend = compute::chooseBackend("cpu").value().backend;
    const auto expected =
        workflow::rankSpectra(*bench->session.session(), bench->session.survey()->latent->summary.id,
                              {SpectralOutlierScore::Combined, true}, *backend, {});
    ASSERT_TRUE(expected) << expected.error().message;
    expectAlike(learned->values, expected->scores);
    ASSERT_TRUE(waitForRanking([&] { bench->oddities.setChoice(SpectralOutlierScore::Combined, false); }));
    EXPECT_EQ(bench->oddities.ranking()->marks, 0U);
}

TEST_F(OddSpectraTest, WhoStopsKeepsWhatWasThereAndMayStartAnew)
{
    ASSERT_TRUE(prepare()) << trouble.toStdString();
    int started = 0;
    QObject::connect(&bench->oddities, &OddityController::started, &bench->session, [&](Job *job) {
        if (++started == 1)
            job->requestStop();
    });
    bool hasEnded = false;
    bench->oddities.setWanted(true);
    ASSERT_EQ(started, 1);
    // What comes after it on the same thread ends after it.
    bench->session.runner().compute<int>(
        QStringLiteral("next"), &bench->session,
        [](compute::Backend &, const JobContext &) -> Result<int> { return 1; },
        [&](int &&) { hasEnded = true; });
    ASSERT_TRUE(waitFor([&] { return hasEnded; }));
    EXPECT_FALSE(bench->oddities.oddities());
    EXPECT_TRUE(trouble.isEmpty()) << trouble.toStdString() << ": who stops knows that";
    ASSERT_TRUE(
        waitForRanking([&] { bench->oddities.setChoice(SpectralOutlierScore::LatentIsolation, true); }));
    EXPECT_EQ(started, 2);
    EXPECT_EQ(bench->oddities.ranking()->score, AnyOddityScore(SpectralOutlierScore::LatentIsolation));
}

TEST_F(OddSpectraTest, TheOddestLeaveWithTheirScoreAndTheirSignalToNoise)
{
    ASSERT_TRUE(prepare() && score()) << trouble.toStdString();
    const OddityRankingPointer ranking = bench->oddities.ranking();
    std::vector<std::size_t> sources = search::byFallingScore(ranking->values);
    sources.resize(7);
    const auto path = folder / "odd.csv";
    bench->exports.exportOddest(sources, bench->oddities.oddities(), ranking, path);
    ASSERT_TRUE(waitFor([&] { return std::filesystem::exists(path); }));
    const auto table = io::readTable(path);
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ(table->rowCount(), 7U);
    const auto oddity = table->find("oddity");
    const auto noise = table->find("signal_to_noise");
    ASSERT_TRUE(oddity && noise && table->find("reconstruction_error") && table->find("teff"));
    for (std::size_t row = 0; row < 7; ++row)
    {
        EXPECT_NEAR(table->columns()[*oddity].number(row), static_cast<double>(ranking->values[sources[row]]),
                    1e-5);
        EXPECT_GT(table->columns()[*noise].number(row), 1.0);
    }
}

} // namespace
} // namespace somnium::ui
