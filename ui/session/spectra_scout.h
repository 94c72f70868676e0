// SPDX-License-Identifier: GPL-3.0-or-later
// Looks into files of spectra before they are imported: how many there are, what readers took for granted,
// and any one of them before and after a recipe. On the reader pool; the newest question wins.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QPointer>

#include "core/data/collection.h"
#include "core/io/file_walker.h"
#include "core/io/spectrum_reader.h"
#include "core/prepare/spectral_recipe.h"
#include "ui/jobs/job.h"
#include "ui/models/spectrum_data.h"

namespace somnium::ui
{

class JobRunner;

/// What the first files hold. The work is bounded: beyond so many files, bytes, or spectra of one file,
/// nothing is read before the import.
struct SpectraReport
{
    /// Where one of them is.
    struct Place
    {
        std::size_t file = 0; ///< in `files`
        int hdu = 0;
        std::size_t index = 0;
    };
    std::vector<io::FoundFile> files;
    std::size_t filesRead = 0;  ///< the first ones
    std::size_t filesWhole = 0; ///< of these, read to their end
    std::vector<Place> places;  ///< of the spectra that were found, in the order of the files
    std::vector<std::shared_ptr<const io::LoadedSpectrum>> samples; ///< the first of `places`, loaded
    io::SpectrumReadOptions reading;                                ///< as asked, with the wavelengths found
    std::filesystem::path wavelengthFile; ///< where those are from; empty: not needed
    std::vector<std::string> notes;       ///< what readers took for granted, each once with how often
    std::vector<data::ImportProblem> problems;

    /// False: there are more spectra than `places`.
    [[nodiscard]] bool isComplete() const { return filesWhole == files.size(); }
};
[[nodiscard]] SpectraReport lookAtSpectra(std::vector<io::FoundFile> files,
                                          const io::SpectrumReadOptions &reading, const JobContext &context);

/// One spectrum before and after a recipe, and after each of its steps, ready to be drawn.
struct SpectralPreview
{
    std::size_t index = 0; ///< in the report's `places`
    std::string name;
    std::string note; ///< what the reader took for granted; may be empty
    prepare::SpectralRecipe recipe;
    data::SpectralGrid grid;                      ///< that this spectrum alone asks for; no pixels: none fits
    std::vector<prepare::SpectralEffect> effects; ///< of the eight steps
    SpectraPointer before;
    std::vector<SpectraPointer> after; ///< each of the eight steps; null: that step failed, or one before it
    std::size_t filledPixels = 0;      ///< without a value, filled by the last step
    bool isAsObserved = false;         ///< the move to rest needs the catalogue and was left out here
    std::string fault;                 ///< why the recipe fails on it; empty: it does not
};
[[nodiscard]] SpectralPreview previewOf(const prepare::SpectralRecipe &recipe,
                                        const io::LoadedSpectrum &original);

class SpectraScout : public QObject
{
    Q_OBJECT

public:
    explicit SpectraScout(JobRunner &runner, QObject *parent = nullptr);

    /// Answers by `looked`.
    void look(std::vector<io::FoundFile> files, const io::SpectrumReadOptions &reading);
    /// Previews are of the sources of a collection, which were read like this, until `look`.
    void browse(const std::vector<data::Source> &sources, const io::SpectrumReadOptions &reading);
    /// Drops what `look` found.
    void forget();
    /// Answers by `previewed`, also where the recipe fails; by `previewFailed` if the spectrum cannot be
    /// read. Does nothing before `looked`; an `index` beyond the spectra wraps around.
    void preview(const prepare::SpectralRecipe &recipe, std::size_t index);
    /// Null before `looked`.
    [[nodiscard]] const std::shared_ptr<const SpectraReport> &report() const { return m_report; }

Q_SIGNALS:
    void looked(const std::shared_ptr<const somnium::ui::SpectraReport> &report);
    void previewed(const std::shared_ptr<const somnium::ui::SpectralPreview> &preview);
    void previewFailed(const QString &message);

private:
    using OriginalPointer = std::shared_ptr<const io::LoadedSpectrum>;
    struct Answer
    {
        OriginalPointer original;
        std::shared_ptr<const SpectralPreview> preview;
    };

    JobRunner &m_runner;
    std::shared_ptr<const SpectraReport> m_report;
    QPointer<Job> m_lookJob;
    QPointer<Job> m_previewJob;
    OriginalPointer m_original; ///< of m_originalIndex: a change of the recipe reads no file again
    std::size_t m_originalIndex = 0;
};

} // namespace somnium::ui
