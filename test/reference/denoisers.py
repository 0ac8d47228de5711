"""What the authors' own U-Nets answer, for weights that a formula gives (formula_weights.py).

The authors' code is run where it is, never copied:

    git clone https://github.com/ermongroup/ddim; git clone https://github.com/openai/guided-diffusion
    git clone https://github.com/baofff/U-ViT; pip install diffusers==0.25.1
    python test/reference/denoisers.py --ddim ddim --guided-diffusion guided-diffusion --u-vit U-ViT

writes test/reference/denoisers.json: noise, and every FEATURE_STRIDE-th value of the last convolution's input. Cases with
dropout have them under masks too: value i of the mask of the k-th dropout that the network comes to is kept where that of tensor
FIRST_MASK + k, in [-1, 1), is at least 2 · rate - 1.
"""

import argparse
import json
import math
import os
import platform
import sys
from types import SimpleNamespace

import numpy
import torch
from formula_weights import packed, values

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGES = 1000003  # the number of the tensor that stands for the images
TIMES = [3, 977]
CLASSES = [1, 4]
FEATURE_STRIDE = 7
FIRST_MASK = 2000003


def recipe(name, shape):
    """Offset and scale that keep activations of order one through any depth."""
    if len(shape) == 1:
        return (1.0, 0.25) if name.endswith("weight") else (0.0, 0.25)
    if name in ("label_emb.weight", "class_embedding.weight", "pos_embed"):
        return 0.0, 0.5
    return 0.0, math.sqrt(3 / math.prod(shape[1:]))


def filled(module, half=False):
    tensors = []
    state = {}
    for t, (name, tensor) in enumerate(module.state_dict().items()):
        shape = list(tensor.shape)
        offset, scale = recipe(name, shape)
        value = values(t, shape, offset, scale)
        stored = half and name.startswith(("input_blocks", "middle_block", "output_blocks"))
        state[name] = value.half().float() if stored else value
        tensors.append({"name": name, "shape": shape, "offset": offset, "scale": scale, **({"dtype": "float16"} if stored else {})})
    module.load_state_dict(state)
    module.eval()
    return tensors


def answered(peer, network, last, answer, sides, half=False, keep=lambda features: features, **settings):
    """A case: the network's noise and features, taken from what goes into its last layer."""
    tensors = filled(network, half)
    features = []
    last(network).register_forward_hook(lambda module, inputs, output: features.append(inputs[0]))
    x = values(IMAGES, [len(TIMES), *sides], 0.0, 1.0)
    with torch.no_grad():
        epsilon = answer(network, x)[:, : sides[0]]
        dropped = {"dropped": masked(network, lambda: answer(network, x)[:, : sides[0]])} if "dropout" in settings else {}
    return {
        "peer": peer, "input": list(x.shape), "times": TIMES, "tensors": tensors, **settings,
        "outputs": {"epsilon": packed(epsilon), "features": packed(keep(features[0]).flatten()[::FEATURE_STRIDE])}, **dropped,
    }


def masked(network, answer):
    """The noise with every dropout at work, its random numbers taken from a formula."""
    shapes = []

    def drop(module, inputs, output):
        assert torch.equal(inputs[0], output)  # evaluation: it passes on what it gets
        shape = list(output.shape)
        kept = (values(FIRST_MASK + len(shapes), shape, 0.0, 1.0) >= 2 * module.p - 1).float()
        shapes.append(shape[1:])
        return inputs[0] * kept / (1 - module.p)

    for module in network.modules():
        if isinstance(module, torch.nn.Dropout) and module.p > 0:
            module.register_forward_hook(drop)
    epsilon = answer()
    return {"shapes": shapes, "epsilon": packed(epsilon)}


