// SPDX-License-Identifier: GPL-3.0-or-later
// Prepared spectra beside the session file.
#include <array>
#include <span>

#include "core/base/bytes.h"
#include "core/session/session.h"
#include "core/session/session_state.h"

namespace somnium::session
{

namespace
{

constexpr std::array kScaleWords = {"log", "linear", "index"};

data::SpectralGrid::Scale scaleFrom(const std::string &word)
{
    for (std::size_t i = 0; i < kScaleWords.size(); ++i)
        if (word == kScaleWords.at(i))
            return static_cast<data::SpectralGrid::Scale>(i);
    fail(ErrorKind::Malformed, "damaged: expected a scale of wavelengths, found '" + word + "'");
}

} // namespace

std::string spectralToJson(const SpectralPreparation &preparation)
{
    const data::SpectralGrid &grid = preparation.grid;
    const nlohmann::json json = {{"grid",
                                  {{"scale", kScaleWords.at(static_cast<std::size_t>(grid.scale))},
                                   {"first", grid.first},
                                   {"step", grid.step},
                                   {"pixels", grid.pixels}}},
                                 {"weights", preparation.hasWeights},
                                 {"reading", preparation.reading}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

SpectralPreparation spectralFromJson(const std::string &recipe, const std::string &spectral)
{
    SpectralPreparation preparation;
    auto parsed = prepare::spectralRecipeFromJson(recipe);
    if (!parsed)
        fail(parsed.error().kind, "damaged: " + parsed.error().message);
    preparation.recipe = std::move(*parsed);
    const auto json = nlohmann::json::parse(spectral);
    const auto &grid = json.at("grid");
    preparation.grid = {scaleFrom(grid.at("scale").get<std::string>()), grid.at("first").get<double>(),
                        grid.at("step").get<double>(), grid.at("pixels").get<std::size_t>()};
    preparation.hasWeights = json.at("weights").get<bool>();
    preparation.reading = json.at("reading").get<std::string>();
    return preparation;
}

std::filesystem::path spectraStoreFile(const std::filesystem::path &session, std::uint64_t fingerprint,
                                       SpectralPreparation preparation)
{
    preparation.recipe.name.clear(); // does not change a pixel
    const std::string json = prepare::toJson(preparation.recipe) + spectralToJson(preparation);
    const std::uint64_t key = fnv1a(std::as_bytes(std::span(json)), fingerprint);
    return session.string() + ".cache/" + hexadecimal(fingerprint) + "-" + hexadecimal(key) +
           ".spectrum-store";
}

Result<std::filesystem::path> Session::spectraStorePath(std::uint64_t fingerprint,
                                                        const SpectralPreparation &preparation) const
{
    if (const auto folder = cacheFolder(); !folder)
        return failure(folder.error());
    return spectraStoreFile(m_state->path, fingerprint, preparation);
}

Result<std::shared_ptr<const data::SpectrumStore>> Session::spectra(CollectionId id) const
{
    const auto summary = collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    if (summary->kind != CollectionKind::Spectra)
        return failure(ErrorKind::Mismatch, m_state->path.string() +
                                                ": expected spectra, found collection '" + summary->name +
                                                "' of images");
    const auto path = spectraStoreFile(m_state->path, summary->fingerprint, summary->spectral);
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return failure(ErrorKind::NotFound, path.string() + ": the prepared spectra of collection '" +
                                                summary->name +
                                                "' are not there; they can be made again from the originals");
    auto store = data::SpectrumStore::open(path);
    if (!store)
        return failure(store.error());
    if ((*store)->count() != summary->sourceCount || (*store)->grid() != summary->spectral.grid)
        return failure(ErrorKind::Mismatch,
                       path.string() + ": expected " + std::to_string(summary->sourceCount) + " spectra of " +
                           std::to_string(summary->spectral.grid.pixels) + " pixels, found " +
                           std::to_string((*store)->count()) + " of " + std::to_string((*store)->pixels()) +
                           ", or another grid");
    return store;
}

} // namespace somnium::session
