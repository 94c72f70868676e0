// SPDX-License-Identifier: GPL-3.0-or-later
// The session's row numbers as arguments of signals. Qt would give every enum a stream operator, which does
// not compile where std::int64_t is long and qint64 is long long; nobody streams these.
#pragma once

#include <QDataStream>

#include "core/session/session.h"

namespace somnium::session
{

QDataStream &operator<<(QDataStream &stream, CollectionId id) = delete;
QDataStream &operator>>(QDataStream &stream, CollectionId &id) = delete;
QDataStream &operator<<(QDataStream &stream, ModelId id) = delete;
QDataStream &operator>>(QDataStream &stream, ModelId &id) = delete;

} // namespace somnium::session
