// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/empty_state.h"

#include <algorithm>

#include <QIcon>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kIconSide = 40;
constexpr int kTextWidth = 360;
constexpr int kEdge = 2; ///< above and below

/// A label that draws its icon anew, so that it follows the theme.
class IconLabel : public QLabel
{
public:
    IconLabel(QIcon icon, QWidget *parent) : QLabel(parent), m_icon(std::move(icon))
    {
        setFixedSize(kIconSide, kIconSide);
    }

protected:
    void paintEvent(QPaintEvent * /*event*/) override
    {
        QPainter painter(this);
        painter.setOpacity(0.6);
        // As one picture: strokes that cross would else show through each other.
        painter.drawPixmap(rect(), m_icon.pixmap(size(), painter.device()->devicePixelRatioF()));
    }

private:
    QIcon m_icon;
};

} // namespace

EmptyState::EmptyState(const QString &iconName, const QString &title, const QString &text,
                       const QString &action, QWidget *parent)
    : QWidget(parent), m_icon(new IconLabel(themeIcon(iconName), this)), m_title(new QLabel(this)),
      m_text(new QLabel(this)), m_action(new QPushButton(this))
{
    m_title->setProperty("heading", true);
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setWordWrap(true);
    m_text->setProperty("quiet", true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setMaximumWidth(kTextWidth);
    auto *layout = new QVBoxLayout(this);
    const QMargins margins = layout->contentsMargins();
    layout->setContentsMargins(margins.left(), kEdge, margins.right(), kEdge);
    layout->setSpacing(kGridStep);
    layout->addStretch();
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title);
    auto *textRow = new QHBoxLayout;
    textRow->addStretch();
    textRow->addWidget(m_text, 1);
    textRow->addStretch();
    layout->addLayout(textRow);
    layout->addWidget(m_action, 0, Qt::AlignHCenter);
    layout->addStretch();
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
    setText(title, text, action);
}

void EmptyState::setText(const QString &title, const QString &text, const QString &action)
{
    m_title->setText(title);
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(text);
    showWhatFits();
}

QSize EmptyState::minimumSizeHint() const
{
    const QMargins margins = layout()->contentsMargins();
    int height = margins.top() + m_title->minimumSizeHint().height() + margins.bottom();
    if (!m_action->text().isEmpty())
        height += kGridStep + m_action->minimumSizeHint().height();
    return {QWidget::minimumSizeHint().width(), height};
}

void EmptyState::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showWhatFits();
}

void EmptyState::showWhatFits()
{
    const QMargins margins = layout()->contentsMargins();
    const int width = this->width() - margins.left() - margins.right();
    int height = margins.top() + m_title->heightForWidth(width) + margins.bottom();
    if (!m_action->text().isEmpty())
        height += kGridStep + m_action->sizeHint().height();
    height += kGridStep + m_text->heightForWidth(std::min(width, kTextWidth));
    const bool hasText = height <= this->height();
    m_text->setVisible(hasText);
    setToolTip(hasText ? QString() : m_text->text());
    m_icon->setVisible(height + kGridStep + kIconSide <= this->height());
}

} // namespace somnium::ui
