"""Trains a small DDPM of 32 × 32 pixels on a CPU, and writes a checkpoint in the form of ermongroup/ddim.

    git clone https://github.com/ermongroup/ddim && git -C ddim checkout e8df66c
    python train.py --ddim ddim --images ../noto.zip --held-out-every 4 -o emoji-ddpm.ckpt

The network is the authors' own model code with 32 base channels. Of the images, in order of their names, every K-th is held out to
judge by, the last of each K. A killed run goes on from `<out>.state`, at the step where it was. Python 3.11, torch 1.13.1, pillow 9.4.
"""
import argparse
import copy
import gzip
import io
import math
import os
import sys
import time
import zipfile
from types import SimpleNamespace

import numpy
import torch
from PIL import Image

SIDE = 32
MODEL = dict(
    type="simple", ch=32, ch_mult=(1, 2, 2), num_res_blocks=1, attn_resolutions=[8],
    dropout=0.1, resamp_with_conv=True,
)
TIMES = 1000
BATCH = 32
RATE = 6e-4
WARM_UP = 300
AVERAGE = 0.999
SEED = 20261130
SAVED_EVERY = 200


def learned_from(path, every):
    """The images to learn from, as float32 N × C × 32 × 32 in [-1, 1]: of a zip of RGB images, or of MNIST's idx file, padded."""
    if path.endswith(".gz"):
        with gzip.open(path) as idx:
            digits = numpy.frombuffer(idx.read(), dtype=numpy.uint8, offset=16).reshape(-1, 1, 28, 28)
        pixels = numpy.pad(digits, ((0, 0), (0, 0), (2, 2), (2, 2))).astype(numpy.float32)
    else:
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.endswith(".png"))
            images = [
                Image.open(io.BytesIO(archive.read(name))).convert("RGB").resize((SIDE, SIDE), Image.BICUBIC) for name in names
            ]
        pixels = numpy.stack([numpy.asarray(image, dtype=numpy.float32) for image in images]).transpose(0, 3, 1, 2)
    kept = [index for index in range(len(pixels)) if index % every != every - 1]
    return torch.from_numpy(pixels[kept] / 127.5 - 1)


def saved(path, value):
    torch.save(value, path + ".part")
    os.replace(path + ".part", path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ddim", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--held-out-every", type=int, required=True, metavar="K")
    parser.add_argument("--steps", type=int, default=4200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("-o", "--out", required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    sys.path.insert(0, options.ddim)
    from models.diffusion import Model

    images = learned_from(options.images, options.held_out_every)
    channels = images.shape[1]
    network = Model(SimpleNamespace(
        model=SimpleNamespace(**MODEL, in_channels=channels, out_ch=channels), data=SimpleNamespace(image_size=SIDE),
        diffusion=SimpleNamespace(num_diffusion_timesteps=TIMES),
    ))
    average = copy.deepcopy(network).requires_grad_(False)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    first = 0
    state = options.out + ".state"
    if os.path.exists(state):
        stored = torch.load(state)
        network.load_state_dict(stored["network"])
        average.load_state_dict(stored["average"])
        optimizer.load_state_dict(stored["optimizer"])
        first = stored["step"]
    kept = torch.cumprod(1 - torch.linspace(1e-4, 0.02, TIMES, dtype=torch.float64), 0).float()
    started = time.time()
    losses = []
    for step in range(first, options.steps):
        # Chance depends on seed and step alone, so that a run that was stopped draws as one that was not.
        chance = torch.Generator().manual_seed(SEED * 100003 + step)
        x = images[torch.randint(len(images), (BATCH,), generator=chance)]
        t = torch.randint(TIMES, (BATCH,), generator=chance)
        noise = torch.randn(x.shape, generator=chance)
        level = kept[t].view(-1, 1, 1, 1)
        torch.manual_seed(SEED + step)  # of the network's dropout
        loss = ((network(level.sqrt() * x + (1 - level).sqrt() * noise, t) - noise) ** 2).mean()
        rate = RATE * min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / options.steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        decay = min(AVERAGE, (step + 1) / (step + 10))
        with torch.no_grad():
            for mean, value in zip(average.parameters(), network.parameters()):
                mean.lerp_(value, 1 - decay)
        losses.append(loss.item())
        if (step + 1) % SAVED_EVERY == 0 or step + 1 == options.steps:
            saved(state, {"network": network.state_dict(), "average": average.state_dict(),
                          "optimizer": optimizer.state_dict(), "step": step + 1})
            print(f"step {step + 1}: loss {sum(losses) / len(losses):.4f}, {time.time() - started:.0f} s", flush=True)
            losses = []
    # As the authors' list (network, optimizer, epoch, step, average): the average comes last, and is what is read.
    half = lambda model: {name: value.half() for name, value in model.state_dict().items()}
    saved(options.out, [half(average)])


main()
