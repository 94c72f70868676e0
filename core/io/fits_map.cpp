// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_map.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/io/fits_header.h"
#include "core/io/fits_image.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

constexpr const char *kPrototypes = "PROTOTYPES";
constexpr const char *kSpectra = "SPECTRA";
constexpr const char *kVectorMetric = "vector";
constexpr std::array<std::string_view, 3> kPrecisions = {"fast", "standard", "fine"};

std::string weightsText(const std::vector<float> &weights)
{
    std::string text;
    for (const float weight : weights)
    {
        std::array<char, 32> digits{};
        char *const end = std::to_chars(digits.data(), digits.data() + digits.size(), weight).ptr;
        text += (text.empty() ? "" : " ") + std::string(digits.data(), end);
    }
    return text;
}

std::optional<std::vector<float>> weightsOf(const std::string &text)
{
    std::vector<float> weights;
    const char *const end = text.data() + text.size();
    for (const char *at = text.data(); at != end;)
    {
        float weight = 0.0F;
        const auto [next, error] = std::from_chars(at, end, weight);
        if (error != std::errc() || (next != end && *next != ' '))
            return std::nullopt;
        weights.push_back(weight);
        at = next == end ? end : next + 1;
    }
    return weights;
}

/// Values of keywords that a file may lack. The first that makes no sense is remembered.
class Keywords
{
public:
    explicit Keywords(const ParsedFitsHeader &header) : m_header(header) {}

    std::optional<std::size_t> count(std::string_view keyword)
    {
        const auto value = m_header.integer(keyword);
        if (value && *value >= 0)
            return static_cast<std::size_t>(*value);
        return wrongUnlessAbsent(keyword, "a whole number of 0 or more");
    }
    std::optional<double> number(std::string_view keyword)
    {
        const auto value = m_header.number(keyword);
        return value ? value : wrongUnlessAbsent(keyword, "a number");
    }
    std::optional<bool> flag(std::string_view keyword)
    {
        if (m_header.isTrue(keyword))
            return true;
        if (m_header.raw(keyword) == std::string(keyword) + " = F")
            return false;
        return wrongUnlessAbsent(keyword, "T or F");
    }
    std::optional<compute::MatchPrecision> precision(std::string_view keyword)
    {
        const auto found = std::find(kPrecisions.begin(), kPrecisions.end(), m_header.text(keyword));
        if (found != kPrecisions.end())
            return static_cast<compute::MatchPrecision>(found - kPrecisions.begin());
        return wrongUnlessAbsent(keyword, "'fast', 'standard' or 'fine'");
    }
    std::optional<std::vector<float>> weights(std::string_view keyword)
    {
        const auto text = m_header.longText(keyword);
        const auto weights = text ? weightsOf(*text) : std::nullopt;
        return weights ? weights : wrongUnlessAbsent(keyword, "numbers separated by blanks");
    }
    [[nodiscard]] Result<void> check() const
    {
        return m_fault.empty() ? Result<void>() : failure(ErrorKind::Malformed, m_fault);
    }

private:
    std::nullopt_t wrongUnlessAbsent(std::string_view keyword, const std::string &expected)
    {
        if (m_fault.empty() && m_header.has(keyword))
            m_fault =
                "expected " + std::string(keyword) + " of " + expected + ", found " + m_header.raw(keyword);
        return std::nullopt;
    }

    const ParsedFitsHeader &m_header;
    std::string m_fault;
};

const ParsedFitsHdu *find(const FitsStructure &structure, std::string_view name)
{
    const auto found =
        std::find_if(structure.hdus.begin(), structure.hdus.end(), [name](const ParsedFitsHdu &hdu) {
            return hdu.header.text("EXTNAME") == std::string(name);
        });
    return found == structure.hdus.end() ? nullptr : &*found;
}

std::string contentsOf(const FitsStructure &structure)
{
    std::string text;
    for (const ParsedFitsHdu &hdu : structure.hdus)
        text += (text.empty() ? "HDU " : "; HDU ") + std::to_string(hdu.number) + ": " +
                hdu.header.text("EXTNAME").value_or(hdu.kind());
    return text.empty() ? "no HDU" : text;
}

/// The pixels, all of them there, finite and adding up to what the header says.
Result<std::vector<float>> readWhole(const ParsedFitsHdu &hdu)
{
    auto pixels = readFitsPixels(hdu);
    if (!pixels)
        return pixels;
    const bool isFinite =
        std::all_of(pixels->begin(), pixels->end(), [](float value) { return std::isfinite(value); });
    if (!isFinite)
        return expectedButFound("finite numbers only", "NaN or infinity");
    const auto said = hdu.header.text("DATASUM");
    const bool isBare =
        hdu.header.integer("BITPIX") == -32 && !hdu.header.has("BSCALE") && !hdu.header.has("BZERO");
    const std::string sum = std::to_string(fitsDataSum(*pixels));
    if (isBare && said && !said->empty() && *said != sum)
        return expectedButFound("data that add up to DATASUM = " + *said,
                                sum + ": they are damaged, or were changed by a program that leaves DATASUM");
    return pixels;
}

