// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/latent_form.h"

#include <initializer_list>
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

enum Method
{
    kDense,
    kConvolution,
    kPrincipalComponents,
};

QSpinBox *numberBox(const QString &name, int low, int high, int value, const QString &toolTip)
{
    auto *box = new QSpinBox;
    box->setObjectName(name);
    box->setRange(low, high);
    box->setValue(value);
    box->setToolTip(toolTip);
    box->setAccelerated(true);
    return box;
}

QDoubleSpinBox *fractionBox(const QString &name, double high, int decimals, double value,
                            const QString &toolTip)
{
    auto *box = new QDoubleSpinBox;
    box->setObjectName(name);
    box->setDecimals(decimals);
    box->setRange(0.0, high);
    box->setValue(value);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    box->setToolTip(toolTip);
    return box;
}

QLabel *addRow(QFormLayout *form, const QString &text, QWidget *field)
{
    auto *label = new QLabel(text);
    label->setBuddy(field);
    label->setToolTip(field->toolTip());
    field->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    form->addRow(label, field);
    return label;
}

QString listText(const std::vector<std::size_t> &widths)
{
    QStringList words;
    for (const std::size_t width : widths)
        words << QString::number(width);
    return words.join(QStringLiteral(", "));
}

} // namespace

QString precisionText(compute::ProductPrecision precision)
{
    switch (precision)
    {
    case compute::ProductPrecision::Float32: return LatentForm::tr("float32");
    case compute::ProductPrecision::Tf32: return LatentForm::tr("tf32 (11 bits)");
    case compute::ProductPrecision::Bfloat16: return LatentForm::tr("bf16 (8 bits)");
    }
    return {};
}

LatentForm::LatentForm(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("latentTrainingForm"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(kGridStep);
    form->setVerticalSpacing(kGridStep / 2);
    buildUsual(form);
    layout->addLayout(form);
    m_moreButton = new QToolButton;
    m_moreButton->setObjectName(QStringLiteral("latentMoreButton"));
    m_moreButton->setText(tr("More"));
    m_moreButton->setCheckable(true);
    m_moreButton->setAutoRaise(true);
    m_moreButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_moreButton->setArrowType(Qt::RightArrow);
    layout->addWidget(m_moreButton);
    m_more = buildMore();
    m_more->hide();
    layout->addWidget(m_more);
    m_problem = quietLabel({});
    m_problem->setObjectName(QStringLiteral("latentProblem"));
    layout->addWidget(m_problem);
    alignFields({form, static_cast<const QFormLayout *>(m_more->layout())});
    connectFields();
    setRequest({});
}

void LatentForm::buildUsual(QFormLayout *form)
{
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("latentName"));
    m_name->setToolTip(tr("One of that name is replaced (--name)"));
    addRow(form, tr("&Name"), m_name);
    m_method = new QComboBox;
    m_method->setObjectName(QStringLiteral("latentMethod"));
    m_method->addItems({tr("autoencoder"), tr("convolutional autoencoder"), tr("principal components")});
    m_method->setToolTip(tr("Principal components are there in seconds, and what an autoencoder has to beat "
                            "(train autoencoder --kind, train pca)"));
    m_method->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_method->setMinimumContentsLength(8);
    addRow(form, tr("&Kind"), m_method);
    m_latent = numberBox(QStringLiteral("latentSize"), 1, 64, 2,
                         tr("Numbers that each source is told by; two make a plane (--latent)"));
    addRow(form, tr("&Dimensions"), m_latent);
    m_widths = new QLineEdit;
    m_widths->setObjectName(QStringLiteral("latentWidths"));
    m_widths->setToolTip(tr("Hidden layers of the encoder; the decoder mirrors them (--widths)"));
    addRow(form, tr("&Widths"), m_widths);
    m_epochs = numberBox(QStringLiteral("latentEpochs"), 1, 100'000, 100,
                         tr("Passes over the training sources, at most (--epochs)"));
    addRow(form, tr("&Epochs"), m_epochs);
    m_patience = numberBox(QStringLiteral("latentPatience"), 0, 100'000, 50,
                           tr("Ends when the validation loss has not fallen for so many epochs; 0: never "
                              "(--patience)"));
    addRow(form, tr("&Patience"), m_patience);
    m_turnTo = new QComboBox;
    m_turnTo->setObjectName(QStringLiteral("latentTurnTo"));
    m_turnTo->setToolTip(tr("A map to whose best prototype each image is first turned, so that the latent "
                            "space spends nothing on orientation (--turn-to-map)"));
    m_turnTo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_turnTo->setMinimumContentsLength(8);
    m_turnToLabel = addRow(form, tr("&Turn to"), m_turnTo);
}

