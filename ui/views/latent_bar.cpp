// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_bar.h"

#include <algorithm>
#include <utility>

#include <QAbstractItemView>
#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QToolButton>

#include "ui/models/colour_map.h"
#include "ui/theme.h"
#include "ui/views/wrapping_row.h"

namespace somnium::ui
{

namespace
{

constexpr int kWidestColumn = 320;
constexpr int kAxisWidth = 4; ///< characters

QIcon stripOf(const QString &colourMap)
{
    constexpr int kWidth = 32;
    constexpr int kHeight = 10;
    QImage strip(kWidth, kHeight, QImage::Format_RGB32);
    const ColourTable &table = colourTable(colourMap);
    for (int x = 0; x < kWidth; ++x)
        for (int y = 0; y < kHeight; ++y)
            strip.setPixel(x, y, colourAt(table, static_cast<double>(x) / (kWidth - 1)));
    return QIcon(QPixmap::fromImage(strip));
}

/// Shows the strip alone while it is closed; the names are in the list and in the tooltip.
class ColourMapBox : public QComboBox
{
public:
    using QComboBox::QComboBox;
    [[nodiscard]] QSize sizeHint() const override
    {
        QStyleOptionComboBox option;
        initStyleOption(&option);
        const QSize content(iconSize().width() + kGridStep, iconSize().height());
        return {style()->sizeFromContents(QStyle::CT_ComboBox, &option, content, this).width(),
                QComboBox::sizeHint().height()};
    }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent * /*event*/) override
    {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        option.currentText.clear();
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }
};

QToolButton *iconButton(const QString &icon, const QString &name, const QString &toolTip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(themeIcon(icon));
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    return button;
}

} // namespace

LatentBar::LatentBar(QWidget *parent) : QWidget(parent)
{
    auto *row = new WrappingRow(this);
    row->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    row->setSpacing(kGridStep);
    buildColour(*row);
    row->mayBreak();
    buildAxes(*row);
    row->addStretch();
    buildButtons(*row);
    setColumns({});
    setAxes({});
}

void LatentBar::buildColour(WrappingRow &row)
{
    m_column = new QComboBox(this);
    m_column->setObjectName(QStringLiteral("latentColumn"));
    m_column->setAccessibleName(tr("Colour by"));
    m_column->setToolTip(tr("What colours the points: any column of the catalogue (--colour)"));
    m_column->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_column->setMinimumContentsLength(6);
    m_column->setMaximumWidth(kWidestColumn);
    auto *label = new QLabel(tr("Colour b&y"), this);
    label->setBuddy(m_column);
    m_colourMap = new ColourMapBox(this);
    m_colourMap->setIconSize({32, 10});
    m_colourMap->setAccessibleName(tr("Colours"));
    m_colourMap->view()->setMinimumWidth(140);
    for (const QString &name : colourMapNames())
        m_colourMap->addItem(stripOf(name), name);
    connect(m_colourMap, &QComboBox::currentTextChanged, this, [this](const QString &name) {
        m_colourMap->setToolTip(tr("Colours of low to high values: %1").arg(name));
    });
    m_colourMap->setCurrentText(QStringLiteral("viridis"));
    m_form = new QComboBox(this);
    m_form->setObjectName(QStringLiteral("latentForm"));
    m_form->setAccessibleName(tr("Points or density"));
    m_form->setToolTip(tr("Every source as a point, or how many there are in each pixel. Automatic: density "
                          "where points would cover each other. All are always counted in."));
    m_form->addItem(tr("Automatic"), static_cast<int>(PointForm::Automatic));
    m_form->addItem(tr("Points"), static_cast<int>(PointForm::Points));
    m_form->addItem(tr("Density"), static_cast<int>(PointForm::Density));
    row.addWidget(label);
    row.addGrowing(m_column);
    row.addWidget(m_colourMap);
    row.addWidget(m_form);
    connect(m_column, &QComboBox::activated, this, [this] {
        m_colourMap->setEnabled(!column().isEmpty());
        Q_EMIT columnChosen(column());
    });
    connect(m_colourMap, &QComboBox::activated, this, [this] { Q_EMIT colourMapChosen(colourMap()); });
    connect(m_form, &QComboBox::activated, this, [this] { Q_EMIT pointFormChosen(pointForm()); });
}

void LatentBar::buildAxes(WrappingRow &row)
{
    m_axesBox = new QWidget(this);
    auto *layout = new QHBoxLayout(m_axesBox);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    m_first = new QComboBox(m_axesBox);
    m_first->setObjectName(QStringLiteral("latentFirstAxis"));
    m_first->setAccessibleName(tr("Horizontal axis"));
    m_second = new QComboBox(m_axesBox);
    m_second->setObjectName(QStringLiteral("latentSecondAxis"));
    m_second->setAccessibleName(tr("Vertical axis"));
    for (QComboBox *box : {m_first, m_second})
    {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(kAxisWidth);
        box->setToolTip(tr("Which two directions of the latent space are shown"));
        connect(box, &QComboBox::activated, this, &LatentBar::takeAxes);
    }
    layout->addWidget(m_first);
    layout->addWidget(m_second);
    row.addWidget(m_axesBox);
}

