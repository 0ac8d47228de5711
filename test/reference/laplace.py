"""Posteriors of a last layer by brute force: Jacobians by automatic differentiation, all P x P matrices formed. torch in float64.

Run: python test/reference/laplace.py > test/reference/laplace.json
"""
import json, math
import numpy, scipy, scipy.optimize, torch

torch.set_default_dtype(torch.float64)
rng = numpy.random.default_rng(18)


def values(*shape):
    # multiples of 2^-10 are exact in float32 and short in JSON
    return torch.tensor(numpy.round(rng.normal(size=shape) * 1024) / 1024)


def listed(a):
    return torch.as_tensor(a).ravel().tolist()


def case(name, inputs, outputs, kernel, bias, sides, n, settings):
    padding = tuple((k - 1) // 2 for k in kernel)
    layer = torch.nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=bias)
    with torch.no_grad():
        layer.weight.copy_(values(*layer.weight.shape) / 4)
        if bias:
            layer.bias.copy_(values(outputs) / 4)
    mix = values(inputs, inputs) / 2 + torch.eye(inputs)
    features = torch.einsum('cd,ndhw->nchw', mix, values(n, inputs, *sides)).abs()
    features = torch.round(features * 1024) / 1024
    noise = values(n, outputs, *sides)
    query = torch.round(torch.einsum('cd,ndhw->nchw', mix, values(2, inputs, *sides)) * 1024) / 1024
    names = [name for name, _ in layer.named_parameters()]
    parameters = tuple(p.detach() for p in layer.parameters())

    def forward(x, *p):
        return torch.nn.functional.conv2d(x, p[0], p[1] if bias else None, padding=padding)

    def jacobian(x):
        parts = torch.autograd.functional.jacobian(lambda *p: forward(x, *p), parameters)
        rows = x.shape[0] * outputs * sides[0] * sides[1]
        return torch.cat([part.reshape(rows, -1) for part in parts], 1)

    J, Jq = jacobian(features), jacobian(query)
    theta = torch.cat([p.ravel() for p in parameters])
    weights = parameters[0].numel()
    residuals = forward(features, *parameters) - noise
    ggn = J.T @ J
    kron = ggn.clone()
    kron[:weights, weights:] = 0
    kron[weights:, :weights] = 0
    fisher = torch.zeros(len(theta))
    for i in range(n):
        p = [q.clone().requires_grad_() for q in parameters]
        loss = ((forward(features[i:i + 1], *p) - noise[i:i + 1]) ** 2).sum()
        gradient = torch.cat([g.ravel() for g in torch.autograd.grad(loss, p)])
        fisher += gradient ** 2 / 2  # BayesDiff: half of the square of the gradient of the sum of squares
    rss = float((residuals ** 2).sum())
    count = residuals.numel()

    def curvature(structure, prior):
        return {
            'full': ggn, 'kron': kron, 'diag': torch.diag(torch.diag(ggn)), 'diag-ef': torch.diag(fisher),
            'isotropic': torch.eye(len(theta)) * prior * n,
        }[structure]

    def evidence(structure, sd, prior, temperature):
        H = curvature(structure, prior) / (sd ** 2 * temperature)
        ratio = torch.linalg.slogdet(H / prior + torch.eye(len(theta)))[1]
        return float(-count / 2 * math.log(2 * math.pi * sd ** 2) - rss / (2 * sd ** 2 * temperature)
                     - prior / 2 * (theta ** 2).sum() - ratio / 2)

    results = []
    for sd, prior, temperature in settings:
        for structure in ['full', 'kron', 'diag', 'diag-ef', 'isotropic']:
            H = curvature(structure, prior) / (sd ** 2 * temperature)
            P = H + prior * torch.eye(len(theta))
            results.append({
                'structure': structure, 'noiseSd': sd, 'priorPrecision': prior, 'temperature': temperature,
                'variance': listed((Jq * torch.linalg.solve(P, Jq.T).T).sum(1)),
                'degreesOfFreedom': float(torch.trace(torch.linalg.solve(P, H))),
                'logEvidence': evidence(structure, sd, prior, temperature),
            })
    tuned = []
    for structure in ['full', 'kron', 'diag', 'diag-ef']:
        best = scipy.optimize.minimize(
            lambda v: -evidence(structure, math.exp(v[0]), math.exp(v[1]), 2.0), [0.0, 0.0],
            method='Nelder-Mead', options={'xatol': 1e-10, 'fatol': 1e-12, 'maxiter': 4000, 'maxfev': 4000})
        tuned.append({'structure': structure, 'temperature': 2.0, 'noiseSd': math.exp(best.x[0]),
                      'priorPrecision': math.exp(best.x[1]), 'logEvidence': -float(best.fun)})
    return {
        'name': name, 'inputs': inputs, 'outputs': outputs, 'kernel': list(kernel), 'bias': 'with' if bias else 'without',
        'n': n, 'height': sides[0], 'width': sides[1], 'features': listed(features), 'residuals': listed(residuals),
        'query': listed(query), 'squaredWeights': float((theta ** 2).sum()), 'squaredResiduals': rss,
        'squaredGradients': listed(torch.cat([fisher[:weights].reshape(outputs, -1)]
                                             + ([fisher[weights:, None]] if bias else []), 1) / 2),
        'results': results, 'tuned': tuned,
    }


def toy():
    """F = 5, N = 40: numbers that a person can repeat in three lines of numpy."""
    g = numpy.random.default_rng(0)
    phi, x = g.standard_normal((40, 5)), g.standard_normal(5)
    return {'n': 40, 'inputs': 5, 'noiseSd': 0.7, 'priorPrecision': 2.0, 'features': phi.ravel().tolist(), 'query': x.tolist(),
            'full': 0.090215, 'kron': 0.077241, 'diag': 0.073297}


print(json.dumps({
    'toy': toy(),
    'versions': {'numpy': numpy.__version__, 'torch': torch.__version__, 'scipy': scipy.__version__}, 'seed': 18,
    'cases': [
        case('3 x 3 with bias', 3, 2, (3, 3), True, (4, 5), 3, [(1.0, 1.0, 1.0), (0.3, 2.5, 1.0), (0.7, 0.05, 20.0)]),
        case('3 x 3 without bias', 2, 2, (3, 3), False, (4, 4), 2, [(0.7, 2.0, 1.0)]),
        case('5 x 3 with bias', 2, 1, (5, 3), True, (3, 4), 2, [(0.5, 1.5, 1.0)]),
        case('1 x 1 with bias', 5, 3, (1, 1), True, (2, 4), 5, [(0.7, 2.0, 1.0)]),
    ],
}))
