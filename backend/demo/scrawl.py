"""Signatures of the sample: nobody's, but written as by a hand."""

from __future__ import annotations

import math

from backend.demo.seed import Seed

STEPS = 24  # points of a stroke
WIDE, HIGH = 1000, 400  # of the field that one signs in


def scrawl(seed: Seed, name: str) -> list[list[int]]:
    """The strokes of a person's signature, [x, y, x, y, …]: a long wave for each character."""
    dice = seed.dice("signature", name)
    wide = WIDE * 0.8 / len(name)
    strokes = []
    for place in range(len(name)):
        left, waves = WIDE * 0.1 + place * wide, dice.uniform(1.5, 3.5)
        high, lean, phase = dice.uniform(60, 130), dice.uniform(-60, 60), dice.uniform(0, 6)
        stroke = []
        for step in range(STEPS):
            way = step / (STEPS - 1)
            x = left + wide * 0.9 * way + 30 * math.sin(phase + 5 * way)
            y = HIGH / 2 + lean * way + high * math.sin(phase + waves * math.tau * way)
            stroke += [min(max(round(x), 0), WIDE), min(max(round(y), 0), HIGH)]
        strokes.append(stroke)
    return strokes
