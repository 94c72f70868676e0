// SPDX-License-Identifier: GPL-3.0-or-later
// One image, as large as fits with square pixels, and a caption under it.
#pragma once

#include <QImage>
#include <QWidget>

namespace somnium::ui
{

class ImagePane : public QWidget
{
    Q_OBJECT

public:
    explicit ImagePane(const QString &caption, QWidget *parent = nullptr);

    void setPicture(const QImage &picture); ///< null: a faint frame
    void setCaption(const QString &caption);
    [[nodiscard]] const QImage &picture() const { return m_picture; }
    [[nodiscard]] const QString &caption() const { return m_caption; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

Q_SIGNALS:
    void clicked();

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QImage m_picture;
    QString m_caption;
};

} // namespace somnium::ui
