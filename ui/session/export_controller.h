// SPDX-License-Identifier: GPL-3.0-or-later
// Writes what leaves the window: catalogues of sources, models and mappings, figures.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include <QByteArray>
#include <QObject>

#include "core/data/catalogue.h"
#include "core/workflow/export.h"
#include "ui/models/oddity_data.h"

namespace somnium::ui
{

class Job;
class SessionController;

class ExportController : public QObject
{
    Q_OBJECT

public:
    explicit ExportController(SessionController &controller, QObject *parent = nullptr);

    /// Sources in this order, with the results of the map (without one: of the latent space), in the format
    /// of the ending: .fits, .vot, .csv.
    void exportSources(const std::vector<std::size_t> &sources, const std::filesystem::path &path);
    /// Sources on the latent space (none: all), with these columns behind the others.
    void exportLatent(const std::filesystem::path &path, const std::vector<std::size_t> &sources = {},
                      std::vector<data::Column> extra = {});
    /// The model of the latent space: FILE_encoder.onnx and FILE_decoder.onnx for FILE.onnx.
    void exportLatentModel(const std::filesystem::path &path);
    /// Odd sources in this order. Spectra on a latent space get the score that ranked them and their
    /// signal-to-noise, where these are known (null: not); else as exportSources.
    void exportOddest(const std::vector<std::size_t> &sources, const OdditiesPointer &oddities,
                      const OddityRankingPointer &ranking, const std::filesystem::path &path);
    /// The `count` sources furthest from their prototype.
    void exportFurthest(std::size_t count, const std::filesystem::path &path);
    void exportImages(workflow::ExportFormat format, const std::filesystem::path &path);
    void exportModel(workflow::ExportFormat format, const std::filesystem::path &path);
    /// Distances of every source to every neuron; PINK: best rotations and flips beside it.
    void exportMapping(workflow::ExportFormat format, const std::filesystem::path &path);
    /// In the format of the ending: .fits, .vot, .csv.
    void exportTable(const data::Catalogue &table, const std::filesystem::path &path);
    /// `render` runs on a reader's thread: what paints there captures values only.
    void exportFigure(std::function<Result<QByteArray>()> render, const std::filesystem::path &path);

Q_SIGNALS:
    void exported(const QString &path);
    void started(somnium::ui::Job *job);
    void troubled(const QString &message);

private:
    /// Runs `work` on the writer's thread, so that an export sees the labels that were put before it.
    void write(const std::filesystem::path &path, std::function<Result<void>(const JobContext &)> work);
    void watch(Job *job);
    [[nodiscard]] bool hasMap();

    SessionController &m_controller;
};

} // namespace somnium::ui
