"""Train the two demo encoders, demo-inception.onnx and demo-clip.onnx, from two npm packages of emoji.

    npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0
    mkdir google twitter
    tar xzf emoji-datasource-google-16.0.0.tgz -C google
    tar xzf emoji-datasource-twitter-16.0.0.tgz -C twitter
    python encoders/demo/train.py --packages . --out encoders/demo

Needs torch, numpy, pillow, onnx and onnxruntime; runs on a CPU. Writes both networks, their .json, and training.json
with the held-out figures, which are those of the files written, run in ONNX Runtime. Seeded; the same versions on the
same machine give the same networks. Nothing here is needed to use steadfid.
"""

import argparse
import hashlib
import json
import platform
import re
import time
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import PIL
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

SEED = 2020
SIDE = 40  # pixels: the side that the networks see
STYLES = ("google", "twitter")  # Noto, Twemoji
HELD_OUT_SHARE = 0.2
NEAR_DUPLICATE = 0.08  # root mean square difference, of 0..1, below which two emoji are kept in one split
D = 64
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


# ---------------------------------------------------------------------------------------------------------------- data


def read_image(packages: Path, style: str, name: str) -> np.ndarray:
    """One emoji on white, (3, SIDE, SIDE) uint8, resized by Pillow's bicubic as the encoders' users do."""
    picture = Image.open(packages / style / "package/img" / style / "64" / name).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return np.asarray(white.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)).transpose(2, 0, 1)


def read_emoji(packages: Path) -> list[dict]:
    """The 1,906 emoji that are not bare skin tones, each with its words and its pictures in both styles."""
    entries = json.loads((packages / "google/package/emoji.json").read_text())
    emoji = []
    for entry in sorted(entries, key=lambda e: e["unified"]):
        if entry["category"] == "Component":
            continue
        names = [entry["image"]] + [v["image"] for v in entry.get("skin_variations", {}).values()]
        emoji.append(
            {
                "id": entry["image"].removesuffix(".png"),
                "code": entry["unified"],
                "name": entry["name"] or entry["short_name"],
                "short_names": entry["short_names"],
                "category": entry["category"],
                "subcategory": entry["subcategory"],
                # (1 + skin tones, 3, SIDE, SIDE) per style; row 0 has no skin tone
                "pictures": {s: np.stack([read_image(packages, s, n) for n in names]) for s in STYLES},
            }
        )
    return emoji


def kinship(code: str) -> str:
    """What is left of a code point sequence without gender, direction and presentation: kin share a split."""
    parts = [p for p in code.split("-") if p not in ("FE0F", "200D", "2640", "2642", "27A1")]
    people = ("1F468", "1F469", "1F9D1", "1F466", "1F467", "1F9D2")  # men, women, people, boys, girls, children
    rest = [p for p in parts if p not in people]
    if len(parts) > 1 and not rest:
        return "family"
    return "-".join(rest or parts)


