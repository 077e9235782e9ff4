/**
 * A long description: the short one, then what a blind person would want next, from further questions to the same picture
 * asked all at once: how many things, where, on what, and lettering word by word. Only what the model is sure of is said.
 */
import { LONG_ALT_TEXT_CHARACTERS, MACHINE_MADE } from '#core/alt-text.ts';
import type { Answer } from '#core/answer.ts';
import type { PromptedTask } from '#core/task.ts';

export type AskAgain = (task: PromptedTask, question: string) => Promise<Answer>;

/** Room for the machine's mark before it. */
const MOST_CHARACTERS = LONG_ALT_TEXT_CHARACTERS - MACHINE_MADE.length - 1;

const SIDES = { left: 'on the left', right: 'on the right', top: 'at the top', bottom: 'at the bottom' } as const;
type Side = keyof typeof SIDES;
const PLACES = Object.keys(SIDES) as Side[];

const NUMBERS = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

export async function describeAtLength(short: Answer, ask: AskAgain): Promise<Answer> {
  const [count, background, lettering, ...places] = await Promise.all([
    ask('vqa', 'How many things are there?'),
    ask('vqa', 'What colour is the background?'),
    ask('read', ''),
    ...PLACES.map((side) => ask('vqa', `What is ${SIDES[side]}?`)),
  ]);
  const said = short.text.toLowerCase();
  const sentences = [
    countSentence(sureText(count)),
    placesSentence(
      PLACES.map((side, index) => ({ side, thing: sureText(places[index]) })),
      said,
    ),
    said.includes('background') ? '' : backgroundSentence(sureText(background)),
    letteringSentence(short.text, sureText(lettering)),
  ].filter((sentence) => sentence !== '');
  const text = sentences.reduce(
    (told, sentence) => (told.length + 1 + sentence.length <= MOST_CHARACTERS ? `${told} ${sentence}` : told),
    short.text,
  );
  return { ...short, text };
}

/** "Fairly sure" is good enough for an answer that says so, not for a statement in a row of them. */
const sureText = (answer: Answer | undefined): string => (answer?.certainty === 'sure' ? answer.text.trim() : '');

function countSentence(answer: string): string {
  const count = Number(answer);
  // One thing is what the short text has just told about.
  if (!Number.isInteger(count) || count < 2) return '';
  return `There are ${NUMBERS[count] ?? count} things in the picture.`;
}

interface Placed {
  readonly side: Side;
  readonly thing: string;
}

/** Only of things that the short text names, once and without a place: anything else would contradict or repeat it. */
function placesSentence(places: readonly Placed[], said: string): string {
  const sides = new Map<string, Side[]>();
  for (const { side, thing } of places) {
    const name = thing.toLowerCase();
    const told = name !== '' && said.includes(name) && !said.includes(`${name}s`) && !said.includes(side);
    if (told) sides.set(name, [...(sides.get(name) ?? []), side]);
  }
  const [first, ...others] = [...sides].flatMap(([thing, at]) => {
    const where = placeOf(at);
    return where === undefined ? [] : [{ thing: withArticle(thing), where }];
  });
  if (!first) return '';
  const parts = [`${first.thing} is ${first.where}`, ...others.map(({ thing, where }) => `${thing} ${where}`)];
  const last = parts.length > 1 ? ` and ${parts.pop()}` : '';
  const sentence = `${parts.join(', ')}${last}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What is on the left and at the top is in the top left; what is on the left and on the right is nowhere in particular. */
function placeOf(sides: readonly Side[]): string | undefined {
  const [across, down] = [
    sides.filter((s) => s === 'left' || s === 'right'),
    sides.filter((s) => s === 'top' || s === 'bottom'),
  ];
  const [one, other] = [across[0], down[0]];
  if (across.length > 1 || down.length > 1) return undefined;
  if (one && other) return `in the ${other} ${one}`;
  const side = one ?? other;
  return side && SIDES[side];
}

function withArticle(thing: string): string {
  if (/^(an?|the|\d+|two|three|four|five|six)\s/i.test(thing)) return thing;
  return /^([aeio]|u(?!ni))/i.test(thing) ? `an ${thing}` : `a ${thing}`;
}

const backgroundSentence = (colour: string): string => (colour === '' ? '' : `The background is ${colour}.`);

const letteringSentence = (short: string, words: string): string =>
  words === '' || short.includes(words) ? '' : `It says “${words}”.`;
