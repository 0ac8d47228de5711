"""A folder in the original study's layout, as torch and Pillow read it; torchvision says what its pictures must be.

    node dist/test/support/bayesdiff-folder.js layout
    python test/reference/bayesdiff-layout.py layout > test/reference/bayesdiff-layout.json

Stops where torch.load gives other numbers than the formula, or a picture differs from torchvision's. The fixture holds the hash of
each file that torch has read: the same bytes are read again.
"""

import hashlib
import json
import os
import platform
import sys
import tempfile

import numpy
import PIL.Image
import torch
import torchvision
from formula_weights import values

FOLDER = sys.argv[1]
SHAPE = (3, 8, 8)
IMAGE, MEAN, VARIANCE = values(301, SHAPE, 0.0, 1.2), values(302, SHAPE, 0.0, 1.2), values(303, SHAPE, 0.0, 0.002)


def content(name):
    with open(os.path.join(FOLDER, name), "rb") as file:
        return file.read()


def saved_by_torchvision(image):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "image.png")
        torchvision.utils.save_image(image, path)
        return numpy.asarray(PIL.Image.open(path).convert("RGB"))


names = sorted(os.path.relpath(os.path.join(folder, name), FOLDER) for folder, _, files in os.walk(FOLDER) for name in files)
files = {}
for name in names:
    kind = name.split("/")[0]
    if name.endswith(".pth"):
        tensor = torch.load(os.path.join(FOLDER, name))
        assert tensor.dtype == torch.float32 and tuple(tensor.shape) == SHAPE
        assert torch.equal(tensor, {"var_tensors": VARIANCE, "exp_tensors": MEAN}[kind]), name
        files[name] = {"sha256": hashlib.sha256(content(name)).hexdigest()}
    else:
        expected = {"images": (IMAGE + 1) / 2, "variances": torch.clip(600 * VARIANCE, 0, 1)}[kind]
        found = numpy.asarray(PIL.Image.open(os.path.join(FOLDER, name)))
        assert numpy.array_equal(found, saved_by_torchvision(expected)), name
        files[name] = {"pixelsSha256": hashlib.sha256(found.tobytes()).hexdigest()}
versions = {"python": platform.python_version(), "torch": torch.__version__, "torchvision": torchvision.__version__, "pillow": PIL.__version__}
print(json.dumps({"generator": "test/reference/bayesdiff-layout.py", "versions": versions, "files": files}, indent=1))
