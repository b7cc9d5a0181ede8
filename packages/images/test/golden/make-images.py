"""Writes images.json.gz: small pictures of every kind with the pixels that Pillow and tifffile see in them.

    python make-images.py

Made with Python 3.11, numpy 2.4.6, Pillow 13.0.0, tifffile 2026.3.3, imagecodecs 2026.3.6. Deterministic.

The archive is one JSON object, zipped:
    {"images": [{"name", "file": base64, "height", "width", "rgb": base64, "error": most that a pixel may differ,
                 "notes": [text, …], "options": {…}}],
     "refused": [{"name", "file": base64, "says": [text, …], "options": {…}}]}
"""

import base64
import gzip
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

rng = np.random.default_rng(20261128)
images, refused = [], []
H, W = 12, 20
y, x = np.mgrid[:H, :W]
ramp = np.rint(np.linspace(0, 255, H * W)).astype(np.uint8).reshape(H, W)
colours = np.dstack([ramp, ramp[::-1], (x * 12 + y).astype(np.uint8)])
noise = rng.integers(0, 256, size=(H, W, 3), dtype=np.uint8)


def encode(data) -> str:
    return base64.b64encode(bytes(data)).decode()


def image(name: str, data: bytes, rgb: np.ndarray, *notes: str, error: int = 0, **options):
    rgb = np.asarray(rgb)
    if rgb.ndim == 2:
        rgb = np.dstack([rgb] * 3)
    rgb = rgb[..., :3].astype(np.uint8)
    images.append(dict(name=name, file=encode(data), height=rgb.shape[0], width=rgb.shape[1], rgb=encode(rgb.tobytes()), error=error, notes=list(notes), options=options))


def refuse(name: str, data: bytes, *says: str, **options):
    refused.append(dict(name=name, file=encode(data), says=list(says), options=options))


