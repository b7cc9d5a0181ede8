"""Golden values of the sampler: the Python package `cmaes` draws with given numbers in place of normal ones. Two of its
methods are replaced: the root of C is the symmetric one, and a point that was drawn too often is not moved to the nearest
point of the cube but towards the mean, until it is in the cube. Run: python sampler.py > sampler.json"""

import json
from importlib.metadata import version

import numpy as np
from cmaes import CMA


class Numbers:
    """2 sin k for k = 1, 2, …: what both languages can make, and as far out as most normal numbers."""

    def __init__(self):
        self.taken = 0

    def randn(self, count):
        numbers = 2 * np.sin(np.arange(self.taken + 1, self.taken + count + 1))
        self.taken += count
        return numbers


class Drawn(CMA):
    def _sample_solution(self):
        vectors, roots = self._eigen_decomposition()
        return self._mean + self._sigma * (vectors @ np.diag(roots) @ vectors.T @ self._rng.randn(self._n_dim))

    def _repair_infeasible_params(self, point):
        # The largest part of the way that stays in the cube, by halving.
        inside, outside = 0.0, 1.0
        for _ in range(100):
            part = (inside + outside) / 2
            if self._is_feasible(self._mean + part * (point - self._mean)):
                inside = part
            else:
                outside = part
        return self._mean + inside * (point - self._mean)


def case(mean, sigma, covariance, count):
    mean, covariance = np.array(mean), np.array(covariance)
    cube = np.array([[0.0, 1.0]] * len(mean))
    cma = Drawn(mean=mean, sigma=sigma, bounds=cube, cov=covariance)
    cma._rng = numbers = Numbers()
    points = []
    for _ in range(count):
        point = cma.ask()
        points.append({"theta": point.tolist(), "numbersTaken": numbers.taken})
    return {"mean": mean.tolist(), "sigma": sigma, "covariance": covariance.tolist(), "points": points}


elongated = [[1.0, 0.8, 0.1], [0.8, 1.5, -0.3], [0.1, -0.3, 0.6]]
cases = [
    case([0.5, 0.4], 0.05, [[1.0, 0.0], [0.0, 1.0]], 4),
    case([0.3, 0.6, 0.5], 0.1, elongated, 5),
    # Near an edge: most are drawn again.
    case([0.02, 0.97, 0.5], 0.2, elongated, 8),
    # Far wider than the cube: all are shortened.
    case([0.9, 0.2, 0.1, 0.5], 40.0, np.diag([1.0, 2.0, 0.5, 1.0]).tolist(), 3),
]
print(json.dumps({"made": f"cmaes {version('cmaes')}, NumPy {np.__version__}", "cases": cases}, indent=1))
