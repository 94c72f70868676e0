// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_controller.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/workflow/originals.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"

namespace somnium::ui
{

namespace
{

using session::Session;

/// Looks change with every click; a moment's rest is soon enough to keep the last one.
constexpr std::chrono::milliseconds kLookDelay{200};
/// Several changes in a row are counted once.
constexpr std::chrono::milliseconds kProjectDelay{30};

std::size_t sourceCountOf(const SurveyPointer &survey)
{
    return survey ? survey->collection.sources.size() : 0;
}

} // namespace

SessionController::SessionController(JobRunner &runner, QObject *parent)
    : QObject(parent), m_runner(runner), m_labels(runner), m_marks(runner),
      m_journal(m_selection, m_labels, m_marks, runner), m_lookWriter(runner), m_activeWriter(runner),
      m_windowWriter(runner)
{
    m_lookTimer.setSingleShot(true);
    m_lookTimer.setInterval(kLookDelay);
    connect(&m_lookTimer, &QTimer::timeout, this, &SessionController::rememberLook);
    const auto restart = qOverload<>(&QTimer::start);
    connect(&m_selection, &SelectionModel::selectionChanged, &m_lookTimer, restart);
    connect(&m_selection, &SelectionModel::currentSourceChanged, &m_lookTimer, restart);
    connect(&m_selection, &SelectionModel::currentNeuronChanged, &m_lookTimer, restart);
    m_projectTimer.setSingleShot(true);
    m_projectTimer.setInterval(kProjectDelay);
    connect(&m_projectTimer, &QTimer::timeout, this, &SessionController::refreshProject);
    connect(&m_labels, &LabelBook::labelsChanged, &m_projectTimer, restart);
    const auto report = [this](const Error &error) {
        Q_EMIT troubled(errorText(tr("Could not save into the session"), error));
    };
    connect(&m_labels, &LabelBook::writeFailed, this, report);
    connect(&m_marks, &MarkBook::writeFailed, this, report);
    connect(&m_journal, &UndoJournal::writeFailed, this, report);
    for (LatestWriter *writer : {&m_lookWriter, &m_activeWriter, &m_windowWriter})
        connect(writer, &LatestWriter::failed, this, report);
}

SessionController::~SessionController() = default;

void SessionController::openSession(const std::filesystem::path &path)
{
    beginLoading(m_runner.start<LoadedSurvey>(
                     {tr("Opening %1").arg(QString::fromStdU16String(path.filename().u16string()))}, this,
                     [path](const JobContext &context) -> Result<LoadedSurvey> {
                         auto opened = Session::open(path);
                         if (!opened)
                             return failure(opened.error());
                         return loadSurvey(std::move(*opened), std::nullopt, context);
                     },
                     [this](LoadedSurvey &&loaded) {
                         m_scratch.reset();
                         adopt(std::move(loaded));
                     }),
                 tr("Could not open the session"));
}

void SessionController::importImages(const workflow::ImportRequest &request,
                                     const std::filesystem::path &sessionPath)
{
    std::shared_ptr<const ScratchFolder> scratch;
    if (m_session && m_session->path() == sessionPath)
        scratch = m_scratch;
    Job *job = m_runner.start<ImportedSurvey>(
        {tr("Importing images")}, this,
        [request, sessionPath, scratch](const JobContext &context) {
            return importSurvey(request, sessionPath, scratch, context);
        },
        [this](ImportedSurvey &&result) { adoptImported(std::move(result)); });
    connect(job, &Job::failed, this, [this, request, sessionPath](const Error &error) {
        if (error.kind == ErrorKind::Cancelled)
            Q_EMIT importStopped(request, sessionPath);
    });
    beginLoading(job, tr("Could not import the images"));
}

void SessionController::importSpectra(const workflow::SpectraImportRequest &request,
                                      const std::filesystem::path &sessionPath)
{
    std::shared_ptr<const ScratchFolder> scratch;
    if (m_session && m_session->path() == sessionPath)
        scratch = m_scratch;
    Job *job = m_runner.start<ImportedSurvey>(
        {tr("Importing spectra")}, this,
        [request, sessionPath, scratch](const JobContext &context) {
            return importSpectraSurvey(request, sessionPath, scratch, context);
        },
        [this](ImportedSurvey &&result) { adoptImported(std::move(result)); });
    connect(job, &Job::failed, this, [this, request, sessionPath](const Error &error) {
        if (error.kind == ErrorKind::Cancelled)
            Q_EMIT spectraImportStopped(request, sessionPath);
    });
    beginLoading(job, tr("Could not import the spectra"));
}

void SessionController::continueImport(const session::PendingImport &import)
{
    const auto goOn = [this](const auto &request, auto start) {
        if (!request)
            Q_EMIT troubled(errorText(tr("Could not go on with the import"), request.error()));
        else if (m_session)
            (this->*start)(*request, m_session->path());
    };
    if (import.areSpectra)
        goOn(workflow::spectraImportRequestFromJson(import.request), &SessionController::importSpectra);
    else
        goOn(workflow::importRequestFromJson(import.request), &SessionController::importImages);
}

void SessionController::discardImport(const session::PendingImport &import)
{
    change(tr("Could not forget the import"),
           [key = import.key](Session &session) { return session.pendingImports().remove(key); });
}

void SessionController::relocateOriginals(const std::filesystem::path &from, const std::filesystem::path &to)
{
    if (!m_session || !m_survey)
        return;
    Job *job = m_runner.start<workflow::Relocation>(
        {tr("Looking for the originals"), JobLane::Write}, this,
        [session = m_session, collection = m_survey->summary.id, from, to](const JobContext &) {
            return workflow::relocateOriginals(*session, collection, from, to);
        },
        [this](workflow::Relocation &&moved) {
            Q_EMIT originalsMissing(moved.missing);
            reload();
        });
    connect(job, &Job::failed, this, [this](const Error &error) {
        Q_EMIT troubled(errorText(tr("Could not find the originals there"), error));
    });
}

void SessionController::checkOriginals()
{
    if (!m_session || !m_survey || isTemporary())
        return;
    m_runner.start<std::vector<std::string>>(
        {tr("Looking for the originals")}, this,
        [session = m_session, collection = m_survey->summary.id](const JobContext &) {
            return session->missingOriginals(collection);
        },
        [this, session = m_session](std::vector<std::string> &&missing) {
            if (!missing.empty() && session == m_session)
                Q_EMIT originalsMissing(missing);
        });
}

void SessionController::reload()
{
    if (!m_session || !m_survey)
        return;
    rememberLook();
    beginLoading(m_runner.start<LoadedSurvey>(
                     {tr("Opening the collection")}, this,
                     [session = m_session, collection = m_survey->summary.id](const JobContext &context) {
                         return loadSurvey(session, collection, context);
                     },
                     [this](LoadedSurvey &&loaded) { adopt(std::move(loaded)); }),
                 tr("Could not open the collection"));
}

template <class Request> void SessionController::startPreparing(const Request &request)
{
    beginLoading(m_runner.start<LoadedSurvey>(
                     {tr("Preparing the collection once more")}, this,
                     [session = m_session, request](const JobContext &context) -> Result<LoadedSurvey> {
                         const auto outcome = workflow::prepareAgain(*session, request, context);
                         if (!outcome)
                             return failure(outcome.error());
                         return loadSurvey(session, outcome->collection, context);
                     },
                     [this](LoadedSurvey &&loaded) { adopt(std::move(loaded)); }),
                 tr("Could not prepare the collection"));
}

void SessionController::prepareAgain(const workflow::ReprepareRequest &request)
{
    startPreparing(request);
}

void SessionController::prepareAgain(const workflow::SpectraReprepareRequest &request)
{
    startPreparing(request);
}

void SessionController::exploreSample()
{
    beginLoading(m_runner.start<ImportedSurvey>(
                     {tr("Making the sample survey")}, this,
                     [name = tr("simulated radio galaxies").toStdString()](const JobContext &context) {
                         return makeSampleSurvey(name, context);
                     },
                     [this](ImportedSurvey &&result) {
                         adoptImported(std::move(result));
                         Q_EMIT sampleReady();
                     }),
                 tr("Could not make the sample survey"));
}

void SessionController::showCollection(session::CollectionId collection)
{
    if (!m_session || (m_survey && m_survey->summary.id == collection))
        return;
    rememberLook();
    beginLoading(m_runner.start<LoadedSurvey>(
                     {tr("Opening the collection")}, this,
                     [session = m_session, collection](const JobContext &context) {
                         return loadSurvey(session, collection, context);
                     },
                     [this](LoadedSurvey &&loaded) { adopt(std::move(loaded)); }),
                 tr("Could not open the collection"));
}

void SessionController::showModel(session::ModelId model)
{
    for (const CollectionOverview &entry : m_project)
    {
        const auto isIt = [model](const auto &summary) { return summary.id == model; };
        const bool isMap = std::any_of(entry.models.begin(), entry.models.end(), isIt);
        if (!isMap && !std::any_of(entry.latents.begin(), entry.latents.end(), isIt))
            continue;
        const session::CollectionId collection = entry.collection.id;
        if (m_survey && m_survey->summary.id == collection)
            return isMap ? loadMapOf(model) : loadLatentOf(model);
        // The model is kept as the active one, so that opening its collection shows it.
        m_activeWriter.write(
            [session = m_session, json = activeJson(collection, isMap ? model : session::ModelId{},
                                                    isMap ? session::ModelId{} : model)] {
                return session->setView(kActiveKey, json);
            });
        m_activeWriter.flush();
        return showCollection(collection);
    }
}

void SessionController::beginLoading(Job *job, const QString &whatFails)
{
    if (m_loading)
        m_loading->abandon();
    m_loading = job;
    connect(job, &Job::failed, this, [this, whatFails](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(whatFails, error));
    });
    Q_EMIT loadingStarted(job);
}

