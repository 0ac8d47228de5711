"""PSNR and SSIM by skimage, MS-SSIM by NumPy and SciPy, of images made by formula.

Run: /usr/bin/python3 test/reference/image-similarity.py > test/reference/image-similarity.json
"""

import json, sys

import numpy
import scipy
import skimage
from scipy.ndimage import correlate1d
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


def image(height, width, phase, noise):
    """As test/metrics/image-similarity.test.ts makes it: waves, and noise of a congruential generator."""
    state, pixels = 12345 + noise, numpy.empty((height, width, 3), numpy.uint8)
    for y in range(height):
        for x in range(width):
            for c in range(3):
                state = (1103515245 * state + 12345) % 2**31
                wave = 128 + 80 * numpy.sin((x + phase) / (3 + c)) * numpy.cos(y / 5)
                pixels[y, x, c] = min(255, max(0, int(numpy.floor(wave + noise * (state / 2**31 - 0.5)))))
    return pixels


def luma(pixels):
    return pixels.astype(float) @ [0.299, 0.587, 0.114]


def gray(pixels):
    """As MATLAB's rgb2gray: the first row of the inverse of its YIQ matrix, then the nearest integer."""
    weights = numpy.linalg.inv([[1, 0.956, 0.621], [1, -0.272, -0.647], [1, -1.106, 1.703]])[0]
    return numpy.floor(pixels.astype(float) @ weights + 0.5)


def ssim(a, b, **more):
    return structural_similarity(
        a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, **more)


def multi_scale(a, b):
    """Of one channel: valid windows of 11 taps, means of 2 x 2 between scales."""
    taps = numpy.exp(-((numpy.arange(11) - 5) ** 2) / (2 * 1.5**2))
    taps /= taps.sum()
    blur = lambda z: correlate1d(correlate1d(z, taps, axis=0), taps, axis=1)[5:-5, 5:-5]
    c1, c2, product = (0.01 * 255) ** 2, (0.03 * 255) ** 2, 1.0
    for scale, weight in enumerate([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]):
        m, n = blur(a), blur(b)
        cs = (2 * (blur(a * b) - m * n) + c2) / (blur(a * a) - m * m + blur(b * b) - n * n + c2)
        full = cs * (2 * m * n + c1) / (m * m + n * n + c1)
        product *= max(0, (full if scale == 4 else cs).mean()) ** weight
        h, w = a.shape[0] // 2, a.shape[1] // 2
        a, b = (z[: 2 * h, : 2 * w].reshape(h, 2, w, 2).mean(axis=(1, 3)) for z in (a, b))
    return product


cases = []
for height, width, phase, noise in [(11, 11, 1, 20), (40, 33, 2, 60), (64, 64, 0, 5), (177, 190, 1, 40), (16, 30, 9, 200)]:
    a, b = image(height, width, 0, 0), image(height, width, phase, noise)
    x, y = a.astype(float), b.astype(float)
    large = min(height, width) >= 176
    cases.append({
        "height": height, "width": width, "phase": phase, "noise": noise, "sum": int(b.sum()),
        "rgb": {"psnr": peak_signal_noise_ratio(a, b, data_range=255),
                "ssim": ssim(x, y, channel_axis=-1),
                "msSsim": float(numpy.mean([multi_scale(x[..., c], y[..., c]) for c in range(3)])) if large else None},
        "luma": {"psnr": peak_signal_noise_ratio(luma(a), luma(b), data_range=255), "ssim": ssim(luma(a), luma(b)),
                 "msSsim": multi_scale(luma(a), luma(b)) if large else None},
        "gray": {"psnr": peak_signal_noise_ratio(gray(a), gray(b), data_range=255), "ssim": ssim(gray(a), gray(b)),
                 "msSsim": multi_scale(gray(a), gray(b)) if large else None},
    })
json.dump({"made": "test/reference/image-similarity.py",
           "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "skimage": skimage.__version__},
           "cases": cases}, sys.stdout, indent=1)
print()
