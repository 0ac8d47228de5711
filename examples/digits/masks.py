"""Makes foreground.onnx, which tells the strokes of a digit from what is behind them: the masks of the aggregations that weigh.

    python masks.py --digits t10k-images-idx3-ubyte.gz -o .

It learns from the half that the denoiser learned from, where a pixel above 127 is stroke. Contrast, brightness and noise of each digit are
changed at random, since generated digits come gray and noisy too. The share of other digits' pixels that it gets right is printed.
Python 3.11, torch 1.13.1.
"""
import argparse
import json
from pathlib import Path

import numpy
import torch
from torch import nn

from sets import digits_of

SEED = 20261201
STEPS = 1500
BATCH = 32


class Foreground(nn.Module):
    """Three convolutions that see 13 × 13 pixels; scores of background and stroke, from the mean of red, green and blue."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 12, 5, padding=2), nn.ReLU(), nn.Conv2d(12, 12, 5, padding=2), nn.ReLU(), nn.Conv2d(12, 2, 5, padding=2)
        )

    def forward(self, images):
        return self.layers(images.mean(1, keepdim=True) - 0.5)


def changed(digits, chance):
    """Digits in 0..1 with contrast 0.15 … 1, any brightness that this leaves, noise of standard deviation 0 … 0.3."""
    each = (len(digits), 1, 1, 1)
    contrast = 0.15 + 0.85 * torch.rand(each, generator=chance)
    dark = (1 - contrast) * torch.rand(each, generator=chance)
    noise = 0.3 * torch.rand(each, generator=chance) * torch.randn(digits.shape, generator=chance)
    return (dark + contrast * digits + noise).clamp(0, 1).expand(-1, 3, -1, -1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--digits", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    chance = torch.Generator().manual_seed(SEED)
    images = torch.from_numpy(digits_of(options.digits).astype(numpy.float32) / 255)[:, None]
    learned, other = images[0::2], images[1::2]
    network = Foreground()
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    for _ in range(STEPS):
        digits = learned[torch.randint(len(learned), (BATCH,), generator=chance)]
        loss = nn.functional.cross_entropy(network(changed(digits, chance)), (digits[:, 0] > 0.5).long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        found = network(changed(other, chance)).argmax(1) == 1
        true = other[:, 0] > 0.5
        both, either = (found & true).sum().item(), (found | true).sum().item()
        print(f"{(found == true).float().mean():.4f} of the pixels of changed digits it never saw are right; strokes overlap by {both / either:.3f}")
    torch.onnx.export(network.eval(), torch.zeros(1, 3, 32, 32), str(options.out / "foreground.onnx"), input_names=["images"],
                      output_names=["scores"], opset_version=13)
    sidecar = {"input": "images", "outputs": {"segmentation": "scores"}, "preprocessing": {"range": "0..1"}}
    (options.out / "foreground.json").write_text(json.dumps(sidecar, indent=2) + "\n")


if __name__ == "__main__":
    main()
