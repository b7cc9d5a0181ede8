#!/usr/bin/env bash
# install.sh FOLDER: a Python with the frameworks that losses are exported to, networks are compared with, and TensorBoard, for
# ASL_EXPORT_PYTHON. Takes 7 GB: PyTorch's wheel brings its CUDA libraries along. The last line is the Python's path.
set -eu
cd "$(dirname "$0")"
python3 -m venv "$1" >&2
pip=("$1/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" -r requirements.txt >&2
"${pip[@]}" --no-build-isolation --no-deps mmcv-lite==2.1.0 addict==2.4.0 yapf==0.43.0 platformdirs==4.14.8 >&2
echo "$1/bin/python"
