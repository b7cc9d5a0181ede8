"""Writes folders.json.gz: 1,000 folders of labels as people have them, with the class counts that an independent reader finds.

    python make-folders.py
    python make-folders.py FILE COUNT SEED    # others, for a night

Made with Python 3.11, numpy 2.4.6, Pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6, nibabel 5.4.2. Deterministic.
Every label is written by one of these libraries (or by the encoders of make-labels.py) and read back by one of them; the
counts are of what was read back, mapped by this script's own tables of the data sets' published label values.

The archive is a JSON list, zipped. A folder:
    name      what it is
    images    {path: [height, width]}: pictures that must exist; their pixels do not matter
    files     {path: base64}: labels, masks, lists, maps, junk
    split     where they are: images, labels, imageSuffix, labelSuffix, list, masks, maskSuffix
    classes   how many classes, or their names; absent where the map says so
    labels    what values mean: map, ignore, colors
and either
    counts    {image's path: {classes: [pixels of each], ignored: pixels, slices: how many}}
or
    refused   {names: what the message must name, a path or an option; says: [text, …]}
"""

import base64
import gzip
import io
import json
import struct
import sys
import unicodedata
from pathlib import Path

import nibabel
import numpy as np
import tifffile
from PIL import Image

HERE = Path(__file__).parent
# The encoders there write at once; here only its functions are wanted.
source = (HERE / "make-labels.py").read_text().split("\nfor part in (")[0]
encoders: dict = {}
exec(compile(source, "make-labels.py", "exec"), encoders)
png, bmp, tiff, npy, nifti, chunk = (encoders[name] for name in ("png", "bmp", "tiff", "npy", "nifti", "chunk"))

IGNORED = -12345
TARGET, COUNT, SEED = (sys.argv[1:] + [str(HERE / "folders.json.gz"), "1000", "20261129"][len(sys.argv) - 1 :])
rng = np.random.default_rng(int(SEED))


def pick(*choices):
    return choices[rng.integers(len(choices))]


def chance(share: float) -> bool:
    return rng.random() < share


# What values mean --------------------------------------------------------------------------------------------------------

CITYSCAPES = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]
COCO_UNUSED = [11, 25, 28, 29, 44, 65, 67, 68, 70, 82, 90]


class Scheme:
    """Which values occur, what they mean, and which options say so."""

    def __init__(self, name, table, options, classes=None, count=None, alone=()):
        self.name, self.table, self.options, self.classes = name, table, options, classes
        self.count = count if count is not None else len(classes) if isinstance(classes, list) else classes
        # Values that must not make up a file by themselves: what they mean would be open.
        self.alone = alone

    def values(self, height, width):
        values = np.array(sorted(self.table))
        some = rng.choice(values, size=min(len(values), int(rng.integers(1, 7))), replace=False)
        return rng.choice(some, size=(height, width))

    def counts(self, seen, mask=None):
        seen = np.asarray(seen)
        counts, ignored = [0] * self.count, 0
        keep = np.ones(seen.shape, bool) if mask is None else np.broadcast_to(mask, seen.shape)
        for value, kept in zip(seen.ravel().tolist(), keep.ravel().tolist()):
            target = self.table[int(value)]
            if target == IGNORED or not kept:
                ignored += 1
            else:
                counts[target] += 1
        return dict(classes=counts, ignored=ignored)


