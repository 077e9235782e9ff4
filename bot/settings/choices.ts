/** What the selects of the panel offer. A figure that was set otherwise is offered too, so that the panel shows what holds. */
import { CaptionStyle, Language, type LanguageChoice } from '#store/settings.ts';
import { say } from '../words.ts';

/** Each language in its own words, as one looks for it. */
const OWN_NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ja: '日本語',
};

/** In a channel: take what the server has. */
export const AS_SERVER = 'server';
const asServer = (language: Language) => ({ value: AS_SERVER, label: say(language, 'settings.as_server') });

export const languageName = (language: Language, choice: LanguageChoice): string =>
  choice === 'auto' ? say(language, 'settings.language_auto') : OWN_NAMES[choice];

export const languages = (language: Language, { channel }: { channel: boolean }) => [
  ...(channel ? [asServer(language)] : []),
  { value: 'auto', label: languageName(language, 'auto') },
  ...Language.options.map((value) => ({ value, label: OWN_NAMES[value] })),
];

export const styles = (language: Language, { channel }: { channel: boolean }) => [
  ...(channel ? [asServer(language)] : []),
  ...CaptionStyle.options.map((value) => ({ value, label: say(language, `settings.style_${value}`) })),
];

export const FIGURES = {
  'per-minute': [1, 3, 5, 10, 20, 30, 60, 120],
  'in-flight': [1, 2, 3, 5, 10, 20],
  'server-in-flight': [5, 10, 30, 60, 100, 200],
  wait: [15, 30, 60, 300, 900, 3_600],
  'feedback-days': [0, 7, 30, 90, 180, 365],
  'alt-days': [7, 30, 90],
} as const;

export const figures = (control: keyof typeof FIGURES, set: number, label: (figure: number) => string) =>
  [...new Set([...FIGURES[control], set])]
    .sort((a, b) => a - b)
    .map((figure) => ({ value: String(figure), label: label(figure) }));