void LatentBar::buildButtons(WrappingRow &row)
{
    m_spectrum =
        iconButton(QStringLiteral("curves"), tr("Show spectra"), tr("Spectrum under the cursor"), this);
    m_spectrum->setCheckable(true);
    auto *bookmarks = iconButton(QStringLiteral("bookmark"), tr("Bookmarks"),
                                 tr("Bookmarked views (M keeps this one)"), this);
    m_bookmarkMenu = new QMenu(bookmarks);
    bookmarks->setMenu(m_bookmarkMenu);
    bookmarks->setPopupMode(QToolButton::InstantPopup);
    auto *figure = iconButton(QStringLiteral("figure"), tr("Export figure"),
                              tr("Export as a figure: PNG, SVG or PDF"), this);
    auto *fit = iconButton(QStringLiteral("fit"), tr("Show the whole plane"),
                           tr("Show the whole plane (Home)"), this);
    for (QToolButton *button : {m_spectrum, bookmarks, figure, fit})
        row.addWidget(button);
    connect(m_spectrum, &QToolButton::toggled, this, &LatentBar::spectrumToggled);
    connect(m_bookmarkMenu, &QMenu::aboutToShow, this, &LatentBar::fillBookmarkMenu);
    connect(figure, &QToolButton::clicked, this, &LatentBar::figureRequested);
    connect(fit, &QToolButton::clicked, this, &LatentBar::fitRequested);
}

void LatentBar::setColumns(const QStringList &names)
{
    const QString before = column();
    const QSignalBlocker blocker(m_column);
    m_column->clear();
    m_column->addItem(tr("one colour"), QString());
    for (const QString &name : names)
        m_column->addItem(name, name);
    m_column->setEnabled(!names.isEmpty());
    setColumn(before);
}

void LatentBar::setColumn(const QString &name)
{
    m_column->setCurrentIndex(std::max(0, m_column->findData(name)));
    m_colourMap->setEnabled(!column().isEmpty());
}

QString LatentBar::column() const
{
    return m_column->currentData().toString();
}

void LatentBar::setColourMap(const QString &name)
{
    m_colourMap->setCurrentIndex(std::max(0, m_colourMap->findText(name)));
}

QString LatentBar::colourMap() const
{
    return m_colourMap->currentText();
}

void LatentBar::setPointForm(PointForm form)
{
    m_form->setCurrentIndex(m_form->findData(static_cast<int>(form)));
}

PointForm LatentBar::pointForm() const
{
    return static_cast<PointForm>(m_form->currentData().toInt());
}

void LatentBar::setAxes(const LatentAxes &axes)
{
    m_axes = axes;
    m_axesBox->setVisible(axes.dimensions > 2);
    m_first->clear();
    m_second->clear();
    m_first->addItem(tr("PCA"), -1);
    m_first->setItemData(0, tr("The two principal axes of all sources"), Qt::ToolTipRole);
    for (std::size_t axis = 0; axis < axes.dimensions; ++axis)
        for (QComboBox *box : {m_first, m_second})
            box->addItem(tr("z%1").arg(axis + 1), static_cast<int>(axis));
    m_first->setCurrentIndex(axes.isPrincipal ? 0 : static_cast<int>(axes.first) + 1);
    m_second->setCurrentIndex(static_cast<int>(axes.second));
    m_second->setEnabled(!axes.isPrincipal);
}

void LatentBar::takeAxes()
{
    LatentAxes axes = m_axes;
    const int first = m_first->currentData().toInt();
    axes.isPrincipal = first < 0;
    if (first >= 0)
        axes.first = static_cast<std::size_t>(first);
    axes.second = static_cast<std::size_t>(std::max(0, m_second->currentIndex()));
    // Two equal axes are a line: the one that was not touched gives way.
    if (axes.first == axes.second)
    {
        std::size_t &other = axes.first != m_axes.first ? axes.second : axes.first;
        other = (other + 1) % axes.dimensions;
    }
    if (axes == m_axes)
        return;
    setAxes(axes);
    Q_EMIT axesChosen(axes);
}

void LatentBar::setBookmarks(std::vector<LatentBookmark> bookmarks)
{
    m_bookmarks = std::move(bookmarks);
}

void LatentBar::fillBookmarkMenu()
{
    m_bookmarkMenu->clear();
    QAction *add = m_bookmarkMenu->addAction(tr("&Bookmark this view"));
    add->setShortcut(QKeySequence(Qt::Key_M));
    add->setShortcutContext(Qt::WidgetShortcut); // the canvas answers the key
    connect(add, &QAction::triggered, this, &LatentBar::bookmarkAsked);
    if (m_bookmarks.empty())
        return;
    m_bookmarkMenu->addSeparator();
    for (const LatentBookmark &bookmark : m_bookmarks)
        connect(m_bookmarkMenu->addAction(bookmark.name), &QAction::triggered, this,
                [this, bookmark] { Q_EMIT bookmarkChosen(bookmark); });
    m_bookmarkMenu->addSeparator();
    connect(m_bookmarkMenu->addAction(tr("&Forget all")), &QAction::triggered, this,
            &LatentBar::bookmarksForgotten);
}

void LatentBar::setSpectrumOffered(bool isOffered, bool isShown)
{
    const QSignalBlocker blocker(m_spectrum);
    m_spectrum->setVisible(isOffered);
    m_spectrum->setChecked(isShown);
}

} // namespace somnium::ui
