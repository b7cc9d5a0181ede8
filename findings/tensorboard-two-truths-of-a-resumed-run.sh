#!/usr/bin/env bash
# tensorboard 2.21.0: of a training that was resumed from a checkpoint, its page and its Python reader show different curves.
#
# A training that stops after step 2 and goes on from its checkpoint of step 0 writes steps 1 and 2 again: 0, 1, 2, 1, 2, 3. The
# data server behind the page (tensorboard-data-server 0.7.2) drops what the later steps overtook: four values. The Python reader
# (EventAccumulator; also the page with --load_fast=false) keeps all six, of which two pairs are of one step each. Neither says
# anything, and the documentation names no difference between the two readers.
# Who is hurt: whoever reads a curve with EventAccumulator (to draw it elsewhere, to pick the best step) gets values of weights that
# were thrown away, which the page does not show.
# Where: tensorboard/data/server keeps a reservoir that later steps preempt; event_accumulator.py purges only on SessionLog.START.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tensorboard==2.21.0 tensorboard-data-server==0.7.2
cat > check.py <<'PY'
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

os.makedirs("logs/run")
written = [(0, 0.0), (1, 1.0), (2, 2.0), (1, 10.0), (2, 20.0), (3, 30.0)]
with open("logs/run/events.out.tfevents.1700000000.here", "wb") as file:
    writer = RecordWriter(file)
    writer.write(Event(wall_time=1, file_version="brain.Event:2").SerializeToString())
    for time_of, (step, value) in enumerate(written, start=2):
        summary = Summary(value=[Summary.Value(tag="loss", simple_value=value)])
        writer.write(Event(wall_time=time_of, step=step, summary=summary).SerializeToString())

accumulator = EventAccumulator("logs/run")
accumulator.Reload()
read = [(event.step, event.value) for event in accumulator.Scalars("loss")]


def shown(load_fast):
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", "logs", "--port", "0", f"--load_fast={load_fast}"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for line in server.stderr:
            port = re.search(r"https?://\S+:(\d+)", line)
            if port:
                break
        address = f"http://127.0.0.1:{port[1]}/data/plugin/scalars/scalars?run=run&tag=loss"
        for _ in range(60):
            try:
                return [(step, value) for _, step, value in json.load(urllib.request.urlopen(address))]
            except urllib.error.HTTPError:
                time.sleep(1)
    finally:
        server.terminate()
        server.wait()


fast, slow = shown("true"), shown("false")
print("written (step, value):        ", written)
print("expected: one curve, whoever reads")
print("EventAccumulator:             ", read)
print("the page, --load_fast=false:  ", slow)
print("the page, as it is started:   ", fast)
surprising = read == written and fast == [(0, 0.0), (1, 10.0), (2, 20.0), (3, 30.0)]
print("as described" if surprising else "not as described any more")
sys.exit(0 if surprising else 1)
PY
venv/bin/python check.py 2> errors || { tail -5 errors; exit 1; }
