"""Small images of every format and mode with the RGB bytes that Pillow reads from them.

Writes test/reference/images/<files> and test/reference/images.json. What Pillow cannot write (16-bit color PNG, Adam7,
sub-byte gray, tiled and planar TIFF, run-length BMP, text PNM, …) is written here byte by byte or by tifffile.

Run: python test/reference/images.py
"""

import base64
import hashlib
import io
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import PIL
import tifffile
from PIL import Image, ImageCms, ImageOps, features

HERE = Path(__file__).parent
FOLDER = HERE / "images"
W, H = 23, 17
rng = np.random.default_rng(2020)


def gradient(w=W, h=H):
    """Smooth color with an edge and some noise: kind to no codec."""
    y, x = np.mgrid[0:h, 0:w]
    r = x * 255 // max(w - 1, 1)
    g = y * 255 // max(h - 1, 1)
    b = np.where(x + y > (w + h) // 2, 220, 30)
    rgb = np.stack([r, g, b], -1) + rng.integers(-12, 13, (h, w, 3))
    return rgb.clip(0, 255).astype(np.uint8)


RGB = gradient()
GRAY = gradient()[:, :, 0]
ALPHA = gradient()[:, :, 1]
BITS = GRAY > 128
RGB16 = (RGB.astype(np.uint16) << 8) | rng.integers(0, 256, RGB.shape, dtype=np.uint16)
GRAY16 = (GRAY.astype(np.uint16) << 8) | rng.integers(0, 256, GRAY.shape, dtype=np.uint16)
RGBA = np.dstack([RGB, ALPHA])
LA = np.dstack([GRAY, ALPHA])
CMYK = np.dstack([255 - RGB, ALPHA // 3])
PALETTE = Image.fromarray(RGB).quantize(32)


def saved(image, fmt, **options):
    buffer = io.BytesIO()
    image.save(buffer, fmt, **options)
    return buffer.getvalue()


def profile(space):
    """A color profile without the time of its making."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()
    return data[:24] + struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + data[36:]


# PNG by hand -----------------------------------------------------------------------------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(row, depth):
    """One row of samples as PNG stores them."""
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype(np.uint8).tobytes()
    per = 8 // depth
    flat = np.concatenate([row.ravel(), np.zeros(-row.size % per, row.dtype)]).reshape(-1, per).astype(np.uint32)
    return (flat << np.arange(8 - depth, -1, -depth)).sum(1).astype(np.uint8).tobytes()


ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(samples, depth, color, interlaced=False, before=b""):
    h, w = samples.shape[:2]
    passes = [samples[y::dy, x::dx] for y, x, dy, dx in ADAM7] if interlaced else [samples]
    data = b"".join(b"\0" + packed(row, depth) for part in passes if part.size for row in part)
    head = struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


# BMP by hand -----------------------------------------------------------------------------------------------------------


def bmp(body, bits, w=W, h=H, colors=b"", compression=0, masks=b"", core=False, used=0):
    if core:
        info = struct.pack("<IHHHH", 12, w, h, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", 40, w, h, 1, bits, compression, len(body), 2835, 2835, used, 0) + masks
    offset = 14 + len(info) + len(colors)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + info + colors + body


def rows4(rows):
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


INDEX = np.asarray(PALETTE)
COLORS = np.asarray(PALETTE.getpalette()[: 32 * 3], np.uint8).reshape(-1, 3)
QUADS = np.hstack([COLORS[:, ::-1], np.zeros((32, 1), np.uint8)])
QUADS256 = np.vstack([QUADS, np.zeros((224, 4), np.uint8)]).tobytes()
INDEX4 = INDEX % 16


def rle8(index):
    """Runs, absolute stretches, a delta and line ends, so that each kind of code occurs."""
    out = b""
    for y, row in enumerate(index[::-1]):
        x = 0
        while x < len(row):
            run = 1
            while x + run < len(row) and row[x + run] == row[x] and run < 255:
                run += 1
            if run == 1 and len(row) - x >= 3:
                n = min(len(row) - x, 5)
                out += bytes([0, n]) + row[x : x + n].tobytes() + b"\0" * (n % 2)
                x += n
            else:
                out += bytes([run, row[x]])
                x += run
        out += b"\0\0"
    return out + b"\0\1"


# PNM by hand -----------------------------------------------------------------------------------------------------------


def text(samples):
    return "\n".join(" ".join(str(v) for v in row.ravel()) for row in samples).encode() + b"\n"


# -----------------------------------------------------------------------------------------------------------------------

cases = []


def add(name, data, lossy=False, warnings=(), expected=None, tolerance=0, why=None):
    """`expected` stands in where Pillow's own RGB is not what is wanted; `why` says so in the fixture."""
    (FOLDER / name).write_bytes(data)
    with Image.open(io.BytesIO(data)) as image:
        mode = image.mode
        pixels = np.asarray(image.convert("RGB")) if expected is None else expected
        oriented = np.asarray(ImageOps.exif_transpose(image).convert("RGB")) if "orientation" in name else None
    case = {
        "file": name,
        "mode": mode,
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "lossy": lossy,
        "tolerance": tolerance,
        "warnings": list(warnings),
        "rgb": base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode(),
    }
    if why:
        case["why"] = why
    if oriented is not None:
        case["oriented"] = {
            "height": oriented.shape[0],
            "width": oriented.shape[1],
            "rgb": base64.b64encode(np.ascontiguousarray(oriented).tobytes()).decode(),
        }
    cases.append(case)


def high(samples):
    """16 bits to 8 as Pillow does it for color: the high byte."""
    bytes_ = (samples >> 8).astype(np.uint8)
    return np.repeat(bytes_[:, :, None], 3, 2) if bytes_.ndim == 2 else bytes_[:, :, :3]


CHROMA = "libheif repeats subsampled chroma where libavif interpolates it: far apart at edges of color alone"
SCALED = "16 bits are scaled to 8 by their high byte, as Pillow does for color; for gray Pillow clips to white"
DEEP = ["SCALED_TO_8_BITS"]
TRANSPARENT = ["TRANSPARENCY_DROPPED"]
FRAMES = ["FIRST_FRAME_ONLY"]
TURNED = ["ORIENTATION_IGNORED"]


def write_png():
    add("png-rgb.png", saved(Image.fromarray(RGB), "PNG"))
    add("png-rgba.png", saved(Image.fromarray(RGBA), "PNG"), warnings=TRANSPARENT)
    add("png-gray.png", saved(Image.fromarray(GRAY), "PNG"))
    add("png-gray-alpha.png", saved(Image.fromarray(LA), "PNG"), warnings=TRANSPARENT)
    add("png-bilevel.png", saved(Image.fromarray(BITS), "PNG"))
    add("png-palette.png", saved(PALETTE, "PNG"))
    add("png-palette-4-bit.png", saved(Image.fromarray(RGB).quantize(16), "PNG", bits=4))
    add("png-palette-2-bit.png", saved(Image.fromarray(RGB).quantize(4), "PNG", bits=2))
    add("png-palette-1-bit.png", saved(Image.fromarray(RGB).quantize(2), "PNG", bits=1))
    add("png-palette-transparent-index.png", saved(PALETTE, "PNG", transparency=3), warnings=TRANSPARENT)
    add("png-palette-alpha.png", saved(PALETTE, "PNG", transparency=bytes(range(0, 256, 8))), warnings=TRANSPARENT)
    add("png-gray-transparent.png", saved(Image.fromarray(GRAY), "PNG", transparency=int(GRAY[0, 0])), warnings=TRANSPARENT)
    rgb = tuple(int(v) for v in RGB[0, 0])
    add("png-rgb-transparent.png", saved(Image.fromarray(RGB), "PNG", transparency=rgb), warnings=TRANSPARENT)
    add("png-gray-2-bit.png", png(GRAY >> 6, 2, 0))
    add("png-gray-4-bit.png", png(GRAY >> 4, 4, 0))
    add("png-gray-16.png", png(GRAY16, 16, 0), warnings=DEEP, expected=high(GRAY16), why=SCALED)
    add("png-rgb-16.png", png(RGB16, 16, 2), warnings=DEEP)
    rgba16 = np.dstack([RGB16, GRAY16])
    add("png-rgba-16.png", png(rgba16, 16, 6), warnings=DEEP + TRANSPARENT)
    la16 = np.dstack([GRAY16, RGB16[:, :, 0]])
    add("png-gray-alpha-16.png", png(la16, 16, 4), warnings=DEEP + TRANSPARENT)
    add("png-interlaced.png", png(RGB, 8, 2, interlaced=True))
    add("png-interlaced-bilevel.png", png(BITS.astype(np.uint8), 1, 0, interlaced=True))
    add("png-gamma.png", png(RGB, 8, 2, before=chunk(b"gAMA", struct.pack(">I", 100000))))
    chromaticities = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
    add("png-chromaticities.png", png(RGB, 8, 2, before=chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"cHRM", chromaticities)))
    add("png-profile.png", saved(Image.fromarray(RGB), "PNG", icc_profile=profile("XYZ")))
    add("png-one-pixel.png", saved(Image.fromarray(RGB[:1, :1]), "PNG"))
    add("png-one-row.png", saved(Image.fromarray(RGB[:1]), "PNG"))
    add("png-one-column.png", saved(Image.fromarray(RGB[:, :1]), "PNG"))
    exif = Image.Exif()
    exif[0x0112] = 6
    add("png-orientation-6.png", saved(Image.fromarray(RGB), "PNG", exif=exif), warnings=TURNED)
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    add("png-animated.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:]))


def write_jpeg():
    near = dict(lossy=True, tolerance=1)
    image = Image.fromarray(gradient(43, 37))
    for name, sampling in [("444", 0), ("422", 1), ("420", 2)]:
        add(f"jpeg-{name}.jpg", saved(image, "JPEG", subsampling=sampling, quality=90), **near)
    add("jpeg-low-quality.jpg", saved(image, "JPEG", quality=10), **near)
    add("jpeg-progressive.jpg", saved(image, "JPEG", progressive=True), **near)
    add("jpeg-restart.jpg", saved(image, "JPEG", restart_marker_blocks=2), **near)
    add("jpeg-gray.jpg", saved(Image.fromarray(GRAY), "JPEG"), **near)
    add("jpeg-cmyk.jpg", saved(Image.fromarray(CMYK, "CMYK"), "JPEG", quality=95), **near)
    # The same bytes read as YCCK, and without the marker that tells inverted inks: Pillow inverts them always.
    cmyk = saved(Image.fromarray(CMYK, "CMYK"), "JPEG", quality=95)
    adobe = cmyk.index(b"\xff\xee")
    transform = adobe + 4 + 11
    add("jpeg-ycck.jpg", cmyk[:transform] + b"\2" + cmyk[transform + 1 :], **near)
    add("jpeg-cmyk-unmarked.jpg", cmyk[:adobe] + cmyk[adobe + 16 :], **near)
    add("jpeg-one-pixel.jpeg", saved(Image.fromarray(RGB[:1, :1]), "JPEG"), **near)
    add("jpeg-rgb-kept.jpg", saved(Image.fromarray(RGB), "JPEG", keep_rgb=True), **near)
    add("jpeg-profile.jpg", saved(image, "JPEG", icc_profile=profile("LAB")), **near)
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = saved(Image.fromarray(RGB), "JPEG", exif=exif)
        add(f"jpeg-orientation-{orientation}.jpg", data, warnings=TURNED, **near)


def write_webp():
    add("webp-lossless.webp", saved(Image.fromarray(RGB), "WEBP", lossless=True))
    add("webp-lossless-alpha.webp", saved(Image.fromarray(RGBA), "WEBP", lossless=True, exact=True), warnings=TRANSPARENT)
    add("webp-lossy.webp", saved(Image.fromarray(RGB), "WEBP", quality=80), lossy=True)
    add("webp-lossy-alpha.webp", saved(Image.fromarray(RGBA), "WEBP", quality=80), lossy=True, warnings=TRANSPARENT)
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    add("webp-animated.webp", data, warnings=FRAMES)


def write_bmp():
    add("bmp-rgb.bmp", saved(Image.fromarray(RGB), "BMP"))
    add("bmp-gray.bmp", saved(Image.fromarray(GRAY), "BMP"))
    add("bmp-bilevel.bmp", saved(Image.fromarray(BITS), "BMP"))
    add("bmp-palette.bmp", saved(PALETTE, "BMP"))
    add("bmp-rgba.bmp", saved(Image.fromarray(RGBA), "BMP"))
    bottom_up = [row[:, ::-1].tobytes() for row in RGB[::-1]]
    add("bmp-top-down.bmp", bmp(rows4(bottom_up[::-1]), 24, h=-H))
    add("bmp-os2.bmp", bmp(rows4(bottom_up), 24, core=True))
    add("bmp-os2-palette.bmp", bmp(rows4([row.tobytes() for row in INDEX[::-1]]), 8, core=True, colors=np.vstack([COLORS[:, ::-1], np.zeros((224, 3), np.uint8)]).tobytes()))
    quads = [np.dstack([RGB[:, :, ::-1], ALPHA])[y].tobytes() for y in range(H - 1, -1, -1)]
    add("bmp-32-bit.bmp", bmp(b"".join(quads), 32))
    add("bmp-4-bit.bmp", bmp(rows4([packed(row, 4) for row in INDEX4[::-1]]), 4, colors=QUADS[:16].tobytes()))
    five = RGB.astype(np.uint16) >> 3
    packed555 = (five[:, :, 0] << 10) | (five[:, :, 1] << 5) | five[:, :, 2]
    add("bmp-16-bit.bmp", bmp(rows4([row.tobytes() for row in packed555[::-1]]), 16))
    six = RGB[:, :, 1].astype(np.uint16) >> 2
    packed565 = (five[:, :, 0] << 11) | (six << 5) | five[:, :, 2]
    add("bmp-16-bit-565.bmp", bmp(rows4([row.tobytes() for row in packed565[::-1]]), 16, compression=3, masks=struct.pack("<III", 0xF800, 0x07E0, 0x001F)))
    masks = struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)
    add("bmp-32-bit-masks.bmp", bmp(b"".join(quads), 32, compression=3, masks=masks))
    runs = b"".join(b"\x04\x12\x03\x30\x00\x06\x12\x34\x50\x00\x0a\x77\x00\x00" for _ in range(H - 1)) + b"\x02\x12\x00\x02\x03\x00\x12\x56\x00\x01"
    add("bmp-run-length-4-bit.bmp", bmp(runs, 4, colors=QUADS[:16].tobytes(), compression=2))
    add("bmp-few-colors.bmp", bmp(rows4([row.tobytes() for row in INDEX[::-1]]), 8, colors=QUADS[:32].tobytes(), used=32))
    add("bmp-run-length.bmp", bmp(rle8(INDEX), 8, colors=QUADS256, compression=1))


def tiff(array, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, metadata=None, **options)
    return buffer.getvalue()


def write_tiff():
    add("tiff-rgb.tif", saved(Image.fromarray(RGB), "TIFF"))
    for compression in ["tiff_lzw", "tiff_adobe_deflate", "packbits"]:
        add(f"tiff-{compression.split('_')[-1]}.tiff", saved(Image.fromarray(RGB), "TIFF", compression=compression))
    add("tiff-jpeg.tiff", saved(Image.fromarray(RGB), "TIFF", compression="jpeg", quality=90), lossy=True, tolerance=1)
    add("tiff-rgba.tiff", saved(Image.fromarray(RGBA), "TIFF"), warnings=TRANSPARENT)
    add("tiff-gray.tiff", saved(Image.fromarray(GRAY), "TIFF"))
    add("tiff-gray-alpha.tiff", saved(Image.fromarray(LA), "TIFF"), warnings=TRANSPARENT)
    add("tiff-palette.tiff", saved(PALETTE, "TIFF"))
    add("tiff-bilevel.tiff", saved(Image.fromarray(BITS), "TIFF"))
    add("tiff-group4.tiff", saved(Image.fromarray(BITS), "TIFF", compression="group4"))
    add("tiff-cmyk.tiff", saved(Image.fromarray(CMYK, "CMYK"), "TIFF"))
    add("tiff-gray-16.tiff", tiff(GRAY16, photometric="minisblack"), warnings=DEEP, expected=high(GRAY16), why=SCALED)
    add("tiff-rgb-16.tiff", tiff(RGB16, photometric="rgb"), warnings=DEEP)
    add("tiff-big-endian.tiff", tiff(RGB, byteorder=">", photometric="rgb"))
    add("tiff-big-endian-16.tiff", tiff(RGB16, byteorder=">", photometric="rgb"), warnings=DEEP)
    add("tiff-tiled.tiff", tiff(RGB, tile=(16, 16), photometric="rgb"))
    add("tiff-planar.tiff", tiff(np.moveaxis(RGB, 2, 0), planarconfig="separate", photometric="rgb"))
    add("tiff-strips-predictor.tiff", tiff(RGB, rowsperstrip=4, compression="zlib", predictor=True, photometric="rgb"))
    add("tiff-white-is-zero.tiff", tiff(GRAY, photometric="miniswhite"))
    add("tiff-big.tiff", tiff(RGB, bigtiff=True, photometric="rgb"))
    private = saved(Image.fromarray(RGB), "TIFF", tiffinfo={65000: "private"})
    add("tiff-private-tag.tiff", private)
    pages = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    add("tiff-pages.tiff", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), warnings=FRAMES)
    orientation = {0x0112: 6}
    add("tiff-orientation-6.tiff", saved(Image.fromarray(RGB), "TIFF", tiffinfo=orientation))


def write_gif():
    add("gif-palette.gif", saved(PALETTE, "GIF"))
    add("gif-gray.gif", saved(Image.fromarray(GRAY), "GIF"))
    add("gif-bilevel.gif", saved(Image.fromarray(BITS), "GIF"))
    add("gif-interlaced.gif", saved(PALETTE, "GIF", interlace=1))
    add("gif-transparent.gif", saved(PALETTE, "GIF", transparency=int(INDEX[0, 0])), warnings=TRANSPARENT)
    no_palette = bytearray(saved(PALETTE, "GIF"))
    del no_palette[13 : 13 + 3 * 32]
    no_palette[10] &= 0x7F
    add("gif-no-palette.gif", bytes(no_palette))
    add("gif-many-codes.gif", saved(Image.fromarray(rng.integers(0, 256, (90, 91), dtype=np.uint8)), "GIF"))
    frames = [PALETTE, Image.fromarray(255 - RGB).quantize(32)]
    add("gif-animated.gif", saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100), warnings=FRAMES)
    # A first frame smaller than the screen, with a background color that is not 0.
    data = bytearray(saved(PALETTE, "GIF"))
    data[6:10] = struct.pack("<HH", W + 6, H + 4)
    data[11] = 5
    at = data.index(b"\x2c", 13 + 3 * 32)
    data[at + 1 : at + 5] = struct.pack("<HH", 2, 3)
    add("gif-offset.gif", bytes(data))


