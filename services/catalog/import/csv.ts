import { pipeline, Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { DomainError } from '#chassis/domain-error.ts';
import { COLUMNS } from './columns.ts';
import { shopifyColumns } from './shopify.ts';

/** A line of a file: its values by column, or what is wrong with the line as a whole. */
export interface FileLine {
  line: number;
  fields: Record<string, string>;
  problem?: string;
}

/** A row may be this long. What is longer has lost its closing quote, and would be read into memory up to the end of the file. */
const LONGEST_ROW = 262_144;

interface Row {
  record: string[];
  info: { records: number; empty_lines: number };
}

/**
 * Reads comma-separated values with a header line, quoted values over several lines, any line ending and a byte order mark. A row is told by the line it begins on.
 * Where the rows can no longer be told apart, the rows before are kept and the place is reported.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncIterable<FileLine> {
  let lost: CsvError | undefined;
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: LONGEST_ROW,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // An error would destroy the parser together with the good rows it has read ahead.
    skip_records_with_error: true,
  });
  parser.on('skip', (error: CsvError) => {
    lost ??= error;
  });
  async function* readable() {
    for await (const chunk of chunks) if (!lost) yield chunk;
  }
  pipeline(Readable.from(readable(), { objectMode: false }), parser, () => {});
  let header: string[] | undefined;
  // The parser counts a line break of two characters within quotes twice, so lines are counted here.
  let lines = 0;
  for await (const { record, info } of parser as AsyncIterable<Row>) {
    if (lost && info.records > Number(lost.records)) continue;
    const line = lines + info.empty_lines + 1;
    lines += 1 + lineBreaks(record);
    const values = record.map((value) => value.trim());
    if (values.length === 1 && values[0] === '') continue;
    if (header) yield { line, ...fieldsOf(header, values) };
    else header = headerOf(values, line);
  }
  const line = lines + parser.info.empty_lines + 1;
  if (!header) throw unreadable(line, lost ? 'the header does not end' : 'the file is empty');
  if (lost) yield { line, fields: {}, problem: 'has a quote that is not closed; nothing after it was read' };
}

function fieldsOf(header: readonly string[], values: readonly string[]): Omit<FileLine, 'line'> {
  const fields = Object.fromEntries(header.map((column, index) => [column, values[index] ?? '']));
  if (values.length === header.length) return { fields };
  return { fields, problem: `has ${values.length} values, the header ${header.length} columns` };
}

function lineBreaks(record: readonly string[]): number {
  return record.reduce((sum, value) => sum + (value.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

function headerOf(values: readonly string[], line: number): string[] {
  const shopify = shopifyColumns(values);
  if (shopify) return shopify;
  const columns = values.map((column) => column.toLowerCase());
  if (!columns.includes('sku')) throw unreadable(line, 'the header names neither a column sku nor Variant SKU');
  const twice = COLUMNS.find((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (twice) throw unreadable(line, `the header names ${twice} twice`);
  return columns;
}

function unreadable(line: number, problem: string): DomainError {
  return new DomainError('UNREADABLE_IMPORT', { line: String(line), problem });
}
