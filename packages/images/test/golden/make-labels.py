"""Writes labels.json.gz: small label files of every kind with the values that other people's readers see in them.

    python make-labels.py

Made with Python 3.11, numpy 2.4.6, Pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6, nibabel 5.4.2.
Deterministic: the same versions write the same archive.

The archive is one JSON object, zipped:
    {"labels": [{"name", "file": base64, "height", "width", "slices", "channels", "sha256", "kind"?}],
     "refused": [{"name", "file": base64, "says": [text, …]}]}
`sha256` is over the values as little-endian int32, [slices, h, w] or [h, w, 3]. `says` are parts of the message.
"""

import base64
import gzip
import hashlib
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import nibabel
import numpy as np
import tifffile
from PIL import Image, PngImagePlugin

rng = np.random.default_rng(20261127)
labels, refused = [], []


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def label(name: str, data: bytes, seen: np.ndarray, written: np.ndarray | None = None, slices: int = 1, kind: str | None = None):
    """A file and what a reader sees in it; `written` is what was meant, where the reader's values can be compared."""
    seen = np.asarray(seen)
    if written is not None:
        np.testing.assert_array_equal(seen.astype(np.int64), np.asarray(written).astype(np.int64), err_msg=name)
    channels = 3 if slices == 1 and seen.ndim == 3 else 1
    shape = seen.shape[-2:] if channels == 1 else seen.shape[:2]
    values = np.ascontiguousarray(seen).astype("<i4")
    assert (values.astype(np.float64) == seen.astype(np.float64)).all(), name
    entry = dict(name=name, file=encode(data), height=int(shape[0]), width=int(shape[1]), slices=slices, channels=channels)
    entry["sha256"] = hashlib.sha256(values.tobytes()).hexdigest()
    if kind is not None:
        entry["kind"] = kind
    labels.append(entry)


def refuse(name: str, data: bytes, *says: str):
    refused.append(dict(name=name, file=encode(data), says=list(says)))


def noise(height: int, width: int, low: int, high: int, dtype=np.int64) -> np.ndarray:
    """Random values with both ends among them."""
    values = rng.integers(low, high, size=(height, width), endpoint=True, dtype=np.int64)
    values.flat[0], values.flat[-1] = low, high
    return values.astype(dtype)


