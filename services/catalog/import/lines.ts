/** A line may be this long; the rest of a longer one is thrown away, so that a file without line ends does not fill the memory. */
export const LONGEST_LINE = 262_144;

const LF = 0x0a;

/** Splits bytes into lines of text at LF, or CR LF. A line that is too long comes as undefined. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string | undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let length = 0;
  const keep = (part: Uint8Array) => {
    length += part.length;
    if (length <= LONGEST_LINE) parts.push(part);
    else parts = [];
  };
  const take = () => {
    const text = length > LONGEST_LINE ? undefined : decoder.decode(Buffer.concat(parts)).replace(/\r$/, '');
    parts = [];
    length = 0;
    return text;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield take();
}
