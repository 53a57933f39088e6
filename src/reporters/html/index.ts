import { reportFiles } from '../../report-folder/report-folder.ts';
import { fileReporter } from '../file-reporter.ts';
import { renderHtml } from './render.ts';

/** `report.html`, the page to look at. */
export const htmlReport = fileReporter('html', reportFiles.html, renderHtml);
