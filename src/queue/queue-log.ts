/** What the queue needs of a logger; the processes pass theirs. */
type Write = (fields: object, message: string) => void;

export interface QueueLog {
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
