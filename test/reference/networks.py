"""What the peers' own networks answer, for weights that a formula gives: small fixtures for networks of any size.

The peers' code is run where it is, never copied:

    git clone https://github.com/mseitzer/pytorch-fid; git clone https://github.com/openai/CLIP
    git clone https://github.com/facebookresearch/dinov2
    python test/reference/networks.py --pytorch-fid pytorch-fid/src --clip CLIP/clip --dinov2 dinov2

writes test/reference/networks.json and test/reference/checkpoints/clip-tiny.pt.

The formula is that of formula_weights.py.
"""

import argparse
import importlib.util
import json
import math
import os
import platform
import sys

import numpy
import torch
import transformers
from formula_weights import packed, values

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGES = 1000003  # t of the input


def recipe(name, shape):
    """Offset and scale that keep activations of order one through any depth."""
    if name.endswith(("running_var", "bn.weight")):
        return 1.0, 0.5
    if name.endswith(("ln_1.weight", "ln_2.weight", "ln_pre.weight", "ln_post.weight", "norm.weight")):
        return 1.0, 0.25
    if name.endswith(("norm1.weight", "norm2.weight", "layer_norm1.weight", "layer_norm2.weight", "layernorm.weight")):
        return 1.0, 0.25
    if name.endswith("pre_layrnorm.weight"):
        return 1.0, 0.25
    if name.endswith("gamma"):
        return 0.5, 0.25
    if len(shape) <= 1 or "embedding" in name or "pos_embed" in name or "token" in name:
        return 0.0, 0.25
    return 0.0, math.sqrt((6 if ".conv.weight" in name else 3) / math.prod(shape[1:]))


def filled(module):
    """Fills a module by the formula; returns how, for the fixture."""
    tensors = []
    state = {}
    for t, (name, tensor) in enumerate(module.state_dict().items()):
        if not tensor.dtype.is_floating_point:
            state[name] = tensor
            tensors.append({"name": name, "shape": list(tensor.shape), "dtype": str(tensor.dtype)[6:]})
            continue
        shape = list(tensor.shape)
        offset, scale = recipe(name, shape)
        state[name] = values(t, shape, offset, scale).to(tensor.dtype)
        tensors.append({"name": name, "shape": shape, "offset": offset, "scale": scale})
    module.load_state_dict(state)
    module.eval()
    return tensors


def images(shape):
    return values(IMAGES, shape, 0.0, 1.0)


def inception_case(folder):
    sys.path.insert(0, folder)
    import pytorch_fid.inception as peer

    network = peer._inception_v3(num_classes=1008, aux_logits=False, weights=None)
    network.Mixed_5b = peer.FIDInceptionA(192, pool_features=32)
    network.Mixed_5c = peer.FIDInceptionA(256, pool_features=64)
    network.Mixed_5d = peer.FIDInceptionA(288, pool_features=64)
    network.Mixed_6b = peer.FIDInceptionC(768, channels_7x7=128)
    network.Mixed_6c = peer.FIDInceptionC(768, channels_7x7=160)
    network.Mixed_6d = peer.FIDInceptionC(768, channels_7x7=160)
    network.Mixed_6e = peer.FIDInceptionC(768, channels_7x7=192)
    network.Mixed_7b = peer.FIDInceptionE_1(1280)
    network.Mixed_7c = peer.FIDInceptionE_2(2048)
    tensors = filled(network)
    state = network.state_dict()
    peer.load_state_dict_from_url = lambda *args, **kwargs: state
    blocks = peer.InceptionV3([0, 1, 2, 3], resize_input=False, normalize_input=False).eval()
    grid = []
    network.Mixed_6d.branch1x1.register_forward_hook(lambda module, inputs, output: grid.append(output))
    x = images([2, 3, 299, 299])
    with torch.no_grad():
        taps = [block.mean((2, 3)) for block in blocks(x)]
        network(x[:1])
        logits = taps[3] @ state["fc.weight"].T
    return {
        "peer": "pytorch-fid 0.3.0",
        "input": list(x.shape),
        "tensors": tensors,
        "outputs": {
            **{str(tap.shape[1]): packed(tap) for tap in taps},
            "spatial": packed(grid[0][:, :7].permute(0, 2, 3, 1).reshape(1, -1)),
            "logits": packed(logits),
        },
    }


