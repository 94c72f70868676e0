// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gallery_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QGuiApplication>
#include <QLocale>

#include "core/som/mapper.h"
#include "ui/models/image_renderer.h"
#include "ui/models/spectrum_thumbnail.h"

namespace somnium::ui
{

namespace
{

constexpr int kCachedThumbnails = 400; ///< a few screens full

} // namespace

QImage galleryPicture(const SurveyData &survey, const search::Neighbour &item, const DisplaySettings &display,
                      bool isTurned, int side)
{
    if (survey.spectra && item.source < survey.spectra->count())
    {
        const data::PreparedSpectrum spectrum = survey.spectra->spectrum(item.source);
        return renderSpectrumThumbnail(spectrum.flux, spectrum.weight, {side, side},
                                       QGuiApplication::palette());
    }
    if (!survey.samples || item.source >= survey.samples->count())
        return {};
    const data::ImageView sample = survey.samples->sample(item.source);
    return isTurned ? renderImage(som::turned(sample, item.transform).view(), display,
                                  imageLimits(sample, display))
                    : renderImage(sample, display);
}

GalleryModel::GalleryModel(QObject *parent) : QAbstractListModel(parent)
{
    m_cache.setMaxCost(kCachedThumbnails);
    connect(&m_fetcher, &SampleFetcher::fetched, this, [this] {
        if (!m_items.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DecorationRole});
    });
}

void GalleryModel::setItems(SurveyPointer survey, std::vector<search::Neighbour> items)
{
    beginResetModel();
    m_cache.clear();
    m_survey = std::move(survey);
    const std::size_t count = m_survey ? m_survey->collection.sources.size() : 0;
    std::erase_if(items, [count](const search::Neighbour &item) { return item.source >= count; });
    m_items = std::move(items);
    sortItems();
    endResetModel();
}

void GalleryModel::setOrder(GalleryOrder order)
{
    if (order == m_order)
        return;
    beginResetModel();
    m_order = order;
    sortItems();
    endResetModel();
}

void GalleryModel::setDisplay(const DisplaySettings &display)
{
    if (display == m_display)
        return;
    m_display = display;
    m_cache.clear();
    if (!m_items.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DecorationRole});
}

void GalleryModel::setTurned(bool isTurned)
{
    if (isTurned == m_isTurned)
        return;
    m_isTurned = isTurned;
    m_cache.clear();
    if (!m_items.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DecorationRole});
}

void GalleryModel::sortItems()
{
    if (m_order == GalleryOrder::AsGiven)
        return;
    // NaN distances go last; ties keep the survey's order.
    const auto key = [](const search::Neighbour &item, float ifNan) {
        return std::isnan(item.distance) ? ifNan : item.distance;
    };
    const float infinity = std::numeric_limits<float>::infinity();
    std::ranges::stable_sort(m_items, [&](const search::Neighbour &a, const search::Neighbour &b) {
        switch (m_order)
        {
        case GalleryOrder::DistanceRising:
            return std::pair(key(a, infinity), a.source) < std::pair(key(b, infinity), b.source);
        case GalleryOrder::DistanceFalling:
            return std::pair(-key(a, -infinity), a.source) < std::pair(-key(b, -infinity), b.source);
        case GalleryOrder::Identifier:
            return m_survey->collection.sources[a.source].id < m_survey->collection.sources[b.source].id;
        case GalleryOrder::SurveyOrder:
        case GalleryOrder::AsGiven: break;
        }
        return a.source < b.source;
    });
}

int GalleryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant GalleryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const search::Neighbour &entry = item(index.row());
    const QString identifier = QString::fromStdString(m_survey->collection.sources[entry.source].id);
    const QLocale locale;
    const QString distance = std::isfinite(entry.distance)
                                 ? locale.toString(static_cast<double>(entry.distance), 'f', 2)
                                 : QString();
    switch (role)
    {
    case Qt::DisplayRole: return distance;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return distance.isEmpty()
                   ? identifier
                   : tr("%1, %2 %3")
                         .arg(identifier, m_figure.isEmpty() ? tr("distance") : m_figure, distance);
    case SourceRole: return static_cast<qulonglong>(entry.source);
    case DistanceRole: return entry.distance;
    default: return {};
    }
}

int GalleryModel::rowOfSource(std::size_t source) const
{
    const auto found = std::ranges::find(m_items, source, &search::Neighbour::source);
    return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

QPixmap GalleryModel::thumbnail(int row, int side) const
{
    if (row < 0 || row >= rowCount() || !m_survey->isPrepared())
        return {};
    if (side != m_cachedSide)
    {
        m_cache.clear();
        m_cachedSide = side;
    }
    const search::Neighbour &entry = item(row);
    if (const QPixmap *cached = m_cache.object(entry.source))
        return *cached;
    const bool isAtHand =
        m_survey->spectra
            ? entry.source < m_survey->spectra->count() && m_fetcher.has(m_survey->spectra, entry.source)
            : entry.source < m_survey->samples->count() && m_fetcher.has(m_survey->samples, entry.source);
    if (!isAtHand)
        return {};
    const QImage picture = galleryPicture(*m_survey, entry, m_display, m_isTurned, side);
    if (picture.isNull())
        return {};
    auto pixmap = std::make_unique<QPixmap>(
        QPixmap::fromImage(picture.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation)));
    const QPixmap result = *pixmap;
    m_cache.insert(entry.source, pixmap.release());
    return result;
}

} // namespace somnium::ui
