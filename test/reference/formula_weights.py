"""Weights by a formula, so that a fixture for a network of any size holds none of them.

Element i of tensor t (counted from 0) is offset + scale · (2u − 1), rounded to float32, where u = hash(t, i) / 2^32:
hash mixes i · 2654435761 + t · 40503 (mod 2^32) by x ^= x >> 15, x *= 2246822519, x ^= x >> 13.
"""

import base64
import math

import numpy
import torch


def uniform(t, count):
    with numpy.errstate(over="ignore"):
        x = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32(t * 40503 % 2**32)
        x ^= x >> numpy.uint32(15)
        x *= numpy.uint32(2246822519)
        x ^= x >> numpy.uint32(13)
    return x.astype(numpy.float64) / 2**32


def values(t, shape, offset, scale):
    count = math.prod(shape)
    flat = offset + scale * (2 * uniform(t, count) - 1)
    return torch.from_numpy(flat.astype(numpy.float32).reshape(shape))


def packed(tensor):
    array = tensor.detach().float().contiguous().numpy()
    return {"shape": list(array.shape), "base64": base64.b64encode(array.astype("<f4").tobytes()).decode()}
