"""Expected pixels for sample-size-study/distortions, by scipy, scikit-image and ImageMagick.

    python test/reference/distortions.py > test/reference/distortions.json

The formulas are those of ImageNet-C (Hendrycks and Dietterich 2019) and of the FID paper's appendix, written anew on
top of the libraries that those programs call. The image is a formula, so that no picture needs to be stored.
"""

import json
import platform
import subprocess

import numpy as np
import PIL
import scipy
import skimage
from PIL import Image
from scipy import ndimage
from skimage import color, filters, transform

WIDTH, HEIGHT = 21, 18


def test_image(width, height):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((37 * x + 101 * y + 59 * c + 13 * x * y + 7 * x * x * c) % 256).astype(np.uint8)


def smooth_image(width, height):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((11 * x + 5 * y + 40 * c) % 256).astype(np.uint8)


def truncated(x):
    return (np.clip(x, 0, 1) * 255).astype(np.uint8).ravel().tolist()


def rounded(x):
    return np.floor(np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8).ravel().tolist()


def gaussian(x, sigma):
    return filters.gaussian(x, sigma=sigma, channel_axis=-1)


def disk(radius, alias):
    reach = np.arange(-8, 9) if radius <= 8 else np.arange(-radius, radius + 1)
    a, b = np.meshgrid(reach, reach)
    k = (a**2 + b**2 <= radius**2).astype(float)
    k /= k.sum()
    half = 1 if radius <= 8 else 2
    g = np.exp(-np.arange(-half, half + 1) ** 2 / (2 * alias**2))
    g /= g.sum()
    return ndimage.correlate(k, np.outer(g, g), mode="mirror")


def zoomed(x, factor):
    h, w = x.shape[:2]
    ch, cw = int(np.ceil(h / factor)), int(np.ceil(w / factor))
    top, left = (h - ch) // 2, (w - cw) // 2
    z = ndimage.zoom(x[top : top + ch, left : left + cw], (factor, factor, 1), order=1)
    t, l = (z.shape[0] - h) // 2, (z.shape[1] - w) // 2
    return z[t : t + h, l : l + w]


def main():
    bytes_ = test_image(WIDTH, HEIGHT)
    x = bytes_ / 255.0
    smooth = smooth_image(WIDTH, HEIGHT)
    cases = []

    def case(kind, level, expected, image="rough"):
        cases.append({"kind": kind, "level": level, "image": image, "expected": expected})

    for level, sigma in enumerate([0.4, 0.6, 0.7, 0.8, 1], 1):
        case("gaussian-blur", level, truncated(gaussian(x, sigma)))
    for level, sigma in enumerate([1, 2, 4], 1):
        case("fid-blur", level, rounded(gaussian(x, sigma)))
    for level, (r, a) in enumerate([(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)], 1):
        k = disk(r, a)
        blurred = np.stack([ndimage.correlate(x[..., c], k, mode="mirror") for c in range(3)], -1)
        case("defocus-blur", level, truncated(blurred))
    for level, end in enumerate([1.06, 1.11, 1.16, 1.21, 1.26], 1):
        factors = np.arange(1, end, 0.01)
        case("zoom-blur", level, truncated((x + sum(zoomed(x, f) for f in factors)) / (len(factors) + 1)))
    for level, factor in enumerate([0.75, 0.5, 0.4, 0.3, 0.15], 1):
        mean = x.mean(axis=(0, 1), keepdims=True)
        case("contrast", level, truncated((x - mean) * factor + mean))
    for level, added in enumerate([0.05, 0.1, 0.15, 0.2, 0.3], 1):
        h = color.rgb2hsv(x)
        h[..., 2] = np.clip(h[..., 2] + added, 0, 1)
        case("brightness", level, truncated(color.hsv2rgb(h)))
    for level, (factor, added) in enumerate([(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)], 1):
        h = color.rgb2hsv(x)
        h[..., 1] = np.clip(h[..., 1] * factor + added, 0, 1)
        case("saturation", level, truncated(color.hsv2rgb(h)))
    for level, scale in enumerate([0.95, 0.9, 0.85, 0.75, 0.65], 1):
        small = Image.fromarray(bytes_).resize((int(WIDTH * scale), int(HEIGHT * scale)), Image.BOX)
        case("pixelate", level, np.asarray(small.resize((WIDTH, HEIGHT), Image.BOX)).ravel().tolist())

    swirls = []
    for strength in [1, -2, 4]:
        turned = transform.swirl(x, center=(9, 10), strength=strength, radius=25, order=1, mode="reflect")
        swirls.append({"strength": strength, "expected": rounded(turned)})

    motions = []
    magick = None
    for radius, sigma, angle in [(6, 1, 0), (6, 2, 30), (9, 2.5, -45), (10, 3, 12.5)]:
        header = f"P6 {WIDTH} {HEIGHT} 255\n".encode()
        command = ["convert", "ppm:-", "-motion-blur", f"{radius}x{sigma}+{angle}", "-depth", "8", "ppm:-"]
        out = subprocess.run(command, input=header + smooth.tobytes(), capture_output=True, check=True).stdout
        data = np.frombuffer(out[-WIDTH * HEIGHT * 3 :], np.uint8)
        motions.append({"radius": radius, "sigma": sigma, "angle": angle, "expected": data.tolist()})
    magick = subprocess.run(["convert", "-version"], capture_output=True, text=True).stdout.splitlines()[0]

    print(
        json.dumps(
            {
                "made by": "test/reference/distortions.py",
                "versions": {
                    "python": platform.python_version(),
                    "numpy": np.__version__,
                    "scipy": scipy.__version__,
                    "scikit-image": skimage.__version__,
                    "pillow": PIL.__version__,
                    "imagemagick": magick,
                },
                "width": WIDTH,
                "height": HEIGHT,
                "cases": cases,
                "swirls": swirls,
                "motions": motions,
            },
            separators=(",", ":"),
        )
    )


main()
