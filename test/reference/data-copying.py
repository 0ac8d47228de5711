"""Reference values of C_T by dgm-eval's own code.

Run:  python test/reference/data-copying.py CHECKOUT_OF_DGM_EVAL
      (dgm-eval 74c79f7)
"""

import json
import os
import sys

import numpy as np
import sklearn

from training_sets import HELD_OUT, HERE, MODELS, TRAIN, file_of, packed, versions

ct = file_of(sys.argv[1], "dgm_eval/metrics/ct.py")


def model_case(name, generated):
    np.random.seed(2020)
    return {
        "name": name,
        "generated": packed(generated),
        "ct": ct.compute_CTscore(*(rows.astype(np.float64) for rows in (TRAIN, HELD_OUT, generated))),
    }


fixture = {
    "script": "test/reference/data-copying.py",
    "versions": versions(**{"scikit-learn": sklearn.__version__, "dgm-eval": "74c79f7"}),
    "training": {"train": packed(TRAIN), "heldOut": packed(HELD_OUT)},
    "cases": [model_case(*model) for model in MODELS.items()],
}
with open(os.path.join(HERE, "data-copying.json"), "w") as file:
    json.dump(fixture, file, indent=1)
    file.write("\n")
