// SPDX-License-Identifier: GPL-3.0-or-later
// A row of controls that goes on in a second line where the window is too narrow for one, at the places that
// allow it.
#pragma once

#include <memory>
#include <vector>

#include <QLayout>

namespace somnium::ui
{

class WrappingRow : public QLayout
{
public:
    explicit WrappingRow(QWidget *parent = nullptr);
    ~WrappingRow() override;

    void addWidget(QWidget *widget);
    /// Takes its share of the room that is left, up to its maximum width.
    void addGrowing(QWidget *widget);
    /// Takes the room that is left by those that grow.
    void addStretch();
    /// What is added from here on may go to the next line.
    void mayBreak();

    void addItem(QLayoutItem *item) override;
    [[nodiscard]] int count() const override { return static_cast<int>(m_places.size()); }
    [[nodiscard]] QLayoutItem *itemAt(int index) const override;
    QLayoutItem *takeAt(int index) override;

    [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    /// All in one line.
    [[nodiscard]] QSize sizeHint() const override;
    /// Of the widest part alone; the height is that of one line.
    [[nodiscard]] QSize minimumSize() const override;
    void setGeometry(const QRect &area) override;

private:
    struct Place
    {
        std::unique_ptr<QLayoutItem> item;
        bool grows = false;
        bool beginsPart = false;
    };
    using Line = std::vector<const Place *>;

    /// What is visible, cut where the row may break.
    [[nodiscard]] std::vector<Line> parts() const;
    /// As many parts in each as fit, at least one.
    [[nodiscard]] std::vector<Line> linesFor(int width) const;
    [[nodiscard]] std::vector<int> widthsIn(const Line &line, int width) const;
    /// With the gaps between its places.
    [[nodiscard]] int leastWidth(const Line &line) const;
    [[nodiscard]] static int heightOf(const Line &line);
    [[nodiscard]] int gaps(const Line &line) const;

    std::vector<Place> m_places;
    bool m_breaksNext = false;
};

} // namespace somnium::ui
