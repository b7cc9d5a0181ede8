"""Draws images on which rounding decides nothing, so that gradients in float32 can be compared with those in float64."""

import torch
from encoders import fill
from formula import images, weight
from torch import nn

# Of PyTorch's own float32: a tenth of what the tests allow.
LIMIT = 1e-4
DRAWS = 300


class Training:
    """A network in a precision, and what its ReLUs met since that was last forgotten."""

    def __init__(self, make, dtype):
        self.network, self.tensors = make(dtype)
        self.network.train()
        fill(self.tensors, weight)
        self.dtype = dtype
        self.met = []
        for module in self.network.modules():
            if isinstance(module, (nn.ReLU, nn.ReLU6)):
                module.register_forward_pre_hook(self._meet)

    def _meet(self, module, inputs):
        kinks = [0.0, 6.0] if isinstance(module, nn.ReLU6) else [0.0]
        self.met.append((inputs[0].detach().double().clone(), kinks))

    def forward(self, seed, size):
        self.met.clear()
        return self.network(tensor_of(seed, size, self.dtype))

    def gradients(self, seed, size, objective):
        self.network.zero_grad()
        objective(self.forward(seed, size)).backward()
        return {name: tensor.grad.double() for name, tensor in self.tensors if tensor.requires_grad}


def tensor_of(seed, size, dtype):
    """The images of a seed, [n, 3, h, w]."""
    return torch.from_numpy(images(seed, *size)).to(dtype).permute(0, 3, 1, 2).contiguous()


def clear(exact, rounded, margin):
    """Whether each value that a ReLU met is farther from the kinks than float32 is from float64 at that ReLU at most, times `margin`."""
    for (values, kinks), (others, _) in zip(exact.met, rounded.met):
        error = (values - others).abs().max()
        if min((values - kink).abs().min() for kink in kinks) <= margin * error:
            return False
    return True


def draw(make, size, objective, margin=1):
    """
    The first seed whose images are clear and whose gradients in float32 are near those in float64; and the names of the parameters
    whose gradient in float32 is near by the measure of the largest gradient of all only: batch norm of a few means is ill-conditioned.
    make(dtype) gives (network, named tensors), objective(outputs) a number.
    """
    exact, rounded = Training(make, torch.float64), Training(make, torch.float32)
    for seed in range(DRAWS):
        with torch.no_grad():
            exact.forward(seed, size)
            rounded.forward(seed, size)
        if not clear(exact, rounded, margin):
            continue
        slopes, others = (each.gradients(seed, size, objective) for each in (exact, rounded))
        largest = max(each.abs().max() for each in slopes.values())
        errors = {name: (each - others[name]).abs().max() for name, each in slopes.items()}
        if max(errors.values()) <= LIMIT * largest:
            own = {name: max(each.abs().max(), largest / 10) for name, each in slopes.items()}
            return seed, sorted(name for name, error in errors.items() if error > LIMIT * own[name])
    raise RuntimeError(f"none of {DRAWS} draws is clear of all kinks")
