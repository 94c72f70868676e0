// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/label_chips.h"

#include <algorithm>

#include <QLabel>
#include <QResizeEvent>
#include <QToolButton>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kGap = kGridStep / 2;

} // namespace

LabelChips::LabelChips(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Labels"));
    setLabels({});
}

void LabelChips::setLabels(const QStringList &labels)
{
    m_labels = labels;
    for (QWidget *chip : std::as_const(m_chips))
    {
        chip->hide();
        chip->deleteLater(); // a chip may be asking for its own removal just now
    }
    m_chips.clear();
    for (const QString &text : labels)
    {
        auto *chip = new QToolButton(this);
        chip->setProperty("chip", true);
        chip->setIcon(themeIcon(QStringLiteral("cancel")));
        chip->setIconSize({10, 10});
        chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        chip->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, 160));
        chip->setToolTip(tr("%1: click to take this label off").arg(text));
        chip->setAccessibleName(tr("Label %1").arg(text));
        connect(chip, &QToolButton::clicked, this, [this, text]() { Q_EMIT removalRequested(text); });
        m_chips.append(chip);
    }
    if (labels.isEmpty())
    {
        auto *none = new QLabel(tr("No labels"), this);
        none->setProperty("quiet", true);
        m_chips.append(none);
    }
    for (QWidget *chip : std::as_const(m_chips))
        chip->show();
    arrange(width(), true);
    updateGeometry();
}

QSize LabelChips::sizeHint() const
{
    return {200, arrange(std::max(width(), 160), false)};
}

void LabelChips::resizeEvent(QResizeEvent *event)
{
    arrange(event->size().width(), true);
}

int LabelChips::arrange(int width, bool applies) const
{
    int x = 0;
    int y = 0;
    int lineHeight = 0;
    for (QWidget *chip : m_chips)
    {
        const QSize size = chip->sizeHint();
        if (x > 0 && x + size.width() > width)
        {
            x = 0;
            y += lineHeight + kGap;
            lineHeight = 0;
        }
        if (applies)
            chip->setGeometry(x, y, size.width(), size.height());
        x += size.width() + kGap;
        lineHeight = std::max(lineHeight, size.height());
    }
    return y + lineHeight;
}

} // namespace somnium::ui