void SessionController::adopt(LoadedSurvey &&loaded)
{
    const bool isOtherSession = loaded.session != m_session;
    m_isWindowRecalled = m_isWindowRecalled && !isOtherSession;
    m_session = std::move(loaded.session);
    m_project = std::move(loaded.project);
    if (!loaded.labelClasses.empty())
        m_labelClasses = std::move(loaded.labelClasses);
    else if (isOtherSession)
        m_labelClasses = session::defaultLabelClasses();
    m_wantedLook = std::move(loaded.lookState);
    showSurvey(std::move(loaded.survey), 0);
    const session::CollectionId collection = m_survey ? m_survey->summary.id : session::CollectionId{};
    m_labels.reset(m_survey ? m_session : nullptr, collection, loaded.labels);
    m_marks.reset(m_survey ? m_session : nullptr, collection, loaded.marks);
    restoreLook(m_wantedLook);
    m_journal.reset(m_survey ? m_session : nullptr, collection, loaded.journal, sourceCountOf(m_survey));
    Q_EMIT projectChanged();
    Q_EMIT labelNamesChanged();
    if (isOtherSession)
    {
        Q_EMIT sessionOpened(QString::fromStdU16String(m_session->path().u16string()));
        Q_EMIT windowRecalled(QByteArray::fromStdString(loaded.windowState));
        m_isWindowRecalled = true;
        checkOriginals();
        if (!loaded.pendingImports.empty())
            Q_EMIT interruptedImportFound(loaded.pendingImports.back());
    }
    for (const std::string &warning : loaded.warnings)
        Q_EMIT troubled(QString::fromStdString(warning));
    if (loaded.model && m_survey && m_survey->isPrepared())
        return loadMapOf(*loaded.model);
    m_wantedLook.clear();
    rememberActive();
}

