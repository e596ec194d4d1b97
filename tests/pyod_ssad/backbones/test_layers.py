"""Features of layers against direct computations on small networks."""

import copy
import pickle
from functools import partial
from threading import Thread

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

from pyod_ssad.backbones import (
    POOLS,
    LayerFeatures,
    SmallCNN,
    build_encoder,
    build_layer_encoder,
    count_features,
    find_stages,
)
from pyod_ssad.backbones import outputs as outputs_module
from tests.pyod_ssad.backbones.fakes import Returns


def log_std(values):
    return np.log(np.std(values) + 1e-3)


STATISTICS = {
    "mean": [np.mean],
    "std": [np.std],
    "mean_std": [np.mean, np.std],
    "max": [np.max],
    "log_std_max": [log_std, np.max],
    "mean_log_std_max": [np.mean, log_std, np.max],
}


class Emits(nn.Module):
    """Returns what it is told to make of images, by way of its layer `inner`."""

    def __init__(self, make, norm=False):
        super().__init__()
        self.inner = Returns(make)
        self.norm = nn.LayerNorm(2) if norm else nn.Identity()

    def forward(self, images):
        return self.inner(images)


def network(seed=0):
    torch.manual_seed(seed)
    return SmallCNN((4, 6)).eval()


def head(module, n):
    """Return the first n layers."""
    return nn.Sequential(*list(module)[:n])


def images(n=5, size=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, 3, size, size, generator=generator)


def statistics(maps, pool):
    """Pool maps (n, d, h, w) one channel at a time."""
    return np.array(
        [
            [statistic(channel) for statistic in STATISTICS[pool] for channel in row]
            for row in maps.double().numpy()
        ]
    )


@pytest.mark.parametrize("pool", STATISTICS)
@torch.no_grad()
def test_pooled_outputs_of_layers(pool):
    module = network()
    first = head(module, 2)(images())
    second = head(module, 4)(images())
    assert set(STATISTICS) == set(POOLS)
    features = LayerFeatures(module, ["3", "1"], pool)(images())
    expected = np.hstack([statistics(maps, pool) for maps in (second, first)])
    assert features.dtype == torch.float32
    np.testing.assert_allclose(features, expected, atol=1e-6)


@torch.no_grad()
def test_the_output_of_the_module_itself():
    maps = head(network(), 4)
    features = LayerFeatures(maps, None, "mean_std")(images())
    expected = statistics(maps(images()), "mean_std")
    np.testing.assert_allclose(features, expected, atol=1e-6)
    pooled = LayerFeatures(network(), None, "mean_std")(images())
    np.testing.assert_allclose(pooled, network()(images()), atol=1e-6)


@torch.no_grad()
def test_without_layers_the_mean_is_what_build_encoder_gives():
    torch.manual_seed(0)
    first = build_encoder("resnet18").eval()
    second = build_layer_encoder("resnet18", layers=None, pool="mean").eval()
    second.backbone.module.load_state_dict(first.backbone.state_dict())
    torch.testing.assert_close(second(images()), first(images()))


@pytest.mark.parametrize("n_prefix", [0, 1, 5, 9])
def test_of_tokens_those_of_patches_are_pooled(n_prefix):
    tokens = torch.rand(2, n_prefix + 25, 3)
    features = LayerFeatures(Emits(lambda _: tokens), ["inner"])(images(2))
    patches = tokens[:, n_prefix:].transpose(1, 2).unflatten(2, (5, 5))
    np.testing.assert_allclose(features, statistics(patches, "mean_std"), atol=1e-6)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("grid", [(4, 4), (6, 4)])
def test_channels_last_are_told_by_the_aspect_ratio(grid, norm):
    maps = torch.rand(2, 7, *grid)
    batch = torch.rand(2, 3, 4 * grid[0], 4 * grid[1])
    expected = statistics(maps, "mean_std")
    for output in (maps, maps.permute(0, 2, 3, 1)):
        module = Emits(lambda _, output=output: output, norm)
        features = LayerFeatures(module, ["inner"])(batch)
        np.testing.assert_allclose(features, expected, atol=1e-6)


