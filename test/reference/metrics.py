"""Reference values of the metrics, re-derived in numpy, scipy and mpmath, with the peers' own values beside them.

Run:  python test/reference/metrics.py FOLDER_OF_PEER_CHECKOUTS      (see peers.py)
"""

import base64
import json
import os
import platform
import sys

import mpmath
import numpy as np
import scipy
import scipy.linalg
import torch

import peers

peers.use(sys.argv[1])

import distance as cmmd_pytorch  # noqa: E402
import prdc  # noqa: E402
import sklearn  # noqa: E402
from dgm_eval.metrics.authpct import compute_authpct  # noqa: E402
from dgm_eval.metrics.vendi import compute_vendi_score  # noqa: E402
from pytorch_fid.fid_score import calculate_frechet_distance  # noqa: E402
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric  # noqa: E402
from torch_fidelity.metric_isc import isc_features_to_metric  # noqa: E402
from torch_fidelity.metric_kid import kid_features_to_metric  # noqa: E402
from torch_fidelity.metric_mind import mind_features_to_metric  # noqa: E402
from torch_fidelity.metric_prc import prc_features_to_metric  # noqa: E402
from vendi_score import vendi  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
MADE = {
    "script": "test/reference/metrics.py",
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "torch": torch.__version__,
        "scikit-learn": sklearn.__version__,
        "mpmath": mpmath.__version__,
    },
    "peers": peers.COMMITS,
}


def write(name, cases):
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump({"made": MADE, "cases": cases}, file, indent=1)
        file.write("\n")
    print(name, os.path.getsize(os.path.join(HERE, name + ".json")))


def packed(rows):
    rows = np.ascontiguousarray(rows, dtype="<f4")
    return {"n": rows.shape[0], "d": rows.shape[1], "float32": base64.b64encode(rows.tobytes()).decode()}


def cloud(seed, n, d, shift=0.0, smallest=1.0, offset=0.0):
    """n correlated draws as float32, the scales falling geometrically to `smallest`."""
    random = np.random.RandomState(seed)
    scales = np.geomspace(1, smallest, d)
    mixing = np.eye(d) + 0.3 * random.randn(d, d) / np.sqrt(d)
    return ((random.randn(n, d) * scales) @ mixing + shift + offset).astype(np.float32)


def silent(function, *arguments):
    """A peer's value, or why it gives none."""
    try:
        value = function(*arguments)
        return float(value) if np.isfinite(value) else str(value)
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"


# ---- Fréchet distance -------------------------------------------------------------------------------------------------


def exact_frechet(x, y):
    """To 30 digits: the roots of the eigenvalues of the smaller of (A·Bᵀ)(A·Bᵀ)ᵀ and its transpose, in 70 digits."""
    mpmath.mp.dps = 70
    factors, means, traces = [], [], []
    for rows in (x, y):
        values = [[mpmath.mpf(float(v)) for v in row] for row in rows]
        n, d = rows.shape
        mean = [mpmath.fsum(column) / n for column in zip(*values)]
        factor = [[(v - m) / mpmath.sqrt(n - 1) for v, m in zip(row, mean)] for row in values]
        means.append(mean)
        factors.append(mpmath.matrix(factor))
        traces.append(mpmath.fsum(v * v for row in factor for v in row))
    product = factors[0] * factors[1].T
    if product.rows > product.cols:
        product = product.T
    gram = product * product.T
    eigenvalues = mpmath.mp.eigsy(gram, eigvals_only=True)
    root = mpmath.fsum(mpmath.sqrt(max(value, 0)) for value in eigenvalues)
    mean_term = mpmath.fsum((a - b) ** 2 for a, b in zip(*means))
    return float(mean_term + traces[0] + traces[1] - 2 * root), float(traces[0] + traces[1])


def moments(rows):
    rows = np.asarray(rows, dtype=np.float64)
    return rows.mean(axis=0), np.atleast_2d(np.cov(rows, rowvar=False))


