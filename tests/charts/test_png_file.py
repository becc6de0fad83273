"""A picture read back by another library is the picture that was written."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from regression_analyzer.charts.png_file import png_file


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 5, 4), (776, 1204, 4)])
def test_every_pixel_comes_back(shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    with Image.open(io.BytesIO(png_file(pixels, dpi=150))) as image:
        image.load()
        assert image.format == "PNG"
        assert image.mode == "RGB"
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.02)
        np.testing.assert_array_equal(np.asarray(image), pixels[:, :, :3])


def test_a_cut_file_is_noticed() -> None:
    content = bytearray(png_file(np.zeros((9, 9, 3), dtype=np.uint8), dpi=150))
    content[-20] ^= 1
    with pytest.raises((OSError, SyntaxError)), Image.open(io.BytesIO(bytes(content))) as image:
        image.load()
