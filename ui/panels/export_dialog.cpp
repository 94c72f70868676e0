// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/export_dialog.h"

#include <algorithm>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"
#include "ui/views/map_poster.h"

namespace somnium::ui
{

namespace
{

using What = ExportDialog::What;

bool isTable(What what)
{
    return what == What::Outliers || what == What::TopOutliers || what == What::Selection ||
           what == What::Latent;
}

struct Format
{
    QString title;
    QString ending;
};

QList<Format> formatsFor(What what)
{
    if (isTable(what))
        return {{ExportDialog::tr("FITS table"), QStringLiteral(".fits")},
                {ExportDialog::tr("VOTable"), QStringLiteral(".vot")},
                {ExportDialog::tr("CSV"), QStringLiteral(".csv")}};
    if (what == What::LatentModel)
        return {{QStringLiteral("ONNX"), QStringLiteral(".onnx")}};
    if (what == What::Poster)
        return {{QStringLiteral("PDF"), QStringLiteral(".pdf")},
                {QStringLiteral("SVG"), QStringLiteral(".svg")},
                {QStringLiteral("PNG"), QStringLiteral(".png")}};
    if (what == What::Figure)
        return {{QStringLiteral("PNG"), QStringLiteral(".png")},
                {QStringLiteral("SVG"), QStringLiteral(".svg")},
                {QStringLiteral("PDF"), QStringLiteral(".pdf")}};
    return {{QStringLiteral("FITS"), QStringLiteral(".fits")},
            {ExportDialog::tr("PINK v2"), QStringLiteral(".bin")}};
}

QString stemFor(What what)
{
    switch (what)
    {
    case What::Outliers:
    case What::TopOutliers: return QStringLiteral("outliers");
    case What::Selection: return QStringLiteral("selection");
    case What::Model: return QStringLiteral("map");
    case What::Mapping: return QStringLiteral("mapping");
    case What::Images: return QStringLiteral("images");
    case What::Figure: return QStringLiteral("figure");
    case What::Poster: return QStringLiteral("poster");
    case What::Latent: return QStringLiteral("latent");
    case What::LatentModel: return QStringLiteral("model");
    }
    return {};
}

QDoubleSpinBox *sizeBox(const QString &name, double value, const QString &suffix)
{
    auto *box = new QDoubleSpinBox;
    box->setObjectName(name);
    box->setDecimals(0);
    box->setRange(20.0, 1200.0);
    box->setValue(value);
    box->setSuffix(suffix);
    return box;
}

} // namespace

ExportDialog::ExportDialog(const ExportOffer &offer, What what, QWidget *parent)
    : QDialog(parent), m_offer(offer)
{
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export"));
    setMinimumWidth(520);
    build();
    m_what->setCurrentIndex(static_cast<int>(what));
    connect(m_what, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::suggestPath);
    connect(m_path, &QLineEdit::textEdited, this, [this] { m_isPathChosen = true; });
    refresh();
}

void ExportDialog::build()
{
    m_what = new QComboBox;
    m_what->setObjectName(QStringLiteral("exportWhat"));
    m_what->addItems({tr("Outliers above the threshold (%L1)").arg(m_offer.aboveThreshold),
                      tr("The furthest outliers"), tr("Selected sources (%L1)").arg(m_offer.selected),
                      tr("Map: prototypes"), tr("Mapping: distances to every neuron"), tr("Prepared images"),
                      tr("Figure"), tr("Poster of the map"),
                      tr("Latent space: all sources (%L1)").arg(m_offer.sources),
                      tr("Latent space: its model, for other programs")});
    m_top = new QSpinBox;
    m_top->setObjectName(QStringLiteral("exportTop"));
    m_top->setRange(1, std::max(1, static_cast<int>(m_offer.sources)));
    m_top->setValue(50);
    m_top->setToolTip(tr("Command line: outliers --top N"));
    m_figure = new QComboBox;
    m_figure->setObjectName(QStringLiteral("exportFigure"));
    m_figure->addItems(m_offer.figures);
    const FigureOptions options;
    m_width = sizeBox(QStringLiteral("exportWidth"), options.widthMm, tr(" mm"));
    m_height = sizeBox(QStringLiteral("exportHeight"), options.heightMm, tr(" mm"));
    m_dpi = sizeBox(QStringLiteral("exportDpi"), options.dpi, tr(" dpi"));
    m_paper = new QComboBox;
    m_paper->setObjectName(QStringLiteral("exportPaper"));
    for (const PaperSize &size : kPaperSizes)
        m_paper->addItem(
            tr("%1 (%2 x %3 mm)").arg(QLatin1String(size.name)).arg(size.widthMm).arg(size.heightMm));
    m_paper->setCurrentIndex(1);
    m_paper->setToolTip(tr("Command line: somnium SESSION --figure FILE --view poster --paper A3"));
    m_turn = new QComboBox;
    m_turn->setObjectName(QStringLiteral("exportTurn"));
    m_turn->addItems({tr("upright"), tr("across")});
    m_turn->setToolTip(tr("Command line: --landscape"));
    m_format = new QComboBox;
    m_format->setObjectName(QStringLiteral("exportFormat"));
    m_path = new QLineEdit;
    m_path->setObjectName(QStringLiteral("exportPath"));
    m_path->setMinimumWidth(280);
    auto *choose = namedButton(QStringLiteral("exportBrowse"), tr("Choose\u2026"));
    connect(choose, &QPushButton::clicked, this, &ExportDialog::browse);
    auto *pathRow = new QWidget;
    pathRow->setLayout(fieldRow(m_path, choose));
    pathRow->layout()->setContentsMargins(0, 0, 0, 0);

    auto *form = new QFormLayout;
    form->setVerticalSpacing(kGridStep);
    form->addRow(tr("Export"), m_what);
    addRow(form, tr("How many"), m_top, {What::TopOutliers});
    addRow(form, tr("View"), m_figure, {What::Figure});
    addRow(form, tr("Width"), m_width, {What::Figure});
    addRow(form, tr("Height"), m_height, {What::Figure});
    addRow(form, tr("Paper"), m_paper, {What::Poster});
    addRow(form, tr("Orientation"), m_turn, {What::Poster});
    addRow(form, tr("Resolution"), m_dpi, {What::Figure, What::Poster});
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("File"), pathRow);
    m_note = quietLabel({});
    auto *buttons = new QDialogButtonBox;
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    m_export = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    m_export->setObjectName(QStringLiteral("exportAccept"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_note);
    layout->addStretch(1);
    layout->addWidget(buttons);
}

void ExportDialog::addRow(QFormLayout *form, const QString &label, QWidget *field, std::vector<What> kinds)
{
    auto *name = new QLabel(label);
    form->addRow(name, field);
    m_rows.push_back({name, field, std::move(kinds)});
}

void ExportDialog::refresh()
{
    const What kind = what();
    for (const Row &row : m_rows)
    {
        const bool isShown = std::find(row.kinds.begin(), row.kinds.end(), kind) != row.kinds.end();
        row.label->setVisible(isShown);
        row.field->setVisible(isShown);
    }
    refreshFormats();
    QString missing;
    const bool isTopOfSpectra = kind == What::TopOutliers && m_offer.isSpectra;
    const bool isOfLatent = kind == What::Latent || kind == What::LatentModel;
    if (isOfLatent && !m_offer.hasLatent)
        missing = tr("There is no latent space yet: train one first.");
    else if ((kind == What::Selection || kind == What::Outliers || isTopOfSpectra) && !m_offer.hasMap &&
             !m_offer.hasLatent)
        missing = tr("There is no map and no latent space yet: train one first.");
    else if (const bool needsMap = kind != What::Images && kind != What::Selection && !isOfLatent &&
                                   kind != What::Outliers && !isTopOfSpectra;
             kind == What::Figure ? m_offer.figures.isEmpty() : needsMap && !m_offer.hasMap)
        missing = tr("There is no map yet: train one first.");
    else if (kind == What::Selection && m_offer.selected == 0)
        missing = tr("Nothing is selected.");
    else if (kind == What::Outliers && m_offer.aboveThreshold == 0)
        missing = tr("No source is above the threshold.");
    m_export->setEnabled(missing.isEmpty());
    const bool isLatent =
        kind == What::Latent || (m_offer.isSpectra && m_offer.hasLatent &&
                                 (kind == What::Outliers || kind == What::TopOutliers || !m_offer.hasMap));
    m_note->setText(
        !missing.isEmpty() ? missing
        : isTable(kind) && isLatent
            ? tr("Every column of the source catalogue, and id, position, latent coordinates, "
                 "reconstruction error, labels and recipe.")
        : isTable(kind) ? tr("Every column of the source catalogue, and id, position, best prototype, "
                             "distance, rotation, flip, labels and recipe.")
        : kind == What::LatentModel
            ? tr("Two files, NAME_encoder.onnx and NAME_decoder.onnx: they take and give values as "
                 "they are prepared here (latent export --onnx).")
            : QString());
    m_note->setVisible(!m_note->text().isEmpty());
    suggestPath();
}

void ExportDialog::refreshFormats()
{
    const QSignalBlocker blocker(m_format);
    const QString before = ending();
    m_format->clear();
    for (const Format &format : formatsFor(what()))
        m_format->addItem(format.title, format.ending);
    m_format->setCurrentIndex(std::max(0, m_format->findData(before)));
}

QString ExportDialog::ending() const
{
    return m_format->currentData().toString();
}

void ExportDialog::suggestPath()
{
    if (m_isPathChosen)
    {
        const QFileInfo file(m_path->text());
        m_path->setText(QDir(file.path()).filePath(file.completeBaseName() + ending()));
        return;
    }
    QString name = m_offer.collection.isEmpty() ? QStringLiteral("somnium") : m_offer.collection;
    name.replace(QLatin1Char('/'), QLatin1Char('-'));
    name.replace(QLatin1Char(' '), QLatin1Char('-'));
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    m_path->setText(documents.filePath(name + QLatin1Char('-') + stemFor(what()) + ending()));
}

void ExportDialog::browse()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Export to"), m_path->text());
    if (!file.isEmpty())
        setPath(file);
}

