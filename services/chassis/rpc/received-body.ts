/** Length of what stands before each message of a stream: a byte of flags, then how long the message is. */
const ENVELOPE_HEAD = 5;

/**
 * What a caller sent, for as long as it is not decoded: when decoding fails, the cause can be looked for in it. Of a stream it keeps only the messages that came with
 * the latest bytes, so that a long one is never held as a whole.
 */
export class ReceivedBody {
  readonly #enveloped: boolean;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** How many bytes the message at the beginning needs, as far as known. */
  #awaited = ENVELOPE_HEAD;
  #isDecoded = false;

  constructor(enveloped: boolean) {
    this.#enveloped = enveloped;
  }

  /** The same bytes, of which a copy stays here. */
  watch(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return {
      [Symbol.asyncIterator]: () => {
        const source = bytes[Symbol.asyncIterator]();
        return {
          next: async () => {
            const chunk = await source.next();
            if (!chunk.done) this.#keep(chunk.value);
            return chunk;
          },
          return: async () => (await source.return?.()) ?? { done: true, value: undefined },
        };
      },
    };
  }

  /** The one message there was to come has been decoded. */
  decoded(): void {
    this.#isDecoded = true;
    this.#chunks = [];
  }

  /** The messages that may not have been decoded yet, the oldest first; the last may be cut short. */
  messages(): Uint8Array[] {
    const bytes = Buffer.concat(this.#chunks);
    if (!this.#enveloped) return [bytes];
    const messages: Uint8Array[] = [];
    for (let at = 0; at + ENVELOPE_HEAD <= bytes.length; ) {
      const end = at + ENVELOPE_HEAD + bytes.readUInt32BE(at + 1);
      messages.push(bytes.subarray(at + ENVELOPE_HEAD, end));
      at = end;
    }
    return messages;
  }

  #keep(chunk: Uint8Array): void {
    if (this.#isDecoded) return;
    // Whoever asks for more has decoded all that was whole.
    if (this.#enveloped && this.#size >= this.#awaited) this.#drop();
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  #drop(): void {
    let rest = Buffer.concat(this.#chunks);
    for (;;) {
      this.#awaited = ENVELOPE_HEAD + (rest.length < ENVELOPE_HEAD ? 0 : rest.readUInt32BE(1));
      if (rest.length < this.#awaited) break;
      rest = rest.subarray(this.#awaited);
    }
    // A copy, as a part of a large buffer keeps all of it.
    this.#chunks = rest.length === 0 ? [] : [Buffer.from(rest)];
    this.#size = rest.length;
  }
}
