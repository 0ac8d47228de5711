"""Images that the authors' own samplers make of given noise with a small network whose weights a formula gives.

The peers' code is run where it is, never copied:

    git clone https://github.com/ermongroup/ddim; git clone https://github.com/openai/guided-diffusion
    git clone https://github.com/LuChengTHU/dpm-solver
    python test/reference/samplers.py --ddim ddim --guided-diffusion guided-diffusion --dpm-solver dpm-solver \
        > test/reference/samplers.json

The network is that of test/support/small-denoiser.ts (seed 1, 8 x 8 pixels). Noise is drawn as diffusion/image-noise.ts says:
xoroshiro128+ from the first 16 bytes of SHA-256 of the words, then Box and Muller's transform. The peers' calls of
torch.randn_like are answered with it; ddim's device 'cuda' is read as 'cpu'.
"""

import argparse
import base64
import hashlib
import importlib
import json
import math
import os
import platform
import struct
import sys
import types

import numpy
import torch

SEED, IMAGES, SIDE, CHANNELS, WIDTH, STEPS = 7, [0, 5], 8, 3, 6, 1000
MASK = 2**64 - 1


def formula(t, shape, scale):
    count = int(numpy.prod(shape))
    with numpy.errstate(over="ignore"):
        x = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32(t * 40503 % 2**32)
        x ^= x >> numpy.uint32(15)
        x *= numpy.uint32(2246822519)
        x ^= x >> numpy.uint32(13)
    values = scale * (2 * (x.astype(numpy.float64) / 2**32) - 1)
    return torch.from_numpy(values.astype(numpy.float32).reshape(shape))


def normals(*words):
    """Draws for ever: the words are purpose, seed, image and the rest."""
    digest = hashlib.sha256("\0".join(["steadfid", *map(str, words)]).encode()).digest()
    a, b, c, d = struct.unpack("<4I", digest[:16])
    s0, s1 = a << 32 | b, c << 32 | d

    def next32():
        nonlocal s0, s1
        out = (s0 + s1) & 0xFFFFFFFF
        mixed = s0 ^ s1
        s0 = ((s0 << 24 | s0 >> 40) & MASK) ^ mixed ^ (mixed << 16 & MASK)
        s1 = (mixed << 37 | mixed >> 27) & MASK
        return out

    def uniform():
        high = next32() >> 5
        return (high * 2**26 + (next32() >> 6)) / 2**53

    while True:
        radius, angle = math.sqrt(-2 * math.log(1 - uniform())), 2 * math.pi * uniform()
        yield radius * math.cos(angle)
        yield radius * math.sin(angle)


def noise(purpose, *rest):
    size = CHANNELS * SIDE * SIDE
    rows = []
    for image in IMAGES:
        draws = normals(purpose, SEED, image, *rest)
        rows.append([next(draws) for _ in range(size)])
    return torch.tensor(rows, dtype=torch.float64).float().reshape(len(IMAGES), CHANNELS, SIDE, SIDE)


W = [
    formula(100, (8, WIDTH), 0.5),
    formula(101, (WIDTH, CHANNELS, 3, 3), math.sqrt(3 / (CHANNELS * 9))),
    formula(102, (WIDTH,), 0.2),
    formula(103, (WIDTH, WIDTH, 3, 3), math.sqrt(3 / (WIDTH * 9))),
    formula(104, (WIDTH,), 0.2),
    formula(105, (CHANNELS, WIDTH, 3, 3), math.sqrt(3 / (WIDTH * 9))),
    formula(106, (CHANNELS,), 0.2),
]


def network(x, t, **_):
    conv = lambda value, weight, bias: torch.nn.functional.conv2d(value, weight, bias, padding=1)
    angles = t.float()[:, None] * torch.tensor([[k * math.pi / STEPS for k in (1, 2, 3, 4)]])
    time = torch.cat([angles.sin(), angles.cos()], 1) @ W[0]
    h = torch.nn.functional.silu(conv(x, W[1], W[2]) + time[:, :, None, None])
    return conv(torch.nn.functional.silu(conv(h, W[3], W[4])), W[5], W[6])


class Draws:
    """Stands for torch.randn_like: one tensor of noise for each step, in order."""

    def __init__(self):
        self.step = 0

    def __call__(self, _):
        self.step += 1
        return noise("step", self.step - 1)


def packed(tensor):
    return base64.b64encode(tensor.detach().float().contiguous().numpy().tobytes()).decode()


def loaded(path, name, **replaced):
    """A module from its file, with words replaced."""
    source = open(path).read()
    for before, after in replaced.values():
        source = source.replace(before, after)
    module = types.ModuleType(name)
    exec(compile(source, path, "exec"), module.__dict__)
    return module


parser = argparse.ArgumentParser()
for flag in ("--ddim", "--guided-diffusion", "--dpm-solver"):
    parser.add_argument(flag, required=True)