Result<data::ImageShape> shapeOf(const std::vector<std::size_t> &axes, std::size_t neurons)
{
    const bool isStack = (axes.size() == 3 || axes.size() == 4) && axes.back() == neurons;
    if (!isStack || std::find(axes.begin(), axes.end(), std::size_t{0}) != axes.end())
    {
        std::string found;
        for (const std::size_t length : axes)
            found += (found.empty() ? "" : " x ") + std::to_string(length);
        return expectedButFound("columns x rows (x channels) x " + std::to_string(neurons) + " neurons",
                                found.empty() ? "no data" : found);
    }
    return data::ImageShape{axes.size() == 4 ? axes[2] : 1, axes[1], axes[0]};
}

/// The grid of the spectra; nothing if the file does not say.
Result<std::optional<compute::PolarGrid>> readGrid(Keywords &keywords, const FitsMap &map)
{
    const auto rings = keywords.count("SOMRINGS");
    const auto angles = keywords.count("SOMANGLE");
    const auto harmonics = keywords.count("SOMHARMO");
    const auto radius = keywords.number("SOMRADIU");
    if (!rings && !angles && !harmonics && !radius)
        return std::optional<compute::PolarGrid>();
    if (!rings || !angles || !harmonics || !radius)
        return expectedButFound("SOMRINGS, SOMANGLE, SOMHARMO and SOMRADIU", "some of them only");
    compute::PolarGrid grid{map.shape.channels, *rings, *angles, *harmonics, *radius, {}};
    grid.channelWeights = map.channelWeights.value_or(std::vector<float>());
    if (const auto valid = compute::validate(grid); !valid)
        return failure(ErrorKind::Malformed, valid.error().message);
    const auto side = static_cast<double>(std::min(map.shape.rows, map.shape.columns));
    if (2.0 * grid.radius > side - 1.0)
        return expectedButFound("SOMRADIU of a disc within the prototypes", std::to_string(grid.radius));
    return std::optional(grid);
}

Result<FitsMap> readPrototypes(const ParsedFitsHdu &hdu)
{
    FitsMap map;
    const auto layout = som::MapLayout::parse(hdu.header.text("SOMSHAPE").value_or(""));
    if (!layout)
        return failure(ErrorKind::Malformed, "SOMSHAPE: " + layout.error().message);
    map.layout = *layout;
    const auto shape = shapeOf(hdu.axes, map.layout.neuronCount());
    if (!shape)
        return failure(shape.error());
    map.shape = *shape;

    const std::string metric = hdu.header.text("SOMMETRI").value_or("");
    if (!metric.empty() && metric != kVectorMetric)
        return failure(ErrorKind::Unsupported,
                       "SOMMETRI = '" + metric + "': expected '" + kVectorMetric + "' or none");
    if (!metric.empty())
        map.metric = som::Metric::Vector;
    Keywords keywords(hdu.header);
    map.useFlips = keywords.flag("SOMFLIPS");
    map.rotations = keywords.count("SOMROTAT");
    map.precision = keywords.precision("SOMPRECI");
    map.channelWeights = keywords.weights("SOMWEIGH");
    map.neuronSide = keywords.count("SOMSIDE").value_or(map.neuronSide);
    map.sigmaEnd = keywords.number("SOMSIGMA").value_or(map.sigmaEnd);
    map.seed = static_cast<std::uint64_t>(hdu.header.integer("SOMSEED").value_or(1));
    map.recipe = hdu.header.longText("SOMRECIP").value_or("");
    auto grid = readGrid(keywords, map);
    if (const auto checked = keywords.check(); !checked)
        return failure(checked.error());
    if (!grid)
        return failure(grid.error());
    map.grid = std::move(*grid);

    auto pixels = readWhole(hdu);
    if (!pixels)
        return failure(pixels.error());
    if (pixels->size() != map.layout.neuronCount() * map.shape.size())
        return expectedButFound(std::to_string(map.layout.neuronCount() * map.shape.size()) + " pixels",
                                std::to_string(pixels->size()));
    map.prototypes = std::move(*pixels);
    return map;
}

/// Those of prototypes that another program has changed since are not of this map any more.
Result<std::vector<float>> readSpectra(const ParsedFitsHdu &hdu, const FitsMap &map)
{
    if (!map.grid || hdu.header.integer("SOMDSUM") != std::int64_t{fitsDataSum(map.prototypes)})
        return std::vector<float>();
    auto values = readWhole(hdu);
    if (!values)
        return values;
    const std::size_t expected = map.layout.neuronCount() * map.grid->coefficientCount();
    if (values->size() != expected)
        return expectedButFound(std::to_string(expected) + " coefficients", std::to_string(values->size()));
    return values;
}