def scalar_scheme() -> Scheme:
    kind = pick("plain", "plain", "ignore", "ignore", "voc", "cityscapes", "cityscapes-train-ids", "ade20k", "coco-stuff", "binary", "binary-jpeg", "one-based", "object", "object", "json", "nnunet")
    if kind == "plain":
        count = int(rng.integers(2, 21))
        return Scheme(kind, {v: v for v in range(count)}, {}, count)
    if kind == "ignore":
        count = int(rng.integers(2, 21))
        ignored = [int(v) for v in rng.choice([255, -1, 254, 65535, 100], size=rng.integers(1, 3), replace=False)]
        table = {v: v for v in range(count)} | {v: IGNORED for v in ignored}
        return Scheme(kind, table, dict(ignore=ignored if len(ignored) > 1 or chance(0.5) else ignored[0]), count)
    if kind == "voc":
        return Scheme(kind, {v: v for v in range(21)} | {255: IGNORED}, dict(map="voc"), count=21)
    if kind == "cityscapes":
        table = {v: IGNORED for v in (-1, *range(34), 255)} | {v: i for i, v in enumerate(CITYSCAPES)}
        return Scheme(kind, table, dict(map="cityscapes"), count=19)
    if kind == "cityscapes-train-ids":
        return Scheme(kind, {v: v for v in range(19)} | {255: IGNORED, -1: IGNORED}, dict(map="cityscapes-train-ids"), count=19)
    if kind == "ade20k":
        return Scheme(kind, {0: IGNORED} | {v: v - 1 for v in range(1, 151)}, dict(map="ade20k"), count=150)
    if kind == "coco-stuff":
        used = [v for v in range(182) if v not in COCO_UNUSED]
        return Scheme(kind, {v: i for i, v in enumerate(used)} | {255: IGNORED}, dict(map="coco-stuff"), count=171)
    if kind == "binary":
        return Scheme(kind, {0: 0, 255: 1}, dict(map="binary"), count=2)
    if kind == "binary-jpeg":
        return Scheme(kind, {v: 0 for v in range(4)} | {v: 1 for v in range(252, 256)}, dict(map="binary-jpeg"), count=2)
    if kind == "one-based":
        count = int(rng.integers(2, 21))
        return Scheme(kind, {0: IGNORED} | {v: v - 1 for v in range(1, count + 1)}, dict(map="one-based"), count)
    if kind == "nnunet":
        count = int(rng.integers(2, 6))
        own = np.sort(rng.choice(12, size=count, replace=False)).tolist()
        names = {f"part {v}": v for v in own}
        table = {v: i for i, v in enumerate(own)}
        if chance(0.5):
            names["ignore"] = 12
            table[12] = IGNORED
        scheme = Scheme(kind, table, dict(map="./dataset.json"), count=count)
        scheme.file = ("dataset.json", json.dumps(dict(channel_names={"0": "CT"}, labels=names, file_ending=".nii.gz")).encode())
        return scheme
    # A map that a person wrote, of any values.
    count = int(rng.integers(2, 6))
    names = [f"class-{chr(97 + i)}" for i in range(count)]
    low, high = pick((0, 255), (0, 65535), (-300, 300), (0, 2**31 - 1))
    values = sorted({int(v) for v in rng.integers(low, high, size=count + 3, endpoint=True)})
    table, written = {}, {}
    for place, value in enumerate(values):
        target = place if place < count else int(rng.integers(count + 1))
        table[value] = IGNORED if target == count else target
        written[str(value)] = "ignore" if target == count else names[target] if chance(0.5) else target
    if len(values) < count:
        return scalar_scheme()
    if kind == "object":
        return Scheme(kind, table, dict(map=written), names)
    scheme = Scheme(kind, table, dict(map="./values.json"), names)
    scheme.file = ("values.json", (b"\xef\xbb\xbf" if chance(0.3) else b"") + json.dumps(written).encode())
    return scheme


def colour_scheme() -> Scheme:
    count = int(rng.integers(2, 7))
    names = [f"class-{chr(97 + i)}" for i in range(count)]
    packed = [int(v) for v in rng.choice(2**24, size=count + 2, replace=False)]
    if chance(0.4):
        packed[0], packed[1] = 0, 0xFFFFFF
    rgb = [[p >> 16, p >> 8 & 255, p & 255] for p in packed]
    table = {p: i for i, p in enumerate(packed[:count])}
    kind = pick("list", "names", "csv")
    ignored = []
    if chance(0.5):
        table[packed[count]] = IGNORED
        ignored.append(f"#{packed[count]:06x}")
    named = dict(zip(names, rgb))
    if kind != "list" and chance(0.5):
        named["void"] = rgb[count + 1]
        table[packed[count + 1]] = IGNORED
        ignored.append("void")
    options = dict(ignore=ignored) if ignored else {}
    if kind == "list":
        return Scheme("colours in a list", table, options | dict(colors=rgb[:count]), names)
    order = rng.permutation(len(named))
    named = {list(named)[i]: list(named.values())[i] for i in order}
    if kind == "names":
        return Scheme("colours by name", table, options | dict(colors=named), names)
    scheme = Scheme("colours in class_dict.csv", table, options | dict(colors="./class_dict.csv"), names)
    lines = ["name,r,g,b"] + [f"{name},{r},{g},{b}" for name, (r, g, b) in named.items()]
    scheme.file = ("class_dict.csv", pick("\n", "\r\n").join(lines).encode())
    return scheme


