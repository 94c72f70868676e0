// SPDX-License-Identifier: GPL-3.0-or-later
// What the first pass over spectra has found, as MessagePack: an array for each spectrum.
#include <nlohmann/json.hpp>

#include "core/workflow/spectra_scan.h"

namespace somnium::workflow
{

namespace
{

using nlohmann::json;

json toJson(const ScannedSpectrum &one)
{
    return json::array({one.origin.file, one.origin.member, one.origin.hdu, one.origin.index, one.name,
                        one.objectClass, one.note, one.redshift, one.raDeg, one.decDeg, one.snr, one.pixels,
                        one.isWhole, one.isOneOfMany, one.hash, one.range.firstAngstrom,
                        one.range.lastAngstrom, one.range.logStep, one.range.pixels});
}

ScannedSpectrum fromJson(const json &values)
{
    ScannedSpectrum one;
    std::size_t place = 0;
    const auto take = [&](auto &member) { values.at(place++).get_to(member); };
    take(one.origin.file);
    take(one.origin.member);
    take(one.origin.hdu);
    take(one.origin.index);
    take(one.name);
    take(one.objectClass);
    take(one.note);
    for (double *number : {&one.redshift, &one.raDeg, &one.decDeg, &one.snr})
        take(*number);
    take(one.pixels);
    take(one.isWhole);
    take(one.isOneOfMany);
    take(one.hash);
    for (double *number : {&one.range.firstAngstrom, &one.range.lastAngstrom, &one.range.logStep})
        take(*number);
    take(one.range.pixels);
    return one;
}

} // namespace

std::vector<std::byte> toBytes(std::span<const ScannedSpectrum> scanned)
{
    json list = json::array();
    for (const ScannedSpectrum &one : scanned)
        list.push_back(toJson(one));
    const std::vector<std::uint8_t> packed = json::to_msgpack(list);
    const auto bytes = std::as_bytes(std::span(packed));
    return {bytes.begin(), bytes.end()};
}

Result<std::vector<ScannedSpectrum>> scannedFromBytes(std::span<const std::byte> bytes)
{
    try
    {
        const auto *first = reinterpret_cast<const std::uint8_t *>(bytes.data()); // NOLINT: bytes as numbers
        const json list = json::from_msgpack(first, first + bytes.size());
        std::vector<ScannedSpectrum> scanned;
        scanned.reserve(list.size());
        for (const json &one : list)
            scanned.push_back(fromJson(one));
        return scanned;
    }
    catch (const json::exception &error)
    {
        return failure(ErrorKind::Malformed,
                       std::string("expected spectra looked at, found ") + error.what());
    }
}

} // namespace somnium::workflow