def test_without_layer_norms_a_cube_has_its_channels_first():
    maps = torch.rand(2, 4, 4, 4)
    features = LayerFeatures(Emits(lambda _: maps), ["inner"], "mean")(images(2))
    np.testing.assert_allclose(features, statistics(maps, "mean"), atol=1e-6)


@torch.no_grad()
def test_swin_blocks_are_read_with_channels_last():
    torch.manual_seed(0)
    swin = models.swin_t().eval()
    features = LayerFeatures(swin, ["features.1"], "mean_std")(images(2, 64))
    maps = swin.features[:2](images(2, 64)).permute(0, 3, 1, 2)
    assert maps.shape == (2, 96, 16, 16)
    np.testing.assert_allclose(features, statistics(maps, "mean_std"), atol=1e-5)


@torch.no_grad()
def test_rows_do_not_depend_on_the_batch(monkeypatch):
    encoder = build_layer_encoder("small_cnn", image_size=32).eval()
    together = encoder(images(7, 32))
    alone = torch.cat([encoder(image) for image in images(7, 32).split(1)])
    torch.testing.assert_close(together, alone, atol=1e-6, rtol=1e-5)
    monkeypatch.setattr(outputs_module, "PIXELS", 3 * 32 * 32)
    torch.testing.assert_close(encoder(images(7, 32)), together, atol=1e-6, rtol=1e-5)


def test_a_network_gets_few_images_at_a_time(monkeypatch):
    monkeypatch.setattr(outputs_module, "PIXELS", 2 * 16 * 16)
    sizes = []

    def make(batch):
        sizes.append(len(batch))
        return batch

    features = LayerFeatures(Emits(make)).eval()
    features(images(5))
    assert sizes == [2, 2, 1]
    features.train()(images(5))
    assert sizes == [2, 2, 1, 5]


@torch.no_grad()
def test_batches_that_the_network_splits_are_put_together():
    module, inner = network(), network()
    module.forward = lambda batch: torch.cat([inner(part) for part in batch.split(2)])
    module.add_module("inner", inner)
    features = LayerFeatures(module, ["inner.1"], "mean")(images())
    np.testing.assert_allclose(
        features, statistics(head(inner, 2)(images()), "mean"), atol=1e-6
    )


@torch.no_grad()
def test_of_a_layer_used_twice_the_last_output_counts():
    shared = nn.ReLU()
    module = nn.Sequential(shared, nn.Conv2d(3, 3, 3), shared)
    features = LayerFeatures(module, ["0"], "mean")(images())
    np.testing.assert_allclose(
        features, statistics(module(images()), "mean"), atol=1e-6
    )


@torch.no_grad()
def test_what_a_later_layer_changes_in_place_is_taken_before():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True))
    features = LayerFeatures(module, ["0"], "mean")(images())
    np.testing.assert_allclose(
        features, statistics(module[0](images()), "mean"), atol=1e-6
    )


def test_no_hook_stays_even_after_an_error():
    module = network()
    with pytest.raises(RuntimeError):
        LayerFeatures(module, ["1"])(torch.rand(2, 1, 16, 16))
    with pytest.raises(ValueError, match="tokens"):
        LayerFeatures(Emits(lambda x: x.new_zeros(1, 3, 2)), ["inner"])(
            images(1, 8)[:, :, :4]
        )
    LayerFeatures(module, ["1"])(images())
    assert not any(layer._forward_hooks for layer in module.modules())


@torch.no_grad()
def test_copies_and_pickles_give_the_same():
    features = LayerFeatures(network(), ["1", "3"])
    expected = features(images())
    for other in (copy.deepcopy(features), pickle.loads(pickle.dumps(features))):
        assert torch.equal(other(images()), expected)


