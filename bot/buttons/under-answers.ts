/** The buttons under an answer that ask anew: from what is remembered of it, in the way that it was asked. */
import { SightlineError } from '#core/errors.ts';
import { checkedQuestion } from '#core/question.ts';
import { type ButtonHandler, type FormHandler, type Response, wordsOf } from '../commands/command.ts';
import type { Memory, RememberedAsk } from '../memory.ts';
import type { AskPlan } from '../plan.ts';
import { QUESTION_FIELD, questionForm } from '../render/question-form.ts';

/** @throws SightlineError `too_old` */
async function remembered(memory: Pick<Memory, 'ask'>, id: string): Promise<RememberedAsk> {
  const [, requestId = ''] = wordsOf(id);
  const ask = await memory.ask(requestId);
  if (!ask) throw new SightlineError('too_old');
  return ask;
}

/** Who reads the first answer reads the next. */
const asked = ({ visibility }: RememberedAsk, plan: AskPlan): Response => ({ kind: 'ask', plan, visibility });

const anew = (action: string, change: (plan: AskPlan) => AskPlan): ButtonHandler => ({
  action,
  defer: 'public',
  async press({ customId: id }, { memory }) {
    const ask = await remembered(memory, id);
    return asked(ask, change(ask.plan));
  },
});

export const again = anew('again', (plan) => plan);
export const longer = anew('longer', (plan) => ({ ...plan, detail: 'long' }));
/** The answer itself comes out of the cache; a heat map shows one picture. */
export const look = anew('look', (plan) => ({
  ...plan,
  pictures: plan.pictures.slice(0, 1),
  skipped: [],
  draw: 'heat',
  showing: 'look',
}));

export const more: ButtonHandler = {
  action: 'more',
  defer: 'public',
  async press({ customId: id, scene }, { memory }) {
    await remembered(memory, id);
    return { kind: 'form', form: questionForm(scene.language, id) };
  },
};

export const moreForm: FormHandler = {
  action: 'more',
  defer: 'public',
  async submit({ customId: id, fields }, { memory }) {
    const ask = await remembered(memory, id);
    const { pictures, skipped, conversation, question: before, task } = ask.plan;
    const question = checkedQuestion('vqa', fields.get(QUESTION_FIELD)?.[0]?.trim() ?? '');
    const turn = ask.answer !== undefined && task === 'vqa' ? [{ question: before, answer: ask.answer }] : [];
    return asked(ask, {
      task: 'vqa',
      question,
      showing: 'answer',
      pictures,
      skipped,
      conversation: [...conversation, ...turn],
      quoted: question,
      nameAsker: true,
    });
  },
};

/** The form that the message menu "Ask about picture" opened. */
export const askForm: FormHandler = {
  action: 'ask',
  defer: 'public',
  async submit({ customId: id, fields }, { memory }) {
    const [, formId = ''] = wordsOf(id);
    const form = await memory.form(formId);
    if (!form) throw new SightlineError('too_old');
    const question = checkedQuestion('vqa', fields.get(QUESTION_FIELD)?.[0]?.trim() ?? '');
    return {
      kind: 'ask',
      plan: {
        ...form,
        task: 'vqa',
        question,
        showing: 'answer',
        conversation: [],
        quoted: question,
        nameAsker: true,
      },
    };
  },
};