def ddpm_case(folder, side, channels, dropout=None, **model):
    sys.path.insert(0, folder)
    from models.diffusion import Model

    config = SimpleNamespace(
        model=SimpleNamespace(type="simple", in_channels=channels, out_ch=channels, dropout=dropout or 0.1, **model),
        data=SimpleNamespace(image_size=side),
        diffusion=SimpleNamespace(num_diffusion_timesteps=1000),
    )
    return answered(
        "ermongroup/ddim e8df66c", Model(config), lambda network: network.conv_out,
        lambda network, x: network(x, torch.tensor(TIMES)), [channels, side, side], settings={"imageSize": side},
        **({} if dropout is None else {"dropout": dropout}),
    )


def adm_case(folder, side, settings, half=False, **model):
    sys.path.insert(0, folder)
    from guided_diffusion.unet import UNetModel

    network = UNetModel(image_size=side, in_channels=3, **model)
    labels = {} if model.get("num_classes") is None else {"y": torch.tensor(CLASSES)}
    classes = {"classes": CLASSES} if labels else {}
    rate = {"dropout": model["dropout"]} if "dropout" in model else {}
    return answered(
        "openai/guided-diffusion 22e0df8", network, lambda network: network.out[2],
        lambda network, x: network(x, torch.tensor(TIMES), **labels), [3, side, side], half,
        settings={"imageSize": side, "schedule": "linear", **settings}, **classes, **rate,
    )


def diffusers_case(side, **config):
    import diffusers
    from diffusers.models.unet_2d import UNet2DModel

    network = UNet2DModel(sample_size=side, **config)
    labels = {} if "num_class_embeds" not in config else {"class_labels": torch.tensor(CLASSES)}
    classes = {"classes": CLASSES} if labels else {}
    rate = {"dropout": config["dropout"]} if "dropout" in config else {}
    return answered(
        f"diffusers {diffusers.__version__}", network, lambda network: network.conv_out,
        lambda network, x: network(x, torch.tensor(TIMES), **labels).sample, [config.get("in_channels", 3), side, side],
        config={"_class_name": "UNet2DModel", "sample_size": side, **config}, **classes, **rate,
    )


def u_vit_case(folder, settings, time_offset=0, **model):
    sys.path.insert(0, folder)
    from libs.uvit import UViT

    network = UViT(embed_dim=64, **model)
    labels = {} if "num_classes" not in model else {"y": torch.tensor(CLASSES)}
    classes = {"classes": CLASSES} if labels else {}
    side, channels = model["img_size"], model["in_chans"]
    last = (lambda net: net.final_layer) if model["conv"] else (lambda net: net.decoder_pred)
    return answered(
        "baofff/U-ViT ce55170", network, last,
        lambda net, x: net(x, torch.tensor(TIMES) + time_offset, **labels), [channels, side, side], settings=settings, **classes,
        keep=lambda features: features if model["conv"] else features[:, network.extras :],
    )


