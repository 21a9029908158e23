#!/usr/bin/env python3
"""The Markdown table of docs/performance.md from the figures of one quiet hour on one machine.

    ./costate bench --threads 2 --json costate.json
    python3 benchmarks/peers/pytorch_sweeps.py --threads 2 --json eager.json
    python3 benchmarks/peers/pytorch_sweeps.py --threads 2 --compiled --json compiled.json
    python3 benchmarks/peers/jax_sweeps.py --json jax.json
    python3 benchmarks/peers/table.py costate.json "PyTorch eager=eager.json" "compiled=compiled.json" "JAX jit=jax.json"

`--figure hessian_vector_s` or `singular_s` makes the table of another figure. In every cell of a peer stand its seconds and,
in brackets, how many times as long that is as Costate takes; `--memory` adds the table of peak memory.
"""
import argparse
import json
import sys


def cases(path, figure):
    with open(path) as file:
        found = json.load(file)["cases"]
    return {case["preset"]: case for case in found if case.get(figure) is not None}


def table(own, peers, figure, cell):
    rows = [["preset", "Costate"] + [name for name, _ in peers]]
    for preset, case in own.items():
        row = [preset, cell(case[figure], None)]
        for _, theirs in peers:
            row.append(cell(theirs[preset][figure], case[figure]) if preset in theirs else "–")
        rows.append(row)
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def seconds(value, own):
    return f"{value:.3g}" + (f" ({value / own:.2f})" if own else "")


def megabytes(value, own):
    return f"{value:.0f}" + (f" ({value / own:.2f})" if own else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("costate", help="what bench --json wrote")
    parser.add_argument("peers", nargs="*", metavar="NAME=FILE", help="what a script beside this one wrote")
    parser.add_argument("--figure", default="gradient_s")
    parser.add_argument("--memory", action="store_true", help="the table of peak memory too")
    options = parser.parse_args()
    try:
        own = cases(options.costate, options.figure)
        peers = []
        for peer in options.peers:
            name, separator, path = peer.partition("=")
            if not separator:
                parser.error(f"found {peer}, expected NAME=FILE")
            peers.append((name, cases(path, options.figure)))
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"table: cannot read the figures: {error}")
    print(table(own, peers, options.figure, seconds))
    if options.memory:
        print()
        print(table(own, peers, "peak_rss_mb", megabytes))


if __name__ == "__main__":
    main()
