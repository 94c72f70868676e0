// SPDX-License-Identifier: GPL-3.0-or-later
// Labels as chips that wrap; a click on one asks for its removal.
#pragma once

#include <QStringList>
#include <QWidget>

namespace somnium::ui
{

class LabelChips : public QWidget
{
    Q_OBJECT

public:
    explicit LabelChips(QWidget *parent = nullptr);
    void setLabels(const QStringList &labels);
    [[nodiscard]] QStringList labels() const { return m_labels; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override { return arrange(width, false); }
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void removalRequested(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Height needed; moves the chips if `applies`.
    int arrange(int width, bool applies) const;

    QStringList m_labels;
    QList<QWidget *> m_chips;
};

} // namespace somnium::ui
