"""Golden values of the normal distribution cut to [0, 1]: log-density and quantiles from SciPy, the gradient by mu from
mpmath (50 digits, differentiated numerically). SciPy's quantiles lose digits near probability 1 (1e-9 here), so they are
polished with mpmath, from which they must be less than 1e-8 away. Run: python truncated-normal.py > truncated-normal.json"""

import json

import mpmath as mp
import scipy
from scipy.stats import truncnorm

mp.mp.dps = 50


def log_density(x, mu, sigma):
    kept = mp.ncdf((1 - mu) / sigma) - mp.ncdf(-mu / sigma)
    return -((x - mu) / sigma) ** 2 / 2 - mp.log(mp.sqrt(2 * mp.pi) * sigma) - mp.log(kept)


def polish(x, p, mu, sigma):
    """Newton steps on the distribution function in 50 digits; x stays where a step would leave (0, 1)."""
    below = mp.ncdf(-mp.mpf(mu) / sigma)
    kept = mp.ncdf((1 - mp.mpf(mu)) / sigma) - below
    exact = mp.mpf(x)
    for _ in range(6):
        error = (mp.ncdf((exact - mu) / sigma) - below) / kept - p
        exact -= error / mp.exp(log_density(exact, mp.mpf(mu), mp.mpf(sigma)))
    assert 0 <= exact <= 1 and abs(exact - x) < 1e-8, (p, mu, sigma, x, exact)
    return float(exact)


cases = []
for sigma in [0.01, 0.05, 0.2, 1.0, 30.0, 1e4]:
    for mu in [0.0, 1e-9, 0.03, 0.25, 0.5, 0.8, 1.0]:
        distribution = truncnorm(-mu / sigma, (1 - mu) / sigma, loc=mu, scale=sigma)
        for x in [0.0, 0.1, 0.5, 0.97, 1.0]:
            gradient = mp.diff(lambda m: log_density(mp.mpf(x), m, mp.mpf(sigma)), mp.mpf(mu))
            cases.append(
                {
                    "mu": mu,
                    "sigma": sigma,
                    "x": x,
                    "logDensity": float(distribution.logpdf(x)),
                    "byMu": float(gradient),
                }
            )

quantiles = []
for sigma in [0.01, 0.05, 0.2, 1.0, 30.0, 1e4]:
    for mu in [0.0, 1e-9, 0.03, 0.25, 0.5, 0.8, 1.0]:
        distribution = truncnorm(-mu / sigma, (1 - mu) / sigma, loc=mu, scale=sigma)
        for p in [1e-12, 1e-4, 0.1, 0.3, 0.5, 0.77, 0.95, 1 - 1e-9]:
            x = polish(float(distribution.ppf(p)), p, mu, sigma)
            quantiles.append({"mu": mu, "sigma": sigma, "probability": p, "x": x})

print(
    json.dumps(
        {"made": f"SciPy {scipy.__version__}, mpmath {mp.__version__}", "densities": cases, "quantiles": quantiles},
        indent=1,
    )
)