tl::unexpected<Error> failureAt(const std::string &name, int hdu, const Error &error)
{
    data::SourceOrigin place;
    place.file = name;
    place.hdu = hdu;
    return failure(error.kind, data::toString(place) + ": " + error.message);
}

} // namespace

Result<FitsMap> readFitsMap(std::span<const std::byte> bytes, const std::string &name)
{
    const FitsStructure structure = readFitsStructure(bytes);
    if (structure.end)
        return failureAt(name, structure.endHdu, *structure.end);
    const ParsedFitsHdu *const prototypes = find(structure, kPrototypes);
    if (prototypes == nullptr)
        return failure(ErrorKind::Unsupported, name + ": expected a map of Somnium's, an image " +
                                                   kPrototypes + " with the keyword SOMSHAPE, found " +
                                                   contentsOf(structure));
    auto map = readPrototypes(*prototypes);
    if (!map)
        return failureAt(name, prototypes->number, map.error());
    const ParsedFitsHdu *const spectra = find(structure, kSpectra);
    if (spectra == nullptr)
        return map;
    auto values = readSpectra(*spectra, *map);
    if (!values)
        return failureAt(name, spectra->number, values.error());
    map->spectra = std::move(*values);
    return map;
}

void addMapCards(FitsHeader &header, const som::Som &som, const std::string &recipe)
{
    const auto whole = [](std::size_t number) { return static_cast<std::int64_t>(number); };
    const som::TrainingParams &params = som.params;
    std::vector<FitsCard> cards = {
        {"SOMSHAPE", som.layout.toString(), "neurons of the map"},
        {"SOMWIDTH", whole(som.layout.width()), "along x; k = (x SOMHEIGH + y) SOMDEPTH + z"},
        {"SOMHEIGH", whole(som.layout.height()), "along y"},
        {"SOMDEPTH", whole(som.layout.depth()), "along z"},
        {"SOMEPOCH", whole(som.history.size()), "epochs trained"},
        {"SOMSEED", static_cast<std::int64_t>(params.seed), "seed of the training"},
        {"SOMSIGMA", params.sigmaEnd, "[neurons] last width of the neighbourhood"},
    };
    const std::vector<FitsCard> ofVectors = {
        {"SOMMETRI", std::string(kVectorMetric), "vectors are compared pixel by pixel"}};
    const std::vector<FitsCard> ofImages = {
        {"SOMFLIPS", params.useFlips, "flipped sources count as equal"},
        {"SOMROTAT", whole(params.rotations), "rotations that are compared; 0: all"},
        {"SOMSIDE", whole(params.neuronSide), "[pix] side asked for; 0: as the images"},
        {"SOMPRECI", std::string(kPrecisions.at(static_cast<std::size_t>(params.precision))),
         "of the matching: fast, standard, fine"},
        {"SOMWEIGH", weightsText(som.grid.channelWeights), "of the channels; none: 1 each"},
        {"SOMRADIU", som.grid.radius, "[pix] of the disc that is compared"},
        {"SOMRINGS", whole(som.grid.rings), "rings of the polar grid"},
        {"SOMANGLE", whole(som.grid.angles), "angles of the polar grid"},
        {"SOMHARMO", whole(som.grid.harmonics), "angular harmonics that are kept"},
    };
    const auto &others = params.metric == som::Metric::Vector ? ofVectors : ofImages;
    cards.insert(cards.end(), others.begin(), others.end());
    header.cards.insert(header.cards.end(), cards.begin(), cards.end());
    if (!recipe.empty())
        header.cards.push_back({"SOMRECIP", recipe, "how images are prepared"});
}

FitsImageHdu spectraHdu(const som::Som &som)
{
    FitsHeader header;
    header.extensionName = kSpectra;
    header.cards = {{"SOMDSUM", std::int64_t{fitsDataSum(som.prototypes)}, "DATASUM of their PROTOTYPES"}};
    header.comments = {"Angular Fourier coefficients of the prototypes on the polar grid of PROTOTYPES: "
                       "real and imaginary part, channel, ring, harmonic, neuron."};
    return {som.spectra,
            {2, som.grid.channels, som.grid.rings, som.grid.harmonics, som.layout.neuronCount()},
            std::move(header)};
}

std::uint32_t fitsDataSum(std::span<const float> values)
{
    std::uint64_t sum = 0; // 2^32 words of 32 bits fit
    for (const float value : values)
        sum += std::bit_cast<std::uint32_t>(value);
    while (sum >> 32U != 0)
        sum = (sum & 0xFFFFFFFFU) + (sum >> 32U);
    return static_cast<std::uint32_t>(sum);
}

} // namespace somnium::io
