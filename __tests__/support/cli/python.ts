import { existsSync } from 'node:fs';

/** The Python with the example's packages. Without it nothing was tested, which must not look green. */
export function requiredPython(): string {
  const path = process.env['HANG_GATE_TEST_PYTHON'];
  if (path !== undefined && existsSync(path)) return path;
  const got = path === undefined ? 'is not set' : `names ${path}, which is not there`;
  throw new Error(
    `HANG_GATE_TEST_PYTHON ${got}: run "npm test", or set it to a Python with the packages of examples/news-backend/requirements.txt.`,
  );
}