QWidget *LatentForm::buildMore()
{
    auto *more = new QWidget;
    auto *form = new QFormLayout(more);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(kGridStep);
    form->setVerticalSpacing(kGridStep / 2);
    m_batch = numberBox(QStringLiteral("latentBatch"), 0, 1 << 20, 0,
                        tr("Sources of a step (--batch); automatic: 512, fewer of a small collection"));
    m_batch->setSpecialValueText(tr("automatic"));
    addRow(form, tr("Batch"), m_batch);
    m_rate = fractionBox(QStringLiteral("latentRate"), 1.0, 6, 1e-3,
                         tr("Of Adam; falls along half a cosine (--learning-rate)"));
    addRow(form, tr("Learning rate"), m_rate);
    m_activation = new QComboBox;
    m_activation->setObjectName(QStringLiteral("latentActivation"));
    m_activation->addItem(tr("leaky ReLU"), static_cast<int>(latent::Activation::LeakyRelu));
    m_activation->addItem(tr("tanh"), static_cast<int>(latent::Activation::Tanh));
    m_activation->addItem(tr("sigmoid"), static_cast<int>(latent::Activation::Sigmoid));
    m_activation->addItem(tr("linear"), static_cast<int>(latent::Activation::Linear));
    m_activation->setToolTip(tr("Of the hidden layers (--activation)"));
    addRow(form, tr("Activation"), m_activation);
    m_variational = new QCheckBox(tr("variational"));
    m_variational->setObjectName(QStringLiteral("latentVariational"));
    m_variational->setToolTip(tr("z is drawn, and held near a normal distribution (--variational)"));
    form->addRow(QString(), m_variational);
    m_beta =
        fractionBox(QStringLiteral("latentBeta"), 1000.0, 4, 1.0, tr("Weight of the divergence (--beta)"));
    addRow(form, tr("Beta"), m_beta);
    m_noise = fractionBox(QStringLiteral("latentNoise"), 100.0, 3, 0.0,
                          tr("Denoising: errors of the data times this are added to what the encoder sees "
                             "(--noise)"));
    addRow(form, tr("Noise"), m_noise);
    m_sparsity = fractionBox(QStringLiteral("latentSparsity"), 1000.0, 4, 0.0,
                             tr("Weight of the mean of |z| (--sparsity)"));
    addRow(form, tr("Sparsity"), m_sparsity);
    m_validation = fractionBox(QStringLiteral("latentValidation"), 0.9, 2, 0.1,
                               tr("Share of the sources that are not learned from (--validation)"));
    addRow(form, tr("Validation"), m_validation);
    m_seed = numberBox(QStringLiteral("latentSeed"), 0, std::numeric_limits<int>::max(), 1,
                       tr("The same seed gives the same latent space (--seed)"));
    addRow(form, tr("Seed"), m_seed);
    m_precision = new QComboBox;
    m_precision->setObjectName(QStringLiteral("latentPrecision"));
    for (const auto precision : {compute::ProductPrecision::Float32, compute::ProductPrecision::Tf32,
                                 compute::ProductPrecision::Bfloat16})
        m_precision->addItem(precisionText(precision), static_cast<int>(precision));
    m_precision->setToolTip(tr("What factors of matrix products are rounded to; sums and weights stay "
                               "float32 (--precision).\nFor a GPU only: the processor computes in float32 "
                               "whatever is chosen."));
    addRow(form, tr("Precision"), m_precision);
    return more;
}

void LatentForm::connectFields()
{
    const auto changes = [this] { refresh(); };
    for (QLineEdit *field : {m_name, m_widths})
        connect(field, &QLineEdit::textChanged, this, changes);
    for (QComboBox *box : {m_method, m_turnTo, m_activation, m_precision})
        connect(box, &QComboBox::currentIndexChanged, this, changes);
    for (QSpinBox *box : {m_latent, m_epochs, m_patience, m_batch, m_seed})
        connect(box, &QSpinBox::valueChanged, this, changes);
    for (QDoubleSpinBox *box : {m_rate, m_beta, m_noise, m_sparsity, m_validation})
        connect(box, &QDoubleSpinBox::valueChanged, this, changes);
    connect(m_variational, &QCheckBox::toggled, this, changes);
    connect(m_moreButton, &QToolButton::toggled, this, [this](bool isShown) {
        m_more->setVisible(isShown);
        m_moreButton->setArrowType(isShown ? Qt::DownArrow : Qt::RightArrow);
    });
}

std::optional<std::vector<std::size_t>> LatentForm::widths() const
{
    std::vector<std::size_t> widths;
    const QStringList words =
        m_widths->text().split(QRegularExpression(QStringLiteral("[,;\\s]+")), Qt::SkipEmptyParts);
    for (const QString &word : words)
    {
        bool isNumber = false;
        const uint width = word.toUInt(&isNumber);
        if (!isNumber || width == 0)
            return std::nullopt;
        widths.push_back(width);
    }
    return widths;
}

