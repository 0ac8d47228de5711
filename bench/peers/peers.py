"""What the Python tools do, timed: python bench/peers/peers.py TASK SIZE…, one JSON object on stdout.

The algorithms are the peers' own calls in this file's words; nothing of theirs is imported but the libraries that they use.
"""

import json
import platform
import sys
import time

import numpy as np


def timed(run):
    start = time.perf_counter()
    value = run()
    return {"ms": (time.perf_counter() - start) * 1000, "value": value}


def covariances(d):
    rng = np.random.default_rng(2020)
    scales = np.exp(-4 * np.arange(d) / d)
    return [np.cov(rng.standard_normal((2 * d, d)) * scales, rowvar=False) for _ in range(2)]


def frechet_scipy(d):  # pytorch-fid, clean-fid, TTUR
    from scipy import linalg

    a, b = covariances(int(d))
    return timed(lambda: float(np.trace(linalg.sqrtm(a @ b)).real))


def frechet_torch(d):  # torch-fidelity, torchmetrics
    import torch

    a, b = (torch.from_numpy(c) for c in covariances(int(d)))
    return timed(lambda: float(torch.linalg.eigvals(a @ b).sqrt().real.sum()))


def cmmd_torch(n, d):  # cmmd-pytorch: three whole float32 kernel matrices
    import torch

    generator = torch.Generator().manual_seed(2020)
    x, y = (torch.nn.functional.normalize(torch.randn(int(n), int(d), generator=generator) + s) for s in (1.0, 1.1))

    def mean_kernel(a, b):
        products = torch.matmul(a, b.T)
        a2, b2 = torch.diag(torch.matmul(a, a.T)), torch.diag(torch.matmul(b, b.T))
        return torch.mean(torch.exp(-(1 / 200) * (-2 * products + a2.unsqueeze(1) + b2.unsqueeze(0))))

    return timed(lambda: float(1000 * (mean_kernel(x, x) + mean_kernel(y, y) - 2 * mean_kernel(x, y))))


def neighbors_scipy(n, d):  # three whole distance matrices, as prdc and dgm-eval build them
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(2020)
    x, y = rng.standard_normal((2, int(n), int(d)))

    def precision():
        radii = np.partition(cdist(x, x), 3, axis=1)[:, 3], np.partition(cdist(y, y), 3, axis=1)[:, 3]
        across = cdist(x, y)
        return [float((across <= radii[0][:, None]).any(0).mean()), float((across <= radii[1]).any(1).mean())]

    return timed(precision)


def decode_pillow(folder):  # every loader of images; processor time
    import pathlib

    from PIL import Image

    paths = sorted(pathlib.Path(folder).iterdir())

    def decoded():
        for path in paths:
            Image.open(path).convert("RGB").tobytes()

    decoded()
    start = time.process_time()
    decoded()
    return {"ms": (time.process_time() - start) * 1000}


TASKS = {f.__name__: f for f in (frechet_scipy, frechet_torch, cmmd_torch, neighbors_scipy, decode_pillow)}
result = TASKS[sys.argv[1]](*sys.argv[2:])
versions = {"python": platform.python_version()}
versions |= {m: sys.modules[m].__version__ for m in ("numpy", "scipy", "torch", "PIL") if m in sys.modules}
print(json.dumps(result | {"versions": versions}))
