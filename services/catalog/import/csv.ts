import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DomainError } from '#chassis/domain-error.ts';

/** A line of a file: its values by column, or what is wrong with the line as a whole. */
export interface FileLine {
  line: number;
  fields: Record<string, string>;
  problem?: string;
}

/** Reads comma-separated values with a header line, quoted values over several lines, any line ending and a byte order mark. */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncIterable<FileLine> {
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  const source = Readable.from(chunks, { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let header: string[] | undefined;
  let line = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      line = info.lines;
      if (!header) {
        header = headerOf(record);
        continue;
      }
      const fields = Object.fromEntries(header.map((column, index) => [column, record[index] ?? '']));
      const problem =
        record.length === header.length
          ? undefined
          : `has ${record.length} values, the header ${header.length} columns`;
      yield { line, fields, ...(problem && { problem }) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DomainError('UNREADABLE_IMPORT', { line: String(line + 1), problem: error.message }, { cause: error });
  }
  if (!header) throw new DomainError('UNREADABLE_IMPORT', { line: '1', problem: 'the file is empty' });
}

function headerOf(record: string[]): string[] {
  const known = record.includes('Variant SKU') || record.some((column) => column.toLowerCase() === 'sku');
  if (known)
    return record.map((column) =>
      column === 'Variant SKU' || record.includes('Variant SKU') ? column : column.toLowerCase(),
    );
  throw new DomainError('UNREADABLE_IMPORT', {
    line: '1',
    problem: 'the header names neither a column sku nor Variant SKU',
  });
}
