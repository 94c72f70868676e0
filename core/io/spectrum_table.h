// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra in tables, whether the table is in FITS, a VOTable or text: which columns hold what, and the two
// ways to lie in one: a row for each pixel, or a row for each spectrum. Internal to core/io.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/io/spectrum_assembly.h"

namespace somnium::io
{

struct TableColumn
{
    std::string name;
    std::string unit;
    std::string ucd;
    std::size_t width = 1; ///< numbers in a cell; 0: it varies
    bool isText = false;
    std::string fault; ///< why its cells are no vectors of `width` numbers; empty: they are

    [[nodiscard]] bool isVector() const { return !isText && width != 1; }
};

/// A table whose cells can be asked for.
class SpectrumTable
{
public:
    SpectrumTable() = default;
    SpectrumTable(const SpectrumTable &) = default;
    SpectrumTable(SpectrumTable &&) = default;
    SpectrumTable &operator=(const SpectrumTable &) = default;
    SpectrumTable &operator=(SpectrumTable &&) = default;
    virtual ~SpectrumTable() = default;

    [[nodiscard]] virtual const std::vector<TableColumn> &columns() const = 0;
    [[nodiscard]] virtual std::size_t rowCount() const = 0;
    /// The numbers of a cell, scaled; missing ones NaN.
    [[nodiscard]] virtual Result<std::vector<double>> numbers(std::size_t column, std::size_t row) const = 0;
    /// A cell in words; empty if missing.
    [[nodiscard]] virtual std::string text(std::size_t column, std::size_t row) const = 0;

    /// The first number of a cell, NaN if there is none.
    [[nodiscard]] double number(std::size_t column, std::size_t row) const;
};

/// A catalogue as such a table; borrows it. Texts like "(1 2 3)" or "[1, 2, 3]" are vectors.
class CatalogueTable final : public SpectrumTable
{
public:
    explicit CatalogueTable(const data::Catalogue &catalogue);
    [[nodiscard]] const std::vector<TableColumn> &columns() const override { return m_columns; }
    [[nodiscard]] std::size_t rowCount() const override { return m_catalogue->rowCount(); }
    [[nodiscard]] Result<std::vector<double>> numbers(std::size_t column, std::size_t row) const override;
    [[nodiscard]] std::string text(std::size_t column, std::size_t row) const override;

private:
    const data::Catalogue *m_catalogue;
    std::vector<TableColumn> m_columns;
};

/// The columns that play a part.
struct SpectrumColumns
{
    std::optional<std::size_t> wavelength;
    SpectralUnit::Scale scale = SpectralUnit::Scale::Linear; ///< of the wavelengths, by their column's name
    data::WavelengthMedium medium = data::WavelengthMedium::Unknown;
    std::string impliedUnit; ///< of frequencies and energies by their name: "Hz"; else empty
    std::optional<std::size_t> flux;
    std::optional<std::size_t> noise;
    Noise noiseKind = Noise::None;
    std::optional<std::size_t> mask;
    // Of the object.
    std::optional<std::size_t> name;
    std::optional<std::size_t> raDeg;
    std::optional<std::size_t> decDeg;
    std::optional<std::size_t> redshift;
    std::optional<std::size_t> objectClass;
    std::optional<std::size_t> subclass;
};

/// Finds them, those of vectors (a row for each spectrum) or of numbers (a row for each pixel). NotFound if
/// the options name a column that is not there.
[[nodiscard]] Result<SpectrumColumns> findSpectrumColumns(const std::vector<TableColumn> &columns,
                                                          const SpectrumReadOptions &options, bool ofVectors);

/// The part a name plays on its own: "wave", "flux", "ivar" of an HDU or a column.
enum class SpectrumPart
{
    None,
    Wavelength,
    LogWavelength,
    Flux,
    Sigma,
    Variance,
    InverseVariance,
    Mask,
};
[[nodiscard]] SpectrumPart partOf(const std::string &name);

/// What stands around a table in its file.
struct TableContext
{
    int hdu = 0;
    RawSpectrum defaults; ///< what the file says of object and flux, where the rows do not
    data::WavelengthMedium medium = data::WavelengthMedium::Unknown;
    std::string wavelengthUnit; ///< that of the survey, where a column has none
    /// Wavelengths for vectors of so many pixels from elsewhere in the file; may be empty.
    std::function<std::optional<SpectralAxis>(std::size_t pixels)> otherAxis;
    std::function<bool(double)> isBad; ///< of mask values; empty: those that are not 0
};

/// Reads the spectra of a table. False if it holds none, `why` then says what was missed.
[[nodiscard]] bool visitTable(const SpectrumTable &table, const TableContext &context, SpectrumSink &sink,
                              std::string &why);

/// Wavelengths for vectors that have none of their own: those of the options; NotFound without.
[[nodiscard]] Result<SpectralAxis> axisFromOptions(const SpectrumReadOptions &options, std::size_t pixels);

/// "(1 2 nan)", "[1, 2]" -> numbers; nothing if it is something else.
[[nodiscard]] std::optional<std::vector<double>> numbersInText(const std::string &text);

} // namespace somnium::io
