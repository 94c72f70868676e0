# SPDX-License-Identifier: GPL-3.0-or-later
"""How onnx_operations.py and onnx_pytorch.py write what tests/core/onnx reads: for each case the lines
"case NAME", "model BASE64", "output NAME" (the one that is wanted), "in SHAPE : NUMBERS", "out SHAPE : NUMBERS"."""
import base64
import os


def numbers(array):
    shape = " ".join(str(size) for size in array.shape)
    return shape + " : " + " ".join(f"{value:.9g}" for value in array.reshape(-1).tolist())


def write(path, title, cases):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), path), "w", encoding="ascii") as file:
        file.write(f"# {title}\n")
        for name, model, output, given, result in cases:
            file.write(f"case {name}\nmodel {base64.b64encode(model).decode()}\noutput {output}\n")
            file.write(f"in {numbers(given)}\nout {numbers(result)}\n")