def frechet_cases():
    base = cloud(1, 24, 10)
    other = cloud(2, 20, 10, shift=0.4)
    dead_both = [rows.copy() for rows in (base, other)]
    for rows in dead_both:
        rows[:, 2:5] = 0
    dead_one = base.copy()
    dead_one[:, 7] = 0
    constant = [rows.copy() for rows in (base, other)]
    constant[0][:, 3] = 0.7
    constant[1][:, 3] = 0.9
    pairs = {
        "full rank": (base, other),
        "wide scales": (cloud(3, 40, 12, smallest=1e-4), cloud(4, 36, 12, smallest=1e-4, shift=0.1)),
        "both singular (n < d)": (cloud(5, 12, 30), cloud(6, 15, 30, shift=0.2)),
        "one singular (n < d)": (cloud(7, 12, 30), cloud(8, 44, 30, shift=0.2)),
        "duplicated images": (np.repeat(cloud(9, 8, 16), 4, axis=0), np.repeat(cloud(10, 9, 16, shift=0.3), 3, axis=0)),
        "features dead on both sides": tuple(dead_both),
        "feature dead on one side": (dead_one, other),
        "constant feature": tuple(constant),
        "one dimension": (cloud(11, 25, 1), cloud(12, 19, 1, shift=1.5)),
        "two images against many": (cloud(13, 2, 6), cloud(14, 30, 6)),
        "far from the origin": (cloud(15, 24, 8, offset=1000), cloud(16, 24, 8, offset=1000, shift=0.5)),
        "identical sets": (base, base),
        "identical singular sets": (cloud(17, 9, 20), cloud(17, 9, 20)),
        "one image repeated": (np.repeat(base[:1], 5, axis=0), other),
    }
    cases = []
    for name, (x, y) in pairs.items():
        expected, trace = exact_frechet(x, y)
        features = [torch.from_numpy(rows) for rows in (x, y)]
        cases.append(
            {
                "name": name,
                "reference": packed(x),
                "generated": packed(y),
                "expected": expected,
                "trace": trace,
                "peers": {
                    "pytorch-fid": silent(lambda: calculate_frechet_distance(*moments(x), *moments(y))),
                    "torch-fidelity": silent(
                        lambda: fid_statistics_to_metric(*map(fid_features_to_statistics, features), False)[
                            "frechet_inception_distance"
                        ]
                    ),
                },
            }
        )
    write("frechet-distance", cases)


def moment_cases():
    cases = []
    for name, rows in {
        "correlated": cloud(21, 40, 9),
        "far from the origin": cloud(22, 40, 9, offset=4096),
        "few rows": cloud(23, 4, 9),
    }.items():
        mean, covariance = moments(rows)
        cases.append({"name": name, "rows": packed(rows), "mean": mean.tolist(), "covariance": covariance.ravel().tolist()})
    write("gaussian-moments", cases)


def eigenvalue_cases():
    cases = []
    for name, rows in {
        "well conditioned": cloud(31, 60, 20),
        "graded": cloud(32, 60, 20, smallest=1e-6),
        "singular": cloud(33, 8, 20),
    }.items():
        covariance = moments(rows)[1]
        cases.append(
            {
                "name": name,
                "rows": packed(rows),
                "eigenvalues": np.linalg.eigvalsh(covariance).tolist(),
                "singularValues": np.sort(np.linalg.svd(rows.astype(np.float64), compute_uv=False)).tolist(),
            }
        )
    write("eigenvalues", cases)


# ---- Inception Score --------------------------------------------------------------------------------------------------


