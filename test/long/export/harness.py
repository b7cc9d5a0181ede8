"""What the scripts of all frameworks share."""

import importlib.util
import json
import pathlib
import sys


def cases(folder):
    """The cases of a folder, each with the path of its exported file."""
    read = json.loads((pathlib.Path(folder) / "cases.json").read_text())
    return [{**case, "file": str(pathlib.Path(folder) / case["file"])} for case in read]


def load(file, name):
    """The class or function of an exported file."""
    spec = importlib.util.spec_from_file_location(pathlib.Path(file).stem, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Keras registers classes by their module
    spec.loader.exec_module(module)
    return getattr(module, name)


def refused(call, words):
    """Raises unless the call is refused with these words."""
    try:
        call()
    except ValueError as error:
        assert words in str(error), error
        return
    raise AssertionError(f"not refused: {words}")


def write(results):
    """[[value, gradient] in float64, the same in float32] of each case, on standard output; nan stays nan."""
    json.dump(results, sys.stdout)
