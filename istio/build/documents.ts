/** Reads the objects of a YAML file. Every environment is made of the same files: each document is read once, and handed out as a copy that may be changed. */
import { parseDocument } from 'yaml';
import type { Manifest } from '../generate/manifest.ts';

const read = new Map<string, Manifest>();

/** `from` says in errors where the text is of. */
export function documentsIn(text: string, from: string): Manifest[] {
  // What begins a document stands at the margin, where no text within one can.
  const parts = text.split(/^---$/m).filter((part) => /^[^#\s]/m.test(part));
  return parts.map((part) => structuredClone(read.get(part) ?? readFirst(part, from)));
}

function readFirst(part: string, from: string): Manifest {
  const document = parseDocument(part);
  if (document.errors.length > 0) throw new Error(`${from}: ${document.errors[0]?.message}`);
  const manifest = document.toJS() as Manifest;
  read.set(part, manifest);
  return manifest;
}
