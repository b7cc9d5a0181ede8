"""What holds of every exported PyTorch loss: check_pytorch.py FOLDER, with cases.json and a file for each.

Prints what does not hold, as a list of lines.
"""

import json
import sys

import torch
from harness import cases, load
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

IGNORED = 255


def tensors(case, kind=torch.float64):
    n, h, w, c = case["shape"]
    logits = torch.tensor(case["logits"], dtype=kind).reshape(n, h, w, c).permute(0, 3, 1, 2)
    return logits.contiguous(), torch.tensor(case["labels"]).reshape(n, h, w)


def answer(loss, logits, labels):
    """The value and the gradient."""
    logits = logits.detach().clone(memory_format=torch.preserve_format).requires_grad_()
    value = loss(logits, labels)
    value.backward()
    return value.detach(), logits.grad


def apart(first, second):
    """The largest difference, as a share of the largest entry."""
    (a, x), (b, y) = first, second
    largest = max(y.abs().max().item(), 1e-8)
    return max((a - b).abs().item(), (x - y).abs().max().item() / largest)


def twice_differentiable(module, case):
    """Along a random direction: gradgradcheck's fast mode adds up gradients, and those of a pixel add up to 0."""
    logits, labels = tensors(case)
    loss = module()
    torch.manual_seed(0)
    direction = torch.randn_like(logits)
    step = 1e-5 * direction
    ahead, behind = answer(loss, logits + step, labels), answer(loss, logits - step, labels)
    x = logits.requires_grad_()
    (gradient,) = torch.autograd.grad(loss(x, labels), x, create_graph=True)
    (second,) = torch.autograd.grad((gradient * direction).sum(), x)
    slope, differences = (gradient * direction).sum(), (ahead[0] - behind[0]) / 2e-5
    assert abs(slope - differences) < 1e-6 * gradient.abs().max(), f"{slope}, {differences}"
    differences = (ahead[1] - behind[1]) / 2e-5
    difference = (second - differences).abs().max() / second.abs().max()
    assert difference < 1e-5, f"second derivatives differ by {difference}"


def same_backward_twice(module, case):
    logits, labels = tensors(case)
    logits.requires_grad_()
    value = module()(logits, labels)
    (first,) = torch.autograd.grad(value, logits, retain_graph=True)
    (second,) = torch.autograd.grad(value, logits)
    assert torch.equal(first, second)


def same_exported(module, case):
    logits, labels = tensors(case)
    program = torch.export.export(module(), (logits.clone().requires_grad_(), labels)).module()
    difference = apart(answer(program, logits, labels), answer(module(), logits, labels))
    assert difference < 1e-9, f"differs by {difference}"


def same_compiled(module, case, backend="aot_eager"):
    logits, labels = tensors(case, torch.float32)
    torch.compiler.reset()
    compiled = torch.compile(module(), fullgraph=True, backend=backend)
    difference = apart(answer(compiled, logits, labels), answer(module(), logits, labels))
    assert difference < 1e-4, f"differs by {difference}"


def same_under_autocast(module, case):
    logits, labels = tensors(case, torch.float32)
    value, gradient = answer(module(), logits, labels)
    with torch.autocast("cpu", torch.bfloat16):
        cast_value, cast_gradient = answer(module(), logits, labels)
    assert cast_value.dtype == torch.float32
    assert torch.equal(value, cast_value) and torch.equal(gradient, cast_gradient)
    half = logits.bfloat16()
    value, gradient = answer(module(), half, labels)
    expected, exact = answer(module(), half.float(), labels)
    assert value.dtype == torch.float32 and torch.equal(value, expected)
    assert gradient.dtype == torch.bfloat16 and torch.equal(gradient, exact.bfloat16())


def drawn(*shape):
    """A batch of float32 that is more than one part."""
    torch.manual_seed(0)
    labels = torch.randint(0, shape[1] + 1, (shape[0], *shape[2:]))
    return torch.randn(*shape), torch.where(labels == shape[1], IGNORED, labels)


def same_part_by_part(module, case):
    source = sys.modules[module.__module__]
    for shape in ((150, 3, 24, 24), (3, 4, 211, 303)):
        logits, labels = drawn(*shape)
        whole = answer(lambda x, y: source._loss(source._sums(x, y, IGNORED)), logits, labels)
        difference = apart(answer(module(), logits, labels), whole)
        assert difference < 1e-4, f"differs by {difference}, {shape}"


class Sizes(TorchDispatchMode):
    """Records how many bytes the tensors have that are made."""

    def __init__(self):
        super().__init__()
        self.made = {}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for each in tree_leaves(result):
            if isinstance(each, torch.Tensor):
                storage = each.untyped_storage()
                self.made[storage._cdata] = storage.nbytes()
        return result


def no_copy(module, case):
    """Neither of the logits nor of anything of their size, whatever their strides; the gradient has the same."""
    # Far more than a part, the windows of which have rims.
    logits, labels = drawn(500, 3, 24, 24)
    for memory_format in (torch.contiguous_format, torch.channels_last):
        given = logits.to(memory_format=memory_format).requires_grad_()
        with Sizes() as sizes:
            gradient = torch.autograd.grad(module()(given, labels), given)[0]
        assert gradient.stride() == given.stride(), f"strides {gradient.stride()}"
        size = given.untyped_storage().nbytes()
        own = (given.untyped_storage()._cdata, gradient.untyped_storage()._cdata)
        large = [nbytes for key, nbytes in sizes.made.items() if nbytes >= size and key not in own]
        assert large == [], f"{len(large)} tensors of the logits' size"


CHECKS = (
    twice_differentiable,
    same_backward_twice,
    same_exported,
    same_compiled,
    same_under_autocast,
    same_part_by_part,
    no_copy,
)


def main(folder):
    torch.set_num_threads(1)
    failed = []
    for number, case in enumerate(cases(folder)):
        module = load(case["file"], "ExportedLoss")
        # The compiler proper takes long: one.
        last = (lambda *given: same_compiled(*given, backend="inductor"),) if number == 0 else ()
        for check in (*CHECKS, *last):
            try:
                check(module, case)
            except Exception as error:
                name = getattr(check, "__name__", "check")
                failed.append(f"{case['title']}: {name}: {type(error).__name__}: {error}")
    json.dump(failed, sys.stdout)


main(sys.argv[1])