def families(emoji: list[dict]) -> list[list[int]]:
    """Indices of the emoji in groups that must not be parted: kin by code point, or nearly the same picture."""
    parent = list(range(len(emoji)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    first: dict[str, int] = {}
    for i, e in enumerate(emoji):
        parent[root(i)] = root(first.setdefault(kinship(e["code"]), i))
    for style in STYLES:
        x = np.stack([e["pictures"][style][0] for e in emoji]).reshape(len(emoji), -1).astype(np.float64) / 255
        squares = (x**2).sum(1)
        distance = (squares[:, None] + squares - 2 * x @ x.T) / x.shape[1]
        for i, j in np.argwhere(np.triu(distance < NEAR_DUPLICATE**2, 1)):
            parent[root(i)] = root(j)
    groups = defaultdict(list)
    for i in range(len(emoji)):
        groups[root(i)].append(i)
    return sorted(groups.values())


def split(emoji: list[dict], rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Train and held-out indices: of each subcategory about a fifth is held out, in whole families."""
    by_subcategory = defaultdict(list)
    for group in families(emoji):
        by_subcategory[Counter(emoji[i]["subcategory"] for i in group).most_common(1)[0][0]].append(group)
    held_out: list[int] = []
    for subcategory in sorted(by_subcategory):
        groups = by_subcategory[subcategory]
        wanted = HELD_OUT_SHARE * sum(map(len, groups))
        taken = 0
        for k in rng.permutation(len(groups)):
            if taken + len(groups[k]) <= wanted + 0.5:
                held_out += groups[k]
                taken += len(groups[k])
    train = sorted(set(range(len(emoji))) - set(held_out))
    return train, sorted(held_out)


def augment(x: torch.Tensor, generator: torch.Generator, flip: torch.Tensor) -> torch.Tensor:
    """Turn, scale, shift, mirror (where `flip`) and recolor a batch in 0..1 on white. No blur: blur must be seen."""
    n = len(x)
    uniform = lambda low, high: torch.rand(n, generator=generator) * (high - low) + low
    angle, scale = uniform(-0.3, 0.3), uniform(0.85, 1.25)
    mirror = torch.where(flip & (uniform(0, 1) < 0.5), -1.0, 1.0)
    c, s = scale * torch.cos(angle), scale * torch.sin(angle)
    theta = torch.stack([c * mirror, -s, uniform(-0.15, 0.15), s * mirror, c, uniform(-0.15, 0.15)], 1).view(n, 2, 3)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    moved = F.grid_sample(x - 1, grid, mode="bicubic", padding_mode="zeros", align_corners=False) + 1
    ink = 1 - moved
    gain = uniform(0.7, 1.15).view(n, 1, 1, 1) * (1 + 0.15 * torch.randn(n, 3, 1, 1, generator=generator))
    return (1 - ink * gain).clamp(0, 1)


# ------------------------------------------------------------------------------------------------------------ networks


class Conv(nn.Sequential):
    """Convolution, batch norm (folded on export), ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel, stride: int = 1):
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = (kernel[0] // 2, kernel[1] // 2)
        super().__init__(
            nn.Conv2d(c_in, c_out, kernel, stride, padding, bias=False), nn.BatchNorm2d(c_out, eps=1e-3), nn.ReLU()
        )


class Branches(nn.Module):
    """The Inception idea: branches of several kernels side by side, concatenated over channels."""

    def __init__(self, *branches: nn.Module):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def average_pool() -> nn.Module:
    return nn.AvgPool2d(3, 1, 1, count_include_pad=True)


def block_a(c: int) -> tuple[nn.Module, int]:
    return Branches(
        Conv(c, 48, 1),
        nn.Sequential(Conv(c, 32, 1), Conv(32, 48, 3)),
        nn.Sequential(Conv(c, 24, 1), Conv(24, 32, 3), Conv(32, 32, 3)),
        nn.Sequential(average_pool(), Conv(c, 32, 1)),
    ), 160


def reduction(c: int) -> tuple[nn.Module, int]:
    return Branches(
        nn.Sequential(Conv(c, 64, 1), Conv(64, 80, 3, 2)), nn.MaxPool2d(3, 2, 1)
    ), 80 + c


def block_b(c: int) -> tuple[nn.Module, int]:
    return Branches(
        Conv(c, 80, 1),
        nn.Sequential(Conv(c, 56, 1), Conv(56, 64, (1, 5)), Conv(64, 80, (5, 1))),
        nn.Sequential(Conv(c, 48, 1), Conv(48, 56, 3), Conv(56, 48, 3)),
        nn.Sequential(average_pool(), Conv(c, 48, 1)),
    ), 256


class DemoInception(nn.Module):
    """A small Inception: stem, two blocks at 10 × 10, two at 5 × 5, mean over positions, one linear layer."""

    def __init__(self, classes: int):
        super().__init__()
        layers: list[nn.Module] = [Conv(3, 32, 3, 2), Conv(32, 48, 3), nn.MaxPool2d(3, 2, 1), Conv(48, 96, 3)]
        c = 96
        for block in (block_a, block_a, reduction, block_b, block_b):
            layer, c = block(c)
            layers.append(layer)
        self.trunk = nn.Sequential(*layers, Conv(c, D, 1))
        self.dropout = nn.Dropout(0.2)
        self.classify = nn.Linear(D, classes)

    def forward(self, x):
        embeddings = self.trunk(x).mean((2, 3))
        return embeddings, self.classify(self.dropout(embeddings))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.inward, self.outward = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        t, c = x.shape[1], x.shape[2]
        q, k, v = (y.reshape(-1, t, self.heads, c // self.heads).transpose(1, 2) for y in self.inward(x).chunk(3, -1))
        weights = (q @ k.transpose(-1, -2) * (c // self.heads) ** -0.5).softmax(-1)
        return self.outward((weights @ v).transpose(1, 2).reshape(-1, t, c))


class Block(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attend, self.norm1 = Attention(width, heads), nn.LayerNorm(width)
        self.mlp, self.norm2 = nn.Sequential(nn.Linear(width, 3 * width), nn.GELU(), nn.Linear(3 * width, width)), nn.LayerNorm(width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        x = x + self.drop(self.attend(self.norm1(x)))
        return x + self.drop(self.mlp(self.norm2(x)))


class DemoClip(nn.Module):
    """A small CLIP image tower: convolutions to 5 × 5 tokens, three transformer blocks, mean, projection."""

    def __init__(self, width: int = 160, depth: int = 3, heads: int = 5):
        super().__init__()
        self.stem = nn.Sequential(
            Conv(3, 32, 3, 2), Conv(32, 48, 3), Conv(48, 64, 3, 2), Conv(64, 96, 3), nn.Conv2d(96, width, 3, 2, 1)
        )
        self.position = nn.Parameter(0.02 * torch.randn(1, 25, width))
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, D, bias=False)

    def forward(self, x):
        tokens = self.stem(x).flatten(2).transpose(1, 2) + self.position
        return self.project(self.norm(self.blocks(tokens)).mean(1))


class TextTower(nn.Module):
    """Words and their letter trigrams, hashed, averaged, two layers. Not shipped: it only teaches the image tower."""

    BUCKETS = 8192

    def __init__(self):
        super().__init__()
        self.embed = nn.EmbeddingBag(self.BUCKETS, 128, mode="mean")
        self.layers = nn.Sequential(nn.Linear(128, 256), nn.GELU(), nn.Dropout(0.2), nn.Linear(256, D))

    def forward(self, captions: list[list[str]]):
        bags = [[b for word in words for b in self.buckets(word)] for words in captions]
        offsets = torch.tensor([0] + [len(b) for b in bags[:-1]]).cumsum(0)
        return self.layers(self.embed(torch.tensor([b for bag in bags for b in bag]), offsets))

    @classmethod
    def buckets(cls, word: str) -> list[int]:
        padded = f"<{word}>"
        pieces = [padded] * 2 + [padded[i : i + 3] for i in range(len(padded) - 2)]
        return [zlib.crc32(p.encode()) % cls.BUCKETS for p in pieces]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def caption(e: dict, rng: np.random.Generator | None = None) -> list[str]:
    """Name, short names, subcategory and category as words; with `rng` some of them are left out."""
    name, short = words_of(e["name"]), [w for s in e["short_names"] for w in words_of(s)]
    group, kind = words_of(e["subcategory"]), words_of(e["category"])
    if rng is None:
        return name + short + group + kind
    words = name if rng.random() < 0.5 else short
    words = [w for w in words if rng.random() < 0.85]
    words = words + (group if rng.random() < 0.7 else []) + (kind if rng.random() < 0.5 else [])
    return words or name


# ------------------------------------------------------------------------------------------------------------ training


class Pictures:
    """Training batches: one picture of each emoji drawn, of a random skin tone where there are some."""

    def __init__(self, emoji: list[dict], indices: list[int], rng: np.random.Generator, generator: torch.Generator):
        self.emoji, self.indices, self.rng, self.generator = emoji, np.array(indices), rng, generator

    def batches(self, size: int):
        order = self.rng.permutation(self.indices)
        for start in range(0, len(order) - size // 2, size):
            yield order[start : start + size]

    def pictures(self, batch, style: str) -> torch.Tensor:
        picked = [self.emoji[i]["pictures"][style] for i in batch]
        x = np.stack([p[self.rng.integers(len(p)) if self.rng.random() < 0.5 else 0] for p in picked])
        # letters, arrows and signs mean something else in a mirror
        flip = torch.tensor([self.emoji[i]["category"] not in ("Symbols", "Flags") for i in batch])
        return augment(torch.from_numpy(x).float() / 255, self.generator, flip)


class Average:
    """The running mean of a network's parameters and buffers, which generalizes better than the last step."""

    def __init__(self, network: nn.Module, decay: float):
        self.state, self.decay = {k: v.clone() for k, v in network.state_dict().items()}, decay

    def update(self, network: nn.Module) -> None:
        for k, v in network.state_dict().items():
            if v.is_floating_point():
                self.state[k].lerp_(v, 1 - self.decay)
            else:
                self.state[k].copy_(v)


def normalize(x: torch.Tensor, which: str) -> torch.Tensor:
    """The preprocessing of the .json, from 0..1."""
    if which == "inception":
        return x * 2 - 1
    return (x - torch.tensor(CLIP_MEAN).view(3, 1, 1)) / torch.tensor(CLIP_STD).view(3, 1, 1)


def optimizer_of(parameters: list[nn.Parameter], rate: float, decay: float, steps: int):
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.15)
    return optimizer, schedule


def train_inception(emoji, train, classes: list[str], epochs: int) -> nn.Module:
    torch.manual_seed(SEED)
    data = Pictures(emoji, train, np.random.default_rng(SEED), torch.Generator().manual_seed(SEED))
    network = DemoInception(len(classes)).to(memory_format=torch.channels_last)
    size, label = 64, {i: classes.index(emoji[i]["subcategory"]) for i in train}
    optimizer, schedule = optimizer_of(list(network.parameters()), 3e-3, 0.05, epochs * len(list(data.batches(size))))
    average = Average(network, 0.99)
    for epoch in range(epochs):
        started, losses = time.time(), []
        for batch in data.batches(size):
            x = torch.cat([data.pictures(batch, s) for s in STYLES])
            y = torch.tensor([label[i] for i in batch]).repeat(len(STYLES))
            _, logits = network(normalize(x, "inception").contiguous(memory_format=torch.channels_last))
            loss = F.cross_entropy(logits, y, label_smoothing=0.1)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            average.update(network)
            losses.append(loss.item())
        print(f"inception epoch {epoch + 1}/{epochs} loss {np.mean(losses):.3f} {time.time() - started:.1f} s", flush=True)
    network.load_state_dict(average.state)
    return network.eval()


def train_clip(emoji, train, epochs: int) -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(SEED + 1)
    data = Pictures(emoji, train, np.random.default_rng(SEED + 1), torch.Generator().manual_seed(SEED + 1))
    network, text = DemoClip().to(memory_format=torch.channels_last), TextTower()
    scale = nn.Parameter(torch.tensor(np.log(1 / 0.07), dtype=torch.float32))
    size = 96
    parameters = [*network.parameters(), *text.parameters(), scale]
    optimizer, schedule = optimizer_of(parameters, 2e-3, 0.1, epochs * len(list(data.batches(size))))
    average, text_average = Average(network, 0.99), Average(text, 0.99)
    for epoch in range(epochs):
        started, losses = time.time(), []
        for batch in data.batches(size):
            n = len(batch)
            x = torch.cat([data.pictures(batch, s) for s in STYLES])
            image = F.normalize(network(normalize(x, "clip").contiguous(memory_format=torch.channels_last)), dim=1)
            words = F.normalize(text([caption(emoji[i], data.rng) for i in batch]), dim=1)
            logits = scale.exp().clamp(max=50) * image @ words.T  # (2n, n)
            target = torch.arange(n)
            to_text = F.cross_entropy(logits, target.repeat(2), label_smoothing=0.05)
            to_image = sum(F.cross_entropy(logits[k * n : (k + 1) * n].T, target, label_smoothing=0.05) for k in range(2)) / 2
            loss = (to_text + to_image) / 2
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            average.update(network)
            text_average.update(text)
            losses.append(loss.item())
        print(f"clip epoch {epoch + 1}/{epochs} loss {np.mean(losses):.3f} {time.time() - started:.1f} s", flush=True)
    network.load_state_dict(average.state)
    text.load_state_dict(text_average.state)
    return network.eval(), text.eval()


# -------------------------------------------------------------------------------------------------------------- export


def fold_batch_norm(network: nn.Module) -> nn.Module:
    """Each convolution takes its batch norm into its own weights."""
    for module in network.modules():
        if isinstance(module, Conv):
            module[0], module[1] = nn.utils.fusion.fuse_conv_bn_eval(module[0], module[1]), nn.Identity()
    return network


def store_as_float16(model: onnx.ModelProto) -> None:
    """Keep large weights as float16 with a Cast to float32 before use: half the file, float32 arithmetic."""
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= 64:
            name = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), name + ".float16"))
            casts.append(onnx.helper.make_node("Cast", [name + ".float16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def write_network(network: nn.Module, path: Path, outputs: list[str]) -> None:
    batch = {"images": {0: "n"}} | {name: {0: "n"} for name in outputs}
    example = torch.zeros(2, 3, SIDE, SIDE)
    torch.onnx.export(
        fold_batch_norm(network.to(memory_format=torch.contiguous_format)), (example,), str(path), dynamo=False,
        opset_version=17, input_names=["images"], output_names=outputs, dynamic_axes=batch,
    )
    model = onnx.load(path)
    store_as_float16(model)
    for node in model.graph.node:
        node.doc_string = ""
    model.producer_name, model.producer_version = "steadfid/encoders/demo/train.py", ""
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


ATTRIBUTION = (
    "Trained on Noto Emoji (Google, Apache-2.0) and Twemoji graphics © Twitter, Inc and other contributors, CC-BY 4.0, "
    "from emoji-datasource-google and emoji-datasource-twitter 16.0.0 (Cal Henderson, MIT)."
)


def write_sidecar(path: Path, name: str, value_range, outputs: list[str], recipe: str) -> None:
    sidecar = {
        "id": name,
        "input": "images",
        "outputs": {output: output for output in outputs},
        "preprocessing": {"resize": SIDE, "resample": "pillow-bicubic", "crop": "none", "range": value_range},
        "origin": "demo",
        "license": "Apache-2.0",
        "attribution": ATTRIBUTION,
        "recipe": recipe,
    }
    path.write_text(json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n")


# ---------------------------------------------------------------------------------------------------------- evaluation


class Shipped:
    """The written file, run in ONNX Runtime, on pictures in uint8."""

    def __init__(self, path: Path, which: str):
        self.session, self.which = onnxruntime.InferenceSession(str(path)), which

    def __call__(self, pictures: np.ndarray) -> list[np.ndarray]:
        x = normalize(torch.from_numpy(pictures).float() / 255, self.which).numpy()
        return self.session.run(None, {"images": x})


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def retrieval(queries: np.ndarray, candidates: np.ndarray) -> dict:
    """Share of queries whose own candidate, row by row, is the nearest (R@1) or among the five nearest (R@5)."""
    similarity = unit(queries) @ unit(candidates).T
    rank = (similarity > np.diag(similarity)[:, None]).sum(1)
    n = len(queries)
    return {
        "n": n,
        "recallAt1": round(float((rank < 1).mean()), 4),
        "recallAt5": round(float((rank < 5).mean()), 4),
        "chanceAt1": round(1 / n, 4),
        "chanceAt5": round(5 / n, 4),
    }


def held_out_pictures(emoji, held_out, style: str) -> np.ndarray:
    return np.stack([emoji[i]["pictures"][style][0] for i in held_out])


def classification(shipped: Shipped, emoji, train, held_out, classes: list[str]) -> dict:
    target = np.array([classes.index(emoji[i]["subcategory"]) for i in held_out])
    majority = Counter(emoji[i]["subcategory"] for i in train).most_common(5)
    result: dict = {"classes": len(classes), "n": len(held_out)}
    for style in STYLES:
        _, logits = shipped(held_out_pictures(emoji, held_out, style))
        order = np.argsort(-logits, 1)
        hit = order[:, 0] == target
        result[style] = {
            "top1": round(float(hit.mean()), 4),
            "top5": round(float((order[:, :5] == target[:, None]).any(1).mean()), 4),
            "meanOverClassesTop1": round(float(np.mean([hit[target == c].mean() for c in np.unique(target)])), 4),
        }
    named = np.array([classes[t] for t in target])
    result["largestClass"] = {
        "name": majority[0][0],
        "top1": round(float((named == majority[0][0]).mean()), 4),
        "fiveLargestTop5": round(float(np.isin(named, [m for m, _ in majority]).mean()), 4),
    }
    result["chance"] = {"top1": round(1 / len(classes), 4), "top5": round(5 / len(classes), 4)}
    return result


def across_styles(embed, emoji, held_out) -> dict:
    first, second = (embed(held_out_pictures(emoji, held_out, s)) for s in STYLES)
    return retrieval(first, second)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_inception(emoji, train, held_out, out: Path, epochs: int) -> dict:
    classes = sorted({e["subcategory"] for e in emoji})
    started = time.process_time()
    network = train_inception(emoji, train, classes, epochs)
    seconds = time.process_time() - started
    path = out / "demo-inception.onnx"
    write_network(network, path, ["embeddings", "logits"])
    recipe = (
        f"encoders/demo/train.py: {len(classes)} emoji subcategories, {len(train)} emoji in two styles, "
        f"{epochs} epochs, seed {SEED}"
    )
    write_sidecar(path.with_suffix(".json"), "demo-inception", "-1..1", ["embeddings", "logits"], recipe)
    shipped = Shipped(path, "inception")
    return described(path, network, epochs, seconds) | {
        "classification": classification(shipped, emoji, train, held_out, classes),
        "notoToTwemoji": across_styles(lambda pictures: shipped(pictures)[0], emoji, held_out),
        "classes": classes,
    }


def make_clip(emoji, train, held_out, out: Path, epochs: int) -> dict:
    started = time.process_time()
    network, text = train_clip(emoji, train, epochs)
    seconds = time.process_time() - started
    path = out / "demo-clip.onnx"
    write_network(network, path, ["embeddings"])
    recipe = (
        f"encoders/demo/train.py: contrastive, images against names and groups, {len(train)} emoji in two styles, "
        f"{epochs} epochs, seed {SEED}"
    )
    write_sidecar(path.with_suffix(".json"), "demo-clip", {"mean": CLIP_MEAN, "std": CLIP_STD}, ["embeddings"], recipe)
    shipped = Shipped(path, "clip")
    with torch.no_grad():
        words = text([caption(emoji[i]) for i in held_out]).numpy()
    sizes = Counter(emoji[i]["subcategory"] for i in held_out)
    image_to_text = {s: retrieval(shipped(held_out_pictures(emoji, held_out, s))[0], words) for s in STYLES}
    # what a network that knew the subcategory, and nothing else, would reach
    image_to_text["subcategoryOnly"] = {
        "recallAt1": round(len(sizes) / len(held_out), 4),
        "recallAt5": round(sum(min(5, c) for c in sizes.values()) / len(held_out), 4),
    }
    return described(path, network, epochs, seconds) | {
        "imageToText": image_to_text,
        "notoToTwemoji": across_styles(lambda pictures: shipped(pictures)[0], emoji, held_out),
    }


def described(path: Path, network: nn.Module, epochs: int, seconds: float) -> dict:
    return {
        "sha256": sha256(path),
        "sizeBytes": path.stat().st_size,
        "parameters": sum(p.numel() for p in network.parameters()),
        "epochs": epochs,
        "processorSeconds": round(seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="holds google/package and twitter/package")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", choices=("demo-inception", "demo-clip"), help="leave the other as it is in --out")
    parser.add_argument("--inception-epochs", type=int, default=70)
    parser.add_argument("--clip-epochs", type=int, default=70)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # on a shared machine nearly as fast as two, and one order of sums
    torch.use_deterministic_algorithms(True)
    torch.backends.nnpack.set_flags(False)

    emoji = read_emoji(arguments.packages)
    train, held_out = split(emoji, np.random.default_rng(SEED))
    arguments.out.mkdir(parents=True, exist_ok=True)
    sections = {}
    if arguments.only != "demo-clip":
        sections["demo-inception"] = make_inception(emoji, train, held_out, arguments.out, arguments.inception_epochs)
    if arguments.only != "demo-inception":
        sections["demo-clip"] = make_clip(emoji, train, held_out, arguments.out, arguments.clip_epochs)

    path = arguments.out / "training.json"
    before = json.loads(path.read_text()) if arguments.only and path.exists() else {}
    sections = {k: before[k] for k in ("demo-inception", "demo-clip") if k in before} | sections
    report = {
        "seed": SEED,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "pillow": PIL.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "emoji-datasource": "16.0.0",
        },
        "emoji": {"train": len(train), "heldOut": len(held_out)},
        "rawPixels": {
            "notoToTwemoji": across_styles(lambda p: 1 - p.reshape(len(p), -1) / 255, emoji, held_out),
        },
        **{k: sections[k] for k in sorted(sections, reverse=True)},
        "heldOut": [{k: emoji[i][k] for k in ("id", "subcategory")} for i in held_out],
    }
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps({k: v for k, v in report.items() if k != "heldOut"}, indent=1))


if __name__ == "__main__":
    main()
