// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/latent_controller.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <QLocale>

#include "ui/jobs/job_runner.h"
#include "ui/models/source_spectrum.h"
#include "ui/session/error_text.h"
#include "ui/session/plane_decoder.h"
#include "ui/session/session_controller.h"
#include "ui/session/training_controller.h"

namespace somnium::ui
{

namespace
{

/// Points, the plane that they were seen on, and what colours them.
struct Placed
{
    LatentPointer data;
    std::shared_ptr<const latent::LatentPlane> plane;
    std::vector<LatentColumn> columns;
};

QString axisName(const LatentAxes &axes, bool isFirst)
{
    if (axes.isPrincipal)
        return isFirst ? LatentController::tr("principal axis 1") : LatentController::tr("principal axis 2");
    return LatentController::tr("latent %1").arg((isFirst ? axes.first : axes.second) + 1);
}

std::shared_ptr<const std::vector<std::string>> idsOf(const data::Collection &collection)
{
    auto ids = std::make_shared<std::vector<std::string>>();
    ids->reserve(collection.sources.size());
    for (const data::Source &source : collection.sources)
        ids->push_back(source.id);
    return ids;
}

LatentColumn columnOf(const QString &name, const QString &unit, std::vector<double> values)
{
    return {name, unit, std::make_shared<const std::vector<double>>(std::move(values))};
}

std::vector<LatentColumn> columnsOf(const SurveyData &survey, const LatentSpace *space)
{
    std::vector<LatentColumn> columns;
    for (const data::Column &column : survey.collection.catalogue.columns())
    {
        if (column.type() == data::ColumnType::Text || column.width != 1)
            continue;
        std::vector<double> values(survey.collection.sources.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = column.number(i);
        columns.push_back(columnOf(QString::fromStdString(column.name), QString::fromStdString(column.unit),
                                   std::move(values)));
    }
    if (space != nullptr)
        columns.push_back(columnOf(LatentController::tr("reconstruction error"), {},
                                   {space->errors.begin(), space->errors.end()}));
    if (survey.map)
        columns.push_back(
            columnOf(LatentController::tr("distance to prototype"), {},
                     {survey.map->mapping.distance.begin(), survey.map->mapping.distance.end()}));
    return columns;
}

/// What a job needs for that; shares everything.
struct Placing
{
    SurveyPointer survey;
    LatentSpacePointer space; ///< null while it is trained
    std::shared_ptr<const std::vector<float>> places;
    LatentAxes axes;
    std::shared_ptr<const std::vector<std::string>> ids; ///< null: not made yet
};

Placed placed(Placing placing, const JobContext &context)
{
    if (!placing.ids)
        placing.ids = idsOf(placing.survey->collection);
    const LatentAxes &axes = placing.axes;
    const std::vector<float> &places = *placing.places;
    auto plane = std::make_shared<const latent::LatentPlane>(
        axes.isPrincipal ? latent::principalPlane(places, axes.dimensions)
                         : latent::coordinatePlane(places, axes.dimensions, axes.first, axes.second));
    return {makeLatentData(plane->xOf(places), plane->yOf(places), axisName(axes, true),
                           axisName(axes, false), std::move(placing.ids), context),
            std::move(plane), columnsOf(*placing.survey, placing.space.get())};
}

} // namespace

LatentController::LatentController(SessionController &session, TrainingController &training, QObject *parent)
    : QObject(parent), m_session(session), m_training(training)
{
    connect(&m_session, &SessionController::surveyChanged, this, &LatentController::refresh);
    connect(&m_training, &TrainingController::latentSnapshotArrived, this, &LatentController::showSnapshot);
    connect(&m_training, &TrainingController::ended, this, &LatentController::endOfTraining);
}

void LatentController::refresh()
{
    const SurveyPointer &survey = m_session.survey();
    const LatentSpacePointer space = survey ? survey->latent : nullptr;
    const bool isSame = space && space == m_space && survey->shared == m_collection;
    m_space = space;
    if (space)
    {
        if (!isSame)
            m_axes = {space->summary.dimensions, space->summary.dimensions > 2, 0, 1};
        return place({space, &space->places}, space->summary.dimensions, isSame);
    }
    if (m_placeJob)
        m_placeJob->abandon();
    m_data = nullptr;
    m_plane = nullptr;
    m_places = nullptr;
    m_collection = nullptr;
    m_columns.clear();
    Q_EMIT dataChanged(nullptr, false);
    Q_EMIT spaceChanged();
}

void LatentController::setAxes(const LatentAxes &axes)
{
    if (!m_space || axes.dimensions != m_space->summary.dimensions)
        return;
    m_axes = axes;
    place({m_space, &m_space->places}, axes.dimensions, false);
}

void LatentController::place(PlacesPointer places, std::size_t dimensions, bool keepsWindow)
{
    const SurveyPointer &survey = m_session.survey();
    if (!survey || places->size() != dimensions * survey->collection.sources.size())
        return;
    if (m_placeJob)
        m_placeJob->abandon();
    const auto known = m_data && m_collection == survey->shared ? m_data->ids : nullptr;
    m_placeJob = m_session.runner().start<Placed>(
        {tr("Placing the sources")}, this,
        [placing = Placing{survey, m_space, places, m_axes, known}](
            const JobContext &context) -> Result<Placed> { return placed(placing, context); },
        [this, keepsWindow, places, collection = survey->shared](Placed &&result) {
            m_data = std::move(result.data);
            m_plane = std::move(result.plane);
            m_places = places;
            m_columns = std::move(result.columns);
            m_collection = collection;
            Q_EMIT dataChanged(m_data, keepsWindow);
            Q_EMIT spaceChanged();
        });
}

void LatentController::showSnapshot(const latent::AutoencoderSnapshot &snapshot)
{
    const SurveyPointer &survey = m_session.survey();
    if (!survey || (!snapshot.latent && snapshot.subsetLatent.empty()))
        return;
    const std::size_t sources = survey->collection.sources.size();
    if (snapshot.latent)
    {
        const std::size_t dimensions = snapshot.latent->size() / std::max<std::size_t>(sources, 1);
        if (dimensions == 0 || dimensions * sources != snapshot.latent->size())
            return; // another survey is open by now
        if (m_axes.dimensions != dimensions)
            m_axes = {dimensions, dimensions > 2, 0, 1};
        return place(snapshot.latent, dimensions, m_data != nullptr);
    }
    // Some of the points: only while there is nothing better to see.
    const std::size_t rows = snapshot.subset->size();
    if (rows == 0 || m_data || m_placeJob)
        return;
    const std::size_t dimensions = snapshot.subsetLatent.size() / rows;
    auto places =
        std::make_shared<std::vector<float>>(sources * dimensions, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < rows && (*snapshot.subset)[i] < sources; ++i)
        std::copy_n(snapshot.subsetLatent.begin() + static_cast<std::ptrdiff_t>(i * dimensions), dimensions,
                    places->begin() + static_cast<std::ptrdiff_t>((*snapshot.subset)[i] * dimensions));
    m_axes = {dimensions, false, 0, std::min<std::size_t>(1, dimensions - 1)};
    const latent::LatentPlane plane =
        latent::coordinatePlane(snapshot.subsetLatent, dimensions, m_axes.first, m_axes.second);
    Q_EMIT dataChanged(makeLatentData(plane.xOf(*places), plane.yOf(*places), axisName(m_axes, true),
                                      axisName(m_axes, false), nullptr),
                       false);
}

void LatentController::endOfTraining()
{
    // Without a latent space: what was there before is shown again.
    m_space = nullptr;
    m_collection = nullptr;
    if (m_session.survey())
        refresh();
}

HoverFunction LatentController::hoverFunction() const
{
    const SurveyPointer survey = m_session.survey();
    if (!survey || !survey->spectra || !survey->latent || !m_plane ||
        survey->latent->model.pixels() != survey->spectra->pixels() ||
        m_plane->dimensions() != survey->latent->model.latentSize())
        return {};
    const bool decodes = showsSpace() && survey->latent->model.canDecode();
    return [survey, plane = m_plane, decodes](std::optional<std::size_t> source, latent::PlanePoint place) {
        SpectrumSet set = source ? sourceSpectrumSet(*survey, *source) : SpectrumSet();
        set.grid = survey->spectra->grid();
        if (decodes)
        {
            std::vector<float> latent(plane->dimensions());
            plane->latentAt(place, latent);
            std::vector<float> decoded(survey->spectra->pixels());
            survey->latent->model.decode(latent, decoded);
            set.curves.push_back(
                modelCurve(*survey, tr("decoded here"), CurveRole::Decoded, std::move(decoded)));
        }
        const QLocale locale;
        const QString at =
            tr("(%1, %2)").arg(locale.toString(place.x, 'g', 4), locale.toString(place.y, 'g', 4));
        const QString title = set.title.isEmpty() ? tr("no source at %1").arg(at) : set.title;
        return HoverSpectra{title, prepareSpectra(std::move(set))};
    };
}

bool LatentController::showsSpace() const
{
    return m_space && m_places.get() == &m_space->places;
}

DecoderPointer LatentController::decoder() const
{
    return showsSpace() ? planeDecoder(m_session.survey(), m_plane) : nullptr;
}

QString LatentController::caption() const
{
    const SurveyPointer &survey = m_session.survey();
    if (!survey || !m_space)
        return {};
    const bool isSpectra = survey->summary.kind == session::CollectionKind::Spectra;
    return tr("%1; latent space \u201c%2\u201d; recipe \u201c%3\u201d")
        .arg(QString::fromStdString(survey->collection.name), QString::fromStdString(m_space->summary.name),
             QString::fromStdString(isSpectra ? survey->summary.spectral.recipe.name
                                              : survey->summary.recipe.name));
}

void LatentController::measureQuality()
{
    if (!m_space || !m_session.session())
        return;
    if (m_qualityJob)
        m_qualityJob->abandon();
    using QualityPointer = std::shared_ptr<const workflow::LatentQuality>;
    m_qualityJob = m_session.runner().compute<QualityPointer>(
        tr("Measuring the latent space"), this,
        [session = m_session.session(), id = m_space->summary.id](
            compute::Backend &backend, const JobContext &context) -> Result<QualityPointer> {
            auto quality = workflow::latentQuality(*session, id, backend, context);
            if (!quality)
                return failure(quality.error());
            return std::make_shared<const workflow::LatentQuality>(std::move(*quality));
        },
        [this](QualityPointer &&quality) { Q_EMIT qualityFound(quality); });
    connect(m_qualityJob, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not measure the latent space"), error));
    });
    Q_EMIT qualityStarted(m_qualityJob);
}

} // namespace somnium::ui
