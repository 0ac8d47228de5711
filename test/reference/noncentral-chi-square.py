"""Deviates of the noncentral chi-square: scipy's distribution function as quantiles of the normal. No seed: nothing is drawn."""

import json
import pathlib
import sys

import scipy
from scipy.stats import ncx2, chi2, norm

cases = []
for freedom in (1, 2.5, 8, 40, 300):
    for noncentrality in (0, 0.5, 5, 50, 400):
        law = chi2(freedom) if noncentrality == 0 else ncx2(freedom, noncentrality)
        for deviate in (-2.2, -1, 0, 1, 2.2):
            x = float(law.ppf(norm.cdf(deviate)))
            cases.append({"freedom": freedom, "noncentrality": noncentrality, "x": x, "deviate": deviate})

path = pathlib.Path(__file__).with_name("noncentral-chi-square.json")
path.write_text(json.dumps({"made by": "noncentral-chi-square.py", "python": sys.version.split()[0], "scipy": scipy.__version__, "cases": cases}, indent=1) + "\n")
