// SPDX-License-Identifier: GPL-3.0-or-later
// What the Latent tab shows of the open survey: where its sources lie on the plane, columns to colour and
// contour by, what is under the cursor; and the points of a training while they move.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QObject>
#include <QPointer>

#include "core/latent/autoencoder_trainer.h"
#include "core/latent/latent_plane.h"
#include "core/workflow/explore_spectra.h"
#include "ui/jobs/job.h"
#include "ui/models/iso_layers.h"
#include "ui/models/latent_data.h"
#include "ui/models/spectrum_data.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

class SessionController;
class TrainingController;

class LatentController : public QObject
{
    Q_OBJECT

public:
    LatentController(SessionController &session, TrainingController &training, QObject *parent = nullptr);

    /// Null: there is no latent space, or it is being worked out.
    [[nodiscard]] const LatentPointer &data() const { return m_data; }
    [[nodiscard]] const LatentAxes &axes() const { return m_axes; }
    void setAxes(const LatentAxes &axes);
    /// Numbers of the catalogue, the reconstruction error, the distance to the best prototype.
    [[nodiscard]] const std::vector<LatentColumn> &columns() const { return m_columns; }
    /// Empty without a latent space of spectra.
    [[nodiscard]] HoverFunction hoverFunction() const;
    /// Null without a latent space of spectra, and while another one is trained.
    [[nodiscard]] DecoderPointer decoder() const;
    /// "latent, 2-D; 100 epochs; recipe ..." for figures.
    [[nodiscard]] QString caption() const;
    /// Trustworthiness and the like; `qualityFound` answers.
    void measureQuality();

Q_SIGNALS:
    /// `keepsWindow`: the points have only moved.
    void dataChanged(const somnium::ui::LatentPointer &data, bool keepsWindow);
    /// Another survey or latent space: columns and what is under the cursor are others.
    void spaceChanged();
    void qualityFound(const std::shared_ptr<const somnium::workflow::LatentQuality> &quality);
    void qualityStarted(somnium::ui::Job *job);
    void troubled(const QString &message);

private:
    using PlacesPointer = std::shared_ptr<const std::vector<float>>;

    void refresh();
    void place(PlacesPointer places, std::size_t dimensions, bool keepsWindow);
    /// The plane is that of m_space, not of one that is in training.
    [[nodiscard]] bool showsSpace() const;
    void showSnapshot(const latent::AutoencoderSnapshot &snapshot);
    void endOfTraining();

    SessionController &m_session;
    TrainingController &m_training;
    LatentSpacePointer m_space;
    std::shared_ptr<const data::Collection> m_collection; ///< that m_data is of
    LatentAxes m_axes;
    std::shared_ptr<const latent::LatentPlane> m_plane;
    PlacesPointer m_places; ///< that m_data shows: those of m_space, or of a training
    LatentPointer m_data;
    std::vector<LatentColumn> m_columns;
    QPointer<Job> m_placeJob;
    QPointer<Job> m_qualityJob;
};

} // namespace somnium::ui
