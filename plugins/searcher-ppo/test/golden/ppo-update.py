"""Golden values of PPO's policy updates: three rounds of the clipped objective with per-coordinate ratios, differentiated
by PyTorch's autograd in float64 and stepped by torch.optim.Adam, whose state is carried from round to round.
Run: python ppo-update.py > ppo-update.json"""

import json

import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)

DIMENSIONS, SAMPLES, ROUNDS = 6, 8, 3
start = [0.25, 0.25, 1 / 3, 1 / 3, 0.5, 0.9]


def log_density(x, mu, sigma):
    """Of a normal distribution cut to [0, 1]; x is [samples, dimensions], mu is [dimensions]."""
    standard = torch.distributions.Normal(0.0, 1.0)
    kept = standard.cdf((1 - mu) / sigma) - standard.cdf(-mu / sigma)
    return torch.distributions.Normal(mu, sigma).log_prob(x) - kept.log()


def search(baseline, learning_rate, sigma, clip, updates):
    logits = torch.logit(torch.tensor(start)).requires_grad_()
    adam = torch.optim.Adam([logits], lr=learning_rate)
    rounds = []
    for _ in range(ROUNDS):
        drawn_from = torch.sigmoid(logits).detach()
        # Any points of the cube will do as samples; the first is the mean where it is the baseline.
        thetas = torch.rand(SAMPLES, DIMENSIONS)
        if baseline == "mu":
            thetas[0] = drawn_from
        # A reward with a peak inside the cube, and noise.
        rewards = 0.6 - 0.1 * ((thetas - 0.6) ** 2).sum(dim=1) + 0.02 * torch.rand(SAMPLES)
        advantages = rewards - (rewards[0] if baseline == "mu" else rewards.mean())
        old = log_density(thetas, drawn_from, sigma)
        for _ in range(updates):
            ratio = (log_density(thetas, torch.sigmoid(logits), sigma) - old).exp()
            gain = advantages[:, None]
            objective = torch.minimum(ratio * gain, ratio.clamp(1 - clip, 1 + clip) * gain)
            loss = -objective.mean(dim=0).sum()
            adam.zero_grad()
            loss.backward()
            adam.step()
        state = adam.state[logits]
        rounds.append(
            {
                "thetas": thetas.tolist(),
                "rewards": rewards.tolist(),
                "logits": logits.tolist(),
                "adam": {
                    "step": int(state["step"]),
                    "mean": state["exp_avg"].tolist(),
                    "square": state["exp_avg_sq"].tolist(),
                },
            }
        )
    options = {
        "rounds": ROUNDS,
        "samples": SAMPLES,
        "learningRate": learning_rate,
        "sigma": sigma,
        "clip": clip,
        "updates": updates,
        "baseline": baseline,
    }
    return {"options": options, "start": start, "rounds": rounds}


searches = [
    search("mu", learning_rate=0.2, sigma=0.2, clip=0.2, updates=60),
    search("mean", learning_rate=0.2, sigma=0.2, clip=0.2, updates=60),
    search("mu", learning_rate=0.05, sigma=0.35, clip=0.1, updates=6),
    search("mean", learning_rate=0.3, sigma=0.1, clip=0.3, updates=6),
]
print(json.dumps({"made": f"PyTorch {torch.__version__}", "searches": searches}, indent=1))
