import { createHash } from 'node:crypto';
import type { Report } from '../reporter.ts';
import { pageScript, pageStyle } from './page-bundle.ts';
import { pageModel } from './view/view-model.ts';

/**
 * The whole report as one page that needs no network. Whatever came from the backend is in it as data alone, which the
 * page's script puts into text; nothing else may run, and nothing may be loaded.
 */
export function renderHtml(report: Report): string {
  const { verdict, reason } = report.result;
  return `<!doctype html>
<html lang="en" data-verdict="${verdict}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>hang-gate: ${verdict}, ${reason}</title>
<style>${pageStyle}</style>
</head>
<body>
<p id="unscripted">hang-gate: ${verdict}, ${reason}. This page draws itself with a script; summary.md in the report says the same without one.</p>
<script type="application/json" id="report">${asData(pageModel(report))}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

const policy = [
  "default-src 'none'",
  `script-src '${hashOf(pageScript)}'`,
  `style-src '${hashOf(pageStyle)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** No `<` can end the element that holds it, and no line separator its line. */
function asData(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
