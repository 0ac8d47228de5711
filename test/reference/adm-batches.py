"""Sample batches as guided-diffusion's scripts save them with numpy, base64 in adm-batches.json.

Run: python test/reference/adm-batches.py > test/reference/adm-batches.json
"""

import base64
import io
import json
import sys

import numpy as np

images = np.random.default_rng(2020).integers(0, 256, (12, 4, 5, 3), dtype=np.uint8)
labels = np.arange(12)


def saved(write, *arrays, **named):
    buffer = io.BytesIO()
    write(buffer, *arrays, **named)
    return base64.b64encode(buffer.getvalue()).decode()


json.dump(
    {
        "made": "test/reference/adm-batches.py",
        "versions": {"numpy": np.__version__},
        "shape": list(images.shape),
        "bytes": base64.b64encode(images.tobytes()).decode(),
        "stored": saved(np.savez, images),
        "compressed": saved(np.savez_compressed, images),
        "labelled": saved(np.savez, images, labels),
        "fortran": saved(np.savez, np.asfortranarray(images)),
        "float": saved(np.savez, images.astype(np.float32)),
        "gray": saved(np.savez, images[:, :, :, 0]),
        "empty": saved(np.savez, images[:0]),
        "flat": saved(np.savez, images[:, :0]),
        "objects": saved(np.savez, np.array([images], dtype=object)),
        "embeddings": saved(np.savez, embeddings=np.zeros((3, 2), np.float32), ids=labels[:3]),
    },
    sys.stdout,
    indent=1,
)
