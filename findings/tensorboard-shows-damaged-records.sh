#!/usr/bin/env bash
# tensorboard 2.21.0: a record whose checksum says that it is damaged is shown on the page, with the value that the damage made.
#
# Event files keep a CRC32C of every record. The data server behind the page (tensorboard-data-server 0.7.2) does not look at it
# unless parsing fails: of a value with one bit that is other, the page shows another value. TensorBoard's own Python reader of the
# same file (EventAccumulator, or --load_fast=false) stops at that record: neither it nor any of those behind it are there. No
# error in either place. The server's own --help says that its checksums are off; what turns them on is
# `tensorboard --extra_data_server_flags=--checksum`.
# Who is hurt: whoever reads numbers off the page after a disk or a copy that was not sound, or compares them with what a script
# reads from the same file: the two differ in value and in number.
# Where: --checksum of tensorboard/data/server (off where nobody says otherwise).
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
import urllib.request

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

os.makedirs("logs/run")
path = "logs/run/events.out.tfevents.1700000000.here"
ends = []
with open(path, "wb") as file:
    writer = RecordWriter(file)
    writer.write(Event(wall_time=1, file_version="brain.Event:2").SerializeToString())
    for step in range(6):
        summary = Summary(value=[Summary.Value(tag="a", simple_value=step + 0.5)])
        writer.write(Event(wall_time=2 + step, step=step, summary=summary).SerializeToString())
        ends.append(file.tell())
with open(path, "r+b") as file:
    # Of step 3's record, the value is before the last 4 bytes, which are the checksum: 4 bytes, the lowest first.
    file.seek(ends[3] - 4 - 3)
    byte = file.read(1)[0]
    file.seek(-1, 1)
    file.write(bytes([byte ^ 64]))

accumulator = EventAccumulator("logs/run")
accumulator.Reload()
read = [event.value for event in accumulator.Scalars("a")]


def shown(load_fast):
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", "logs", "--port", "0", f"--load_fast={load_fast}"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for line in server.stderr:
            port = re.search(r"https?://\S+:(\d+)", line)
            if port:
                break
        address = f"http://127.0.0.1:{port[1]}/data/plugin/scalars/scalars?run=run&tag=a"
        for _ in range(60):
            try:
                return [value for _, _, value in json.load(urllib.request.urlopen(address))]
            except urllib.error.HTTPError:
                time.sleep(1)
    finally:
        server.terminate()
        server.wait()


fast, slow = shown("true"), shown("false")
print("written:                             ", [step + 0.5 for step in range(6)], "and one bit of the fourth is then other")
print("expected: an error, or the others; read by EventAccumulator:", read)
print("the page, --load_fast=false:         ", slow)
print("the page, as it is started:          ", fast)
surprising = fast is not None and len(fast) == 6 and fast[3] != 3.5 and read == [0.5, 1.5, 2.5] == slow
print("as described" if surprising else "not as described any more")
sys.exit(0 if surprising else 1)
PY
venv/bin/python check.py 2> errors || { tail -5 errors; exit 1; }
