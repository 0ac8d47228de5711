"""Tar archives, parquet files, pickles of statistics and torch files of embeddings, as the programs that people use write them.

Each program's part of test/reference/image-sources.json is made where that program is:
    /usr/bin/python3 test/reference/image-sources.py       # GNU tar, Python's tarfile, numpy, torch
    python3 test/reference/image-sources.py pyarrow        # in an environment with pyarrow
Images are texts here: readers of containers look at no pixel.
"""

import base64, gzip, io, json, os, pickle, subprocess, sys, tarfile, tempfile

import numpy

PATH = os.path.join(os.path.dirname(__file__), "image-sources.json")
DEEP = "d" * 60 + "/" + "e" * 60 + "/" + "f" * 60 + ".png"  # more than ustar's name, less than its prefix and name
LONG = "g" * 90 + "/" + "h" * 90 + "/" + "i" * 90 + ".png"  # more than both
FILES = {"b.png": b"b", "a/x.jpg": b"x" * 700, "a/x.cls": b"7", "a/x.json": b"{}", "ü.png": b"u", DEEP: b"deep", LONG: b"long"}


def text(data):
    return base64.b64encode(data).decode()


def tars():
    found = {}
    for name, form in [("ustar", tarfile.USTAR_FORMAT), ("pax", tarfile.PAX_FORMAT), ("gnu", tarfile.GNU_FORMAT)]:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form, encoding="utf-8") as tar:
            for path, data in FILES.items():
                if form == tarfile.USTAR_FORMAT and path == LONG:
                    continue
                info = tarfile.TarInfo(path)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        found["tarfile " + name] = text(gzip.compress(out.getvalue(), mtime=0))
    with tempfile.TemporaryDirectory() as folder:
        for path, data in FILES.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)
        os.link(os.path.join(folder, "b.png"), os.path.join(folder, "c.png"))
        os.symlink("b.png", os.path.join(folder, "z.png"))
        for form in ["gnu", "posix", "oldgnu"]:
            made = subprocess.run(
                ["tar", f"--format={form}", "--mtime=@0", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-c", "."],
                cwd=folder, check=True, capture_output=True).stdout
            found["GNU tar " + form] = text(gzip.compress(made, mtime=0))
    return found


def statistics():
    random = numpy.random.RandomState(2020)
    x = random.standard_normal((9, 3))
    mu, sigma = x.mean(axis=0), numpy.cov(x, rowvar=False)
    stats = {"mu": mu, "sigma": sigma}
    found = {f"pickle protocol {p}": text(pickle.dumps(stats, protocol=p)) for p in (2, 3, 4, 5)}
    found["pickle, columns first, big-endian"] = text(pickle.dumps(
        {"mu": mu.astype(">f8"), "sigma": numpy.asfortranarray(sigma)}, protocol=4))
    found["EDM2"] = text(pickle.dumps({"fid": stats, "fd_dinov2": {"mu": 2 * mu, "sigma": 4 * sigma}}))
    return {"mu": mu.tolist(), "sigma": sigma.tolist(), "files": found}


def tensors():
    import torch

    torch.manual_seed(2020)
    x, logits = torch.randn(5, 4), torch.randn(5, 3)
    mu, sigma = x.numpy().mean(axis=0), numpy.cov(x.numpy(), rowvar=False)

    def saved(value, **options):
        out = io.BytesIO()
        torch.save(value, out, **options)
        return text(out.getvalue())

    return {
        "embeddings": x.tolist(),
        "logits": logits.tolist(),
        "files": {
            "tensor": saved(x),
            "legacy": saved({"a": x, "b": x[:2]}, _use_new_zipfile_serialization=False),
            "torch-fidelity features": saved({"2048": x, "logits_unbiased": logits}),
            "torch-fidelity statistics": saved({"mu": mu, "sigma": sigma}),
            "bfloat16": saved(x.bfloat16()),
        },
        "sigma": sigma.tolist(),
    }


def parquets():
    import pyarrow
    import pyarrow.parquet

    images = [b"image %d " % i * (1 + 7 * (i % 3)) for i in range(11)]
    struct = pyarrow.array([{"bytes": b, "path": f"{i}.png"} for i, b in enumerate(images)])
    label = pyarrow.array([i % 2 for i in range(11)], pyarrow.int64())
    table = pyarrow.table({"image": struct, "label": label, "tags": pyarrow.array([["a", "b"]] * 11)})
    plain = pyarrow.table({"png": pyarrow.array(images, pyarrow.binary()), "name": [str(i) for i in range(11)]})
    holes = pyarrow.table({"image": pyarrow.array([{"bytes": b"a"}, None, {"bytes": None}])})
    repeated = pyarrow.table({"image": pyarrow.array([b"same"] * 300 + [b"other"], pyarrow.binary())})

    def saved(one, **options):
        out = io.BytesIO()
        pyarrow.parquet.write_table(one, out, **options)
        return text(out.getvalue())

    files = {"default": saved(table, row_group_size=4), "binary": saved(plain), "holes": saved(holes), "repeated": saved(repeated)}
    for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
        files[codec] = saved(table, compression=codec, use_dictionary=False, data_page_size=64, write_batch_size=2)
    files["version 2"] = saved(table, data_page_version="2.0", row_group_size=5)
    files["version 2, plain"] = saved(table, data_page_version="2.0", use_dictionary=False, compression="zstd")
    files["delta"] = saved(plain, use_dictionary=False, column_encoding={"png": "DELTA_LENGTH_BYTE_ARRAY"})
    files["texts alone"] = saved(pyarrow.table({"name": ["a"], "label": [1]}))
    return {"images": [text(b) for b in images], "files": files, "pyarrow": pyarrow.__version__}


found = json.load(open(PATH)) if os.path.exists(PATH) else {}
if sys.argv[1:] == ["pyarrow"]:
    found["parquet"] = parquets()
else:
    import torch

    found["versions"] = {"python": sys.version.split()[0], "numpy": numpy.__version__, "torch": torch.__version__,
                         "tar": subprocess.run(["tar", "--version"], capture_output=True, text=True).stdout.split("\n")[0]}
    found["tar"] = {"files": {path: text(data) for path, data in FILES.items()}, "archives": tars()}
    found["statistics"] = statistics()
    found["tensors"] = tensors()
with open(PATH, "w") as file:
    json.dump(found, file, indent=1, ensure_ascii=False)
    file.write("\n")
