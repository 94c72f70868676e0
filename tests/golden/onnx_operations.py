#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One small ONNX graph for each operation that core/onnx computes, and what onnxruntime makes of it.

Writes onnx_operations.txt beside itself, for tests/core/onnx/golden_test.cpp. Needs onnx and onnxruntime."""
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from onnx_cases import write

random = np.random.default_rng(20251128)
N = helper.make_node
cases = []


def f(*shape):
    return random.normal(size=shape).astype(np.float32)


def i(*values):
    return np.array(values, dtype=np.int64)


def case(name, row, nodes, constants=None, opset=13, rows=3):
    given = f(rows, *row)
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *row])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    whole = model.SerializeToString()
    result = onnxruntime.InferenceSession(whole).run(["y"], {"x": given})[0]
    cases.append((name, whole, "y", given, result))


def ending(*nodes):
    """Numbers of a map as a row."""
    return [*nodes, N("Flatten", ["m"], ["y"], axis=1)]


for unary in ["Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Erf", "Exp", "Abs", "Neg", "Reciprocal", "Identity",
              "Elu", "Selu", "LeakyRelu", "HardSigmoid", "Dropout"]:
    case(unary, [6], [N(unary, ["x"], ["y"])])
case("Elu_alpha", [6], [N("Elu", ["x"], ["y"], alpha=0.4)])
case("LeakyRelu_alpha", [6], [N("LeakyRelu", ["x"], ["y"], alpha=0.2)])
case("HardSwish", [6], [N("HardSwish", ["x"], ["y"])], opset=14)
case("Mish", [6], [N("Mish", ["x"], ["y"])], opset=18)
case("Gelu", [6], [N("Gelu", ["x"], ["y"])], opset=20)
case("Gelu_tanh", [6], [N("Gelu", ["x"], ["y"], approximate="tanh")], opset=20)
case("SqrtLog", [6], [N("Exp", ["x"], ["a"]), N("Sqrt", ["a"], ["b"]), N("Log", ["b"], ["y"])])
case("Clip_attributes", [6], [N("Clip", ["x"], ["y"], min=-0.5, max=0.7)], opset=6)
case("Clip_inputs", [6], [N("Clip", ["x", "", "h"], ["y"])], {"h": np.float32(0.3)})
case("PRelu", [3, 4], ending(N("PRelu", ["x", "s"], ["m"])), {"s": f(3, 1)})
case("Pow", [6], [N("Pow", ["x", "two"], ["y"])], {"two": np.float32(2)})
case("Cast", [6], [N("Cast", ["x"], ["a"], to=7), N("Cast", ["a"], ["y"], to=1)])
for binary in ["Add", "Sub", "Mul", "Div", "Max", "Min"]:
    case(binary + "_row", [6], [N(binary, ["x", "c"], ["y"])], {"c": f(6)})
    case(binary + "_swapped", [6], [N(binary, ["c", "x"], ["y"])], {"c": f(1, 6)})
    case(binary + "_map", [2, 3, 4], ending(N(binary, ["x", "c"], ["m"])), {"c": f(2, 1, 4)})
case("Add_scalar", [6], [N("Add", ["x", "c"], ["y"])], {"c": np.float32(0.25)})

case("Gemm_transB", [5], [N("Gemm", ["x", "w", "b"], ["y"], transB=1)], {"w": f(3, 5), "b": f(3)})
case("Gemm_plain", [5], [N("Gemm", ["x", "w", "b"], ["y"])], {"w": f(5, 3), "b": f(1, 3)})
case("Gemm_factors", [5], [N("Gemm", ["x", "w", "b"], ["y"], alpha=0.5, beta=2.0)], {"w": f(5, 3), "b": np.float32(0.3)})
case("Gemm_no_bias", [70], [N("Gemm", ["x", "w"], ["y"], transB=1)], {"w": f(3, 70)})
case("MatMul_Add", [5], [N("MatMul", ["x", "w"], ["a"]), N("Add", ["b", "a"], ["y"])], {"w": f(5, 3), "b": f(3)})
case("MatMul_3", [2, 5], ending(N("MatMul", ["x", "w"], ["m"])), {"w": f(5, 3)})

case("Conv_1d", [2, 11], ending(N("Conv", ["x", "w", "b"], ["m"], kernel_shape=[5], strides=[2], pads=[2, 1])),
     {"w": f(3, 2, 5), "b": f(3)})
case("Conv_1d_bare", [2, 11], ending(N("Conv", ["x", "w"], ["m"])), {"w": f(3, 2, 3)})
case("Conv_2d", [2, 7, 6], ending(N("Conv", ["x", "w", "b"], ["m"], strides=[2, 1], pads=[1, 0, 2, 1])),
     {"w": f(3, 2, 3, 2), "b": f(3)})
case("Conv_dilated", [2, 13], ending(N("Conv", ["x", "w", "b"], ["m"], dilations=[3])), {"w": f(3, 2, 3), "b": f(3)})
case("Conv_groups", [4, 9], ending(N("Conv", ["x", "w", "b"], ["m"], group=2)), {"w": f(6, 2, 3), "b": f(6)})
case("Conv_depthwise", [3, 5, 5], ending(N("Conv", ["x", "w"], ["m"], group=3, pads=[1, 1, 1, 1])), {"w": f(3, 1, 3, 3)})
case("Conv_same_upper", [2, 10], ending(N("Conv", ["x", "w"], ["m"], auto_pad="SAME_UPPER", strides=[2])), {"w": f(3, 2, 5)})
case("Conv_same_lower", [2, 10], ending(N("Conv", ["x", "w"], ["m"], auto_pad="SAME_LOWER", strides=[2])), {"w": f(3, 2, 5)})
case("ConvTranspose_1d", [3, 5], ending(N("ConvTranspose", ["x", "w", "b"], ["m"], strides=[2], pads=[2, 1])),
     {"w": f(3, 2, 5), "b": f(2)})
case("ConvTranspose_more", [3, 5], ending(N("ConvTranspose", ["x", "w"], ["m"], strides=[3], pads=[1, 1], output_padding=[2])),
     {"w": f(3, 2, 4)})
case("ConvTranspose_2d", [3, 4, 5], ending(N("ConvTranspose", ["x", "w", "b"], ["m"], strides=[2, 3], pads=[1, 0, 1, 2])),
     {"w": f(3, 2, 3, 4), "b": f(2)})
case("ConvTranspose_groups", [4, 5], ending(N("ConvTranspose", ["x", "w"], ["m"], group=2, dilations=[2])), {"w": f(4, 3, 3)})
case("MaxPool_1d", [2, 9], ending(N("MaxPool", ["x"], ["m"], kernel_shape=[3], strides=[2], pads=[1, 1])))
case("MaxPool_ceil", [2, 8], ending(N("MaxPool", ["x"], ["m"], kernel_shape=[3], strides=[2], ceil_mode=1)))
case("MaxPool_2d", [2, 6, 7], ending(N("MaxPool", ["x"], ["m"], kernel_shape=[2, 3], strides=[2, 2])))
case("AveragePool_1d", [2, 9], ending(N("AveragePool", ["x"], ["m"], kernel_shape=[3], strides=[2], pads=[1, 1])))
case("AveragePool_pads", [2, 9], ending(N("AveragePool", ["x"], ["m"], kernel_shape=[3], strides=[2], pads=[1, 1],
                                          count_include_pad=1)))
case("GlobalAveragePool", [3, 4, 5], ending(N("GlobalAveragePool", ["x"], ["m"])))
case("GlobalMaxPool", [3, 7], ending(N("GlobalMaxPool", ["x"], ["m"])))
case("BatchNormalization", [3, 7], ending(N("BatchNormalization", ["x", "g", "b", "u", "v"], ["m"], epsilon=1e-3)),
     {"g": f(3), "b": f(3), "u": f(3), "v": np.abs(f(3))})
case("BatchNormalization_vector", [5], [N("BatchNormalization", ["x", "g", "b", "u", "v"], ["y"])],
     {"g": f(5), "b": f(5), "u": f(5), "v": np.abs(f(5))})
case("LayerNormalization", [4, 6], ending(N("LayerNormalization", ["x", "g", "b"], ["m"])), {"g": f(6), "b": f(6)}, opset=17)
for reduction in ["ReduceMean", "ReduceL2", "ReduceMax"]:
    case(reduction, [3, 4], [N(reduction, ["x"], ["y"], axes=[-1], keepdims=0)])
    case(reduction + "_input", [3, 4], ending(N(reduction, ["x", "axes"], ["m"])), {"axes": i(1)}, opset=18)
case("ReduceSum", [3, 4], [N("ReduceSum", ["x", "axes"], ["y"], keepdims=0)], {"axes": i(1)})
case("Normalised", [6], [N("ReduceL2", ["x"], ["n"], axes=[1]), N("Clip", ["n", "low"], ["c"]), N("Shape", ["x"], ["s"]),
                         N("Expand", ["c", "s"], ["e"]), N("Div", ["x", "e"], ["y"])], {"low": np.float32(1e-12)})
case("Upsample_nearest", [2, 4], ending(N("Resize", ["x", "", "s"], ["m"], mode="nearest",
                                          coordinate_transformation_mode="asymmetric", nearest_mode="floor")),
     {"s": np.float32([1, 1, 3])})
case("Resize_half_pixel", [2, 3, 4], ending(N("Resize", ["x", "", "s"], ["m"], mode="nearest")),
     {"s": np.float32([1, 1, 2, 5])})

case("Flatten_Reshape", [2, 3, 4], [N("Flatten", ["x"], ["a"], axis=2), N("Reshape", ["a", "s"], ["y"])], {"s": i(-1, 24)})
case("Reshape_zero", [2, 12], ending(N("Reshape", ["x", "s"], ["m"])), {"s": i(0, 4, -1)})
case("Transpose", [2, 3, 4], ending(N("Transpose", ["x"], ["m"], perm=[0, 2, 3, 1])))
case("Squeeze_attribute", [1, 5], [N("Squeeze", ["x"], ["y"], axes=[1])], opset=11)
case("Squeeze_input", [1, 5], [N("Squeeze", ["x", "a"], ["y"])], {"a": i(-2)})
case("Unsqueeze_attribute", [5], ending(N("Unsqueeze", ["x"], ["m"], axes=[1])), opset=11)
case("Unsqueeze_input", [5], ending(N("Unsqueeze", ["x", "a"], ["m"])), {"a": i(1, -1)})
case("View", [2, 6], [N("Shape", ["x"], ["s"]), N("Gather", ["s", "zero"], ["n"], axis=0),
                      N("Unsqueeze", ["n", "a"], ["u"]), N("Concat", ["u", "rest"], ["t"], axis=0),
                      N("Reshape", ["x", "t"], ["y"])], {"zero": np.int64(0), "a": i(0), "rest": i(-1)})
case("Gather_columns", [7], [N("Gather", ["x", "c"], ["y"], axis=1)], {"c": i(6, -7, 2, 2)})
case("Concat", [5], [N("Relu", ["x"], ["a"]), N("Concat", ["x", "a"], ["y"], axis=-1)])
case("Slice_attributes", [7], [N("Slice", ["x"], ["y"], starts=[1], ends=[-2], axes=[1])], opset=9)
case("Slice_backwards", [7], [N("Slice", ["x", "s", "e", "a", "t"], ["y"])], {"s": i(-1), "e": i(-100), "a": i(1), "t": i(-2)})
case("Split_attribute", [7], [N("Split", ["x"], ["a", "y"], axis=1, split=[3, 4])], opset=11)
case("Split_halves", [6], [N("Split", ["x"], ["a", "b"], axis=1), N("Sub", ["a", "b"], ["y"])])
case("Split_uneven", [7], [N("Split", ["x"], ["a", "y"], axis=1, num_outputs=2)], opset=18)
case("Constant", [4], [N("Constant", [], ["c"], value=numpy_helper.from_array(f(4))), N("Mul", ["x", "c"], ["y"])])
case("Constant_floats", [4], [N("Constant", [], ["c"], value_floats=[1.0, 2.0, 3.0, 4.0]), N("Mul", ["x", "c"], ["y"])])
case("ConstantOfShape", [4], [N("Shape", ["x"], ["s"]), N("ConstantOfShape", ["s"], ["o"],
     value=helper.make_tensor("v", TensorProto.FLOAT, [1], [2.5])), N("Add", ["x", "o"], ["y"])])
case("Half_weights", [5], [N("Cast", ["w"], ["v"], to=1), N("MatMul", ["x", "v"], ["y"])], {"w": f(5, 3).astype(np.float16)})
case("Double_weights", [5], [N("Cast", ["w"], ["v"], to=1), N("MatMul", ["x", "v"], ["y"])], {"w": f(5, 3).astype(np.float64)})
case("Unused_random", [4], [N("RandomNormalLike", ["x"], ["r"]), N("Add", ["x", "r"], ["z"]), N("Relu", ["x"], ["y"])])

write("onnx_operations.txt", f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}", cases)
