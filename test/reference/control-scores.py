"""Control scores of images by numpy, scipy, scikit-image and Pillow.

Run: python test/reference/control-scores.py > test/reference/control-scores.json
"""
import io, json
import numpy, PIL, scipy, scipy.ndimage, skimage, skimage.filters.rank
from PIL import Image

rng = numpy.random.default_rng(8)


def controls(rgb):
    luma = (rgb.astype(float) @ [0.299, 0.587, 0.114]) / 255
    levels = ((rgb.astype(int) @ [299, 587, 114] + 500) // 1000).astype(numpy.uint8)
    laplacian = scipy.ndimage.convolve(luma, [[0, 1, 0], [1, -4, 1], [0, 1, 0]])[1:-1, 1:-1]
    entropy = skimage.filters.rank.entropy(levels, numpy.ones((9, 9), numpy.uint8))
    png = io.BytesIO()
    Image.fromarray(rgb).save(png, 'PNG', compress_level=9)
    return {
        'gradient-energy': (numpy.diff(luma, axis=1) ** 2).mean() + (numpy.diff(luma, axis=0) ** 2).mean(),
        'laplacian-variance': laplacian.var(),
        'local-entropy': entropy.mean(),
        'brightness': luma.mean(),
        'png-bytes': len(png.getvalue()),
    }


cases = []
for h, w in ((24, 24), (17, 31)):
    y, x = numpy.mgrid[0:h, 0:w]
    rgb = numpy.stack([120 + 80 * numpy.sin(x / 4), 100 + 60 * numpy.cos(y / 3), 90 + 50 * numpy.sin((x + y) / 5)], -1)
    rgb = numpy.clip(rgb + rng.normal(0, 6, rgb.shape), 0, 255).astype(numpy.uint8)
    cases.append({'width': w, 'height': h, 'pixels': rgb.ravel().tolist(), 'expected': {k: float(v) for k, v in controls(rgb).items()}})
print(json.dumps({'made by': 'test/reference/control-scores.py', 'seed': 8,
                  'versions': {'numpy': numpy.__version__, 'scipy': scipy.__version__, 'scikit-image': skimage.__version__, 'Pillow': PIL.__version__},
                  'cases': cases}))
