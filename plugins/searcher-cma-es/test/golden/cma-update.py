"""Golden values of CMA-ES's updates: the Python package `cmaes` is told rounds of points and rewards, and shows its mean,
step size, covariance and evolution paths after each. The points are its own, rounded to 4 decimals: any points will do,
and these are what a search meets. Run: python cma-update.py > cma-update.json"""

import json
from importlib.metadata import version

import numpy as np
from cmaes import CMA

ATTRIBUTES = {
    "effectiveParents": "_mu_eff",
    "pathSigmaRate": "_c_sigma",
    "pathRate": "_cc",
    "damping": "_d_sigma",
    "rankOneRate": "_c1",
    "rankMuRate": "_cmu",
    "expectedNorm": "_chi_n",
}


def constants(cma):
    values = {name: float(getattr(cma, attribute)) for name, attribute in ATTRIBUTES.items()}
    return {"weights": cma._weights.tolist(), **values}


def bowl(theta):
    """Elongated, with its peak inside the cube."""
    steepness = np.linspace(1, 6, len(theta))
    return 0.9 - 0.1 * float(np.mean(steepness * (theta - 0.6) ** 2))


def slope(theta):
    return float(np.mean(theta))


def stairs(theta):
    """Of few values, so that many trials of a round are equal."""
    return round(bowl(theta), 2)


def stalled(cma, count=1):
    """Whether h_sigma was 0 in the last update (Hansen 2016, page 28); `count` is 1 there."""
    settled = np.sqrt(1 - (1 - cma._c_sigma) ** (2 * (cma._g + count)))
    return bool(np.linalg.norm(cma._p_sigma) / settled >= (1.4 + 2 / (cma._n_dim + 1)) * cma._chi_n)


def search(name, dimensions, samples, sigma, reward, rounds, seed=1):
    start = np.round(0.2 + 0.5 * np.arange(dimensions) / dimensions, 3)
    cube = np.array([[0.0, 1.0]] * dimensions)
    cma = CMA(mean=start.copy(), sigma=sigma, bounds=cube, population_size=samples, seed=seed)
    told = []
    for _ in range(rounds):
        thetas = [np.round(cma.ask(), 4) for _ in range(cma.population_size)]
        rewards = [reward(theta) for theta in thetas]
        # `cmaes` minimises.
        cma.tell([(theta, -value) for theta, value in zip(thetas, rewards)])
        told.append(
            {
                "thetas": [theta.tolist() for theta in thetas],
                "rewards": rewards,
                "stalled": stalled(cma),
                "stalledIfCountedFromOne": stalled(cma, count=0),
                "after": {
                    "generation": cma.generation,
                    "mean": cma._mean.tolist(),
                    "sigma": float(cma._sigma),
                    "covariance": cma._C.tolist(),
                    "pathSigma": cma._p_sigma.tolist(),
                    "path": cma._pc.tolist(),
                },
            }
        )
    return {
        "name": name,
        "options": {"rounds": rounds, "samples": samples, "sigma": sigma},
        "start": start.tolist(),
        "samples": cma.population_size,
        "constants": constants(cma),
        "rounds": told,
    }


def close_call():
    """A search in which it matters that h_sigma counts generations from 0."""
    for seed in range(1000):
        found = search("2 dimensions, a close call for h_sigma", 2, None, 0.02, slope, 3, seed)
        if any(told["stalled"] != told["stalledIfCountedFromOne"] for told in found["rounds"]):
            return found
    raise AssertionError("no seed makes a close call")


searches = [
    search("1 dimension", 1, None, 0.2, bowl, 6),
    search("1 dimension, so many samples that the bound of c_mu holds", 1, 60, 0.2, bowl, 3),
    search("2 dimensions", 2, None, 0.2, bowl, 8),
    search("2 dimensions, 3 samples: one parent", 2, 3, 0.2, bowl, 8),
    close_call(),
    search("6 dimensions", 6, None, 0.2, bowl, 8),
    search("6 dimensions, an odd number of samples", 6, 17, 0.3, bowl, 5),
    search("6 dimensions, a slope, from a step that is far too small", 6, None, 0.005, slope, 12),
    search("6 dimensions, rewards with ties", 6, 12, 0.2, stairs, 6),
    search("12 dimensions", 12, None, 0.2, bowl, 6),
    search("12 dimensions, 32 samples", 12, 32, 0.15, bowl, 4),
]
text = json.dumps({"made": f"cmaes {version('cmaes')}, NumPy {np.__version__}", "searches": searches})
# A round on each line.
print(text.replace('{"thetas"', '\n{"thetas"'))
