// SPDX-License-Identifier: GPL-3.0-or-later
// A list of sources with distance and turn, as thumbnails: rows of search::Neighbour over a survey. Pictures
// are made when a view asks for them and kept in a small cache.
#pragma once

#include <vector>

#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <QPixmap>

#include "core/search/nearest.h"
#include "ui/models/display_settings.h"
#include "ui/models/sample_fetcher.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

enum class GalleryOrder
{
    DistanceRising,
    DistanceFalling,
    Identifier,
    SurveyOrder,
    AsGiven,
};

/// One source as galleries show it; null without its sample. A spectrum is drawn as a square of `side`, an
/// image has its own pixels. Any thread.
[[nodiscard]] QImage galleryPicture(const SurveyData &survey, const search::Neighbour &item,
                                    const DisplaySettings &display, bool isTurned, int side);

class GalleryModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role
    {
        SourceRole = Qt::UserRole, ///< qulonglong
        DistanceRole,              ///< float; NaN: none
    };

    explicit GalleryModel(QObject *parent = nullptr);

    /// Sources beyond the survey are left out. A null survey empties the list.
    void setItems(SurveyPointer survey, std::vector<search::Neighbour> items);
    void setOrder(GalleryOrder order);
    /// What the number of an item is, for tooltips; "distance" unless said otherwise.
    void setFigure(const QString &name) { m_figure = name; }
    void setDisplay(const DisplaySettings &display);
    /// True: turned and flipped to match; false: as on the sky.
    void setTurned(bool isTurned);
    [[nodiscard]] bool isTurned() const { return m_isTurned; }
    [[nodiscard]] const DisplaySettings &display() const { return m_display; }
    [[nodiscard]] const SurveyPointer &survey() const { return m_survey; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

    [[nodiscard]] const search::Neighbour &item(int row) const
    {
        return m_items[static_cast<std::size_t>(row)];
    }
    /// -1 if the source is not in the list.
    [[nodiscard]] int rowOfSource(std::size_t source) const;
    /// Square, `side` device pixels; from the cache or made now. Null while its sample is still being brought
    /// in from the disk: `dataChanged` tells when it is there.
    [[nodiscard]] QPixmap thumbnail(int row, int side) const;

private:
    void sortItems();

    SurveyPointer m_survey;
    std::vector<search::Neighbour> m_items;
    QString m_figure;
    GalleryOrder m_order = GalleryOrder::DistanceRising;
    DisplaySettings m_display;
    bool m_isTurned = true;
    mutable QCache<std::size_t, QPixmap> m_cache;
    mutable int m_cachedSide = 0;
    mutable SampleFetcher m_fetcher;
};

} // namespace somnium::ui
