"""Expected values for sample-size-study/analysis, by numpy and scipy.

    python test/reference/study-analysis.py > test/reference/study-analysis.json
"""

import json
import platform

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(2020)
taus = []
for n, levels in [(5, 100), (8, 3), (13, 4), (30, 1000)]:
    a, b = rng.integers(0, levels, n).tolist(), rng.integers(0, levels, n).tolist()
    taus.append({"first": a, "second": b, "tau": stats.kendalltau(a, b, variant="b").statistic})

fits = []
for n in [5, 9, 14]:
    x = 1 / np.sort(rng.integers(100, 30000, n))
    y = 20 + 64000 * x + rng.normal(0, 0.2, n)
    w = rng.uniform(0.5, 40, n)
    for degree in [1, 2]:
        c, cov = np.polyfit(x, y, degree, w=np.sqrt(w), cov=True)
        fits.append(
            {
                "x": x.tolist(),
                "y": y.tolist(),
                "weight": w.tolist(),
                "degree": degree,
                "coefficients": c[::-1].tolist(),
                "standardErrors": np.sqrt(np.diag(cov))[::-1].tolist(),
            }
        )

print(
    json.dumps(
        {
            "made by": "test/reference/study-analysis.py",
            "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
            "taus": taus,
            "fits": fits,
        }
    )
)
