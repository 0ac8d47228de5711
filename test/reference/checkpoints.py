"""Small checkpoints as torch and safetensors write them, and what is in them, for the checkpoint readers.

python test/reference/checkpoints.py    writes test/reference/checkpoints/ and test/reference/checkpoints.json
"""

import argparse
import base64
import collections
import json
import os
import pickle
import platform

import numpy
import safetensors
import safetensors.torch
import torch

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checkpoints")
SEED = 20240601


def numbers(tensor):
    """Elements as JSON can hold them: floats with the digits of float64, int64 as text, bool as 0 and 1."""
    flat = tensor.detach().reshape(-1)
    if tensor.dtype == torch.int64:
        return [str(int(x)) for x in flat]
    if tensor.dtype.is_floating_point:
        return [float(x) for x in flat.double()]
    return [int(x) for x in flat]


def described(tensors):
    return {
        name: {
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "values": numbers(tensor),
        }
        for name, tensor in tensors.items()
    }


class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, 3, bias=False)
        self.blocks = torch.nn.Sequential(torch.nn.BatchNorm2d(3), torch.nn.Linear(3, 4))
        self.register_buffer("size", torch.tensor(32))

    def forward(self, x):
        return self.blocks[0](self.conv(x)).mean((2, 3)) + self.size


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.manual_seed(SEED)
    every = {
        "float64": torch.randn(2, 3, dtype=torch.float64),
        "float32": torch.randn(4),
        "float16": torch.tensor([0.0, -0.0, 1.5, -65504.0, 6e-8, 6.1e-5, 0.333], dtype=torch.float16),
        "bfloat16": torch.randn(5).bfloat16(),
        "int64": torch.tensor([[2**62, -1], [0, 7]]),
        "int32": torch.tensor([-(2**31), 5], dtype=torch.int32),
        "int16": torch.tensor([-5, 300], dtype=torch.int16),
        "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "uint8": torch.tensor([0, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(0.25),
        "empty": torch.zeros(0, 3),
    }
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
    views = {
        "base": base,
        "second": base[1],
        "transposed": base.permute(2, 0, 1),
        "column": base[:, :, 2],
        "every_other": base.reshape(-1)[1::2],
    }
    nested = {
        "epoch": 3,
        "args": argparse.Namespace(lr=0.1),
        "state_dict": collections.OrderedDict(Tiny().state_dict()),
        "history": [torch.ones(2), {"loss": torch.tensor([0.5])}],
        "size": torch.Size([1, 2]),
        "parameter": torch.nn.Parameter(torch.randn(2, 2)),
    }
    nested_names = {
        **{f"state_dict.{k}": v for k, v in nested["state_dict"].items()},
        "history.0": nested["history"][0],
        "history.1.loss": nested["history"][1]["loss"],
        "parameter": nested["parameter"],
    }
    whole = torch.randn(4, 3, 5)
    module = torch.jit.script(Tiny().half())
    contents = {}

    def save(name, saved, tensors, **options):
        torch.save(saved, os.path.join(FOLDER, name), **options)
        contents[name] = described(tensors)

    save("dtypes.pth", every, every)
    save("dtypes-legacy.pth", every, every, _use_new_zipfile_serialization=False)
    save("views.pth", views, views)
    save("views-legacy.pth", views, views, _use_new_zipfile_serialization=False)
    save("nested.pth", nested, nested_names)
    save("nested-protocol-4.pth", nested, nested_names, pickle_protocol=4)
    save("map.pth", whole[2], {"": whole[2]})
    module.save(os.path.join(FOLDER, "script.pt"))
    contents["script.pt"] = described(dict(module.state_dict()))
    stored = {name: tensor for name, tensor in every.items() if name != "empty"}
    safetensors.torch.save_file(stored, os.path.join(FOLDER, "dtypes.safetensors"), metadata={"format": "pt"})
    contents["dtypes.safetensors"] = described(stored)
    torch.save({"weight": torch.ones(2), "hook": print}, os.path.join(FOLDER, "names-print.pth"))
    torch.save({"weight": torch.ones(1).expand(1000, 1000)}, os.path.join(FOLDER, "expanded.pth"))

    shared = ["twice"]
    plain = {
        "numbers": [0, 255, 65535, -1, 2**31, 2**33, 1.5, -1e300],
        "constants": (None, True, False),
        "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "text": ["", "é", "x" * 300],
        "nested": {"empty": {}, "list": [[], [shared, shared]]},
    }
    pickles = [base64.b64encode(pickle.dumps(plain, protocol)).decode() for protocol in range(2, 6)]

    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "safetensors": safetensors.__version__,
    }
    record = {"script": "test/reference/checkpoints.py", "seed": SEED, "versions": versions, "plain": plain, "pickles": pickles, "files": contents}
    with open(FOLDER + ".json", "w") as file:
        json.dump(record, file, indent=1)
        file.write("\n")
    print(versions)


main()