def inception_cases():
    random = np.random.RandomState(41)
    sharp = (8 * random.randn(57, 12)).astype(np.float32)
    huge = (200 * random.randn(40, 6) + 500).astype(np.float32)
    flat = np.tile((random.randn(1, 5)).astype(np.float32), (20, 1))
    cases = []
    for name, logits, splits, seed in [
        ("57 images in 10 splits", sharp, 10, 2020),
        ("57 images in one split, another seed", sharp, 1, 7),
        ("57 images in 7 splits, in order", sharp, 7, None),
        ("logits whose exponentials overflow", huge, 4, 2020),
        ("images all alike", flat, 5, 2020),
    ]:
        order = np.arange(len(logits)) if seed is None else np.random.RandomState(seed).permutation(len(logits))
        rows = logits.astype(np.float64)[order]
        logs = rows - scipy.special.logsumexp(rows, axis=1, keepdims=True)
        scores = []
        for i in range(splits):
            part = logs[i * len(rows) // splits : (i + 1) * len(rows) // splits]
            marginal = np.exp(part).mean(axis=0)
            terms = np.where(np.exp(part) > 0, np.exp(part) * (part - np.log(np.where(marginal > 0, marginal, 1))), 0)
            scores.append(np.exp(terms.sum(axis=1).mean()))
        peer = isc_features_to_metric(torch.from_numpy(logits), splits, seed is not None, seed or 0)
        cases.append(
            {
                "name": name,
                "logits": packed(logits),
                "splits": splits,
                "seed": seed,
                "expected": float(np.mean(scores)),
                "spread": float(np.std(scores)),
                "peers": {"torch-fidelity": [str(v) if np.isnan(v) else v for v in peer.values()]},
            }
        )
    write("inception-score", cases)


# ---- Kernel metrics ---------------------------------------------------------------------------------------------------


def exact_mmd(x, y, reduced):
    """U and V of a kernel less its offset, in long doubles."""
    x, y = x.astype(np.longdouble), y.astype(np.longdouble)
    n, m = len(x), len(y)
    xx, yy, xy = reduced(x, x), reduced(y, y), reduced(x, y)
    across = 2 * xy.sum() / (n * m)
    v = xx.sum() / (n * n) + yy.sum() / (m * m) - across
    u = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - across
    return u, v


def cubic(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


def rbf(x, y):
    squared = ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)
    return np.expm1(-squared / 200)


def kernel_cases():
    cases = []
    for name, x, y, subsets, size in [
        ("alike", cloud(51, 60, 16), cloud(51, 60, 16)[::-1], 8, 20),
        ("shifted", cloud(52, 60, 16), cloud(53, 45, 16, shift=0.5), 8, 20),
        ("one subset of everything", cloud(54, 30, 8), cloud(55, 30, 8, shift=1), 1, 30),
        ("near one another on the sphere", cloud(56, 40, 24, offset=20), cloud(57, 50, 24, offset=20, shift=1), 3, 12),
    ]:
        x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
        random = np.random.RandomState(2020)
        values = []
        for _ in range(subsets):
            first = y[random.choice(len(y), size, replace=False)]
            second = x[random.choice(len(x), size, replace=False)]
            values.append(float(exact_mmd(first, second, cubic)[0]))
        unit = [rows.astype(np.float64) / np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True) for rows in (x, y)]
        u, v = exact_mmd(*unit, rbf)
        peer = kid_features_to_metric(
            torch.from_numpy(y),
            torch.from_numpy(x),
            kid_subsets=subsets,
            kid_subset_size=size,
            rng_seed=2020,
            kid_kernel="poly",
            kid_kernel_poly_degree=3,
            kid_kernel_poly_gamma=None,
            kid_kernel_poly_coef0=1.0,
            verbose=False,
        )
        cases.append(
            {
                "name": name,
                "reference": packed(x),
                "generated": packed(y),
                "kid": {
                    "subsets": subsets,
                    "subsetSize": size,
                    "seed": 2020,
                    "expected": float(np.mean(values)),
                    "spread": float(np.std(values)),
                },
                "kidAllPairs": float(exact_mmd(y, x, cubic)[0]),
                "cmmd": float(1000 * u),
                "cmmdV": float(1000 * v),
                "peers": {
                    "torch-fidelity": list(peer.values()),
                    "cmmd-pytorch": float(cmmd_pytorch.mmd(*[rows.astype(np.float32) for rows in unit])),
                },
            }
        )
    write("kernel-metrics", cases)


