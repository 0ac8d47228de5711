"""The network of test/support/small-denoiser.ts (seed 1, 8 x 8 pixels) in torch, and noise as diffusion/image-noise.ts draws it.

xoroshiro128+ from the first 16 bytes of SHA-256 of the words, then Box and Muller's transform.
"""

import base64
import hashlib
import math
import struct

import numpy
import torch

SEED, IMAGES, SIDE, CHANNELS, WIDTH, STEPS = 7, [0, 5], 8, 3, 6, 1000
MASK = 2**64 - 1


def formula(t, shape, scale):
    count = int(numpy.prod(shape))
    with numpy.errstate(over="ignore"):
        x = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32(t * 40503 % 2**32)
        x ^= x >> numpy.uint32(15)
        x *= numpy.uint32(2246822519)
        x ^= x >> numpy.uint32(13)
    values = scale * (2 * (x.astype(numpy.float64) / 2**32) - 1)
    return torch.from_numpy(values.astype(numpy.float32).reshape(shape))


def normals(*words):
    """Draws for ever: the words are purpose, seed, image and the rest."""
    digest = hashlib.sha256("\0".join(["steadfid", *map(str, words)]).encode()).digest()
    a, b, c, d = struct.unpack("<4I", digest[:16])
    s0, s1 = a << 32 | b, c << 32 | d

    def next32():
        nonlocal s0, s1
        out = (s0 + s1) & 0xFFFFFFFF
        mixed = s0 ^ s1
        s0 = ((s0 << 24 | s0 >> 40) & MASK) ^ mixed ^ (mixed << 16 & MASK)
        s1 = (mixed << 37 | mixed >> 27) & MASK
        return out

    def uniform():
        high = next32() >> 5
        return (high * 2**26 + (next32() >> 6)) / 2**53

    while True:
        radius, angle = math.sqrt(-2 * math.log(1 - uniform())), 2 * math.pi * uniform()
        yield radius * math.cos(angle)
        yield radius * math.sin(angle)


def noise(purpose, *rest, images=IMAGES):
    size = CHANNELS * SIDE * SIDE
    rows = []
    for image in images:
        draws = normals(purpose, SEED, image, *rest)
        rows.append([next(draws) for _ in range(size)])
    return torch.tensor(rows, dtype=torch.float64).float().reshape(len(images), CHANNELS, SIDE, SIDE)


W = [
    formula(100, (8, WIDTH), 0.5),
    formula(101, (WIDTH, CHANNELS, 3, 3), math.sqrt(3 / (CHANNELS * 9))),
    formula(102, (WIDTH,), 0.2),
    formula(103, (WIDTH, WIDTH, 3, 3), math.sqrt(3 / (WIDTH * 9))),
    formula(104, (WIDTH,), 0.2),
    formula(105, (CHANNELS, WIDTH, 3, 3), math.sqrt(3 / (WIDTH * 9))),
    formula(106, (CHANNELS,), 0.2),
]


def predicted(x, t):
    """The noise, and what the last convolution makes it of."""
    conv = lambda value, weight, bias: torch.nn.functional.conv2d(value, weight, bias, padding=1)
    angles = t.float()[:, None] * torch.tensor([[k * math.pi / STEPS for k in (1, 2, 3, 4)]])
    time = torch.cat([angles.sin(), angles.cos()], 1) @ W[0]
    h = torch.nn.functional.silu(conv(x, W[1], W[2]) + time[:, :, None, None])
    features = torch.nn.functional.silu(conv(h, W[3], W[4]))
    return conv(features, W[5], W[6]), features


def network(x, t, **_):
    return predicted(x, t)[0]


def packed(tensor):
    return base64.b64encode(tensor.detach().float().contiguous().numpy().tobytes()).decode()
