"""read_events.py LOGDIR: what TensorBoard's own reader makes of each run of a log folder, as JSON on stdout."""

import hashlib
import json
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

EVERYTHING = {"scalars": 0, "images": 0, "tensors": 0}


def hparams_of(accumulator):
    sessions = {}
    try:
        tags = accumulator.PluginTagToContent("hparams")
    except KeyError:
        return sessions
    for tag, content in tags.items():
        data = plugin_data_pb2.HParamsPluginData.FromString(content)
        if data.WhichOneof("data") == "session_start_info":
            sessions["hparams"] = {
                name: getattr(value, value.WhichOneof("kind")) for name, value in data.session_start_info.hparams.items()
            }
        else:
            sessions["status"] = data.session_end_info.status
    return sessions


def read(folder):
    accumulator = EventAccumulator(folder, size_guidance=EVERYTHING)
    accumulator.Reload()
    tags = accumulator.Tags()
    images = {}
    for tag in tags["images"]:
        images[tag] = [
            [image.step, image.width, image.height, hashlib.sha256(image.encoded_image_string).hexdigest()]
            for image in accumulator.Images(tag)
        ]
    return {
        "scalars": {tag: [[event.step, event.value] for event in accumulator.Scalars(tag)] for tag in tags["scalars"]},
        "images": images,
        **hparams_of(accumulator),
    }


root = sys.argv[1]
runs = {}
for folder, _, files in os.walk(root):
    if any(".tfevents." in name for name in files):
        runs[os.path.relpath(folder, root)] = read(folder)
json.dump(runs, sys.stdout, indent=1, sort_keys=True)