@torch.no_grad()
def test_threads_do_not_see_each_others_outputs():
    features = LayerFeatures(network(), ["1", "3"])
    inputs = [images(4, 64, seed) for seed in range(4)]
    expected = [features(batch) for batch in inputs]
    wrong = []

    def score(batch, wanted):
        for _ in range(20):
            with torch.no_grad():
                if not torch.allclose(features(batch), wanted, atol=1e-6):
                    wrong.append(1)

    threads = [
        Thread(target=score, args=pair) for pair in zip(inputs, expected, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("name", "stages", "channels"),
    [
        ("small_cnn", ["1", "3", "5", "7"], 32 + 64 + 128 + 256),
        ("resnet18", ["layer1", "layer2", "layer3", "layer4"], 960),
        ("vgg11", [f"features.{i}" for i in (1, 4, 9, 14, 19)] + ["features"], 1984),
        ("efficientnet_b0", [f"features.{i}" for i in range(1, 8)], 784),
        ("swin_v2_t", [f"features.{i}" for i in (1, 3, 5, 7)], 1440),
        (
            "vit_b_16",
            [f"encoder.layers.encoder_layer_{i}" for i in (2, 5, 8, 11)],
            4 * 768,
        ),
    ],
)
def test_stages(name, stages, channels):
    with torch.device("meta"):
        encoder = build_layer_encoder(name, layers="stages", pool="mean_std")
        assert encoder.backbone.layers == tuple(stages)
        assert count_features(encoder, 224) == 2 * channels


def test_the_blocks_of_a_small_transformer_of_other_makers():
    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv = nn.Linear(4, 4)

        def forward(self, tokens):
            return self.qkv(tokens)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.attn = nn.LayerNorm(4), Attention()

        def forward(self, tokens):
            return tokens + self.attn(self.norm(tokens))

    class Transformer(nn.Module):
        """Returns a dict, as DINOv2 does of its features."""

        def __init__(self, depth):
            super().__init__()
            self.patches = nn.Conv2d(3, 4, 14, 14)
            self.blocks = nn.ModuleList(Block() for _ in range(depth))

        def forward(self, batch):
            tokens = self.patches(batch).flatten(2).transpose(1, 2)
            tokens = torch.cat([tokens[:, :5], tokens], dim=1)
            for block in self.blocks:
                tokens = block(tokens)
            return {"tokens": tokens}

    for depth, ends in {6: (1, 2, 4, 5), 2: (0, 1), 1: (0,)}.items():
        module = Transformer(depth)
        assert find_stages(module, 70) == [f"blocks.{i}" for i in ends]
        encoder = build_layer_encoder(partial(Transformer, depth), image_size=70)
        assert count_features(encoder, 70) == 2 * 4 * len(ends)


def test_looking_for_stages_changes_nothing():
    module = models.resnet18().eval()
    before = copy.deepcopy(module.state_dict())
    state = torch.get_rng_state()
    find_stages(module, 64)
    assert torch.equal(torch.get_rng_state(), state)
    assert not module.training
    assert all(torch.equal(before[k], v) for k, v in module.state_dict().items())
    assert not any(layer._forward_hooks for layer in module.modules())


def test_weights_from_a_file(tmp_path):
    torch.manual_seed(0)
    model = models.resnet18()
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    encoder = build_layer_encoder("resnet18", tmp_path / "weights.pt", ["layer1"])
    assert torch.equal(encoder.backbone.module.conv1.weight, model.conv1.weight)


def test_classifiers_may_be_used_by_their_layers():
    encoder = build_layer_encoder(models.resnet18, layers=["layer2"], pool="max")
    assert count_features(encoder, 64) == 128
    with torch.device("meta"):
        encoder = build_layer_encoder("squeezenet1_0", layers=["features"])
        assert count_features(encoder, 64) == 1024


def test_weights_and_buffers_go_to_the_state():
    with torch.device("meta"):
        encoder = build_layer_encoder("small_cnn", layers=["1"])
    names = {name for name, _ in encoder.named_buffers()}
    assert names <= set(encoder.state_dict())
    empty = encoder.to_empty(device="cpu")
    full = build_layer_encoder("small_cnn", layers=["1"]).eval()
    empty.load_state_dict(full.state_dict())
    torch.testing.assert_close(empty.eval()(images()), full(images()))