# ---- Neighbors -------------------------------------------------------------------------------------------------------


def distances(x, y):
    return np.sqrt(((x.astype(np.float64)[:, None, :] - y.astype(np.float64)[None, :, :]) ** 2).sum(axis=2))


def neighbor_cases():
    grid = np.array([[i, j] for i in range(6) for j in range(6)], dtype=np.float32)
    cases = []
    for name, x, y in [
        ("alike", cloud(61, 60, 8), cloud(62, 50, 8)),
        ("shifted", cloud(63, 60, 8), cloud(64, 50, 8, shift=0.8)),
        ("copies of the reference", cloud(65, 40, 6), np.concatenate([cloud(65, 40, 6)[:20], cloud(66, 20, 6)])),
        ("duplicates on both sides", np.repeat(cloud(67, 12, 5), 4, axis=0), np.repeat(cloud(68, 12, 5), 4, axis=0)),
        ("a grid, all distances tied", grid, grid + np.float32(1)),
    ]:
        xx, yy, xy = distances(x, x), distances(y, y), distances(x, y)  # x reference, y generated
        expected = {}
        for k in (3, 5):
            rx, ry = np.sort(xx, axis=1)[:, k], np.sort(yy, axis=1)[:, k]
            expected[str(k)] = {
                "precision": float((xy <= rx[:, None]).any(axis=0).mean()),
                "recall": float((xy <= ry[None, :]).any(axis=1).mean()),
                "strictPrecision": float((xy < rx[:, None]).any(axis=0).mean()),
                "strictRecall": float((xy < ry[None, :]).any(axis=1).mean()),
                "density": float((xy < rx[:, None]).sum() / (k * len(y))),
                "coverage": float((xy.min(axis=1) < rx).mean()),
            }
        np.fill_diagonal(xx, np.inf)
        nearest = xy.argmin(axis=0)
        authpct = float(100 * (xx.min(axis=0)[nearest] < xy.min(axis=0)).mean())
        peer = prc_features_to_metric(
            torch.from_numpy(np.ascontiguousarray(y)),
            torch.from_numpy(np.ascontiguousarray(x)),
            prc_neighborhood=3,
            prc_batch_size=10000,
            save_cpu_ram=False,
            verbose=False,
        )
        cases.append(
            {
                "name": name,
                "reference": packed(x),
                "generated": packed(y),
                "expected": expected,
                "authpct": authpct,
                "peers": {
                    "torch-fidelity": [peer["precision"], peer["recall"]],
                    "prdc": {key: float(value) for key, value in prdc.compute_prdc(x, y, 5).items()},
                    "dgm-eval authpct": compute_authpct(x, y),
                },
            }
        )
    write("neighbor-metrics", cases)


# ---- Diversity, slices, limits ----------------------------------------------------------------------------------------


def vendi_cases():
    cases = []
    for name, rows in [
        ("more rows than dimensions", cloud(71, 40, 6)),
        ("fewer rows than dimensions", cloud(72, 7, 30)),
        ("duplicates", np.repeat(cloud(73, 5, 12), 4, axis=0)),
        ("all alike", np.repeat(cloud(74, 1, 9), 6, axis=0)),
    ]:
        unit = rows.astype(np.float64) / np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
        eigenvalues = np.linalg.svd(unit, compute_uv=False) ** 2 / len(unit)
        positive = eigenvalues[eigenvalues > 1e-15]
        cases.append(
            {
                "name": name,
                "rows": packed(rows),
                "expected": {
                    "1": float(np.exp(-(positive * np.log(positive)).sum())),
                    "2": float(1 / (positive**2).sum()),
                    "infinity": float(1 / positive.max()),
                },
                "peers": {
                    "vendi-score": float(vendi.score_dual(rows.astype(np.float64), q=1)),
                    "dgm-eval": float(compute_vendi_score(rows.astype(np.float64), q=1)),
                },
            }
        )
    write("vendi", cases)


