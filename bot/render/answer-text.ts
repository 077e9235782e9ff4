/** The words of an answer, read back from a message of ours whose ask is forgotten: without small print, quote and escapes. */
const CHARACTERS = 500;

export function answerOf(content: string): string {
  const lines = content.split('\n').filter((line) => !/^(-# |> |```)/.test(line));
  return lines
    .join(' ')
    .replace(/\\(?=[^\p{L}\p{N}\s])/gu, '')
    .replaceAll('\u200b', '')
    .trim()
    .slice(0, CHARACTERS);
}
