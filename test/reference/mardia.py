"""Mardia's skewness and kurtosis, by numpy over whole matrices in float64, also on the first ten principal components (by singular values).

Run:  python test/reference/mardia.py
"""

import base64
import json
import os
import platform

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def packed(rows):
    rows = np.ascontiguousarray(rows, dtype="<f4")
    return {"n": rows.shape[0], "d": rows.shape[1], "float32": base64.b64encode(rows.tobytes()).decode()}


def mardia(x):
    x = x - x.mean(axis=0)
    products = x @ np.linalg.inv(x.T @ x / len(x)) @ x.T
    return float((products**3).mean()), float((np.diag(products) ** 2).mean())


def on_components(x, k):
    x = x - x.mean(axis=0)
    return x @ np.linalg.svd(x, full_matrices=False)[2][:k].T


random = np.random.RandomState(2020)
scales = np.geomspace(8, 0.05, 14)
CASES = {
    "normal": random.randn(260, 14) * scales,
    "exponential": random.exponential(size=(260, 14)) * scales + 3,
    "heavy tails": random.standard_t(5, size=(260, 14)) * scales,
    "three dimensions": random.randn(60, 3) @ random.randn(3, 3),
}


def case(name, rows):
    rows = rows.astype(np.float32)
    wide = rows.astype(np.float64)
    whole = mardia(wide)
    leading = mardia(on_components(wide, min(10, rows.shape[1])))
    return {"name": name, "vectors": packed(rows), "whole": whole, "leading": leading}


fixture = {
    "script": "test/reference/mardia.py",
    "versions": {"python": platform.python_version(), "numpy": np.__version__},
    "cases": [case(*pair) for pair in CASES.items()],
}
with open(os.path.join(HERE, "mardia.json"), "w") as file:
    json.dump(fixture, file, indent=1)
    file.write("\n")
