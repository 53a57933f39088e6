import type { AbortModeName } from '../../settings/schema.ts';
import type { AbortMode } from './abort-mode.ts';
import { close } from './close.ts';
import { early } from './early.ts';
import { reset } from './reset.ts';

export const abortModes: Readonly<Record<AbortModeName, AbortMode>> = { reset, close, early };
