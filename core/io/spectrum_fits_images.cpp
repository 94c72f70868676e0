// SPDX-License-Identifier: GPL-3.0-or-later
//
// Spectra in FITS images: one along the only axis, many along the rows, one in bands, one in each pixel of a
// cube; with errors, masks and wavelengths in the header or in images beside it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/io/cell_text.h"
#include "core/io/fits_cells.h"
#include "core/io/fits_pixels.h"
#include "core/io/fits_tiles.h"
#include "core/io/fits_wcs_cards.h"
#include "core/io/problem.h"
#include "core/io/spectrum_axis.h"
#include "core/io/spectrum_bands.h"
#include "core/io/spectrum_fits.h"
#include "core/sky/wcs.h"

namespace somnium::io
{

namespace
{

/// One axis of an image that is longer than 1, or all if none is.
struct LongAxis
{
    std::size_t length = 0;
    int number = 1; ///< 1 = the fastest
};

std::vector<LongAxis> longAxes(const std::vector<std::size_t> &axes)
{
    std::vector<LongAxis> kept;
    for (std::size_t i = 0; i < axes.size(); ++i)
        if (axes[i] != 1)
            kept.push_back({axes[i], static_cast<int>(i + 1)});
    if (kept.empty())
        kept.push_back({1, 1});
    return kept;
}

std::string describe(const std::vector<std::size_t> &axes)
{
    std::string text;
    for (const std::size_t length : axes)
        text += (text.empty() ? "" : " x ") + std::to_string(length);
    return text;
}

/// Where the spectra of an image lie: pixel p of spectrum i at i * between + p * along.
struct Stacking
{
    std::size_t count = 1;
    std::size_t pixels = 0;
    std::size_t between = 0;
    std::size_t along = 1;
    int axis = 1; ///< of the wavelengths, in the header
    bool isCube = false;
};

/// An image beside the fluxes: pixels in the same places.
struct Companion
{
    std::optional<FitsPixels> pixels;
    std::size_t offset = 0; ///< IRAF keeps errors as a later plane of the same image
};

/// Reads the spectra of one image.
class FluxImage
{
public:
    FluxImage(const SpectrumFile &file, std::size_t index, SpectrumSink &sink)
        : m_file(file), m_hdu(file.hdu(index)), m_index(index), m_sink(sink)
    {}
    /// False if the image holds no spectra.
    bool visit(std::string &why);

private:
    [[nodiscard]] Result<Stacking> stacking(const std::vector<LongAxis> &axes);
    [[nodiscard]] Result<Stacking> planes(const std::vector<LongAxis> &axes);
    [[nodiscard]] bool visitBands(const std::vector<LongAxis> &axes);
    [[nodiscard]] Result<void> openCompanions();
    void takeCompanion(const ParsedFitsHdu &hdu, SpectrumPart part, FitsPixels pixels);
    [[nodiscard]] Result<void> checkAxis(const Stacking &stacking) const;
    void findObjects(const Stacking &stacking);
    void visitSpectra(const Stacking &stacking);
    [[nodiscard]] Result<SpectralAxis> axis(const Stacking &stacking, std::size_t spectrum) const;
    [[nodiscard]] Result<RawSpectrum> spectrum(const Stacking &stacking, std::size_t index);
    [[nodiscard]] bool isEmpty(const RawSpectrum &raw) const;
    [[nodiscard]] bool isBad(const Stacking &stacking, double mask) const;
    void nameIt(const Stacking &stacking, std::size_t index, RawSpectrum &raw);
    [[nodiscard]] bool hasWaves(std::size_t pixels) const
    {
        return axisInFile(m_file, m_file.parts[m_index].group, pixels).has_value();
    }
    [[nodiscard]] bool isCalled(int axis) const;