workflow::LatentTrainRequest LatentForm::request() const
{
    workflow::LatentTrainRequest request;
    request.name = m_name->text().trimmed().toStdString();
    const int method = m_method->currentIndex();
    request.method = method == kPrincipalComponents ? workflow::LatentMethod::PrincipalComponents
                                                    : workflow::LatentMethod::Autoencoder;
    latent::AutoencoderParams &params = request.params;
    params.kind = method != kConvolution ? latent::AutoencoderKind::Dense
                  : m_areSpectra         ? latent::AutoencoderKind::Convolution1d
                                         : latent::AutoencoderKind::Convolution2d;
    params.latentSize = static_cast<std::size_t>(m_latent->value());
    params.widths = widths().value_or(params.widths);
    params.epochs = static_cast<std::size_t>(m_epochs->value());
    params.patience = static_cast<std::size_t>(m_patience->value());
    params.batchSize = static_cast<std::size_t>(m_batch->value());
    params.learningRate = m_rate->value();
    params.hiddenActivation = static_cast<latent::Activation>(m_activation->currentData().toInt());
    params.isVariational = m_variational->isChecked();
    params.beta = m_beta->value();
    params.noise = m_noise->value();
    params.sparsity = m_sparsity->value();
    params.validationFraction = m_validation->value();
    params.seed = static_cast<std::uint64_t>(m_seed->value());
    params.precision = static_cast<compute::ProductPrecision>(m_precision->currentData().toInt());
    if (!m_areSpectra)
        request.turnToMap = m_turnTo->currentData().toString().toStdString();
    return request;
}

void LatentForm::setRequest(const workflow::LatentTrainRequest &request)
{
    m_isSetting = true;
    const latent::AutoencoderParams &params = request.params;
    m_name->setText(QString::fromStdString(request.name));
    m_method->setCurrentIndex(request.method == workflow::LatentMethod::PrincipalComponents
                                  ? kPrincipalComponents
                              : params.kind == latent::AutoencoderKind::Dense ? kDense
                                                                              : kConvolution);
    m_latent->setValue(static_cast<int>(params.latentSize));
    m_widths->setText(listText(params.widths));
    m_epochs->setValue(static_cast<int>(params.epochs));
    m_patience->setValue(static_cast<int>(params.patience));
    m_batch->setValue(static_cast<int>(params.batchSize));
    m_rate->setValue(params.learningRate);
    m_activation->setCurrentIndex(m_activation->findData(static_cast<int>(params.hiddenActivation)));
    m_variational->setChecked(params.isVariational);
    m_beta->setValue(params.beta);
    m_noise->setValue(params.noise);
    m_sparsity->setValue(params.sparsity);
    m_validation->setValue(params.validationFraction);
    m_seed->setValue(static_cast<int>(params.seed));
    m_precision->setCurrentIndex(m_precision->findData(static_cast<int>(params.precision)));
    m_isSetting = false;
    refresh();
}

void LatentForm::setSamples(std::size_t count, const data::ImageShape &shape, bool areSpectra,
                            const std::vector<session::ModelSummary> &maps)
{
    m_sampleCount = count;
    m_shape = shape;
    m_areSpectra = areSpectra;
    m_isSetting = true;
    const QVariant chosen = m_turnTo->currentData();
    m_turnTo->clear();
    m_turnTo->addItem(tr("as they are"), QString());
    for (const session::ModelSummary &map : maps)
        if (map.hasMapping)
            m_turnTo->addItem(tr("prototypes of %1").arg(QString::fromStdString(map.name)),
                              QString::fromStdString(map.name));
    // Where there is a map, turning is what helps.
    const int former = m_turnTo->findData(chosen);
    m_turnTo->setCurrentIndex(former > 0 ? former : m_turnTo->count() - 1);
    m_isSetting = false;
    refresh();
}

QString LatentForm::problem() const
{
    if (m_sampleCount < 2)
        return tr("Open or import spectra or images to train on.");
    if (m_name->text().trimmed().isEmpty())
        return tr("Give the latent space a name.");
    if (!widths())
        return tr("Widths: numbers between commas, such as 512, 128, 32.");
    if (m_method->currentIndex() == kPrincipalComponents)
        return {};
    const auto valid = latent::validate(request().params, m_shape);
    return valid ? QString() : QString::fromStdString(valid.error().message);
}

void LatentForm::refresh()
{
    if (m_isSetting)
        return;
    const bool isTrained = m_method->currentIndex() != kPrincipalComponents;
    for (QWidget *field :
         std::initializer_list<QWidget *>{m_widths, m_epochs, m_patience, m_batch, m_rate, m_activation,
                                          m_variational, m_noise, m_sparsity, m_precision})
        field->setEnabled(isTrained);
    m_beta->setEnabled(isTrained && m_variational->isChecked());
    m_turnTo->setVisible(!m_areSpectra);
    m_turnToLabel->setVisible(!m_areSpectra);
    const QString text = problem();
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
    Q_EMIT changed();
}

} // namespace somnium::ui
