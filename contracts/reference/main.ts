/** Writes `docs/reference`, the OpenAPI document and the comments that `operations` hands out anew: the last step of `npm run generate`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPENAPI, openApiText } from '../openapi/document.ts';
import { contractDocs, DOCS, REFERENCE, referencePages } from './pages.ts';

const pages = await referencePages();
rmSync(REFERENCE, { recursive: true, force: true });
mkdirSync(REFERENCE, { recursive: true });
for (const [name, text] of pages) writeFileSync(join(REFERENCE, name), text);
writeFileSync(DOCS, await contractDocs());
writeFileSync(OPENAPI, await openApiText());
