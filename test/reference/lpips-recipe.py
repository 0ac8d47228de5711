"""Runs the recipe for LPIPS of docs/own-networks.md as it is printed, on an AlexNet of random weights, and holds `steadfid reconstruct --lpips` on three
pairs of images against the package, and against the formula in float64.

Run:  python test/reference/lpips-recipe.py CHECKOUT_OF_PERCEPTUAL_SIMILARITY
      (richzhang/PerceptualSimilarity 082bb24, torch 1.13, after `npm run build`)
"""

import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
checkout, work = os.path.abspath(sys.argv[1]), tempfile.mkdtemp()
os.environ["TORCH_HOME"] = work  # where the package looks for AlexNet before it fetches it
sys.path.insert(0, checkout)

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torchvision  # noqa: E402
from PIL import Image  # noqa: E402

TOLERANCE = 1e-5  # float32 networks in two runtimes, relative

os.chdir(work)
os.makedirs("hub/checkpoints")
torch.manual_seed(7)
alexnet = torchvision.models.alexnet()
torch.save(alexnet.state_dict(), "hub/checkpoints/alexnet-owt-7be5be79.pth")
alexnet = alexnet.features.double().eval()

with open(os.path.join(ROOT, "docs/own-networks.md")) as file:
    recipe = {}
    exec(re.search(r"## LPIPS[\s\S]*?```python\n([\s\S]*?)```", file.read()).group(1), recipe)
net = recipe["net"]

random = np.random.RandomState(3)
pairs = []
for k, (height, width) in enumerate([(64, 64), (96, 80), (130, 70)]):
    y, x = np.mgrid[:height, :width]
    original = np.stack([127 + 100 * np.sin(x / (5 + k) + c) + 27 * np.cos(y / (7 - c)) for c in range(3)], -1)
    pair = [original, original + random.randn(height, width, 3) * (8 + 12 * k)]
    pair = [np.clip(image, 0, 255).astype(np.uint8) for image in pair]
    for folder, image in zip(("originals", "decoded"), pair):
        os.makedirs(folder, exist_ok=True)
        Image.fromarray(image).save(f"{folder}/{k}.png")
    pairs.append([image.astype(np.float64) / 127.5 - 1 for image in pair])

SHIFT, SCALE = np.array([-0.030, -0.088, -0.188]), np.array([0.458, 0.448, 0.450])
LINEAR = [lin.model[-1].weight.detach().double().numpy().reshape(-1, 1, 1) for lin in net.lins]


def activations(image):
    """After each ReLU, divided by their lengths along the channels."""
    values = torch.from_numpy(((image - SHIFT) / SCALE).transpose(2, 0, 1)[None])
    for layer in alexnet:
        values = layer(values)
        if isinstance(layer, torch.nn.ReLU):
            found = values[0].detach().clone().numpy()
            yield found / (np.sqrt((found**2).sum(0, keepdims=True)) + 1e-10)


def formula(first, second):
    both = zip(activations(first), activations(second), LINEAR)
    return sum((weight * (one - other) ** 2).sum(0).mean() for one, other, weight in both)


def package(first, second):
    with torch.no_grad():
        return net(*(torch.from_numpy(image.transpose(2, 0, 1)[None]).float() for image in (first, second))).item()


command = ["node", os.path.join(ROOT, "dist/cli/main.js"), "reconstruct", "originals", "decoded"]
printed = subprocess.run(
    [*command, "--pairs-only", "--lpips", "lpips-alex.onnx", "--json"], check=True, capture_output=True
).stdout
for ours, pair in zip(sorted(json.loads(printed)["pairs"], key=lambda one: one["id"]), pairs):
    errors = [abs(ours["lpips"] / of(*pair) - 1) for of in (package, formula)]
    print(f"{ours['id']}: {ours['lpips']:.8f}, from the package {errors[0]:.1e}, from the formula {errors[1]:.1e}")
    assert max(errors) < TOLERANCE