args = parser.parse_args()
x_T = noise("initial")
betas = torch.from_numpy(numpy.linspace(0.0001, 0.02, STEPS)).float()
cases = []
randn_like = torch.randn_like


def case(name, peer, sampler, options, run):
    torch.randn_like = Draws()
    cases.append({"name": name, "peer": peer, "sampler": sampler, **options, "images": packed(run())})
    torch.randn_like = randn_like


ddim = loaded(os.path.join(args.ddim, "functions", "denoising.py"), "denoising", device=("'cuda'", "'cpu'"))
seq = lambda count: range(0, STEPS, STEPS // count)
quad = lambda count: [int(s) for s in list(numpy.linspace(0, numpy.sqrt(STEPS * 0.8), count) ** 2)]
for eta in (0, 0.5, 1):
    case(f"ddim 50 eta {eta}", "ermongroup/ddim", "ddim", {"steps": 50, "eta": eta, "end": "x0"},
         lambda: ddim.generalized_steps(x_T, seq(50), network, betas, eta=eta)[0][-1])
case("ddim 20 quadratic", "ermongroup/ddim", "ddim", {"steps": 20, "eta": 0, "end": "x0", "grid": "quadratic"},
     lambda: ddim.generalized_steps(x_T, quad(20), network, betas, eta=0)[0][-1])
case("ddim 100 to t = 0", "ermongroup/ddim", "ddim", {"steps": 100, "eta": 0, "end": "t0"},
     lambda: ddim.generalized_steps(x_T, seq(100), network, betas, eta=0)[0][-2])
case("ddpm 50, clipped", "ermongroup/ddim", "ddpm", {"steps": 50, "end": "x0", "clip": "x0"},
     lambda: ddim.ddpm_steps(x_T, seq(50), network, betas)[0][-1])

sys.path.insert(0, args.guided_diffusion)
sys.modules["mpi4py"] = types.ModuleType("mpi4py")
gaussian = importlib.import_module("guided_diffusion.gaussian_diffusion")
respace = importlib.import_module("guided_diffusion.respace")


def adm(respacing, schedule="linear"):
    return respace.SpacedDiffusion(
        use_timesteps=respace.space_timesteps(STEPS, respacing),
        betas=gaussian.get_named_beta_schedule(schedule, STEPS),
        model_mean_type=gaussian.ModelMeanType.EPSILON,
        model_var_type=gaussian.ModelVarType.FIXED_LARGE,
        loss_type=gaussian.LossType.MSE,
    )


shape = tuple(x_T.shape)
for schedule in ("linear", "cosine"):
    for clip in ("none", "x0"):
        case(f"adm ddim25 {schedule} clip {clip}", "openai/guided-diffusion", "ddim",
             {"steps": 25, "eta": 0, "end": "x0", "clip": clip, "schedule": schedule},
             lambda: adm("ddim25", schedule).ddim_sample_loop(network, shape, noise=x_T, clip_denoised=clip == "x0", device="cpu"))
case("adm ddpm 40", "openai/guided-diffusion", "ddpm", {"steps": 40, "end": "x0", "clip": "x0"},
     lambda: adm("ddim40").p_sample_loop(network, shape, noise=x_T, clip_denoised=True, device="cpu"))

dpm = loaded(os.path.join(args.dpm_solver, "dpm_solver_pytorch.py"), "dpm_solver")
process = dpm.NoiseScheduleVP("discrete", betas=betas)
model = dpm.model_wrapper(network, process, model_type="noise")
solver = dpm.DPM_Solver(model, process, algorithm_type="dpmsolver")
case("dpm-solver-2 20 log-snr", "LuChengTHU/dpm-solver", "dpm-solver-2", {"steps": 20, "spacing": "log-snr"},
     lambda: solver.sample(x_T, steps=20, order=2, skip_type="logSNR", method="singlestep"))


def evenly_in_time():
    """Their step with r1 = 1/2; their loop takes the middle in time where steps are even in time, the original study does not."""
    times, _ = solver.get_orders_and_timesteps_for_singlestep_solver(20, 2, "time_uniform", 1.0, 1 / STEPS, "cpu")
    x = x_T
    for s, t in zip(times[:-1], times[1:]):
        x = solver.singlestep_dpm_solver_second_update(x, s[None], t[None], r1=0.5)
    return x


case("dpm-solver-2 20 time-uniform", "LuChengTHU/dpm-solver", "dpm-solver-2", {"steps": 20, "spacing": "time-uniform"},
     evenly_in_time)

facts = {
    "generator": "test/reference/samplers.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__},
    "commits": {"ermongroup/ddim": "e8df66c", "openai/guided-diffusion": "22e0df8", "LuChengTHU/dpm-solver": "52bc3fb"},
    "seed": SEED, "imageNumbers": IMAGES, "shape": [len(IMAGES), CHANNELS, SIDE, SIDE], "initial": packed(x_T),
}
print(json.dumps(facts)[:-1] + ', "cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}")
