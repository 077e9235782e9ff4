import { engineContract } from '#test/engine-contract.ts';
import { openTiny } from '#test/tiny-models.ts';

engineContract('hub, Idefics3', () => openTiny('tiny-idefics3'), { embeds: false });
engineContract('hub, Qwen2-VL', () => openTiny('tiny-qwen2-vl'), { embeds: false });
engineContract('hub, Florence-2', () => openTiny('tiny-florence2'), { answers: 'read', embeds: false });
engineContract('hub, a captioner', () => openTiny('tiny-captioner'), { answers: 'caption', embeds: false });
engineContract('hub, CLIP', () => openTiny('tiny-clip'), { answers: 'nothing' });
