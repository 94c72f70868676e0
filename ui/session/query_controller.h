// SPDX-License-Identifier: GPL-3.0-or-later
// Questions about the open survey that take a moment: nearest sources, original pixels. A newer question of
// the same kind makes the answer to the older one stale; stale answers are dropped.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <QObject>
#include <QPointer>

#include "core/data/image.h"
#include "core/data/spectrum.h"
#include "core/search/nearest.h"
#include "core/search/spectral_index.h"
#include "ui/jobs/job.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

class SessionController;
class TrainingController;

/// What is searched for, and among what: shared with the thread that looks.
struct NearestQuestion
{
    SurveyPointer survey;
    std::size_t index = 0;
    bool isPrototype = true;
    std::size_t count = 0;
};

class QueryController : public QObject
{
    Q_OBJECT
    using IndexPointer = std::shared_ptr<const search::SpectralIndex>;

public:
    QueryController(SessionController &controller, TrainingController &training, QObject *parent = nullptr);

    /// Of all sources. While the compute thread trains, those that the prototype is the best match of.
    void findNearestToPrototype(std::size_t neuron, std::size_t count);
    void findNearestToSource(std::size_t source, std::size_t count);
    /// Answers by originalRead, or by originalSpectrumRead.
    void readOriginal(std::size_t source);

Q_SIGNALS:
    /// `title` says of what: "Nearest to prototype (5, 3)".
    void nearestFound(const QString &title, const std::vector<somnium::search::Neighbour> &sources);
    void originalRead(std::size_t source, const std::shared_ptr<const somnium::data::Image> &image);
    void originalSpectrumRead(std::size_t source,
                              const std::shared_ptr<const somnium::data::Spectrum> &spectrum);
    void originalFailed(std::size_t source, const QString &message);
    void troubled(const QString &message);

private:
    void findNearest(const QString &title, std::size_t index, bool isPrototype, std::size_t count);
    [[nodiscard]] Job *askImages(const QString &title, const NearestQuestion &question);
    [[nodiscard]] Job *askSpectra(const QString &title, const NearestQuestion &question);
    void readSpectrum(std::size_t source);
    void dropAll();

    SessionController &m_controller;
    TrainingController &m_training;
    QPointer<Job> m_nearestJob;
    QPointer<Job> m_originalJob;
    IndexPointer m_index;                           ///< of the spectra, once it was wanted
    std::shared_ptr<const data::Spectra> m_indexed; ///< that it is of
};

} // namespace somnium::ui
