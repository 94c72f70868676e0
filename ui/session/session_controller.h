// SPDX-License-Identifier: GPL-3.0-or-later
// The one object that knows what is open: session, survey, selection, labels, undo. It starts the jobs that
// open, import and save, and tells the window when something has changed. It never waits.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <QTimer>

#include "core/workflow/import.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/reprepare.h"
#include "ui/jobs/job.h"
#include "ui/models/selection_model.h"
#include "ui/models/survey_data.h"
#include "ui/session/label_book.h"
#include "ui/session/latest_writer.h"
#include "ui/session/mark_book.h"
#include "ui/session/scratch_folder.h"
#include "ui/session/survey_loader.h"
#include "ui/session/undo_journal.h"

namespace somnium::ui
{

class JobRunner;

class SessionController : public QObject
{
    Q_OBJECT

public:
    explicit SessionController(JobRunner &runner, QObject *parent = nullptr);
    ~SessionController() override;

    [[nodiscard]] JobRunner &runner() { return m_runner; }
    [[nodiscard]] const std::shared_ptr<session::Session> &session() const { return m_session; }
    /// Null while nothing is open.
    [[nodiscard]] const SurveyPointer &survey() const { return m_survey; }
    [[nodiscard]] const std::vector<CollectionOverview> &project() const { return m_project; }
    [[nodiscard]] SelectionModel &selection() { return m_selection; }
    [[nodiscard]] LabelBook &labels() { return m_labels; }
    [[nodiscard]] MarkBook &marks() { return m_marks; }
    [[nodiscard]] UndoJournal &journal() { return m_journal; }
    /// The session of a sample survey: gone when the program ends.
    [[nodiscard]] bool isTemporary() const { return m_scratch != nullptr; }

    // Each of these replaces what an earlier one of them is still loading.
    void openSession(const std::filesystem::path &path);
    /// Into the session file at `sessionPath`, made if it does not exist; then shows the new collection.
    void importImages(const workflow::ImportRequest &request, const std::filesystem::path &sessionPath);
    /// The same for spectra.
    void importSpectra(const workflow::SpectraImportRequest &request,
                       const std::filesystem::path &sessionPath);
    /// Goes on with an import of the open session that was interrupted, or forgets what it had read.
    void continueImport(const session::PendingImport &import);
    void discardImport(const session::PendingImport &import);
    /// Says that originals of the survey that were below `from` are now below `to`.
    void relocateOriginals(const std::filesystem::path &from, const std::filesystem::path &to);
    /// The collection once more by another recipe, as a new one, which is then shown.
    void prepareAgain(const workflow::ReprepareRequest &request);
    void prepareAgain(const workflow::SpectraReprepareRequest &request);
    /// Simulated radio galaxies, made on the spot into a temporary session.
    void exploreSample();
    void showCollection(session::CollectionId collection);
    void showModel(session::ModelId model);

    void removeCollection(session::CollectionId collection);
    void removeModel(session::ModelId model);
    /// Keeps the selection in the session under a name.
    void saveSelection(const QString &name);
    /// A map that was just trained: shown if its collection is.
    void adoptMap(const std::shared_ptr<session::Session> &session, std::shared_ptr<const MapData> map);
    /// Likewise a latent space.
    void adoptLatent(const std::shared_ptr<session::Session> &session, LatentSpacePointer latent);

