"""Images that the authors' own samplers make of given noise with a small network whose weights a formula gives.

The peers' code is run where it is, never copied:

    git clone https://github.com/ermongroup/ddim; git clone https://github.com/openai/guided-diffusion
    git clone https://github.com/LuChengTHU/dpm-solver
    python test/reference/samplers.py --ddim ddim --guided-diffusion guided-diffusion --dpm-solver dpm-solver \
        > test/reference/samplers.json

Network and noise are those of small_network.py. The peers' calls of torch.randn_like are answered with it; ddim's device
'cuda' is read as 'cpu'.
"""

import argparse
import importlib
import json
import os
import platform
import sys
import types

import numpy
import torch
from small_network import CHANNELS, IMAGES, SEED, SIDE, STEPS, network, noise, packed


class Draws:
    """Stands for torch.randn_like: one tensor of noise for each step, in order."""

    def __init__(self):
        self.step = 0

    def __call__(self, _):
        self.step += 1
        return noise("step", self.step - 1)


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
