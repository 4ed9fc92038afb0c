import fc from 'fast-check';

const text = fc.constantFrom(
  'a',
  'B',
  '',
  'x y',
  '1',
  'true',
  'é',
  '$ ',
  '% ',
  '~',
  'a,b',
  '  ',
  '\\n',
  '\\"',
  '$${',
  '%%{',
);
const scalar = fc.oneof(
  { weight: 3, arbitrary: text.map((inner) => `"${inner}"`) },
  { weight: 3, arbitrary: fc.integer({ min: -20, max: 20 }).map((value) => (value < 0 ? `(${value})` : `${value}`)) },
  { weight: 1, arbitrary: fc.constantFrom('1.5', '0.25', '1e2', 'true', 'false', 'null') },
);

const operators = ['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', '&&', '||'];
const unary = [
  'upper',
  'lower',
  'length',
  'reverse',
  'keys',
  'values',
  'jsonencode',
  'tostring',
  'trimspace',
  'abs',
  'distinct',
  'sort',
  'flatten',
  'compact',
  'toset',
  'can',
  'strrev',
  'title',
  'sum',
  'one',
  'floor',
  'sha1',
  'yamlencode',
  'urlencode',
  'tolist',
  'chomp',
  'alltrue',
];
const binary = [
  'concat',
  'contains',
  'coalesce',
  'try',
  'merge',
  'join',
  'split',
  'element',
  'max',
  'setunion',
  'setsubtract',
  'startswith',
  'format',
  'index',
  'zipmap',
  'chunklist',
  'trim',
  'lookup',
];

/** Expressions of all forms, most of which have a value and some of which are refused. */
export const { expression } = fc.letrec<{ expression: string; template: string }>((tie) => {
  const inner = tie('expression');
  const list = fc.array(inner, { maxLength: 3 });
  return {
    template: fc
      .array(
        fc.oneof(
          text,
          inner.map((value) => `\${${value}}`),
          inner.map((value) => ` \${~ ${value} ~} `),
          fc.tuple(inner, text, text).map(([test, yes, no]) => `%{ if ${test} ~} ${yes} %{ else }${no}%{~ endif }`),
          fc.tuple(list, text).map(([items, tail]) => `%{ for x in [${items.join()}] }\${x}${tail}%{ endfor }`),
        ),
        { maxLength: 4 },
      )
      .map((parts) => `"${parts.join('')}"`),
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      scalar,
      tie('template'),
      list.map((items) => `[${items.join(', ')}]`),
      fc.tuple(inner, inner).map(([a, b]) => `{ a = ${a}, "b c" = ${b} }`),
      fc.tuple(inner, fc.constantFrom(...operators), inner).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(inner, inner, inner).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
      fc.tuple(fc.constantFrom('-', '!'), inner).map(([sign, a]) => `${sign}(${a})`),
      fc.tuple(fc.constantFrom(...unary), inner).map(([name, a]) => `${name}(${a})`),
      fc.tuple(fc.constantFrom(...binary), inner, inner).map(([name, a, b]) => `${name}(${a}, ${b})`),
      fc.tuple(list, inner).map(([items, key]) => `[${items.join()}][${key}]`),
      fc
        .tuple(inner, fc.constantFrom('.a', '["b c"]', '[*]', '[*].a', '.*.a', '[0]'))
        .map(([a, step]) => `(${a})${step}`),
      fc.tuple(list, inner).map(([items, a]) => `[for i, x in [${items.join()}] : [i, x, ${a}]]`),
      list.map((items) => `{ for i, x in [${items.join()}] : "k\${i}" => x if x != null }`),
    ),
  };
});
