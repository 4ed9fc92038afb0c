import type { Report } from '../model/report.ts';

// C1 controls and direction marks act on a terminal even inside JSON; written as escapes they are the same string.
const active = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The report as it is, two spaces deep, with nothing in it that acts on a terminal. */
export const renderJson = (report: Report): string =>
  `${JSON.stringify(report, null, 2).replace(active, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
