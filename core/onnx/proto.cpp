// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/proto.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "core/base/half.h"

namespace somnium::onnx
{

namespace
{

using Proto = ::onnx::TensorProto;

std::string nameOf(const Proto &proto)
{
    return "array '" + shortened(proto.name()) + "'";
}

Shape shapeOf(const Proto &proto)
{
    Shape shape;
    for (const std::int64_t size : proto.dims())
    {
        if (size < 0)
            refuse(ErrorKind::Malformed, nameOf(proto) + " has an axis of " + std::to_string(size));
        shape.push_back(static_cast<std::size_t>(size));
    }
    static_cast<void>(checkedSize(shape));
    return shape;
}

/// What external_data says under a key.
std::string externalText(const Proto &proto, const std::string &key)
{
    for (const auto &entry : proto.external_data())
        if (entry.key() == key)
            return entry.value();
    return {};
}

std::uint64_t externalNumber(const Proto &proto, const std::string &key)
{
    const std::string text = externalText(proto, key);
    if (text.empty())
        return 0;
    if (text.find_first_not_of("0123456789") != std::string::npos || text.size() > 18)
        refuse(ErrorKind::Malformed, nameOf(proto) + ": its " + key + " is '" + shortened(text) + "'");
    return std::stoull(text);
}

/// At most `most` bytes.
std::string readExternal(const Proto &proto, const std::filesystem::path &folder, std::size_t most)
{
    const std::filesystem::path name = externalText(proto, "location");
    // Nothing but a file beside the model: it would read any file for who wrote the model.
    if (folder.empty() || name.empty() || name != name.filename() || name == "..")
        refuse(ErrorKind::Unsupported, nameOf(proto) + " lies in the file '" + shortened(name.string()) +
                                           "': expected one beside the model");
    const std::filesystem::path path = folder / name;
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    if (error)
        refuse(ErrorKind::NotFound, nameOf(proto) + " lies in " + path.string() + ": " + error.message());
    const std::uint64_t offset = externalNumber(proto, "offset");
    std::uint64_t length = externalNumber(proto, "length");
    if (length == 0 && offset <= size)
        length = size - offset;
    if (offset > size || length > size - offset)
        refuse(ErrorKind::Malformed, path.string() + " has " + std::to_string(size) + " bytes: expected " +
                                         std::to_string(offset) + " + " + std::to_string(length));
    if (length > most)
        refuse(ErrorKind::Unsupported, "with " + path.string() + " it has more than the " +
                                           std::to_string(kMostModelBytes) + " bytes expected of a model");
    std::string bytes(length, '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(bytes.data(), static_cast<std::streamsize>(length));
    if (!file)
        refuse(ErrorKind::Unreadable, path.string() + " cannot be read");
    return bytes;
}

void checkCount(const Proto &proto, std::size_t found, std::size_t expected)
{
    if (found != expected)
        refuse(ErrorKind::Malformed, nameOf(proto) + " holds " + std::to_string(found) +
                                         " numbers: its shape expects " + std::to_string(expected));
}

/// Numbers of type T one after the other, as numbers of type To.
template <class T, class To, class Convert>
void fromBytes(const Proto &proto, const std::string &bytes, std::vector<To> &to, const Convert &convert)
{
    if (bytes.size() % sizeof(T) != 0)
        refuse(ErrorKind::Malformed, nameOf(proto) + " ends within a number");
    checkCount(proto, bytes.size() / sizeof(T), to.size());
    for (std::size_t i = 0; i < to.size(); ++i)
    {
        T value;
        std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
        to[i] = convert(value);
    }
}

/// bfloat16 is the upper half of a float.
float fromBrain(std::uint16_t bits)
{
    const std::uint32_t wide = std::uint32_t{bits} << 16U;
    float value = 0.0F;
    std::memcpy(&value, &wide, sizeof(value));
    return value;
}

template <class Field, class To, class Convert>
void fromField(const Proto &proto, const Field &field, std::vector<To> &to, const Convert &convert)
{
    checkCount(proto, static_cast<std::size_t>(field.size()), to.size());
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] = convert(field.Get(static_cast<int>(i)));
}

bool isInteger(const Proto &proto)
{
    switch (proto.data_type())
    {
    case Proto::FLOAT:
    case Proto::DOUBLE:
    case Proto::FLOAT16:
    case Proto::BFLOAT16: return false;
    case Proto::INT64:
    case Proto::INT32:
    case Proto::INT16:
    case Proto::INT8:
    case Proto::UINT8:
    case Proto::UINT16:
    case Proto::BOOL: return true;
    default:
        refuse(ErrorKind::Unsupported,
               nameOf(proto) + " holds numbers of ONNX's type " + std::to_string(proto.data_type()));
    }
}

void takeBytes(const Proto &proto, const std::string &bytes, Tensor &to)
{
    const auto toFloat = [](auto value) { return static_cast<float>(value); };
    const auto toInteger = [](auto value) { return static_cast<std::int64_t>(value); };
    switch (proto.data_type())
    {
    case Proto::FLOAT: return fromBytes<float>(proto, bytes, to.values, toFloat);
    case Proto::DOUBLE: return fromBytes<double>(proto, bytes, to.values, toFloat);
    case Proto::FLOAT16: return fromBytes<std::uint16_t>(proto, bytes, to.values, fromHalf);
    case Proto::BFLOAT16: return fromBytes<std::uint16_t>(proto, bytes, to.values, fromBrain);
    case Proto::INT64: return fromBytes<std::int64_t>(proto, bytes, to.integers, toInteger);
    case Proto::INT32: return fromBytes<std::int32_t>(proto, bytes, to.integers, toInteger);
    case Proto::INT16: return fromBytes<std::int16_t>(proto, bytes, to.integers, toInteger);
    case Proto::UINT16: return fromBytes<std::uint16_t>(proto, bytes, to.integers, toInteger);
    case Proto::INT8: return fromBytes<std::int8_t>(proto, bytes, to.integers, toInteger);
    default: return fromBytes<std::uint8_t>(proto, bytes, to.integers, toInteger);
    }
}

void takeFields(const Proto &proto, Tensor &to)
{
    const auto toFloat = [](auto value) { return static_cast<float>(value); };
    const auto toInteger = [](auto value) { return static_cast<std::int64_t>(value); };
    const auto bits = [](std::int32_t value) { return static_cast<std::uint16_t>(value); };
    switch (proto.data_type())
    {
    case Proto::FLOAT: return fromField(proto, proto.float_data(), to.values, toFloat);
    case Proto::DOUBLE: return fromField(proto, proto.double_data(), to.values, toFloat);
    case Proto::FLOAT16:
        return fromField(proto, proto.int32_data(), to.values,
                         [&](std::int32_t value) { return fromHalf(bits(value)); });
    case Proto::BFLOAT16:
        return fromField(proto, proto.int32_data(), to.values,
                         [&](std::int32_t value) { return fromBrain(bits(value)); });
    case Proto::INT64: return fromField(proto, proto.int64_data(), to.integers, toInteger);
    default: return fromField(proto, proto.int32_data(), to.integers, toInteger);
    }
}

/// Before 6 arrays fitted each other by other rules; after 25 nobody here knows.
void checkOperationSet(const ::onnx::ModelProto &model)
{
    constexpr std::int64_t kFirst = 6;
    constexpr std::int64_t kLast = 25;
    for (const auto &set : model.opset_import())
    {
        if (!set.domain().empty() && set.domain() != "ai.onnx")
            continue;
        if (set.version() < kFirst || set.version() > kLast)
            refuse(ErrorKind::Unsupported, "needs version " + std::to_string(set.version()) +
                                               " of ONNX's operations: expected " + std::to_string(kFirst) +
                                               " to " + std::to_string(kLast));
        return;
    }
    refuse(ErrorKind::Malformed, "is no whole ONNX model: it does not say which operations it means");
}

} // namespace

::onnx::ModelProto parseModel(std::span<const std::byte> bytes)
{
    if (bytes.size() > kMostModelBytes)
        refuse(ErrorKind::Unsupported, "has " + std::to_string(bytes.size()) + " bytes: expected at most " +
                                           std::to_string(kMostModelBytes));
    ::onnx::ModelProto model;
    if (bytes.empty() || !model.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())))
        refuse(ErrorKind::Malformed, "is no whole ONNX model");
    if (!model.has_graph() || model.graph().node_size() == 0 || model.graph().output_size() == 0)
        refuse(ErrorKind::Malformed, "is no ONNX model: it has no graph with operations and outputs");
    checkOperationSet(model);
    return model;
}

