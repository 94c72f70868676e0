// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which column of a table, or HDU of a file, holds what.
#include <algorithm>
#include <array>
#include <string_view>

#include "core/io/cell_text.h"
#include "core/io/spectrum_table.h"

namespace somnium::io
{

namespace
{

using Scale = SpectralUnit::Scale;

/// Lower case, letters and digits only, what stands in brackets left out: "Flux (erg/s)" -> "flux".
std::string plainName(std::string_view name)
{
    std::string plain;
    int depth = 0;
    for (const char c : name)
    {
        const bool isOpen = c == '(' || c == '[';
        if (isOpen && !plain.empty())
            ++depth;
        else if ((c == ')' || c == ']') && depth > 0)
            --depth;
        else if (depth == 0 && c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
        else if (depth == 0 && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            plain += c;
    }
    return plain;
}

template <std::size_t N> bool isOneOf(const std::string &name, const std::array<std::string_view, N> &names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 30> kWavelengths = {"wave",
                                                           "wavelength",
                                                           "wavelengths",
                                                           "lambda",
                                                           "lam",
                                                           "wl",
                                                           "wlen",
                                                           "wav",
                                                           "wavel",
                                                           "waveair",
                                                           "wavevac",
                                                           "wavelengthair",
                                                           "wavelengthvac",
                                                           "lambdaair",
                                                           "lambdavac",
                                                           "airwave",
                                                           "vacwave",
                                                           "airwavelength",
                                                           "vacwavelength",
                                                           "wavevacuum",
                                                           "wavelengthvacuum",
                                                           "angstrom",
                                                           "angstroms",
                                                           "micron",
                                                           "microns",
                                                           "spectralaxis",
                                                           "spectral",
                                                           "lambdaangstrom",
                                                           "wavelengthangstrom",
                                                           "wavelengthnm"};
constexpr std::array<std::string_view, 16> kLogWavelengths = {
    "loglam",          "loglambda",    "logwave",   "logwavelength", "log10lambda", "log10wave",
    "log10wavelength", "log10lam",     "loglamvac", "logwl",         "lnlam",       "lnlambda",
    "lnwave",          "lnwavelength", "loglamair", "log10wl"};
constexpr std::array<std::string_view, 3> kFrequencies = {"freq", "frequency", "nu"};
constexpr std::array<std::string_view, 2> kEnergies = {"energy", "photonenergy"};
constexpr std::array<std::string_view, 3> kWaveNumbers = {"wavenumber", "wavenumbers", "wavn"};
constexpr std::array<std::string_view, 30> kFluxes = {
    "flux",     "fluxes",         "fluxdensity", "flam",      "flambda",        "fnu",
    "spectrum", "spec",           "surfaceflux", "intensity", "counts",         "normflux",
    "fluxnorm", "normalizedflux", "fluxreduced", "fluxcal",   "fluxcalibrated", "fluxcorr",
    "relflux",  "relativeflux",   "f",           "sci",       "signal",         "fluxlambda",
    "fluxnu",   "data",           "brightness",  "radiance",  "value",          "objectflux"};
constexpr std::array<std::string_view, 32> kSigmas = {"err",
                                                      "error",
                                                      "errors",
                                                      "sigma",
                                                      "noise",
                                                      "unc",
                                                      "uncertainty",
                                                      "stddev",
                                                      "std",
                                                      "fluxerr",
                                                      "fluxerror",
                                                      "fluxerrors",
                                                      "eflux",
                                                      "errflux",
                                                      "errorflux",
                                                      "fluxsigma",
                                                      "sigmaflux",
                                                      "fluxunc",
                                                      "fluxstd",
                                                      "dflux",
                                                      "uncertflux",
                                                      "fluxuncertainty",
                                                      "errfluxreduced",
                                                      "fluxerrreduced",
                                                      "fluxreducederr",
                                                      "errreduced",
                                                      "rms",
                                                      "sig",
                                                      "staterr",
                                                      "fluxdensityerror",
                                                      "staterror",
                                                      "sigmas"};
constexpr std::array<std::string_view, 5> kVariances = {"var", "variance", "fluxvar", "fluxvariance", "stat"};
constexpr std::array<std::string_view, 8> kInverseVariances = {
    "ivar", "ivars", "invvar", "fluxivar", "ivarflux", "inversevariance", "invvariance", "fluxinvvar"};
constexpr std::array<std::string_view, 18> kMasks = {
    "mask",    "masks",    "qual",     "quality", "dq",  "flag",      "flags",    "andmask",  "badpix",
    "bitmask", "maskbits", "fluxmask", "dqf",     "bpm", "badpixels", "badpixel", "qualflag", "fluxflag"};

constexpr std::array<std::string_view, 17> kNames = {
    "mangaid",  "sourceid", "targetid",    "object",    "objname",  "objectname",
    "targname", "name",     "designation", "objid",     "starname", "star",
    "specname", "specid",   "id",          "specobjid", "objectid"};
constexpr std::array<std::string_view, 12> kRas = {"plugra",   "racat", "objra",   "raobj",
                                                   "targetra", "ra",    "raj2000", "radeg",
                                                   "fiberra",  "rad",   "ra2000",  "ifura"};
constexpr std::array<std::string_view, 12> kDecs = {"plugdec",   "deccat", "objdec",  "decobj",
                                                    "targetdec", "dec",    "dej2000", "decdeg",
                                                    "fiberdec",  "decd",   "dec2000", "ifudec"};
constexpr std::array<std::string_view, 7> kRedshifts = {"z",      "redshift", "zbest", "zspec",
                                                        "zhelio", "zobj",     "ztrue"};

/// The first column one of these names fits, the names in their order.
template <std::size_t N> std::optional<std::size_t> findFirst(const std::vector<std::string> &plain,
                                                              const std::vector<bool> &isAllowed,
                                                              const std::array<std::string_view, N> &names)
{
    for (const std::string_view name : names)
        for (std::size_t i = 0; i < plain.size(); ++i)
            if (isAllowed[i] && plain[i] == name)
                return i;
    return std::nullopt;
}

std::optional<std::size_t> findPart(const std::vector<std::string> &plain, const std::vector<bool> &isAllowed,
                                    SpectrumPart part)
{
    for (std::size_t i = 0; i < plain.size(); ++i)
        if (isAllowed[i] && partOf(plain[i]) == part)
            return i;
    return std::nullopt;
}

/// A column by the name a user gave; none asked for: nothing.
Result<std::optional<std::size_t>> namedColumn(const std::vector<TableColumn> &columns,
                                               const std::string &wanted)
{
    if (wanted.empty())
        return std::optional<std::size_t>();
    for (const bool isExact : {true, false})
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (isExact ? columns[i].name == wanted : plainName(columns[i].name) == plainName(wanted))
                return std::optional(i);
    std::string names;
    for (const TableColumn &column : columns)
        names += (names.empty() ? "" : ", ") + column.name;
    return failure(ErrorKind::NotFound, "expected a column '" + wanted + "', found " +
                                            (names.empty() ? std::string("none") : names));
}

data::WavelengthMedium mediumOf(const std::string &plain, const TableColumn &column)
{
    // IVOA: a wavelength in air has the UCD em.wl;obs.atmos.
    if (plain.find("air") != std::string::npos || column.ucd.find("obs.atmos") != std::string::npos)
        return data::WavelengthMedium::Air;
    if (plain.find("vac") != std::string::npos)
        return data::WavelengthMedium::Vacuum;
    return data::WavelengthMedium::Unknown;
}

bool hasUcd(const TableColumn &column, std::string_view start)
{
    std::string lower = column.ucd;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower.starts_with(start);
}

std::optional<std::size_t> findUcd(const std::vector<TableColumn> &columns,
                                   const std::vector<bool> &isAllowed, std::string_view start)
{
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (isAllowed[i] && hasUcd(columns[i], start))
            return i;
    return std::nullopt;
}

void setWavelength(SpectrumColumns &found, const std::vector<TableColumn> &columns,
                   const std::vector<std::string> &plain)
{
    if (!found.wavelength)
        return;
    const std::size_t i = *found.wavelength;
    found.medium = mediumOf(plain[i], columns[i]);
    if (isOneOf(plain[i], kLogWavelengths))
        found.scale = plain[i].starts_with("ln") ? Scale::NaturalLog : Scale::Log10;
    if (isOneOf(plain[i], kFrequencies) || hasUcd(columns[i], "em.freq"))
        found.impliedUnit = "Hz";
    else if (isOneOf(plain[i], kEnergies) || hasUcd(columns[i], "em.energy"))
        found.impliedUnit = "eV";
    else if (isOneOf(plain[i], kWaveNumbers) || hasUcd(columns[i], "em.wavenumber"))
        found.impliedUnit = "cm-1";
    else if (plain[i].starts_with("micron"))
        found.impliedUnit = "um";
    else if (plain[i].ends_with("angstrom") || plain[i] == "angstroms")
        found.impliedUnit = "Angstrom";
    else if (plain[i] == "wavelengthnm")
        found.impliedUnit = "nm";
}

void findNoise(SpectrumColumns &found, const std::vector<std::string> &plain,
               const std::vector<bool> &isAllowed)
{
    constexpr std::array<std::pair<SpectrumPart, Noise>, 3> kKinds = {
        {{SpectrumPart::InverseVariance, Noise::InverseVariance},
         {SpectrumPart::Sigma, Noise::Sigma},
         {SpectrumPart::Variance, Noise::Variance}}};
    for (const auto &[part, kind] : kKinds)
        if (!found.noise)
        {
            found.noise = findPart(plain, isAllowed, part);
            found.noiseKind = found.noise ? kind : Noise::None;
        }
}

/// The columns that the options name; those of the other shape are found by the other search.
Result<void> takeWishes(SpectrumColumns &found, const std::vector<TableColumn> &columns,
                        const std::vector<bool> &fits, const SpectrumReadOptions &options)
{
    struct Wish
    {
        const std::string *name;
        std::optional<std::size_t> *place;
    };
    std::optional<std::size_t> sigma;
    std::optional<std::size_t> ivar;
    for (const Wish &wish : {Wish{&options.wavelengthColumn, &found.wavelength},
                             {&options.fluxColumn, &found.flux},
                             {&options.errorColumn, &sigma},
                             {&options.ivarColumn, &ivar},
                             {&options.maskColumn, &found.mask},
                             {&options.nameColumn, &found.name}})
    {
        const auto column = namedColumn(columns, *wish.name);
        if (!column)
            return failure(column.error());
        if (!*column)
            continue;
        const bool isOfShape = wish.place == &found.name || fits[**column];
        *wish.place = isOfShape ? *column : std::nullopt;
    }
    if (sigma || ivar)
    {
        found.noise = sigma ? sigma : ivar;
        found.noiseKind = sigma ? Noise::Sigma : Noise::InverseVariance;
    }
    return {};
}

void findObject(SpectrumColumns &found, const std::vector<TableColumn> &columns,
                const std::vector<std::string> &plain)
{
    constexpr std::array<std::string_view, 3> kClasses = {"class", "spectype", "objtype"};
    constexpr std::array<std::string_view, 2> kSubclasses = {"subclass", "subtype"};
    std::vector<bool> isScalar(columns.size());
    std::transform(columns.begin(), columns.end(), isScalar.begin(),
                   [](const TableColumn &column) { return column.width == 1 || column.isText; });
    if (!found.name)
        found.name = findUcd(columns, isScalar, "meta.id;meta.main");
    if (!found.name)
        found.name = findFirst(plain, isScalar, kNames);
    found.raDeg = findFirst(plain, isScalar, kRas);
    found.decDeg = findFirst(plain, isScalar, kDecs);
    found.redshift = findFirst(plain, isScalar, kRedshifts);
    found.objectClass = findFirst(plain, isScalar, kClasses);
    found.subclass = findFirst(plain, isScalar, kSubclasses);
}

} // namespace

SpectrumPart partOf(const std::string &name)
{
    const std::string plain = plainName(name);
    if (isOneOf(plain, kWavelengths) || isOneOf(plain, kFrequencies) || isOneOf(plain, kEnergies) ||
        isOneOf(plain, kWaveNumbers))
        return SpectrumPart::Wavelength;
    if (isOneOf(plain, kLogWavelengths))
        return SpectrumPart::LogWavelength;
    if (isOneOf(plain, kInverseVariances))
        return SpectrumPart::InverseVariance;
    if (isOneOf(plain, kSigmas))
        return SpectrumPart::Sigma;
    if (isOneOf(plain, kVariances))
        return SpectrumPart::Variance;
    if (isOneOf(plain, kMasks))
        return SpectrumPart::Mask;
    return isOneOf(plain, kFluxes) ? SpectrumPart::Flux : SpectrumPart::None;
}

Result<SpectrumColumns> findSpectrumColumns(const std::vector<TableColumn> &columns,
                                            const SpectrumReadOptions &options, bool ofVectors)
{
    std::vector<std::string> plain;
    std::vector<bool> fits; // numbers in the shape that is looked for
    for (const TableColumn &column : columns)
    {
        plain.push_back(plainName(column.name));
        fits.push_back(!column.isText && column.fault.empty() && column.isVector() == ofVectors);
    }
    SpectrumColumns found;
    found.wavelength = findPart(plain, fits, SpectrumPart::Wavelength);
    if (!found.wavelength)
        found.wavelength = findPart(plain, fits, SpectrumPart::LogWavelength);
    for (const std::string_view ucd : {"em.wl", "em.freq", "em.energy", "em.wavenumber"})
        if (!found.wavelength)
            found.wavelength = findUcd(columns, fits, ucd);
    found.flux = findFirst(plain, fits, kFluxes);
    if (!found.flux)
        found.flux = findUcd(columns, fits, "phot.flux");
    findNoise(found, plain, fits);
    found.mask = findPart(plain, fits, SpectrumPart::Mask);
    if (auto obeyed = takeWishes(found, columns, fits, options); !obeyed)
        return failure(obeyed.error());
    setWavelength(found, columns, plain);
    if (ofVectors)
        findObject(found, columns, plain);
    return found;
}

} // namespace somnium::io