def mind_cases():
    cases = []
    for name, x, y, projections in [
        ("sets of one size", cloud(81, 40, 12), cloud(82, 40, 12, shift=0.3), 100),
        ("a larger reference", cloud(83, 50, 12), cloud(84, 40, 12, shift=0.3), 100),
        ("a larger generated set", cloud(85, 40, 7), cloud(86, 53, 7, shift=0.3), 1000),
        ("17 directions of 3, not a multiple of 16", cloud(87, 20, 3), cloud(88, 20, 3, shift=1), 17),
        ("3 directions, whose errors do not average out", cloud(89, 200, 24), cloud(90, 200, 24, shift=0.3), 3),
    ]:
        options = {"mind_num_projections": projections, "cuda": False, "rng_seed": 2020, "verbose": False}
        peer = mind_features_to_metric(torch.from_numpy(y), torch.from_numpy(x), **options)
        generator = torch.Generator().manual_seed(2020)
        first, second = y.astype(np.float64), x.astype(np.float64)
        n = min(len(first), len(second))
        if len(first) > n:
            first = first[torch.randperm(len(first), generator=generator)[:n].numpy()]
        if len(second) > n:
            second = second[torch.randperm(len(second), generator=generator)[:n].numpy()]
        directions = torch.randn(projections, x.shape[1], generator=generator).double().numpy()
        directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
        difference = np.sort(first @ directions.T, axis=0) - np.sort(second @ directions.T, axis=0)
        cases.append(
            {
                "name": name,
                "reference": packed(x),
                "generated": packed(y),
                "projections": projections,
                "seed": 2020,
                "expected": float(3 * x.shape[1] * (difference**2).mean()),
                "peers": {"torch-fidelity": list(peer.values())[0]},
            }
        )
    write("mind", cases)


def infinity_cases():
    cases = []
    x, y = cloud(91, 120, 6), cloud(92, 90, 6, shift=0.2)
    random = np.random.RandomState(2020)
    sizes = np.linspace(min(5000, max(len(y) // 10, 2)), len(y), 15).astype("int32")
    values = [
        float(calculate_frechet_distance(*moments(x), *moments(y[random.choice(len(y), int(size), replace=False)])))
        for size in sizes
    ]
    slope, intercept = np.polyfit(1 / sizes, values, 1)
    logits = (3 * np.random.RandomState(93).randn(90, 7)).astype(np.float32)
    random = np.random.RandomState(2020)
    scores = []
    for size in sizes:
        rows = logits[random.choice(len(logits), int(size), replace=False)]
        scores.append(isc_features_to_metric(torch.from_numpy(rows), 1, False)["inception_score_mean"])
    is_slope, is_intercept = np.polyfit(1 / sizes, scores, 1)
    cases.append(
        {
            "name": "15 sizes",
            "reference": packed(x),
            "generated": packed(y),
            "logits": packed(logits),
            "sizes": sizes.tolist(),
            "fid": {"values": values, "expected": float(intercept), "slope": float(slope)},
            "is": {"values": scores, "expected": float(is_intercept), "slope": float(is_slope)},
        }
    )
    write("infinity", cases)


def random_cases():
    cases = []
    for seed in (0, 1, 2020, 13579, 2**32 - 1):
        random = np.random.RandomState(seed)
        generator = torch.Generator().manual_seed(seed)
        cases.append(
            {
                "name": str(seed),
                "permutation": random.permutation(33).tolist(),
                "choice": random.choice(1000, 9, replace=False).tolist(),
                "next": [int(v) for v in np.random.RandomState(seed).randint(0, 2**32, 3, dtype=np.uint32)],
                "torchPermutation": torch.randperm(33, generator=generator).tolist(),
                "torchNormals": torch.randn(5, 7, generator=generator).ravel().tolist(),
            }
        )
    write("random-streams", cases)


frechet_cases()
moment_cases()
eigenvalue_cases()
inception_cases()
kernel_cases()
neighbor_cases()
vendi_cases()
mind_cases()
infinity_cases()
random_cases()
