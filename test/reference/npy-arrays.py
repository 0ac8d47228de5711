"""Arrays as numpy writes them, base64 in npy-arrays.json.

Run: python test/reference/npy-arrays.py > test/reference/npy-arrays.json
"""

import base64
import io
import json
import sys

import numpy as np

EXACT = [[0, 1, 2], [3, 100, 127]]
SIGNED = [[0, -1, 2], [-3, 100, -127]]
TINY = [[0.5, -2.0, 6.103515625e-05], [5.960464477539063e-08, 65504.0, -0.25]]


def saved(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return base64.b64encode(buffer.getvalue()).decode()


def archive(save, *unnamed, **arrays):
    buffer = io.BytesIO()
    save(buffer, *unnamed, **arrays)
    return base64.b64encode(buffer.getvalue()).decode()


numbers = {descr: np.array(SIGNED, descr) for descr in ["i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8"]}
numbers |= {descr: np.array(EXACT, descr) for descr in ["u1", "<u2", "<u4", "<u8", ">u8"]}
numbers |= {descr: np.array(TINY, descr) for descr in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]}
numbers["bool"] = np.array([[True, False]])
numbers["fortran"] = np.asfortranarray(np.array(TINY, "<f4"))
numbers["fortran 3-d"] = np.asfortranarray(np.arange(24, dtype=">i4").reshape(2, 3, 4))
numbers["scalar"] = np.array(7, "<i8")
numbers["no rows"] = np.zeros((0, 5), "<f4")

texts = {
    "unicode": np.array(["a", "né", "\U0001f600b"]),
    "big-endian unicode": np.array(["a", "né", ""]).astype(">U4"),
    "bytes": np.array([b"a", "né".encode(), b""]),
    "integers": np.array([1, 20, -3], "<i4"),
}

refused = {
    "complex": np.zeros((2, 2), "<c8"),
    "long double": np.zeros((2, 2), np.longdouble),
    "object": np.array([[1.0, None]], dtype=object),
    "object of texts": np.array(["a", "bc"], dtype=object),
    "record": np.zeros(2, dtype=[("a", "<f4"), ("b", "<i2")]),
    "integer beyond 2^53": np.array([[1, 2, 3], [2**53 + 1, 5, 6]], "<i8"),
}

rows = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], "<f4")
archives = {
    "savez": archive(np.savez, embeddings=rows, logits=rows[:, :2], ids=np.array(["b", "a"])),
    "savez_compressed": archive(np.savez_compressed, embeddings=rows),
    "positional": archive(np.savez, rows),
    "statistics": archive(np.savez, mu=np.array([1.0, 2.0]), sigma=np.array([[2.0, 0.5], [0.5, 1.0]])),
    "statistics in float32": archive(
        np.savez, mu=np.array([1, 2], "<f4"), sigma=np.array([[2, 0.5], [0.5, 1]], "<f4")
    ),
    "statistics with n": archive(np.savez, mu=np.zeros(2), sigma=np.eye(2), n=np.int64(50)),
    "statistics of unlike sizes": archive(np.savez, mu=np.zeros(3), sigma=np.eye(2)),
    "lopsided statistics": archive(np.savez, mu=np.zeros(2), sigma=np.array([[1.0, 0.5], [0.0, 1.0]])),
    "NaN": archive(np.savez, embeddings=np.array([[1, 2], [3, np.nan]], "<f4")),
    "Infinity": archive(np.savez, embeddings=np.array([[-np.inf, 2]], "<f4")),
    "3-d": archive(np.savez, embeddings=np.zeros((2, 2, 2), "<f4")),
    "objects": archive(np.savez, embeddings=np.array([[1.0, None]], dtype=object)),
    "two arrays": archive(np.savez, a=rows, b=rows),
    "too few ids": archive(np.savez, embeddings=rows, ids=np.array(["a"])),
    "the same id twice": archive(np.savez, embeddings=rows, ids=np.array(["a", "a"])),
    "too few logits": archive(np.savez, embeddings=rows, logits=rows[:1]),
    "adm": archive(np.savez, np.zeros((2, 4, 4, 3), np.uint8)),
}


def listed(arrays):
    return [
        {"name": name, "shape": list(a.shape), "values": a.flatten().tolist(), "file": saved(a)}
        for name, a in arrays.items()
    ]


json.dump(
    {
        "made": "test/reference/npy-arrays.py",
        "versions": {"numpy": np.__version__},
        "numbers": listed(numbers),
        "texts": [
            {"name": name, "values": [v.decode() if isinstance(v, bytes) else str(v) for v in a], "file": saved(a)}
            for name, a in texts.items()
        ],
        "refused": [{"name": name, "file": saved(a)} for name, a in refused.items()],
        "archives": archives,
    },
    sys.stdout,
    indent=1,
)
