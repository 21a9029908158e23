#!/usr/bin/env python3
"""Forward, gradient, Hessian-vector product and singular values of what `costate bench` runs, in PyTorch.

Run it where PyTorch is installed, on the same quiet machine and in the same hour as `costate bench`:

    python3 benchmarks/peers/pytorch_sweeps.py --threads 2 small medium --json peers.json
    python3 benchmarks/peers/pytorch_sweeps.py --threads 2 --compiled small medium
    python3 benchmarks/peers/pytorch_sweeps.py --threads 1 --task singular small

Everything is float64, dropout 0; the loss is half the mean squared difference to a fixed random target; the gradient is
taken with respect to all weights and the input. Each figure is the median of repeats after warm-up. `--task hessian` adds one
product of the Hessian with a direction (double backward), `--task singular` the eight leading singular values of the map
from the input of the layers to their output by Golub-Kahan-Lanczos bidiagonalisation, with products by torch.func
`jvp` and `vjp` or by double backward, whichever is faster, to the residuals that `costate bench --task singular` asks for.
"""
import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

PRESETS = {
    "small": dict(batch=1, tokens=32, width=32, heads=4, hidden=128, layers=24),
    "medium": dict(batch=32, tokens=64, width=128, heads=4, hidden=512, layers=6),
    "large": dict(batch=8, tokens=256, width=256, heads=8, hidden=1024, layers=12),
    "long": dict(batch=1, tokens=2048, width=64, heads=4, hidden=256, layers=4),
    "deep": dict(batch=8, tokens=32, width=64, heads=4, hidden=256, layers=96),
}
KINDS = {
    "encoder_postln_relu": dict(norm_first=False, activation="relu", causal=False),
    "encoder_preln_gelu": dict(norm_first=True, activation="gelu", causal=False),
    "causal_preln_gelu": dict(norm_first=True, activation="gelu", causal=True),
}


def build(torch, preset, kind):
    torch.manual_seed(1)
    p, k = PRESETS[preset], KINDS[kind]
    layer = torch.nn.TransformerEncoderLayer(
        p["width"], p["heads"], p["hidden"], dropout=0.0, activation=k["activation"],
        batch_first=True, norm_first=k["norm_first"], dtype=torch.float64)
    model = torch.nn.TransformerEncoder(layer, p["layers"], enable_nested_tensor=False).train()
    shape = (p["batch"], p["tokens"], p["width"])
    x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    target = torch.randn(shape, dtype=torch.float64)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(p["tokens"], dtype=torch.float64) if k["causal"] else None
    return model, x, target, mask, k["causal"]


def median_seconds(run, least_repeats, least_seconds, warm_up=3):
    for _ in range(warm_up):
        run()
    times, begin = [], time.perf_counter()
    while len(times) < least_repeats or time.perf_counter() - begin < least_seconds:
        t = time.perf_counter()
        run()
        times.append(time.perf_counter() - t)
    return statistics.median(times)


def func_maps(torch, model, x):
    """Products with the Jacobian of the layers at `x` by forward mode, with its transpose by reverse mode."""
    _, adjoint = torch.func.vjp(model, x)

    def tangent(v):
        return torch.func.jvp(model, (x,), (v.view_as(x),))[1].reshape(-1)

    return tangent, (lambda w: adjoint(w.view_as(x))[0].reshape(-1))


def double_backward_maps(torch, model, x):
    """The same by reverse mode alone: the tangent is the derivative of the adjoint with respect to the costate."""
    u = x.clone().requires_grad_(True)
    y = model(u)
    costate = torch.zeros_like(y, requires_grad=True)
    (pulled,) = torch.autograd.grad(y, u, costate, create_graph=True)

    def tangent(v):
        return torch.autograd.grad(pulled, costate, v.view_as(x), retain_graph=True)[0].reshape(-1)

    def adjoint(w):
        return torch.autograd.grad(y, u, w.view_as(x), retain_graph=True)[0].reshape(-1)

    return tangent, adjoint


