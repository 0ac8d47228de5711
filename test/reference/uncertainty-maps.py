"""Expected values of uncertainty/: aggregations, rank correlations, SSIM, blur. numpy, scipy, scikit-image, torch.

Run: python test/reference/uncertainty-maps.py > test/reference/uncertainty-maps.json
"""
import json
import numpy, scipy, scipy.ndimage, scipy.stats, skimage, torch
from skimage.metrics import structural_similarity

rng = numpy.random.default_rng(5)


def listed(a):
    return numpy.asarray(a, dtype=float).ravel().tolist()


def aggregated(u, mask, weights):
    h, w = u.shape
    block = max(1, min(h, w) // 4)
    def patches(k):
        return numpy.array([u[y:y + k, x:x + k] for y in range(0, h - k + 1, k) for x in range(0, w - k + 1, k)])
    slid = numpy.lib.stride_tricks.sliding_window_view(u, (block, block))
    top = numpy.sort(u.ravel())[::-1][:int(numpy.ceil(0.05 * u.size))]
    ch, cw = h // 4, w // 4
    center = u[ch:h - ch, cw:w - cw]
    return {
        'sum': u.sum(), 'mean': u.mean(),
        'patch-max': patches(block).mean((1, 2)).max(),
        'patch-max-5': patches(5).mean((1, 2)).max(),
        'q95': numpy.quantile(u, 0.95), 'q12.5': numpy.quantile(u, 0.125),
        'variance': u.var(), 'top5': top.mean(),
        'max-pool': patches(block).max((1, 2)).mean(),
        'mean-pool': slid.mean((2, 3)).max(),
        'mean+2sd': u.mean() + 2 * u.std(),
        'clamped-sum': numpy.maximum(u, 0).sum(),
        'border-center': ((u.sum() - center.sum()) / (u.size - center.size)) / center.mean(),
        'weighted-mean': (u * weights).sum() / weights.sum(),
        'foreground-mean': u[mask].mean(),
        'segmentation-mean': (u * mask).mean(),
    }


cases = []
for c, h, w in ((3, 16, 16), (1, 13, 21), (4, 9, 8)):
    v = (rng.normal(4e-4, 9e-4, (c, h, w))).astype(numpy.float32)
    mask = rng.random((h, w)) < 0.3
    weights = rng.random((h, w))
    cases.append({'channels': c, 'height': h, 'width': w, 'values': listed(v), 'mask': listed(mask), 'weights': listed(weights),
                  'expected': {k: float(x) for k, x in aggregated(v.astype(float).mean(0), mask, weights).items()},
                  'sum over channels': float(v.astype(float).sum())})

a, b = rng.normal(size=(24, 20)), None
b = 0.5 * a + rng.normal(size=(24, 20))
span = float(max(a.max(), b.max()) - min(a.min(), b.min()))
tied = numpy.round(a.ravel()[:60], 0)
pair = {'height': 24, 'width': 20, 'first': listed(a), 'second': listed(b),
        'pearson': float(scipy.stats.pearsonr(a.ravel(), b.ravel())[0]),
        'spearman': float(scipy.stats.spearmanr(a.ravel(), b.ravel())[0]),
        'spearman with ties': {'first': listed(tied), 'second': listed(b.ravel()[:60]), 'value': float(scipy.stats.spearmanr(tied, b.ravel()[:60])[0])},
        'blurred first, sigma 1.5': listed(scipy.ndimage.gaussian_filter(a, 1.5, mode='reflect', truncate=4.0)),
        'ssim': float(structural_similarity(a, b, data_range=span))}

print(json.dumps({'made by': 'test/reference/uncertainty-maps.py',
                  'versions': {'numpy': numpy.__version__, 'scipy': scipy.__version__, 'scikit-image': skimage.__version__},
                  'seed': 5, 'aggregations': cases, 'pair': pair}))
