/** A time that is drawn on a number of columns. */
export interface Scale {
  readonly startMs: number;
  readonly endMs: number;
  readonly columns: number;
}

/** The column of a moment; those outside are drawn at the edges. */
export function columnAt(ms: number, { startMs, endMs, columns }: Scale): number {
  const column = Math.floor(((ms - startMs) / Math.max(1, endMs - startMs)) * columns);
  return Math.min(columns - 1, Math.max(0, column));
}

/** What `draw` says of the time of each column. */
export function drawn(scale: Scale, draw: (fromMs: number, toMs: number) => string): string {
  const partMs = (scale.endMs - scale.startMs) / scale.columns;
  return Array.from({ length: scale.columns }, (_, column) => {
    const fromMs = scale.startMs + column * partMs;
    return draw(fromMs, fromMs + partMs);
  }).join('');
}
