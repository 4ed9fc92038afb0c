import fc from 'fast-check';

const PIECES: readonly string[] = [
  ...Array.from('{}[]()"$%=\n\r\t .,:?!*+-/<>&|~#\\\'`;@^_aE0é\u0301\uFEFF\u00A0'),
  '${',
  '%{',
  '$${',
  '%%{',
  '~}',
  '<<E\n',
  '<<-E\n',
  '\nE\n',
  '/*',
  '*/',
  '//',
  '\\u00e9',
  '\\U',
  '"x"',
  'a = 1\n',
  'a {\n',
  '}\n',
  '\r\n',
  '=>',
  '...',
  '::',
  ' if ',
  ' for ',
  ' in ',
  'null',
  'true',
  '\ud83d',
  '😀',
];

/** A text with one to three pieces cut, put in, or doubled, so that it stays close to what parsers accept. */
export function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.noBias(fc.integer({ min: 0, max: 999 })),
    cut: fc.constantFrom(0, 0, 0, 1, 1, 2, 5),
    put: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('', ' ', 'x', '0', '\n') },
      { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
    ),
    double: fc.boolean(),
  });
  // A file is UTF-8, so it has no half of a surrogate pair.
  const file = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) =>
    file(
      edits.reduce((from, { at, cut, put, double }) => {
        const index = Math.floor((at * (from.length + 1)) / 1000);
        const removed = from.slice(index, index + cut);
        return from.slice(0, index) + put + (double ? removed + removed : '') + from.slice(index + cut);
      }, text),
    ),
  );
}
