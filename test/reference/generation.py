"""Images, means and variances of a small diffusion model, from its fit set to decoded pixels, by numpy in float64 alone.

Posteriors are whole matrices over patches that torch unfolds; recursions are those of docs/uncertainty.md, line by line, with draws as
small_network.py has them. Run: python test/reference/generation.py > test/reference/generation.json
"""

import json
import math
import platform

import numpy
import torch
from small_network import CHANNELS, SEED, SIDE, STEPS, WIDTH, formula, noise, normals, packed, predicted

IMAGES = [0, 1]
SHAPE = (len(IMAGES), CHANNELS, SIDE, SIDE)
SIZE = CHANNELS * SIDE * SIDE
FIT = {"n": 4, "x": 201, "noise": 202, "noiseScale": 1.7, "t": [0, 10, 500, 999]}
SD, PRIOR, TEMPERATURE = 0.3, 50.0, 2.0
BETAS = numpy.linspace(0.0001, 0.02, STEPS)
BARS = numpy.cumprod(1 - BETAS)
single = lambda value: numpy.asarray(value, dtype=numpy.float32)


def asked(x, time):
    """Noise (n, C, H, W) and features (n, width, H, W) at float32 images, both float64."""
    epsilon, features = predicted(torch.from_numpy(single(x).reshape(-1, CHANNELS, SIDE, SIDE)), torch.full((len(x),), float(time)))
    return epsilon.double().numpy(), features.double().numpy()


def clipped(epsilon, x, stage, clip):
    """Noise for which the clean image stays in [-1, 1], and where that changes nothing; `x` and noise (n, C, H, W)."""
    if not clip:
        return epsilon, numpy.ones_like(epsilon)
    clean = (x - stage["sigma"] * epsilon) / stage["alpha"]
    free = (numpy.abs(clean) <= 1).astype(float)
    bound = single((x - stage["alpha"] * numpy.sign(clean)) / stage["sigma"])
    return numpy.where(free == 1, epsilon, bound), free


def patches(features):
    """(n, H W, 9 width + 1): what each output pixel sees, and a 1."""
    rows = torch.nn.functional.unfold(torch.from_numpy(features), 3, padding=1).numpy().transpose(0, 2, 1)
    return numpy.concatenate([rows, numpy.ones((*rows.shape[:2], 1))], 2)


def variances():
    """By structure, the variance (n, C, H, W) of the noise that features (n, width, H, W) lead to."""
    t = numpy.array(FIT["t"])
    x = formula(FIT["x"], (FIT["n"], *SHAPE[1:]), 1).double().numpy()
    e = formula(FIT["noise"], (FIT["n"], *SHAPE[1:]), FIT["noiseScale"]).double().numpy()
    bars = BARS[t][:, None, None, None]
    noisy = single(numpy.sqrt(bars) * x + numpy.sqrt(1 - bars) * e)
    answers = [asked(noisy[i : i + 1], t[i]) for i in range(FIT["n"])]
    rows = [patches(features)[0] for _, features in answers]
    residuals = [(epsilon - e[i])[0].reshape(CHANNELS, -1) for i, (epsilon, _) in enumerate(answers)]
    scale = 1 / (SD**2 * TEMPERATURE)
    gram = sum(row.T @ row for row in rows)
    kron = gram.copy()
    kron[-1, :-1] = kron[:-1, -1] = 0
    fisher = 2 * sum((r @ row) ** 2 for r, row in zip(residuals, rows))  # (C, 9 width + 1)
    eye = PRIOR * numpy.eye(len(gram))
    covariance = {
        "full": [numpy.linalg.inv(gram * scale + eye)] * CHANNELS,
        "kron": [numpy.linalg.inv(kron * scale + eye)] * CHANNELS,
        "diag": [numpy.diag(1 / (numpy.diag(gram) * scale + PRIOR))] * CHANNELS,
        "diag-ef": [numpy.diag(1 / (row * scale + PRIOR)) for row in fisher],
        "isotropic": [numpy.eye(len(gram)) / (PRIOR * (FIT["n"] * scale + 1))] * CHANNELS,
    }

    def of(structure):
        def variance(features):
            psi = patches(features)
            each = [numpy.einsum("npf,fg,npg->np", psi, matrix, psi) for matrix in covariance[structure]]
            return numpy.stack(each, 1).reshape(-1, CHANNELS, SIDE, SIDE)

        return variance

    return {structure: of(structure) for structure in covariance}


def at_time(t):
    return {"time": t, "alpha": math.sqrt(BARS[t]), "sigma": math.sqrt(1 - BARS[t])}


