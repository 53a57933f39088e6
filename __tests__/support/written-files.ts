/** What a run with default settings has written when the terminal has its turn. */
export const written = {
  files: ['backend.log', 'evidence.json', 'result.json', 'report.html', 'summary.md'],
} as const satisfies { files: readonly string[] };