# Files: each gives the bytes and what a reader sees in them -----------------------------------------------------------------


def pillow(data: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(data))
    image.load()
    return np.asarray(image)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def bits_for(values) -> list[int]:
    return [bits for bits in (1, 2, 4, 8) if values.max() < 2**bits]


def random_palette(size: int) -> bytes:
    return rng.integers(0, 256, size=3 * size, dtype=np.uint8).tobytes()


def write_png(values):
    interlaced = chance(0.3)
    if values.max() > 255 or chance(0.1):
        data = png(values, 16, 0, interlaced)
        return ".png", data, pillow(data)
    bits = pick(*bits_for(values))
    if chance(0.5):
        data = png(values, bits, 3, interlaced, random_palette(2**bits))
        return ".png", data, pillow(data)
    data = png(values, bits, 0, interlaced)
    # Pillow spreads grey values of few bits over all grey levels.
    return ".png", data, pillow(data).astype(int) // (1 if bits in (1, 8) else 255 // (2**bits - 1))


def write_alpha_png(values):
    channels = pick(1, 3)
    data = png(np.dstack([values] * channels + [np.full_like(values, 255)]), 8, 4 if channels == 1 else 6, chance(0.3))
    return ".png", data, pillow(data)[..., 0]


def write_rgb_png(values):
    data = png(np.dstack([values] * 3), 8, 2, chance(0.3))
    return ".png", data, pillow(data)[..., 0]


def write_gif(values):
    image = Image.fromarray(values.astype(np.uint8), "P")
    image.putpalette(random_palette(256))
    data = saved(image, "GIF", interlace=pick(0, 1), optimize=False)
    return ".gif", data, pillow(data)


def write_greys(values):
    """A palette of greys: made to show indices, or by a program that saved a grey picture so. Both readings are given."""
    if chance(0.5):
        image = Image.fromarray(values.astype(np.uint8))
        data = saved(image, "GIF")
        if chance(0.5):
            # As optimizers of PNG do.
            own = np.unique(values)
            image = Image.fromarray(np.searchsorted(own, values).astype(np.uint8), "P")
            image.putpalette([int(v) for v in own for _ in range(3)])
            data = saved(image, "PNG")
    else:
        image = Image.fromarray(values.astype(np.uint8), "P")
        greys = rng.permutation(256)
        if chance(0.5):
            greys = np.concatenate([[0], rng.permutation(np.arange(1, 256))])
        image.putpalette([int(v) for v in greys for _ in range(3)])
        data = saved(image, pick("GIF", "PNG", "BMP", "TIFF"))
    image = Image.open(io.BytesIO(data))
    ending = {"GIF": ".gif", "PNG": ".png", "BMP": ".bmp", "TIFF": ".tif"}[image.format]
    return ending, data, (np.asarray(image), np.asarray(image.convert("L")))


def meant(scheme, index, grey):
    """What of two readings is meant, where one can tell; otherwise None."""
    fits = [{int(v) for v in np.unique(seen)} <= set(scheme.table) for seen in (index, grey)]
    if (index == grey).all():
        return index
    if all(fits):
        same = all(scheme.table[int(a)] == scheme.table[int(b)] for a, b in zip(index.ravel(), grey.ravel()))
        return index if same else None
    if fits[0]:
        # Index 0 is black in palettes that were made for indices.
        return index if ((index == 0) == (grey == 0)).all() else None
    return grey


