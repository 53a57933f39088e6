import { createRequire } from 'node:module';

// The whole Action is one file; it knows its stage by the name that the runner started. Neither an environment, which any
// earlier step may have set, nor a saved state, which a main that is killed early never saves, could tell it reliably.
createRequire(import.meta.url)('./index.cjs');
