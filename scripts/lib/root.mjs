import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the repository. Node 20, under which scripts start, told a module its folder only from 20.11 on. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
