/** What a job's log and page never show: it belongs to the job, so a mask of one stage hides in the next one too. */
export class Secrets {
  readonly #values: string[] = [];

  /** Each line of a secret is one by itself. */
  add(secret: string): void {
    this.#values.push(...secret.split(/\r?\n/).filter((line) => line.trim() !== ''));
  }

  mask(text: string): string {
    // The longest first: one may hold another.
    const values = this.#values.toSorted((a, b) => b.length - a.length);
    return values.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }
}
