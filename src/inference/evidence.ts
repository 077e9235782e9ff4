/** From attention per token to one small grid per word of the answer (docs/adr/0007). */
import type { Evidence, WordEvidence } from '#core/answer.ts';
import type { EngineCard, MemoryGrid } from '#core/model-card.ts';
import type { Prediction } from './engine.ts';

const STRONGEST = 255;

/** Of a model that does not tell where it looked. */
const NO_EVIDENCE: Evidence = { rows: 1, columns: 1, words: [] };

export function evidenceOf(prediction: Prediction, { memory }: Pick<EngineCard, 'memory'>): Evidence {
  if (!memory) return NO_EVIDENCE;
  const finest = memory.grids.reduce((best, grid) => (grid.rows > best.rows ? grid : best));
  const words: WordEvidence[] = [];
  for (const { word, tokens } of wordsOf(prediction)) {
    const sum = new Float32Array(finest.rows * finest.columns);
    for (const token of tokens) {
      const start = token * memory.tokens;
      addHeat(sum, prediction.attention.subarray(start, start + memory.tokens), memory.grids, finest);
    }
    words.push({ word, heat: scaled(sum) });
  }
  return { rows: finest.rows, columns: finest.columns, words };
}

/** Words of the answer and the tokens each is made of; a token that begins with a space begins a word. */
function wordsOf(prediction: Prediction): { word: string; tokens: number[] }[] {
  const words: { word: string; tokens: number[] }[] = [];
  prediction.tokens.forEach(({ text }, token) => {
    if (token < prediction.rationaleTokens) return;
    const last = words.at(-1);
    if (last && !/^\s/u.test(text)) {
      last.word += text;
      last.tokens.push(token);
    } else {
      words.push({ word: text.trimStart(), tokens: [token] });
    }
  });
  return words.filter(({ word }) => word.trim() !== '');
}

/** Adds what one token saw, [P], to `heat`, [rows * columns]: a coarse cell spreads evenly over the fine cells it covers. */
function addHeat(heat: Float32Array, attention: Float32Array, grids: readonly MemoryGrid[], finest: MemoryGrid): void {
  for (const grid of grids) {
    const share = (grid.rows * grid.columns) / (finest.rows * finest.columns);
    for (let row = 0; row < finest.rows; row += 1) {
      const from = grid.offset + Math.floor((row * grid.rows) / finest.rows) * grid.columns;
      for (let column = 0; column < finest.columns; column += 1) {
        const cell = row * finest.columns + column;
        const seen = attention[from + Math.floor((column * grid.columns) / finest.columns)] as number;
        heat[cell] = (heat[cell] as number) + seen * share;
      }
    }
  }
}

function scaled(heat: Float32Array): number[] {
  const max = heat.reduce((best, value) => Math.max(best, value), 0);
  return Array.from(heat, (value) => (max > 0 ? Math.round((value / max) * STRONGEST) : 0));
}
