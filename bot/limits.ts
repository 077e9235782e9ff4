/** Every limit of Discord's that we touch, with where it is documented. Our own limits are in src/core/limits.ts. */

/** All paths below https://discord.com/developers/docs (mirrored in discord-api-docs). */
export const DISCORD = {
  /** resources/message#create-message: `content`. */
  contentCharacters: 2_000,
  /** resources/message#attachment-object: `description`. */
  attachmentDescriptionCharacters: 1_024,
  /** resources/message#create-message: `nonce`, a string. Remembered for "the past few minutes". */
  nonceCharacters: 25,
  /** components/reference: `custom_id` of every interactive component. */
  customIdCharacters: 100,
  /** components/reference#button: `label`. */
  buttonLabelCharacters: 80,
  /** components/reference#action-row: buttons in a row, rows in a message. */
  buttonsPerRow: 5,
  rowsPerMessage: 5,
  /** components/reference#string-select: options, and their label and description. */
  selectOptions: 25,
  selectLabelCharacters: 100,
  /** interactions/receiving-and-responding: modal `title`; components/reference#text-input: `label`, `value`. */
  modalTitleCharacters: 45,
  textInputLabelCharacters: 45,
  textInputPlaceholderCharacters: 100,
  textInputCharacters: 4_000,
  /** interactions/application-commands: options and choices of a command, names, descriptions. */
  commandOptions: 25,
  commandNameCharacters: 32,
  commandDescriptionCharacters: 100,
  /** interactions/receiving-and-responding: the first response must come within 3 s, the token lives 15 min. */
  acknowledgeMs: 3_000,
  interactionTokenMs: 15 * 60_000,
  /** topics/gateway and reference: what a server without boosts lets a bot upload, in bytes. */
  uploadBytes: 10 * 1024 * 1024,
  /** resources/message#get-channel-messages: `limit`. */
  messagesPerPage: 100,
} as const;
