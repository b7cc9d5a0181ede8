"""Weights and images that Python and TypeScript (../formula.ts) both compute: a hash of a name and an index."""

import functools
import re

import numpy as np

# Batch norms that end a branch beside a shortcut: small, so that rounding does not grow from block to block.
BRANCH_ENDS = re.compile(r"(bn2|bn3|conv\.\d)\.weight$")


def uniform(name, size):
    """`size` numbers in [0, 1), the same for the same name."""
    seed = np.uint32(2166136261)
    with np.errstate(over="ignore"):
        for byte in name.encode():
            seed = np.uint32((int(seed) ^ byte) * 16777619 & 0xFFFFFFFF)
        x = (np.arange(size, dtype=np.uint64) * 2654435769 + int(seed)) & 0xFFFFFFFF
        for _ in range(2):
            x ^= x >> np.uint64(16)
            x = (x * np.uint64(0x45D9F3B)) & np.uint64(0xFFFFFFFF)
        x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**32


@functools.lru_cache(maxsize=400)
def signed(name, shape):
    """Numbers in [-1, 1) of this shape."""
    return (2 * uniform(name, int(np.prod(shape))) - 1).reshape(shape)


@functools.lru_cache(maxsize=None)
def weight(name, shape):
    """A tensor of a state dict, rounded to float32."""
    u = uniform(name, int(np.prod(shape)))
    if len(shape) == 4:
        values = (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    elif name.endswith("running_var"):
        values = 0.5 + u
    elif name.endswith("running_mean"):
        values = 0.4 * u - 0.2
    elif BRANCH_ENDS.search(name):
        values = 0.1 + 0.1 * u
    elif name.endswith("weight"):
        values = 0.3 + 0.3 * u
    else:
        # A few channels lie about the kinks of ReLU and ReLU6, where a rounding that is crossed changes gradients by far more.
        u = u.astype(np.float32).astype(np.float64)
        values = np.where(u < 1 / 64, 32 * u - 0.25, np.where(u < 1 / 32, 5 + 32 * u, 2 + u))
    return values.astype(np.float32).reshape(shape)


def images(seed, count, height, width):
    """[n, h, w, 3], rounded to float32; each brighter and of more contrast than the one before."""
    image = np.arange(count).reshape(-1, 1, 1, 1)
    values = signed(f"images {seed}", (count, height, width, 3)).astype(np.float32).astype(np.float64)
    return ((1 + image) * values + image / 2).astype(np.float32)
