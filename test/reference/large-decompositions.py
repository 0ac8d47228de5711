"""Singular values and eigenvalues by scipy of matrices that a formula gives, so that no matrix is stored.

    python test/reference/large-decompositions.py > test/reference/large-decompositions.json
"""

import json
import platform

import numpy as np
import scipy
from scipy import linalg


def formula(rows, columns):
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    return ((37 * i + 101 * j + 13 * i * j + 5 * i * i) % 1021) / 1024 - 0.5


def matrix(kind, d):
    if kind == "full":
        return formula(d, d)
    if kind == "tall":
        return formula(d, d // 2)
    if kind == "wide":
        return formula(d // 2, d)
    if kind == "graded":  # columns from 1 down to 2^-60, exactly
        return formula(d, d) * 2.0 ** -(60 * np.arange(d) // d)
    if kind == "duplicated":  # a quarter of the rank
        return formula(d, d)[np.arange(d) % (d // 4)]
    if kind == "dead":  # every third column is 0
        return formula(d, d) * (np.arange(d) % 3 != 0)
    raise ValueError(kind)


def symmetric(kind, d):
    a = matrix("full" if kind == "indefinite" else kind, d)
    return a + a.T if kind == "indefinite" else a.T @ a / d


cases = []
for d in [16, 64, 256, 512]:
    for kind in ["full", "tall", "wide", "graded", "duplicated", "dead"]:
        values = linalg.svdvals(matrix(kind, d))[::-1]
        cases.append({"name": f"{kind} {d}", "kind": kind, "d": d, "singularValues": values.tolist()})
    for kind in ["indefinite", "graded", "duplicated"]:
        values = linalg.eigvalsh(symmetric(kind, d))
        cases.append({"name": f"symmetric {kind} {d}", "kind": kind, "d": d, "eigenvalues": values.tolist()})

for d in [16, 64, 256, 512]:
    reference = np.cov(formula(4 * d, d)[: 2 * d], rowvar=False)
    generated = np.cov(formula(4 * d, d)[2 * d :], rowvar=False)
    root = linalg.sqrtm(reference @ generated)
    assert np.abs(root.imag).max() < 1e-9 if np.iscomplexobj(root) else True
    cases.append({"name": f"covariances {d}", "d": d, "traceSquareRoot": float(np.trace(root).real)})

for case in cases:  # all values up to 64 of them, of more every 8th and the largest
    for key in ["singularValues", "eigenvalues"]:
        if key in case and len(case[key]) > 64:
            case["every"] = 8
            case[key] = case[key][:: case["every"]] + [case[key][-1]]

print(
    json.dumps(
        {
            "made by": "test/reference/large-decompositions.py",
            "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
            "cases": cases,
        }
    )
)
