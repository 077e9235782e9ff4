"""All sizes and settings in one place; the config is saved beside the weights."""

from dataclasses import dataclass, field

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class ModelConfig:
    """Size P: 96 px, 37 + 144 image tokens, 192 wide."""

    image_size: int = 96
    width: int = 192
    heads: int = 6
    encoder_layers: int = 3
    decoder_layers: int = 2
    stem: tuple[int, int, int] = (48, 64, 128)
    embedding: int = 128  # CLIP's shared space
    text_width: int = 128
    text_heads: int = 4
    text_layers: int = 2
    text_context: int = 48
    vocabulary: int = 1536
    context: int = 96
    classes: int = 0  # filled from the table of nouns
    colours: int = 11
    letters: int = 36
    bins: int = 8  # of x and of y in the read-outs
    letter_positions: int = 8

    @property
    def patches(self) -> int:
        """Patch tokens a side."""
        return self.image_size // 16

    @property
    def fine(self) -> int:
        """Fine (stride 8) tokens a side."""
        return self.image_size // 8

    @property
    def memory(self) -> int:
        """Tokens the decoder attends to: class + patches + fine."""
        return 1 + self.patches**2 + self.fine**2


@dataclass(frozen=True)
class LossWeights:
    """The answer weighs 1. Patch nouns and zero-shot weigh more than in the first studies: names are the bottleneck."""

    prompt: float = 0.05
    caption: float = 0.5
    patch_class: float = 0.8
    patch_colour: float = 0.3
    own_place: float = 0.2
    extremes: float = 0.4
    nearest: float = 0.2
    answer_attention: float = 0.3
    noun_attention: float = 0.3
    noun_place: float = 0.3
    letters: float = 0.5
    letter_index: float = 0.25
    contrastive: float = 0.15
    zero_shot: float = 0.4


@dataclass(frozen=True)
class TrainConfig:
    """The run. Its length is wall-clock time, so that a slower machine ends on time with fewer pictures."""

    minutes: float = 80.0
    batch: int = 32  # pictures per process
    row: int = 72  # tokens per picture: its questions packed one after another
    naming_until: float = 0.52  # share of the time with naming scenes (mosaics) and short rows: names are the bottleneck of all else
    naming_row: int = 48
    learning_rate: float = 1.1e-3
    warmup_minutes: float = 1.0
    weight_decay: float = 0.05
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0
    checkpoint_minutes: float = 2.0
    seed: int = 1
    losses: LossWeights = field(default_factory=LossWeights)