def openai_module(folder):
    spec = importlib.util.spec_from_file_location("clip_model", os.path.join(folder, "model.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clip_case(folder):
    network = openai_module(folder).CLIP(64, 48, 3, 128, 16, 7, 11, 64, 1, 1)
    tensors = filled(network)
    x = images([3, 3, 48, 48])
    with torch.no_grad():
        embeddings = network.encode_image(x)
    return {"peer": "openai/CLIP", "input": list(x.shape), "tensors": tensors, "outputs": {"embeddings": packed(embeddings)}}


def clip_file_case(folder):
    """A TorchScript archive with half-precision weights, as OpenAI publishes them."""
    module = openai_module(folder)
    network = module.CLIP(32, 16, 1, 64, 8, 7, 11, 8, 1, 1)
    filled(network)
    module.convert_weights(network)
    x = images([2, 3, 16, 16])
    text = torch.zeros(1, 7, dtype=torch.long)
    traced = torch.jit.trace(network, (x[:1].half(), text), check_trace=False)
    traced.save(os.path.join(HERE, "checkpoints", "clip-tiny.pt"))
    with torch.no_grad():
        embeddings = network.float().encode_image(x)
    return {"peer": "openai/CLIP", "input": list(x.shape), "file": "clip-tiny.pt", "outputs": {"embeddings": packed(embeddings)}}


def hugging_face_case(activation):
    config = transformers.CLIPVisionConfig(
        hidden_size=128, intermediate_size=384, projection_dim=64, num_hidden_layers=3, num_attention_heads=2,
        image_size=48, patch_size=16, hidden_act=activation,
    )
    network = transformers.CLIPVisionModelWithProjection(config)
    tensors = filled(network)
    x = images([3, 3, 48, 48])
    with torch.no_grad():
        embeddings = network(pixel_values=x).image_embeds
    return {
        "peer": f"transformers {transformers.__version__}, {activation}",
        "input": list(x.shape), "tensors": tensors, "outputs": {"embeddings": packed(embeddings)},
    }


def dinov2_case(folder, feed_forward):
    os.environ["XFORMERS_DISABLED"] = "1"
    sys.path.insert(0, folder)
    from dinov2.models.vision_transformer import DinoVisionTransformer

    network = DinoVisionTransformer(
        img_size=518, patch_size=14, embed_dim=128, depth=2, num_heads=2, init_values=1.0, block_chunks=0,
        ffn_layer=feed_forward, interpolate_antialias=False, interpolate_offset=0.1,
    )
    tensors = filled(network)
    x = images([2, 3, 224, 224])
    with torch.no_grad():
        embeddings = network(x)
        positions = network.interpolate_pos_encoding(torch.zeros(1, 257, 128), 224, 224)
    return {
        "peer": f"facebookresearch/dinov2, {feed_forward}",
        "input": list(x.shape), "tensors": tensors,
        "outputs": {"embeddings": packed(embeddings), "positions": packed(positions[0, 1::8])},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pytorch-fid", required=True)
    parser.add_argument("--clip", required=True)
    parser.add_argument("--dinov2", required=True)
    folders = parser.parse_args()
    cases = {
        "inception": inception_case(folders.pytorch_fid),
        "clip-openai": clip_case(folders.clip),
        "clip-openai-archive": clip_file_case(folders.clip),
        "clip-hugging-face": hugging_face_case("quick_gelu"),
        "clip-hugging-face-gelu": hugging_face_case("gelu"),
        "dinov2": dinov2_case(folders.dinov2, "mlp"),
        "dinov2-gated": dinov2_case(folders.dinov2, "swiglufused"),
    }
    versions = {
        "python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
        "transformers": transformers.__version__,
    }
    with open(os.path.join(HERE, "networks.json"), "w") as file:
        json.dump({"script": "test/reference/networks.py", "versions": versions, "cases": cases}, file)
        file.write("\n")
    print(versions)


main()
