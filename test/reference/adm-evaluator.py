"""Values of guided-diffusion's evaluator on embeddings made by formula, for adm-evaluator.json.

Usage: python3 adm-evaluator.py /path/to/guided-diffusion > adm-evaluator.json

The classes of evaluations/evaluator.py run as they are. TensorFlow is not needed: its few array operations are given by
numpy below, float16 products summed in float32 as its CPU kernel does. The network is left out: embeddings, spatial embeddings
and logits come from formulas that the test repeats.
"""

import json
import subprocess
import sys
import types

import numpy as np
import scipy

np.bool = bool  # the evaluator was written for numpy < 1.24

K = 3
REFERENCE, GENERATED, D, SPATIAL, CLASSES, SCORED = 300, 240, 12, 9, 7, 12_300


def table(n, d, a, b, c, modulus):
    """(a·i + b·j + c·i·j + 5·i²) mod modulus / 1024, exact in float32"""
    i, j = np.arange(n)[:, None], np.arange(d)[None, :]
    return (((a * i + b * j + c * i * j + 5 * i * i) % modulus) / 1024).astype(np.float32)


def evaluator_of(path):
    source = open(f"{path}/evaluations/evaluator.py").read()
    for name in ("requests", "tqdm", "tqdm.auto", "tensorflow", "tensorflow.compat", "tensorflow.compat.v1"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["tqdm.auto"].tqdm = lambda batches: batches
    sys.modules["tensorflow.compat"].v1 = sys.modules["tensorflow.compat.v1"]
    sys.modules["tensorflow"].compat = sys.modules["tensorflow.compat"]
    module = types.ModuleType("evaluator")
    exec(compile(source, "evaluator.py", "exec"), module.__dict__)
    return module


def squared_distances(u, v, dtype):
    u, v = u.astype(dtype), v.astype(dtype)
    products = (u.astype(np.float32) @ v.astype(np.float32).T).astype(dtype) if dtype == np.float16 else u @ v.T
    norms = [np.sum(np.square(x), 1, dtype=dtype) for x in (u, v)]
    return np.maximum(norms[0][:, None] - dtype(2) * products + norms[1][None, :], dtype(0))


class Distances:
    """What the evaluator's DistanceBlock gives, in one type throughout."""

    def __init__(self, dtype):
        self.dtype = dtype

    def pairwise_distances(self, u, v):
        return squared_distances(u, v, self.dtype).astype(np.float32 if self.dtype == np.float16 else self.dtype)

    def less_thans(self, u, radii_u, v, radii_v):
        distances = self.pairwise_distances(u, v)[..., None]
        return np.any(distances <= radii_v, axis=1), np.any(distances <= radii_u[:, None], axis=0)


def main():
    path = sys.argv[1]
    module = evaluator_of(path)
    reference = table(REFERENCE, D, 37, 101, 13, 1021)
    generated = table(GENERATED, D, 53, 97, 29, 1013)
    spatial = [table(REFERENCE, SPATIAL, 61, 89, 17, 1009), table(GENERATED, SPATIAL, 71, 83, 31, 997)]
    logits = 8 * table(SCORED, CLASSES, 211, 17, 7, 1019)

    evaluator = module.Evaluator.__new__(module.Evaluator)
    evaluator.softmax_batch_size = 512
    evaluator.softmax = evaluator.softmax_input = "softmax"

    def softmax(_, feed_dict):
        x = feed_dict["softmax"].astype(np.float64)
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    evaluator.sess = types.SimpleNamespace(run=softmax)

    def distance(first, second):
        stats = [evaluator.compute_statistics(x.astype(np.float64)) for x in (first, second)]
        return float(np.real(stats[1].frechet_distance(stats[0])))

    def shares(dtype):
        estimator = module.ManifoldEstimator.__new__(module.ManifoldEstimator)
        estimator.distance_block = Distances(dtype)
        estimator.row_batch_size = estimator.col_batch_size = 100
        estimator.nhood_sizes, estimator.num_nhoods = (K,), 1
        estimator.clamp_to_percentile, estimator.eps = None, 1e-5
        evaluator.manifold_estimator = estimator
        return evaluator.compute_prec_recall(reference, generated)

    precision, recall = shares(np.float64)
    half = shares(np.float16)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=path, capture_output=True, text=True).stdout.strip()
    print(
        json.dumps(
            {
                "made": {
                    "script": "test/reference/adm-evaluator.py",
                    "peer": f"openai/guided-diffusion evaluations/evaluator.py at {commit[:7]}",
                    "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
                    "tolerance": "1e-9 relative: its matrix root is accurate to that; shares are counts and agree exactly",
                },
                "n": {"reference": REFERENCE, "generated": GENERATED, "scored": SCORED},
                "fid": distance(reference, generated),
                "sfid": distance(*spatial),
                "is": evaluator.compute_inception_score(logits),
                "precision": precision,
                "recall": recall,
                "float16": {"precision": half[0], "recall": half[1]},
            },
            indent=2,
        )
    )


main()
