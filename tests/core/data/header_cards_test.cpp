// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/header_cards.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::data
{
namespace
{

std::string card(std::string text)
{
    text.resize(80, ' ');
    return text;
}

TEST(HeaderCards, TextComesBackWhateverCameBefore)
{
    test::forAll(20, [](Random &random) {
        HeaderCardsPool pool;
        std::vector<std::string> cards(1 + random.below(20));
        std::vector<std::pair<HeaderCards, std::string>> made;
        for (int i = 0; i < 60; ++i)
        {
            // A few cards change, now and then all of them, or their number, or the last one is cut.
            const bool isOther = i == 0 || random.below(10) == 0;
            if (isOther)
                cards.resize(1 + random.below(20));
            for (std::string &one : cards)
                if (isOther || random.below(6) == 0)
                    one =
                        card("KEY" + std::to_string(random.below(9)) + " = " + std::to_string(random.next()));
            std::string text;
            for (const std::string &one : cards)
                text += one;
            if (random.below(8) == 0)
                text.resize(text.size() - random.below(80));
            made.emplace_back(pool.add(text), text);
        }
        for (const auto &[shared, text] : made)
        {
            ASSERT_EQ(shared.text(), text);
            ASSERT_EQ(shared, HeaderCards(text));
            ASSERT_FALSE(shared.empty());
        }
        ASSERT_NE(made.front().first, HeaderCards(made.front().second + card("X")));
    });
}

TEST(HeaderCards, NoCardsAreEmpty)
{
    HeaderCardsPool pool;
    EXPECT_TRUE(pool.add("").empty());
    EXPECT_TRUE(HeaderCards(std::string()).empty());
    EXPECT_EQ(HeaderCards(), pool.add(""));
    EXPECT_EQ(HeaderCards().text(), "");
}

} // namespace
} // namespace somnium::data
