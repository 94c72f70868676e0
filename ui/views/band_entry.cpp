// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/band_entry.h"

#include <utility>

#include <QBoxLayout>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "ui/theme.h"

namespace somnium::ui
{

BandEntry::BandEntry(Find find, QWidget *parent) : QDialog(parent), m_find(std::move(find))
{
    setWindowTitle(tr("Band to measure"));
    setObjectName(QStringLiteral("bandEntry"));
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(kGridStep);
    auto *label = new QLabel(tr("&Wavelengths in \u00c5, as on the axis of the spectra"), this);
    m_edit = new QLineEdit(this);
    m_edit->setObjectName(QStringLiteral("bandText"));
    m_edit->setPlaceholderText(QStringLiteral("5150:5200"));
    m_edit->setAccessibleName(tr("Band of wavelengths"));
    m_edit->setToolTip(tr("What isolines --decoded takes on the command line"));
    label->setBuddy(m_edit);
    auto *forms =
        new QLabel(tr("<table cellspacing=2>"
                      "<tr><td><code>5150:5200</code></td><td>&nbsp;mean flux</td></tr>"
                      "<tr><td><code>4000:4500/5000:5500</code></td><td>&nbsp;ratio of two bands</td></tr>"
                      "<tr><td><code>4000:4500-5000:5500</code></td><td>&nbsp;colour, in mag</td></tr>"
                      "<tr><td><code>EW 5160:5192 5142:5161 5191:5206</code></td>"
                      "<td>&nbsp;a line and the continuum on both sides</td></tr></table>"),
                   this);
    m_answer = new QLabel(this);
    m_answer->setObjectName(QStringLiteral("bandAnswer"));
    m_answer->setWordWrap(true);
    m_answer->setProperty("quiet", true);
    m_answer->setMinimumHeight(3 * fontMetrics().lineSpacing());
    m_answer->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    for (QWidget *widget :
         {static_cast<QWidget *>(label), static_cast<QWidget *>(m_edit), static_cast<QWidget *>(forms),
          static_cast<QWidget *>(m_answer), static_cast<QWidget *>(m_buttons)})
        layout->addWidget(widget);
    connect(m_edit, &QLineEdit::textChanged, this, &BandEntry::look);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    look();
}

void BandEntry::look()
{
    const QString text = m_edit->text().simplified();
    m_parameter.clear();
    QString answer;
    if (!text.isEmpty())
    {
        const auto found = m_find(text);
        if (found)
            m_parameter = found->name;
        // The forms stand above; what matters is what is wrong with a band.
        answer = found ? found->definition
                 : found.error().kind == ErrorKind::Mismatch
                     ? QString::fromStdString(found.error().message)
                     : tr("Neither one of these forms nor a measure of these spectra");
    }
    m_answer->setText(answer);
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(!m_parameter.isEmpty());
}

} // namespace somnium::ui
