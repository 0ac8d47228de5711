"""Small zips as Python's zipfile and numpy write them, base64 in zip-archive.json.

Run: python test/reference/zip-archive.py > test/reference/zip-archive.json
"""

import base64
import io
import json
import sys
import zipfile

import numpy as np

TEXT = b"the quick brown fox " * 40


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes after the data (data descriptors)."""

    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)


def archive(write):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        write(out)
    return buffer.getvalue()


def info(name, method):
    entry = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    entry.compress_type = method
    return entry


def plain(out):
    out.writestr(info("folder/", zipfile.ZIP_STORED), b"")
    out.writestr(info("folder/stored.txt", zipfile.ZIP_STORED), TEXT)
    out.writestr(info("folder/déflated.txt", zipfile.ZIP_DEFLATED), TEXT)
    out.writestr(info("empty.txt", zipfile.ZIP_DEFLATED), b"")


def zip64(out):
    with out.open(info("large.txt", zipfile.ZIP_STORED), "w", force_zip64=True) as entry:
        entry.write(TEXT)
    with out.open(info("larger.txt", zipfile.ZIP_DEFLATED), "w", force_zip64=True) as entry:
        entry.write(TEXT)


def bzip2(out):
    out.writestr(info("a.txt", zipfile.ZIP_BZIP2), TEXT)


def named(name):
    return lambda out: out.writestr(info(name, zipfile.ZIP_STORED), TEXT)


streamed = Unseekable()
with zipfile.ZipFile(streamed, "w") as out:
    plain(out)
npz = io.BytesIO()
np.savez_compressed(npz, numbers=np.arange(12, dtype=np.float32).reshape(3, 4))

archives = {
    "plain": archive(plain),
    "zip64": archive(zip64),
    "streamed": b"".join(streamed.parts),
    "bzip2": archive(bzip2),
    "parent": archive(named("../a.txt")),
    "absolute": archive(named("/a.txt")),
    "npz": npz.getvalue(),
}
json.dump(
    {
        "made": "test/reference/zip-archive.py",
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__},
        "text": TEXT.decode(),
        "archives": {name: base64.b64encode(data).decode() for name, data in archives.items()},
    },
    sys.stdout,
    indent=1,
)