def ddim(count):
    times = list(range(0, STEPS, STEPS // count))[::-1]
    for t, after in zip(times, times[1:]):
        a = math.sqrt(BARS[after] / BARS[t])
        yield {**at_time(t), "a": a, "b": math.sqrt(1 - BARS[after]) - a * math.sqrt(1 - BARS[t]), "s": 0.0, "middle": None}


def ddpm(count):
    times = list(range(0, STEPS, STEPS // count))[::-1]
    for t, after in zip(times, times[1:]):
        beta = 1 - BARS[t] / BARS[after]
        yield {**at_time(t), "a": 1 / math.sqrt(1 - beta), "b": -beta / math.sqrt((1 - beta) * (1 - BARS[t])), "s": math.sqrt(beta), "middle": None}


def dpm(evaluations):
    """Singlestep, second order, r1 = 1/2, even in log(alpha/sigma); log alpha is piecewise linear in tau = (t + 1)/1000."""
    taus, logs = (numpy.arange(STEPS) + 1) / STEPS, 0.5 * numpy.log(BARS)
    log_alpha = lambda tau: float(numpy.interp(tau, taus, logs))
    sigma = lambda tau: math.sqrt(1 - math.exp(2 * log_alpha(tau)))
    snr = lambda tau: log_alpha(tau) - math.log(sigma(tau))
    at_snr = lambda value: float(numpy.interp(-0.5 * math.log1p(math.exp(-2 * value)), logs[::-1], taus[::-1]))
    ends = numpy.linspace(snr(1.0), snr(1 / STEPS), evaluations // 2 + 1)
    grid = [1.0, *[at_snr(value) for value in ends[1:-1]], 1 / STEPS]
    at_tau = lambda tau: {"time": (tau - 1 / STEPS) * STEPS, "alpha": math.exp(log_alpha(tau)), "sigma": sigma(tau)}
    for s, t in zip(grid, grid[1:]):
        h = snr(t) - snr(s)
        m = at_snr(snr(s) + h / 2)
        middle = {**at_tau(m), "a": math.exp(log_alpha(m) - log_alpha(s)), "b": -sigma(m) * math.expm1(h / 2)}
        yield {**at_tau(s), "a": math.exp(log_alpha(t) - log_alpha(s)), "b": -sigma(t) * math.expm1(h), "s": 0.0, "middle": middle}


def drawn(purpose, *rest):
    return noise(purpose, *rest, images=IMAGES).double().numpy()


def streams(purpose, *rest):
    return [normals(purpose, SEED, image, *rest) for image in IMAGES]


def answers_at(mean, variance, step, index, samples, gamma, clip):
    """Deviations x - E and noise of `samples` draws of each image, (samples, n, C, H, W)."""
    first, second = streams("moments", index, 0), streams("moments", index, 1)
    deviations, epsilons = numpy.zeros((2, samples, *SHAPE))
    for n in range(len(IMAGES)):
        for i in range(samples):
            z = numpy.array([next(first[n]) for _ in range(SIZE)]).reshape(SHAPE[1:])
            x = single(mean[n] + numpy.sqrt(variance[n]) * z).astype(float)
            predicted_noise, features = asked(x[None], step["time"])
            epsilon, free = clipped(predicted_noise, x[None], step, clip)
            if step["middle"] is not None:
                z = numpy.array([next(second[n]) for _ in range(SIZE)]).reshape(SHAPE[1:])
                noisy = epsilon[0] + numpy.sqrt(gamma(features) * free)[0] * z
                u = single(step["middle"]["a"] * x + step["middle"]["b"] * noisy)
                epsilon, _ = clipped(asked(u[None], step["middle"]["time"])[0], u[None].astype(float), step["middle"], clip)
            deviations[i, n], epsilons[i, n] = x - mean[n], epsilon[0]
    return deviations, epsilons


def generated(steps, gamma, skip, samples, covariance="centered", total="left-out", trajectory="map", published=False, clip=True):
    x = drawn("initial")
    mean, variance, clamped = x.copy(), numpy.zeros(SHAPE), 0
    for index, step in enumerate(steps):
        a, b, s, middle = step["a"], step["b"], step["s"], step["middle"]
        followed = index % skip == 0
        at, time = x, step["time"]
        if middle is not None:
            predicted_noise, features = asked(x, time)
            epsilon, free = clipped(predicted_noise, x, step, clip)
            if followed and trajectory == "sampled":
                z = drawn_with_float64("sampled-trajectory", index, 0)
                epsilon = single(epsilon + numpy.sqrt(gamma(features) * free) * z).astype(float)
            at, time = single(middle["a"] * x + middle["b"] * epsilon).astype(float), middle["time"]
        predicted_noise, features = asked(at, time)
        epsilon, free = clipped(predicted_noise, at, middle or step, clip)
        used = epsilon
        if not followed:
            mean, variance = a * mean + b * epsilon, (a if published else a * a) * variance + s * s
        else:
            weights = gamma(features) * free
            expected, cov, spread = epsilon, 0.0, 0.0
            if covariance != "none" and (index > 0 or (middle is not None and total == "added")):
                clamped += int((variance < 0).sum())
                variance = numpy.maximum(variance, 0)
                deviations, epsilons = answers_at(mean, variance, step, index, samples, gamma, clip)
                expected = epsilons.mean(0)
                cov = (deviations * (epsilons - expected)).sum(0) / (samples - 1)
                if covariance == "published":
                    cov = ((deviations + mean) * epsilons).mean(0) - mean * expected
                spread = epsilons.var(0, ddof=1) if total == "added" else 0.0
            variance = (a if published else a * a) * variance + 2 * a * b * cov + b * b * (weights + spread) + s * s
            mean = mean if published else a * mean + b * expected
            if trajectory == "sampled":
                z = drawn_with_float64("sampled-trajectory", index, 1)
                used = single(epsilon + numpy.sqrt(weights) * z).astype(float)
        x = single(a * x + b * used).astype(float)
        if s > 0:
            x = single(x + s * drawn_with_float64("step", index)).astype(float)
        if published:
            mean = drawn("initial")
    return x, mean, variance, clamped


def decoded(mean, variance, draws):
    """Mean and variance over draws of tanh(A z) at twice the sides; A is that of test/support/small-decoder.ts."""
    matrix = formula(77, (3, CHANNELS), 0.8).double().numpy()
    pixels = numpy.zeros((draws, len(IMAGES), 3, 2 * SIDE, 2 * SIDE))
    for m in range(draws):
        z = drawn_with_float64("decoding", m)
        latent = single(mean + numpy.sqrt(numpy.maximum(variance, 0)) * z).astype(float)
        small = numpy.tanh(numpy.einsum("kc,nchw->nkhw", matrix, latent))
        pixels[m] = small.repeat(2, 2).repeat(2, 3)
    return pixels.var(0, ddof=1)


def drawn_with_float64(purpose, *rest):
    rows = [[next(stream) for _ in range(SIZE)] for stream in streams(purpose, *rest)]
    return numpy.array(rows).reshape(SHAPE)


def case(name, flags, steps, structure, decodings=None, **options):
    x, mean, variance, clamped = generated(list(steps), GAMMA[structure], **options)
    flags += " --clip x0" if options.get("clip", True) else ""
    facts = {"name": name, "structure": structure, "flags": flags, "negative": int((single(variance) < 0).sum()), "clamped": clamped}
    values = {"mean": mean, "variance": variance}
    if decodings is not None:
        values = {"latentVariance": variance, "variance": decoded(single(mean), single(variance), decodings)}
    return {**facts, **{key: packed(torch.from_numpy(value)) for key, value in {"x": x, **values}.items()}}


GAMMA = variances()
cases = [
    case("ddim, full, every fifth step", "--steps 20 --samples 4", ddim(20), "full", skip=5, samples=4),
    case("ddim, kron, with the variance over x", "--steps 20 --skip 3 --samples 5 --total-variance", ddim(20), "kron",
         skip=3, samples=5, total="added", clip=False),
    case("ddim, diag, published covariance", "--steps 20 --skip 1 --samples 10 --covariance published", ddim(20), "diag",
         skip=1, samples=10, covariance="published", clip=False),
    case("ddim, full, published covariance", "--steps 20 --skip 4 --samples 3 --covariance published", ddim(20), "full",
         skip=4, samples=3, covariance="published"),
    case("ddim, diag-ef, sampled trajectory", "--steps 10 --skip 2 --samples 4 --trajectory sampled", ddim(10), "diag-ef",
         skip=2, samples=4, trajectory="sampled"),
    case("ddim, isotropic, no covariance", "--steps 20 --skip 1 --covariance none", ddim(20), "isotropic",
         skip=1, samples=2, covariance="none"),
    case("ddpm, full", "--sampler ddpm --steps 20 --samples 4", ddpm(20), "full", skip=5, samples=4),
    case("ddpm, diag-ef, published recursion", "--sampler ddpm --steps 20 --skip 4 --samples 4 --published-ddpm", ddpm(20), "diag-ef",
         skip=4, samples=4, published=True),
    case("dpm-solver-2, full", "--sampler dpm-solver-2 --steps 16 --skip 2 --samples 4", dpm(16), "full", skip=2, samples=4),
    case("dpm-solver-2, isotropic, sampled, with the variance over x",
         "--sampler dpm-solver-2 --steps 12 --skip 2 --samples 4 --trajectory sampled --total-variance", dpm(12), "isotropic",
         skip=2, samples=4, trajectory="sampled", total="added"),
    case("ddim, full, decoded", "--steps 20 --samples 4 --decodings 6", ddim(20), "full", decodings=6, skip=5, samples=4),
]
query = formula(203, SHAPE, 1.5).double().numpy()
features = numpy.concatenate([asked(query[i : i + 1], time)[1] for i, time in enumerate([20, 700])])
facts = {
    "generator": "test/reference/generation.py",
    "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__},
    "seed": SEED, "shape": list(SHAPE), "fit": FIT, "noiseSd": SD, "priorPrecision": PRIOR, "temperature": TEMPERATURE,
    "query": {"tensor": 203, "scale": 1.5, "t": [20, 700]},
    "queryVariance": {name: packed(torch.from_numpy(gamma(features))) for name, gamma in GAMMA.items()},
}
print(json.dumps(facts)[:-1] + ', "cases": [\n' + ",\n".join(json.dumps(one) for one in cases) + "\n]}")
