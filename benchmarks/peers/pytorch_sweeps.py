#!/usr/bin/env python3
"""Forward and forward + gradient of the fixed shapes that `costate bench` runs, in PyTorch.

Run it where PyTorch is installed, on the same quiet machine and in the same hour as `costate bench`:

    python3 benchmarks/peers/pytorch_sweeps.py --threads 2 small medium --json peers.json

Everything is float64, dropout 0; the loss is half the mean squared difference to a fixed random target; the gradient is
taken with respect to all weights and the input. Each figure is the median of repeats after warm-up.
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


def median_seconds(run, least_repeats, least_seconds):
    for _ in range(3):
        run()
    times, begin = [], time.perf_counter()
    while len(times) < least_repeats or time.perf_counter() - begin < least_seconds:
        t = time.perf_counter()
        run()
        times.append(time.perf_counter() - t)
    return statistics.median(times)


def measure(preset, kind, threads, compiled):
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

    def hessian_vector():
        first = torch.autograd.grad(loss(), weights, create_graph=True)
        torch.autograd.grad(sum((g * w.detach()).sum() for g, w in zip(first, weights)), weights)

    result = dict(preset=preset, kind=kind, threads=threads, compiled=compiled, torch=torch.__version__)
    result["forward_s"] = median_seconds(value, 5, 1.0)
    result["gradient_s"] = median_seconds(gradient, 5, 2.0)
    result["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if not compiled and not causal:
        with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
            result["hessian_vector_s"] = median_seconds(hessian_vector, 3, 1.0)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=list(PRESETS), metavar="PRESET")
    parser.add_argument("--kind", default="encoder_preln_gelu", choices=list(KINDS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compiled", action="store_true", help="torch.compile the model")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [p for p in options.presets if p not in PRESETS]
    if unknown:
        parser.error(f"unknown preset {unknown[0]}; known: {', '.join(PRESETS)}")
    if options.one:
        print(json.dumps(measure(options.presets[0], options.kind, options.threads, options.compiled)))
        return
    cases = []
    for preset in options.presets:  # every case in a process of its own, so that peak memory is its own
        command = [sys.executable, __file__, preset, "--one", "--kind", options.kind, "--threads", str(options.threads)]
        command += ["--compiled"] if options.compiled else []
        case = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        cases.append(case)
        print(", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in case.items()))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(dict(cases=cases), file, indent=1)


if __name__ == "__main__":
    main()
