#!/usr/bin/env python3
"""Costate and its peers side by side: the tables of docs/performance.md.

    python3 benchmarks/peers/compare.py --pytorch python3 --compiled --jax python3 --rounds 5
    python3 benchmarks/peers/compare.py --jax python3 --task hessian small medium deep

`--pytorch` and `--jax` name the Python that has the library; a peer that is not named is left out. In every round every case
runs in a process of its own, one after the other, so that a machine whose speed drifts drifts for all of them. Of the
rounds the median is printed, and in brackets the median of the ratios to Costate in the same round, with the smallest and
the largest: how many times as long, or as much memory, a peer takes. Presets: those of the scripts beside this one.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PRESETS = ["small", "medium", "large", "long", "deep"]
FIGURE = dict(gradient="gradient_s", hessian="hessian_vector_s", singular="singular_s")


def participants(options):
    threads = ["--threads", str(options.threads)]
    found = {"Costate": shlex.split(options.costate) + ["bench", "--no-report"] + threads}
    if options.pytorch:
        script = [options.pytorch, os.path.join(HERE, "pytorch_sweeps.py")]
        found["PyTorch eager"] = script + threads
        if options.one_thread:
            found["PyTorch eager, one thread"] = script + ["--threads", "1"]
        if options.compiled and options.task == "gradient":
            found["PyTorch compiled"] = script + threads + ["--compiled"]
    if options.jax:
        found["JAX jit"] = [options.jax, os.path.join(HERE, "jax_sweeps.py")]
    return found


def run(command, preset, task):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "figures.json")
        done = subprocess.run(
            command + [preset, "--task", task, "--json", file], capture_output=True, text=True, cwd=folder)
        if done.returncode != 0:
            sys.exit(f"compare: {shlex.join(command)} failed:\n{done.stderr[-2000:]}")
        with open(file) as figures:
            return json.load(figures)["cases"][0]


def cell(values, own, form):
    text = form(statistics.median(values))
    if own is None:
        return text
    ratios = sorted(theirs / ours for theirs, ours in zip(values, own))
    return f"{text} ({statistics.median(ratios):.2f}; {ratios[0]:.2f}–{ratios[-1]:.2f})"


def table(rounds, names, figure, form):
    rows = [["preset"] + names, ["---"] * (len(names) + 1)]
    for preset, found in rounds.items():
        own = [case[figure] for case in found["Costate"]]
        cells = [cell([case[figure] for case in found[name]], None if name == "Costate" else own, form) for name in names]
        rows.append([preset] + cells)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=PRESETS, metavar="PRESET")
    parser.add_argument("--costate", default=os.path.join(ROOT, "costate"), help="the command (default: that of this tree)")
    parser.add_argument("--pytorch", metavar="PYTHON", help="a Python with PyTorch")
    parser.add_argument("--jax", metavar="PYTHON", help="a Python with JAX")
    parser.add_argument("--compiled", action="store_true", help="compiled PyTorch too")
    parser.add_argument("--one-thread", action="store_true", help="PyTorch on one thread too")
    parser.add_argument("--task", default="gradient", choices=list(FIGURE))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="write the figures of all rounds to this file")
    options = parser.parse_args()
    peers = participants(options)
    rounds = {preset: {name: [] for name in peers} for preset in options.presets}
    for number in range(options.rounds):
        for preset in options.presets:
            for name, command in peers.items():
                rounds[preset][name].append(run(command, preset, options.task))
            print(f"round {number + 1} of {options.rounds}: {preset}", file=sys.stderr)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rounds, file, indent=1)
    print(table(rounds, list(peers), FIGURE[options.task], lambda seconds: f"{seconds:.3g}"))
    if options.task == "gradient":
        print()
        print(table(rounds, list(peers), "peak_rss_mb", lambda megabytes: f"{megabytes:.0f}"))


if __name__ == "__main__":
    main()
