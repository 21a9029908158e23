#!/usr/bin/env python3
"""Forward, gradient, Hessian-vector product and singular values of what `costate bench` runs, in JAX (jit, float64).

Run it where JAX is installed, on the same quiet machine and in the same hour as `costate bench`:

    python3 benchmarks/peers/jax_sweeps.py small medium deep --json jax.json
    python3 benchmarks/peers/jax_sweeps.py --task singular small

The model is the pre-norm encoder with GELU by erf, with a biased layer norm in front of attention and of the feed-forward
network and no final norm, as in `costate bench`; the layers are scanned, the loss is half the mean squared difference to a
fixed random target, the gradient is taken with respect to all weights and the input. JAX takes all cores: limit them with
`taskset -c 0,1`. Compilation is not timed.
"""
import argparse
import functools
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
EPSILON = 1e-5


def build(jax, p):
    jnp, keys = jax.numpy, iter(jax.random.split(jax.random.PRNGKey(1), 8))
    d, f, layers = p["width"], p["hidden"], p["layers"]

    def normal(*shape, scale=0.02):
        return scale * jax.random.normal(next(keys), (layers, *shape))

    weights = dict(
        gain1=jnp.ones((layers, d)), shift1=jnp.zeros((layers, d)), qkv=normal(d, 3 * d), qkv_bias=jnp.zeros((layers, 3 * d)),
        out=normal(d, d), out_bias=jnp.zeros((layers, d)), gain2=jnp.ones((layers, d)), shift2=jnp.zeros((layers, d)),
        up=normal(d, f), up_bias=jnp.zeros((layers, f)), down=normal(f, d), down_bias=jnp.zeros((layers, d)))
    shape = (p["batch"], p["tokens"], d)
    x = jax.random.normal(next(keys), shape)
    target = jax.random.normal(next(keys), shape)
    return weights, x, target


def norm(jnp, u, gain, shift):
    centred = u - jnp.mean(u, axis=-1, keepdims=True)
    return gain * centred / jnp.sqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + EPSILON) + shift


def layer(jax, heads, u, w):
    jnp = jax.numpy
    batch, tokens, d = u.shape
    qkv = norm(jnp, u, w["gain1"], w["shift1"]) @ w["qkv"] + w["qkv_bias"]
    q, k, v = (part.reshape(batch, tokens, heads, d // heads) for part in jnp.split(qkv, 3, axis=-1))
    scores = jnp.einsum("bihc,bjhc->bhij", q, k) / jnp.sqrt(d // heads)
    mixed = jnp.einsum("bhij,bjhc->bihc", jax.nn.softmax(scores, axis=-1), v).reshape(batch, tokens, d)
    u = u + mixed @ w["out"] + w["out_bias"]
    hidden = jax.nn.gelu(norm(jnp, u, w["gain2"], w["shift2"]) @ w["up"] + w["up_bias"], approximate=False)
    return u + hidden @ w["down"] + w["down_bias"]


def median_seconds(jax, run, least_repeats, least_seconds):
    for _ in range(3):
        jax.block_until_ready(run())
    times, begin = [], time.perf_counter()
    while len(times) < least_repeats or time.perf_counter() - begin < least_seconds:
        t = time.perf_counter()
        jax.block_until_ready(run())
        times.append(time.perf_counter() - t)
    return statistics.median(times)


def golub_kahan(jax, tangent, adjoint, shape, wanted=8, tolerance=1e-6, most=300):
    """Leading singular values by bidiagonalisation with full reorthogonalisation; returns them and the number of products."""
    import numpy as np

    start = np.random.default_rng(1).standard_normal(int(np.prod(shape)))
    rows_v, rows_u, b = [start / np.linalg.norm(start)], [], np.zeros((most, most + 1))
    check = wanted
    for j in range(most):
        u = np.asarray(tangent(rows_v[j].reshape(shape))).reshape(-1)
        for _ in range(2):
            if rows_u:
                basis = np.array(rows_u)
                u = u - basis.T @ (basis @ u)
        b[j, j] = np.linalg.norm(u)
        rows_u.append(u / b[j, j])
        v = np.asarray(adjoint(rows_u[j].reshape(shape))).reshape(-1)
        basis = np.array(rows_v)
        for _ in range(2):
            v = v - basis.T @ (basis @ v)
        b[j, j + 1] = np.linalg.norm(v)
        rows_v.append(v / b[j, j + 1])
        if j + 1 >= check or j + 1 == most:
            left, values, _ = np.linalg.svd(b[: j + 1, : j + 1])
            if np.all(b[j, j + 1] * np.abs(left[j, :wanted]) <= tolerance * values[0]):
                return values[:wanted], 2 * (j + 1)
            check = j + 1 + max(1, (j + 1) // 8)
    raise RuntimeError("singular values: not converged")


def measure(preset, task):
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp, p = jax.numpy, PRESETS[preset]
    weights, x, target = build(jax, p)
    step = functools.partial(layer, jax, p["heads"])

    def forward(w, u):
        return jax.lax.scan(lambda state, one: (step(state, one), None), u, w)[0]

    def loss(w, u):
        return 0.5 * jnp.mean((forward(w, u) - target) ** 2)

    value = jax.jit(loss)
    gradient = jax.jit(jax.grad(loss, argnums=(0, 1)))
    result = dict(preset=preset, kind="encoder_preln_gelu", jax=jax.__version__)
    result["forward_s"] = median_seconds(jax, lambda: value(weights, x), 5, 1.0)
    result["gradient_s"] = median_seconds(jax, lambda: gradient(weights, x), 5, 2.0)
    if task == "hessian":
        product = jax.jit(lambda w, u, v: jax.jvp(jax.grad(loss, argnums=(0, 1)), (w, u), v)[1])
        result["hessian_vector_s"] = median_seconds(jax, lambda: product(weights, x, (weights, x)), 3, 1.0)
    if task == "singular":
        tangent = jax.jit(lambda w, u, v: jax.jvp(lambda s: forward(w, s), (u,), (v,))[1])
        adjoint = jax.jit(lambda w, u, v: jax.vjp(lambda s: forward(w, s), u)[1](v)[0])
        found = {}

        def singular():
            found["values"], found["products"] = golub_kahan(
                jax, lambda v: tangent(weights, x, v), lambda v: adjoint(weights, x, v), x.shape)
            return x

        result["singular_s"] = median_seconds(jax, singular, 3, 1.0)
        result["singular_products"] = found["products"]
        result["singular_values"] = [float(v) for v in found["values"]]
    result["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=list(PRESETS), metavar="PRESET")
    parser.add_argument("--task", default="gradient", choices=["gradient", "hessian", "singular"])
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = [p for p in options.presets if p not in PRESETS]
    if unknown:
        parser.error(f"unknown preset {unknown[0]}; known: {', '.join(PRESETS)}")
    if options.one:
        print(json.dumps(measure(options.presets[0], options.task)))
        return
    cases = []
    for preset in options.presets:  # every case in a process of its own, so that peak memory is its own
        command = [sys.executable, __file__, preset, "--one", "--task", options.task]
        case = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        cases.append(case)
        print(", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in case.items()))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(dict(cases=cases), file, indent=1)


if __name__ == "__main__":
    main()
