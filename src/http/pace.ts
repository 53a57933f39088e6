/** As much as one thread reads in a moment before it lets the garbage collector catch up. */
const mostBytes = 4 * 1024 * 1024;
const momentMs = 50;

interface Reading {
  pause(): void;
  resume(): void;
}

let bytes = 0;
let isCounting = false;
const held = new Set<Reading>();

/**
 * Keeps an answer without end from filling the memory faster than it is given back. To be told of every piece that was read;
 * whoever sends less than 80 MB a second, all answers together, is not held up.
 */
export function pace(reading: Reading, pieceBytes: number): void {
  bytes += pieceBytes;
  if (!isCounting) setTimeout(goOn, momentMs);
  isCounting = true;
  if (bytes <= mostBytes) return;
  held.add(reading);
  reading.pause();
}

function goOn(): void {
  isCounting = false;
  bytes = 0;
  const readings = [...held];
  held.clear();
  for (const reading of readings) reading.resume();
}
