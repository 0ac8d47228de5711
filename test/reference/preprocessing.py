"""Network inputs as the peers prepare them: test/reference/preprocessing.json.

Each pipeline restates the steps of the tool that it is named for, with Pillow and torch: pytorch-fid 0.3, torch-fidelity
0.5, clean-fid 0.1, dgm-eval, torchmetrics 1.9, OpenAI's CLIP (torchvision Resize and CenterCrop), google-research's CMMD.

Run: python test/reference/preprocessing.py > test/reference/preprocessing.json
"""

import base64
import json
import sys

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image

from resamplers import pattern, tensorflow1

torch.set_num_threads(1)
CLIP = dict(mean=[0.48145466, 0.4578275, 0.40821073], std=[0.26862954, 0.26130258, 0.27577711])
IMAGENET = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])


def to_tensor(image):
    """torchvision's ToTensor."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().to(torch.float32).div(255)


def normalized(x, mean, std):
    """torchvision's Normalize."""
    mean, std = torch.as_tensor(mean, dtype=x.dtype), torch.as_tensor(std, dtype=x.dtype)
    return x.sub(mean[:, None, None]).div(std[:, None, None])


def interpolated(x, size, **options):
    return F.interpolate(x[None], size=size, align_corners=False, **options)[0]


def pytorch_fid(image, size):
    return 2 * interpolated(to_tensor(image), (size, size), mode="bilinear") - 1


def torch_fidelity(image, size):
    return (torch.from_numpy(tensorflow1(np.array(image), (size, size))).permute(2, 0, 1) - 128) / 128


def torch_fidelity_dinov2(image, size):
    x = torch.from_numpy(tensorflow1(np.array(image), (size, size))).permute(2, 0, 1)
    return normalized(x, [255 * m for m in IMAGENET["mean"]], [255 * s for s in IMAGENET["std"]])


def float_bicubic(image, size):
    array = np.array(image)
    planes = [Image.fromarray(array[:, :, c].astype(np.float32)).resize((size, size), Image.BICUBIC) for c in range(3)]
    return torch.from_numpy(np.stack([np.asarray(plane).clip(0, 255) for plane in planes]))


def clean_fid(image, size):
    return (float_bicubic(image, size) - 128) / 128


def dgm_eval_clean(image, size):
    return 2 * (float_bicubic(image, size) / 255) - 1


def dgm_eval_dinov2(image, size):
    return normalized(to_tensor(image.resize((size, size), Image.BICUBIC)), **IMAGENET)


def torchmetrics(image, size):
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().to(torch.float32)
    return (interpolated(x, (size, size), mode="bilinear", antialias=True) - 128) / 128


def clip(image, size):
    width, height = image.size
    short, long = min(width, height), max(width, height)
    grown = int(size * long / short)
    image = image.resize((size, grown) if width <= height else (grown, size), Image.BICUBIC)
    width, height = image.size
    left, top = int(round((width - size) / 2.0)), int(round((height - size) / 2.0))
    return normalized(to_tensor(image.crop((left, top, left + size, top + size))), **CLIP)


def cmmd(image, size):
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    image = image.crop((left, top, left + side, top + side)).resize((size, size), Image.BICUBIC)
    return normalized(to_tensor(image), **CLIP)


def bicubic_unit(image, size):
    return interpolated(to_tensor(image), (size, size), mode="bicubic")


def unresized(image, size):
    return to_tensor(image)


def record(resize, resample, crop, value_range):
    return dict(resize=resize, resample=resample, crop=crop, range=value_range)


PIPELINES = {
    "pytorch-fid": (pytorch_fid, lambda s: record(s, "torch-bilinear", "none", "-1..1")),
    "torch-fidelity": (torch_fidelity, lambda s: record(s, "tf1-bilinear", "none", "(x-128)/128")),
    "torch-fidelity DINOv2": (torch_fidelity_dinov2, lambda s: record(s, "tf1-bilinear", "none", IMAGENET)),
    "clean-fid": (clean_fid, lambda s: record(s, "pillow-bicubic-float", "none", "(x-128)/128")),
    "dgm-eval clean": (dgm_eval_clean, lambda s: record(s, "pillow-bicubic-float", "none", "-1..1")),
    "dgm-eval DINOv2": (dgm_eval_dinov2, lambda s: record([s, s], "pillow-bicubic", "none", IMAGENET)),
    "torchmetrics": (torchmetrics, lambda s: record(s, "torch-bilinear-antialias", "none", "(x-128)/128")),
    "CLIP": (clip, lambda s: record(s, "pillow-bicubic", "center", CLIP)),
    "CMMD": (cmmd, lambda s: record(s, "pillow-bicubic", "center-square-first", CLIP)),
    "bicubic tensors": (bicubic_unit, lambda s: record(s, "torch-bicubic", "none", "0..1")),
    "tensors as they are": (unresized, lambda s: record(None, "torch-bilinear", "none", "0..1")),
}
# Landscape, portrait and square; differences that make crop offsets of ½ and 1½; a sliver.
SIZES = [((9, 20), 7), ((20, 9), 8), ((15, 15), 6), ((6, 11), 9), ((3, 40), 6), ((7, 7), 7)]

cases = []
for name, (pipeline, preprocessing) in PIPELINES.items():
    for (height, width), side in SIZES:
        out = np.ascontiguousarray(pipeline(Image.fromarray(pattern(height, width)), side).numpy().astype(np.float32))
        cases.append(
            {
                "pipeline": name,
                "input": [height, width],
                "preprocessing": preprocessing(side),
                "output": list(out.shape),
                "data": base64.b64encode(out.tobytes()).decode(),
            }
        )
json.dump(
    {
        "made": "test/reference/preprocessing.py",
        "versions": {"pillow": PIL.__version__, "torch": torch.__version__, "numpy": np.__version__},
        "cases": cases,
    },
    sys.stdout,
    indent=1,
)
