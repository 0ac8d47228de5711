"""Makes the two networks by which the digits are judged: a small classifier, and one that hands on the pixels.

    python judges.py --digits t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz -o .

classifier.onnx learns from the half that the denoiser did not see (`reference.zip` of sets.py); its accuracy is printed for the other
half. pixels.onnx has no weights. Both take gray images of 32 × 32 in 0..1. Python 3.11, torch 1.13.1.
"""
import argparse
import gzip
import json
from pathlib import Path

import numpy
import torch
from torch import nn

from sets import digits_of

SEED = 20261130
EPOCHS = 12
BATCH = 64


class Classifier(nn.Module):
    """3 × 3 convolutions of 16, 32 and 64 channels, each followed by a pooling; 64 embeddings; 10 logits."""

    def __init__(self):
        super().__init__()
        layers = []
        for before, after in ((1, 16), (16, 32), (32, 64)):
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
        self.features = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 4 * 4, 64), nn.ReLU())
        self.last = nn.Linear(64, 10)

    def forward(self, images):
        embeddings = self.features(images)
        return embeddings, self.last(embeddings)


class Pixels(nn.Module):
    def forward(self, images):
        return images.flatten(1)


def written(network, path, outputs, dimensions):
    network.eval()
    names = ["embeddings", "logits"][:outputs]
    torch.onnx.export(network, torch.zeros(2, 1, 32, 32), f"{path}.onnx", input_names=["images"], output_names=names,
                      dynamic_axes={name: {0: "n"} for name in ["images", *names]}, opset_version=13)
    sidecar = {
        "id": f"digits-{path.name}", "input": "images", "outputs": {name: name for name in names},
        "preprocessing": {"resize": None, "resample": "pillow-bicubic", "crop": "none", "range": "0..1", "channels": "gray"},
    }
    Path(f"{path}.json").write_text(json.dumps(sidecar, indent=2) + "\n")
    print(f"{path.name}: {dimensions} dimensions")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--digits", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    images = torch.from_numpy(digits_of(options.digits).astype(numpy.float32) / 255)[:, None]
    with gzip.open(options.labels) as idx:
        labels = torch.from_numpy(numpy.frombuffer(idx.read(), dtype=numpy.uint8, offset=8).astype(numpy.int64))
    learned, held_out = slice(1, None, 2), slice(0, None, 2)
    network = Classifier()
    batches = -(-len(images[learned]) // BATCH)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=EPOCHS * batches)
    for epoch in range(EPOCHS):
        for rows in torch.randperm(len(images[learned])).split(BATCH):
            loss = nn.functional.cross_entropy(network(images[learned][rows])[1], labels[learned][rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    network.eval()
    with torch.no_grad():
        right = (network(images[held_out])[1].argmax(1) == labels[held_out]).double().mean().item()
    print(f"accuracy on the {len(images[held_out])} digits that it did not learn from: {100 * right:.2f} %")
    written(network, options.out / "classifier", 2, 64)
    written(Pixels(), options.out / "pixels", 1, 1024)


main()
