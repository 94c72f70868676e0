#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two training steps of two small autoencoders with PyTorch, for tests/core/latent/engine_golden_test.cpp.

Writes autoencoder_step.txt beside itself: lines "name numbers...", arrays in the order in which core/latent keeps
them (Layer in autoencoder.h). Loss: sum w (x - x^)^2 / count(w > 0); Adam with PyTorch's defaults. In double
precision, so that the numbers are those of the algorithm.
"""
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20240501)
torch.set_default_dtype(torch.float64)
ROWS, LEAK, LEARNING_RATE, STEPS = 4, 0.01, 1e-2, 2


def float32(shape, scale=1.0):
    return (torch.randn(shape) * scale).float().double()


def parameter(shape, scale=0.4):
    return float32(shape, scale).requires_grad_()


class Dense:
    """7 - 5 - 2 - 5 - 7, LeakyReLU."""

    length = 7

    def __init__(self):
        sizes = [7, 5, 2, 5, 7]
        self.weights = [parameter((a, b)) for a, b in zip(sizes, sizes[1:])]
        self.biases = [parameter((b,)) for b in sizes[1:]]

    def forward(self, x):
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            x = x @ w + b
            if i in (0, 2):
                x = F.leaky_relu(x, LEAK)
        return x

    def ours(self):
        return [t for pair in zip(self.weights, self.biases) for t in pair]


class Convolution:
    """9 pixels, 2 and 3 channels, kernel 5, stride 2; dense 9 - 4 - 2; and back. Tanh."""

    length = 9

    def __init__(self):
        self.c1, self.c1b = parameter((2, 1, 5)), parameter((2,))
        self.c2, self.c2b = parameter((3, 2, 5)), parameter((3,))
        self.d = [parameter((9, 4)), parameter((4, 2)), parameter((2, 4)), parameter((4, 9))]
        self.db = [parameter((4,)), parameter((2,)), parameter((4,)), parameter((9,))]
        self.t2, self.t2b = parameter((3, 2, 5)), parameter((2,))
        self.t1, self.t1b = parameter((2, 1, 5)), parameter((1,))

    def forward(self, x):
        x = x[:, None, :]
        x = torch.tanh(F.conv1d(x, self.c1, self.c1b, stride=2, padding=2))
        x = torch.tanh(F.conv1d(x, self.c2, self.c2b, stride=2, padding=2))
        x = x.permute(0, 2, 1).reshape(x.shape[0], -1)  # [place][channel]
        for i, (w, b) in enumerate(zip(self.d, self.db)):
            x = x @ w + b
            if i != 1:
                x = torch.tanh(x)
        x = x.reshape(x.shape[0], 3, 3).permute(0, 2, 1)
        x = torch.tanh(F.conv_transpose1d(x, self.t2, self.t2b, stride=2, padding=2))
        return F.conv_transpose1d(x, self.t1, self.t1b, stride=2, padding=2)[:, 0, :]

    def ours(self):
        def convolution(w):  # [out][in][k] -> [k][in][out]
            return ("p", w, (2, 1, 0))

        def transposed(w):  # [in][out][k] -> [in][k][out]
            return ("p", w, (0, 2, 1))

        dense = [t for pair in zip(self.d, self.db) for t in pair]
        return [convolution(self.c1), self.c1b, convolution(self.c2), self.c2b, *dense, transposed(self.t2), self.t2b,
                transposed(self.t1), self.t1b]


def flat(arrays, gradient=False):
    parts = []
    for array in arrays:
        tensor, order = (array[1], array[2]) if isinstance(array, tuple) else (array, None)
        values = tensor.grad if gradient else tensor.detach()
        parts.append((values.permute(order) if order else values).reshape(-1))
    return torch.cat(parts)


def leaves(arrays):
    return [a[1] if isinstance(a, tuple) else a for a in arrays]


def line(name, values):
    return name + " " + " ".join(f"{v:.9g}" for v in values.reshape(-1).tolist()) + "\n"


def run(name, model):
    x = float32((ROWS, model.length))
    w = (torch.rand((ROWS, model.length)) * 2).float().double()
    w[torch.rand_like(w) < 0.2] = 0.0
    ours = model.ours()
    optimiser = torch.optim.Adam(leaves(ours), lr=LEARNING_RATE)
    text = line(name + ".x", x) + line(name + ".w", w) + line(name + ".parameters0", flat(ours))
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        loss = (w * (x - model.forward(x)) ** 2).sum() / (w > 0).sum()
        loss.backward()
        text += line(f"{name}.loss{step}", loss.detach()) + line(f"{name}.gradients{step}", flat(ours, True))
        optimiser.step()
        text += line(f"{name}.parameters{step}", flat(ours))
    return text


if __name__ == "__main__":
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "autoencoder_step.txt"), "w") as file:
        file.write(run("dense", Dense()) + run("convolution", Convolution()))
