"""Images a second of a peer's own encoder: python bench/peers/encode.py pytorch-fid|torch-fidelity CLONE FOLDER, one JSON object on stdout.

The peer is run out of its clone, never copied. Its network is the true one with the weights that torch starts a layer with: speed
does not depend on them, and no checkpoint is fetched. Batches are of the peer's default size, on as many threads as there are cores.
"""

import json
import os
import platform
import sys
import time

import torch

# torchvision beside a torch of another build imports only once these exist
library = torch.library.Library("torchvision", "DEF")
try:
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
except RuntimeError:
    pass  # they do


def pytorch_fid(clone, files):
    sys.path.insert(0, os.path.join(clone, "src"))
    from pytorch_fid import fid_score, inception

    inception.load_state_dict_from_url = lambda *_, **__: None
    load = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda *_, **__: None
    model = inception.InceptionV3([inception.InceptionV3.BLOCK_INDEX_BY_DIM[2048]]).eval()
    torch.nn.Module.load_state_dict = load
    return lambda: fid_score.get_activations(files, model, 50, 2048, "cpu", min(os.cpu_count(), 8))


def torch_fidelity(clone, files):
    sys.path.insert(0, clone)
    from torch_fidelity import feature_extractor_inceptionv3 as extractor
    from torch_fidelity.datasets import ImagesPathDataset
    from torch_fidelity.utils import get_featuresdict_from_dataset

    extractor.load_state_dict_from_url = lambda *_, **__: None
    load = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda *_, **__: None
    model = extractor.FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
    torch.nn.Module.load_state_dict = load
    return lambda: get_featuresdict_from_dataset(ImagesPathDataset(files), model, 64, False, True, False)


peer, clone, folder = sys.argv[1:4]
paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
run = {"pytorch-fid": pytorch_fid, "torch-fidelity": torch_fidelity}[peer](clone, paths)
start = time.perf_counter()
run()
ms = (time.perf_counter() - start) * 1000
print(json.dumps({"ms": ms, "versions": {"python": platform.python_version(), "torch": torch.__version__}}))
