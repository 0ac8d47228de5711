"""Reference values of metrics that only one peer has, by the peer's own code, with numpy in float64 beside it where the peer works in float32.

Run:  python test/reference/peer-metrics.py CHECKOUT_OF_TORCH_FIDELITY CHECKOUT_OF_DGM_EVAL CHECKOUT_OF_FLD
      (torch-fidelity 5e211a9, dgm-eval 74c79f7, fld ffbbf20)
"""

import base64
import importlib.util
import json
import os
import platform
import sys
import types

import numpy as np
import scipy
import sklearn
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
torch_fidelity, dgm_eval, fld = sys.argv[1:4]
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


ct = file_of(dgm_eval, "dgm_eval/metrics/ct.py")
sys.path.insert(0, fld)
for name in ("matplotlib", "matplotlib.pyplot", "seaborn"):  # drawing, which fits do not need
    try:
        importlib.import_module(name)
    except ImportError:
        sys.modules[name] = types.ModuleType(name)
mog = file_of(fld, "fld/MoG.py")


def three_clusters(seed, n, scale=1.0, copies=None):
    """Clusters so far apart that every partition into three is this one."""
    random = np.random.RandomState(seed)
    centers = np.array([[0, 0, 0, 0], [40, 0, 0, 0], [0, 40, 0, 0]])[random.choice(3, n, p=[0.5, 0.3, 0.2])]
    rows = centers + scale * random.randn(n, 4)
    if copies is not None:
        rows[: n // 2] = copies[: n // 2] + 0.05 * random.randn(n // 2, 4)
    return rows.astype(np.float32)


TRAIN, HELD_OUT = three_clusters(11, 160), three_clusters(12, 120)
MODELS = {
    "as the data": three_clusters(13, 150),
    "half copied": three_clusters(14, 150, copies=TRAIN),
    "too wide": three_clusters(15, 150, scale=1.8),
}
BASELINE = 1.25


def model_case(name, generated):
    torch.manual_seed(2020)
    train, held_out, made = mog.preprocess_feat(*map(torch.from_numpy, (TRAIN, HELD_OUT, generated)))
    model = mog.MoG(made)
    model.fit(train)
    of_train = model.get_dim_adjusted_nlls(train).mean().item()
    of_held_out = model.get_dim_adjusted_nlls(held_out).mean().item()
    np.random.seed(2020)
    return {
        "name": name,
        "generated": packed(generated),
        "ct": ct.compute_CTscore(*(rows.astype(np.float64) for rows in (TRAIN, HELD_OUT, generated))),
        "fld": 100 * (of_held_out - BASELINE),
        "gap": 100 * (of_train - of_held_out),
    }


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
        "scikit-learn": sklearn.__version__, "torch": torch.__version__,
        "torch-fidelity": "5e211a9", "dgm-eval": "74c79f7", "fld": "ffbbf20",
    },
    "training": {"train": packed(TRAIN), "heldOut": packed(HELD_OUT), "baseline": BASELINE},
    "models": [model_case(*model) for model in MODELS.items()],
    "cases": [pair_case(name, *pair) for name, pair in PAIRS.items()],
}
with open(os.path.join(HERE, "peer-metrics.json"), "w") as file:
    json.dump(fixture, file, indent=1)
    file.write("\n")