def golub_kahan(torch, tangent, adjoint, size, wanted=8, tolerance=1e-6, most=300):
    """Leading singular values by bidiagonalisation with full reorthogonalisation; returns them and the number of products."""
    generator = torch.Generator().manual_seed(1)
    rows_v = torch.zeros(most + 1, size, dtype=torch.float64)
    rows_u = torch.zeros(most, size, dtype=torch.float64)
    start = torch.randn(size, generator=generator, dtype=torch.float64)
    rows_v[0] = start / start.norm()
    bidiagonal = torch.zeros(most, most + 1, dtype=torch.float64)
    check = wanted
    for j in range(most):
        u = tangent(rows_v[j]).detach()
        for _ in range(2):
            u = u - rows_u[:j].T @ (rows_u[:j] @ u)
        bidiagonal[j, j] = u.norm()
        rows_u[j] = u / u.norm()
        v = adjoint(rows_u[j]).detach()
        for _ in range(2):
            v = v - rows_v[: j + 1].T @ (rows_v[: j + 1] @ v)
        bidiagonal[j, j + 1] = v.norm()
        rows_v[j + 1] = v / v.norm()
        if j + 1 >= check or j + 1 == most:
            left, values, _ = torch.linalg.svd(bidiagonal[: j + 1, : j + 1])
            residuals = bidiagonal[j, j + 1] * left[j, :wanted].abs()
            if torch.all(residuals <= tolerance * values[0]):
                return values[:wanted], 2 * (j + 1)
            check = j + 1 + max(1, (j + 1) // 8)
    raise RuntimeError("singular values: not converged")


def measure(preset, kind, threads, compiled, task):
    import torch

    torch.set_num_threads(threads)
    model, x, target, mask, causal = build(torch, preset, kind)
    forward = torch.compile(model) if compiled else model
    weights = [x, *model.parameters()]

    def loss():
        return 0.5 * torch.mean((forward(x, mask=mask, is_causal=causal) - target) ** 2)

    def value():
        with torch.no_grad():
            loss()

    def gradient():
        for w in weights:
            w.grad = None
        loss().backward()

    if compiled:
        for _ in range(2):
            gradient()

    def hessian_vector():
        first = torch.autograd.grad(loss(), weights, create_graph=True)
        torch.autograd.grad(sum((g * w.detach()).sum() for g, w in zip(first, weights)), weights)

    result = dict(preset=preset, kind=kind, threads=threads, compiled=compiled, torch=torch.__version__)
    result["forward_s"] = median_seconds(value, 5, 1.0)
    result["gradient_s"] = median_seconds(gradient, 5, 2.0)
    result["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if compiled or causal:
        return result
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        if task == "hessian":
            result["hessian_vector_s"] = median_seconds(hessian_vector, 3, 1.0)
        if task == "singular":
            products = {}
            for name, maps in (("func", func_maps), ("double_backward", double_backward_maps)):
                def singular(make=maps):
                    products["values"], products["count"] = golub_kahan(torch, *make(torch, model, x.detach()), x.numel())
                result[f"singular_{name}_s"] = median_seconds(singular, 3, 1.0, warm_up=1)
            result["singular_s"] = min(result["singular_func_s"], result["singular_double_backward_s"])
            result["singular_products"] = products["count"]
            result["singular_values"] = [float(v) for v in products["values"]]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=list(PRESETS), metavar="PRESET")
    parser.add_argument("--kind", default="encoder_preln_gelu", choices=list(KINDS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--task", default="gradient", choices=["gradient", "hessian", "singular"])
    parser.add_argument("--compiled", action="store_true", help="torch.compile the model")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [p for p in options.presets if p not in PRESETS]
    if unknown:
        parser.error(f"unknown preset {unknown[0]}; known: {', '.join(PRESETS)}")
    if options.one:
        print(json.dumps(measure(options.presets[0], options.kind, options.threads, options.compiled, options.task)))
        return
    cases = []
    for preset in options.presets:  # every case in a process of its own, so that peak memory is its own
        command = [sys.executable, __file__, preset, "--one", "--kind", options.kind, "--threads", str(options.threads)]
        command += ["--task", options.task] + (["--compiled"] if options.compiled else [])
        case = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        cases.append(case)
        print(", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in case.items()))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(dict(cases=cases), file, indent=1)


if __name__ == "__main__":
    main()
