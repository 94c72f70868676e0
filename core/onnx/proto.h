// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of onnx.proto, and what protobuf does not check in them. Only .cpp files of this folder may
// include it. In their namespace the messages are ::onnx::ModelProto and so on.
#pragma once

#include <filesystem>
#include <span>

#include <onnx/onnx_pb.h>

#include "core/onnx/tensor.h"

namespace somnium::onnx
{

/// Refuses (Malformed, Unsupported) bytes that are no ONNX model, and operation sets that are not known here.
[[nodiscard]] ::onnx::ModelProto parseModel(std::span<const std::byte> bytes);

/// Puts weights that lie in files of their own inside; they have to lie in `folder` itself. False: there are
/// none.
bool takeWeightsInside(::onnx::ModelProto &model, const std::filesystem::path &folder);

/// Refuses (Malformed, Unsupported) a size that is not the one of its shape, and types that are no numbers.
[[nodiscard]] Tensor tensorFrom(const ::onnx::TensorProto &proto);

} // namespace somnium::onnx