    /// The sources that a label key acts on: the selection, else the source looked at.
    [[nodiscard]] std::vector<std::size_t> sourcesToLabel() const;
    [[nodiscard]] const std::vector<session::LabelClass> &labelClasses() const { return m_labelClasses; }
    /// Keeps them in the session; the labels that sources carry stay as they are.
    void setLabelClasses(std::vector<session::LabelClass> classes);
    /// Names of the classes on the keys 1 to 9; empty where a key has none.
    [[nodiscard]] QStringList labelNames() const;
    /// Puts classes of these names on the keys 1 to 9: an empty one frees its key, one that another class has
    /// changes nothing.
    void setLabelNames(const QStringList &names);
    /// Labels the prototype and, as a step that can be undone, these sources of it.
    void labelPrototype(std::size_t neuron, const QString &text, const std::vector<std::size_t> &sources);
    /// JSON that the window wants to find again (Session::view, kWindowKey). What it says before
    /// windowRecalled, while it fills itself, is not how it was left.
    void rememberWindow(const QByteArray &json);
    /// Writes what is waiting to be written: before the program ends.
    void flush();

Q_SIGNALS:
    /// `survey()` is another one, or has another map. Selection and labels are empty at that moment, so that
    /// none of them points beyond what a view holds, and are restored right after.
    void surveyChanged();
    void projectChanged();
    void labelNamesChanged();
    /// After a session was opened: what rememberWindow kept, may be empty.
    void windowRecalled(const QByteArray &json);
    void sessionOpened(const QString &path);
    void imported(const somnium::workflow::ImportOutcome &outcome);
    /// The import was stopped, and what it had read is kept; the same import goes on from there.
    void importStopped(const somnium::workflow::ImportRequest &request,
                       const std::filesystem::path &sessionPath);
    void spectraImportStopped(const somnium::workflow::SpectraImportRequest &request,
                              const std::filesystem::path &sessionPath);
    /// A session was opened that holds an import which was interrupted.
    void interruptedImportFound(const somnium::session::PendingImport &import);
    /// Originals of the survey that are not where they were. After a relocation also if there are none.
    void originalsMissing(const std::vector<std::string> &files);
    /// A sample survey is there and waits to be trained.
    void sampleReady();
    void loadingStarted(somnium::ui::Job *job);
    /// Something went wrong that did not stop the program.
    void troubled(const QString &message);

private:
    template <class Request> void startPreparing(const Request &request);
    void beginLoading(Job *job, const QString &whatFails);
    void adopt(LoadedSurvey &&loaded);
    void adoptImported(ImportedSurvey &&result);
    void adoptMap(std::shared_ptr<const MapData> map);
    void loadMapOf(session::ModelId model);
    void loadLatentOf(session::ModelId model);
    /// The survey with something of it exchanged; what is selected and looked at stays.
    void exchange(std::shared_ptr<SurveyData> survey);
    void reload();
    void checkOriginals();
    void showSurvey(SurveyPointer survey, std::size_t neuronCount);
    void restoreLook(const std::string &json);
    /// What is selected and looked at.
    struct Look
    {
        std::vector<std::size_t> selected;
        std::optional<std::size_t> source;
        std::optional<std::size_t> neuron;
    };
    [[nodiscard]] Look look() const;
    [[nodiscard]] static std::string toJson(const Look &look);
    void rememberLook();
    [[nodiscard]] static std::string activeJson(session::CollectionId collection, session::ModelId map,
                                                session::ModelId latent);
    void rememberActive();
    void refreshProject();
    void change(const QString &whatFails, const std::function<Result<void>(session::Session &)> &work);

    JobRunner &m_runner;
    std::shared_ptr<const ScratchFolder> m_scratch;
    std::shared_ptr<session::Session> m_session;
    SurveyPointer m_survey;
    std::vector<CollectionOverview> m_project;
    SelectionModel m_selection;
    LabelBook m_labels;
    MarkBook m_marks;
    UndoJournal m_journal;
    LatestWriter m_lookWriter;
    LatestWriter m_activeWriter;
    LatestWriter m_windowWriter;
    std::vector<session::LabelClass> m_labelClasses = session::defaultLabelClasses();
    QPointer<Job> m_loading; ///< the newest; older ones are abandoned
    QPointer<Job> m_projectJob;
    QTimer m_lookTimer;
    QTimer m_projectTimer;
    std::string m_wantedLook; ///< to be restored when the map is there
    bool m_isWindowRecalled = false;
};

} // namespace somnium::ui
