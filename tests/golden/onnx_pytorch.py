#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small encoders and decoders as PyTorch exports them, by its old and its new exporter, and what PyTorch makes of some
rows: for tests/core/onnx/golden_test.cpp. Writes onnx_pytorch.txt beside itself. Needs torch, onnx, onnxscript."""
import io

import torch
from torch import nn

from onnx_cases import write

torch.manual_seed(20251128)
PIXELS, LATENT = 40, 3


class Dense(nn.Module):
    """What most who fit spectra write."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(PIXELS, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2),
                                    nn.Linear(16, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, LATENT))

    def forward(self, x):
        return self.layers(x)


class Variational(nn.Module):
    """Mean and log variance; convolutions along the spectrum, flattened by view."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(nn.Conv1d(1, 4, 5, stride=2, padding=2), nn.BatchNorm1d(4), nn.LeakyReLU(0.2),
                                          nn.Conv1d(4, 6, 3, padding=1), nn.SiLU(), nn.MaxPool1d(2))
        self.mean, self.variance = nn.Linear(60, LATENT), nn.Linear(60, LATENT)

    def forward(self, x):
        x = self.convolutions(x.unsqueeze(1))
        x = x.view(x.size(0), -1)
        return self.mean(x), self.variance(x)


class Halves(nn.Module):
    """One output cut into mean and log variance; on a sphere."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(PIXELS, 16), nn.ELU(), nn.Linear(16, 2 * LATENT))

    def forward(self, x):
        mean, variance = self.layers(x).chunk(2, dim=1)
        return nn.functional.normalize(mean, dim=1), nn.functional.softplus(variance) + 1


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(LATENT, 40)
        self.layers = nn.Sequential(nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1), nn.Tanh(), nn.Upsample(scale_factor=2),
                                    nn.Conv1d(3, 1, 3, padding=1))

    def forward(self, z):
        return self.layers(torch.relu(self.first(z)).view(-1, 4, 10)).squeeze(1)


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU(),
                                    nn.Conv2d(4, 6, 3, padding=1, groups=2), nn.PReLU(6), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                    nn.Linear(6, LATENT))

    def forward(self, x):
        return self.layers(x)


def settle(model):
    """Statistics of a batch normalisation that are not 0 and 1."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    return model.eval()


def exported(model, given, outputs, isNew, isOpen):
    file = io.BytesIO()
    axes = {"dynamic_axes": {"x": {0: "batch"}}} if isOpen else {}
    if isNew:
        axes = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if isOpen else {}
        program = torch.onnx.export(model, (given,), input_names=["x"], output_names=outputs, dynamo=True, **axes)
        program.save(file)
    else:
        torch.onnx.export(model, (given,), file, input_names=["x"], output_names=outputs, dynamo=False, **axes)
    return file.getvalue()


cases = []
for name, model, row, outputs in [("dense", Dense(), [PIXELS], ["z"]), ("variational", Variational(), [PIXELS], ["mean", "variance"]),
                                  ("halves", Halves(), [PIXELS], ["mean", "variance"]), ("decoder", Decoder(), [LATENT], ["y"]),
                                  ("images", Images(), [2, 9, 7], ["z"])]:
    settle(model)
    given = torch.randn(3, *row)
    with torch.no_grad():
        results = model(given)
        results = results if isinstance(results, tuple) else (results,)
        for isNew in [False, True]:
            for isOpen in [True, False]:
                rows = given if isOpen else given[:1]
                whole = exported(model, rows, outputs, isNew, isOpen)
                title = f"{name} {'new' if isNew else 'old'} exporter, {'any' if isOpen else 'one'} row"
                for output, result in zip(outputs, results):
                    cases.append((f"{title}, {output}", whole, output, given.numpy(), result.numpy()))

write("onnx_pytorch.txt", f"torch {torch.__version__}", cases)
