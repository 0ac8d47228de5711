"""Heads of arrays as numpy writes them, base64 in npy-header.json.

Run: python test/reference/npy-header.py > test/reference/npy-header.json
"""

import base64
import io
import json
import sys

import numpy as np
from numpy.lib import format as npy

ARRAYS = {
    "scalar": np.float64(3),
    "vector": np.arange(3, dtype="<i8"),
    "matrix": np.zeros((3, 4), "<f4"),
    "fortran": np.asfortranarray(np.zeros((3, 4), ">f8")),
    "bytes": np.zeros((2, 5, 4, 3), np.uint8),
    "half": np.zeros((0, 7), np.float16),
    "bool": np.zeros(1, bool),
    "object": np.array([{"a": 1}, None], dtype=object),
    "record": np.zeros(2, dtype=[("a", "<f4"), ("b", "<i2", (2,))]),
    "string": np.array(["a", "bc"]),
    "date": np.array(["2020-01-01"], "datetime64[D]"),
}


def written(array, version):
    buffer = io.BytesIO()
    npy.write_array(buffer, np.asanyarray(array), version=version)
    return base64.b64encode(buffer.getvalue()).decode()


json.dump(
    {
        "made": "test/reference/npy-header.py",
        "versions": {"numpy": np.__version__},
        "cases": [
            {
                "name": name,
                "version": version[0],
                "descr": np.asanyarray(array).dtype.str,
                "fortranOrder": bool(name == "fortran"),
                "shape": list(np.shape(array)),
                "itemSize": np.asanyarray(array).dtype.itemsize,
                "file": written(array, version),
            }
            for name, array in ARRAYS.items()
            for version in [(1, 0), (2, 0), (3, 0)]
        ],
    },
    sys.stdout,
    indent=1,
)