def regions(height: int, width: int, classes: int) -> np.ndarray:
    """Larger regions, as labels have them."""
    y, x = np.mgrid[:height, :width]
    return ((y // 5 + x // 7 + (np.hypot(y - height / 2, x - width / 2) < height / 3) * 3) % classes).astype(np.uint8)


# PNG ------------------------------------------------------------------------------------------------------------------

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_rows(samples: np.ndarray, depth: int, filters) -> bytes:
    """Filtered rows of samples [h, w, channels]; a filter's number for each row comes from `filters`."""
    height, width, channels = samples.shape
    step = max(1, channels * depth // 8)
    before = bytes()
    out = bytearray()
    for row in samples:
        if depth == 16:
            raw = row.astype(">u2").tobytes()
        elif depth == 8:
            raw = row.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in row.ravel())
            bits += "0" * (-len(bits) % 8)
            raw = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
        before = before or bytes(len(raw))
        kind = next(filters)
        out.append(kind)
        for i, value in enumerate(raw):
            left = raw[i - step] if i >= step else 0
            corner = before[i - step] if i >= step else 0
            above = before[i]
            estimate = left + above - corner
            nearest = min((left, above, corner), key=lambda v: abs(estimate - v))
            out.append((value - [0, left, above, (left + above) // 2, nearest][kind]) & 255)
        before = raw
    return bytes(out)


def png(samples: np.ndarray, depth: int, colour: int, interlaced: bool, palette: bytes | None = None, parts: int = 1, extra: bytes = b"") -> bytes:
    samples = samples.reshape(*samples.shape[:2], -1)
    filters = iter(lambda c=[0]: c.__setitem__(0, c[0] + 1) or (c[0] * 3 + 1) % 5, None)
    passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
    pixels = zlib.compress(b"".join(png_rows(p, depth, filters) for p in passes if p.size), 9)
    size = -(-len(pixels) // parts)
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, colour, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + (chunk(b"PLTE", palette) if palette else b"")
        + b"".join(chunk(b"IDAT", pixels[i : i + size]) for i in range(0, len(pixels), size))
        + chunk(b"IEND", b"")
    )


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def pngs():
    sizes = [(1, 1), (1, 9), (9, 1), (3, 5), (8, 8), (13, 17)]
    for interlaced in (False, True):
        tag = "interlaced " if interlaced else ""
        for height, width in sizes:
            for depth in (1, 2, 4, 8):
                values = noise(height, width, 0, 2**depth - 1)
                # Pillow spreads grey values of few bits over all grey levels.
                data = png(values, depth, 0, interlaced)
                seen = np.asarray(opened(data)).astype(np.int64) // (1 if depth in (1, 8) else 255 // (2**depth - 1))
                label(f"{tag}grey PNG, {depth} bits, {height}x{width}", data, seen, values)
                palette = rng.integers(0, 256, size=3 * 2**depth, dtype=np.uint8).tobytes()
                data = png(values, depth, 3, interlaced, palette)
                label(f"{tag}palette PNG, {depth} bits, {height}x{width}", data, np.asarray(opened(data)), values)
            values = noise(height, width, 0, 65535)
            data = png(values, 16, 0, interlaced)
            label(f"{tag}grey PNG, 16 bits, {height}x{width}", data, np.asarray(opened(data)), values)
        colours = rng.integers(0, 256, size=(11, 7, 3))
        data = png(colours, 8, 2, interlaced, parts=3)
        label(f"{tag}RGB PNG", data, np.asarray(opened(data)), colours)
        opaque = np.concatenate([colours, np.full((11, 7, 1), 255)], axis=2)
        data = png(opaque, 8, 6, interlaced)
        label(f"{tag}RGBA PNG, opaque", data, np.asarray(opened(data))[..., :3], colours)
        grey = noise(11, 7, 0, 255)
        data = png(np.stack([grey, np.full_like(grey, 255)], axis=2), 8, 4, interlaced)
        label(f"{tag}grey PNG with alpha, opaque", data, np.asarray(opened(data))[..., 0], grey)
        data = png(np.stack([grey] * 3, axis=2), 8, 2, interlaced)
        label(f"{tag}RGB PNG, all grey", data, np.asarray(opened(data))[..., 0], grey)
        data = png(np.stack([grey] * 3 + [np.full_like(grey, 255)], axis=2), 8, 6, interlaced)
        label(f"{tag}RGBA PNG, all grey and opaque", data, np.asarray(opened(data))[..., 0], grey)
    # 16 bits of several channels: Pillow keeps 8 of them.
    wide = rng.integers(0, 65536, size=(5, 6, 3))
    label("RGB PNG, 16 bits", png(wide, 16, 2, False), wide)
    # As Pillow itself writes them.
    values = regions(40, 56, 4)
    for bits in (2, 4, 8):
        image = Image.fromarray(values, "P")
        image.putpalette(list(rng.integers(0, 256, size=3 * 2**bits)))
        out = io.BytesIO()
        image.save(out, "PNG", bits=bits, transparency=1)
        label(f"palette PNG by Pillow, {bits} bits, transparent index", out.getvalue(), np.asarray(opened(out.getvalue())), values)
    out = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "labels", zip=True)
    Image.fromarray(values).save(out, "PNG", pnginfo=info, dpi=(300, 300), icc_profile=b"\0" * 132, gamma=0.5)
    label("grey PNG by Pillow with texts and a profile", out.getvalue(), np.asarray(opened(out.getvalue())), values)
    out = io.BytesIO()
    Image.fromarray((values % 2 * 255).astype(np.uint8)).convert("1").save(out, "PNG")
    label("PNG of one bit by Pillow", out.getvalue(), np.asarray(opened(out.getvalue())), values % 2)
    big = regions(300, 400, 19)
    out = io.BytesIO()
    Image.fromarray(big).save(out, "PNG", optimize=True)
    label("grey PNG by Pillow, 19 classes", out.getvalue(), np.asarray(opened(out.getvalue())), big)

    good = png(noise(13, 17, 0, 255), 8, 0, False)
    refuse("PNG cut in half", good[: len(good) // 2], "ends too early")
    refuse("PNG without its last byte", good[:-1], "ends too early")
    refuse("PNG without its end", good[:-12], "ends too early")
    refuse("PNG of its signature", good[:8], "ends too early")
    damaged = bytearray(good)
    damaged[len(good) // 2] ^= 4
    refuse("PNG with a damaged pixel", bytes(damaged), "checksum")
    damaged = bytearray(good)
    damaged[20] ^= 1
    refuse("PNG with a damaged size", bytes(damaged), "checksum")
    huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100000, 100000, 8, 0, 0, 0, 0)) + good[33:]
    refuse("PNG that promises 100000 x 100000", huge, "100000 × 100000", "maximumPixels")
    small = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 17, 14, 8, 0, 0, 0, 0)) + good[33:]
    refuse("PNG with a row too few", small, "ends too early")
    small = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 17, 12, 8, 0, 0, 0, 0)) + good[33:]
    refuse("PNG with a row too many", small, "more than its header says")
    odd = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 17, 13, 3, 0, 0, 0, 0)) + good[33:]
    refuse("PNG of 3 bits", odd, "3 bits")
    alpha = np.stack([noise(5, 6, 0, 9), np.full((5, 6), 255)], axis=2)
    alpha[2, 3, 1] = 128
    refuse("grey PNG with a half transparent pixel", png(alpha, 8, 4, False), "alpha 128", "row 2, column 3", "1 of 30")
    image = [Image.fromarray(regions(8, 9, c)) for c in (2, 3)]
    out = io.BytesIO()
    image[0].save(out, "PNG", save_all=True, append_images=image[1:])
    refuse("animated PNG", out.getvalue(), "animated")
    text = bytearray(good)
    text[4:6] = b"\n\n"
    refuse("PNG sent as text", bytes(text).replace(b"\r\n", b"\n"), "line ends")


