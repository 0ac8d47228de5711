"""Calibrated distances by the paper's equation (Carlini et al. 2023, arXiv:2301.13188), over the whole matrix of distances in float64.

Run:  python test/reference/calibrated-distance.py
"""

import base64
import json
import os
import platform

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ALPHA = 0.5


def cloud(seed, n, d, shift=0.0):
    random = np.random.RandomState(seed)
    return (random.randn(n, d) * np.geomspace(1, 0.3, d) + shift).astype(np.float32)


def packed(rows):
    rows = np.ascontiguousarray(rows, dtype="<f4")
    return {"n": rows.shape[0], "d": rows.shape[1], "float32": base64.b64encode(rows.tobytes()).decode()}


TRAIN = cloud(21, 80, 5)
near = TRAIN[:30].astype(np.float64) + 0.05 * np.random.RandomState(22).randn(30, 5)
MODELS = {
    "as the data": cloud(23, 60, 5),
    "half copied": np.concatenate([near.astype(np.float32), cloud(24, 30, 5)]),
    "far away": cloud(25, 40, 5, shift=7.0),
}


def model_case(name, generated, k):
    x, y = TRAIN.astype(np.float64), generated.astype(np.float64)
    distances = np.sqrt(((y[:, None, :] - x[None, :, :]) ** 2).sum(axis=2))
    nearest = np.sort(distances, axis=1)[:, :k]
    calibrated = nearest[:, 0] / (ALPHA * nearest.mean(axis=1))
    return {
        "name": name, "k": k, "generated": packed(generated),
        "distances": calibrated.tolist(), "share": float((calibrated < 1).mean()),
    }


fixture = {
    "script": "test/reference/calibrated-distance.py",
    "versions": {"python": platform.python_version(), "numpy": np.__version__},
    "train": packed(TRAIN),
    "models": [model_case(name, rows, k) for k in (50, 5) for name, rows in MODELS.items()],
}
with open(os.path.join(HERE, "calibrated-distance.json"), "w") as file:
    json.dump(fixture, file, indent=1)
    file.write("\n")
