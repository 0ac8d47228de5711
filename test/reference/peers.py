"""Makes the peers' own modules importable from a folder of checkouts, without what their metrics do not use.

Checkouts, by folder name: torch-fidelity 5e211a9, pytorch-fid b9c1811, dgm-eval 74c79f7,
generative-evaluation-prdc e320c1d, Vendi-Score c791c30, cmmd-pytorch f7673a9.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from unittest.mock import MagicMock

COMMITS = {
    "torch-fidelity": "5e211a9",
    "pytorch-fid": "b9c1811",
    "dgm-eval": "74c79f7",
    "prdc": "e320c1d",
    "vendi-score": "c791c30",
    "cmmd-pytorch": "f7673a9",
}

FOLDERS = [
    "torch-fidelity",
    "pytorch-fid/src",
    "dgm-eval",
    "generative-evaluation-prdc",
    "Vendi-Score",
    "cmmd-pytorch",
]


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Image libraries that the peers import beside their formulas."""

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("torchvision", "datasets"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__path__ = []
        module.__spec__ = spec
        module.__version__ = "0.0.0"
        return module

    def exec_module(self, module):
        pass


def use(folder):
    sys.meta_path.insert(0, Absent())
    for name in FOLDERS:
        sys.path.insert(0, os.path.join(folder, name))