def save(picture: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def seen(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def tiff(array: np.ndarray, **options) -> bytes:
    out = io.BytesIO()
    options.setdefault("photometric", "minisblack")
    tifffile.imwrite(out, array, metadata=None, software=None, datetime=None, **options)
    return out.getvalue()


def scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.floor((values.astype(np.float64) - low) * 255 / (high - low) + 0.5)


rgb, grey = Image.fromarray(noise), Image.fromarray(ramp)
alpha = np.full((H, W), 255, np.uint8)
half = alpha.copy()
half[3, 4:6] = 7
for kind, options in (("PNG", {}), ("TIFF", {}), ("TIFF", dict(compression="tiff_lzw")), ("BMP", {}), ("WEBP", dict(lossless=True))):
    data = save(rgb, kind, **options)
    image(f"RGB {kind} {options}", data, noise)
    np.testing.assert_array_equal(seen(data), noise)
    if kind != "WEBP":
        image(f"grey {kind} {options}", save(grey, kind, **options), ramp)
for kind, least in (("JPEG", 3), ("AVIF", 4)):
    data = save(Image.fromarray(colours), kind, quality=95, subsampling=0 if kind == "JPEG" else "4:4:4")
    image(f"RGB {kind}", data, seen(data), error=least)
data = save(grey, "JPEG", quality=95)
image("grey JPEG", data, seen(data), error=1)
data = save(Image.fromarray(colours).convert("CMYK"), "JPEG", quality=100, subsampling=0)
# Pillow inverts print colours by arithmetic, the image library by a profile: only that it is a picture is checked.
image("CMYK JPEG", data, seen(data), error=140)
palette = Image.fromarray((ramp // 16).astype(np.uint8), "P")
palette.putpalette(list(rng.integers(0, 256, size=48)))
for bits in (4, 8):
    data = save(palette, "PNG", bits=bits)
    image(f"palette PNG, {bits} bits", data, seen(data))
for kind in ("GIF", "BMP", "TIFF"):
    data = save(palette, kind)
    image(f"palette {kind}", data, seen(data))
bit = Image.fromarray((ramp > 127).astype(np.uint8) * 255).convert("1")
for kind in ("PNG", "BMP", "TIFF"):
    image(f"{kind} of one bit", save(bit, kind), (ramp > 127) * 255)
for kind in ("PNG", "TIFF", "WEBP"):
    options = dict(lossless=True, exact=True) if kind == "WEBP" else {}
    image(f"RGBA {kind}, opaque", save(Image.fromarray(np.dstack([noise, alpha])), kind, **options), noise)
    image(f"RGBA {kind}, partly transparent", save(Image.fromarray(np.dstack([noise, half])), kind, **options), noise, "not opaque at 2 of 240")
image("grey PNG with alpha", save(Image.fromarray(np.dstack([ramp, half])), "PNG"), ramp, "not opaque at 2 of 240")
palette.info["transparency"] = 5
data = save(palette, "PNG", transparency=5)
image("palette PNG with a transparent index", data, np.asarray(palette.convert("RGB")), "not opaque at 16 of 240" if (ramp // 16 == 5).sum() == 16 else f"not opaque at {(ramp // 16 == 5).sum()} of 240")

# 16 bits.
wide = (ramp.astype(np.uint16) * 257) ^ (x * 3).astype(np.uint16)
wide[-1, -1] = 65535
for name, data in (("PNG", save(Image.fromarray(wide), "PNG")), ("TIFF", tiff(wide)), ("big-endian TIFF", tiff(wide, byteorder=">", compression="zlib", predictor=2))):
    image(f"{name} of 16 bits", data, scaled(wide, 0, 65535))
    image(f"{name} of 16 bits, whole range", data, scaled(wide, 0, 65535), range=[0, 65535])
twelve = np.rint(ramp / 255 * 4095).astype(np.uint16)
for name, data in (("PNG", save(Image.fromarray(twelve), "PNG")), ("TIFF", tiff(twelve))):
    image(f"{name} of 12 bits in 16", data, scaled(twelve, 0, 65535), "up to 4095", "images.range: [0, 4095]")
    image(f"{name} of 12 bits in 16, with its range", data, scaled(twelve, 0, 4095), range=[0, 4095])
    refuse(f"{name} of 12 bits in 16, with a smaller range", data, "[0, 1023]", "row ", "from 0 to 4095", range=[0, 1023])
deep = noise.astype(np.uint16) * 257
deep[0, 0] = 65535
data = tiff(deep, photometric="rgb")
image("RGB TIFF of 16 bits", data, scaled(deep, 0, 65535))
image("8 bits with a range", save(grey, "PNG"), ramp, "images.range was not used", range=[0, 4095])

# Floats and long or signed integers.
unit = ramp / 255
for dtype in (np.float16, np.float32, np.float64):
    data = tiff(unit.astype(dtype))
    refuse(f"{dtype.__name__} TIFF in 0 to 1", data, "from 0 to 1", "images.range: [0, 1]")
    image(f"{dtype.__name__} TIFF in 0 to 1, with its range", data, scaled(unit.astype(dtype), 0, 1), range=[0, 1])
data = tiff((ramp - 20.5).astype(np.float32), tile=(16, 16), compression="lzw", predictor=3)
refuse("float32 TIFF with negative values", data, "from -20.5 to 234.5", "images.range: [-21, 235]")
refuse("float32 TIFF with values above its range", tiff(ramp.astype(np.float32)), "2 at row", "images.range, [0, 1]", range=[0, 1])
image("float32 TIFF in 0 to 255, with its range", tiff(ramp.astype(np.float32)), ramp, range=[0, 255])
nothing = unit.astype(np.float32)
nothing[2, 3] = np.nan
refuse("float32 TIFF with what is no number", tiff(nothing), "NaN at row 2, column 3", range=[0, 1])
rgbs = tiff((colours / 255).astype(np.float32), photometric="rgb")
refuse("RGB float32 TIFF", rgbs, "float32 TIFF", "images.range: [0, 1]")
image("RGB float32 TIFF, with its range", rgbs, colours, range=[0, 1])
for dtype in (np.int16, np.int32, np.uint32):
    signed = tiff(ramp.astype(dtype))
    refuse(f"{dtype.__name__} TIFF", signed, "from 0 to 255", "images.range: [0, 255]")
    image(f"{dtype.__name__} TIFF, with its range", signed, ramp, range=[0, 255])

# Channels.
five = rng.integers(0, 256, size=(H, W, 5), dtype=np.uint8)
refuse("TIFF of five channels", tiff(five, planarconfig="contig"), "5 channels")
refuse("RGB TIFF of five channels", tiff(five, planarconfig="contig", photometric="rgb"), "5 channels")
refuse("TIFF of four channels that are no colours", tiff(five[..., :4], planarconfig="contig"), "4 channels")
refuse("float TIFF of five channels", tiff(five.astype(np.float32), planarconfig="contig"), "5 channels", range=[0, 255])

# More than one picture.
frames = [Image.fromarray(ramp // 128 * 255), Image.fromarray(255 - ramp // 128 * 255)]
for kind in ("GIF", "WEBP", "PNG", "TIFF"):
    options = dict(lossless=True) if kind == "WEBP" else {}
    data = save(frames[0].convert("RGB") if kind == "WEBP" else frames[0], kind, save_all=True, append_images=frames[1:], **options)
    image(f"{kind} of two pictures", data, ramp // 128 * 255, "the first was taken")
out = io.BytesIO()
with tifffile.TiffWriter(out) as writer:
    writer.write(noise, photometric="rgb", metadata=None, software=None)
    writer.write(np.ascontiguousarray(noise[::2, ::2]), photometric="rgb", subfiletype=1, metadata=None, software=None)
image("TIFF with a small copy for quick looks", out.getvalue(), noise)

# Broken files.
for kind, options in (("PNG", {}), ("JPEG", {}), ("WEBP", dict(lossless=True)), ("TIFF", {}), ("GIF", {}), ("BMP", {}), ("AVIF", {})):
    data = save(rgb, kind, **options)
    refuse(f"{kind} cut in half", data[: len(data) // 2], "bytes: ")
data = bytearray(save(rgb, "PNG"))
data[len(data) // 2] ^= 1
refuse("PNG with a damaged byte", bytes(data), "checksum")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


data = save(grey, "PNG")
refuse("PNG that promises 30000 x 30000", data[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 8, 0, 0, 0, 0)) + data[33:], "30000 × 30000", "maximumPixels")
refuse("a picture of 240 pixels where 100 are allowed", save(rgb, "JPEG"), "12 × 20", "maximumPixels", maximumPixels=100)
refuse("empty file", b"", "an empty file")
refuse("SVG", b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>', "SVG")
refuse("PDF", b"%PDF-1.7\n", "PDF")
refuse("HTML", b"<!DOCTYPE html><html/>", "web page")
refuse("Git LFS", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull")
out = io.BytesIO()
np.save(out, ramp)
refuse("npy", out.getvalue(), ".npy", "PNG or TIFF")

assert len({entry["name"] for entry in images + refused}) == len(images) + len(refused)
text = json.dumps(dict(images=images, refused=refused), ensure_ascii=False)
Path(__file__).with_name("images.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(len(images), "images,", len(refused), "refused")
