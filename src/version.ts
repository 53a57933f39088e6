/** Set by the build; `dev` when the source runs as it is. */
declare const __HANG_GATE_VERSION__: string | undefined;

export const version = typeof __HANG_GATE_VERSION__ === 'string' ? __HANG_GATE_VERSION__ : 'dev';
