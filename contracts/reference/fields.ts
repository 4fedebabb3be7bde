/** Shows the fields of a message, their rules and how carefully they are handled. */
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { shown } from '../gate/judged.ts';
import type { Options } from '../gate/options.ts';
import { isRule } from '../gate/rules.ts';
import { lastPart, link, table } from './markdown.ts';
import type { Source } from './source.ts';

export function fieldTable({ docs, options }: Source, message: DescMessage): string[] {
  const rows = message.fields.map((field) => {
    const own = options({ desc: field });
    const name = field.oneof ? `\`${field.name}\` (one of \`${field.oneof.name}\`)` : `\`${field.name}\``;
    const meaning = docs.get(`${message.typeName}#${field.number}`) ?? '';
    return [String(field.number), name, typeOf(field), rulesIn(own), dataClass(own), meaning];
  });
  const columns = ['no.', 'field', 'type', 'rules', 'data class', 'meaning'];
  // A column that says nothing is left out.
  const told = columns.map((_, at) => rows.some((row) => row[at] !== ''));
  const kept = (cells: string[]) => cells.filter((_, at) => told[at]);
  return rows.length === 0 ? ['No fields.'] : table(kept(columns), rows.map(kept));
}

function typeOf(field: DescField): string {
  const single = field.message ? typeLink(field.message) : field.enum ? typeLink(field.enum) : scalar(field.scalar);
  if (field.fieldKind === 'map') return `map of ${scalar(field.mapKey)} to ${single}`;
  return field.fieldKind === 'list' ? `list of ${single}` : single;
}

function typeLink({ typeName }: { typeName: string }): string {
  return typeName.startsWith('tradewind.') ? link(lastPart(typeName), typeName) : lastPart(typeName);
}

function scalar(type: ScalarType | undefined): string {
  return type === undefined ? '' : ScalarType[type].toLowerCase();
}

/** `min_len 1, max_len 200`: named as protovalidate names them, without the type they belong to. */
function rulesIn(options: Options): string {
  return [...options]
    .filter(([path, value]) => isRule(path) && value !== false)
    .map(([path, value]) => {
      const [rule = '', ...within] = path.split('.').slice(3).reverse();
      const name = rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const each = within.includes('items') ? 'each ' : '';
      return value === true ? `${each}${name}` : `${each}${name} ${code(shown(value))}`;
    })
    .join(', ');
}

/** Expressions and patterns are code, numbers are not. */
function code(value: string): string {
  return /^[\w .,:-]*$/.test(value) ? value : `\`${value}\``;
}

function dataClass(options: Options): string {
  const value = options.get('tradewind.mesh.v1.data_class');
  return value === undefined ? '' : String(value).replace('DATA_CLASS_', '').toLowerCase();
}
