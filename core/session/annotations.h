// SPDX-License-Identifier: GPL-3.0-or-later
// What the astronomer adds to a session besides the labels of sources: the classes behind the labels, labels
// of prototypes, marks and notes of sources, recipes and views kept by name. Reached by
// Session::annotations(); every call that changes something is one transaction and has reached the disk when
// it returns. Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/session/ids.h"

namespace somnium::session
{

struct SessionState;

/// A label text that has a colour and, if wanted, a key of its own. Labels need no class.
struct LabelClass
{
    std::string name;               ///< the label's text; not empty, each once
    std::string colour = "#999999"; ///< #RRGGBB
    std::string key;                ///< "1" to "9" or "a" to "z", each once; empty: none
    friend bool operator==(const LabelClass &, const LabelClass &) = default;
};

/// Nine classes of radio morphology on the keys 1 to 9, in colours that most people can tell apart: what a
/// session that has kept no classes offers.
[[nodiscard]] const std::vector<LabelClass> &defaultLabelClasses();

/// A label that the prototype of a neuron carries.
struct PrototypeLabel
{
    std::size_t neuron = 0;
    std::string text;
    friend bool operator==(const PrototypeLabel &, const PrototypeLabel &) = default;
    friend auto operator<=>(const PrototypeLabel &, const PrototypeLabel &) = default;
};

enum class Verdict
{
    None,
    Interesting,
    Boring,
    Artefact
};

/// What a person thought of a source while looking for odd ones. One a source.
struct Mark
{
    std::size_t source = 0;
    Verdict verdict = Verdict::None;
    std::optional<int> score; ///< 0 (dull) to 5 (a discovery)
    friend bool operator==(const Mark &, const Mark &) = default;
};

struct SourceNote
{
    std::size_t source = 0;
    std::string text;
    friend bool operator==(const SourceNote &, const SourceNote &) = default;
};

/// A recipe (core/prepare) or a view (of the window) kept under a name.
struct NamedJson
{
    std::string name;
    std::string json;
    friend bool operator==(const NamedJson &, const NamedJson &) = default;
};

class Annotations
{
public:
    explicit Annotations(SessionState &state) : m_state(&state) {}

    // Classes: of the whole session, in the order they are shown in.
    /// Replaces all. InvalidArgument on a name, colour or key that cannot be.
    [[nodiscard]] Result<void> saveLabelClasses(const std::vector<LabelClass> &classes);
    /// Empty: none were ever kept.
    [[nodiscard]] Result<std::vector<LabelClass>> labelClasses() const;
    /// The class and every label of that text, of sources and prototypes in all collections; a source that
    /// carries both texts keeps one. Returns how many labels that concerned.
    [[nodiscard]] Result<std::size_t> renameLabel(std::string_view from, std::string_view to);

    // Labels of prototypes go with their model; training it on keeps them, training it anew drops them.
    [[nodiscard]] Result<void> setPrototypeLabel(ModelId model, const std::vector<std::size_t> &neurons,
                                                 std::string_view text, bool isOn);
    /// Ascending by neuron, text.
    [[nodiscard]] Result<std::vector<PrototypeLabel>> prototypeLabels(ModelId model) const;

    // Marks and notes of sources, ascending by source.
    /// Replaces the marks of these sources. One of neither verdict nor score takes the mark off.
    [[nodiscard]] Result<void> setMarks(CollectionId collection, const std::vector<Mark> &marks);
    [[nodiscard]] Result<std::vector<Mark>> marks(CollectionId collection) const;
    /// Replaces the notes of these sources. An empty text takes the note off.
    [[nodiscard]] Result<void> setNotes(CollectionId collection, const std::vector<SourceNote> &notes);
    [[nodiscard]] Result<std::vector<SourceNote>> notes(CollectionId collection) const;

    // Recipes of images, of spectra, and views kept by name, ascending; saving replaces, removing what is not
    // there is NotFound.
    [[nodiscard]] Result<void> saveRecipe(const NamedJson &recipe);
    [[nodiscard]] Result<void> removeRecipe(std::string_view name);
    [[nodiscard]] Result<std::vector<NamedJson>> recipes() const;
    [[nodiscard]] Result<void> saveSpectralRecipe(const NamedJson &recipe);
    [[nodiscard]] Result<void> removeSpectralRecipe(std::string_view name);
    [[nodiscard]] Result<std::vector<NamedJson>> spectralRecipes() const;
    [[nodiscard]] Result<void> saveBookmark(const NamedJson &bookmark);
    [[nodiscard]] Result<void> removeBookmark(std::string_view name);
    [[nodiscard]] Result<std::vector<NamedJson>> bookmarks() const;

private:
    SessionState *m_state; ///< of the Session that this is part of
};

} // namespace somnium::session
