// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/carry_over.h"

#include <map>

namespace somnium::workflow
{

namespace
{

/// Numbers of sources from the old collection to the new one.
class Renumbering
{
public:
    explicit Renumbering(const std::vector<std::size_t> &kept)
    {
        for (std::size_t i = 0; i < kept.size(); ++i)
            m_new.emplace(kept[i], i);
    }
    /// Gives the items of sources that were kept their new number.
    template <class Item> void renumber(std::vector<Item> &items) const
    {
        std::erase_if(items, [&](const Item &item) { return !m_new.contains(item.source); });
        for (Item &item : items)
            item.source = m_new.at(item.source);
    }
    void renumber(std::vector<std::size_t> &sources) const
    {
        std::erase_if(sources, [&](std::size_t source) { return !m_new.contains(source); });
        for (std::size_t &source : sources)
            source = m_new.at(source);
    }

private:
    std::map<std::size_t, std::size_t> m_new;
};

Result<std::size_t> carryLabels(session::Session &session, session::CollectionId from,
                                session::CollectionId to, const Renumbering &numbers)
{
    auto labels = session.labels(from);
    if (!labels)
        return failure(labels.error());
    numbers.renumber(*labels);
    if (auto set = session.setLabels(to, *labels, true); !set)
        return failure(set.error());
    return labels->size();
}

Result<void> carryTheRest(session::Session &session, session::CollectionId from, session::CollectionId to,
                          const Renumbering &numbers)
{
    auto marks = session.annotations().marks(from);
    if (!marks)
        return failure(marks.error());
    numbers.renumber(*marks);
    if (auto set = session.annotations().setMarks(to, *marks); !set)
        return set;
    auto notes = session.annotations().notes(from);
    if (!notes)
        return failure(notes.error());
    numbers.renumber(*notes);
    if (auto set = session.annotations().setNotes(to, *notes); !set)
        return set;
    auto selections = session.selections(from);
    if (!selections)
        return failure(selections.error());
    for (session::Selection &selection : *selections)
    {
        numbers.renumber(selection.sources);
        if (auto saved = session.saveSelection(to, selection); !saved)
            return saved;
    }
    return {};
}

} // namespace

Result<std::size_t> carryOver(session::Session &session, session::CollectionId from, session::CollectionId to,
                              const std::vector<std::size_t> &kept)
{
    const Renumbering numbers(kept);
    auto labels = carryLabels(session, from, to, numbers);
    const auto rest =
        labels ? carryTheRest(session, from, to, numbers) : Result<void>(failure(labels.error()));
    if (rest)
        return labels;
    static_cast<void>(session.removeCollection(to)); // the reason is the failure before
    return failure(rest.error());
}

} // namespace somnium::workflow