void ExportDialog::setPath(const QString &path)
{
    m_isPathChosen = true;
    m_path->setText(path);
}

ExportDialog::What ExportDialog::what() const
{
    return static_cast<What>(m_what->currentIndex());
}

std::size_t ExportDialog::topCount() const
{
    return static_cast<std::size_t>(m_top->value());
}

int ExportDialog::figure() const
{
    return m_figure->currentIndex();
}

FigureOptions ExportDialog::figureOptions() const
{
    FigureOptions options;
    options.format = ending() == QStringLiteral(".svg")   ? FigureFormat::Svg
                     : ending() == QStringLiteral(".pdf") ? FigureFormat::Pdf
                                                          : FigureFormat::Png;
    options.widthMm = m_width->value();
    options.heightMm = m_height->value();
    options.dpi = m_dpi->value();
    if (what() != What::Poster)
        return options;
    const PaperSize &paper = kPaperSizes.at(static_cast<std::size_t>(m_paper->currentIndex()));
    const bool isAcross = m_turn->currentIndex() == 1;
    options.widthMm = isAcross ? paper.heightMm : paper.widthMm;
    options.heightMm = isAcross ? paper.widthMm : paper.heightMm;
    return options;
}

bool ExportDialog::isPink() const
{
    return ending() == QStringLiteral(".bin");
}

std::filesystem::path ExportDialog::path() const
{
    QString path = m_path->text().trimmed();
    if (!path.endsWith(ending(), Qt::CaseInsensitive))
        path += ending();
    return {path.toStdU16String()};
}

} // namespace somnium::ui
