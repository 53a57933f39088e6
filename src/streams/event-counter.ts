const [lineFeed, carriageReturn, colon] = [10, 13, 58];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const dataField = [...Buffer.from('data')];
/** Of the current line: what it holds so far is none of the above. */
const otherLine = -1;

/**
 * Counts the events of a stream, byte by byte and in the same memory however long a line or an event is: the stream's end
 * is the backend's to choose. An event is what a browser would dispatch: at least one line `data`, and an empty line.
 */
export class EventCounter {
  count = 0;
  /** Bytes of the byte order mark that were seen; done with it when it cannot come any more. */
  #markBytes = 0;
  /** Bytes of the field's name that the current line begins with. */
  #matched = 0;
  #lineIsEmpty = true;
  #lineIsData = false;
  #hasData = false;
  /** A line feed right behind it belongs to the same end of a line. */
  #afterReturn = false;

  feed(chunk: Uint8Array): void {
    for (const byte of chunk) this.#take(byte);
  }

  #take(byte: number): void {
    if (this.#markBytes < byteOrderMark.length) {
      if (byte === byteOrderMark[this.#markBytes]) {
        this.#markBytes += 1;
        // A mark that breaks off is the beginning of a line.
        if (this.#markBytes < byteOrderMark.length) this.#takeText(byte);
        else this.#beginLine();
        return;
      }
      this.#markBytes = byteOrderMark.length;
    }
    if (byte === lineFeed && this.#afterReturn) this.#afterReturn = false;
    else if (byte === lineFeed || byte === carriageReturn) {
      this.#endLine();
      this.#afterReturn = byte === carriageReturn;
    } else this.#takeText(byte);
  }

  #takeText(byte: number): void {
    this.#afterReturn = false;
    this.#lineIsEmpty = false;
    if (this.#matched === otherLine) return;
    if (this.#matched === dataField.length) {
      this.#lineIsData = byte === colon;
      this.#matched = otherLine;
    } else this.#matched = byte === dataField[this.#matched] ? this.#matched + 1 : otherLine;
  }

  #endLine(): void {
    if (this.#lineIsEmpty) {
      if (this.#hasData) this.count += 1;
      this.#hasData = false;
    }
    // The name alone, without a colon, is a field with nothing in it.
    this.#hasData ||= this.#lineIsData || this.#matched === dataField.length;
    this.#beginLine();
  }

  #beginLine(): void {
    this.#matched = 0;
    this.#lineIsEmpty = true;
    this.#lineIsData = false;
  }
}