# GIF ------------------------------------------------------------------------------------------------------------------


def gifs():
    for classes in (2, 3, 16, 17, 256):
        for height, width in ((1, 1), (3, 50), (40, 33)):
            values = noise(height, width, 0, classes - 1) if classes < 200 else np.arange(height * width).reshape(height, width) % 256
            for interlace in (0, 1):
                image = Image.fromarray(values.astype(np.uint8), "P")
                palette = rng.permutation(256 * 256 * 256)[:classes]
                image.putpalette([int(v) >> s & 255 for v in palette for s in (16, 8, 0)])
                out = io.BytesIO()
                image.save(out, "GIF", interlace=interlace, optimize=False, comment=b"a label")
                label(f"GIF, {classes} values, {height}x{width}, interlace {interlace}", out.getvalue(), np.asarray(opened(out.getvalue())), values)
    values = noise(90, 90, 0, 255)  # Fills the table of codes more than once.
    image = Image.fromarray(values.astype(np.uint8), "L")
    out = io.BytesIO()
    image.save(out, "GIF")
    label("grey GIF of noise", out.getvalue(), np.asarray(opened(out.getvalue())), values)
    image = Image.fromarray(regions(30, 41, 4), "P")
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    out = io.BytesIO()
    image.save(out, "GIF", transparency=2)
    seen = opened(out.getvalue())
    label("GIF with a transparent index", out.getvalue(), np.asarray(seen), regions(30, 41, 4))
    mask = Image.fromarray((regions(30, 41, 2) * 255).astype(np.uint8))
    out = io.BytesIO()
    mask.save(out, "GIF")
    good = out.getvalue()
    # Pillow saves what is used of the palette: black is 0 and white 1.
    label("GIF of black and white", good, np.asarray(opened(good)), np.asarray(mask) // 255)

    refuse("GIF cut in half", good[: len(good) // 2], "ends too early")
    refuse("GIF without its end", good[:-1], "ends too early")
    refuse("GIF of its signature", good[:6], "ends too early")
    out = io.BytesIO()
    image.save(out, "GIF", save_all=True, append_images=[Image.fromarray(regions(30, 41, 3), "P")])
    refuse("animated GIF", out.getvalue(), "more than one frame")
    shrunk = bytearray(good)
    shrunk[6] += 1
    refuse("GIF with a frame smaller than its screen", bytes(shrunk), "screen")
    start = good.index(b"\x2c")
    codes = bytearray(good)
    codes[start + 12 : start + 14] = b"\xff\xff"
    refuse("GIF with codes that mean nothing", bytes(codes), "means nothing")


# BMP ------------------------------------------------------------------------------------------------------------------


def bmp(values: np.ndarray, depth: int, palette: bytes, top_down: bool = False, header: int = 40, compression: int = 0) -> bytes:
    height, width = values.shape
    rows = []
    for row in values if top_down else values[::-1]:
        bits = "".join(format(int(v), f"0{depth}b") for v in row)
        bits += "0" * (-len(bits) % 32)
        rows.append(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)))
    pixels = b"".join(rows)
    start = 14 + header + len(palette)
    info = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, depth, compression, len(pixels), 2835, 2835, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + info.ljust(header, b"\0") + palette + pixels


def bmp_with_alpha(colours: np.ndarray) -> bytes:
    """32 bits with masks that name the fourth byte as alpha."""
    height, width, _ = colours.shape
    pixels = colours[::-1, :, [2, 1, 0, 3]].astype(np.uint8).tobytes()
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    info = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(pixels), 2835, 2835, 0, 0) + masks
    return b"BM" + struct.pack("<IHHI", 122 + len(pixels), 0, 0, 122) + info.ljust(108, b"\0") + pixels


