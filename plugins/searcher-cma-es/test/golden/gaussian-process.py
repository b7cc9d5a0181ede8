"""Golden values of the Gaussian process: scikit-learn's regressor, with the same kernel, fits the same observations. It finds
the kernel's variance by itself; the others of its parameters are the best of the grid by its likelihood and the prior.
Run: python gaussian-process.py > gaussian-process.json"""

import json
import warnings
from importlib.metadata import version

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Kernel, Matern, WhiteKernel

# A factor of a sum has a variance of its own, which is not fitted.
warnings.filterwarnings("ignore")


class OfTheta(Matern):
    """Of all columns but the last, which is the round."""

    def __call__(self, X, Y=None, eval_gradient=False):
        return super().__call__(X[:, :-1], None if Y is None else Y[:, :-1], eval_gradient)


class OfRound(Kernel):
    """1 for two trials of a round, 0 for others."""

    def __init__(self):
        pass

    def __call__(self, X, Y=None, eval_gradient=False):
        same = (X[:, -1:] == (X if Y is None else Y)[:, -1:].T).astype(float)
        return (same, np.empty((*same.shape, 0))) if eval_gradient else same

    def diag(self, X):
        return np.ones(len(X))

    def is_stationary(self):
        return False


def fit(rows, targets):
    best = None
    for scale in (0.4, 0.8, 1.6):
        for noise in (0.03, 0.1, 0.3):
            kernel = ConstantKernel(1.0, (1e-6, 1e6)) * (
                OfTheta(scale, "fixed", nu=2.5) + ConstantKernel(0.1, "fixed") * OfRound() + WhiteKernel(noise, "fixed")
            )
            regressor = GaussianProcessRegressor(kernel, n_restarts_optimizer=3, random_state=0).fit(rows, targets)
            score = regressor.log_marginal_likelihood_value_ - 0.5 * (np.log(scale / 0.8) / 0.7) ** 2
            if best is None or score > best[0]:
                best = (score, scale, noise, regressor)
    return best


def case(name, dimensions, samples, rounds, noise, offset, failures, peak, width):
    generator = np.random.default_rng(dimensions * samples)
    thetas = np.round(generator.random((samples * rounds, dimensions)), 3)
    of = np.repeat(np.arange(rounds), samples)
    worths = 0.3 - width * np.mean((thetas - peak) ** 2, axis=1)
    worths += noise * generator.standard_normal(len(worths)) + offset * generator.standard_normal(rounds)[of]
    worths[:failures] = 0.01
    worths = np.round(worths, 5)
    middle, upper = np.quantile(worths, [0.5, 0.75], method="lower")
    clipped = np.maximum(worths, middle - 4 * (upper - middle))
    mean, deviation = clipped.mean(), clipped.std()
    _, scale, part, regressor = fit(np.column_stack([thetas, of]), (clipped - mean) / deviation)
    points = np.round(generator.random((5, dimensions)), 3)
    expected = mean + deviation * regressor.predict(np.column_stack([points, np.full(5, -1)]))
    return {
        "name": name,
        "lengthScale": scale,
        "noise": part,
        "observations": [
            {"theta": theta.tolist(), "worth": worth, "round": int(number)}
            for theta, worth, number in zip(thetas, worths.tolist(), of)
        ],
        "points": [
            {"theta": theta.tolist(), "worth": worth} for theta, worth in zip(points, expected.tolist())
        ],
    }


cases = [
    case("1 dimension, little noise", 1, 6, 2, 0.001, 0.0, 0, 0.6, 0.3),
    case("3 dimensions, rounds that differ", 3, 6, 4, 0.003, 0.03, 0, 0.4, 0.5),
    case("12 dimensions, noise and failures", 12, 8, 6, 0.02, 0.01, 3, 0.5, 0.5),
    case("2 dimensions, narrow", 2, 10, 3, 0.002, 0.005, 1, 0.2, 6.0),
]
print(json.dumps({"made": f"scikit-learn {version('scikit-learn')}, NumPy {np.__version__}", "cases": cases}, indent=1))
