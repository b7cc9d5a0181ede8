#!/usr/bin/env bash
# torch 2.15.0 on Linux with glibc: each operation on a tensor above 32 MB has its result's memory mapped anew, page by page.
#
# A product of a 96 MB tensor on the CPU, again and again, its result given back each time, takes 24,576 page faults each: as many as the result
# has pages of 4 KB. One of 24 MB takes a few hundred at most. torch's CPU allocator keeps nothing of what is given back, and glibc's
# threshold, above which memory is mapped, grows with what is freed, but to 32 MB only. Expected is that a training step, whose tensors
# have the same sizes each time, is past its first-touch costs after the first step. Who is hurt: whoever trains or measures on CPUs
# with batches whose logits have more than 32 MB: most of an elementwise operation's time is the kernel's, and a comparison of two
# implementations is one of how many large temporaries they make. With MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_ set, it is gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet torch==2.15.0 numpy
cat > check.py <<'PY'
import resource
import sys

import torch

torch.set_num_threads(1)


def faults(megabytes, rounds=20):
    """Page faults of a product, once the first few are over, and the share of its time that is the kernel's."""
    tensor = torch.ones(megabytes * 2**20 // 4)
    for _ in range(10):
        tensor * 2
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(rounds):
        tensor * 2
    after = resource.getrusage(resource.RUSAGE_SELF)
    kernel, own = after.ru_stime - before.ru_stime, after.ru_utime - before.ru_utime
    return (after.ru_minflt - before.ru_minflt) / rounds, kernel / (kernel + own)


large, share = faults(96)
small, _ = faults(24)
pages = 96 * 2**20 // resource.getpagesize()
print(f"torch {torch.__version__}, {sys.argv[1]}")
print(f"24 MB: {small:.0f} page faults a product; 96 MB: {large:.0f} of {pages} pages, {share:.0%} of its time in the kernel")
anew = large > 0.95 * pages and small < 0.25 * pages / 4
none = large < 0.2 * pages
raise SystemExit(0 if (anew if sys.argv[1] == "as it comes" else none) else 1)
PY
venv/bin/python check.py "as it comes" &&
  MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=20000000000 venv/bin/python check.py "told to keep memory" &&
  echo "as described: mapped anew each time" || { echo "no longer as described"; exit 1; }