bool takeWeightsInside(::onnx::ModelProto &model, const std::filesystem::path &folder)
{
    std::size_t room = kMostModelBytes - std::min(kMostModelBytes, model.ByteSizeLong());
    bool wasOutside = false;
    const auto takeInside = [&](Proto &proto) {
        if (proto.data_location() != Proto::EXTERNAL)
            return;
        wasOutside = true;
        std::string bytes = readExternal(proto, folder, room);
        room -= bytes.size();
        proto.set_raw_data(std::move(bytes));
        proto.clear_external_data();
        proto.clear_data_location();
    };
    for (Proto &initializer : *model.mutable_graph()->mutable_initializer())
        takeInside(initializer);
    for (auto &node : *model.mutable_graph()->mutable_node())
        for (auto &attribute : *node.mutable_attribute())
            if (attribute.has_t())
                takeInside(*attribute.mutable_t());
    return wasOutside;
}

Tensor tensorFrom(const Proto &proto)
{
    if (proto.has_segment())
        refuse(ErrorKind::Unsupported, nameOf(proto) + " is cut into segments");
    Tensor tensor;
    tensor.isInteger = isInteger(proto);
    tensor.shape = shapeOf(proto);
    const std::size_t size = checkedSize(tensor.shape);
    // A shape promises no more than what is there, before memory is taken for it.
    const std::size_t listed = static_cast<std::size_t>(proto.float_data_size()) +
                               static_cast<std::size_t>(proto.double_data_size()) +
                               static_cast<std::size_t>(proto.int32_data_size()) +
                               static_cast<std::size_t>(proto.int64_data_size());
    if (size > proto.raw_data().size() + listed)
        checkCount(proto, proto.raw_data().size() + listed, size);
    if (tensor.isInteger)
        tensor.integers.resize(size);
    else
        tensor.values.resize(size);
    if (proto.has_raw_data())
        takeBytes(proto, proto.raw_data(), tensor);
    else
        takeFields(proto, tensor);
    return tensor;
}

} // namespace somnium::onnx
