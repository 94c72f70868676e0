// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/start_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/guide_card.h"
#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kPageWidth = 880;
constexpr int kRecentRows = 6;

QLabel *heading(const QString &text, double scale)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace

StartPage::StartPage(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("startPage"));
    auto *page = new QWidget;
    page->setMaximumWidth(kPageWidth);
    auto *layout = new QVBoxLayout(page);
    layout->setSpacing(3 * kGridStep);
    layout->addStretch(2);
    layout->addWidget(heading(QStringLiteral("Somnium"), 2.6));
    layout->addWidget(
        quietLabel(tr("Puts a sky survey in order by its shapes, whatever way its sources are turned, "
                      "and lets you look at it.")));
    layout->addWidget(buildActions());
    layout->addSpacing(2 * kGridStep);
    layout->addWidget(makeThreeSteps());
    layout->addSpacing(kGridStep);
    m_recentTitle = heading(tr("Recent sessions"), 1.05);
    layout->addWidget(m_recentTitle);
    m_recent = new QListWidget;
    m_recent->setObjectName(QStringLiteral("recentList"));
    m_recent->setAccessibleName(tr("Recent sessions"));
    m_recent->setFrameShape(QFrame::NoFrame);
    m_recent->setTextElideMode(Qt::ElideMiddle);
    m_recent->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_recent);
    layout->addStretch(3);

    auto *centring = new QHBoxLayout(this);
    centring->setContentsMargins(3 * kGridStep, 0, 3 * kGridStep, 0);
    centring->addStretch(1);
    centring->addWidget(page, 100);
    centring->addStretch(1);

    connect(m_recent, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
        Q_EMIT recentRequested(item->data(Qt::UserRole).toString());
    });
    setRecent({});
}

QWidget *StartPage::buildActions()
{
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * kGridStep);
    m_sample = new QPushButton(themeIcon(QStringLiteral("sample")), tr("Explore a sample survey"));
    m_sample->setObjectName(QStringLiteral("sampleButton"));
    m_sample->setToolTip(tr("Simulates 600 radio galaxies on the spot and trains a map of them.\n"
                            "Command line: somnium-cli simulate radio"));
    m_sample->setDefault(true);
    m_import = new QPushButton(themeIcon(QStringLiteral("import")), tr("Import images\u2026"));
    m_import->setObjectName(QStringLiteral("importStartButton"));
    m_import->setToolTip(tr("FITS, PNG, JPEG, NumPy or PINK files, folders of them, tar archives.\n"
                            "Or drop them anywhere on this window."));
    m_open = new QPushButton(themeIcon(QStringLiteral("open")), tr("Open session\u2026"));
    m_open->setObjectName(QStringLiteral("openStartButton"));
    m_open->setToolTip(tr("A .somnium file: everything as you left it."));
    for (QPushButton *button : {m_sample, m_import, m_open})
    {
        button->setMinimumHeight(5 * kGridStep);
        button->setIconSize({20, 20});
        layout->addWidget(button);
    }
    layout->addStretch(1);
    connect(m_sample, &QPushButton::clicked, this, &StartPage::sampleRequested);
    connect(m_import, &QPushButton::clicked, this, &StartPage::importRequested);
    connect(m_open, &QPushButton::clicked, this, &StartPage::openRequested);
    return holder;
}

void StartPage::setRecent(const QStringList &paths)
{
    m_recent->clear();
    for (const QString &path : paths.mid(0, kRecentRows))
    {
        const QFileInfo file(path);
        auto *item =
            new QListWidgetItem(themeIcon(QStringLiteral("session")),
                                tr("%1   in %2").arg(file.completeBaseName(), file.path()), m_recent);
        item->setData(Qt::UserRole, path);
        item->setToolTip(path);
    }
    const int rows = m_recent->count();
    m_recent->setFixedHeight(rows * (m_recent->fontMetrics().height() + kGridStep) + kGridStep);
    m_recentTitle->setVisible(rows > 0);
    m_recent->setVisible(rows > 0);
}

void StartPage::setBusy(bool isBusy)
{
    for (QWidget *widget : std::initializer_list<QWidget *>{m_sample, m_import, m_open, m_recent})
        widget->setEnabled(!isBusy);
}

} // namespace somnium::ui
