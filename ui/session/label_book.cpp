// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/label_book.h"

#include <map>
#include <string>

#include "ui/jobs/job_runner.h"

namespace somnium::ui
{

namespace
{

/// What the writer's thread needs: no Qt types that are shared with the window.
struct PlainChange
{
    std::string text;
    std::vector<std::size_t> sources;
    bool isOn = true;
    session::LabelOrigin origin = session::LabelOrigin::Hand;
};

std::vector<PlainChange> plain(const std::vector<LabelChange> &changes)
{
    std::vector<PlainChange> result;
    for (const LabelChange &change : changes)
        result.push_back({change.text.toStdString(), change.sources, change.isOn, change.origin});
    return result;
}

} // namespace

LabelBook::LabelBook(JobRunner &runner, QObject *parent) : QObject(parent), m_runner(runner) {}

void LabelBook::reset(std::shared_ptr<session::Session> session, session::CollectionId collection,
                      const std::vector<session::Label> &labels)
{
    m_session = std::move(session);
    m_collection = collection;
    m_onDisk = LabelSet(labels.begin(), labels.end());
    m_intended = m_onDisk;
    ++m_generation;
    show();
}

LabelBook::LabelSet::const_iterator LabelBook::find(const LabelSet &labels, std::size_t source,
                                                    const std::string &text)
{
    const auto label =
        labels.lower_bound({source, text, session::LabelOrigin::Unknown}); // the first of origins
    return label != labels.end() && label->source == source && label->text == text ? label : labels.end();
}

std::vector<LabelChange> LabelBook::changesFor(const QString &text, const std::vector<std::size_t> &sources,
                                               bool isOn, session::LabelOrigin origin) const
{
    std::map<session::LabelOrigin, std::vector<std::size_t>> byOrigin;
    const std::string plainText = text.toStdString();
    for (const std::size_t source : sources)
    {
        const auto carried = find(m_intended, source, plainText);
        const bool isCarried = carried != m_intended.end();
        if (isCarried != isOn)
            byOrigin[isCarried ? carried->origin : origin].push_back(source);
    }
    std::vector<LabelChange> changes;
    for (auto &[from, concerned] : byOrigin)
        changes.push_back({text, std::move(concerned), isOn, from});
    return changes;
}

std::vector<LabelChange> LabelBook::clearingOf(const std::vector<std::size_t> &sources) const
{
    std::map<std::pair<std::string, session::LabelOrigin>, std::vector<std::size_t>> byText;
    for (const std::size_t source : sources)
        for (auto label = m_intended.lower_bound({source, {}, session::LabelOrigin::Unknown});
             label != m_intended.end() && label->source == source; ++label)
            byText[{label->text, label->origin}].push_back(source);
    std::vector<LabelChange> changes;
    for (auto &[label, carriers] : byText)
        changes.push_back({QString::fromStdString(label.first), std::move(carriers), false, label.second});
    return changes;
}

std::vector<std::size_t> LabelBook::unlabelled(std::size_t count) const
{
    std::vector<std::size_t> sources;
    auto label = m_onDisk.begin();
    for (std::size_t source = 0; source < count; ++source)
    {
        while (label != m_onDisk.end() && label->source < source)
            ++label;
        if (label == m_onDisk.end() || label->source != source)
            sources.push_back(source);
    }
    return sources;
}

void LabelBook::write(const std::vector<LabelChange> &changes)
{
    if (!m_session || changes.empty())
        return;
    applyTo(m_intended, changes);
    const quint64 generation = m_generation;
    Job *job = m_runner.start<void>(
        {tr("Saving labels"), JobLane::Write}, this,
        [session = m_session, collection = m_collection,
         toWrite = plain(changes)](const JobContext &) -> Result<void> {
            for (const PlainChange &change : toWrite)
                if (auto written = session->setLabel(collection, change.sources, change.text, change.isOn,
                                                     change.origin);
                    !written)
                    return written;
            return {};
        },
        [this, generation, changes] {
            if (generation != m_generation)
                return;
            applyTo(m_onDisk, changes);
            show();
        });
    connect(job, &Job::failed, this, [this, generation](const Error &error) {
        if (generation == m_generation)
            m_intended = m_onDisk;
        Q_EMIT writeFailed(error);
    });
}

void LabelBook::applyTo(LabelSet &labels, const std::vector<LabelChange> &changes)
{
    for (const LabelChange &change : changes)
    {
        const std::string text = change.text.toStdString();
        for (const std::size_t source : change.sources)
        {
            const auto carried = find(labels, source, text);
            if (change.isOn && carried == labels.end())
                labels.insert({source, text, change.origin});
            else if (!change.isOn && carried != labels.end())
                labels.erase(carried);
        }
    }
}

void LabelBook::hide()
{
    m_shown = std::make_shared<SourceLabels>();
    Q_EMIT labelsChanged();
}

void LabelBook::show()
{
    m_shown = std::make_shared<SourceLabels>(std::vector<session::Label>(m_onDisk.begin(), m_onDisk.end()));
    Q_EMIT labelsChanged();
}

} // namespace somnium::ui
