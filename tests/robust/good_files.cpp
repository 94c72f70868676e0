// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/robust/good_files.h"

#include <array>
#include <fstream>
#include <functional>
#include <iterator>

#include <archive.h>
#include <archive_entry.h>
#include <fitsio.h>
#include <opencv2/imgcodecs.hpp>

#include "core/base/check.h"
#include "core/io/base64.h"
#include "core/io/fits_map.h"
#include "core/io/fits_writer.h"
#include "core/io/pink.h"
#include "core/io/pink_writer.h"
#include "core/io/table.h"
#include "core/io/votable.h"
#include "core/onnx/writer.h"
#include "core/prepare/recipe.h"
#include "core/session/session.h"
#include "core/simulate/radio.h"
#include "tests/core/io/awkward_fits.h"
#include "tests/core/io/spectrum_files.h"
#include "tests/core/session/random_session.h"
#include "tests/support/random_catalogue.h"
#include "tests/support/temporary_folder.h"

namespace somnium::test
{

namespace
{

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

Bytes bytesOf(std::string_view text)
{
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

Bytes contentOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return bytesOf(text);
}

/// What `write(path)` wrote.
Bytes written(const fs::path &path, const std::function<Result<void>(const fs::path &)> &write)
{
    const auto done = write(path);
    CHECK(done.has_value());
    return contentOf(path);
}

template <class T> void append(Bytes &bytes, const T &value)
{
    const auto added = std::as_bytes(std::span(&value, 1));
    bytes.insert(bytes.end(), added.begin(), added.end());
}

Bytes numbers(const std::vector<std::int32_t> &header, std::size_t floats)
{
    Bytes bytes;
    for (const std::int32_t number : header)
        append(bytes, number);
    for (std::size_t i = 0; i < floats; ++i)
        append(bytes, static_cast<float>(i % 17) + 0.25F);
    return bytes;
}

std::vector<float> ramp(std::size_t count)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<float>(i % 23) / 8.0F;
    return values;
}

void addPink(const TemporaryFolder &folder, std::vector<GoodFile> &files)
{
    const auto add = [&](const std::string &name, const auto &content) {
        files.push_back({name, "pink", written(folder / name, [&](const fs::path &path) {
                             return io::writePink(path, content);
                         })});
    };
    add("images2.bin", io::PinkImages{3, {1, 6, 6}, ramp(108)});
    add("colour2.bin", io::PinkImages{2, {3, 4, 4}, ramp(96)});
    const auto sheet = som::MapLayout::rectangular(3, 2).value();
    add("map2.bin", io::PinkMap{sheet, {1, 4, 4}, ramp(96)});
    const auto hexagon = som::MapLayout::hexagonal(5).value();
    add("hexagonal2.bin", io::PinkMap{hexagon, {1, 3, 3}, ramp(9 * hexagon.neuronCount())});
    add("mapping2.bin", io::PinkMapping{sheet, 5, ramp(30)});
    add("best2.bin", io::PinkTransforms{sheet, 5, std::vector<std::uint8_t>(30, 1), ramp(30)});
    files.push_back({"images1.bin", "pink", numbers({2, 6, 5}, 60)});
    files.push_back({"colour1.bin", "pink", numbers({5, 3, 4, 6}, 360)});
    files.push_back({"map1.bin", "pink", numbers({1, 4, 3, 5, 5}, 300)});
    files.push_back({"deep_map1.bin", "pink", numbers({1, 4, 3, 2, 5, 5}, 600)});
    files.push_back({"mapping1.bin", "pink", numbers({40, 10, 10, 1}, 4000)});
}

Bytes npy(const std::string &type, bool isFortran, const std::string &shape, std::size_t valueBytes)
{
    std::string dict = "{'descr': '" + type + "', 'fortran_order': " + (isFortran ? "True" : "False") +
                       ", 'shape': (" + shape + "), }";
    dict.resize(118 - 1, ' ');
    std::string text("\x93NUMPY\x01\x00\x76\x00", 10);
    text += dict + '\n';
    for (std::size_t i = 0; i < valueBytes; ++i)
        text += static_cast<char>(i * 37 % 120);
    return bytesOf(text);
}

void addNpy(std::vector<GoodFile> &files)
{
    files.push_back({"floats.npy", "npy", npy("<f4", false, "2, 5, 6", 240)});
    files.push_back({"big.npy", "npy", npy(">f8", true, "5, 6", 240)});
    files.push_back({"channels.npy", "npy", npy("|u1", false, "2, 3, 4, 5", 120)});
    files.push_back({"half.npy", "npy", npy("<f2", false, "7, 3", 42)});
}

/// One image by CFITSIO, tile-compressed unless `compression` is 0.
Bytes fitsByCfitsio(const fs::path &path, int compression, int bitpix, std::vector<long> axes)
{
    int status = 0;
    fitsfile *file = nullptr;
    fits_create_diskfile(&file, path.c_str(), &status);
    if (compression != 0)
        fits_set_compression_type(file, compression, &status);
    fits_create_img(file, bitpix, static_cast<int>(axes.size()), axes.data(), &status);
    long count = 1;
    for (const long axis : axes)
        count *= axis;
    std::vector<float> values = ramp(static_cast<std::size_t>(count));
    std::vector<int> whole(values.begin(), values.end());
    if (bitpix < 0)
        fits_write_img(file, TFLOAT, 1, count, values.data(), &status);
    else
        fits_write_img(file, TINT, 1, count, whole.data(), &status);
    fits_close_file(file, &status);
    CHECK(status == 0);
    return contentOf(path);
}

void addFitsImages(const TemporaryFolder &folder, std::vector<GoodFile> &files)
{
    Random random(1);
    const auto plain = io::fitsImageBytes(io::randomImage({1, 9, 7}, random).view(), io::fullHeader());
    const auto colour = io::fitsImageBytes(io::randomImage({3, 6, 5}, random).view());
    CHECK(plain && colour);
    files.push_back({"plain.fits", "fits_image", *plain});
    files.push_back({"colour.fits", "fits_image", *colour});
    files.push_back({"short.fits", "fits_image", fitsByCfitsio(folder / "s.fits", 0, SHORT_IMG, {9, 7})});
    const std::array<std::pair<const char *, int>, 5> kinds = {{{"rice", RICE_1},
                                                                {"gzip", GZIP_1},
                                                                {"gzip2", GZIP_2},
                                                                {"hcompress", HCOMPRESS_1},
                                                                {"plio", PLIO_1}}};
    for (const auto &[name, compression] : kinds)
    {
        const std::string base = name;
        files.push_back({base + "_int.fits.fz", "fits_image",
                         fitsByCfitsio(folder / (base + "_int"), compression, LONG_IMG, {20, 16})});
        if (compression != PLIO_1)
            files.push_back({base + "_float.fits.fz", "fits_image",
                             fitsByCfitsio(folder / (base + "_float"), compression, FLOAT_IMG, {20, 16})});
    }
    simulate::RadioSurveyParams params;
    params.side = 16;
    const std::string cards = simulate::wcsCards(params, simulate::simulateRadioSource(params, 0));
    files.push_back({"header.fits", "fits_header", *plain});
    files.push_back({"cards.wcs", "wcs", bytesOf(cards)});
}

void addFitsMap(std::vector<GoodFile> &files)
{
    som::Som som;
    som.layout = som::MapLayout::parse("2x1").value();
    som.shape = {2, 5, 6};
    som.grid = compute::polarGridFor(som.shape, compute::MatchPrecision::Fast, {1.0F, 0.5F}).value();
    som.prototypes = ramp(2 * som.shape.size());
    som.spectra = ramp(2 * som.grid.coefficientCount());
    io::FitsHeader header;
    header.extensionName = "PROTOTYPES";
    io::addMapCards(header, som, prepare::toJson(prepare::radioRecipe()));
    const auto bytes =
        io::fitsBytes({io::FitsImageHdu{som.prototypes, {6, 5, 2, 2}, header}, io::spectraHdu(som)});
    CHECK(bytes.has_value());
    files.push_back({"map.fits", "fits_map", *bytes});
}

void addTables(const TemporaryFolder &folder, std::vector<GoodFile> &files)
{
    Random random(3);
    const data::Catalogue table = randomCatalogue(random, {.mostRows = 12});
    io::TableMetadata metadata;
    metadata.history = {"made by hand"};
    metadata.parameters = {{"seed", "1"}};
    for (const auto &[name, reader] : {std::pair("table.fits", "fits_table"),
                                       std::pair("table.vot", "votable"), std::pair("table.csv", "csv")})
        files.push_back({name, reader, written(folder / name, [&](const fs::path &path) {
                             return io::writeTable(path, table, metadata);
                         })});
    files.push_back({"commented.csv", "csv",
                     bytesOf("# a remark\n# id;ra;dec\n\"a;b\";1.5;-2\nc;NaN;\n'd';1e300;0x1\n")});
    files.push_back({"blanks.txt", "csv", bytesOf("id  ra   dec\n a 1  2\n\tb 3 --\n")});
    const std::string head = "<?xml version='1.0'?><VOTABLE version='1.3'><RESOURCE><TABLE>";
    const std::string end = "</DATA></TABLE></RESOURCE></VOTABLE>";
    const std::string fields =
        "<FIELD name='i' datatype='int'/><FIELD name='s' datatype='char' arraysize='*'/>"
        "<FIELD name='f' datatype='float'/><FIELD name='b' datatype='bit' arraysize='3'/>";
    const std::string raw("\x00\x00\x00\x07\x00\x00\x00\x02hi\x40\x80\x00\x00\xA0"
                          "\xff\xff\xff\xff\x00\x00\x00\x00\x7f\xc0\x00\x00\x40",
                          28);
    const std::string raw2("\x00\x00\x00\x00\x07\x00\x00\x00\x02hi\x40\x80\x00\x00\xA0", 16);
    files.push_back({"binary.vot", "votable",
                     bytesOf(head + fields + "<DATA><BINARY><STREAM encoding='base64'>" +
                             io::toBase64(bytesOf(raw)) + "</STREAM></BINARY>" + end)});
    files.push_back({"binary2.vot", "votable",
                     bytesOf(head + fields + "<DATA><BINARY2><STREAM encoding='base64'>" +
                             io::toBase64(bytesOf(raw2)) + "</STREAM></BINARY2>" + end)});
    data::Catalogue inside;
    CHECK(inside.addColumn(data::makeColumn("x", std::vector<double>{1.5, 2.5})).has_value());
    const auto fits = io::fitsBytes({io::FitsTableHdu{inside, {}}});
    CHECK(fits.has_value());
    files.push_back(
        {"stream.vot", "votable",
         bytesOf(head + "<FIELD name='x' datatype='double'/><DATA><FITS><STREAM encoding='base64'>" +
                 io::toBase64(*fits) + "</STREAM></FITS>" + end)});
    files.push_back({"base64.txt", "base64", bytesOf(io::toBase64(bytesOf(fields)))});
}

void addSpectra(std::vector<GoodFile> &files)
{
    for (const auto &[name, text] : io::spectrumFiles())
        files.push_back({"spectrum_" + name, "spectra", bytesOf(text)});
}

void addPictures(std::vector<GoodFile> &files)
{
    cv::Mat picture(12, 15, CV_8UC3);
    for (int row = 0; row < picture.rows; ++row)
        for (int column = 0; column < picture.cols; ++column)
            picture.at<cv::Vec3b>(row, column) =
                cv::Vec3b(static_cast<unsigned char>(row * 20), static_cast<unsigned char>(column * 16), 90);
    cv::Mat deep(9, 7, CV_16UC1, cv::Scalar(40000));
    for (const auto &[name, mat] : {std::pair<std::string, cv::Mat>("colour.png", picture),
                                    std::pair<std::string, cv::Mat>("deep.png", deep),
                                    std::pair<std::string, cv::Mat>("colour.jpg", picture)})
    {
        std::vector<unsigned char> encoded;
        CHECK(cv::imencode(name.substr(name.size() - 4), mat, encoded));
        const auto bytes = std::as_bytes(std::span(encoded));
        files.push_back({name, "raster", Bytes(bytes.begin(), bytes.end())});
    }
}

Bytes archived(const fs::path &path, bool isZip, bool isCompressed)
{
    archive *handle = archive_write_new();
    if (isCompressed && !isZip)
        archive_write_add_filter_gzip(handle);
    if (isZip)
        archive_write_set_format_zip(handle);
    else
        archive_write_set_format_pax_restricted(handle);
    CHECK(archive_write_open_filename(handle, path.c_str()) == ARCHIVE_OK);
    Random random(5);
    for (const char *name : {"a/one.fits", "a/two.fits", "b/three.fits"})
    {
        const auto bytes = io::fitsImageBytes(io::randomImage({1, 5, 6}, random).view());
        CHECK(bytes.has_value());
        archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, name);
        archive_entry_set_size(entry, static_cast<la_int64_t>(bytes->size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(handle, entry);
        archive_write_data(handle, bytes->data(), bytes->size());
        archive_entry_free(entry);
    }
    archive_write_free(handle);
    return contentOf(path);
}

/// Encoders of spectra of 24 pixels, not trained.
void addEncoders(std::vector<GoodFile> &files)
{
    const data::ImageShape shape{1, 1, 24};
    latent::InputScaling scaling;
    scaling.mean.assign(shape.size(), 1.0F);
    for (const auto kind : {latent::AutoencoderKind::Dense, latent::AutoencoderKind::Convolution1d})
    {
        latent::AutoencoderParams params = latent::defaultParams(kind);
        params.widths = {4};
        params.channels = {2, 3};
        const auto model =
            latent::Autoencoder::create(params, shape, scaling, latent::makeLayers(params, shape));
        CHECK(model.has_value());
        const bool isDense = kind == latent::AutoencoderKind::Dense;
        files.push_back(
            {isDense ? "dense.onnx" : "convolution.onnx", "onnx", onnx::encoderToOnnx(*model, {}).value()});
    }
}

Bytes session(const fs::path &path)
{
    Random random(7);
    {
        const auto made = session::Session::create(path).value();
        const data::Collection collection = session::randomCollection(random, 300);
        const auto id = made->addCollection(collection, prepare::radioRecipe(), {1, 4, 4}).value();
        const som::Som som = session::randomSom(random);
        const som::Mapping mapping = session::randomMapping(random, 300, som.layout.neuronCount());
        const auto model = made->saveModel(id, "m", som, true, &mapping);
        CHECK(model.has_value());
        CHECK(made->setLabel(id, {1, 2, 3}, "x", true).has_value());
        CHECK(made->annotations().saveLabelClasses(session::defaultLabelClasses()).has_value());
        CHECK(made->annotations().setMarks(id, {{1, session::Verdict::Boring, 2}}).has_value());
        CHECK(made->annotations().setPrototypeLabel(*model, {0}, "x", true).has_value());
    }
    return contentOf(path);
}

} // namespace

std::vector<GoodFile> goodFiles()
{
    const TemporaryFolder folder;
    std::vector<GoodFile> files;
    addPink(folder, files);
    addNpy(files);
    addFitsImages(folder, files);
    addFitsMap(files);
    addTables(folder, files);
    addPictures(files);
    addSpectra(files);
    addEncoders(files);
    files.push_back({"radio.json", "recipe", bytesOf(prepare::toJson(prepare::radioRecipe()))});
    files.push_back({"images.tar", "", archived(folder / "a.tar", false, false)});
    files.push_back({"images.tar.gz", "", archived(folder / "a.tar.gz", false, true)});
    files.push_back({"images.tar.gz", "compressed", files.back().bytes});
    files.push_back({"images.zip", "", archived(folder / "a.zip", true, true)});
    files.push_back({"survey.somnium", "", session(folder / "s.somnium")});
    return files;
}

} // namespace somnium::test
