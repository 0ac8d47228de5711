"""Inception scores of logits as far as 10,000 from 0, in numpy's long doubles (64 bits of mantissa), base64 in far-logits.json.

Run: python test/reference/far-logits.py > test/reference/far-logits.json
"""

import base64
import json
import platform
import sys

import numpy as np

SEED = 2020
assert np.finfo(np.longdouble).nmant >= 63, "long doubles of this machine are no wider than float64"


def score(logits):
    rows = logits.astype(np.longdouble)
    shifted = rows - rows.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    shares = np.exp(logs)
    marginal = shares.mean(axis=0)
    terms = np.where(shares > 0, shares * (logs - np.log(np.where(marginal > 0, marginal, 1))), 0)
    return np.exp(terms.sum(axis=1).mean())


random = np.random.RandomState(71)
near = random.randn(40, 7)
sets = {
    "spread over ±10,000": random.uniform(-1e4, 1e4, (40, 7)),
    "about 10,000": 1e4 + near,
    "about −10,000": -1e4 + near,
    "about ±10,000, by image": near + 1e4 * (-1.0) ** np.arange(40)[:, None],
    "two classes at 10,000 and the others at −10,000": np.where(random.rand(40, 7) < 0.3, 1e4, -1e4) + near / 8,
}

cases = []
for name, rows in sets.items():
    rows = rows.astype("<f8")
    for splits in (1, 4):
        order = np.random.RandomState(SEED).permutation(len(rows))
        parts = [rows[order][i * len(rows) // splits : (i + 1) * len(rows) // splits] for i in range(splits)]
        scores = np.array([score(part) for part in parts])
        cases.append(
            {
                "name": f"{name}, {splits} split{'s' if splits > 1 else ''}",
                "n": rows.shape[0],
                "d": rows.shape[1],
                "float64": base64.b64encode(rows.tobytes()).decode(),
                "splits": splits,
                "seed": SEED,
                "expected": float(scores.mean()),
                "spread": float(scores.std()),
            }
        )

json.dump(
    {
        "made": {
            "script": "test/reference/far-logits.py",
            "versions": {"python": platform.python_version(), "numpy": np.__version__},
        },
        "cases": cases,
    },
    sys.stdout,
    indent=1,
    ensure_ascii=False,
)
print()
