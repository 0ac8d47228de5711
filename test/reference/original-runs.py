"""Scores of the two released runs of the original study (16 maps each), by torch: sums and patch maxima of the channel means.
The maps themselves are not here: they lie in cilevanmarken/BayesDiff, src/ddpm_and_guided/exp/CELEBA.

Run: python test/reference/original-runs.py FOLDER_OF_THE_ARMS > test/reference/original-runs.json
"""
import json, pathlib, sys
import numpy, torch


def scores(path):
    u = torch.load(path, map_location='cpu', weights_only=True).double().mean(0)
    return {'sum': u.sum().item(), 'patch-max': torch.nn.functional.avg_pool2d(u[None, None], 16).max().item()}


runs = {}
for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if folder.is_dir():
        maps = sorted((folder / 'var_tensors').glob('var_*.pth'))
        runs[folder.name] = {path.stem.split('_')[1]: scores(path) for path in maps}
print(json.dumps({'made by': 'test/reference/original-runs.py', 'versions': {'torch': torch.__version__, 'numpy': numpy.__version__},
                  'runs': runs}, indent=1))
