"""Training, held-out and generated rows of C_T and FLD, and what their scripts share."""

import base64
import importlib.util
import os
import platform

import numpy as np
import scipy

HERE = os.path.dirname(os.path.abspath(__file__))


def file_of(checkout, path):
    """One file of a package whose other files need more than is here."""
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, os.path.join(checkout, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packed(rows):
    rows = np.ascontiguousarray(rows, dtype="<f4")
    return {"n": rows.shape[0], "d": rows.shape[1], "float32": base64.b64encode(rows.tobytes()).decode()}


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


def versions(**others):
    return {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, **others}
