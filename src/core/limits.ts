/** Every limit of Sightline's own, with its reason. What has a limit elsewhere (Discord) lives with that surface. */

export const LIMITS = {
  /** Encoded bytes of one picture: Discord's larger upload tiers start at 25 MiB. */
  imageBytes: 25 * 1024 * 1024,
  /** Decoded pixels of one frame: 64 MP take 192 MB as RGB, more is a bomb. Half of it for what is decoded in one piece. */
  imagePixels: 64_000_000,
  /** A picture that takes longer to decode is made to: 64 MP of JPEG take under one, in s. */
  decodeSeconds: 5,
  /** Longest side of an upload kept for the workers: beyond it no encoder gains (DESIGN §3.12). */
  uploadSide: 2048,
  /** A picture that has not come by then will not: the slowest peer is cut within 10 s (RELIABILITY), in ms. */
  fetchMs: 9_000,
  /** How long a peer may be silent, in ms: the media proxy takes a second or two to scale a large picture. */
  fetchSilenceMs: 4_000,
  /** An address that is passed on more often leads nowhere. */
  fetchRedirects: 3,
  /** Tries of one address; each pause between two is counted into `fetchMs`. */
  fetchTries: 3,
  /** Fetched bytes held at once by a worker, so that many large pictures do not outgrow its memory. */
  fetchBytesInFlight: 128 * 1024 * 1024,
  /** A question longer than this is no question any more; the model's own token limit is tighter. */
  questionCharacters: 500,
  /** Pictures of one ask: as many as one Discord message holds. */
  picturesPerAsk: 10,
  /** Captions to choose among, and the length of one: ten bars are what a person compares at a glance. */
  captionsPerRank: 10,
  captionCharacters: 200,
  /** What a program may tell a model beforehand: a page of text. */
  instructionsCharacters: 4_000,
  /** Turns of a conversation that travel with an ask. */
  conversationTurns: 10,
  /** Texts and pictures embedded in one request, and requests that may wait: a program sends many, one after another. */
  embedInputs: 32,
  embedQueueDepth: 200,
  /** A program waits less patiently for a vector than a person for an answer, in ms. */
  embedDeadlineMs: 60_000,
  /** Question or answer of such a turn: the longest message that Discord lets a person write. */
  turnCharacters: 4_000,
  /** Jobs waiting before a new ask is refused: 2,000 answers are under a minute of one small worker. */
  queueDepth: 2_000,
  /** How long a person waits at most before the ask is told to have failed, in ms. */
  askDeadlineMs: 120_000,
  /** How long Redis may be silent before the person is told, in ms (RELIABILITY: within 5 s). */
  redisSilenceMs: 4_000,
  /** How long the database may be silent before the person is told, in ms. */
  storeSilenceMs: 4_000,
  /** How long an upload waits in Redis for its worker and for follow-up questions, in s. */
  uploadTtlSeconds: 3_600,
  /** Uploads kept at once: the oldest go first. */
  uploadsKept: 500,
  /** Bytes of uploads kept at once: a small Redis has this to spare beside the queue. */
  uploadBytesKept: 256 * 1024 * 1024,
  /** How long an outcome waits in Redis for a reader who lost the connection, in s. */
  outcomeTtlSeconds: 900,
} as const;
