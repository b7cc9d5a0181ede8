"""What of a tensor is kept: two numbers that every entry of it goes into, and some entries."""

import numpy as np
from formula import signed

POINTS = 5


def rounded(value):
    return float(f"{value:.7g}")


def summary(name, values):
    """[length, product with a tensor of the formula]."""
    values = np.asarray(values, dtype=np.float64)
    return [rounded(np.sqrt((values**2).sum())), rounded((values * signed(f"{name}?", values.shape)).sum())]


def entries(values):
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    places = np.linspace(0, flat.size - 1, POINTS).round().astype(int)
    return [rounded(flat[place]) for place in places]


def nhwc(tensor):
    return tensor.detach().permute(0, 2, 3, 1).numpy()