def write_pnm():
    add("ppm-binary.ppm", saved(Image.fromarray(RGB), "PPM"))
    add("pgm-binary.pgm", saved(Image.fromarray(GRAY), "PPM"))
    add("pbm-binary.pbm", saved(Image.fromarray(BITS), "PPM"))
    size = f"{W} {H}".encode()
    add("ppm-comments.ppm", b"P6 # made by hand\n# another line\n" + size + b"\n#more\n255\n" + RGB.tobytes())
    add("ppm-text.ppm", b"P3\n" + size + b"\n255\n" + text(RGB))
    add("pgm-text.pgm", b"P2\n# a comment\n" + size + b"\n255\n" + text(GRAY))
    add("pbm-text.pbm", b"P1\n" + size + b"\n" + text(BITS.astype(int)))
    add("pgm-31-levels.pgm", b"P5 " + size + b" 31\n" + (GRAY >> 3).tobytes())
    add("ppm-100-levels.ppm", b"P6 " + size + b" 100\n" + (RGB.astype(int) * 100 // 255).astype(np.uint8).tobytes())
    add("ppm-text-16.ppm", b"P3\n" + size + b"\n65535\n" + text(RGB16), warnings=DEEP)
    add("ppm-16.ppm", b"P6\n" + size + b"\n65535\n" + RGB16.astype(">u2").tobytes(), warnings=DEEP)
    add("ppm-1000-levels.ppm", b"P6\n" + size + b"\n1000\n" + (RGB16 // 66).astype(">u2").tobytes(), warnings=DEEP)
    add("pgm-16.pgm", b"P5\n" + size + b"\n65535\n" + GRAY16.astype(">u2").tobytes(), warnings=DEEP, expected=high(GRAY16), why=SCALED)


def write_avif():
    lossless = dict(quality=100, subsampling="4:4:4")
    add("avif-444.avif", saved(Image.fromarray(RGB), "AVIF", **lossless), lossy=True, tolerance=1)
    add("avif-420.avif", saved(Image.fromarray(gradient(43, 37)), "AVIF", quality=80), lossy=True, tolerance=64, warnings=["SUBSAMPLED_AVIF"], why=CHROMA)
    add("avif-gray.avif", saved(Image.fromarray(GRAY), "AVIF", quality=90), lossy=True, tolerance=1)
    add("avif-alpha.avif", saved(Image.fromarray(RGBA), "AVIF", **lossless), lossy=True, tolerance=1, warnings=TRANSPARENT)
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = saved(Image.fromarray(RGB), "AVIF", exif=exif, **lossless)
        add(f"avif-orientation-{orientation}.avif", data, lossy=True, tolerance=1, warnings=TURNED)


FOLDER.mkdir(exist_ok=True)
for old in FOLDER.iterdir():
    old.unlink()
for write in [write_png, write_jpeg, write_webp, write_bmp, write_tiff, write_gif, write_pnm, write_avif]:
    write()
document = {
    "made": "test/reference/images.py",
    "versions": {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "pillow": PIL.__version__,
        "tifffile": tifffile.__version__,
        "libjpeg-turbo": features.version("libjpeg_turbo"),
        "libwebp": features.version("webp"),
        "libavif": features.version("avif"),
        "libtiff": features.version("libtiff"),
    },
    "cases": cases,
}
(HERE / "images.json").write_text(json.dumps(document, indent=1) + "\n")
total = sum(path.stat().st_size for path in FOLDER.iterdir())
print(f"{len(cases)} images, {total} bytes", hashlib.sha256((HERE / "images.json").read_bytes()).hexdigest()[:16], file=sys.stderr)
