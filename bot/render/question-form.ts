/** The form that asks for a question. */
import { ComponentType, TextInputStyle } from 'discord.js';
import { LIMITS } from '#core/limits.ts';
import type { Language } from '#store/settings.ts';
import type { Form } from '../commands/command.ts';
import { say } from '../words.ts';

export const QUESTION_FIELD = 'question';

export const questionForm = (language: Language, id: string): Form => ({
  custom_id: id,
  title: say(language, 'form.title'),
  components: [
    {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.TextInput,
          custom_id: QUESTION_FIELD,
          style: TextInputStyle.Short,
          label: say(language, 'form.question'),
          placeholder: say(language, 'form.example'),
          min_length: 1,
          max_length: LIMITS.questionCharacters,
          required: true,
        },
      ],
    },
  ],
});
