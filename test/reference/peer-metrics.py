"""Reference values of the F-score of precision and recall, and of realism, by the code of the one peer that has each.

Run:  python test/reference/peer-metrics.py CHECKOUT_OF_TORCH_FIDELITY CHECKOUT_OF_DGM_EVAL
      (torch-fidelity 5e211a9, dgm-eval 74c79f7)
"""

import base64
import importlib.util
import json
import os
import platform
import sys

import numpy as np
import scipy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
torch_fidelity, dgm_eval = sys.argv[1:3]
sys.path.insert(0, torch_fidelity)

from torch_fidelity.metric_prc import prc_features_to_metric  # noqa: E402


def file_of(checkout, path):
    """One file of a package whose other files need more than is here."""
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, os.path.join(checkout, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


prdc = file_of(dgm_eval, "dgm_eval/metrics/prdc.py")


def cloud(seed, n, d, scale=1.0, shift=0.0):
    random = np.random.RandomState(seed)
    return (scale * random.randn(n, d) * np.geomspace(1, 0.3, d) + shift).astype(np.float32)


def packed(rows):
    rows = np.ascontiguousarray(rows, dtype="<f4")
    return {"n": rows.shape[0], "d": rows.shape[1], "float32": base64.b64encode(rows.tobytes()).decode()}


PAIRS = {
    "alike": (cloud(1, 41, 6), cloud(2, 36, 6)),
    "shifted": (cloud(3, 40, 8), cloud(4, 50, 8, scale=0.6, shift=0.5)),
    "far apart": (cloud(5, 31, 3), cloud(6, 29, 3, shift=9.0)),
}


def pair_case(name, reference, generated):
    reference64, generated64 = reference.astype(np.float64), generated.astype(np.float64)
    prc = prc_features_to_metric(
        torch.from_numpy(generated), torch.from_numpy(reference),
        prc_neighborhood=3, prc_batch_size=10000, save_cpu_ram=False, verbose=False,
    )
    realism = {k: prdc.compute_prdc(reference64, generated64, k, realism=True)["realism"] for k in (3, 5)}
    return {
        "name": name,
        "reference": packed(reference),
        "generated": packed(generated),
        "fScore": prc["f_score"],
        "realism3": realism[3].tolist(),
        "realism5": realism[5].tolist(),
    }


fixture = {
    "script": "test/reference/peer-metrics.py",
    "versions": {
        "python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
        "torch": torch.__version__, "torch-fidelity": "5e211a9", "dgm-eval": "74c79f7",
    },
    "cases": [pair_case(name, *pair) for name, pair in PAIRS.items()],
}
with open(os.path.join(HERE, "peer-metrics.json"), "w") as file:
    json.dump(fixture, file, indent=1)
    file.write("\n")
