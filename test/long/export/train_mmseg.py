"""A decode head of mmsegmentation's, from a config, with an exported loss beside cross-entropy: train_mmseg.py FILE CLASS.

Prints the losses of some steps. mmcv is mmcv-lite: its compiled operations, which the head does not use, are a stand-in.
"""

import json
import sys
import types

import torch
from harness import load


class Operations(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)

        def missing(*_, **__):
            raise NotImplementedError(f"{name} of mmcv is not here")

        return missing


sys.modules["mmcv._ext"] = Operations("mmcv._ext")

import mmseg.models  # noqa: E402, F401
from mmengine.registry import init_default_scope  # noqa: E402
from mmengine.structures import PixelData  # noqa: E402
from mmseg.registry import MODELS  # noqa: E402
from mmseg.structures import SegDataSample  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(0)
init_default_scope("mmseg")
load(sys.argv[1], sys.argv[2])
head = MODELS.build(
    dict(
        type="FCNHead",
        in_channels=8,
        channels=8,
        num_convs=1,
        num_classes=3,
        norm_cfg=dict(type="BN"),
        ignore_index=255,
        loss_decode=[
            dict(type=sys.argv[2], loss_weight=0.5, loss_name="loss_searched"),
            dict(type="CrossEntropyLoss", avg_non_ignore=True),
        ],
    )
)
optimizer = torch.optim.Adam(head.parameters(), 1e-2)
labels = torch.randint(0, 3, (2, 1, 32, 32))
# The head's logits are a quarter of the labels' size.
features = torch.nn.functional.one_hot(labels[:, 0, ::4, ::4], 8).permute(0, 3, 1, 2).float()
labels[:, :, :3] = 255
samples = []
for label in labels:
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=label)
    samples.append(sample)
losses = []
for _ in range(12):
    optimizer.zero_grad()
    parts = head.loss([features], samples, None)
    sum(value for name, value in parts.items() if name.startswith("loss_")).backward()
    optimizer.step()
    losses.append([parts["loss_searched"].item(), parts["loss_ce"].item()])
print(json.dumps(losses))