def bmps():
    for depth in (1, 4, 8):
        for height, width in ((1, 1), (5, 3), (7, 32), (11, 33)):
            for top_down in (False, True):
                values = noise(height, width, 0, 2**depth - 1)
                palette = rng.integers(0, 256, size=4 * 2**depth, dtype=np.uint8).tobytes()
                data = bmp(values, depth, palette, top_down)
                label(f"palette BMP, {depth} bits, {height}x{width}, {'down' if top_down else 'up'}", data, np.asarray(opened(data)), values)
    values = regions(9, 13, 2)
    for mode, array in (("1", values * 255), ("L", regions(9, 13, 5))):
        out = io.BytesIO()
        Image.fromarray(array.astype(np.uint8)).convert(mode).save(out, "BMP")
        label(f"BMP by Pillow, {mode}", out.getvalue(), np.asarray(opened(out.getvalue())), array if mode == "L" else values)
    colours = rng.integers(0, 256, size=(9, 13, 3), dtype=np.uint8)
    for mode in ("RGB", "RGBA"):
        out = io.BytesIO()
        Image.fromarray(colours).convert(mode).save(out, "BMP")
        label(f"BMP by Pillow, {mode}", out.getvalue(), np.asarray(opened(out.getvalue()).convert("RGB")), colours)

    data = bmp_with_alpha(np.dstack([colours, np.full((9, 13), 255)]))
    label("BMP with alpha, opaque", data, np.asarray(opened(data).convert("RGBA"))[..., :3], colours)

    good = bmp(values, 8, bytes(1024))
    refuse("BMP cut in half", good[: len(good) // 2], "ends too early")
    refuse("BMP without its last byte", good[:-1], "ends too early")
    refuse("BMP of 20 bytes", good[:20], "ends too early")
    huge = bytearray(good)
    huge[18:26] = struct.pack("<ii", 40000, 40000)
    refuse("BMP that promises 40000 x 40000", bytes(huge), "40000 × 40000", "maximumPixels")
    refuse("BMP of run lengths", bmp(values, 8, bytes(1024), compression=1), "compressed BMP")
    refuse("BMP with a transparent pixel", bmp_with_alpha(np.dstack([colours, np.where(np.arange(117) == 30, 9, 255).reshape(9, 13)])), "alpha 9", "row 2, column 4")
    old = b"BM" + struct.pack("<IHHI", 60, 0, 0, 32) + struct.pack("<IHHHH", 12, 2, 2, 1, 8) + bytes(40)
    refuse("BMP of OS/2", old, "OS/2")


# TIFF -----------------------------------------------------------------------------------------------------------------


def tiff(array: np.ndarray, **options) -> bytes:
    out = io.BytesIO()
    options.setdefault("photometric", "minisblack")
    tifffile.imwrite(out, array, metadata=None, software=None, datetime=None, **options)
    return out.getvalue()


def seen_tiff(data: bytes) -> np.ndarray:
    return tifffile.imread(io.BytesIO(data))


def tiffs():
    ranges = dict(u1=(0, 255), i1=(-128, 127), u2=(0, 65535), i2=(-32768, 32767), u4=(0, 2**31 - 1), i4=(-(2**31), 2**31 - 1), u8=(0, 2**31 - 1), i8=(-(2**31), 2**31 - 1), f2=(-99, 99), f4=(-9999, 9999), f8=(-(2**31), 2**31 - 1))
    for order, endian in (("<", "little"), (">", "big")):
        for dtype, (low, high) in ranges.items():
            integer = dtype[0] != "f"
            for compression in (None, "lzw", "zlib", "packbits"):
                predictors = [None]
                if compression in ("lzw", "zlib"):
                    predictors.append(2 if integer else 3 if dtype != "f2" else None)
                for predictor in dict.fromkeys(predictors):
                    for block in (dict(rowsperstrip=4), dict(tile=(16, 16))):
                        if compression == "packbits" and dtype[1] == "8":
                            continue
                        values = noise(13, 19, low, high, np.dtype(dtype))
                        data = tiff(values, byteorder=order, compression=compression, predictor=predictor, **block)
                        label(f"TIFF {dtype}, {endian} endian, {compression}, predictor {predictor}, {'tiles' if 'tile' in block else 'strips'}", data, seen_tiff(data), values)
    values = regions(60, 70, 21)
    for compression in ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate"):
        image = Image.fromarray(values, "P")
        image.putpalette(list(rng.integers(0, 256, size=768)))
        out = io.BytesIO()
        image.save(out, "TIFF", compression=compression)
        label(f"palette TIFF by Pillow, {compression}", out.getvalue(), np.asarray(opened(out.getvalue())), values)
    for compression in ("raw", "packbits", "tiff_lzw", "group3", "group4", "tiff_ccitt"):
        out = io.BytesIO()
        Image.fromarray((values % 2 * 255).astype(np.uint8)).convert("1").save(out, "TIFF", compression=compression)
        label(f"TIFF of one bit by Pillow, {compression}", out.getvalue(), np.asarray(opened(out.getvalue())), values % 2)
    bit = tiff((values % 2).astype(bool), photometric="miniswhite")
    label("TIFF of one bit, zero is white", bit, np.asarray(opened(bit)), 1 - values % 2)
    bit = tiff(regions(20, 37, 2).astype(bool), tile=(16, 16))
    label("TIFF of one bit, tiles", bit, seen_tiff(bit), regions(20, 37, 2))
    white = tiff(values, photometric="miniswhite")
    label("TIFF of bytes, zero is white", white, np.asarray(opened(white)), 255 - values.astype(int))
    for bits in (2, 4):
        packed = tiff(noise(11, 13, 0, 2**bits - 1, np.uint8), bitspersample=bits, rowsperstrip=4)
        label(f"TIFF of {bits} bits", packed, seen_tiff(packed))
    big = noise(70, 90, 0, 255, np.uint8)
    data = tiff(big, compression="lzw")
    label("TIFF of noise, lzw", data, seen_tiff(data), big)
    data = tiff(big, bigtiff=True, byteorder=">", rowsperstrip=7)
    label("BigTIFF, big endian", data, seen_tiff(data), big)
    many = noise(400, 3, 0, 65535, np.uint16)
    data = tiff(many, byteorder=">", rowsperstrip=1)
    label("TIFF of 400 strips, big endian", data, seen_tiff(data), many)
    colours = rng.integers(0, 256, size=(21, 18, 3), dtype=np.uint8)
    for options in (dict(), dict(planarconfig="separate"), dict(compression="zlib", predictor=2, tile=(16, 16)), dict(planarconfig="separate", compression="lzw", predictor=2)):
        array = np.moveaxis(colours, 2, 0) if "planarconfig" in options else colours
        data = tiff(array, photometric="rgb", **options)
        label(f"RGB TIFF {options}", data, np.asarray(opened(data)), colours)
    data = tiff(np.dstack([colours, np.full((21, 18), 255, np.uint8)]), photometric="rgb", extrasamples=["unassalpha"])
    label("RGBA TIFF, opaque", data, seen_tiff(data)[..., :3], colours)
    data = tiff(np.dstack([colours[..., 0], np.full((21, 18), 255, np.uint8)]), planarconfig="contig", extrasamples=["unassalpha"])
    label("grey TIFF with alpha, opaque", data, seen_tiff(data)[..., 0], colours[..., 0])
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        writer.write(values, photometric="minisblack", subifds=0, metadata=None, software=None)
        writer.write(values[::2, ::2], photometric="minisblack", subfiletype=1, metadata=None, software=None)
    label("TIFF with a small copy for quick looks", out.getvalue(), seen_tiff(out.getvalue()), values)

    good = tiff(values, compression="zlib")
    refuse("TIFF cut in half", good[: len(good) // 2], "ends too early")
    refuse("TIFF without its last byte", good[:-1], "ends too early")
    refuse("TIFF of its header", good[:8], "ends too early")
    damaged = bytearray(good)
    damaged[-20] ^= 255
    refuse("TIFF with a damaged strip", bytes(damaged), "bytes: ")
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        for _ in range(3):
            writer.write(values, photometric="minisblack", metadata=None, software=None)
    refuse("TIFF of three pages", out.getvalue(), "3 pages")
    fraction = values.astype(np.float32)
    fraction[3, 4] = 0.5
    refuse("TIFF with a fraction", tiff(fraction), "0.5", "row 3, column 4", "1 of 4200")
    fraction[0, 2] = np.nan
    refuse("TIFF with what is no number", tiff(fraction), "NaN", "row 0, column 2", "2 of 4200")
    large = values.astype(np.uint32)
    large[5, 6] = 2**31
    refuse("TIFF with a value of 2^31", tiff(large), "2147483648", "row 5, column 6")
    refuse("TIFF of three channels that are no colours", tiff(rng.integers(0, 9, size=(8, 9, 3), dtype=np.uint8), planarconfig="contig"), "3 channels", "one-hot")
    refuse("TIFF of five channels", tiff(rng.integers(0, 9, size=(8, 9, 5), dtype=np.uint8), planarconfig="contig"), "5 channels")
    refuse("TIFF of 16 bits, zero is white", tiff(values.astype(np.uint16), photometric="miniswhite"), "zero is white")
    refuse("TIFF to be turned", tiff(values, extratags=[(274, 3, 1, 6, True)]), "orientation 6")
    alpha = np.dstack([colours, np.full((21, 18), 255, np.uint8)])
    alpha[7, 8, 3] = 0
    refuse("RGB TIFF with a transparent pixel", tiff(alpha, photometric="rgb", extrasamples=["unassalpha"]), "alpha 0", "row 7, column 8")
    refuse("TIFF as JPEG", tiff(values, compression="jpeg"), "JPEG", "without loss")
    refuse("complex TIFF", tiff(values.astype(np.complex64)), "format 6")
    # The size is the first two fields of a directory.
    huge = bytearray(tiff(values))
    at = huge.index(struct.pack("<HHI", 256, 4, 1)) if struct.pack("<HHI", 256, 4, 1) in huge else huge.index(struct.pack("<HHI", 256, 3, 1))
    huge[at : at + 24] = struct.pack("<HHII", 256, 4, 1, 1000000) + struct.pack("<HHII", 257, 4, 1, 1000000)
    refuse("TIFF that promises 1000000 x 1000000", bytes(huge), "1000000 × 1000000", "maximumPixels")
    circle = bytearray(good)
    first = struct.unpack_from("<I", circle, 4)[0]
    count = struct.unpack_from("<H", circle, first)[0]
    circle[first + 2 + 12 * count : first + 6 + 12 * count] = struct.pack("<I", first)
    refuse("TIFF whose pages go in a circle", bytes(circle), "circle")


# numpy ----------------------------------------------------------------------------------------------------------------


def npy(array: np.ndarray, version=None) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version, allow_pickle=True)
    return out.getvalue()


def npys():
    ranges = dict(b1=(0, 1), u1=(0, 255), i1=(-128, 127), u2=(0, 65535), i2=(-32768, 32767), u4=(0, 2**31 - 1), i4=(-(2**31), 2**31 - 1), u8=(0, 2**31 - 1), i8=(-(2**31), 2**31 - 1), f2=(-99, 99), f4=(-9999, 9999), f8=(-(2**31), 2**31 - 1))
    for dtype, (low, high) in ranges.items():
        for end in "<>":
            for order in "CF":
                values = noise(7, 11, low, high).astype(np.dtype(dtype).newbyteorder(end), order=order)
                data = npy(values)
                label(f"npy {end}{dtype}, order {order}", data, np.load(io.BytesIO(data)), values)
    volume = noise(4 * 5, 6, -3, 300).reshape(4, 5, 6)
    for order in "CF":
        data = npy(np.asarray(volume, dtype=np.int16, order=order))
        label(f"npy of a volume, order {order}", data, np.load(io.BytesIO(data)), volume, slices=4)
    for version in ((2, 0), (3, 0)):
        label(f"npy of version {version[0]}", npy(volume[0], version), volume[0])
    label("npy of [h, w, 1]", npy(volume[0][..., None]), volume[0])
    label("npy of [1, h, w]", npy(volume[:1]), volume[0])
    label("npy of [1, 1, h, w]", npy(volume[None, :1]), volume[0])
    for name, save in (("npz", np.savez), ("compressed npz", np.savez_compressed)):
        out = io.BytesIO()
        save(out, labels=volume)
        # The archive's dates are of today.
        fixed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive, zipfile.ZipFile(fixed, "w") as target:
            for info in archive.infolist():
                entry = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
                target.writestr(entry, archive.read(info), info.compress_type)
        good = fixed.getvalue()
        label(name, good, np.load(io.BytesIO(good))["labels"], volume, slices=4)
        damaged = bytearray(good)
        damaged[150] ^= 1
        refuse(f"{name} with a damaged byte", bytes(damaged), "bytes: ")
        refuse(f"{name} cut in half", good[: len(good) // 2], "bytes: ")
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as target:
        for name in ("labels", "weights"):
            target.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), npy(volume))
    refuse("npz of two arrays", two.getvalue(), "2 arrays", "labels, weights")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as target:
        target.writestr(zipfile.ZipInfo("readme.txt", (1980, 1, 1, 0, 0, 0)), b"hello")
    refuse("ZIP of a text", other.getvalue(), "ZIP")
    good = npy(volume)
    refuse("npy cut in half", good[: len(good) // 2], "in place of 120, for [4, 5, 6]")
    refuse("npy without its last byte", good[:-1], "in place of 120, for [4, 5, 6]")
    refuse("npy of 9 bytes", good[:9], "ends too early")
    refuse("npy with more behind it", good + good, "in place of 120, for [4, 5, 6]")
    refuse("npy of objects", npy(np.array([[1, 2], [3, None]], dtype=object)), "O")
    refuse("npy of records", npy(np.zeros((2, 2), dtype=[("a", "u1")])), "records")
    refuse("npy of complex numbers", npy(volume[0].astype(np.complex64)), "c8")
    refuse("npy of text", npy(np.array([["a", "b"]])), "U1")
    refuse("npy of one axis", npy(volume.ravel()), "[120]")
    refuse("npy of four axes", npy(volume[None].repeat(2, 0)), "[2, 4, 5, 6]")
    refuse("npy without pixels", npy(volume[:, :0]), "empty")
    refuse("npy with fractions", npy(volume / 4 + 0.1), "row 0, column 0", "120 of 120")
    refuse("npy with infinity", npy(np.array([[1, np.inf]])), "Infinity", "row 0, column 1")
    refuse("npy with a value of 2^31", npy(np.array([[1, 2**31]])), "2147483648", "row 0, column 1")
    refuse("npy with a value of 2^63", npy(np.array([[1, 2**63]], dtype=np.uint64)), "9223372036854775808")
    refuse("npy with a value below -2^31", npy(np.array([[-(2**31) - 1]])), "-2147483649")
    huge = good.replace(b"(4, 5, 6)", b"(4000, 50000, 60000)")
    refuse("npy that promises 4000 x 50000 x 60000", huge, "4000 × 50000 × 60000", "maximumPixels")


# NIfTI ----------------------------------------------------------------------------------------------------------------


def nifti(voxels: np.ndarray, endian: str = "<", slope=None, intercept=None, kind=nibabel.Nifti1Image) -> bytes:
    header = kind.header_class(endianness=endian)
    header.set_data_dtype(voxels.dtype)
    header.set_data_shape(voxels.shape)
    header["scl_slope"] = np.nan if slope is None else slope
    header["scl_inter"] = np.nan if intercept is None else intercept
    start = 352 if kind is nibabel.Nifti1Image else 544
    header["vox_offset"] = start
    header["magic"] = b"n+1" if kind is nibabel.Nifti1Image else b"n+2"
    body = np.asfortranarray(voxels.astype(voxels.dtype.newbyteorder(endian))).tobytes(order="F")
    return header.binaryblock.ljust(start, b"\0") + body


def seen_nifti(data: bytes, kind=nibabel.Nifti1Image) -> np.ndarray:
    """[z, y, x]"""
    image = kind.from_bytes(data)
    values = np.asarray(image.dataobj)
    values = values.reshape(*(values.shape + (1, 1, 1))[:3])
    rounded = np.rint(values)
    assert np.abs(rounded - values).max() < 1e-3
    return rounded.T


def squeeze(values: np.ndarray) -> np.ndarray:
    return values[0] if len(values) == 1 else values


def niftis():
    ranges = dict(u1=(0, 255), i1=(-128, 127), u2=(0, 65535), i2=(-32768, 32767), u4=(0, 2**31 - 1), i4=(-(2**31), 2**31 - 1), u8=(0, 2**31 - 1), i8=(-(2**31), 2**31 - 1), f4=(-9999, 9999), f8=(-(2**31), 2**31 - 1))
    for kind in (nibabel.Nifti1Image, nibabel.Nifti2Image):
        for dtype, (low, high) in ranges.items():
            for endian in "<>":
                voxels = noise(5 * 6, 3, low, high, np.dtype(dtype)).reshape(5, 6, 3)
                data = nifti(voxels, endian, kind=kind)
                label(f"{kind.__name__} {endian}{dtype}", data, seen_nifti(data, kind), voxels.T, slices=3)
    for shape in ((7, 5), (7, 5, 1), (7, 5, 4, 1), (7, 5, 4, 1, 1), (1, 6, 4)):
        voxels = noise(int(np.prod(shape)), 1, 0, 4, np.uint8).reshape(shape)
        data = nifti(voxels)
        seen = seen_nifti(data)
        label(f"NIfTI of shape {shape}", data, squeeze(seen), slices=len(seen))
    voxels = noise(5 * 6, 3, 0, 200, np.int16).reshape(5, 6, 3)
    for slope, intercept in ((0, 5), (1, 0), (2, 0), (1, -10), (0.5, None), (1 / 3, 0), (0.1, 0.3)):
        # What is stored so that the scaled values are whole.
        stored = voxels if slope in (0, 1, 2) else np.rint(voxels * (2 if slope == 0.5 else 3 if slope != 0.1 else 10)).astype(np.int16)
        if slope == 0.1:
            stored = (stored - 3).astype(np.int16)
        data = nifti(stored, slope=slope, intercept=0 if intercept is None else intercept)
        label(f"NIfTI with slope {slope:.4g}, intercept {intercept}", data, seen_nifti(data), slices=3)
    # Values near 7015, as FreeSurfer's, from a slope that float32 cannot hold.
    near = nifti((voxels.astype(np.int32) + 7015).astype(np.float32) - np.float32(0.0005))
    label("NIfTI of floats near whole numbers", near, seen_nifti(near), voxels.T.astype(int) + 7015, slices=3)
    good = gzip.compress(nifti(voxels), mtime=0)
    label("zipped NIfTI", good, seen_nifti(gzip.decompress(good)), voxels.T, slices=3)

    plain = nifti(voxels)
    refuse("NIfTI cut in half", plain[: len(plain) * 3 // 4], "ends too early")
    refuse("NIfTI without its last byte", plain[:-1], "ends too early")
    refuse("zipped NIfTI cut in half", good[: len(good) // 2], "bytes: ")
    refuse("zipped NIfTI without its last byte", good[:-1], "ends too early")
    damaged = bytearray(good)
    damaged[-40] ^= 8
    refuse("zipped NIfTI with a damaged byte", bytes(damaged), "bytes: ")
    refuse("NIfTI of two volumes", nifti(voxels[..., None].repeat(2, 3)), "5 × 6 × 3 × 2")
    refuse("NIfTI of vectors", nifti(voxels[..., None, None].repeat(2, 4)), "5 × 6 × 3 × 1 × 2")
    refuse("NIfTI with fractions", nifti(voxels, slope=0.37, intercept=0), "is no whole number", "slice ")
    fraction = voxels.astype(np.float32)
    fraction[4, 3, 2] = 1.5
    refuse("NIfTI with a fraction", nifti(fraction), "1.5 at slice 2, row 3, column 4", "1 of 90")
    refuse("complex NIfTI", nifti(voxels.astype(np.complex64)), "kind 32")
    pair = bytearray(plain)
    pair[344:347] = b"ni1"
    refuse("NIfTI header of a pair", bytes(pair), "pair")
    huge = bytearray(plain)
    struct.pack_into("<4h", huge, 40, 3, 30000, 30000, 30000)
    refuse("NIfTI that promises 30000 x 30000 x 30000", bytes(huge), "30000 × 30000 × 30000", "maximumPixels")
    refuse("zipped NIfTI that promises 30000 x 30000 x 30000", gzip.compress(bytes(huge), mtime=0), "30000 × 30000 × 30000")
    bomb = gzip.compress(plain + bytes(50_000_000), mtime=0)
    refuse("zipped NIfTI with far more behind it", bomb, "bytes: ")
    refuse("gzip of a text", gzip.compress(b"hello" * 100, mtime=0), "gzip")


# JPEG and what is no label --------------------------------------------------------------------------------------------


def others():
    mask = np.zeros((48, 64), np.uint8)
    mask[16:32, 8:48] = 255
    for mode in ("L", "RGB"):
        out = io.BytesIO()
        Image.fromarray(mask).convert(mode).save(out, "JPEG", quality=95)
        label(f"JPEG of a mask along its blocks, {mode}", out.getvalue(), np.asarray(opened(out.getvalue()).convert("L")), mask)
    out = io.BytesIO()
    Image.fromarray((mask > 0).astype(np.uint8) * 2).save(out, "JPEG", quality=95)
    label("JPEG of values up to 2", out.getvalue(), np.asarray(opened(out.getvalue())))
    jpeg = io.BytesIO()
    Image.fromarray(mask[3:, 5:]).save(jpeg, "JPEG", quality=75)
    refuse("JPEG of a mask across its blocks", jpeg.getvalue(), "JPEG", "blurs", "row ")
    jpeg = io.BytesIO()
    Image.fromarray(regions(40, 40, 8)).save(jpeg, "JPEG", quality=90)
    refuse("JPEG of classes", jpeg.getvalue(), "JPEG", "blurs")
    refuse("JPEG cut in half", out.getvalue()[: len(out.getvalue()) // 2], "bytes: ")
    for kind in ("WEBP", "AVIF"):
        out = io.BytesIO()
        Image.fromarray(mask).convert("RGB").save(out, kind)
        refuse(f"a picture as {kind}", out.getvalue(), "WebP" if kind == "WEBP" else kind, "PNG")
    refuse("empty file", b"", "an empty file")
    refuse("one byte", b"\x89", "no picture")
    refuse("SVG", b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>', "SVG")
    refuse("HTML", b"\n<!DOCTYPE html><html><body>404</body></html>", "web page")
    refuse("PDF", b"%PDF-1.7\n%\xe2\xe3", "PDF")
    refuse("JSON", b'{"version": "5.0", "shapes": []}', "JSON", "polygons")
    refuse("Git LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull")
    refuse("HDF5", b"\x89HDF\r\n\x1a\n" + bytes(64), "HDF5")
    refuse("text", b"hello, this is text", "no picture")
    refuse("zeros", bytes(400), "no picture")


for part in (pngs, gifs, bmps, tiffs, npys, niftis, others):
    part()
assert len({entry["name"] for entry in labels + refused}) == len(labels) + len(refused)
text = json.dumps(dict(labels=labels, refused=refused), ensure_ascii=False)
Path(__file__).with_name("labels.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(len(labels), "labels,", len(refused), "refused")
