/** Changes on purpose what a provider says in an event or a stream, so that tests see whether verification notices. */

export interface Distortion {
  /** The event or RPC, as its pact's description begins. */
  subject: string;
  /** A field's name in JSON, and the one it has instead, wherever it stands. */
  renamed?: readonly [from: string, to: string];
  /** A header that is not sent. */
  dropped?: string;
}

/** An event, or the first message of a stream, as Pact's verifier reads it. */
export interface Said {
  __pactMessageMetadata: Record<string, string>;
  message: unknown;
}

export function distorted({ __pactMessageMetadata: headers, message }: Said, { renamed, dropped }: Distortion): Said {
  const told = renamed
    ? JSON.parse(JSON.stringify(message).replaceAll(`"${renamed[0]}":`, `"${renamed[1]}":`))
    : message;
  const sent = Object.entries(headers).filter(([name]) => name !== dropped);
  return { __pactMessageMetadata: Object.fromEntries(sent), message: told };
}
