// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/header_cards.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace somnium::data
{

namespace
{

constexpr std::size_t kCardBytes = 80;
constexpr std::size_t kMostCards = 0xFFFF;
constexpr std::size_t kHeadBytes = 3; ///< of a change: number of the card, length
/// Headers that a pool compares with: telescopes and processing versions that take turns in one survey.
constexpr std::size_t kMostCommon = 8;

std::string_view trimmed(std::string_view card)
{
    return card.substr(0, card.find_last_not_of(' ') + 1);
}

/// What turns `common` into `cards`; nothing if that is hardly shorter than the cards.
std::optional<std::string> changesFrom(std::string_view common, std::string_view cards)
{
    if (common.size() != cards.size() || cards.size() > kMostCards * kCardBytes)
        return std::nullopt;
    std::string changes;
    for (std::size_t begin = 0; begin < cards.size(); begin += kCardBytes)
    {
        const std::string_view card = cards.substr(begin, kCardBytes);
        if (card == common.substr(begin, kCardBytes))
            continue;
        const std::string_view text = trimmed(card);
        const std::size_t number = begin / kCardBytes;
        changes.push_back(static_cast<char>(number & 0xFFU));
        changes.push_back(static_cast<char>(number >> 8U));
        changes.push_back(static_cast<char>(text.size()));
        changes += text;
        if (2 * changes.size() > cards.size())
            return std::nullopt;
    }
    return changes;
}

std::size_t byteAt(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

} // namespace

HeaderCards::HeaderCards(std::string cards)
    : m_common(cards.empty() ? nullptr : std::make_shared<const std::string>(std::move(cards)))
{}

std::string HeaderCards::text() const
{
    std::string cards = m_common ? *m_common : std::string();
    for (std::size_t at = 0; at < m_changes.size();)
    {
        const std::size_t begin = (byteAt(m_changes, at) + (byteAt(m_changes, at + 1) << 8U)) * kCardBytes;
        const std::size_t length = byteAt(m_changes, at + 2);
        std::string card = m_changes.substr(at + kHeadBytes, length);
        card.resize(std::min(kCardBytes, cards.size() - begin), ' ');
        cards.replace(begin, card.size(), card);
        at += kHeadBytes + length;
    }
    return cards;
}

bool operator==(const HeaderCards &a, const HeaderCards &b)
{
    return (a.m_common == b.m_common && a.m_changes == b.m_changes) || a.text() == b.text();
}

HeaderCards HeaderCardsPool::add(std::string_view cards)
{
    if (cards.empty())
        return {};
    for (auto common = m_common.begin(); common != m_common.end(); ++common)
        if (auto changes = changesFrom(**common, cards))
        {
            std::rotate(m_common.begin(), common, common + 1);
            HeaderCards shared;
            shared.m_common = m_common.front();
            shared.m_changes = std::move(*changes);
            return shared;
        }
    HeaderCards alone{std::string(cards)};
    m_common.insert(m_common.begin(), alone.m_common);
    m_common.resize(std::min(m_common.size(), kMostCommon));
    return alone;
}

} // namespace somnium::data
