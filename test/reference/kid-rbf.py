"""Reference values of kid-rbf: long doubles in numpy, with torch-fidelity's own values beside them.

Run:  python test/reference/kid-rbf.py CHECKOUT_OF_TORCH_FIDELITY      (5e211a9, the first commits after 0.4)
"""

import base64
import json
import os
import platform
import sys

import numpy as np
import torch

sys.path.insert(0, sys.argv[1])

from torch_fidelity.metric_kid import kid_features_to_metric  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SUBSETS, SUBSET_SIZE, SEED = 6, 20, 2020


def cloud(seed, n, d, scale, shift=0.0, offset=0.0):
    random = np.random.RandomState(seed)
    return (scale * random.randn(n, d) * np.geomspace(1, 0.3, d) + shift + offset).astype(np.float32)


def packed(rows):
    rows = np.ascontiguousarray(rows, dtype="<f4")
    return {"n": rows.shape[0], "d": rows.shape[1], "float32": base64.b64encode(rows.tobytes()).decode()}


def kernel(x, y, sigma):
    """exp(−‖x − y‖²/(2σ²)) from the differences themselves."""
    x, y = x.astype(np.longdouble), y.astype(np.longdouble)
    squares = ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)
    return np.exp(-squares / (2 * np.longdouble(sigma) ** 2))


def unbiased(x, y, sigma):
    n, m = len(x), len(y)
    own = (kernel(x, x, sigma).sum() - n) / (n * (n - 1)) + (kernel(y, y, sigma).sum() - m) / (m * (m - 1))
    return own - 2 * kernel(x, y, sigma).mean()


def on_subsets(reference, generated, sigma):
    random = np.random.RandomState(SEED)
    values = []
    for _ in range(SUBSETS):
        first = generated[random.choice(len(generated), SUBSET_SIZE, replace=False)]
        second = reference[random.choice(len(reference), SUBSET_SIZE, replace=False)]
        values.append(unbiased(first, second, sigma))
    return float(np.mean(values)), float(np.std(values))


PAIRS = {
    "alike": (cloud(1, 32, 6, 4.0), cloud(2, 28, 6, 4.0), 10),
    "unlike": (cloud(3, 30, 8, 5.0), cloud(4, 34, 8, 3.0, shift=1.5), 10),
    "narrow kernel": (cloud(5, 26, 5, 2.0), cloud(6, 30, 5, 2.0, shift=0.5), 1.5),
    "far from the origin": (cloud(7, 26, 5, 3.0, offset=300), cloud(8, 26, 5, 3.0, offset=300, shift=1), 10),
}

cases = []
for name, (reference, generated, sigma) in PAIRS.items():
    value, spread = on_subsets(reference, generated, sigma)
    features = [torch.from_numpy(rows) for rows in (generated, reference)]
    theirs = kid_features_to_metric(
        *features,
        kid_kernel="rbf",
        kid_kernel_rbf_sigma=sigma,
        kid_subsets=SUBSETS,
        kid_subset_size=SUBSET_SIZE,
        rng_seed=SEED,
        verbose=False,
    )
    cases.append(
        {
            "name": name,
            "reference": packed(reference),
            "generated": packed(generated),
            "sigma": sigma,
            "subsets": SUBSETS,
            "subsetSize": SUBSET_SIZE,
            "seed": SEED,
            "expected": value,
            "spread": spread,
            "allPairs": float(unbiased(generated, reference, sigma)),
            "torchFidelity": [
                theirs["kernel_inception_distance_mean"],
                theirs["kernel_inception_distance_std"],
            ],
        }
    )

made = {
    "script": "test/reference/kid-rbf.py",
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__},
    "peers": {"torch-fidelity": "5e211a9"},
}
with open(os.path.join(HERE, "kid-rbf.json"), "w") as file:
    json.dump({"made": made, "cases": cases}, file, indent=1)
    file.write("\n")
for case in cases:
    print(case["name"], case["expected"], case["torchFidelity"][0], case["spread"], case["torchFidelity"][1])
