"""Makes the sets by which the denoiser is judged, of 32 x 32 pixels, from the example's zips.

    python sets.py --emoji .. -o .

held-out.zip holds every fourth emoji in order of their names, which the denoiser never saw. The others are of the names that it
learned from: noise.zip, blurred.zip (a Gaussian of 1 pixel) and twemoji.zip (another drawing style). Only held-out.zip is kept here.
"""
import argparse
import io
import zipfile
from pathlib import Path

import numpy
from PIL import Image, ImageFilter

SIDE = 32
SEED = 20261130


def images_of(path):
    """Name and picture of each image, in order of the names."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(name for name in archive.namelist() if name.endswith(".png")):
            image = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
            yield name, image.resize((SIDE, SIDE), Image.BICUBIC)


def write(path, images, comment):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = comment
        for name, image in images:
            encoded = io.BytesIO()
            image.save(encoded, "PNG", optimize=True)
            archive.writestr(zipfile.ZipInfo(name, date_time=(2024, 10, 1, 0, 0, 0)), encoded.getvalue())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--emoji", type=Path, required=True, help="the folder of noto.zip and twemoji.zip")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    drawn = numpy.random.RandomState(SEED)
    noto = list(images_of(options.emoji / "noto.zip"))
    learned = [pair for index, pair in enumerate(noto) if index % 4 != 3]
    names = {name for name, _ in learned}
    sets = {
        "held-out": noto[3::4],
        "blurred": [(name, image.filter(ImageFilter.GaussianBlur(1))) for name, image in learned],
        "noise": [(name, Image.fromarray(drawn.randint(0, 256, (SIDE, SIDE, 3), "uint8"))) for name in sorted(names)],
        "twemoji": [pair for pair in images_of(options.emoji / "twemoji.zip") if pair[0] in names],
    }
    for name, images in sets.items():
        source = "twemoji.zip" if name == "twemoji" else "noto.zip"
        comment = b"" if name == "noise" else zipfile.ZipFile(options.emoji / source).comment
        write(options.out / f"{name}.zip", images, comment)


main()
