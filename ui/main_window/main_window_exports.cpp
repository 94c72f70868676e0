// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the window: the dialog that asks what and where, and the deed.
#include <algorithm>

#include "ui/main_window/main_window.h"
#include "ui/panels/display_menu.h"
#include "ui/panels/message_bar.h"
#include "ui/session/error_text.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/latent_view.h"
#include "ui/views/map_poster.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/table_view.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{

std::vector<std::pair<QString, const FigureSource *>> MainWindow::figures() const
{
    const std::vector<std::pair<QString, const FigureSource *>> all = {
        {tr("Map"), m_mapView},
        {tr("Latent space"), m_latentView},
        {tr("Outliers"), m_outliersView},
        {tr("Table"), m_tableView},
        {tr("Filmstrip"), m_filmstrip},
        {tr("Source (Inspector)"), m_inspector},
        {tr("Training curves"), m_trainingView}};
    std::vector<std::pair<QString, const FigureSource *>> shown;
    for (const auto &figure : all)
        if (figure.second->hasFigure())
            shown.push_back(figure);
    return shown;
}

void MainWindow::exportWhat(ExportDialog::What what)
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (!survey)
        return;
    const Odd odd{m_outliersView->outliers(), m_outliersView->order(), m_bench.oddities.oddities(),
                  m_bench.oddities.ranking()};
    ExportOffer offer{m_bench.session.selection().selected().size(),
                      odd.outliers.size(),
                      survey->collection.sources.size(),
                      survey->map != nullptr,
                      survey->latent != nullptr,
                      QString::fromStdString(survey->collection.name),
                      {},
                      ranksSpectra(*survey)};
    for (const auto &figure : figures())
        offer.figures.append(figure.first);
    auto *dialog = new ExportDialog(offer, what, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, odd] { runExport(*dialog, odd); });
    dialog->open();
}

/// The oddest so many. Images are ranked by their distance, as `outliers` of the command line does.
void MainWindow::exportTop(std::size_t count, const Odd &odd, const std::filesystem::path &path)
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (!survey || !ranksSpectra(*survey))
        return m_bench.exports.exportFurthest(count, path);
    const auto end = odd.order.begin() + static_cast<std::ptrdiff_t>(std::min(count, odd.order.size()));
    m_bench.exports.exportOddest({odd.order.begin(), end}, odd.oddities, odd.ranking, path);
}

void MainWindow::runExport(const ExportDialog &dialog, const Odd &odd)
{
    using What = ExportDialog::What;
    ExportController &exports = m_bench.exports;
    const auto format = dialog.isPink() ? workflow::ExportFormat::Pink : workflow::ExportFormat::Fits;
    switch (dialog.what())
    {
    case What::Outliers: return exports.exportOddest(odd.outliers, odd.oddities, odd.ranking, dialog.path());
    case What::TopOutliers: return exportTop(dialog.topCount(), odd, dialog.path());
    case What::Selection: return exports.exportSources(m_bench.session.selection().selected(), dialog.path());
    case What::Latent: return exports.exportLatent(dialog.path());
    case What::LatentModel: return exports.exportLatentModel(dialog.path());
    case What::Model: return exports.exportModel(format, dialog.path());
    case What::Mapping: return exports.exportMapping(format, dialog.path());
    case What::Images: return exports.exportImages(format, dialog.path());
    case What::Poster: {
        const SurveyPointer survey = m_bench.session.survey();
        if (const FigurePainter paint = mapPoster(survey, m_displayMenu->display()))
            exports.exportFigure(
                [paint, name = posterName(*survey), options = dialog.figureOptions()] {
                    return renderFigure(paint, name, options);
                },
                dialog.path());
        return;
    }
    case What::Figure: break;
    }
    const auto shown = figures();
    if (dialog.figure() < 0 || static_cast<std::size_t>(dialog.figure()) >= shown.size())
        return;
    auto work = figureWork(*shown[static_cast<std::size_t>(dialog.figure())].second, dialog.figureOptions());
    if (work)
        exports.exportFigure(std::move(*work), dialog.path());
    else
        m_message->showTrouble(errorText(tr("Could not draw the figure"), work.error()));
}

} // namespace somnium::ui