    const SpectrumFile &m_file;
    const ParsedFitsHdu &m_hdu;
    std::size_t m_index;
    SpectrumSink &m_sink;
    std::optional<FitsPixels> m_flux;
    Companion m_noise;
    Noise m_noiseKind = Noise::None;
    Companion m_mask;
    std::optional<FitsPixels> m_waves; ///< of every spectrum its own
    SpectralUnit::Scale m_waveScale = SpectralUnit::Scale::Linear;
    std::string m_waveUnit;
    std::optional<SpectralAxis> m_axis; ///< the same for all spectra
    std::optional<FitsCells> m_objects; ///< a row for each spectrum
    SpectrumColumns m_objectColumns;
    std::optional<sky::Wcs> m_wcs;
};

/// CTYPE says that an axis is one of wavelengths.
bool FluxImage::isCalled(int axis) const
{
    const std::string type(trimmed(m_hdu.header.text("CTYPE" + std::to_string(axis)).value_or("")));
    return type.starts_with("WAVE") || type.starts_with("AWAV") || type.starts_with("LAMBDA");
}

/// Of three axes: IRAF's lines and bands, or a cube with the wavelengths along its third axis.
Result<Stacking> FluxImage::planes(const std::vector<LongAxis> &axes)
{
    const std::size_t first = axes[0].length;
    const std::size_t second = axes[1].length;
    const std::size_t third = axes[2].length;
    if (m_hdu.header.has("BANDID1") || m_hdu.header.text("CTYPE1").value_or("").starts_with("MULTISPE"))
    {
        for (std::size_t band = 2; band <= third; ++band)
            if (m_hdu.header.text("BANDID" + std::to_string(band)).value_or("").starts_with("sigma"))
            {
                m_noise.offset = (band - 1) * first * second;
                m_noiseKind = Noise::Sigma;
            }
        return Stacking{second, first, first, 1, 1, false};
    }
    if (isCalled(axes[2].number) || hasWaves(third))
        return Stacking{first * second, third, 1, first * second, axes[2].number, true};
    return failure(ErrorKind::Unsupported, "expected one or two axes, or a cube with the wavelengths along "
                                           "its third (CTYPE3 WAVE or AWAV), found a cube of " +
                                               describe(m_flux->axes()) + " with " +
                                               m_hdu.header.raw("CTYPE3"));
}

Result<Stacking> FluxImage::stacking(const std::vector<LongAxis> &axes)
{
    if (axes.size() == 1)
        return Stacking{1, axes[0].length, 0, 1, axes[0].number, false};
    if (axes.size() == 3)
        return planes(axes);
    if (axes.size() > 3)
        return failure(ErrorKind::Unsupported,
                       "expected at most three axes, found " + describe(m_flux->axes()));
    const std::size_t columns = axes[0].length;
    const std::size_t rows = axes[1].length;
    const Stacking alongRows{rows, columns, columns, 1, axes[0].number, false};
    const Stacking alongColumns{columns, rows, 1, columns, axes[1].number, false};
    if (isCalled(axes[1].number) && !isCalled(axes[0].number))
        return alongColumns;
    if (!hasSpectralAxis(m_hdu.header, axes[0].number) && !hasWaves(columns) && hasWaves(rows))
        return alongColumns;
    return alongRows;
}

/// One spectrum in two axes, or one in each plane of three.
bool FluxImage::visitBands(const std::vector<LongAxis> &axes)
{
    const SpectrumLayout layout = m_sink.options().layout;
    const bool isAsked = layout == SpectrumLayout::Bands;
    const bool mayBe = isAsked || layout == SpectrumLayout::Auto || layout == SpectrumLayout::Pixels;
    if (!mayBe || axes.size() < 2 || axes.size() > 3)
        return false;
    if (!isAsked && (isOtherAxis(m_hdu.header, 1) || isOtherAxis(m_hdu.header, 2) ||
                     hasWaves(axes[0].length) || hasWaves(axes[1].length)))
        return false;
    NumberMatrix matrix{[this](std::size_t i) { return m_flux->at(i); }, axes[1].length, axes[0].length, 0};
    const auto along = bandsIn(matrix, isAsked);
    if (!along)
        return false;
    const std::size_t planes = axes.size() == 3 ? axes[2].length : 1;
    for (std::size_t i = m_sink.firstOf(planes); i < m_sink.endOf(planes) && !m_sink.isDone(); ++i)
    {
        matrix.start = i * matrix.rows * matrix.columns;
        RawSpectrum raw = readBands(matrix, *along);
        RawSpectrum object = objectOf(m_file, m_hdu);
        object.axis = std::move(raw.axis);
        object.axis.medium = mediumOf(m_hdu.header);
        object.axis.unit = m_hdu.header.text("XUNITS").value_or(m_hdu.header.text("XUNIT").value_or(""));
        object.flux = std::move(raw.flux);
        object.noise = std::move(raw.noise);
        object.noiseKind = raw.noiseKind;
        object.mask = std::move(raw.mask);
        m_sink.give(m_hdu.number, i, std::move(object));
    }
    return true;
}

/// Errors, masks and wavelengths of the same group and axes.
Result<void> FluxImage::openCompanions()
{
    constexpr std::array kParts = {SpectrumPart::Sigma,           SpectrumPart::Variance,
                                   SpectrumPart::InverseVariance, SpectrumPart::Wavelength,
                                   SpectrumPart::LogWavelength,   SpectrumPart::Mask};
    for (std::size_t i = 0; i < m_file.size(); ++i)
    {
        const ParsedFitsHdu &hdu = m_file.hdu(i);
        const HduPart &part = m_file.parts[i];
        const bool isCompanion = i != m_index && part.group == m_file.parts[m_index].group &&
                                 isFitsImage(hdu) &&
                                 std::find(kParts.begin(), kParts.end(), part.part) != kParts.end();
        if (!isCompanion)
            continue;
        const auto axes = isCompressedImage(hdu) ? compressedAxes(hdu) : hdu.axes;
        if (!axes || *axes != m_flux->axes())
            continue;
        auto pixels = FitsPixels::open(hdu);
        if (!pixels) // fluxes without the errors that belong to them are not what the file says
            return failure(pixels.error().kind,
                           pixels.error().message + " in HDU " + std::to_string(hdu.number));
        takeCompanion(hdu, part.part, std::move(*pixels));
    }
    return {};
}

void FluxImage::takeCompanion(const ParsedFitsHdu &hdu, SpectrumPart part, FitsPixels pixels)
{
    if (part == SpectrumPart::Mask)
    {
        if (!m_mask.pixels)
            m_mask.pixels = std::move(pixels);
        return;
    }
    if (part == SpectrumPart::Wavelength || part == SpectrumPart::LogWavelength)
    {
        if (pixels.axes().size() < 2) // found by axisInFile
            return;
        m_waves = std::move(pixels);
        m_waveScale =
            part == SpectrumPart::LogWavelength ? SpectralUnit::Scale::Log10 : SpectralUnit::Scale::Linear;
        m_waveUnit = hdu.header.text("BUNIT").value_or("");
        return;
    }
    if (m_noiseKind != Noise::None)
        return;
    m_noise.pixels = std::move(pixels);
    m_noiseKind = part == SpectrumPart::Sigma      ? Noise::Sigma
                  : part == SpectrumPart::Variance ? Noise::Variance
                                                   : Noise::InverseVariance;
}

Result<SpectralAxis> FluxImage::axis(const Stacking &stacking, std::size_t spectrum) const
{
    if (m_waves)
    {
        SpectralAxis own;
        own.values = numbersAlong([this](std::size_t i) { return m_waves->at(i); },
                                  spectrum * stacking.between, stacking.along, stacking.pixels);
        own.scale = m_waveScale;
        own.unit = m_waveUnit;
        own.medium = mediumOf(m_hdu.header, stacking.axis);
        return own;
    }
    if (m_axis)
        return *m_axis;
    auto told = axisOfHeader(m_hdu.header, stacking.pixels, stacking.axis, spectrum);
    if (told || told.error().kind != ErrorKind::NotFound)
        return told;
    auto given = axisFromOptions(m_sink.options(), stacking.pixels);
    return given ? std::move(given) : std::move(told);
}

bool FluxImage::isBad(const Stacking &stacking, double mask) const
{
    // cite: Law et al. 2016, AJ 152, 83, MANGA_DRP3PIXMASK: no coverage, dead fibre, foreground star, do not
    // use
    constexpr std::uint64_t kMangaCube = 1U << 0U | 1U << 2U | 1U << 3U | 1U << 10U;
    const ParsedFitsHeader &primary = m_file.hdu(0).header;
    const bool isManga = primary.has("PLATEIFU") || primary.has("MANGAID") || primary.has("DRP3QUAL");
    if (isManga && stacking.isCube)
        return !(mask >= 0.0) || (static_cast<std::uint64_t>(mask) & kMangaCube) != 0;
    if (m_file.isPlate || isManga)
        return isBadInSdss(mask);
    return mask != 0.0;
}

/// What tells the spectra of one image apart.
void FluxImage::nameIt(const Stacking &stacking, std::size_t index, RawSpectrum &raw)
{
    if (stacking.count == 1)
        return;
    if (stacking.isCube)
    {
        const std::size_t columns = m_flux->axes()[0];
        raw.name += (raw.name.empty() ? "(" : " (") + std::to_string(index % columns + 1) + ", " +
                    std::to_string(index / columns + 1) + ")";
        const std::size_t row = index / columns;
        const auto position =
            m_wcs ? m_wcs->toSky({static_cast<double>(row), static_cast<double>(index % columns)})
                  : std::nullopt;
        raw.raDeg = position ? position->raDeg : std::nan("");
        raw.decDeg = position ? position->decDeg : std::nan("");
        return;
    }
    raw.raDeg = std::nan(""); // those of the header are the telescope's
    raw.decDeg = std::nan("");
    if (const auto title = m_hdu.header.text("APID" + std::to_string(index + 1)); title && !title->empty())
        raw.name = *title;
    else
        raw.name += (raw.name.empty() ? "" : " ") + std::to_string(index + 1);
    if (!m_objects)
        return;
    const auto number = [&](std::optional<std::size_t> column) {
        return column ? m_objects->number(*column, index) : std::nan("");
    };
    raw.raDeg = number(m_objectColumns.raDeg);
    raw.decDeg = number(m_objectColumns.decDeg);
    raw.redshift = number(m_objectColumns.redshift);
    if (m_objectColumns.objectClass)
        raw.objectClass = m_objects->text(*m_objectColumns.objectClass, index);
    const ParsedFitsHeader &primary = m_file.hdu(0).header;
    const auto plate = primary.integer("PLATEID");
    const auto day = primary.integer("MJD");
    if (m_file.isPlate && plate && day)
    {
        const std::string fibre = std::to_string(index + 1);
        raw.name = std::to_string(*plate) + "-" + std::to_string(*day) + "-" +
                   std::string(fibre.size() < 4 ? 4 - fibre.size() : 0, '0') + fibre;
    }
    else if (m_objectColumns.name)
        raw.name = m_objects->text(*m_objectColumns.name, index);
}

Result<RawSpectrum> FluxImage::spectrum(const Stacking &stacking, std::size_t index)
{
    RawSpectrum raw = objectOf(m_file, m_hdu);
    auto wavelengths = axis(stacking, index);
    if (!wavelengths)
        return failure(wavelengths.error());
    raw.axis = std::move(*wavelengths);
    if (raw.axis.medium == data::WavelengthMedium::Unknown)
        raw.axis.medium = mediumOf(m_hdu.header, stacking.axis);
    if (raw.axis.medium == data::WavelengthMedium::Unknown)
        raw.axis.medium = mediumOf(m_file.hdu(0).header, stacking.axis);
    const std::size_t start = index * stacking.between;
    raw.flux.resize(stacking.pixels);
    for (std::size_t i = 0; i < stacking.pixels; ++i)
        raw.flux[i] = fluxOf(m_flux->at(start + i * stacking.along));
    if (m_noiseKind != Noise::None)
    {
        const FitsPixels &noise = m_noise.pixels ? *m_noise.pixels : *m_flux;
        raw.noise = numbersAlong([&noise](std::size_t i) { return noise.at(i); }, m_noise.offset + start,
                                 stacking.along, stacking.pixels);
        raw.noiseKind = m_noiseKind;
    }
    if (m_mask.pixels)
    {
        raw.mask.resize(stacking.pixels);
        for (std::size_t i = 0; i < stacking.pixels; ++i)
            raw.mask[i] = isBad(stacking, m_mask.pixels->at(start + i * stacking.along)) ? 1 : 0;
    }
    nameIt(stacking, index, raw);
    return raw;
}

/// A pixel of a cube on which no fibre lay.
bool FluxImage::isEmpty(const RawSpectrum &raw) const
{
    const bool hasFlux = std::any_of(raw.flux.begin(), raw.flux.end(),
                                     [](float flux) { return std::isfinite(flux) && flux != 0.0F; });
    const bool hasWeight = raw.noise.empty() || std::any_of(raw.noise.begin(), raw.noise.end(),
                                                            [](double noise) { return noise > 0.0; });
    const bool isOpen = raw.mask.empty() ||
                        std::any_of(raw.mask.begin(), raw.mask.end(), [](auto mask) { return mask == 0; });
    return !hasFlux || !hasWeight || !isOpen;
}

bool FluxImage::visit(std::string &why)
{
    auto flux = FitsPixels::open(m_hdu);
    if (!flux)
    {
        m_sink.problem(m_hdu.number, 0, flux.error().message);
        return true;
    }
    m_flux = std::move(*flux);
    if (m_flux->size() == 0)
    {
        m_sink.problem(m_hdu.number, 0, "expected pixels, found axes of " + describe(m_flux->axes()));
        return true;
    }
    const std::vector<LongAxis> axes = longAxes(m_flux->axes());
    const bool isLogLinear = m_hdu.header.has("COEFF0");
    if (!isLogLinear && visitBands(axes))
        return true;
    const auto stack = stacking(axes);
    if (!stack)
    {
        why = stack.error().message;
        return false;
    }
    if (auto opened = openCompanions(); !opened)
    {
        m_sink.problem(m_hdu.number, 0, opened.error().message);
        return true;
    }
    m_axis = axisInFile(m_file, m_file.parts[m_index].group, stack->pixels);
    if (auto known = checkAxis(*stack); !known)
    {
        why = known.error().message;
        return false;
    }
    findObjects(*stack);
    visitSpectra(*stack);
    return true;
}

/// There are wavelengths, and in a unit that is one; an image of the sky has numbers along its axes too.
Result<void> FluxImage::checkAxis(const Stacking &stacking) const
{
    auto known = axis(stacking, 0);
    if (!known)
        return failure(known.error());
    std::string ignored;
    const auto unit =
        chooseUnit(known->unit, m_sink.options().wavelengthUnit, known->scale, known->values, ignored);
    if (!unit)
        return failure(unit.error());
    const std::string digit = std::to_string(stacking.axis);
    const bool isStated = m_axis || m_waves || isCalled(stacking.axis) || !known->unit.empty() ||
                          m_hdu.header.has("DC-FLAG") || m_sink.options().layout == SpectrumLayout::Spectra ||
                          m_hdu.header.text("CTYPE" + digit).value_or("") == "LINEAR";
    if (stacking.count > 1 && !isStated && m_hdu.header.number("CRVAL2"))
        return failure(ErrorKind::NotFound, "expected an axis that is called one of wavelengths (by CTYPE" +
                                                digit + " or CUNIT" + digit +
                                                ", or by the user), found an image with " +
                                                m_hdu.header.raw("CRVAL" + digit));
    return {};
}

/// A table with a row for each spectrum, or the sky under a cube.
void FluxImage::findObjects(const Stacking &stacking)
{
    if (stacking.isCube)
        if (auto wcs = sky::Wcs::fromCards(wcsCardsOf(m_hdu.header, m_flux->axes())))
            m_wcs = std::move(*wcs);
    if (stacking.isCube || stacking.count == 1)
        return;
    for (std::size_t i = 0; i < m_file.size(); ++i)
    {
        if (!isFitsTable(m_file.hdu(i)))
            continue;
        auto cells = FitsCells::open(m_file.hdu(i));
        if (!cells || cells->rowCount() != stacking.count)
            continue;
        const auto columns = findSpectrumColumns(cells->columns(), {}, true);
        if (!columns || columns->flux)
            continue;
        m_objects = std::move(*cells);
        m_objectColumns = *columns;
        return;
    }
}

void FluxImage::visitSpectra(const Stacking &stacking)
{
    bool hasAny = false;
    const std::size_t end = m_sink.endOf(stacking.count);
    for (std::size_t i = m_sink.firstOf(stacking.count); i < end && !m_sink.isDone(); ++i)
    {
        auto raw = spectrum(stacking, i);
        if (raw && stacking.isCube && isEmpty(*raw))
            continue;
        hasAny = true;
        m_sink.give(m_hdu.number, i, std::move(raw));
    }
    if (!hasAny)
        m_sink.problem(m_hdu.number, 0, "expected a cube with spectra, found none with a flux");
}

} // namespace

bool visitFluxImage(const SpectrumFile &file, std::size_t index, SpectrumSink &sink, std::string &why)
{
    return FluxImage(file, index, sink).visit(why);
}

} // namespace somnium::io
