/** Every command, in the order in which Discord is told of them. */

import { privacy } from '../privacy/command.ts';
import { settings } from '../settings/command.ts';
import { alt } from './alt.ts';
import { ask } from './ask.ts';
import { askAboutPicture } from './ask-about-picture.ts';
import { caption } from './caption.ts';
import type { Command } from './command.ts';
import { describePicture } from './describe-picture.ts';
import { help } from './help.ts';
import { rank } from './rank.ts';
import { read } from './read.ts';
import { readText } from './read-text.ts';
import { storyboard } from './storyboard.ts';
import { where } from './where.ts';

export const COMMANDS: readonly Command[] = [
  ask,
  caption,
  alt,
  read,
  where,
  storyboard,
  rank,
  privacy,
  settings,
  help,
  askAboutPicture,
  describePicture,
  readText,
];
