import { types } from 'node:util';

/**
 * The ways in which the gate itself can fail, as opposed to a backend that fails the gate. Callers branch on `code`,
 * never on the text.
 */
const kinds = {
  /** A setting is unknown, wrong or contradicts another one. Nothing was started. */
  'wrong-settings': 'usage',
  /** Something else already answers on the backend's port. */
  'port-in-use': 'environment',
  /** The report folder, the command or another thing of this machine cannot be used. */
  environment: 'environment',
} as const;

export type GateErrorCode = keyof typeof kinds;

export class GateError extends Error {
  override readonly name = 'GateError';
  readonly code: GateErrorCode;

  /** @param message One sentence: what is wrong, what was found, what to do. */
  constructor(code: GateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get kind(): 'usage' | 'environment' {
    return kinds[this.code];
  }
}

/**
 * The message of anything that was thrown. Not `instanceof Error`: that is false for errors of another realm.
 */
export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