def cases(ddim, guided, u_vit):
    ddpm = lambda **model: ddpm_case(ddim, 8, **{"channels": 3, "ch": 32, "resamp_with_conv": True, **model})
    base = {"model_channels": 32, "out_channels": 6, "num_res_blocks": 1, "attention_resolutions": (2,), "channel_mult": (1, 2)}
    adm = lambda settings, side=8, half=False, **model: adm_case(guided, side, settings, half, **{**base, **model})
    film = {"use_scale_shift_norm": True, "resblock_updown": True, "num_classes": 5}
    blocks = lambda down, up: {"down_block_types": down, "up_block_types": up}
    small = {"block_out_channels": (32, 64), "layers_per_block": 1}
    return {
        "ddpm": ddpm(ch_mult=[1, 2], num_res_blocks=2, attn_resolutions=[4]),
        "ddpm-pooled": ddpm(ch_mult=[1, 1, 2], num_res_blocks=1, attn_resolutions=[8, 2], resamp_with_conv=False, channels=1),
        "adm-legacy-order": adm({"headChannels": 16, "attentionOrder": "legacy"}, num_head_channels=16, **film),
        "adm-new-order": adm(
            {"heads": 4, "attentionOrder": "new"}, num_heads=4, use_new_attention_order=True, num_res_blocks=2, **film
        ),
        "adm-half": adm({"heads": 2, "attentionOrder": "legacy"}, half=True, num_heads=2, attention_resolutions=(1, 2), **film),
        "adm-plain": adm(
            {"heads": 2, "headsUp": 1, "attentionOrder": "legacy"}, num_heads=2, num_heads_upsample=1, out_channels=3,
            num_res_blocks=2, attention_resolutions=(1,),
        ),
        "adm-pooled": adm(
            {"heads": 1, "attentionOrder": "legacy"}, conv_resample=False, model_channels=64, channel_mult=(0.5, 1, 1), out_channels=3,
            use_scale_shift_norm=True,
        ),
        "adm-one-level": adm({"heads": 1, "attentionOrder": "legacy"}, side=4, channel_mult=(1,), attention_resolutions=(1,), num_res_blocks=2),
        "diffusers-ddpm": diffusers_case(
            8, **small, **blocks(["DownBlock2D", "AttnDownBlock2D"], ["AttnUpBlock2D", "UpBlock2D"]), attention_head_dim=None,
            flip_sin_to_cos=False, freq_shift=1, downsample_padding=0, norm_eps=1e-6,
        ),
        "diffusers-classes": diffusers_case(
            8, **small, **blocks(["AttnDownBlock2D", "AttnDownBlock2D"], ["AttnUpBlock2D", "AttnUpBlock2D"]), num_class_embeds=5,
            out_channels=6, attention_head_dim=8,
        ),
        "diffusers-residual-resampling": diffusers_case(
            8, **small, **blocks(["AttnDownBlock2D", "DownBlock2D"], ["UpBlock2D", "AttnUpBlock2D"]), downsample_type="resnet",
            upsample_type="resnet", resnet_time_scale_shift="scale_shift", mid_block_scale_factor=2**0.5, norm_num_groups=8,
            attn_norm_num_groups=4, center_input_sample=True, attention_head_dim=16,
        ),
        "diffusers-residual-blocks": diffusers_case(
            8, **small, **blocks(["ResnetDownsampleBlock2D", "DownBlock2D"], ["UpBlock2D", "ResnetUpsampleBlock2D"]),
            in_channels=1, out_channels=1, add_attention=False, flip_sin_to_cos=True, freq_shift=0.5, norm_num_groups=16,
        ),
        "ddpm-dropout": ddpm(ch_mult=[1, 2], num_res_blocks=1, attn_resolutions=[4], dropout=0.1),
        "adm-dropout": adm({"heads": 1, "attentionOrder": "legacy"}, dropout=0.3, use_scale_shift_norm=True, resblock_updown=True),
        "diffusers-dropout": diffusers_case(
            8, **small, **blocks(["DownBlock2D", "AttnDownBlock2D"], ["AttnUpBlock2D", "UpBlock2D"]), attention_head_dim=8, dropout=0.2,
        ),
        "uvit": u_vit_case(u_vit, {"heads": 4}, img_size=8, patch_size=2, in_chans=3, depth=4, num_heads=4, conv=True),
        "uvit-latent": u_vit_case(
            u_vit, {"heads": 2}, time_offset=1, img_size=8, patch_size=2, in_chans=4, depth=2, num_heads=2, conv=False, num_classes=6,
            mlp_time_embed=True, qkv_bias=True,
        ),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ddim", required=True)
    parser.add_argument("--guided-diffusion", required=True)
    parser.add_argument("--u-vit", required=True)
    folders = parser.parse_args()
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__}
    with open(os.path.join(HERE, "denoisers.json"), "w") as file:
        contents = {
            "script": "test/reference/denoisers.py", "versions": versions, "featureStride": FEATURE_STRIDE,
            "cases": cases(folders.ddim, folders.guided_diffusion, folders.u_vit),
        }
        json.dump(contents, file)
        file.write("\n")
    print(versions)


main()
