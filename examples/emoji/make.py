"""Make the example's three image sets, noto.zip, twemoji.zip and noto-blurred.zip, from two npm packages of emoji.

    npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0
    mkdir google twitter
    tar xzf emoji-datasource-google-16.0.0.tgz -C google
    tar xzf emoji-datasource-twitter-16.0.0.tgz -C twitter
    python examples/emoji/make.py --packages . --out examples/emoji

Needs numpy and pillow. The same versions write the same bytes; images.json tells them with the SHA-256 of each file.
"""

import argparse
import hashlib
import io
import json
import platform
import zipfile
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

SIDE = 40  # pixels
BLUR = 1.0  # pixels: standard deviation of the Gaussian of noto-blurred.zip
NOTO = "Noto Emoji, Copyright Google LLC, Apache License 2.0. Composited on white and resized."
TWEMOJI = (
    "Twemoji graphics © Twitter, Inc and other contributors, CC-BY 4.0, https://creativecommons.org/licenses/by/4.0/. "
    "Composited on white and resized."
)


def is_variant(code: str) -> bool:
    """Man or woman of an emoji that exists without, facing right, or a bare skin tone: nearly the same picture twice."""
    first, *rest = code.split("-")
    return (
        bool({"2640", "2642", "27A1"} & set(rest))
        or (first in ("1F468", "1F469") and len(rest) > 0)
        or "1F3FB" <= first <= "1F3FF"
    )


def on_white(path: Path) -> Image.Image:
    picture = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def blurred(image: Image.Image) -> Image.Image:
    """Convolved with a sampled Gaussian cut at 4 standard deviations; beyond the edge the edge repeats."""
    radius = int(np.ceil(4 * BLUR))
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / BLUR) ** 2)
    weights /= weights.sum()
    pixels = np.asarray(image).astype(np.float64)
    for axis in (0, 1):
        width = [(radius, radius) if a == axis else (0, 0) for a in range(3)]
        padded = np.pad(pixels, width, mode="edge")
        pixels = sum(w * padded.take(range(k, k + SIDE), axis) for k, w in enumerate(weights))
    return Image.fromarray(np.rint(pixels).clip(0, 255).astype(np.uint8))


def write_set(path: Path, images: dict[str, Image.Image], comment: str) -> dict:
    """A zip of PNGs in code-point order, stored as they are (PNG is compressed already), at one fixed time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = comment.encode()
        for name in sorted(images):
            encoded = io.BytesIO()
            images[name].save(encoded, "PNG", optimize=True)
            entry = zipfile.ZipInfo(name, date_time=(2024, 10, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, encoded.getvalue())
    data = path.read_bytes()
    return {"images": len(images), "sizeBytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="holds google/package and twitter/package")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    emoji = json.loads((arguments.packages / "google/package/emoji.json").read_text())
    names = sorted(e["image"] for e in emoji if not is_variant(e["unified"]))
    noto, twemoji = (
        {n: on_white(arguments.packages / style / "package/img" / style / "64" / n) for n in names}
        for style in ("google", "twitter")
    )
    report = {
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pillow": PIL.__version__,
            "emoji-datasource": "16.0.0",
        },
        "side": SIDE,
        "noto.zip": write_set(arguments.out / "noto.zip", noto, NOTO),
        "twemoji.zip": write_set(arguments.out / "twemoji.zip", twemoji, TWEMOJI),
        "noto-blurred.zip": {"blur": BLUR}
        | write_set(arguments.out / "noto-blurred.zip", {n: blurred(i) for n, i in noto.items()}, NOTO + " Blurred."),
    }
    (arguments.out / "images.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
