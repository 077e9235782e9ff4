"""Fixed 2-D sine-cosine positions (as in MAE, arXiv:2111.06377). Without them the decoder does not learn places."""

import torch


def sincos_2d(side: int, width: int) -> torch.Tensor:
    """[side*side, width], row by row; the first half of the width tells x, the second y. Cells are placed in 0..1 of the picture."""
    quarter = width // 4
    omega = 2 * torch.pi * 2.0 ** torch.linspace(-1.5, 3.5, quarter)  # [width/4] periods from 2.8 pictures to 1/11
    line = (torch.arange(side) + 0.5) / side
    y, x = torch.meshgrid(line, line, indexing="ij")
    out = [f(v.reshape(-1, 1) * omega) for v in (x, y) for f in (torch.sin, torch.cos)]
    return torch.cat(out, 1)  # [side*side, width]
