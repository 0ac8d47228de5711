"""What Pillow, torch and TensorFlow 1 make of small images: test/reference/resamplers.json.

Small outputs are kept whole (base64 of bytes or little-endian float32), large ones as SHA-256 of the same bytes.
TensorFlow 1's resize is restated in numpy float32; the restatement equals torch-fidelity 0.5's
interpolate_bilinear_2d_like_tensorflow1x in every bit on these cases.

Run: python test/reference/resamplers.py > test/reference/resamplers.json
"""

import base64
import hashlib
import json
import sys

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image

torch.set_num_threads(1)

ROW = np.array([10, 200, 30, 250, 0, 90, 255, 60], np.uint8)
SIZES = [
    ((1, 1), (5, 7)),
    ((1, 9), (3, 4)),
    ((13, 1), (1, 12)),
    ((7, 5), (7, 5)),
    ((5, 4), (3, 2)),
    ((6, 10), (11, 13)),
    ((11, 13), (11, 9)),
    ((9, 11), (14, 11)),
    ((17, 23), (9, 14)),
    ((40, 31), (7, 12)),
    ((101, 64), (6, 5)),
    ((9, 112), (12, 8)),
]
LARGE = [((32, 32), (299, 299)), ((256, 256), (299, 299)), ((500, 375), (224, 224)), ((97, 331), (299, 75))]


def pattern(height, width):
    """Bytes of a linear congruential generator, so that a test can make the same image."""
    state, out = height * 65536 + width, bytearray()
    for _ in range(height * width * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(state >> 24)
    return np.frombuffer(bytes(out), np.uint8).reshape(height, width, 3)


def pillow(image, size, kernel):
    return np.asarray(Image.fromarray(image).resize(size[::-1], kernel))


def pillow_float(image, size):
    planes = [Image.fromarray(image[:, :, c].astype(np.float32)).resize(size[::-1], Image.BICUBIC) for c in range(3)]
    return np.stack([np.asarray(plane) for plane in planes], -1)


def tensorflow1(image, size):
    def steps(input_, output):
        at = np.arange(output, dtype=np.float32) * np.float32(input_ / output)
        low = at.astype(np.int64)
        return low, np.minimum(low + 1, input_ - 1), at - low.astype(np.float32)

    x = image.astype(np.float32)
    low, high, part = steps(image.shape[1], size[1])
    x = x[:, low] + (x[:, high] - x[:, low]) * part[None, :, None]
    low, high, part = steps(image.shape[0], size[0])
    return x[low] + (x[high] - x[low]) * part[:, None, None]


def torch_resized(image, size, mode, antialias=False):
    x = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float().contiguous()
    return F.interpolate(x, size=size, mode=mode, align_corners=False, antialias=antialias)[0].permute(1, 2, 0).numpy()


def antialiased(image, size):
    """torch 2.13 fills every row with the first when the output is one pixel wide: no reference there."""
    return None if size[1] == 1 else torch_resized(image, size, "bilinear", antialias=True)


RESAMPLERS = {
    "pillow-bicubic": lambda image, size: pillow(image, size, Image.BICUBIC),
    "pillow-bicubic-float": pillow_float,
    "pillow-bilinear": lambda image, size: pillow(image, size, Image.BILINEAR),
    "pillow-lanczos": lambda image, size: pillow(image, size, Image.LANCZOS),
    "pillow-box": lambda image, size: pillow(image, size, Image.BOX),
    "tf1-bilinear": tensorflow1,
    "torch-bilinear": lambda image, size: torch_resized(image, size, "bilinear"),
    "torch-bilinear-antialias": antialiased,
    "torch-bicubic": lambda image, size: torch_resized(image, size, "bicubic"),
}


def data(array):
    return None if array is None else np.ascontiguousarray(array).tobytes()


def row_result(resample, width):
    image = np.repeat(ROW[None, :, None], 3, 2)
    return [float(value) for value in resample(image, (1, width))[0, :, 0]]


def case(input_, output, store):
    image = pattern(*input_)
    results = {name: data(resample(image, output)) for name, resample in RESAMPLERS.items()}
    return {
        "input": list(input_),
        "output": list(output),
        "results": {name: store(value) for name, value in results.items() if value is not None},
    }


def document():
    return {
        "made": "test/reference/resamplers.py",
        "versions": {"pillow": PIL.__version__, "torch": torch.__version__, "numpy": np.__version__},
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "row": [int(value) for value in ROW],
        "rows": {name: {width: row_result(resample, width) for width in (5, 11)} for name, resample in RESAMPLERS.items()},
        "small": [case(*sizes, lambda value: base64.b64encode(value).decode()) for sizes in SIZES],
        "large": [case(*sizes, lambda value: hashlib.sha256(value).hexdigest()) for sizes in LARGE],
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1)
