// SPDX-License-Identifier: GPL-3.0-or-later
// Small files of spectra in every layout that the reader knows, written here byte by byte: nothing of the
// reader, nor of our writers, has a part in them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace somnium::io
{

/// A FITS file that is put together HDU by HDU.
class FitsText
{
public:
    /// Cards are "KEYWORD = value" without padding.
    FitsText &image(const std::vector<std::size_t> &axes, const std::vector<double> &values,
                    const std::vector<std::string> &cards = {}, bool isDouble = false);
    /// An HDU without data.
    FitsText &header(const std::vector<std::string> &cards = {}) { return image({}, {}, cards); }

    struct Column
    {
        std::string name;
        std::string form; ///< "E", "4D", "J", "8A"
        std::string unit;
        std::vector<std::vector<double>> rows; ///< numbers of each cell
        std::vector<std::string> texts;        ///< of an A column
    };
    FitsText &table(const std::vector<Column> &columns, const std::vector<std::string> &cards = {});
    [[nodiscard]] std::string bytes() const { return m_bytes; }

private:
    void append(std::string header, std::string data);
    std::string m_bytes;
};

[[nodiscard]] std::string npyBytes(const std::string &shape, const std::vector<double> &values);

/// first + step * i
[[nodiscard]] std::vector<double> ramp(std::size_t count, double first, double step);
/// A cell of its own for each number: a column of numbers.
[[nodiscard]] std::vector<std::vector<double>> oneEach(const std::vector<double> &values);
/// Fluxes that tell their place: 1 + 0.25 * ((i + shift) % 7).
[[nodiscard]] std::vector<double> bumps(std::size_t count, std::size_t shift = 0);

/// One file of each kind that holds readable spectra: name and bytes.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> spectrumFiles();

[[nodiscard]] std::string sdssSpec();
[[nodiscard]] std::string sdssPlate();
[[nodiscard]] std::string lamostRows();
[[nodiscard]] std::string lamostTable();
[[nodiscard]] std::string esoPhase3();
[[nodiscard]] std::string mastar();
[[nodiscard]] std::string mangaCube();
[[nodiscard]] std::string mangaRows();
[[nodiscard]] std::string gaiaTable();
[[nodiscard]] std::string spexRows();
[[nodiscard]] std::string iraf(int dispersionType);

inline std::span<const std::byte> bytesOf(const std::string &text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace somnium::io