void SessionController::adoptImported(ImportedSurvey &&result)
{
    m_scratch = std::move(result.scratch);
    adopt(std::move(result.loaded));
    Q_EMIT imported(result.outcome);
}

void SessionController::loadMapOf(session::ModelId model)
{
    beginLoading(m_runner.compute<std::shared_ptr<const MapData>>(
                     tr("Opening the map"), this,
                     [session = m_session, model](compute::Backend &backend, const JobContext &context) {
                         return loadMap(*session, model, backend, context);
                     },
                     [this](std::shared_ptr<const MapData> &&map) { adoptMap(std::move(map)); }),
                 tr("Could not open the map"));
}

void SessionController::adoptMap(const std::shared_ptr<Session> &session, std::shared_ptr<const MapData> map)
{
    refreshProject();
    if (session == m_session && m_survey && map->summary.collection == m_survey->summary.id)
        adoptMap(std::move(map));
}

void SessionController::adoptMap(std::shared_ptr<const MapData> map)
{
    if (!m_survey || map->summary.collection != m_survey->summary.id)
        return;
    auto survey = std::make_shared<SurveyData>(*m_survey);
    survey->map = std::move(map);
    exchange(std::move(survey));
    rememberActive();
}

void SessionController::loadLatentOf(session::ModelId model)
{
    beginLoading(
        m_runner.start<LatentSpacePointer>(
            {tr("Opening the latent space")}, this,
            [session = m_session, model](const JobContext &) { return loadLatent(*session, model); },
            [this, session = m_session](LatentSpacePointer &&latent) { adoptLatent(session, latent); }),
        tr("Could not open the latent space"));
}

