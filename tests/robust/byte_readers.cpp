// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/robust/byte_readers.h"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/io/archive.h"
#include "core/io/base64.h"
#include "core/io/csv.h"
#include "core/io/fits_header.h"
#include "core/io/fits_map.h"
#include "core/io/fits_table.h"
#include "core/io/image_reader.h"
#include "core/io/npy.h"
#include "core/io/pink.h"
#include "core/io/raster.h"
#include "core/io/spectrum_reader.h"
#include "core/io/votable.h"
#include "core/onnx/latent_model.h"
#include "core/prepare/recipe.h"
#include "core/session/blob.h"
#include "core/session/model_codec.h"
#include "core/session/sources_codec.h"
#include "core/sky/wcs.h"

namespace somnium::test
{

namespace
{

using Bytes = std::span<const std::byte>;

std::string_view textOf(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; // NOLINT: bytes as chars
}

/// Every cell of a table can be told and the columns agree on the number of rows.
void look(const Result<data::Catalogue> &table)
{
    if (!table)
        return CHECK(!table.error().message.empty());
    constexpr std::size_t kRows = 50;
    for (const data::Column &column : table->columns())
    {
        CHECK(column.rowCount() == table->rowCount());
        for (std::size_t row = 0; row < std::min(kRows, table->rowCount()); ++row)
            static_cast<void>(column.text(row));
    }
}

/// Some images of a file of any format.
void lookAtImages(Bytes bytes, const std::string &name)
{
    data::SourceOrigin origin;
    origin.file = name;
    std::size_t left = 8; // an array may hold a million of them
    std::size_t told = 0;
    io::visitImages(bytes, origin,
                    {[&](io::LoadedImage &&loaded) {
                         ++told;
                         CHECK(loaded.image.pixels().size() == loaded.image.shape().size());
                         CHECK(loaded.wcsCards.size() % 80 == 0);
                         return --left > 0;
                     },
                     [&](data::ImportProblem &&problem) {
                         ++told;
                         CHECK(!problem.expected.empty() && !problem.found.empty());
                     }});
    CHECK(told > 0);
}

void readPink(Bytes bytes)
{
    static_cast<void>(io::pinkKind(bytes, "x"));
    if (const auto images = io::readPinkImages(bytes, "x"))
        CHECK(images->values.size() == images->count * images->shape.size());
    if (const auto map = io::readPinkMap(bytes, "x"))
        CHECK(map->prototypes.size() == map->layout.neuronCount() * map->shape.size());
    if (const auto mapping = io::readPinkMapping(bytes, "x"))
        CHECK(mapping->sources == 0 || mapping->distances.size() % mapping->sources == 0);
    if (const auto transforms = io::readPinkTransforms(bytes, "x"))
        CHECK(transforms->flip.size() == transforms->angleRad.size());
    lookAtImages(bytes, "x.bin");
}

void readNpy(Bytes bytes)
{
    if (const auto images = io::NpyImages::open(bytes); images && images->count() > 0)
        for (const std::size_t index : {std::size_t{0}, images->count() / 2, images->count() - 1})
            CHECK(images->image(index).shape() == images->shape());
}

void readCsv(Bytes bytes)
{
    look(io::readCsv(bytes, "x"));
}

void readVotable(Bytes bytes)
{
    look(io::readVotable(bytes, "x"));
    look(io::readVotableFields(bytes, "x"));
}

void readFitsHeader(Bytes bytes)
{
    const io::FitsStructure structure = io::readFitsStructure(bytes);
    for (const io::ParsedFitsHdu &hdu : structure.hdus)
    {
        CHECK(hdu.data.size() <= hdu.dataBytes && hdu.header.cards().size() % io::kFitsCardBytes == 0);
        for (std::size_t card = 0; card < std::min<std::size_t>(hdu.header.cards().size(), 4000);
             card += io::kFitsCardBytes)
        {
            const std::string_view keyword = hdu.header.cards().substr(card, 8);
            const std::string_view trimmed = keyword.substr(0, keyword.find_last_not_of(' ') + 1);
            static_cast<void>(hdu.header.text(trimmed));
            static_cast<void>(hdu.header.longText(trimmed));
            static_cast<void>(hdu.header.integer(trimmed));
            static_cast<void>(hdu.header.number(trimmed));
            static_cast<void>(hdu.header.raw(trimmed));
        }
        static_cast<void>(hdu.kind());
    }
}

void readFitsMap(Bytes bytes)
{
    const auto map = io::readFitsMap(bytes, "x");
    if (!map)
        return CHECK(!map.error().message.empty());
    CHECK(map->prototypes.size() == map->layout.neuronCount() * map->shape.size());
    if (!map->spectra.empty())
        CHECK(map->grid && map->spectra.size() == map->layout.neuronCount() * map->grid->coefficientCount());
}

void readWcs(Bytes bytes)
{
    const std::string_view text = textOf(bytes);
    const auto wcs = sky::Wcs::fromCards(text.substr(0, text.size() / 80 * 80));
    if (!wcs)
        return;
    if (const auto position = wcs->toSky({10.0, 20.0}))
        static_cast<void>(wcs->toPixel(*position));
    static_cast<void>(wcs->toPixel({10.0, 20.0}));
    static_cast<void>(wcs->resampled(0.5, 0.25, 2.0, 2.0).toCards());
}

void readFitsImage(Bytes bytes)
{
    lookAtImages(bytes, "x.fits");
}

void readFitsTable(Bytes bytes)
{
    look(io::readFitsTable(bytes, "x"));
}

/// The lengths agree, the wavelengths rise, and each spectrum is found again.
void readSpectra(Bytes bytes)
{
    data::SourceOrigin origin;
    origin.file = "x";
    const io::LoadedSpectra loaded = io::readSpectra(bytes, origin);
    CHECK(!loaded.spectra.empty() || !loaded.problems.empty());
    constexpr std::size_t kMost = 5;
    for (std::size_t i = 0; i < loaded.spectra.size(); ++i)
    {
        const data::Spectrum &spectrum = loaded.spectra[i].spectrum;
        const std::vector<double> &wavelengths = spectrum.wavelengthAngstrom;
        CHECK(wavelengths.size() == spectrum.size() && spectrum.size() >= 2);
        CHECK(spectrum.error.empty() || spectrum.error.size() == spectrum.size());
        CHECK(spectrum.mask.empty() || spectrum.mask.size() == spectrum.size());
        CHECK(wavelengths.front() > 0.0);
        for (std::size_t pixel = 1; pixel < wavelengths.size(); ++pixel)
            CHECK(wavelengths[pixel] > wavelengths[pixel - 1]);
        if (i < kMost)
            CHECK(io::readSpectrum(bytes, loaded.spectra[i].origin).has_value());
    }
}

void readRaster(Bytes bytes)
{
    if (!io::isRaster(bytes)) // as readImages does: OpenCV knows many formats more
        return;
    if (const auto image = io::readRaster(bytes))
        CHECK(image->pixels().size() == image->shape().size());
}

void readCompressed(Bytes bytes)
{
    constexpr std::size_t kMost = std::size_t{1} << 24U;
    if (const auto plain = io::decompress(bytes, kMost))
        CHECK(plain->size() <= kMost);
}

void readBase64(Bytes bytes)
{
    const std::string_view text = textOf(bytes);
    io::Base64Decoder whole;
    io::Base64Decoder pieces;
    const bool isGood = whole.add(text);
    const std::size_t cut = text.empty() ? 0 : static_cast<unsigned char>(text[0]) % text.size();
    const bool isGoodInPieces = pieces.add(text.substr(0, cut)) && pieces.add(text.substr(cut));
    CHECK(isGood == isGoodInPieces);
    if (!isGood)
        return;
    CHECK(whole.bytes() == pieces.bytes());
    io::Base64Decoder again;
    CHECK(again.add(io::toBase64(whole.bytes())) && again.bytes() == whole.bytes());
}

void readRecipe(Bytes bytes)
{
    const auto recipe = prepare::recipeFromJson(textOf(bytes));
    if (!recipe)
        return CHECK(!recipe.error().message.empty());
    static_cast<void>(prepare::describe(*recipe));
    const auto again = prepare::recipeFromJson(prepare::toJson(*recipe));
    CHECK(again && prepare::toJson(*again) == prepare::toJson(*recipe));
    constexpr std::size_t kMostPixels = 100'000;
    data::Image image({1, 12, 10});
    const auto shape = prepare::preparedShape(*recipe, image.shape());
    if (!prepare::validate(*recipe) || !shape || shape->size() > kMostPixels || recipe->steps.size() > 20)
        return;
    for (std::size_t i = 0; i < image.pixels().size(); ++i)
        image.pixels()[i] = static_cast<float>(i * 7 % 31);
    if (const auto prepared = prepare::apply(*recipe, image.view()))
        CHECK(prepared->image.shape() == *shape);
}

/// A checksum keeps chance from getting further than the head of a blob, so it is made to fit. The first byte
/// chooses the kind.
void readSessionBlob(Bytes bytes)
{
    if (bytes.empty())
        return;
    const auto kind = static_cast<session::BlobKind>(1 + std::to_integer<int>(bytes[0]) % 5);
    session::BlobWriter writer(kind);
    writer.putAll(bytes.subspan(1));
    const std::vector<std::byte> blob = writer.finish();
    const std::size_t count = bytes.size() > 1 ? std::to_integer<std::size_t>(bytes[1]) : 0;
    try
    {
        std::vector<data::Source> sources;
        som::Mapping mapping;
        std::vector<float> floats;
        data::Column column;
        switch (kind)
        {
        case session::BlobKind::Sources:
            return session::decodeSources(blob, count, session::OriginalPaths("/a/b"), sources);
        case session::BlobKind::CatalogueColumn:
            column.values = std::vector<std::string>{};
            return session::decodeRows(blob, count, bytes.size() % 2 == 0, column);
        case session::BlobKind::Floats: return session::decodeFloats(blob, 1000, floats);
        case session::BlobKind::Mapping: return session::decodeMapping(blob, 100, mapping);
        default: static_cast<void>(session::somFromJson(std::string(textOf(bytes.subspan(1)))));
        }
    }
    catch (const session::Failed &failed)
    {
        CHECK(!failed.error.message.empty());
    }
    // The two that the border of Session knows besides (session_state.h).
    catch (const nlohmann::json::exception &) // NOLINT(bugprone-empty-catch)
    {}
    catch (const std::length_error &) // NOLINT(bugprone-empty-catch)
    {}
}

/// An encoder of spectra of 24 pixels (good_files.cpp); the session keeps what it has read, and reads that
/// again.
void readOnnx(Bytes bytes)
{
    onnx::ForeignModel::Files files;
    files.encoder.assign(bytes.begin(), bytes.end());
    files.encoderName = "fuzz.onnx";
    const data::ImageShape shape{1, 1, 24};
    const auto model = onnx::ForeignModel::create(files, shape, {});
    if (!model)
        return CHECK(!model.error().message.empty());
    CHECK(model->latentSize() >= 1 && model->latentSize() <= 64);
    std::vector<float> latent(model->latentSize());
    model->encode(std::vector<float>(shape.size(), 0.5F), {}, latent);
    CHECK(onnx::deserialiseLatentModel(onnx::serialise(*model)).has_value());
}

constexpr std::array<ByteReader, 16> kReaders = {{{"pink", readPink},
                                                  {"npy", readNpy},
                                                  {"csv", readCsv},
                                                  {"votable", readVotable},
                                                  {"fits_header", readFitsHeader},
                                                  {"fits_image", readFitsImage},
                                                  {"fits_table", readFitsTable},
                                                  {"fits_map", readFitsMap},
                                                  {"recipe", readRecipe},
                                                  {"base64", readBase64},
                                                  {"session_blob", readSessionBlob},
                                                  {"wcs", readWcs},
                                                  {"raster", readRaster},
                                                  {"spectra", readSpectra},
                                                  {"compressed", readCompressed},
                                                  {"onnx", readOnnx}}};

} // namespace

} // namespace somnium::test

/// CFITSIO 4.2 forgets buffers: of a tile of doubles that is stored without loss, of an HCOMPRESS tile that
/// is damaged. They are not ours to free.
extern "C" const char *__lsan_default_suppressions() // NOLINT: the name that LeakSanitizer looks for
{
    return "leak:libcfitsio\n";
}

namespace somnium::test
{

std::span<const ByteReader> byteReaders()
{
    return kReaders;
}

const ByteReader &byteReader(std::string_view name)
{
    const auto found = std::find_if(kReaders.begin(), kReaders.end(),
                                    [name](const ByteReader &reader) { return reader.name == name; });
    CHECK(found != kReaders.end());
    return *found;
}

} // namespace somnium::test
