"""Reference values of FLD and its gap by fld's own code, with a given baseline.

Run:  python test/reference/feature-likelihood.py CHECKOUT_OF_FLD
      (fld ffbbf20)
"""

import importlib
import json
import os
import sys
import types

import torch

from training_sets import HELD_OUT, HERE, MODELS, TRAIN, file_of, packed, versions

sys.path.insert(0, sys.argv[1])
for name in ("matplotlib", "matplotlib.pyplot", "seaborn"):  # drawing, which fits do not need
    try:
        importlib.import_module(name)
    except ImportError:
        sys.modules[name] = types.ModuleType(name)
mog = file_of(sys.argv[1], "fld/MoG.py")

BASELINE = 1.25


def model_case(name, generated):
    torch.manual_seed(2020)
    train, held_out, made = mog.preprocess_feat(*map(torch.from_numpy, (TRAIN, HELD_OUT, generated)))
    model = mog.MoG(made)
    model.fit(train)
    of_train = model.get_dim_adjusted_nlls(train).mean().item()
    of_held_out = model.get_dim_adjusted_nlls(held_out).mean().item()
    return {
        "name": name,
        "generated": packed(generated),
        "fld": 100 * (of_held_out - BASELINE),
        "gap": 100 * (of_train - of_held_out),
    }


fixture = {
    "script": "test/reference/feature-likelihood.py",
    "versions": versions(torch=torch.__version__, fld="ffbbf20"),
    "training": {"train": packed(TRAIN), "heldOut": packed(HELD_OUT), "baseline": BASELINE},
    "cases": [model_case(*model) for model in MODELS.items()],
}
with open(os.path.join(HERE, "feature-likelihood.json"), "w") as file:
    json.dump(fixture, file, indent=1)
    file.write("\n")
