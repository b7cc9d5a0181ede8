"""Forward and backward of one exported loss, or of its formula as loss.py has it: time, value and peak memory, as JSON.

Takes the settings of export-settings.ts as JSON.
"""

import importlib.util
import json
import resource
import sys
import time

import numpy as np
import torch

import loss as plain


def exported(settings):
    spec = importlib.util.spec_from_file_location("exported", settings["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module = getattr(module, settings["name"])()
    return torch.compile(module, fullgraph=True) if settings["as"] == "compiled" else module


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    settings = json.loads(sys.argv[1])
    torch.set_num_threads(1)
    if settings["as"] == "plain":
        formula = plain.LOSSES[settings["loss"]]
        run = lambda x, y: formula(plain.Batch(x, y))
    else:
        run = exported(settings)
    shape = tuple(settings[key] for key in ("batch", "height", "width"))
    warm = torch.randn(1, settings["classes"], 16, 16, requires_grad=True)
    if settings["as"] != "compiled":  # libraries are loaded before memory is looked at
        run(warm, torch.zeros(1, 16, 16, dtype=torch.long)).backward()
    nhwc = np.fromfile(settings["logits"], np.float32).reshape(*shape, settings["classes"])
    labels = torch.from_numpy(np.fromfile(settings["labels"], np.uint8).reshape(shape)).long()
    before = peak() - nhwc.nbytes
    logits = torch.from_numpy(nhwc).permute(0, 3, 1, 2).contiguous()
    del nhwc
    logits.requires_grad_()
    milliseconds = []
    for _ in range(settings["samples"] + 1):
        logits.grad = None
        start = time.process_time()
        value = run(logits, labels)
        value.backward()
        milliseconds.append((time.process_time() - start) * 1e3)
    measured = {"milliseconds": milliseconds[1:], "value": value.item(), "peak": peak() - before}
    print(json.dumps(measured))


main()
