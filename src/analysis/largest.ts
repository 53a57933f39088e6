/** Of a list that may be too long to be spread over the arguments of a call; -Infinity when it is empty. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
