import { describe, expect, it } from '@jest/globals';
import { renderJson } from '../../src/render/json.ts';
import { plain, plainly } from '../../src/render/plain.ts';
import { renderText } from '../../src/render/text/text.ts';
import { finding, reportOf } from './reports.ts';

const names = {
  ESC: '\u001b',
  CSI: '\u009b',
  BEL: '\u0007',
  CR: '\r',
  BS: '\b',
  TAB: '\t',
  DEL: '\u007f',
  RLO: '\u202e',
  RLI: '\u2067',
  ALM: '\u061c',
  LS: '\u2028',
} as const;

describe.each(Object.entries(names))('%s', (_, character) => {
  const escaped = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const report = reportOf(
    [
      finding(`s${character}`, { message: `m${character}`, fix: `f${character}\nnext${character}` }),
      finding('u', {
        verdict: 'unknown',
        gaps: [{ fact: 'stack.backend', cause: 'undecided', detail: `d${character}` }],
      }),
    ],
    { problems: [{ kind: 'unparsable-file', message: `p${character}` }] },
  );

  it('is an escape in text', () => {
    const text = renderText(report, { width: 80, colour: false, verbosity: 'verbose' });
    expect(text).not.toContain(character);
    for (const letter of ['s', 'm', 'f', 'd', 'p']) expect(text).toContain(`${letter}${escaped}`);
  });

  it('is the same string in JSON, and does nothing there', () => {
    const json = renderJson(report);
    expect(json).not.toContain(character);
    expect(JSON.parse(json)).toEqual(report);
  });
});

describe('plain', () => {
  it('leaves what is only read', () => {
    const text = 'a line\nanother – “quoted”, naïve, 日本語, 👩‍🚀, ~/{}[]\\u001b';
    expect(plain(text)).toBe(text);
  });

  it('reaches into every depth and changes no type', () => {
    const value = { a: ['\u001b', { 'b\u0007': '\u0007', c: 1, d: null, e: true }] };
    expect(plainly(value)).toEqual({ a: ['\\u001b', { 'b\u0007': '\\u0007', c: 1, d: null, e: true }] });
  });
});
