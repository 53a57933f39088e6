/** Stands where a text was cut. */
export const cutMark = '…';

/**
 * A text of the backend's, or its beginning and the mark, `length` long at most. Whoever cuts one before it is redacted has
 * to do it here: by the mark at its end the redactor knows the half of a secret.
 */
export function cutShort(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - cutMark.length)}${cutMark}` : text;
}
