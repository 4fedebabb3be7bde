const ROW = 16;

/** Bytes as rows of hexadecimal digits with what can be read of them beside. */
export function hex(bytes: Uint8Array): string {
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, at) => bytes.slice(at * ROW, (at + 1) * ROW));
  return rows
    .map((row) => {
      const digits = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
      const read = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
      return `${digits.padEnd(ROW * 3)} ${read}`;
    })
    .join('\n');
}