void SessionController::adoptLatent(const std::shared_ptr<Session> &session, LatentSpacePointer latent)
{
    refreshProject();
    if (session != m_session || !m_survey || latent->summary.collection != m_survey->summary.id)
        return;
    auto survey = std::make_shared<SurveyData>(*m_survey);
    survey->latent = std::move(latent);
    exchange(std::move(survey));
    rememberActive();
}

void SessionController::exchange(std::shared_ptr<SurveyData> survey)
{
    const std::string wanted = m_wantedLook.empty() ? toJson(look()) : std::exchange(m_wantedLook, {});
    const std::size_t neurons = survey->map ? survey->map->som.layout.neuronCount() : 0;
    showSurvey(std::move(survey), neurons);
    m_labels.show();
    restoreLook(wanted);
}

void SessionController::showSurvey(SurveyPointer survey, std::size_t neuronCount)
{
    const UndoJournal::Quiet quiet(m_journal);
    m_survey = std::move(survey);
    m_labels.hide();
    m_selection.reset(sourceCountOf(m_survey), neuronCount);
    Q_EMIT surveyChanged();
}

void SessionController::refreshProject()
{
    if (!m_session)
        return;
    if (m_projectJob)
        m_projectJob->abandon();
    m_projectJob = m_runner.start<std::vector<CollectionOverview>>(
        {tr("Reading the project"), JobLane::Write}, this,
        [session = m_session](const JobContext &) { return loadProject(*session); },
        [this](std::vector<CollectionOverview> &&project) {
            m_project = std::move(project);
            Q_EMIT projectChanged();
        });
}

std::vector<std::size_t> SessionController::sourcesToLabel() const
{
    if (!m_selection.selected().empty())
        return m_selection.selected();
    if (const auto source = m_selection.currentSource())
        return {*source};
    return {};
}

void SessionController::flush()
{
    if (m_lookTimer.isActive())
        rememberLook();
    for (LatestWriter *writer : {&m_lookWriter, &m_activeWriter, &m_windowWriter})
        writer->flush();
    m_journal.flush();
}

} // namespace somnium::ui
