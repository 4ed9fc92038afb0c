import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** How the text report is drawn. */
export interface Style {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
}

/** The roles that colour plays; without colour every word still stands. */
type Ink = 'fail' | 'unknown' | 'pass' | 'quiet' | 'strong';

const inks = {
  fail: ['bold', 'red'],
  unknown: ['bold', 'yellow'],
  pass: ['green'],
  quiet: ['dim'],
  strong: ['bold'],
} as const satisfies Record<Ink, readonly string[]>;

/** Lines of the report, wrapped and indented. */
export interface Page {
  readonly width: number;
  ink(ink: Ink, text: string): string;
  /** Wraps the first line under an indent; the lines after it are there to be pasted, and stay in one piece. */
  paragraph(text: string, indent: number, lead?: string): string;
}

/** Makes a page of one style. */
export function createPage({ width, colour }: Style): Page {
  const ink = (name: Ink, text: string) =>
    colour ? styleText([...inks[name]], text, { validateStream: false }) : text;
  return {
    width,
    ink,
    paragraph: (text, indent, lead = '') => {
      const hang = indent + lead.length;
      const [prose = '', ...verbatim] = text.split('\n');
      const wrapped = wrapAnsi(prose, Math.max(width - hang, 20), { hard: false });
      const body = [wrapped, ...verbatim].join('\n').replaceAll('\n', `\n${' '.repeat(hang)}`);
      return `${' '.repeat(indent)}${lead && ink('quiet', lead)}${body}`;
    },
  };
}
