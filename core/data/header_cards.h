// SPDX-License-Identifier: GPL-3.0-or-later
// The FITS cards kept of an image. The images of a survey share most of theirs: a million headers of a
// kilobyte each are a reference to a common one, and the few cards that differ.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace somnium::data
{

/// A value: copies share what never changes.
class HeaderCards
{
public:
    HeaderCards() = default;
    /// Cards of 80 characters each, shared with no other image.
    HeaderCards(std::string cards); // NOLINT(google-explicit-constructor): text is what it stands for

    /// The cards, 80 characters each, one after the other.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool empty() const { return !m_common || m_common->empty(); }
    friend bool operator==(const HeaderCards &a, const HeaderCards &b);

private:
    friend class HeaderCardsPool;
    std::shared_ptr<const std::string> m_common; ///< null: no cards
    std::string m_changes;                       ///< [number of the card in 2 bytes, length in 1, characters]
};

/// Makes cards that share with those it made before. Not thread-safe.
class HeaderCardsPool
{
public:
    [[nodiscard]] HeaderCards add(std::string_view cards);

private:
    std::vector<std::shared_ptr<const std::string>> m_common; ///< the last used comes first
};

} // namespace somnium::data
