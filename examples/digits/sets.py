"""Makes the two halves of the digits, 32 × 32 and gray, from MNIST's idx file of test images.

    python sets.py --digits t10k-images-idx3-ubyte.gz -o .

learned.zip holds every other digit, from the first: what the denoiser learned from. reference.zip holds the rest, to judge by. Digits of
28 × 28 are padded with 2 pixels of 0 on each side. Python 3.11, numpy 1.24, pillow 9.4.
"""
import argparse
import gzip
import io
import zipfile
from pathlib import Path

import numpy
from PIL import Image


def digits_of(path):
    """The digits as uint8 N × 32 × 32, in the file's order."""
    with gzip.open(path) as idx:
        digits = numpy.frombuffer(idx.read(), dtype=numpy.uint8, offset=16).reshape(-1, 28, 28)
    return numpy.pad(digits, ((0, 0), (2, 2), (2, 2)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--digits", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    digits = digits_of(options.digits)
    for name, first in (("learned", 0), ("reference", 1)):
        with zipfile.ZipFile(options.out / f"{name}.zip", "w", zipfile.ZIP_STORED) as archive:
            for index in range(first, len(digits), 2):
                encoded = io.BytesIO()
                Image.fromarray(digits[index]).save(encoded, "PNG", optimize=True)
                archive.writestr(zipfile.ZipInfo(f"{index:05}.png", date_time=(2026, 11, 30, 0, 0, 0)), encoded.getvalue())


if __name__ == "__main__":
    main()
