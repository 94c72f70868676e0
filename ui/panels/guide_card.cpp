// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/guide_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kIconSide = 24;

QWidget *step(const QString &icon, const QString &title, const QString &text)
{
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    auto *picture = new QLabel;
    picture->setPixmap(themeIcon(icon).pixmap(kIconSide, kIconSide));
    layout->addWidget(picture, 0, Qt::AlignTop);
    auto *words = new QVBoxLayout;
    words->setSpacing(kGridStep / 2);
    QLabel *const heading = sectionHeading(title);
    heading->setWordWrap(true); // three beside each other fit a small window
    words->addWidget(heading);
    words->addWidget(quietLabel(text));
    words->addStretch(1);
    layout->addLayout(words, 1);
    return holder;
}

} // namespace

QWidget *makeThreeSteps()
{
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3 * kGridStep);
    layout->addWidget(
        step(QStringLiteral("train"), GuideCard::tr("1  Watch the map form"),
             GuideCard::tr("Prototypes appear while they are learned. Similar shapes come to lie side "
                           "by side.")),
        1);
    layout->addWidget(
        step(QStringLiteral("nearest"), GuideCard::tr("2  Click a prototype"),
             GuideCard::tr("The sources that resemble it line up below, turned and flipped to match.")),
        1);
    layout->addWidget(
        step(QStringLiteral("outliers"), GuideCard::tr("3  Drag the threshold"),
             GuideCard::tr("Under Outliers: what fits no prototype. Label it by key, export it as a "
                           "catalogue.")),
        1);
    return holder;
}

GuideCard::GuideCard(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("guideCard"));
    setBackgroundRole(QPalette::AlternateBase);
    setAutoFillBackground(true);
    auto *close = new QToolButton;
    close->setObjectName(QStringLiteral("guideClose"));
    close->setIcon(themeIcon(QStringLiteral("cancel")));
    close->setToolTip(tr("Close these hints"));
    close->setAccessibleName(tr("Close these hints"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * kGridStep, kGridStep, kGridStep, kGridStep);
    layout->addWidget(makeThreeSteps(), 1);
    layout->addWidget(close, 0, Qt::AlignTop);
}

} // namespace somnium::ui