def write_bmp(values):
    bits = pick(*[b for b in bits_for(values) if b != 2])
    data = bmp(values, bits, rng.integers(0, 256, size=4 * 2**bits, dtype=np.uint8).tobytes(), chance(0.3))
    return ".bmp", data, pillow(data)


def number_types(values, kinds: str) -> list[str]:
    types = [t for t in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8") if np.iinfo(t).min <= values.min() and values.max() <= np.iinfo(t).max]
    if "f" in kinds and abs(values).max() < 2**24:
        types.append("f4")
    return types + ["f8"] if "f" in kinds else types


def write_tiff(values):
    dtype = pick(*number_types(values, "f"))
    compression = pick(None, "lzw", "zlib", "packbits" if dtype[1] != "8" else None)
    predictor = pick(None, 2 if dtype[0] != "f" else 3) if compression in ("lzw", "zlib") else None
    block = pick(dict(rowsperstrip=int(rng.integers(1, 6))), dict(tile=(16, 16)), {})
    data = tiff(values.astype(dtype), byteorder=pick("<", ">"), compression=compression, predictor=predictor, **block)
    return pick(".tif", ".tiff", ".TIF"), data, tifffile.imread(io.BytesIO(data))


def write_palette_tiff(values):
    image = Image.fromarray(values.astype(np.uint8), "P")
    image.putpalette(random_palette(256))
    data = saved(image, "TIFF", compression=pick("raw", "packbits", "tiff_lzw", "tiff_deflate"))
    return ".tif", data, pillow(data)


def write_npy(values):
    dtype = np.dtype(pick(*number_types(values, "f"))).newbyteorder(pick("<", ">"))
    data = npy(np.asarray(values, dtype=dtype, order=pick("C", "F")))
    return ".npy", data, np.load(io.BytesIO(data))


def write_npz(values):
    out = io.BytesIO()
    with encoders["zipfile"].ZipFile(out, "w") as target:
        info = encoders["zipfile"].ZipInfo("labels.npy", (1980, 1, 1, 0, 0, 0))
        target.writestr(info, npy(values.astype(pick(*number_types(values, "")))), pick(0, 8))
    return ".npz", out.getvalue(), np.load(io.BytesIO(out.getvalue()))["labels"]


def write_nifti(values):
    types = [t for t in number_types(values, "f")]
    kind = pick(nibabel.Nifti1Image, nibabel.Nifti2Image)
    slope = pick(None, None, 1, 2)
    stored = values.T
    intercept = None
    if slope == 2:
        # Stored as halves of what they are, from −1 on.
        stored, intercept = values.T - (values.T & 1), 0
    data = nifti(stored.astype(pick(*types)) if slope != 2 else (stored // 2).astype(np.int32), pick("<", ">"), slope, 0 if slope == 1 else intercept, kind)
    seen = np.asarray(kind.from_bytes(data).dataobj)
    zipped = chance(0.5)
    return ".nii.gz" if zipped else ".nii", gzip.compress(data, mtime=0) if zipped else data, seen.reshape(seen.shape[:2]).T


def write_scalar(scheme: Scheme, height: int, width: int):
    """A file whose values are in the scheme's table, as its reader sees them."""
    while True:
        values = scheme.values(height, width)
        small = 0 <= values.min() and values.max() <= 255
        writers = [write_tiff, write_npy, write_npz, write_nifti]
        if 0 <= values.min() and values.max() <= 65535:
            writers += [write_png] * 4
        if small:
            writers += [write_greys, write_gif, write_bmp, write_palette_tiff, write_alpha_png, write_rgb_png, write_png]
        writer = pick(*writers)
        ending, data, seen = writer(values)
        readings = seen if isinstance(seen, tuple) else (seen,)
        if any({int(v) for v in np.unique(reading)} <= set(scheme.table) for reading in readings):
            return ending, data, meant(scheme, *seen) if isinstance(seen, tuple) else seen


def write_volume(scheme: Scheme, height: int, width: int):
    slices = [scheme.values(height, width) for _ in range(int(rng.integers(2, 4)))]
    volume = np.stack(slices)
    if chance(0.5):
        data = npy(np.asarray(volume, dtype=pick(*number_types(volume, "f")), order=pick("C", "F")))
        return ".npy", data, np.load(io.BytesIO(data))
    data = nifti(volume.T.astype(pick(*number_types(volume, ""))), pick("<", ">"))
    seen = np.asarray(nibabel.Nifti1Image.from_bytes(data).dataobj).T
    return ".nii.gz", gzip.compress(data, mtime=0), seen


def pack(rgb) -> np.ndarray:
    rgb = np.asarray(rgb).astype(int)
    return rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]


def write_colours(scheme: Scheme, height: int, width: int):
    values = scheme.values(height, width)
    rgb = np.dstack([values >> 16, values >> 8 & 255, values & 255]).astype(np.uint8)
    kind = pick("PNG", "PNG", "RGBA", "interlaced", "BMP", "TIFF", "palette PNG", "palette GIF")
    if kind == "RGBA":
        data = png(np.dstack([rgb, np.full_like(rgb[..., 0], 255)]), 8, 6, False)
    elif kind == "interlaced":
        data = png(rgb, 8, 2, True)
    elif kind == "TIFF":
        data = tiff(rgb, photometric="rgb", compression=pick(None, "lzw", "zlib"), predictor=None)
    elif kind.startswith("palette"):
        own = np.unique(values)
        indices = np.searchsorted(own, values).astype(np.uint8)
        image = Image.fromarray(indices, "P")
        image.putpalette([int(v) >> s & 255 for v in own for s in (16, 8, 0)])
        data = saved(image, kind.split()[1])
        kind = kind.split()[1]
    else:
        data = saved(Image.fromarray(rgb), kind)
    ending = {"BMP": ".bmp", "TIFF": ".tif", "GIF": ".gif"}.get(kind, ".png")
    return ending, data, pack(Image.open(io.BytesIO(data)).convert("RGB"))


# Folders --------------------------------------------------------------------------------------------------------------------

IMAGE_SUFFIXES = ["", "", "", "_leftImg8bit", "_0000", "_sat"]
LABEL_SUFFIXES = ["", "", "", "_gtFine_labelIds", "_mask", "_seg", "-labels"]


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def junk(files: dict, name: str, suffix: str):
    for path, data in (
        (f"labels/._{name}{suffix}.png", b"\0\x05\x16\x07"),
        ("labels/.DS_Store", b"\0\0\0\1Bud1"),
        ("labels/Thumbs.db", b"\xd0\xcf\x11\xe0"),
        (f"labels/.ipynb_checkpoints/{name}{suffix}-checkpoint.png", b"no picture"),
        (f"__MACOSX/labels/._{name}.png", b"\0\x05\x16\x07"),
        ("labels/readme.txt", b"labels"),
    ):
        if chance(0.4):
            files[path] = encode(data)


def list_file(names: list[str], suffix: str) -> bytes:
    """Names that count, in one of the ways in which such lists are written."""
    lines = list(names)
    form = pick("plain", "ending", "flags", "prefix", "suffix")
    if form == "ending":
        lines = [f"{name}{suffix}.png" for name in lines]
    elif form == "suffix":
        lines = [f"{name}{suffix}" for name in lines]
    elif form == "flags":
        lines = [f"{name} {pick(' 1', '1', ' 0')}" for name in lines]
    elif form == "prefix":
        lines = [f"/data/of/another/machine/{name}{suffix}.png" for name in lines]
    if chance(0.2):
        lines = [line.replace("/", "\\") for line in lines]
    if chance(0.3):
        lines = [unicodedata.normalize("NFD", line) for line in lines]
    end = pick("\n", "\r\n")
    text = end.join(lines) + pick("", end, end * 3)
    encoding = pick("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "utf-16-le")
    if encoding == "utf-16-be-mark":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(encoding)


class Folder:
    def __init__(self, number: int):
        self.number = number
        self.scheme = colour_scheme() if chance(0.2) else scalar_scheme()
        self.coloured = self.scheme.name.startswith("colours")
        self.image_suffix, self.label_suffix = pick(*IMAGE_SUFFIXES), pick(*LABEL_SUFFIXES)
        if "cityscapes" == self.scheme.name and self.label_suffix == "":
            self.label_suffix = "_gtFine_labelIds"
        self.nested = pick("no", "no", "both", "images")
        self.files, self.images, self.seen, self.paths, self.masks = {}, {}, {}, {}, {}
        if hasattr(self.scheme, "file"):
            name, content = self.scheme.file
            self.files[name] = encode(content)
        self.masked = chance(0.1)
        count = int(rng.integers(1, 4))
        stems = [pick("a", "img", "Größe", "scene 1", "x.y", "frankfurt_000000") + f"_{i:02d}" for i in range(count)]
        for stem in stems:
            self.add(stem)
        self.listed = None
        if chance(0.25):
            # The first is not in the list, if there are others.
            own = list(self.images)
            self.listed = own[1:] if len(own) > 1 else own
            self.files["list.txt"] = encode(list_file([self.paths[i][0] for i in self.listed], self.image_suffix))
        junk(self.files, stems[0], self.label_suffix)

    def add(self, stem: str):
        height, width = int(rng.integers(2, 13)), int(rng.integers(2, 13))
        volume = not self.coloured and not self.masked and chance(0.04)
        writer = write_colours if self.coloured else write_volume if volume else write_scalar
        ending, data, seen = writer(self.scheme, height, width)
        if ending == ".png" and chance(0.1):
            ending = ".PNG"
        city = f"city{int(rng.integers(2))}/"
        name = (city if self.nested != "no" else "") + stem
        label = (city if self.nested == "both" else "") + stem
        disk = (lambda text: unicodedata.normalize("NFD", text)) if chance(0.3) else (lambda text: text)
        image = f"images/{name}{self.image_suffix}.png"
        path = f"labels/{disk(label)}{self.label_suffix}{ending}"
        self.images[image] = [height, width]
        self.files[path] = encode(data)
        self.paths[image] = (name, path)
        self.seen[image] = seen
        if self.masked:
            mask = (rng.random((height, width)) < 0.7).astype(np.uint8) * 255
            form = pick("GIF", "PNG")
            self.files[f"masks/{label}_fov.{form.lower()}"] = encode(saved(Image.fromarray(mask), form))
            self.masks[image] = mask > 0

    def manifest(self) -> dict:
        split = dict(images="images", labels="labels")
        if self.image_suffix:
            split["imageSuffix"] = self.image_suffix
        if self.label_suffix:
            split["labelSuffix"] = self.label_suffix
        if self.listed is not None:
            split["list"] = "list.txt"
        if self.masked:
            split |= dict(masks="masks", maskSuffix="_fov")
        entry = dict(name=f"{self.number:04d} {self.scheme.name}", images=self.images, files=self.files, split=split)
        if self.scheme.classes is not None:
            entry["classes"] = self.scheme.classes
        if self.scheme.options:
            entry["labels"] = self.scheme.options
        counted = self.listed if self.listed is not None else list(self.images)
        # A message names the first in the order of names, or of the list.
        names = counted if self.listed is not None else sorted(counted)
        unclear = [image for image in names if self.seen[image] is None]
        if unclear:
            entry["name"] += ", unclear greys"
            entry["refused"] = dict(names=self.paths[unclear[0]][1], says=["greys"])
            return entry
        entry["counts"] = {
            image: self.scheme.counts(self.seen[image], self.masks.get(image)) | dict(slices=1 if self.seen[image].ndim == 2 else len(self.seen[image]))
            for image in counted
        }
        return entry


def spoil(folder: Folder, entry: dict) -> dict:
    """Breaks one thing of a folder; the message must name it."""
    counted = list(entry["counts"])
    image = counted[int(rng.integers(len(counted)))]
    path = folder.paths[image][1]
    data = bytearray(base64.b64decode(entry["files"][path]))
    ways = ["cut", "empty", "page", "pointer", "missing", "unknown", "unknown", "fraction"]
    if path.lower().endswith(".png"):
        ways += ["flip", "flip", "huge", "transparent"]
    if path.endswith((".nii.gz", ".npz")):
        ways += ["flip"]
    if not path.lower().endswith((".npy", ".npz", ".nii", ".nii.gz")):
        ways += ["animated"]
    way = pick(*ways)
    if folder.listed is not None and way == "missing":
        way = "empty"
    named, says = path, []
    height, width = entry["images"][image]
    if way == "cut":
        data = data[: int(rng.integers(1, max(2, int(len(data) * 0.7))))]
    elif way == "empty":
        data, says = bytearray(), ["an empty file"]
    elif way == "page":
        data, says = bytearray(b"<!DOCTYPE html><html>Not found</html>"), ["web page"]
    elif way == "pointer":
        data, says = bytearray(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"), ["git lfs pull"]
    elif way == "flip":
        # Within what checksums protect.
        low, high = (8, len(data) - 12) if path.lower().endswith(".png") else (45 if path.endswith(".npz") else 12, len(data) - 90 if path.endswith(".npz") else len(data) - 4)
        at = int(rng.integers(low, max(low + 1, high)))
        data[at] ^= 1 << int(rng.integers(8))
    elif way == "huge":
        head = struct.pack(">II", 70000, 80000) + bytes(data[24:29])
        data = data[:8] + chunk(b"IHDR", head) + data[33:]
        says = ["80000 × 70000", "maximumPixels"]
    elif way == "transparent":
        values = rng.integers(0, 2, size=(height, width))
        alpha = np.full((height, width), 255)
        alpha[height - 1, width - 1] = 0
        data, says = bytearray(png(np.dstack([values, alpha]), 8, 4, False)), ["transparent", f"row {height - 1}, column {width - 1}"]
    elif way == "animated":
        frames = [Image.fromarray(rng.integers(0, 255, size=(height, width), dtype=np.uint8)) for _ in range(2)]
        data, says = bytearray(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])), ["more than one frame"]
    elif way == "fraction":
        values = np.zeros((height, width), np.float32)
        values[1, 0] = 0.25
        data, says = bytearray(tiff(values)), ["0.25", "row 1, column 0"]
    elif way == "unknown":
        if folder.coloured:
            colour = next(c for c in iter(lambda: int(rng.integers(2**24)), None) if c not in folder.scheme.table)
            pixels = np.array([[colour >> 16, colour >> 8 & 255, colour & 255]] * (height * width), np.uint8).reshape(height, width, 3)
            data, says = bytearray(saved(Image.fromarray(pixels), "PNG")), [f"#{colour:06x}"]
        else:
            value = next(v for v in iter(lambda: int(rng.integers(256)), None) if v not in folder.scheme.table)
            values = np.full((height, width), min(folder.scheme.table, key=lambda v: (v < 0, v)), np.int64)
            values[0, 1] = value
            if values.max() > 65535:
                return spoil(folder, entry)
            data, says = bytearray(png(values, 16, 0, False)), [f"{value} at 1", "row 0, column 1"]
    if way == "missing":
        del entry["files"][path]
        named = Path(image).name if len(entry["images"]) > 1 else ""
    else:
        # All these bytes say what they are, whatever the name.
        entry["files"][path] = encode(bytes(data))
    del entry["counts"]
    entry["name"] += f", {way}"
    entry["refused"] = dict(names=named, says=says)
    return entry


folders = []
for number in range(int(COUNT)):
    folder = Folder(number)
    entry = folder.manifest()
    folders.append(spoil(folder, entry) if chance(0.3) and "counts" in entry else entry)
text = json.dumps(folders, ensure_ascii=False)
Path(TARGET).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
refused = sum("refused" in entry for entry in folders)
files = sum(len(entry["images"]) for entry in folders)
print(len(folders), "folders,", refused, "refused,", files, "labels")
